/** Runs into PostgreSQL: dispositions, columns, nested tables, refused rows, verbs. Rows are counted by pg. */
import {deepEqual, equal, match, ok, rejects} from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {type ConfigObject, RunError, run} from '../../../../src/index.ts';
import {query as duckdb} from '../../../helpers/duckdb.ts';
import {temporaryFolder} from '../../../helpers/folder.ts';
import {lacksPostgres, type Postgres, postgres} from '../../../helpers/postgres.ts';
import {type ScriptedServer, startServer} from '../../../helpers/server.ts';

const options = {skip: lacksPostgres};
let db: Postgres;
let api: ScriptedServer;
/** What the API answers, by resource. */
const answers = new Map<string, readonly unknown[]>();

before(async () => {
	if (lacksPostgres) return;
	db = await postgres();
	api = await startServer([
		{path: '/rows', respond: {fn: ({query}) => ({json: {data: answers.get(query.of?.[0] ?? '') ?? []}})}},
	]);
});

after(async () => {
	await api?.close();
	await db?.[Symbol.asyncDispose]();
});

function resource(name: string, more: object = {}): object {
	const endpoint = {path: `rows?of=${name}`, data_selector: 'data', paginator: 'single_page'};
	return {name, endpoint, ...more};
}

async function runInto(output: string, resources: readonly object[], more: object = {}) {
	await using folder = await temporaryFolder();
	const config = {
		client: {base_url: api.url, retry: {max_retries: 0}},
		output: {spool: folder.path},
		resources,
	} as unknown as ConfigObject;
	return await run(config, {output, ...more});
}

const values = [
	{
		id: 1,
		text: 'a "b", c',
		real: 1.5,
		yes: true,
		at: '2024-01-05T10:00:00.5Z',
		deep: {a: [1, null, 'ü\ud800']},
	},
	{id: 2, text: '', real: 2, yes: null, at: null, deep: null, big: 9007199254740993n.toString()},
	{id: 3, text: '\\.', real: -0.25, yes: false, at: '1969-12-31T23:59:59Z', deep: {a: []}},
	{id: 4, text: 'line\r\nbreak\ttab \\N', real: 1e300, deep: {a: 'x'}},
];

test('rows and types are those of a folder', options, async () => {
	answers.set('kinds', values);
	const columns = {
		big: {data_type: 'decimal', precision: 30, scale: 0},
		day: {data_type: 'date'},
		raw: {data_type: 'binary'},
	};
	answers.set(
		'kinds',
		values.map((value, at) => ({
			...value,
			day: `2024-02-0${at + 1}`,
			raw: Buffer.from([0, at, 255]).toString('base64'),
		})),
	);
	const one = resource('kinds', {columns, primary_key: 'id'});
	await runInto(db.url, [one]);
	await using folder = await temporaryFolder();
	await runInto(folder.path, [one]);
	const types = await db.query(
		`SELECT attname AS name, format_type(atttypid, atttypmod) AS type, attnotnull AS required
		FROM pg_attribute WHERE attrelid = 'kinds'::regclass AND attnum > 0 AND attname <> '_sluice_run' ORDER BY attnum`,
	);
	deepEqual(
		types.map(({name, type, required}) => [name, type, required]),
		[
			['id', 'bigint', true],
			['text', 'text', false],
			['real', 'double precision', false],
			['yes', 'boolean', false],
			['at', 'timestamp with time zone', false],
			['deep', 'jsonb', false],
			['big', 'numeric(30,0)', false],
			['day', 'date', false],
			['raw', 'bytea', false],
		].sort((a, b) => types.findIndex(t => t.name === a[0]) - types.findIndex(t => t.name === b[0])),
	);
	const here = await db.query(
		`SELECT id::int AS id, text, real, yes, (extract(epoch FROM at) * 1000)::bigint::text AS at, big::text AS big,
		day::text AS day, encode(raw, 'hex') AS raw FROM kinds ORDER BY id`,
	);
	const there = await duckdb(
		`SELECT id::int AS id, text, real, yes, epoch_ms("at")::text AS at, big::text AS big, day::text AS day,
		lower(hex(raw)) AS raw FROM '${folder.path}/kinds/*.parquet' ORDER BY id`,
	);
	deepEqual(here, there);
	deepEqual(await db.one("SELECT deep #>> '{a,2}' FROM kinds WHERE id = 1"), 'ü\uFFFD');
});

test(
	'a merge inserts, updates and deletes with the rows of lists, and an older row changes nothing',
	options,
	async () => {
		const merged = resource('people', {
			write_disposition: 'merge',
			primary_key: 'id',
			nested: 'tables',
			columns: {gone: {data_type: 'bool', hard_delete: true}},
			endpoint: {
				path: 'rows?of=people',
				data_selector: 'data',
				paginator: 'single_page',
				incremental: {cursor_path: 'at', initial_value: '2020-01-01T00:00:00Z', lag: 1_000_000_000},
			},
		});
		const row = (id: number, at: string, tags: readonly string[], more: object = {}) => ({
			...{id, at: `2024-01-${at}T00:00:00Z`, tags: tags.map(k => ({k})), gone: false},
			...more,
		});
		answers.set('people', [
			row(1, '05', ['a', 'b']),
			row(2, '05', ['c']),
			row(3, '05', ['d']),
			row(2, '06', ['e']),
		]);
		const first = await runInto(db.url, [merged]);
		deepEqual(first.resources[0]?.merge, {inserted: 3, updated: 0, deleted: 0});
		equal(await db.one("SELECT string_agg(k, ',' ORDER BY k) FROM people__tags"), 'a,b,d,e');
		answers.set('people', [
			row(1, '04', ['old']),
			row(2, '07', []),
			row(3, '08', ['x'], {gone: true}),
			row(4, '08', ['y', 'z'], {extra: 1}),
			row(5, '08', ['w'], {gone: true}),
		]);
		const second = await runInto(db.url, [merged]);
		deepEqual(second.resources[0]?.merge, {inserted: 1, updated: 1, deleted: 1});
		deepEqual(
			(await db.query('SELECT id, at::date::text AS at, extra FROM people ORDER BY id')).map(Object.values),
			[
				['1', '2024-01-05', null],
				['2', '2024-01-07', null],
				['4', '2024-01-08', '1'],
			],
		);
		equal(await db.one("SELECT string_agg(k, ',' ORDER BY k) FROM people__tags"), 'a,b,y,z');
	},
);

