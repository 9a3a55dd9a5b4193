/** Removes files that a dataset does not need: files of dead processes, old folders, old records. */
import {lstat} from 'node:fs/promises';
import {basename, join} from 'node:path';
import {exists, explainFileErrors, ignoreCodes, pathsIn} from '../core/files/durable.ts';
import type {Commit} from './commit.ts';
import {KEPT_RECORDS, lastCommit, listVersions, prune} from './commits/commit-log.ts';
import {openDataset} from './dataset.ts';
import {dataFolder, type Layout, paddedVersion, stagedName} from './folders/layout.ts';
import {dataFolders} from './folders/on-disk.ts';

export interface Collected {
	/** Numbers of files by kind: `staged by processes that died`. */
	readonly files: ReadonlyMap<string, number>;
	/** Bytes that were freed. */
	readonly bytes: number;
	/**
	 * The time until which a folder stays that readers saw before: ISO 8601, UTC. Absent where there is none.
	 */
	readonly keptUntil?: string | undefined;
}

interface Leftover {
	readonly what: string;
	readonly path: string;
	/** The files in a folder, or the file itself. */
	readonly inside: readonly FileOnDisk[];
}

/**
 * Fails without a change when another process writes to the dataset. `writer` is unique, and valid as a file
 * name.
 */
export async function removeGarbage(layout: Layout, writer: string): Promise<Collected> {
	const found = await explainFileErrors(layout.name, layout.home, () => leftovers(layout));
	// Opening a dataset removes them.
	const dataset = await openDataset({...layout, writer});
	try {
		await explainFileErrors(layout.name, layout.home, () => prune(layout));
	} finally {
		await dataset.close();
	}
	const files = new Map<string, number>();
	const sizes = new Map<number, number>();
	for (const {what, path, inside} of found) {
		if (inside.length === 0 || (await exists(path))) continue;
		files.set(what, (files.get(what) ?? 0) + inside.length);
		for (const {inode, bytes} of inside) sizes.set(inode, bytes);
	}
	const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
	return {files, bytes, keptUntil: await keptUntil(layout, dataset.last)};
}

async function leftovers(layout: Layout): Promise<Leftover[]> {
	const last = await lastCommit(layout);
	const current = last && dataFolder(layout, last.data);
	const old = (await listVersions(layout.log))
		.slice(0, -KEPT_RECORDS)
		.map(version => join(layout.log, `${paddedVersion(version)}.json`));
	const paths: [what: string, paths: readonly string[]][] = [
		['staged by processes that died', await pathsIn(layout.staging)],
		['of runs that were given up', await pathsIn(layout.pending)],
		['of earlier commits', (await dataFolders(layout)).filter(path => path !== current)],
		['of old records', old],
		['of locks without an owner', await pathsIn(layout.lock)],
	];
	// A part may not be in its place yet, as its commit was interrupted: it will be moved, or linked, and must
	// not be removed.
	const parts = [...(last?.parts ?? []), ...(last?.pending ?? [])];
	const needed = new Set(parts.flatMap(({path}) => [basename(path), stagedName('', path)]));
	const all = paths.flatMap(([what, each]) => each.map(path => ({what, path})));
	return Promise.all(all.map(async each => ({...each, inside: await filesIn(each.path, needed)})));
}

async function keptUntil(layout: Layout, last: Commit | undefined): Promise<string | undefined> {
	const {retired = []} = last ?? {};
	const there = await Promise.all(retired.map(({data}) => exists(dataFolder(layout, data))));
	return retired
		.filter((_, index) => there[index])
		.map(({until}) => until)
		.sort()
		.at(-1);
}

interface FileOnDisk {
	readonly inode: number;
	readonly bytes: number;
}

async function filesIn(path: string, except: ReadonlySet<string>): Promise<FileOnDisk[]> {
	const stats = await lstat(path).catch(error => ignoreCodes(error, 'ENOENT'));
	if (!stats || except.has(basename(path))) return [];
	if (!stats.isDirectory()) return [{inode: stats.ino, bytes: stats.size}];
	return (await Promise.all((await pathsIn(path)).map(inner => filesIn(inner, except)))).flat();
}
