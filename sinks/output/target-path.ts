/** The place where a file is made before it is whole, and its removal if it never gets whole. */
import {randomBytes} from 'node:crypto';
import {mkdir, realpath, rm, rmdir, stat} from 'node:fs/promises';
import {basename, dirname, join, resolve} from 'node:path';
import {ignoreCodes} from '../../src/core/files/durable.ts';
import {refuseLinks} from '../../src/state/folders/own-folders.ts';

/** A file that appears whole, or a path that is written in place. */
export type TargetPath = WholeFile | {readonly path: string; readonly temporary?: undefined};

export interface WholeFile {
	/** The path after symbolic links, so that the rename replaces the file and not the link. */
	readonly path: string;
	readonly temporary: string;
	/** The outermost folder that was made for it. */
	readonly madeFolder: string | undefined;
}

/**
 * Examines a path, and makes its folder. Writes nothing yet. Below the folder `own`, no symbolic link is
 * followed.
 */
export async function targetPath(path: string, own?: string): Promise<TargetPath> {
	if (own !== undefined) await refuseLinks(own, path);
	// These may lead to a regular file that a shell has opened (`> file`), which must be written and not
	// replaced.
	if (/^\/(dev|proc)\//.test(path)) return {path};
	const existing = await realpath(path).catch(error => ignoreCodes(error, 'ENOENT'));
	if (existing !== undefined) {
		const found = await stat(existing);
		if (found.isDirectory()) throw Object.assign(new Error('is a directory'), {code: 'EISDIR'});
		if (!found.isFile()) return {path: existing};
	}
	const madeFolder = existing === undefined ? await mkdir(dirname(path), {recursive: true}) : undefined;
	const real = existing ?? path;
	const temporary = join(
		dirname(real),
		`.${beginning(basename(real))}.tmp-${randomBytes(4).toString('hex')}`,
	);
	return {path: real, temporary, madeFolder};
}

// A file name has up to 255 bytes, and the temporary name is longer.
const MOST_BYTES = 200;

function beginning(name: string): string {
	return Buffer.byteLength(name) <= MOST_BYTES ? name : Buffer.from(name).subarray(0, MOST_BYTES).toString();
}

/** Removes the temporary file, and the folders that were made for it, if nothing else is in them. */
export async function discardFile({temporary, madeFolder}: WholeFile): Promise<void> {
	await rm(temporary, {force: true});
	if (madeFolder === undefined) return;
	const outermost = resolve(madeFolder);
	// From the innermost folder outwards, until one is not empty.
	for (let folder = resolve(dirname(temporary)); folder.startsWith(outermost); folder = dirname(folder)) {
		try {
			await rmdir(folder);
		} catch {
			return;
		}
	}
}
