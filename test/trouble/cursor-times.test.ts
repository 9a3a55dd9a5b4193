/** Cursor values as servers write them: no row is lost in silence. */
import {deepEqual, equal, match} from 'node:assert/strict';
import {test} from 'node:test';
import {workspace} from '../helpers/binary.ts';
import {startServer} from '../helpers/server.ts';

const configOf = (url: string, incremental: object): string =>
	JSON.stringify({
		client: {base_url: url, paginator: 'single_page'},
		output: {format: 'jsonl'},
		resources: [{name: 'r', endpoint: {path: 'r', incremental: {cursor_path: 'at', ...incremental}}}],
	});

async function runs(values: readonly string[][], incremental: object = {}) {
	let run = 0;
	const rows = () => (values[run] ?? []).map((at, id) => ({id, at}));
	await using api = await openServer([{path: '/r', respond: {fn: () => ({json: rows()})}}]);
	await using place = await workspace({'sluice.json': configOf(api.url, incremental)});
	const ran = [];
	for (; run < values.length; run++) ran.push(await place.sluice(['run']));
	return {ran, requests: api.requests};
}

async function openServer(routes: Parameters<typeof startServer>[0]) {
	const api = await startServer(routes);
	return {...api, [Symbol.asyncDispose]: () => api.close()};
}

test('a later row is taken, whatever offset it is written with, and rows out of range are told', async () => {
	const first = '2024-10-27 02:59:00 +0200';
	const {ran} = await runs([[first], [first, '2024-10-27 02:01:00 +0100', '2024-10-26 00:00:00 +0200']]);
	match(ran[1]?.stderr ?? '', /^r: 1 row, 1 request/m);
	match(ran[1]?.stderr ?? '', /^r: 1 row left out: outside of the incremental range$/m);
});

test('dates with the day first are refused with both values and a pattern, and read with it', async () => {
	const values = [['31-12-2022'], ['31-12-2022', '01-01-2023']];
	const refused = (await runs(values)).ran.at(-1);
	equal(refused?.code === 0, false);
	match(refused?.stderr ?? '', /"01-01-2023".*"31-12-2022".*cursor_format.*%d-%m-%Y/);
	const read = (await runs(values, {cursor_format: '%d-%m-%Y'})).ran.at(-1);
	match(read?.stderr ?? '', /^r: 1 row, 1 request/m);
});

test('bounds by the clock of the run are sent as records write times', async () => {
	const bounds = {initial_value: '7 days ago', end_value: 'now', start_param: 'from', end_param: 'to'};
	const {ran, requests} = await runs(
		[[new Date(Date.now() - 3_600_000).toISOString(), '2020-01-01T00:00:00Z']],
		bounds,
	);
	match(ran[0]?.stderr ?? '', /^r: 1 row, 1 request/m);
	const {from: [from = ''] = [], to: [to = ''] = []} = requests[0]?.query ?? {};
	equal(Date.parse(to) - Date.parse(from), 7 * 86_400_000);
	const dated = await runs([[]], {
		initial_value: 'yesterday',
		cursor_format: '%d.%m.%Y',
		start_param: 'from',
	});
	deepEqual(
		dated.requests[0]?.query.from,
		[new Date(Date.now() - 86_400_000).toISOString().slice(0, 10).split('-').reverse().join('.')],
		dated.ran[0]?.stderr,
	);
});

test('windows whose rows have no dates move the state, and a row with a null for a date comes once', async () => {
	const rows = [{id: 1, at: null}, {id: 2}];
	await using api = await openServer([{path: '/r', respond: {fn: () => ({json: rows})}}]);
	const start = new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10);
	const windows = {
		initial_value: start,
		step: 'P1D',
		on_cursor_value_missing: 'include',
		start_param: 'from',
	};
	await using place = await workspace({'sluice.json': configOf(api.url, windows)});
	match((await place.sluice(['run'])).stderr, /^r: 4 rows, 3 requests/m);
	const before = api.requests.length;
	await place.sluice(['run']);
	const [from] = api.requests[before]?.query.from ?? [];
	equal(from, new Date().toISOString().slice(0, 10));
	equal(api.requests.length, before + 1);
});

test('months and years alone are refused beside dates, with a format that reads them right', async () => {
	const cases: [values: string[], start: string, format: string, rows: number][] = [
		[['2024-04', '2024-05', '2024-06'], '2024-05-10', '%Y-%m', 2],
		[['202404', '202405', '202406'], '20240510', '%Y%m', 2],
		[['2023', '2024'], '2024-05-10T00:00:00Z', '%Y', 1],
		[['04/2024', '05/2024', '06/2023'], '2024-05-10', '%m/%Y', 1],
	];
	for (const [values, initial_value, cursor_format, rows] of cases) {
		const refused = (await runs([values], {initial_value})).ran[0];
		equal(refused?.code === 0, false, values[0]);
		match(refused?.stderr ?? '', new RegExp(`cannot be compared .*such as ${cursor_format}[,)]`));
		const read = (await runs([values], {initial_value, cursor_format})).ran[0];
		match(read?.stderr ?? '', new RegExp(`^r: ${rows} rows?, 1 request`, 'm'));
	}
	match((await runs([['01/2024', '12/2023']])).ran[0]?.stderr ?? '', /such as %m\/%Y/);
	match((await runs([['2024-04', '2024-05']])).ran[0]?.stderr ?? '', /^r: 2 rows/m);
});

test('an end takes in the month, or the day, that it lies in', async () => {
	const months = {
		initial_value: '2024-01-01',
		end_value: '2024-05-10',
		cursor_format: '%Y-%m',
		start_param: 'from',
		end_param: 'to',
	};
	const {ran, requests} = await runs([['2024-04', '2024-05', '2024-06']], months);
	match(ran[0]?.stderr ?? '', /^r: 2 rows/m);
	deepEqual([requests[0]?.query.from, requests[0]?.query.to], [['2024-01'], ['2024-06']]);
	const days = {initial_value: '2024-01-01', end_value: '2024-05-10T12:00:00Z', cursor_format: '%d.%m.%Y'};
	match((await runs([['09.05.2024', '10.05.2024', '11.05.2024']], days)).ran[0]?.stderr ?? '', /^r: 2 rows/m);
});

test('windows of months read months', async () => {
	const windows = {
		initial_value: '2024-11',
		end_value: '2025-02',
		step: 'P1M',
		cursor_format: '%Y-%m',
		start_param: 'from',
	};
	const {ran, requests} = await runs([['2024-11', '2024-12', '2025-01', '2025-02']], windows);
	match(ran[0]?.stderr ?? '', /^r: 3 rows, 3 requests/m);
	deepEqual(
		requests.map(({query}) => query.from?.[0]),
		['2024-11', '2024-12', '2025-01'],
	);
});
