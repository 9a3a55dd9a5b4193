/** One connection: its settings, and what it says of commits and of errors. */
import {deepEqual, equal, rejects} from 'node:assert/strict';
import {test} from 'node:test';
import {isAnswered} from '../../../../sinks/targets/postgres/errors.ts';
import {openSession} from '../../../../sinks/targets/postgres/session.ts';
import {lacksPostgres, postgres} from '../../../helpers/postgres.ts';

test('an error of the connection is no answer of the server', () => {
	equal(isAnswered({code: 'EPIPE', syscall: 'write'}), false);
	equal(isAnswered({code: '57P01', severity: 'FATAL'}), false);
	equal(isAnswered({code: '23505', severity: 'ERROR'}), true);
});

test('a session has its own settings, and notices what fails', {skip: lacksPostgres}, async () => {
	await using server = await postgres();
	await server.query("ALTER DATABASE postgres SET DateStyle = 'German'");
	await server.query('ALTER DATABASE postgres SET extra_float_digits = -5');
	const options = {shown: 'shown', schema: 'public', application: 'test of sessions'};
	const db = await openSession({...options, url: server.url});
	try {
		const {rows} = await db.run("SELECT '2024-03-04'::date::text AS day, (0.1::float8 + 0.2)::text AS sum");
		deepEqual(rows, [{day: '2024-03-04', sum: '0.30000000000000004'}]);
		const work = () => db.run('SELECT 1 / 0').catch(() => {});
		await rejects(db.transaction(work), /shown: the database took the transaction back/);
		equal(await db.transaction(async () => 7), 7);
	} finally {
		await db.close();
	}
	// A setting that the server refuses.
	await server.query('REVOKE ALL ON FUNCTION pg_catalog.set_config(text, text, boolean) FROM PUBLIC');
	await server.query('CREATE ROLE reader LOGIN');
	await rejects(
		openSession({...options, url: server.url.replace(/\/\/[^@]*@/, '//reader@')}),
		/permission denied/,
	);
	const open = "SELECT count(*)::int FROM pg_stat_activity WHERE usename = 'reader'";
	for (let tries = 0; tries < 100 && (await server.one(open)) !== 0; tries++);
	equal(await server.one(open), 0);
});
