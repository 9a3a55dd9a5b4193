/** Runs that append what is there already. */
import {doesNotMatch, equal, match} from 'node:assert/strict';
import {test} from 'node:test';
import {workspace} from '../helpers/binary.ts';
import {type RecordedRequest, startServer} from '../helpers/server.ts';

type Rows = (request: RecordedRequest, run: number) => readonly object[];

/** What each run said. */
async function runs(rows: Rows, resource: object, {format = 'parquet', words = [] as string[]} = {}) {
	let run = 0;
	const api = await startServer([{path: '/r', respond: {fn: request => ({json: rows(request, run)})}}]);
	const config = {
		client: {base_url: api.url, paginator: 'single_page'},
		output: {format},
		resources: [{name: 'r', endpoint: 'r', ...resource}],
	};
	try {
		await using place = await workspace({'sluice.json': JSON.stringify(config)});
		const check = await place.sluice(['check']);
		const first = await place.sluice(['run', ...words]);
		run++;
		return {check, first, second: await place.sluice(['run', ...words])};
	} finally {
		await api.close();
	}
}

const told = /2 of the first 2 rows are there from an earlier run, and are appended again; set incremental/;
const same: Rows = () => [
	{id: 1, at: '2024-05-01T00:00:00.500Z', tags: ['a'], none: null},
	{id: 2, at: '2024-05-01T00:00:00.000Z', price: 1.5},
];

for (const format of ['parquet', 'jsonl', 'csv']) {
	test(`${format}: an append of the same rows is told by check, and by the second run`, async () => {
		const {check, first, second} = await runs(same, {}, {format});
		match(check.stderr, /^r: each run reads all rows again, and appends them .*write_disposition: replace$/m);
		doesNotMatch(first.stderr, told);
		match(second.stderr, told);
		equal(second.code, 0);
	});
}

test('with --strict it fails before a row is there twice', async () => {
	equal((await runs(same, {}, {words: ['--strict']})).second.code, 1);
});

test('nothing is said of other rows, of a replacement, of a merge, and of what a state keeps apart', async () => {
	const others: Rows = (_, run) => [{id: run * 2}, {id: run * 2 + 1}];
	doesNotMatch((await runs(others, {})).second.stderr, /appended again/);
	for (const resource of [
		{write_disposition: 'replace'},
		{write_disposition: 'merge', primary_key: 'id'},
		{endpoint: {path: 'r', incremental: {cursor_path: 'at'}}},
	]) {
		const {check, second} = await runs(same, resource);
		doesNotMatch(check.stderr + second.stderr, /appended again|reads all rows again/);
		equal(second.code, 0, second.stderr);
	}
});

test('check says that rows within a lag are appended again', async () => {
	const endpoint = {path: 'r', incremental: {cursor_path: 'at', lag: 3600}};
	const {check} = await runs(same, {endpoint});
	match(
		check.stderr,
		/^r: the rows within lag come again in each run, and are appended again; set primary_key/m,
	);
	const merged = await runs(same, {endpoint, write_disposition: 'merge', primary_key: 'id'});
	doesNotMatch(merged.check.stderr, /appended again/);
});

const window = {
	cursor_path: 'day',
	initial_value: '2025-03-01',
	step: 'P1D',
	on_cursor_value_missing: 'include',
};
const byDay: Rows = ({query}) => [{sku: `A-${query.from?.[0]}`}, {sku: `B-${query.from?.[0]}`}];

test('a range that rows hold no cursor of goes on where its last window ended; with an end it is refused', async () => {
	const endpoint = {path: 'r', incremental: {...window, start_param: 'from', end_value: '2025-03-04'}};
	const {check, first, second} = await runs(byDay, {endpoint});
	match(check.stderr, /^r: each run reads all rows again/m);
	equal(first.code, 0, first.stderr);
	equal(second.code === 0, false);
	match(second.stderr, /2 of the first 2 rows are there .*end_value and keeps no state; nothing was added/);
	const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
	const open = {path: 'r', incremental: {...window, start_param: 'from', initial_value: yesterday}};
	const on = await runs(byDay, {endpoint: open});
	doesNotMatch(on.check.stderr, /reads all rows again/);
	match(on.first.stderr, /^r: 4 rows, 2 requests/m);
	match(
		on.second.stderr,
		/^r: 0 rows, 1 request/m,
		'the window that was not over is read again, its rows are not',
	);
});
