/** The names of runs, and the bytes of parts, in the tables of Sluice itself. */
import {deepEqual, equal, rejects} from 'node:assert/strict';
import {randomBytes} from 'node:crypto';
import {readdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {openSession} from '../../../../sinks/targets/duckdb/session.ts';
import {makeOwnTables, noteRun, PENDING} from '../../../../sinks/targets/sql/own-tables.ts';
import {bringPart, keepPart} from '../../../../sinks/targets/sql/pending.ts';
import type {Part} from '../../../../src/state/commit.ts';
import {temporaryFolder} from '../../../helpers/folder.ts';

test('two resources have no run of the same name', async () => {
	await using folder = await temporaryFolder();
	const db = await openSession(join(folder.path, 'file.db'), 'file', false);
	try {
		await makeOwnTables(db);
		const first = {run: 'r', dataset: 'one', resource: 'rows'};
		await noteRun(db, first);
		await noteRun(db, first);
		await rejects(noteRun(db, {...first, dataset: 'two'}), /the name of one of rows in one/);
		await rejects(noteRun(db, {...first, resource: 'others'}), /the name of one of rows in one/);
	} finally {
		db.close();
	}
});

test('a part comes back whole or not at all', async () => {
	await using folder = await temporaryFolder();
	const db = await openSession(join(folder.path, 'file.db'), 'file', false);
	try {
		await makeOwnTables(db);
		const bytes = randomBytes(9 * 1024 ** 2);
		const part = {path: 'p', bytes: bytes.length} as Part;
		const given = join(folder.path, 'given');
		await writeFile(given, bytes);
		await keepPart(db, 'd', part, given);
		const brought = join(folder.path, 'brought');
		equal(await bringPart(db, 'd', part, brought), true);
		deepEqual(await readFile(brought), bytes);
		await db.run(`DELETE FROM ${db.table(PENDING)} WHERE number = 2`);
		equal(await bringPart(db, 'd', part, join(folder.path, 'half')), false);
		deepEqual(
			(await readdir(folder.path)).filter(name => name.startsWith('half')),
			[],
		);
	} finally {
		db.close();
	}
});
