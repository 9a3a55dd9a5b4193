/** Compares the files of a dataset in a store with its last commit, to the last byte. */
import {createHash, randomUUID} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {mkdir, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {plural} from '../../../src/core/quantity.ts';
import type {Commit} from '../../../src/state/commit.ts';
import type {Store} from '../../../src/state/store.ts';
import type {TableLog} from './table-log.ts';

export interface FilesAudit {
	readonly store: Store;
	readonly tables: TableLog;
	readonly commit: Commit;
	/** Where parts are that readers do not see yet. */
	readonly pendingFolder: string;
	/** An existing folder of this machine, for one file at a time. */
	readonly scratch: string;
}

/** One line for each difference. */
export async function auditFiles({
	store,
	tables,
	commit,
	pendingFolder,
	scratch,
}: FilesAudit): Promise<string[]> {
	const keys = new Set<string>();
	for (const prefix of [...commit.tables.map(table => `${table}/`), pendingFolder])
		if (prefix !== '') for await (const key of store.list(prefix)) keys.add(key);
	const expected = [
		...commit.parts.map(part => ({part, key: part.path})),
		...commit.pending.map(part => ({part, key: `${pendingFolder}${part.path}`})),
	];
	await mkdir(scratch, {recursive: true, mode: 0o700});
	const problems: string[] = [];
	for (const {part, key} of expected) {
		const name = `${store.location}/${key}`;
		if (!keys.has(key)) problems.push(`${name}: gone, with ${plural(part.rows, 'row')}`);
		// Of a file that another program has written, no hash is known.
		else if (part.sha256 !== '' && (await hashOf(store, key, scratch)) !== part.sha256)
			problems.push(`${name}: damaged: its bytes are not those that were written`);
	}
	if (tables.keepsRemoved) return problems;
	const known = new Set(expected.map(({key}) => key));
	for (const key of keys)
		if (!known.has(key) && !key.startsWith(pendingFolder))
			problems.push(`${store.location}/${key}: nobody committed it, and readers see it`);
	return problems;
}

async function hashOf(store: Store, key: string, scratch: string): Promise<string> {
	const file = join(scratch, `audit-${randomUUID()}`);
	try {
		await store.download(key, file);
		const hash = createHash('sha256');
		for await (const chunk of createReadStream(file)) hash.update(chunk);
		return hash.digest('hex');
	} finally {
		await rm(file, {force: true});
	}
}
