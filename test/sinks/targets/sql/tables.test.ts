/** Tables that are there already, and the columns of rows that come. */
import {deepEqual, rejects} from 'node:assert/strict';
import {join} from 'node:path';
import {test} from 'node:test';
import {openSession, type Session} from '../../../../sinks/targets/duckdb/session.ts';
import {ensureTable} from '../../../../sinks/targets/sql/tables.ts';
import type {Column} from '../../../../src/core/schema/schema.ts';
import {temporaryFolder} from '../../../helpers/folder.ts';

test('a wider column stays only where it changes no value', async () => {
	await using folder = await temporaryFolder();
	const db = await openSession(join(folder.path, 'file.db'), 'file', false);
	try {
		await db.run('CREATE TABLE t (d DOUBLE, j JSON, v VARCHAR, _sluice_run VARCHAR)');
		const given = {isEmptied: false, isKnown: true};
		const fitting = (name: string, type: 'bigint' | 'text') =>
			ensureTable(db, 't', {columns: [{name, type, nullable: true} as Column]}, given);
		await rejects(fitting('d', 'bigint'), /t\.d: is bigint now, and DOUBLE in the table/);
		await rejects(fitting('j', 'text'), /t\.j: is text now, and JSON in the table/);
		await fitting('v', 'bigint');
		await fitting('j', 'bigint');
		deepEqual(await typesOf(db), ['DOUBLE', 'JSON', 'VARCHAR', 'VARCHAR']);
	} finally {
		db.close();
	}
});

async function typesOf(db: Session): Promise<string[]> {
	return [...((await db.columns('t')) ?? new Map()).values()].map(({type}) => type);
}
