/** The commit log: numbered records, each created once and never changed. */
import {readdir, readFile, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {StateError} from '../../core/errors.ts';
import {linkNew} from '../../core/files/durable.ts';
import {type Commit, DamagedRecordError, parseCommit} from '../commit.ts';
import {type Layout, paddedVersion} from '../folders/layout.ts';
import {missingParts} from '../folders/on-disk.ts';

const recordName = /^(\d{12})\.json$/;
// The last record is complete by itself; older ones are kept for readers who examine the history.
export const KEPT_RECORDS = 100;

/** The last record; `undefined` when there was no commit yet. */
export async function lastCommit(layout: Layout): Promise<Commit | undefined> {
	const {log} = layout;
	const version = (await listVersions(log)).at(-1);
	if (version === undefined) return undefined;
	try {
		return await record(log, version);
	} catch (error) {
		if (!(error instanceof DamagedRecordError)) throw error;
		throw new StateError(
			`${error.message}. Nothing was changed. ${await wayOut(layout, await lastWhole(layout))}`,
		);
	}
}

/** The last record that can be read. */
export async function lastWhole({log}: Layout): Promise<Commit | undefined> {
	for (const version of (await listVersions(log)).reverse()) {
		const commit = await record(log, version).catch(error => {
			if (!(error instanceof DamagedRecordError)) throw error;
		});
		if (commit) return commit;
	}
	return undefined;
}

async function record(log: string, version: number): Promise<Commit> {
	const path = join(log, `${paddedVersion(version)}.json`);
	return parseCommit(await readFile(path, 'utf8'), path);
}

// Removing a record helps only where the files of the one before it still exist.
async function wayOut(layout: Layout, before: Commit | undefined): Promise<string> {
	const repair = `let \`sluice verify ${layout.name} --repair\` make a record of the files that are there`;
	if (!before) return `Restore it from a backup; or ${repair}. No record before it can be read`;
	const gone = await missingParts(layout, before);
	if (gone.length > 0) {
		const of = `${gone.length} of the ${before.parts.length + before.pending.length} files`;
		return (
			`Restore it from a backup; or ${repair}. Do not remove it: of commit ${before.version} before it, ` +
			`${of} are gone`
		);
	}
	const rows = before.parts.reduce((sum, part) => sum + (part.kind === 'rows' ? part.rows : 0), 0);
	return (
		`Restore it from a backup; or ${repair}; or remove it, which takes the dataset back to commit ` +
		`${before.version}: ${rows} row${rows === 1 ? '' : 's'}, and the files that came after it are ` +
		'deleted by the next run or `sluice gc`'
	);
}

/**
 * Makes the file at `draft` the record of `version`. Creating the name is the commit: of two writers, one
 * fails here, and has changed nothing.
 */
export async function append({log, name}: Layout, version: number, draft: string): Promise<void> {
	const path = join(log, `${paddedVersion(version)}.json`);
	try {
		await linkNew(draft, path);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'EEXIST')
			throw new StateError(
				`${name}: another process committed ${path} in the meantime; nothing of this run was added. Run ` +
					'it again',
			);
		throw error;
	}
}

export async function prune({log}: Layout): Promise<void> {
	const old = (await listVersions(log)).slice(0, -KEPT_RECORDS);
	await Promise.all(old.map(version => rm(join(log, `${paddedVersion(version)}.json`), {force: true})));
}

export async function listVersions(log: string): Promise<number[]> {
	const names = await readdir(log).catch((error: NodeJS.ErrnoException) => {
		if (error.code === 'ENOENT') return [];
		throw error;
	});
	return names
		.map(name => Number(recordName.exec(name)?.[1] ?? 0))
		.filter(version => version > 0)
		.sort((one, other) => one - other);
}
