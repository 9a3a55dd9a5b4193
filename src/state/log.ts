/** The commit log: numbered records, of which each is created once and never changed. */
import {readdir, readFile, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {StateError} from '../core/errors.ts';
import {linkNew} from './files.ts';
import {type Layout, padded} from './layout.ts';
import {type Commit, parse} from './record.ts';

const recordName = /^(\d{12})\.json$/;
// Older ones say nothing that the last does not; these are for whoever wants to see how it came about.
export const KEPT_RECORDS = 100;

/** The last record; nothing when there was no commit yet. */
export async function lastCommit({log}: Layout): Promise<Commit | undefined> {
	const version = (await versions(log)).at(-1);
	if (version === undefined) return undefined;
	const path = join(log, `${padded(version)}.json`);
	return parse(await readFile(path, 'utf8'), path);
}

/**
 * Makes the file at `draft` the record of `version`. Creating the name is the commit: of two writers, one fails here, and
 * has changed nothing.
 */
export async function append({log, name}: Layout, version: number, draft: string): Promise<void> {
	const path = join(log, `${padded(version)}.json`);
	try {
		await linkNew(draft, path);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'EEXIST')
			throw new StateError(
				`${name}: another process committed ${path} in the meantime; nothing of this run was added. Run it again`,
			);
		throw error;
	}
}

export async function prune({log}: Layout): Promise<void> {
	const old = (await versions(log)).slice(0, -KEPT_RECORDS);
	await Promise.all(old.map(version => rm(join(log, `${padded(version)}.json`), {force: true})));
}

export async function versions(log: string): Promise<number[]> {
	const names = await readdir(log).catch((error: NodeJS.ErrnoException) => {
		if (error.code === 'ENOENT') return [];
		throw error;
	});
	return names
		.map(name => Number(recordName.exec(name)?.[1] ?? 0))
		.filter(version => version > 0)
		.sort((one, other) => one - other);
}
