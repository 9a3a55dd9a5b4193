/**
 * The symbolic link by which a table switches from one folder to another at once. Windows gives the right to
 * make one to administrators, and in its developer mode to everybody. Its junctions are no way out: none can
 * take the place of another in one step, so readers would find no table in between.
 */
import {rm, symlink} from 'node:fs/promises';
import {join} from 'node:path';
import {StateError} from '../core/errors.ts';

export async function linkFolder(target: string, path: string): Promise<void> {
	try {
		await symlink(target, path, 'dir');
	} catch (error) {
		const {code = '', message} = error as NodeJS.ErrnoException;
		if (!['EPERM', 'EACCES', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP'].includes(code)) throw error;
		throw new StateError(
			`${path}: no symbolic link can be made here, by which a dataset shows its new files at once (${message}). ` +
				'On Windows, turn on Developer Mode (Settings, System, For developers) or run as administrator; ' +
				'else write to a file system that has them (--output), or to one file: sluice read RESOURCE --output FILE',
		);
	}
}

/** Fails before anything is read where no link can be made. */
export async function checkLinks(folder: string): Promise<void> {
	const probe = join(folder, 'link-probe');
	await linkFolder('.', probe);
	await rm(probe);
}
