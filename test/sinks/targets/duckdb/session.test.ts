/** Transactions whose temporary tables cannot be removed. */
import {equal, rejects} from 'node:assert/strict';
import {test} from 'node:test';
import {Session} from '../../../../sinks/targets/duckdb/session.ts';

test('a temporary table that stays hides neither a commit nor its failure', async () => {
	const ran: string[] = [];
	const connection = {
		async runAndReadAll(sql: string) {
			ran.push(sql);
			return {getRowObjectsJS: () => [], rowsChanged: 0};
		},
		async run(sql: string) {
			ran.push(sql);
			throw new Error('the disk is full');
		},
	};
	const db = new Session('shown', {} as never, {} as never, connection as never);
	const staged = async () => {
		await db.stage('new', 'old');
		return 7;
	};
	equal(await db.transaction(staged), 7);
	equal(ran.at(-1), 'DROP TABLE IF EXISTS new');
	await rejects(
		db.transaction(async () => {
			throw new Error('no value');
		}),
		/^Error: no value$/,
	);
});
