/**
 * A dataset that one process writes to: it opens the dataset, brings it up to date, commits, and closes it.
 */
import {chmod, mkdir, rename, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {StateError} from '../core/errors.ts';
import {
	exists,
	explainFileErrors,
	ignoreCodes,
	makeFolder,
	pathsIn,
	syncFolder,
	writeDurably,
} from '../core/files/durable.ts';
import {type Commit, type Part, serializeCommit} from './commit.ts';
import {append, lastCommit, listVersions, prune} from './commits/commit-log.ts';
import {type CommitChange, commitAfter} from './commits/next-commit.ts';
import {type Texts, withTexts, writeStateTexts} from './commits/state-texts.ts';
import {checkLinks} from './folders/folder-link.ts';
import {dataFolder, type Layout, layoutOf, stagedName} from './folders/layout.ts';
import {dataFolders, missingParts, shownByLinks} from './folders/on-disk.ts';
import {refuseLinks, storeOf} from './folders/own-folders.ts';
import {checkPlace, publish} from './folders/publish.ts';
import {acquire, type Lock} from './lock/lock.ts';
import {Turns} from './lock/turns.ts';
import type {Target} from './target.ts';

export type {CommitChange as Change} from './commits/next-commit.ts';

/** A target in a local folder. */
export interface Dataset extends Target {
	readonly layout: Layout;
}

export interface OpenOptions {
	/** The folder of all datasets: `out`. */
	readonly root: string;
	/** Name of the dataset and of its main table. */
	readonly name: string;
	/** Unique for each caller, and valid as a file name. */
	readonly writer: string;
	/**
	 * Milliseconds for which a folder stays that readers saw before a commit. @default 0, or the value of
	 * the commit before
	 */
	readonly graceMs?: number | undefined;
}

/**
 * Opens a dataset, or makes a new one. Finishes commits of a dead process that are not visible yet, and
 * removes its uncommitted files. Fails without a change when another process has it open.
 */
export async function openDataset({root, name, writer, graceMs}: OpenOptions): Promise<Dataset> {
	const layout = layoutOf(root, name);
	await explainFileErrors(layout.name, layout.home, async () => {
		for (const path of [
			layout.lock,
			layout.log,
			layout.pending,
			layout.staging,
			...(await dataFolders(layout)),
		])
			await refuseLinks(storeOf(layout), path);
		await refuseInside(layout);
		await checkPlace(layout, name);
	});
	const lock = await explainFileErrors(layout.name, layout.home, () => acquire(layout, writer));
	try {
		return await explainFileErrors(layout.name, layout.home, () => recovered(layout, lock, graceMs));
	} catch (error) {
		await lock.release();
		throw error;
	}
}

async function recovered(layout: Layout, lock: Lock, graceMs: number | undefined): Promise<Dataset> {
	await makeFolder(layout.log);
	await makeFolder(layout.staging);
	// Parts are in another folder, with the permissions of the umask. In older versions all users may read
	// records, so the folder is closed here.
	await chmod(layout.log, 0o700).catch(error => ignoreCodes(error, 'EPERM', 'ENOTSUP', 'EINVAL'));
	// Records are made from drafts in these folders, and tables switch through them. From here on, a process
	// that wrongly assumes that it still has the lock can neither commit nor remove anything.
	for (const path of await pathsIn(layout.staging))
		if (!path.endsWith('.dead')) await rename(path, `${path}-by-${lock.writer}.dead`);
	const dead = await pathsIn(layout.staging);
	const staging = join(layout.staging, lock.writer);
	await mkdir(staging);
	await mkdir(claimIn(staging));
	await syncFolder(layout.staging);
	try {
		await checkLinks(claimIn(staging));
		const stored = await lastCommit(layout);
		if (!stored) await refuseWithoutLog(layout);
		else await refuseBehind(layout, stored);
		const missing = stored ? await publish(layout, stored, {claim: claimIn(staging), graceMs}) : [];
		for (const path of dead) await rm(path, {recursive: true, force: true});
		const long = await writeStateTexts(layout, claimIn(staging), stored);
		await long.prune();
		const last = stored && (await withTexts(layout, stored));
		return writing(layout, lock, staging, {last, missing, long, graceMs});
	} catch (error) {
		await rm(staging, {recursive: true, force: true});
		throw error;
	}
}

// The folder through which every change of a commit passes. Only a process that has just taken the lock makes
// it. Writing a part may make the folder around it again, but not this one.
function claimIn(staging: string): string {
	return join(staging, 'claim');
}

/** Refuses tables whose log is gone: a new log would add rows beside rows of unknown origin. */
export async function refuseWithoutLog(layout: Layout): Promise<void> {
	const [folder] = await dataFolders(layout);
	if (folder !== undefined)
		throw new StateError(
			`${layout.name}: ${layout.log} has no record, and ${folder} has files. Nothing was changed. ` +
				`Restore the log from a backup; or let \`sluice verify ${layout.name} --repair\` make a record of ` +
				`the files; or move ${layout.home} away, and begin anew`,
		);
}

// Its folder would be in the data of the other dataset, and its log in the place of the other's log.
async function refuseInside({root, name}: Layout): Promise<void> {
	const steps = name.split('/');
	for (let count = 1; count < steps.length; count++) {
		const above = layoutOf(root, steps.slice(0, count).join('/'));
		if (!(await exists(above.log)) || (await listVersions(above.log)).length === 0) continue;
		throw new StateError(
			`${name}: is inside of the dataset ${above.name} in ${root}. Nothing was changed. ` +
				`Give the resource a table_name beside it: ${steps.join('_')}`,
		);
	}
}

/**
 * A record that was removed by hand leaves files that only it lists. While older files are missing, none of
 * the visible ones may be removed.
 */
async function refuseBehind(layout: Layout, last: Commit): Promise<void> {
	const seen = await shownByLinks(layout);
	if (!seen || seen.data <= last.version) return;
	const missing = await missingParts(layout, last);
	if (missing.length === 0) return;
	throw new StateError(
		`${layout.name}: the log ends at commit ${last.version}, of which ${missing.length} files are gone, ` +
			`and readers see the files of commit ${seen.data}, whose record is not in ${layout.log}. Nothing ` +
			`was changed. Restore the record from a backup; or let \`sluice verify ${layout.name} --repair\` ` +
			'make one of the files that are there',
	);
}

interface Found {
	readonly last: Commit | undefined;
	readonly missing: readonly Part[];
	readonly long: Texts;
	readonly graceMs: number | undefined;
}

function writing(
	layout: Layout,
	lock: Lock,
	staging: string,
	{last: found, missing, long, graceMs}: Found,
): Dataset {
	const claim = claimIn(staging);
	let last = found;
	const commits = new Turns();
	const turns = new Turns();
	// True from the moment when a record may be in the log until all files that it lists are in place.
	let isUnderWay = false;
	let closing: Promise<void> | undefined;

	async function finish(): Promise<void> {
		await commits.idle();
		try {
			if (!isUnderWay) await rm(staging, {recursive: true, force: true});
		} finally {
			await lock.release();
		}
	}

	async function commit(change: CommitChange): Promise<Commit> {
		if (isUnderWay)
			throw new StateError(
				`${layout.name}: a commit before this one failed half-way; the next run finishes it`,
			);
		const next = commitAfter(last, change, {name: layout.name, graceMs});
		for (const table of next.tables) if (!last?.tables.includes(table)) await checkPlace(layout, table);
		const draft = join(claim, `commit-${next.version}.json`);
		try {
			await writeDurably(draft, serializeCommit(await long.stored(next)));
			await syncFolder(staging);
			isUnderWay = true;
			await append(layout, next.version, draft);
		} finally {
			await rm(draft, {force: true});
		}
		await syncFolder(layout.log);
		const known = new Set(last?.data === next.data ? last.parts.map(({path}) => path) : []);
		for (const {path} of last?.pending ?? [])
			if (next.pending.some(part => part.path === path)) known.add(path);
		last = next;
		await publish(layout, next, {claim, known, graceMs});
		isUnderWay = false;
		await prune(layout);
		await long.prune();
		return next;
	}

	return {
		layout,
		name: layout.name,
		location: join(layout.root, layout.name),
		place: layout.root,
		rejects: table => join(layout.root, table, '_rejects'),
		spool: storeOf(layout),
		missing,
		get last() {
			return last;
		},
		get isHalfWay() {
			return isUnderWay;
		},
		stage: path => stagedName(staging, path),
		async fetch({path}) {
			const isIn = (parts: readonly Part[] = []): boolean => parts.some(part => part.path === path);
			if (isIn(last?.parts)) return join(dataFolder(layout, last?.data ?? 0), path);
			return stagedName(isIn(last?.pending) ? layout.pending : staging, path);
		},
		exclusively: work => turns.run(work),
		async commit(change) {
			if (closing)
				throw new StateError(`${layout.name}: was closed, and given free; nothing more is committed`);
			return commits.run(() => explainFileErrors(layout.name, layout.home, () => commit(change)));
		},
		close() {
			closing ??= explainFileErrors(layout.name, layout.home, finish);
			return closing;
		},
	};
}
