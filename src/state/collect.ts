/** Removes what a dataset does not need: files of processes that died, old folders, old records. */
import {lstat, readdir, rm} from 'node:fs/promises';
import {basename, join} from 'node:path';
import {openDataset} from './dataset.ts';
import {entriesOf, exists, explained, ignoring} from './files.ts';
import {holderOf, isAlive} from './holder.ts';
import {dataFolder, type Layout, padded, unpublished} from './layout.ts';
import {KEPT_RECORDS, lastCommit, prune, versions} from './log.ts';

export interface Collected {
	/** By what they were: `staged by processes that died`. */
	readonly files: ReadonlyMap<string, number>;
	/** Given back to the disk; a file that is in another folder as well frees nothing. */
	readonly bytes: number;
}

interface Leftover {
	readonly what: string;
	readonly path: string;
}

/** Fails when somebody writes to the dataset; then nothing is touched. `writer` is unique, and good for a file name. */
export async function collect(layout: Layout, writer: string): Promise<Collected> {
	const found = await explained(layout.name, layout.home, () => leftovers(layout));
	const files = new Map<string, FileOnDisk[]>();
	for (const {path} of found) files.set(path, await filesIn(path));
	// Whoever opens it removes most of them; what they cost has to be asked before.
	const dataset = await openDataset({...layout, writer});
	try {
		await explained(layout.name, layout.home, () => removeRest(layout, found));
	} finally {
		await dataset.close();
	}
	const counts = new Map<string, number>();
	const gone: FileOnDisk[] = [];
	for (const {what, path} of found) {
		if (await exists(path)) continue;
		const inside = files.get(path) ?? [];
		gone.push(...inside);
		if (inside.length > 0) counts.set(what, (counts.get(what) ?? 0) + inside.length);
	}
	return {files: counts, bytes: freed(gone)};
}

async function leftovers(layout: Layout): Promise<Leftover[]> {
	const last = await lastCommit(layout);
	const current = last && dataFolder(layout, last.data);
	const wanted = new Set(last?.pending.map(({path}) => unpublished(layout.pending, path)));
	const old = (await versions(layout.log)).slice(0, -KEPT_RECORDS).map(version => join(layout.log, `${padded(version)}.json`));
	const named = (what: string, paths: readonly string[]): Leftover[] => paths.map(path => ({what, path}));
	const home = await entriesOf(layout.home);
	return [
		...named('staged by processes that died', await entriesOf(layout.staging)),
		...named(
			'of runs that were given up',
			(await entriesOf(layout.pending)).filter(path => !wanted.has(path)),
		),
		...named(
			'of earlier commits',
			home.filter(path => /^data-\d{12}$/.test(basename(path)) && path !== current),
		),
		...named(
			'half-made links',
			home.filter(path => basename(path).startsWith('link-')),
		),
		...named('old records', old),
		...named('of locks of processes that died', await entriesOf(layout.lock)),
	];
}

// What opening leaves: drafts. One in the folder of locks may belong to somebody who is just asking for it.
async function removeRest(layout: Layout, found: readonly Leftover[]): Promise<void> {
	await prune(layout);
	for (const {what, path} of found) {
		if (what === 'half-made links') await rm(path, {force: true});
		if (!path.startsWith(layout.lock) || !path.endsWith('.part')) continue;
		const holder = await holderOf(path);
		if (holder && !(await isAlive(holder, path))) await rm(path, {force: true});
	}
}

interface FileOnDisk {
	readonly inode: number;
	readonly links: number;
	readonly bytes: number;
}

async function filesIn(path: string): Promise<FileOnDisk[]> {
	const stats = await lstat(path).catch(error => ignoring(error, 'ENOENT'));
	if (!stats) return [];
	if (!stats.isDirectory()) return [{inode: stats.ino, links: stats.nlink, bytes: stats.size}];
	const names = await readdir(path).catch(error => ignoring(error, 'ENOENT') ?? []);
	return (await Promise.all(names.map(name => filesIn(join(path, name))))).flat();
}

function freed(gone: readonly FileOnDisk[]): number {
	const names = new Map<number, number>();
	let bytes = 0;
	for (const {inode, links, bytes: size} of gone) {
		const seen = (names.get(inode) ?? 0) + 1;
		names.set(inode, seen);
		if (seen === links) bytes += size;
	}
	return bytes;
}
