/** Files and folders that are still there when the machine has lost its power. */
import {type FileHandle, link, mkdir, open, readdir, rename, rm, stat} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {SluiceError, StateError} from '../errors.ts';

/**
 * Writes a new file, down to the disk. Nobody else may read it: what is ours to keep can hold what an API
 * said in confidence.
 */
export async function writeDurably(path: string, text: string): Promise<void> {
	const file = await open(path, 'wx', 0o600);
	try {
		await file.writeFile(text);
		await file.sync();
	} finally {
		await file.close();
	}
}

/**
 * Puts a text in the place of a file: readers see the old one or the new one, and each of them whole. Two
 * processes that may write at once need drafts of their own.
 */
export async function replaceFile(path: string, text: string, draft = `${path}.part`): Promise<void> {
	await rm(draft, {force: true});
	await writeDurably(draft, text);
	await rename(draft, path);
}

/**
 * A rename is durable only when the folder that holds the names is. Not every file system can do that, or
 * lets us.
 */
export async function syncFolder(path: string): Promise<void> {
	let folder: FileHandle | undefined;
	try {
		folder = await open(path, 'r');
		await folder.sync();
	} catch (error) {
		ignoring(error, 'EACCES', 'EPERM', 'EISDIR', 'EINVAL', 'ENOTSUP');
	} finally {
		await folder?.close();
	}
}

/**
 * Makes a folder with all that it is in, and their names durable. `mkdir -p` of Node gives a wrong reason on
 * a read-only disk.
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
			ignoring(again, 'EEXIST', 'ENOENT');
			// What it is in has been there a moment ago. No other process does that, but a file system that makes no
			// folders.
			if (again.code === 'ENOENT')
				throw new StateError(`cannot make the folder ${path}; write to another place`, {cause: again});
		});
	}
	await syncFolder(dirname(path));
}

/** Gives a file a second name, which fails when the name is taken. */
export async function linkNew(from: string, to: string): Promise<void> {
	try {
		await link(from, to);
	} catch (error) {
		const {code = '', message} = error as NodeJS.ErrnoException;
		if (['EPERM', 'ENOTSUP', 'EOPNOTSUPP'].includes(code))
			throw new StateError(
				`${to}: the file system has no hard links, which commits and locks need (${message}). Write to another one`,
			);
		throw error;
	}
}

/**
 * Takes a file or folder away at once, by way of `grave`, a folder of the caller's. Fails when there is no
 * grave: a process whose folder was taken from it has no business with anybody's files.
 */
export async function bury(path: string, grave: string): Promise<void> {
	const buried = join(grave, `gone-${basename(path)}`);
	try {
		await rename(path, buried);
	} catch (error) {
		ignoring(error, (await exists(grave)) ? 'ENOENT' : '');
		return;
	}
	await rm(buried, {recursive: true, force: true});
}

/** Paths of everything in a folder; none when there is no folder. */
export async function entriesOf(folder: string): Promise<string[]> {
	const names = await readdir(folder).catch(error => ignoring(error, 'ENOENT') ?? []);
	return names.map(name => join(folder, name));
}

export async function exists(path: string): Promise<boolean> {
	return (await stat(path).catch(error => ignoring(error, 'ENOENT', 'ENOTDIR'))) !== undefined;
}

/** `undefined` for an error with one of these codes; throws any other. */
export function ignoring(error: unknown, ...codes: readonly string[]): undefined {
	if (!codes.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
}

/** What the codes of the file system mean to a person, wherever something is written. */
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

/** Does the work; a failure of the file system says whose it is, and what that means. */
export async function explained<T>(name: string, path: string, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		if (error instanceof SluiceError) throw error;
		const {code = '', message} = error as NodeJS.ErrnoException;
		const reason = advice[code] === undefined ? message : `${advice[code]} (${code})`;
		throw new StateError(`${name}: cannot write ${path}: ${reason}`, {cause: error});
	}
}
