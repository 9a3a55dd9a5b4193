/**
 * Files in the folder of a table that are not ours: somebody put them beside the parts, and they stay where
 * they are seen.
 */
import {link, readdir} from 'node:fs/promises';
import {basename, dirname, join, relative, sep} from 'node:path';
import {ignoreCodes} from '../core/files/durable.ts';
import {makeOwnFolder} from './own-folders.ts';

/** Names that runs give to parts. */
export const partName = /^\d{8}T\d{6}Z-[0-9a-f]{4,7}-\d{5,}\.[a-z.]+$/;

export interface Carrying {
	/** Folders of a table: that which readers see, and that which they will. */
	readonly from: string;
	readonly to: string;
	/** Has `to` in it, and no link on the way. */
	readonly top: string;
	/** Whether a commit took this file away, by its path in the folder: it has no business in the next. */
	readonly isGone: (path: string) => boolean;
}

/** Gives all of them a second name in the next folder. What has that name already stays as it is. */
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
		// One that its owner takes away this very moment need not stay.
		await link(join(entry.parentPath, entry.name), path).catch(error =>
			ignoreCodes(error, 'EEXIST', 'ENOENT'),
		);
	}
}
