/**
 * Of rows with one key the newest by the cursor stays: in a merge, against rows that are there, and with
 * `keep: last`.
 */
import {deepEqual, equal} from 'node:assert/strict';
import {test} from 'node:test';
import {type Workspace, workspace} from '../helpers/binary.ts';
import {startServer} from '../helpers/server.ts';

type Row = {readonly [key: string]: unknown};

/** Pages of each run. */
type Runs = readonly (readonly (readonly Row[])[])[];

async function openServer(runs: Runs) {
	let run = 0;
	const api = await startServer([
		{path: '/r', respond: {fn: ({query}) => ({json: runs[run]?.[Number(query.page?.[0] ?? 1) - 1] ?? []})}},
	]);
	return {...api, next: () => run++, [Symbol.asyncDispose]: () => api.close()};
}

async function read(place: Workspace, format: string, table: string): Promise<Row[]> {
	const reading = format === 'jsonl' ? 'read_json_auto' : format === 'csv' ? 'read_csv_auto' : 'read_parquet';
	const {DuckDBInstance} = await import('@duckdb/node-api');
	const connection = await (await DuckDBInstance.create()).connect();
	try {
		const result = await connection.runAndReadAll(
			`SELECT * FROM ${reading}('${place.path}/out/${table}/*.${format}')`,
		);
		return result.getRowObjectsJson() as Row[];
	} finally {
		connection.closeSync();
	}
}

interface Given {
	readonly runs: Runs;
	readonly resource?: object;
	readonly incremental?: object;
	readonly format?: string;
}

/**
 * What is there after all runs, in the order of the keys: the column `v`, and of the table of lists, `value`.
 */
async function afterwards({runs, resource = {}, incremental = {}, format = 'parquet'}: Given) {
	await using api = await openServer(runs);
	const config = {
		client: {base_url: api.url, paginator: {type: 'page_number', base_page: 1, total_path: null}},
		output: {format},
		resources: [
			{
				name: 'r',
				primary_key: 'id',
				write_disposition: 'merge',
				endpoint: {path: 'r', incremental: {cursor_path: 'at', ...incremental}},
				...resource,
			},
		],
	};
	await using place = await workspace({'sluice.json': JSON.stringify(config)});
	for (const _ of runs) {
		const {code, stderr} = await place.sluice(['run']);
		equal(code, 0, stderr);
		api.next();
	}
	const rows = await read(place, format, 'r');
	const lists =
		'nested' in resource && resource.nested === 'tables' ? await read(place, format, 'r__tags') : [];
	return {
		v: rows.sort((a, b) => Number(a.id) - Number(b.id)).map(({v}) => v),
		tags: lists.map(({value}) => value).sort(),
	};
}

// Run 1: the first key comes newer and then older. Run 2: an older row of each key comes late; run 3: one as
// new.
const runs: Runs = [
	[
		[
			{id: 1, at: '2024-01-02T00:00:00Z', v: 'new', tags: ['n1', 'n2']},
			{id: 2, at: '2024-01-02T00:00:00Z', v: 'two', tags: ['t']},
		],
		[{id: 1, at: '2024-01-01T00:00:00Z', v: 'old', tags: ['o']}],
	],
	[
		[
			{id: 1, at: '2024-01-01T12:00:00Z', v: 'late', tags: ['l']},
			{id: 2, at: '2024-01-03T00:00:00Z', v: 'newer', tags: ['u']},
		],
	],
	[[{id: 1, at: '2024-01-02T02:00:00+02:00', v: 'equal', tags: ['e']}]],
];

for (const format of ['parquet', 'jsonl', 'csv']) {
	test(`${format}: an older row that comes later replaces none, neither of its run nor of earlier ones`, async () => {
		const lag = {lag: 'P7D'};
		deepEqual((await afterwards({runs: runs.slice(0, 1), format})).v, ['new', 'two']);
		deepEqual((await afterwards({runs: runs.slice(0, 2), incremental: lag, format})).v, ['new', 'newer']);
		deepEqual(
			(await afterwards({runs, incremental: lag, format})).v,
			['equal', 'newer'],
			'of equal ones the last stays',
		);
	});

	test(`${format}: rows of lists stay and go with the record that they came with`, async () => {
		const given = {resource: {nested: 'tables'}, incremental: {lag: 'P7D'}, format};
		deepEqual(await afterwards({...given, runs: runs.slice(0, 2)}), {
			v: ['new', 'newer'],
			tags: ['n1', 'n2', 'u'],
		});
		deepEqual(await afterwards({...given, runs}), {v: ['equal', 'newer'], tags: ['e', 'u']});
	});
}

