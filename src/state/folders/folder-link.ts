/**
 * The symbolic link with which a table switches from one folder to another in one step. On Windows, only
 * administrators may make one, or all users in developer mode. Junctions are no alternative: one cannot
 * replace another in one step, so readers would find no table in between.
 */
import {rm, symlink} from 'node:fs/promises';
import {join} from 'node:path';
import {StateError} from '../../core/errors.ts';

export async function linkFolder(target: string, path: string): Promise<void> {
	try {
		await symlink(target, path, 'dir');
	} catch (error) {
		const {code = '', message} = error as NodeJS.ErrnoException;
		if (!['EPERM', 'EACCES', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP'].includes(code)) throw error;
		throw new StateError(
			`${path}: no symbolic link can be made here, by which a dataset shows its new files at once ` +
				`(${message}). On Windows, turn on Developer Mode (Settings, System, For developers) or run as ` +
				'administrator; else write to a file system that has them (--output), or to one file: sluice read ' +
				'RESOURCE --output FILE',
		);
	}
}

/** Fails before anything is read where links cannot be made. */
export async function checkLinks(folder: string): Promise<void> {
	const probe = join(folder, 'link-probe');
	await linkFolder('.', probe);
	await rm(probe);
}