test('a merge key replaces what it names', options, async () => {
	const daily = resource('daily', {
		write_disposition: 'merge',
		merge_key: 'day',
		columns: {day: {data_type: 'text'}},
	});
	answers.set('daily', [
		{day: 'mon', n: 1},
		{day: 'mon', n: 2},
		{day: 'tue', n: 3},
	]);
	await runInto(db.url, [daily]);
	answers.set('daily', [{day: 'mon', n: 9}]);
	await runInto(db.url, [daily]);
	deepEqual((await db.query('SELECT day, n FROM daily ORDER BY n')).map(Object.values), [
		['tue', '3'],
		['mon', '9'],
	]);
});

test('a replacement replaces its own rows only, and types may change', options, async () => {
	const a = resource('left', {table_name: 'pair', write_disposition: 'replace'});
	const b = resource('right', {table_name: 'pair', write_disposition: 'replace'});
	answers.set('left', [{id: 1}, {id: 2}]);
	answers.set('right', [{id: 3}]);
	await runInto(db.url, [a, b]);
	answers.set('left', [{id: 4}]);
	await runInto(db.url, [a, b], {resources: ['left']});
	equal(await db.one("SELECT string_agg(id::text, ',' ORDER BY id) FROM pair"), '3,4');
	answers.set('left', []);
	await rejects(runInto(db.url, [a], {}), RunError);
	equal(await db.one('SELECT count(*)::int FROM pair'), 2);
	const alone = resource('alone', {write_disposition: 'replace'});
	answers.set('alone', [{v: 'x'}]);
	await runInto(db.url, [alone]);
	answers.set('alone', [{v: 7}]);
	await runInto(db.url, [alone]);
	equal(await db.one('SELECT v FROM alone'), '7');
});

test('an append widens columns, adds new ones, and --full-refresh begins anew', options, async () => {
	const one = resource('grows', {write_disposition: 'append'});
	answers.set('grows', [{id: 1, n: 1}]);
	await runInto(db.url, [one]);
	answers.set('grows', [{id: 2, n: 1.5, more: 'x'}]);
	await runInto(db.url, [one]);
	deepEqual((await db.query('SELECT id, n, more FROM grows ORDER BY id')).map(Object.values), [
		['1', 1, null],
		['2', 1.5, 'x'],
	]);
	answers.set('grows', [{id: 3, n: 'text'}]);
	await runInto(db.url, [one], {fullRefresh: true});
	deepEqual((await db.query('SELECT id FROM grows')).map(Object.values), [['3']]);
});

test('refused rows go to a table, and values that PostgreSQL cannot hold are named', options, async () => {
	answers.set('strict', [{id: 1}, {id: null}, {id: 'x'}]);
	await runInto(db.url, [resource('strict', {primary_key: 'id', columns: {id: {data_type: 'bigint'}}})]);
	equal(await db.one("SELECT count(*)::int FROM _sluice_rejects WHERE dataset = 'strict'"), 2);
	answers.set('nul', [{id: 1, t: 'a\0b'}]);
	const failure = await runInto(db.url, [resource('nul')]).catch(error => error);
	match(failure.result.resources[0].error.message, /nul\.t, in page 1: has a NUL character/);
});

test('names that are long, alike or foreign', options, async () => {
	const long = 'x'.repeat(70);
	answers.set('names', [{[`${long}1`]: 1, [`${long}2`]: 2, 'a "b"': 3, Id: 4, id: 5}]);
	await runInto(db.url, [resource('names')]);
	const [row] = await db.query('SELECT * FROM names');
	deepEqual(
		Object.values(row ?? {})
			.slice(0, 5)
			.map(Number),
		[1, 2, 3, 4, 5],
	);
	ok(Object.keys(row ?? {}).every(name => name.length <= 63));
	await db.query('CREATE TABLE taken (id int)');
	answers.set('taken', [{id: 1}]);
	const failure = await runInto(db.url, [resource('taken')]).catch(error => error);
	match(failure.result.resources[0].error.message, /there is a table .* that Sluice did not make/);
	equal(await db.one('SELECT count(*)::int FROM taken'), 0);
});

test('a format or folders of partitions make no sense in a database', options, async () => {
	answers.set('plain', [{id: 1}]);
	await rejects(runInto(db.url, [resource('plain')], {format: 'csv'}), /Leave out the format csv/);
	const failure = await runInto(db.url, [resource('plain', {partition_by: 'id'})]).catch(error => error);
	match(
		String(failure.result?.resources[0]?.error?.message ?? failure.message),
		/partition_by makes folders/,
	);
});
