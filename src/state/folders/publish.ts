/** Makes what readers see equal to a commit. It can be interrupted at any point, and repeated. */
import {link, lstat, readdir, readlink, rename, rm, rmdir} from 'node:fs/promises';
import {basename, dirname, join, relative, sep} from 'node:path';
import {StateError} from '../../core/errors.ts';
import {
	exists,
	ignoreCodes,
	makeFolder,
	pathsIn,
	removeThrough,
	syncFolder,
} from '../../core/files/durable.ts';
import type {Commit, Part} from '../commit.ts';
import {forEach} from '../in-parallel.ts';
import {linkFolder} from './folder-link.ts';
import {carryForeign, partName} from './foreign-files.ts';
import {dataFolder, type Layout, linkOf, stagedName, visibleFolder} from './layout.ts';
import {dataFolders, dataNumber, dataOf} from './on-disk.ts';
import {makeOwnFolder, storeOf} from './own-folders.ts';
import {isRetired} from './retired-folders.ts';

export interface PublishOptions {
	/** The folder through which all removed files pass. */
	readonly claim: string;
	/** Parts that are in their places. Without it, as after a crash, every part is checked. */
	readonly known?: ReadonlySet<string>;
	/** Milliseconds for which a folder stays that readers no longer see. @default the value of the commit */
	readonly graceMs?: number | undefined;
}

/**
 * A commit that only adds parts shows them by renames. Where parts disappear, a new folder is filled with
 * links to the files that stay, and then each table switches to it at once: a reader that lists a table sees
 * the parts before or those after, never some of both. Returns parts that the commit lists and that no folder
 * has, as they were removed by hand. All removed files pass through `claim`, which only the writer has.
 */
export async function publish(
	layout: Layout,
	commit: Commit,
	{claim, known, graceMs}: PublishOptions,
): Promise<Part[]> {
	const folder = dataFolder(layout, commit.data);
	const missing = await fill(layout, commit, folder, known);
	if (!known) await buryStrays(commit, folder, claim);
	const left = new Set<number>();
	for (const table of commit.tables) {
		const before = await switchTo(layout, table, commit, claim);
		if (before !== undefined) left.add(before);
	}
	const isKept = (data: number): boolean =>
		isRetired(commit, data, graceMs) || (left.has(data) && graceMs !== 0);
	await sweep(layout, commit, {claim, isKept});
	return missing;
}

async function fill(
	layout: Layout,
	{parts, pending, tables, add}: Commit,
	folder: string,
	known: ReadonlySet<string> | undefined,
): Promise<Part[]> {
	const isSought = (part: Part): boolean => known?.has(part.path) !== true;
	const sought = [
		...parts.filter(isSought).map(part => ({part, to: join(folder, part.path)})),
		...pending.filter(isSought).map(part => ({part, to: stagedName(layout.pending, part.path)})),
	];
	const inTables = tables.map(table => join(folder, table));
	const folders = new Set([...inTables, ...sought.map(({to}) => dirname(to))]);
	await forEach(folders, path => makeOwnFolder(storeOf(layout), path));
	const sources = await foldersWithParts(layout, folder);
	const isNew = new Set(add);
	const missing = new Set<Part>();
	await forEach(sought, async ({part, to}) => {
		if (!(await exists(to)) && !(await fetch(part, to, sources, isNew.has(part.path)))) missing.add(part);
	});
	await forEach(folders, syncFolder);
	return sought.map(({part}) => part).filter(part => missing.has(part));
}

/** Folders that may hold a part which is not in its place yet. */
interface Sources {
	readonly flat: readonly string[];
	readonly data: readonly string[];
}

async function foldersWithParts(layout: Layout, folder: string): Promise<Sources> {
	return {
		flat: [layout.pending, ...(await pathsIn(layout.staging))],
		// The folder that readers see now has most of the parts that stay.
		data: (await dataFolders(layout)).filter(other => other !== folder).sort((a, b) => (a < b ? 1 : -1)),
	};
}

// A file of an older folder is linked, not moved: readers have that folder until all tables have switched.
async function fetch({path}: Part, to: string, {flat, data}: Sources, isNew: boolean): Promise<boolean> {
	const moves = flat.map(folder => () => rename(stagedName(folder, path), to));
	const links = data.map(folder => () => link(join(folder, path), to));
	for (const work of isNew ? [...moves, ...links] : [...links, ...moves]) if (await isDone(work)) return true;
	// A writer that has lost the lock may have moved it first.
	return exists(to);
}

