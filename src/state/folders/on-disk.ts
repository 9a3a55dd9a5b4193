/** Lists the files that a dataset really has on the disk, whatever its log says. Changes nothing. */
import {lstat, readdir, readlink} from 'node:fs/promises';
import {basename, join, relative, sep} from 'node:path';
import {exists, ignoreCodes, pathsIn} from '../../core/files/durable.ts';
import type {Commit, Part} from '../commit.ts';
import {type Layout, STORE, stagedName, visibleFolder} from './layout.ts';

const dataName = /^data-(\d{12})$/;

/** Folders of parts. Each was the visible one once; one is visible now. */
export async function dataFolders({home}: Layout): Promise<string[]> {
	return (await pathsIn(home)).filter(path => dataName.test(basename(path)));
}

/** The number of a folder of parts, from its path. */
export function dataNumber(path: string): number {
	return Number(dataName.exec(basename(path))?.[1] ?? 0);
}

/** Parts of a commit that are in no folder, including those where parts are staged or have been. */
export async function missingParts(layout: Layout, {parts, pending}: Commit): Promise<Part[]> {
	const data = await dataFolders(layout);
	const flat = [layout.pending, ...(await pathsIn(layout.staging))];
	const missing: Part[] = [];
	for (const part of [...parts, ...pending]) {
		const places = [
			...data.map(folder => join(folder, part.path)),
			...flat.map(folder => stagedName(folder, part.path)),
		];
		const found = await Promise.all(places.map(exists));
		if (!found.includes(true)) missing.push(part);
	}
	return missing;
}

export interface Shown {
	/** The version whose folder readers see; the greatest one, while tables switch. */
	readonly data: number;
	readonly tables: readonly string[];
}

/** The target of the links in the root. `undefined` where no link leads into this dataset. */
export async function shownByLinks(layout: Layout): Promise<Shown | undefined> {
	let data = 0;
	const tables: string[] = [];
	for (const table of await linksIn(layout.root)) {
		const number = await dataOf(layout, table);
		if (number === undefined) continue;
		data = Math.max(data, number);
		tables.push(table);
	}
	return tables.length > 0 ? {data, tables: tables.sort()} : undefined;
}

/** Paths of links in the root, and below it where a table has a name with a slash. */
export async function linksIn(root: string): Promise<string[]> {
	const found: string[] = [];
	const walk = async (folder: string): Promise<void> => {
		const entries = await readdir(folder, {withFileTypes: true}).catch(
			error => ignoreCodes(error, 'ENOENT', 'ENOTDIR', 'EACCES') ?? [],
		);
		for (const entry of entries) {
			if (entry.name === STORE) continue;
			const path = join(folder, entry.name);
			if (entry.isSymbolicLink()) found.push(relative(root, path).split(sep).join('/'));
			else if (entry.isDirectory() && relative(root, path).split(sep).length < DEPTH) await walk(path);
		}
	};
	await walk(root);
	return found;
}

const DEPTH = 4;

/** The number of the folder that readers of a table see. */
export async function dataOf(layout: Layout, table: string): Promise<number | undefined> {
	const path = visibleFolder(layout, table);
	const stats = await lstat(path).catch(error => ignoreCodes(error, 'ENOENT', 'ENOTDIR'));
	if (!stats?.isSymbolicLink()) return undefined;
	const steps = relative(layout.home, join(path, '..', await readlink(path))).split(sep);
	const [, number] = dataName.exec(steps[0] ?? '') ?? [];
	// Readers see nothing through a link without a target.
	return number !== undefined && (await exists(path)) ? Number(number) : undefined;
}
