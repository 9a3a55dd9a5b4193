/**
 * Folders that are the project's own: a symbolic link among them would lead what is written to somebody
 * else's files.
 */
import {lstat} from 'node:fs/promises';
import {dirname, join, relative, sep} from 'node:path';
import {StateError} from '../core/errors.ts';
import {ignoreCodes, makeFolder} from '../core/files/durable.ts';
import {type Layout, STORE} from './layout.ts';

/** The outermost of them. The root around it is the user's, and may be a link. */
export function storeOf({root}: Pick<Layout, 'root'>): string {
	return join(root, STORE);
}

/**
 * Fails when `path`, or a folder that it is in down from `top`, is a symbolic link. What is not there yet is
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
				`${step}: is a symbolic link, and Sluice follows none in its own folders. Nothing was written there. ` +
					'Remove the link; to keep data elsewhere, let the output folder itself be the link',
			);
	}
}

/** `makeFolder()` for one below `top`, of which no part may be a link. */
export async function makeOwnFolder(top: string, path: string): Promise<void> {
	await refuseLinks(top, path);
	await makeFolder(path);
}