async function isDone(work: () => Promise<void>): Promise<boolean> {
	try {
		await work();
		return true;
	} catch (error) {
		ignoreCodes(error, 'ENOENT', 'ENOTDIR', 'EEXIST');
		return false;
	}
}

/** Switches the link. If readers see another folder now, returns the number of the folder before. */
async function switchTo(
	layout: Layout,
	table: string,
	{data, remove}: Commit,
	claim: string,
): Promise<number | undefined> {
	const path = visibleFolder(layout, table);
	const target = linkOf(layout, table, data);
	const found = await lstat(path).catch(error => ignoreCodes(error, 'ENOENT'));
	if (found?.isSymbolicLink() && (await readlink(path)) === target) return undefined;
	if (found && !found.isSymbolicLink()) await makeRoom(path);
	await makeFolder(dirname(path));
	const before = found?.isSymbolicLink() ? await dataOf(layout, table) : undefined;
	if (found?.isSymbolicLink()) {
		const to = join(dataFolder(layout, data), table);
		const isGone = (inner: string): boolean => remove.includes(`${table}/${inner}`);
		await carryForeign({from: path, to, top: storeOf(layout), isGone});
	}
	const draft = join(claim, `link-${table.replaceAll('/', '+')}`);
	await rm(draft, {force: true});
	await linkFolder(target, draft);
	await rename(draft, path);
	await syncFolder(dirname(path));
	return before;
}

/** Fails where a table cannot appear, because its path has a file that Sluice did not write. */
export async function checkPlace(layout: Layout, table: string): Promise<void> {
	const path = visibleFolder(layout, table);
	const found = await lstat(path).catch(error => ignoreCodes(error, 'ENOENT'));
	if (!found) return;
	if (!found.isSymbolicLink()) {
		await makeRoom(path);
		return;
	}
	const target = await readlink(path);
	if (target.startsWith(`${relative(dirname(path), layout.home)}${sep}`)) return;
	if (target.startsWith(`${relative(dirname(path), storeOf(layout))}${sep}`))
		throw new StateError(
			`${path}: is a table of another dataset, and ${layout.name} would write a table of that name too. ` +
				'Give one of them another table_name',
		);
	throw inTheWay(path, `a link to ${target}`);
}

async function makeRoom(path: string): Promise<void> {
	try {
		await rmdir(path);
	} catch (error) {
		const {code} = error as NodeJS.ErrnoException;
		if (code === 'ENOENT') return;
		if (code === 'ENOTEMPTY' || code === 'EEXIST') throw inTheWay(path, 'a folder with files in it');
		if (code === 'ENOTDIR') throw inTheWay(path, 'a file');
		throw error;
	}
}

function inTheWay(path: string, what: string): StateError {
	return new StateError(
		`${path}: there is ${what} that is not a dataset of Sluice. Move it away, or write to another ` +
			'folder (--output)',
	);
}

// Removes parts of a commit whose record was removed by hand: they will be read again, and would be visible
// twice. Other files are left alone.
async function buryStrays({parts}: Commit, folder: string, claim: string): Promise<void> {
	const wanted = new Set(parts.map(({path}) => path));
	const paths = (await readdir(folder, {recursive: true})).map(path => path.split(sep).join('/'));
	for (const path of paths)
		if (partName.test(basename(path)) && !wanted.has(path)) await removeThrough(join(folder, path), claim);
}

// Removes files that no commit lists: older folders, staged files of dead processes, pending files of
// discarded runs.
async function sweep(
	layout: Layout,
	{pending, data}: Commit,
	{claim, isKept}: {claim: string; isKept(data: number): boolean},
): Promise<void> {
	for (const other of await dataFolders(layout)) {
		const number = dataNumber(other);
		if (number !== data && !isKept(number)) await removeThrough(other, claim);
	}
	const wanted = new Set(pending.map(({path}) => stagedName(layout.pending, path)));
	for (const path of await pathsIn(layout.pending)) if (!wanted.has(path)) await removeThrough(path, claim);
}
