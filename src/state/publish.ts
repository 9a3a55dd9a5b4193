/** Makes what readers see equal to a commit. Can be broken off anywhere, and done again. */
import {link, lstat, readdir, readlink, rename, rm, rmdir, symlink} from 'node:fs/promises';
import {basename, dirname, join, relative, sep} from 'node:path';
import {StateError} from '../core/errors.ts';
import {bury, entriesOf, exists, ignoring, makeFolder, syncFolder} from './files.ts';
import {carryForeign, partName} from './foreign.ts';
import {dataFolder, type Layout, linkOf, unpublished, visibleFolder} from './layout.ts';
import {makeOwnFolder, storeOf} from './own-folders.ts';
import type {Commit, Part} from './record.ts';
import {dataFolders} from './there.ts';

/**
 * What only adds appears by rename. Where parts disappear, a new folder is filled, of links to the files that
 * stay, and then each table switches to it at once: whoever lists a table sees the parts before or those
 * after, never some of both. Returns the parts that the commit lists and nobody has: removed by hand. Those
 * in `known` are in their places; without it, as after a crash, nothing is taken for granted. All that takes
 * away goes by way of `claim`, which nobody has but the writer.
 */
export async function publish(
	layout: Layout,
	commit: Commit,
	claim: string,
	known?: ReadonlySet<string>,
): Promise<Part[]> {
	const folder = dataFolder(layout, commit.data);
	const sources = await foldersWithParts(layout, folder);
	const missing: Part[] = [];
	const folders = new Set<string>(commit.tables.map(table => join(folder, table)));
	for (const path of folders) await makeOwnFolder(storeOf(layout), path);
	for (const part of commit.parts) {
		const path = join(folder, part.path);
		if (known?.has(part.path) || (await exists(path))) continue;
		folders.add(dirname(path));
		if (!(await fetch(part, path, sources))) missing.push(part);
	}
	for (const part of commit.pending) {
		const path = unpublished(layout.pending, part.path);
		if (known?.has(part.path) || (await exists(path))) continue;
		folders.add(layout.pending);
		if (!(await fetch(part, path, sources))) missing.push(part);
	}
	for (const path of folders) await syncFolder(path);
	if (!known) await buryStrays(commit, folder, claim);
	for (const table of commit.tables) await switchTo(layout, table, commit, claim);
	await sweep(layout, commit, folder, claim);
	return missing;
}

/** Folders that may hold a part which is not where it belongs yet. */
interface Sources {
	/** The outermost folder of ours. */
	readonly top: string;
	readonly flat: readonly string[];
	readonly data: readonly string[];
}

async function foldersWithParts(layout: Layout, folder: string): Promise<Sources> {
	return {
		top: storeOf(layout),
		flat: [layout.pending, ...(await entriesOf(layout.staging))],
		data: (await dataFolders(layout)).filter(other => other !== folder),
	};
}

// A file of an older folder is linked, not moved: readers have that folder until all tables have switched.
async function fetch({path}: Part, to: string, {top, flat, data}: Sources): Promise<boolean> {
	await makeOwnFolder(top, dirname(to));
	for (const folder of flat) if (await isDone(() => rename(unpublished(folder, path), to))) return true;
	for (const folder of data) if (await isDone(() => link(join(folder, path), to))) return true;
	// A writer that was overtaken may have been quicker.
	return exists(to);
}

async function isDone(work: () => Promise<void>): Promise<boolean> {
	try {
		await work();
		return true;
	} catch (error) {
		ignoring(error, 'ENOENT', 'ENOTDIR', 'EEXIST');
		return false;
	}
}

async function switchTo(layout: Layout, table: string, {data, remove}: Commit, claim: string): Promise<void> {
	const path = visibleFolder(layout, table);
	const target = linkOf(layout, table, data);
	const found = await lstat(path).catch(error => ignoring(error, 'ENOENT'));
	if (found?.isSymbolicLink() && (await readlink(path)) === target) return;
	if (found && !found.isSymbolicLink()) await makeRoom(path);
	await makeFolder(dirname(path));
	if (found?.isSymbolicLink()) {
		const to = join(dataFolder(layout, data), table);
		const isGone = (inner: string): boolean => remove.includes(`${table}/${inner}`);
		await carryForeign({from: path, to, top: storeOf(layout), isGone});
	}
	const draft = join(claim, `link-${table.replaceAll('/', '+')}`);
	await rm(draft, {force: true});
	await symlink(target, draft, 'dir');
	await rename(draft, path);
	await syncFolder(dirname(path));
}

/** Fails where a table cannot appear, because something that is not ours is there. */
export async function checkPlace(layout: Layout, table: string): Promise<void> {
	const path = visibleFolder(layout, table);
	const found = await lstat(path).catch(error => ignoring(error, 'ENOENT'));
	if (!found) return;
	if (!found.isSymbolicLink()) {
		await makeRoom(path);
		return;
	}
	const target = await readlink(path);
	if (!target.startsWith(`${relative(dirname(path), layout.home)}${sep}`))
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
		`${path}: there is ${what} that is not a dataset of Sluice. Move it away, or write to another folder (--output)`,
	);
}

// Parts of a commit whose record was removed by hand: they are to be read again, and would be seen twice.
// Other files are not ours.
async function buryStrays({parts}: Commit, folder: string, claim: string): Promise<void> {
	const wanted = new Set(parts.map(({path}) => path));
	const paths = (await readdir(folder, {recursive: true})).map(path => path.split(sep).join('/'));
	for (const path of paths)
		if (partName.test(basename(path)) && !wanted.has(path)) await bury(join(folder, path), claim);
}

// What is in nobody's commit: older folders, staged files of processes that have died, pending files of a run
// given up.
async function sweep(layout: Layout, {pending}: Commit, folder: string, claim: string): Promise<void> {
	for (const other of await dataFolders(layout)) if (other !== folder) await bury(other, claim);
	const wanted = new Set(pending.map(({path}) => unpublished(layout.pending, path)));
	for (const path of await entriesOf(layout.pending)) if (!wanted.has(path)) await bury(path, claim);
}
