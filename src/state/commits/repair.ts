/** Makes the last record of a dataset again from its files, where the record is damaged or missing. */
import {createHash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {readdir, rename, rm, stat} from 'node:fs/promises';
import {basename, join, sep} from 'node:path';
import {StateError} from '../../core/errors.ts';
import {
	explainFileErrors,
	ignoreCodes,
	makeFolder,
	syncFolder,
	writeDurably,
} from '../../core/files/durable.ts';
import {messageOf} from '../../core/stage.ts';
import {type Commit, type Part, parseCommit, serializeCommit} from '../commit.ts';
import {partName} from '../folders/foreign-files.ts';
import {dataFolder, type Layout, paddedVersion} from '../folders/layout.ts';
import {dataFolders, missingParts, shownByLinks} from '../folders/on-disk.ts';
import {acquire} from '../lock/lock.ts';
import {append, lastWhole, listVersions} from './commit-log.ts';

export interface RepairOptions {
	/** Unique for each caller, and valid as a file name. */
	readonly writer: string;
	/**
	 * Counts the rows of the part with that name, in the given file; fails where it cannot be read to its end.
	 */
	countRows(name: string, file: string, signal: AbortSignal): Promise<number>;
	readonly signal: AbortSignal;
}

export interface Repaired {
	readonly commit: Commit;
	/** Parts that no readable record lists. */
	readonly found: readonly Part[];
	/** The version of the record with the progress of resources. Absent where there is none. */
	readonly standsAt: number | undefined;
}

/**
 * `undefined` where the last record is whole, and lists what readers see. Fails without a change where a file
 * is not whole.
 */
export async function repair(layout: Layout, options: RepairOptions): Promise<Repaired | undefined> {
	const lock = await acquire(layout, options.writer);
	try {
		return await explainFileErrors(layout.name, layout.home, () => repaired(layout, options));
	} finally {
		await lock.release();
	}
}

async function repaired(layout: Layout, options: RepairOptions): Promise<Repaired | undefined> {
	const {log, name} = layout;
	const numbers = await listVersions(log);
	const before = await lastWhole(layout);
	const seen = await shownByLinks(layout);
	const [newest] = (await dataFolders(layout))
		.map(path => Number(basename(path).slice('data-'.length)))
		.sort((a, b) => b - a);
	const data = seen?.data ?? newest;
	const damaged = numbers.filter(version => version > (before?.version ?? 0));
	const isBehind =
		before !== undefined &&
		(seen?.data ?? 0) > before.version &&
		(await missingParts(layout, before)).length > 0;
	if (data === undefined || (before && damaged.length === 0 && !isBehind)) return undefined;
	const tables = [...new Set([name, ...(before?.tables ?? []), ...(seen?.tables ?? [])])];
	const {parts, found} = await partsIn(layout, {data, tables, before}, options);
	const commit = following(before, {
		version: Math.max(data, ...damaged, (before?.version ?? 0) + 1),
		data,
		tables,
		parts,
		name,
	});
	// The damaged records stay, for examination.
	for (const version of damaged) {
		const path = join(log, `${paddedVersion(version)}.json`);
		await rename(path, `${path}.damaged`);
	}
	await write(layout, commit, options.writer);
	return {commit, found, standsAt: before?.version};
}

interface Known {
	readonly data: number;
	readonly tables: readonly string[];
	readonly before: Commit | undefined;
}

async function partsIn(
	layout: Layout,
	known: Known,
	options: RepairOptions,
): Promise<{parts: Part[]; found: Part[]}> {
	const folder = dataFolder(layout, known.data);
	const names = await readdir(folder, {recursive: true}).catch(error => ignoreCodes(error, 'ENOENT') ?? []);
	const listed = new Map(known.before?.parts.map(part => [part.path, part]));
	const parts: Part[] = [];
	const found: Part[] = [];
	for (const path of names.map(each => each.split(sep).join('/')).sort()) {
		if (!partName.test(basename(path))) continue;
		options.signal.throwIfAborted();
		const file = join(folder, path);
		const old = listed.get(path);
		const bytes = await measured(file, options.signal);
		if (old && old.sha256 !== bytes.sha256)
			throw broken(layout, path, 'its bytes are not those that were written');
		const rows = await options.countRows(path, file, options.signal).catch(error => {
			throw broken(layout, path, messageOf(error));
		});
		const part = old ?? {...described(layout, path, known), rows, ...bytes};
		parts.push(part);
		if (!old) found.push(part);
	}
	return {parts, found};
}

function broken({name, root}: Layout, path: string, why: string): StateError {
	return new StateError(
		`${name}: ${join(root, path)} is not whole: ${why}. Nothing was changed. Restore it from a backup, ` +
			'or move it away, and repair again',
	);
}

async function measured(file: string, signal: AbortSignal): Promise<Pick<Part, 'bytes' | 'sha256'>> {
	const hash = createHash('sha256');
	for await (const chunk of createReadStream(file, {signal})) hash.update(chunk);
	return {bytes: (await stat(file)).size, sha256: hash.digest('hex')};
}

function described(
	{name}: Layout,
	path: string,
	{tables, before}: Known,
): Pick<Part, 'path' | 'table' | 'kind' | 'resource' | 'run'> {
	const [table = path.split('/')[0] ?? name] = tables
		.filter(each => path.startsWith(`${each}/`))
		.sort((a, b) => b.length - a.length);
	const run = /^\d{8}T\d{6}Z-[0-9a-f]{4,7}/.exec(basename(path))?.[0] ?? '';
	const kind = path.startsWith(`${table}/_rejects/`) ? 'rejects' : 'rows';
	return {path, table, kind, run, resource: resourceOf({table, run, path, name}, before)};
}

// The name of the resource separates the rows of two resources in one table: with a guess, one could remove
// rows of the other.
function resourceOf(
	part: {table: string; run: string; path: string; name: string},
	before: Commit | undefined,
): string {
	const all = [...(before?.parts ?? []), ...(before?.pending ?? [])];
	const ofRun = [...(before?.progress ?? [])]
		.filter(([, {run}]) => run === part.run)
		.map(([resource]) => resource);
	const ofTable = all.filter(({table}) => table === part.table).map(({resource}) => resource);
	for (const known of [ofRun, ofTable, [...(before?.progress.keys() ?? [])]]) {
		const names = [...new Set(known)];
		if (names.length === 1) return names[0] as string;
		if (names.length > 1)
			throw new StateError(
				`${part.name}: ${part.path} may be of ${names.join(' or of ')}, and only the record that is ` +
					'gone says which. Nothing was changed. Restore the record from a backup, or read all again into ' +
					'another --output',
			);
	}
	return part.name;
}

interface Following extends Pick<Commit, 'version' | 'data' | 'tables' | 'parts'> {
	readonly name: string;
}

function following(before: Commit | undefined, {name, ...now}: Following): Commit {
	const had = new Set(before?.parts.map(({path}) => path));
	const has = new Set(now.parts.map(({path}) => path));
	return {
		...now,
		at: new Date().toISOString(),
		resource: before?.resource ?? name,
		run: before?.run ?? '',
		add: [...has].filter(path => !had.has(path)),
		remove: [...had].filter(path => !has.has(path)),
		pending: (before?.pending ?? []).filter(({path}) => !has.has(path)),
		progress: before?.progress ?? new Map(),
		schemas: before?.schemas ?? new Map(),
		...(before?.retired && {retired: before.retired}),
		...(before?.lists && {lists: before.lists}),
		isRepaired: true,
	};
}

async function write(layout: Layout, commit: Commit, writer: string): Promise<void> {
	await makeFolder(layout.log);
	await makeFolder(join(layout.staging, writer));
	const draft = join(layout.staging, writer, `commit-${commit.version}.json`);
	try {
		const text = serializeCommit(commit);
		parseCommit(text, draft);
		await writeDurably(draft, text);
		await append(layout, commit.version, draft);
		await syncFolder(layout.log);
	} finally {
		await rm(join(layout.staging, writer), {recursive: true, force: true});
	}
}
