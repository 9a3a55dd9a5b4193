/**
 * Folders that belong to Sluice: through a symbolic link among them, it would write to files of other owners.
 */
import {lstat} from 'node:fs/promises';
import {dirname, join, relative, sep} from 'node:path';
import {StateError} from '../../core/errors.ts';
import {ignoreCodes, makeFolder} from '../../core/files/durable.ts';
import {type Layout, STORE} from './layout.ts';

/** The outermost of these folders. The root around it belongs to the user, and may be a link. */
export function storeOf({root}: Pick<Layout, 'root'>): string {
	return join(root, STORE);
}

/**
 * Fails when `path`, or a folder between `top` and `path`, is a symbolic link. A path that does not exist is
 * none.
 */
export async function refuseLinks(top: string, path: string): Promise<void> {
	let step = dirname(top);
	for (const name of relative(step, path).split(sep)) {
		step = join(step, name);
		const found = await lstat(step).catch(error => ignoreCodes(error, 'ENOENT', 'ENOTDIR'));
		if (!found) return;
		if (found.isSymbolicLink())
			throw new StateError(
				`${step}: is a symbolic link, and Sluice follows none in its own folders. Nothing was written ` +
					'there. Remove the link; to keep data elsewhere, let the output folder itself be the link',
			);
	}
}

/** `makeFolder()` for a folder below `top`, in whose path no link is allowed. */
export async function makeOwnFolder(top: string, path: string): Promise<void> {
	await refuseLinks(top, path);
	await makeFolder(path);
}
