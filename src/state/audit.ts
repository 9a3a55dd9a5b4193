/**
 * Checks whether a dataset agrees with its log: the records, the parts, and what readers see. Changes
 * nothing.
 */
import {createHash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {lstat, readdir, readFile, readlink, stat} from 'node:fs/promises';
import {join, sep} from 'node:path';
import {exists, ignoreCodes} from '../core/files/durable.ts';
import {messageOf} from '../core/stage.ts';
import {type Commit, DamagedRecordError, type Part, parseCommit} from './commit.ts';
import {listVersions} from './commits/commit-log.ts';
import {textFiles} from './commits/state-texts.ts';
import {dataFolder, type Layout, linkOf, paddedVersion, stagedName, visibleFolder} from './folders/layout.ts';
import {shownByLinks} from './folders/on-disk.ts';

export interface AuditOptions {
	/** Counts the rows of the part with that name, in the given file. */
	countRows(name: string, file: string, signal: AbortSignal): Promise<number>;
	/** Whether readers take a file with this name for rows. */
	isData(name: string): boolean;
	readonly signal: AbortSignal;
}

export interface Audit {
	/** The problems, one line each. */
	readonly problems: readonly string[];
	/** Parts that are missing although the log lists them. */
	readonly missing: readonly Part[];
}

/** Compares everything in the last commit with the disk. Reads every part once or twice. */
export async function audit(layout: Layout, commit: Commit, options: AuditOptions): Promise<Audit> {
	const problems = await chainProblems(layout);
	const missing: Part[] = [];
	const data = dataFolder(layout, commit.data);
	const visible = commit.parts.map(part => ({
		part,
		file: join(data, part.path),
		name: join(layout.root, part.path),
	}));
	const pending = commit.pending.map(part => {
		const file = stagedName(layout.pending, part.path);
		return {part, file, name: file};
	});
	for (const {part, file, name} of [...visible, ...pending]) {
		options.signal.throwIfAborted();
		if (await exists(file)) problems.push(...(await partProblems(part, file, name, options)));
		else {
			missing.push(part);
			problems.push(`${name}: gone, with ${inRows(part.rows)}`);
		}
	}
	for (const table of commit.tables) problems.push(...(await linkProblems(layout, table, commit)));
	for (const file of textFiles(layout, commit))
		if (!(await exists(file))) problems.push(`${file}: gone, and a state needs it`);
	problems.push(...(await strangers(layout, commit, options)));
	return {problems, missing};
}

async function partProblems(
	{path, rows, bytes, sha256}: Part,
	file: string,
	name: string,
	{countRows, signal}: AuditOptions,
): Promise<string[]> {
	const {size} = await stat(file);
	if (size !== bytes) return [`${name}: damaged: ${size} bytes, where ${bytes} were written`];
	try {
		const hash = createHash('sha256');
		for await (const chunk of createReadStream(file, {signal})) hash.update(chunk);
		if (hash.digest('hex') !== sha256) return [`${name}: damaged: its bytes are not those that were written`];
		const counted = await countRows(path, file, signal);
		return counted === rows ? [] : [`${name}: has ${inRows(counted)}, where the log says ${rows}`];
	} catch (error) {
		signal.throwIfAborted();
		return [`${name}: cannot be read: ${messageOf(error)}`];
	}
}

function inRows(count: number): string {
	return `${count} row${count === 1 ? '' : 's'}`;
}

// The last record has the complete state, but there must be no gap in the records before it.
async function chainProblems({log}: Layout): Promise<string[]> {
	const problems: string[] = [];
	let before: Commit | undefined;
	let earlier = 0;
	const all = await listVersions(log);
	for (const version of all) {
		const path = join(log, `${paddedVersion(version)}.json`);
		const gap = `${path}: no record stands between it and ${paddedVersion(earlier)}.json`;
		const isAfterGap = earlier > 0 && version !== earlier + 1;
		earlier = version;
		let commit: Commit;
		try {
			commit = parseCommit(await readFile(path, 'utf8'), path);
			if (isAfterGap && !commit.isRepaired) problems.push(gap);
		} catch (error) {
			if (isAfterGap) problems.push(gap);
			const isOld = error instanceof DamagedRecordError && version !== all.at(-1);
			problems.push(
				isOld
					? `${error.message}. No run needs it, as later ones say all; it may be removed`
					: messageOf(error),
			);
			before = undefined;
			continue;
		}
		if (commit.version !== version)
			problems.push(`${path}: says that it is ${paddedVersion(commit.version)}.json`);
		if (before?.version === version - 1 && !leadsTo(before, commit))
			problems.push(`${path}: its parts are not those before it with what it adds and removes`);
		before = commit;
	}
	return problems;
}

function leadsTo(before: Commit, {add, remove, parts}: Commit): boolean {
	const expected = new Set([
		...before.parts.map(({path}) => path).filter(path => !remove.includes(path)),
		...add,
	]);
	return expected.size === parts.length && parts.every(({path}) => expected.has(path));
}

async function linkProblems(layout: Layout, table: string, {data, version}: Commit): Promise<string[]> {
	const path = visibleFolder(layout, table);
	const again = 'the next run, or `sluice gc`, makes it again';
	const found = await lstat(path).catch(error => ignoreCodes(error, 'ENOENT', 'ENOTDIR'));
	if (!found) return [`${path}: gone; ${again}`];
	if (!found.isSymbolicLink())
		return [`${path}: is no link to the data of commit ${version}. Move it away; ${again}`];
	if ((await readlink(path)) === linkOf(layout, table, data)) return [];
	const seen = await shownByLinks(layout);
	if (seen && seen.data > version)
		return [
			`${path}: shows commit ${seen.data}, whose record is not in ${layout.log}. Restore it; or let ` +
				`\`sluice verify ${layout.name} --repair\` make one of the files that are there`,
		];
	return [
		`${path}: does not show commit ${version}, as who committed it died; the next run, or \`sluice ` +
			'gc`, brings it about',
	];
}

// The glob of a reader finds these files beside the parts.
async function strangers(layout: Layout, commit: Commit, {isData}: AuditOptions): Promise<string[]> {
	const folder = dataFolder(layout, commit.data);
	const known = new Set(commit.parts.map(({path}) => path));
	const found = await readdir(folder, {recursive: true}).catch(error => ignoreCodes(error, 'ENOENT') ?? []);
	return found
		.map(path => path.split(sep).join('/'))
		.filter(path => isData(path) && !known.has(path))
		.map(path => `${join(layout.root, path)}: nobody committed it, and readers see it. Move it away`);
}
