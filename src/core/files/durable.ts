/** Writes files and folders that survive a loss of power. */
import {type FileHandle, link, mkdir, open, readdir, rename, rm, stat} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {SluiceError, StateError} from '../errors.ts';

/**
 * Writes a new file, and flushes it to the disk. Only its owner may read it, as it can hold confidential data
 * of an API.
 */
export async function writeDurably(path: string, content: string | Uint8Array, mode = 0o600): Promise<void> {
	const file = await open(path, 'wx', mode);
	try {
		await file.writeFile(content);
		await file.sync();
	} finally {
		await file.close();
	}
}

/**
 * Replaces a file by a text: readers see the old file or the new one, each of them whole. Two processes that
 * may write at once need different drafts.
 */
export async function replaceFile(
	path: string,
	text: string,
	draft = `${path}.part`,
	mode?: number,
): Promise<void> {
	await rm(draft, {force: true});
	await writeDurably(draft, text, mode);
	await rename(draft, path);
}

/**
 * Flushes a folder: a rename is durable only when the folder with the names is. Not every file system can do
 * that, or permits it.
 */
export async function syncFolder(path: string): Promise<void> {
	let folder: FileHandle | undefined;
	try {
		folder = await open(path, 'r');
		await folder.sync();
	} catch (error) {
		ignoreCodes(error, 'EACCES', 'EPERM', 'EISDIR', 'EINVAL', 'ENOTSUP');
	} finally {
		await folder?.close();
	}
}

/**
 * Makes a folder and the folders around it, and their names durable. `mkdir -p` of Node reports a wrong
 * reason on a read-only disk.
 */
export async function makeFolder(path: string): Promise<void> {
	try {
		await mkdir(path);
	} catch (error) {
		const {code} = error as NodeJS.ErrnoException;
		if (code === 'EEXIST') return;
		if (code !== 'ENOENT') throw error;
		await makeFolder(dirname(path));
		await mkdir(path).catch(again => {
			ignoreCodes(again, 'EEXIST', 'ENOENT');
			// The parent folder existed a moment ago. No other process removes it, so the file system cannot make
			// folders.
			if (again.code === 'ENOENT')
				throw new StateError(`cannot make the folder ${path}; write to another place`, {cause: again});
		});
	}
	await syncFolder(dirname(path));
}

/** Gives a file a second name; fails when the name exists. */
export async function linkNew(from: string, to: string): Promise<void> {
	try {
		await link(from, to);
	} catch (error) {
		const {code = '', message} = error as NodeJS.ErrnoException;
		if (['EPERM', 'ENOTSUP', 'EOPNOTSUPP'].includes(code))
			throw new StateError(
				`${to}: the file system has no hard links, which commits and locks need (${message}). Write to ` +
					'another one',
			);
		throw error;
	}
}

/**
 * Removes a file or folder at once, by moving it to `grave`, a folder of the caller. Fails when `grave` does
 * not exist: a process that lost its folder must not remove files any more.
 */
export async function removeThrough(path: string, grave: string): Promise<void> {
	const buried = join(grave, `gone-${basename(path)}`);
	try {
		await rename(path, buried);
	} catch (error) {
		ignoreCodes(error, (await exists(grave)) ? 'ENOENT' : '');
		return;
	}
	await rm(buried, {recursive: true, force: true});
}

/** Paths of everything in a folder; an empty list when there is no folder. */
export async function pathsIn(folder: string): Promise<string[]> {
	const names = await readdir(folder).catch(error => ignoreCodes(error, 'ENOENT') ?? []);
	return names.map(name => join(folder, name));
}

export async function exists(path: string): Promise<boolean> {
	return (await stat(path).catch(error => ignoreCodes(error, 'ENOENT', 'ENOTDIR'))) !== undefined;
}

/** `undefined` for an error with one of these codes; throws any other. */
export function ignoreCodes(error: unknown, ...codes: readonly string[]): undefined {
	if (!codes.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
}

/** What the error codes of the file system mean, for messages about writing. */
export const fileProblems = {
	EACCES: 'no permission to write there',
	EPERM: 'no permission to write there',
	EROFS: 'the file system is read-only',
	ENOSPC: 'no space left on the disk',
	EDQUOT: 'the disk quota is used up',
	ENOTDIR: 'a part of the path is a file, not a folder',
	EEXIST: 'a part of the path is a file, not a folder',
};

const advice: Readonly<Record<string, string>> = {
	...fileProblems,
	ENOENT: 'another process has taken it over, or removed it; nothing more was committed',
};

/** Does the work; an error of the file system becomes one that names the resource and explains the code. */
export async function explainFileErrors<T>(name: string, path: string, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		if (error instanceof SluiceError) throw error;
		const {code = '', message} = error as NodeJS.ErrnoException;
		const reason = advice[code] === undefined ? message : `${advice[code]} (${code})`;
		throw new StateError(`${name}: cannot write ${path}: ${reason}`, {cause: error});
	}
}
