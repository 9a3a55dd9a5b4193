/**
 * Files in the folder of a table that Sluice did not write: a user put them beside the parts, and they must
 * stay visible.
 */
import {link, readdir} from 'node:fs/promises';
import {basename, dirname, join, relative, sep} from 'node:path';
import {ignoreCodes} from '../../core/files/durable.ts';
import {makeOwnFolder} from './own-folders.ts';

/** The names of parts. */
export const partName = /^\d{8}T\d{6}Z-[0-9a-f]{4,7}-\d{5,}\.[a-z.]+$/;

export interface Carrying {
	/** The folder of a table that readers see, and the one that they will see. */
	readonly from: string;
	readonly to: string;
	/** A folder above `to`; there is no link on the way. */
	readonly top: string;
	/** Whether a commit removed this file, by its path in the folder: it must not be in the next one. */
	readonly isGone: (path: string) => boolean;
}

/** Gives all of them a second name in the next folder. A file that exists there stays as it is. */
export async function carryForeign({from, to, top, isGone}: Carrying): Promise<void> {
	const entries = await readdir(from, {recursive: true, withFileTypes: true}).catch(
		error => ignoreCodes(error, 'ENOENT', 'ENOTDIR') ?? [],
	);
	for (const entry of entries) {
		if (entry.isDirectory() || partName.test(basename(entry.name))) continue;
		const inner = relative(from, join(entry.parentPath, entry.name));
		if (isGone(inner.split(sep).join('/'))) continue;
		const path = join(to, inner);
		await makeOwnFolder(top, dirname(path));
		// A file that its owner removes at this very moment need not stay.
		await link(join(entry.parentPath, entry.name), path).catch(error =>
			ignoreCodes(error, 'EEXIST', 'ENOENT'),
		);
	}
}
