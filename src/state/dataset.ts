/** A dataset that one process writes to: opened, brought up to date, committed to, closed. */
import {chmod, mkdir, rename, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {StateError} from '../core/errors.ts';
import {
	entriesOf,
	exists,
	explained,
	ignoring,
	makeFolder,
	syncFolder,
	writeDurably,
} from '../core/files/durable.ts';
import {type Commit, type Part, serialize} from './commit.ts';
import {append, lastCommit, prune, versions} from './commit-log.ts';
import {checkLinks} from './folder-link.ts';
import {dataFolder, type Layout, layoutOf, unpublished} from './layout.ts';
import {acquire, type Lock} from './lock.ts';
import {type Change, commitAfter} from './next-commit.ts';
import {dataFolders, missingParts, shown} from './on-disk.ts';
import {refuseLinks, storeOf} from './own-folders.ts';
import {checkPlace, publish} from './publish.ts';
import {type Texts, texts, withTexts} from './state-texts.ts';

export type {Change} from './next-commit.ts';

export interface Dataset {
	readonly layout: Layout;
	/** What was committed last. */
	readonly last: Commit | undefined;
	/** Parts that the log lists and that are gone. */
	readonly missing: readonly Part[];
	/** Whether a commit failed after it was recorded: it holds, and the next to open the dataset finishes it. */
	readonly isHalfWay: boolean;
	/** Where a part is written before it is committed. */
	stage(path: string): string;
	/** Where a part is now, committed or staged. */
	locate(part: Part): string;
	/** One after the other: what one looks at is not changed by another resource of the same table meanwhile. */
	exclusively<T>(work: () => Promise<T>): Promise<T>;
	/**
	 * All or nothing, in the order of the calls. What it lists is durable when it resolves, and visible. Fails
	 * after `close()`.
	 */
	commit(change: Change): Promise<Commit>;
	/**
	 * Finishes the commits that were asked for, and gives it free. What was staged and not committed is removed.
	 * After a commit that failed half-way it stays: the next to open the dataset finishes that commit, if it is
	 * in the log.
	 */
	close(): Promise<void>;
}

export interface OpenOptions {
	/** The folder of all datasets: `out`. */
	readonly root: string;
	/** Name of the dataset and of its main table. */
	readonly name: string;
	/** Unique to the caller, and good for a file name. */
	readonly writer: string;
	/**
	 * Milliseconds that a folder stays which readers saw before a commit. @default 60_000, or as the commit
	 * before says
	 */
	readonly graceMs?: number | undefined;
}

/**
 * Opens a dataset, and makes it where there is none. Finishes what a process that died had committed and not
 * shown yet, and removes what it had not committed. Fails when another process has it open; then nothing is
 * changed.
 */
export async function openDataset({root, name, writer, graceMs}: OpenOptions): Promise<Dataset> {
	const layout = layoutOf(root, name);
	await explained(layout.name, layout.home, async () => {
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
	const lock = await explained(layout.name, layout.home, () => acquire(layout, writer));
	try {
		return await explained(layout.name, layout.home, () => recovered(layout, lock, graceMs));
	} catch (error) {
		await lock.release();
		throw error;
	}
}

async function recovered(layout: Layout, lock: Lock, graceMs: number | undefined): Promise<Dataset> {
	await makeFolder(layout.log);
	await makeFolder(layout.staging);
	// Parts are in a folder beside it, and keep what the umask says. Records of older versions are open to all,
	// so the folder is not.
	await chmod(layout.log, 0o700).catch(error => ignoring(error, 'EPERM', 'ENOTSUP', 'EINVAL'));
	// Records are made from drafts in these folders, and tables switch by way of them: whoever still thinks that
	// it has the lock can neither commit nor take anything away from here on.
	for (const path of await entriesOf(layout.staging))
		if (!path.endsWith('.dead')) await rename(path, `${path}-by-${lock.writer}.dead`);
	const dead = await entriesOf(layout.staging);
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
		const long = await texts(layout, claimIn(staging), stored);
		await long.prune();
		const last = stored && (await withTexts(layout, stored));
		return writing(layout, lock, staging, {last, missing, long, graceMs});
	} catch (error) {
		await rm(staging, {recursive: true, force: true});
		throw error;
	}
}

// All that a commit changes passes through it. Nobody makes it but whoever has just taken the lock: writing a
// part may make the folder around it anew, and claims nothing by that.
function claimIn(staging: string): string {
	return join(staging, 'claim');
}

/**
 * Tables whose log is gone: to begin anew would put rows beside them of which nobody could say where they
 * belong.
 */
export async function refuseWithoutLog(layout: Layout): Promise<void> {
	const [folder] = await dataFolders(layout);
	if (folder !== undefined)
		throw new StateError(
			`${layout.name}: ${layout.log} has no record, and ${folder} has files. Nothing was changed. Restore the log from a backup; or let ` +
				`\`sluice verify ${layout.name} --repair\` make a record of the files; or move ${layout.home} away, and begin anew`,
		);
}

// Its folder would be in the data of the other one, and its log where that one keeps its own.
async function refuseInside({root, name}: Layout): Promise<void> {
	const steps = name.split('/');
	for (let count = 1; count < steps.length; count++) {
		const above = layoutOf(root, steps.slice(0, count).join('/'));
		if (!(await exists(above.log)) || (await versions(above.log)).length === 0) continue;
		throw new StateError(
			`${name}: is inside of the dataset ${above.name} in ${root}. Nothing was changed. ` +
				`Give the resource a table_name beside it: ${steps.join('_')}`,
		);
	}
}

/**
 * A record that was removed by hand leaves files which only it lists. Of those readers see, none goes while
 * older ones are missed.
 */
async function refuseBehind(layout: Layout, last: Commit): Promise<void> {
	const seen = await shown(layout);
	if (!seen || seen.data <= last.version) return;
	const missing = await missingParts(layout, last);
	if (missing.length === 0) return;
	throw new StateError(
		`${layout.name}: the log ends at commit ${last.version}, of which ${missing.length} files are gone, and readers see the ` +
			`files of commit ${seen.data}, whose record is not in ${layout.log}. Nothing was changed. Restore the record from a ` +
			`backup; or let \`sluice verify ${layout.name} --repair\` make one of the files that are there`,
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
	let queue: Promise<unknown> = Promise.resolve();
	let turn: Promise<unknown> = Promise.resolve();
	// From the moment a record may be in the log until all that it lists is in its place.
	let isUnderWay = false;
	let closing: Promise<void> | undefined;

	async function finish(): Promise<void> {
		await queue;
		try {
			if (!isUnderWay) await rm(staging, {recursive: true, force: true});
		} finally {
			await lock.release();
		}
	}

	async function commit(change: Change): Promise<Commit> {
		if (isUnderWay)
			throw new StateError(
				`${layout.name}: a commit before this one failed half-way; the next run finishes it`,
			);
		const next = commitAfter(last, change, {name: layout.name, graceMs});
		for (const table of next.tables) if (!last?.tables.includes(table)) await checkPlace(layout, table);
		const draft = join(claim, `commit-${next.version}.json`);
		try {
			await writeDurably(draft, serialize(await long.stored(next)));
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
		missing,
		get last() {
			return last;
		},
		get isHalfWay() {
			return isUnderWay;
		},
		stage: path => unpublished(staging, path),
		locate({path}) {
			const isIn = (parts: readonly Part[] = []): boolean => parts.some(part => part.path === path);
			if (isIn(last?.parts)) return join(dataFolder(layout, last?.data ?? 0), path);
			return unpublished(isIn(last?.pending) ? layout.pending : staging, path);
		},
		exclusively(work) {
			const result = turn.then(work);
			turn = result.catch(() => {});
			return result;
		},
		async commit(change) {
			if (closing)
				throw new StateError(`${layout.name}: was closed, and given free; nothing more is committed`);
			const result = queue.then(() => explained(layout.name, layout.home, () => commit(change)));
			queue = result.catch(() => {});
			return result;
		},
		close() {
			closing ??= explained(layout.name, layout.home, finish);
			return closing;
		},
	};
}