const versions = (newer: Row, older: Row): Runs => [
	[[{id: 1, v: 'new', ...newer}], [{id: 1, v: 'old', ...older}]],
	[[{id: 1, v: 'late', ...older}]],
];

const spellings: {[name: string]: Omit<Given, 'runs'> & {newer: Row; older: Row}} = {
	'a column under another name': {
		newer: {updatedAt: '2024-01-02T00:00:00Z'},
		older: {updatedAt: '2024-01-01T00:00:00Z'},
		incremental: {cursor_path: 'updatedAt'},
		resource: {naming: 'snake_case'},
	},
	'a place inside of an object': {
		newer: {meta: {at: '2024-01-02T00:00:00Z'}},
		older: {meta: {at: '2024-01-01T00:00:00Z'}},
		incremental: {cursor_path: 'meta.at'},
	},
	'a place inside of an object that becomes columns': {
		newer: {meta: {at: '2024-01-02T00:00:00Z'}},
		older: {meta: {at: '2024-01-01T00:00:00Z'}},
		incremental: {cursor_path: 'meta.at'},
		resource: {nested: 'flatten'},
	},
	'times of a mail': {
		newer: {at: 'Mon, 30 Sep 2024 10:00:00 GMT'},
		older: {at: 'Tue, 03 Sep 2024 10:00:00 GMT'},
	},
	'days first': {
		newer: {at: '01-02-2024'},
		older: {at: '31-01-2024'},
		incremental: {cursor_format: '%d-%m-%Y'},
	},
	'counts as texts': {newer: {at: '10'}, older: {at: '9'}, incremental: {lag: 0, initial_value: '0'}},
	numbers: {newer: {at: 10}, older: {at: 9}},
	'the lowest value': {newer: {at: 9}, older: {at: 10}, incremental: {last_value_func: 'min'}},
	'the lowest text': {
		newer: {at: 'b001'},
		older: {at: 'c001'},
		incremental: {last_value_func: 'min', cursor_format: 'text'},
	},
};

for (const [name, {newer, older, ...given}] of Object.entries(spellings)) {
	test(`the newest row stays, told by ${name}`, async () => {
		deepEqual((await afterwards({...given, runs: versions(newer, older).slice(0, 1)})).v, ['new']);
	});
}

test('the last of a key by the cursor stays with keep: last, whatever comes last', async () => {
	const resource = {write_disposition: 'append', keep: 'last'};
	deepEqual((await afterwards({runs: runs.slice(0, 1), resource})).v, ['new', 'two']);
});

test('a row that is there gives way to one without a cursor value, and a deletion that is older deletes nothing', async () => {
	const incremental = {lag: 'P7D', on_cursor_value_missing: 'include'};
	const unknown: Runs = [...runs.slice(0, 1), [[{id: 1, v: 'unknown', tags: []}]]];
	deepEqual((await afterwards({runs: unknown, incremental})).v, ['unknown', 'two']);
	const deletes = [{name: 'gone', data_type: 'bool', hard_delete: true}];
	const gone = (at: string): Runs => [...runs.slice(0, 1), [[{id: 1, at, gone: true}]]];
	const resource = {columns: deletes};
	deepEqual((await afterwards({runs: gone('2024-01-01T00:00:00Z'), incremental, resource})).v, [
		'new',
		'two',
	]);
	deepEqual((await afterwards({runs: gone('2024-01-03T00:00:00Z'), incremental, resource})).v, ['two']);
});

test('a declared order decides within a run alone', async () => {
	const resource = {columns: [{name: 'v', dedup_sort: 'desc'}]};
	deepEqual((await afterwards({runs: runs.slice(0, 1), resource})).v, ['old', 'two']);
	deepEqual((await afterwards({runs: runs.slice(0, 2), resource, incremental: {lag: 'P7D'}})).v, [
		'late',
		'newer',
	]);
});
