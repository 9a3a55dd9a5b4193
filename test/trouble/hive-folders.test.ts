/**
 * `partition_by`: folders that every reader takes right, and what becomes of those that an earlier version
 * wrote.
 */
import {deepEqual, equal, match, ok} from 'node:assert/strict';
import {readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {datasetSink} from '../../sinks/dataset/dataset-sink.ts';
import {jsonlFormat} from '../../sinks/formats/jsonl/format.ts';
import {parquetFormat} from '../../sinks/formats/parquet/format.ts';
import type {JsonRecord, Page} from '../../src/core/page.ts';
import {pipeline} from '../../src/core/pipeline.ts';
import {sink} from '../../src/core/stage.ts';
import {openDataset} from '../../src/state/dataset.ts';
import {beginRun, runName} from '../../src/state/resume.ts';
import {normalize} from '../../transforms/normalize.ts';
import {config, rows, server, single} from '../cli/config.ts';
import {type Workspace, workspace} from '../helpers/binary.ts';
import {query} from '../helpers/duckdb.ts';
import {lacks, pythonJson} from '../helpers/python.ts';

const codes = [
	'01',
	'007',
	'1e5',
	'a/b',
	'x=y',
	'100%',
	'%2F',
	'é ü',
	'日本',
	'🙂',
	'',
	'__NULL__',
	'__EMPTY__',
	null,
];
const hive = '__HIVE_DEFAULT_PARTITION__';
const data = [...codes, '_NULL__', hive, `_${hive}`, 'new\nline', '[x]', '2024-01-05', 'true'].map(
	(code, id) => ({
		id,
		code,
		n: id % 3 === 0 ? null : id,
		at: id % 4 === 0 ? null : `2024-0${1 + (id % 3)}-05T10:00:00Z`,
	}),
);
const columns = {at: {data_type: 'timestamp', nullable: true}};
const resources = [
	single('by_text', {partition_by: 'code', columns}),
	single('by_number', {partition_by: 'n', columns}),
	single('by_time', {partition_by: 'at', columns}),
	single('by_month', {partition_by: {column: 'at', unit: 'month'}, columns}),
	single('by_day', {partition_by: {column: 'at', unit: 'day'}, columns}),
];
const tables = resources.map(resource => (resource as {name: string}).name);
const expected = data.map(({id, code, n, at}) => [id, code, n, at]);

async function written(): Promise<Workspace> {
	await using api = await server(...tables.map(name => rows(name, data)));
	const place = await workspace({'sluice.json': config(api.url, resources)});
	const {code, stderr} = await place.sluice(['run', '-q']);
	equal(code, 0, stderr);
	return place;
}

test('DuckDB reads every column as it came, from folders of texts, numbers and times', async () => {
	await using place = await written();
	for (const name of tables) {
		const time = `strftime("at" at time zone 'UTC', '%Y-%m-%dT%H:%M:%SZ')`;
		const found = await query(
			`select id::int as id, code, n::int as n, ${time} as at from ` +
				`'${place.path}/out/${name}/*=*/*.parquet' order by id`,
		);
		deepEqual(found.map(Object.values), expected, name);
	}
});

const readers = {
	pandas: `
import pandas as pd
def read(folder):
	rows = pd.read_parquet(folder)[['id', 'code', 'n', 'at']].astype(object).itertuples(index=False)
	return [[None if pd.isna(value) else value for value in row] for row in rows]`,
	pyarrow: `
import pyarrow.dataset as ds
def read(folder):
	table = ds.dataset(folder, partitioning='hive').to_table(columns=['id', 'code', 'n', 'at'])
	return [list(row.values()) for row in table.to_pylist()]`,
	polars: `
import polars as pl
def read(folder):
	return [list(row) for row in pl.read_parquet(folder).select('id', 'code', 'n', 'at').rows()]`,
};
const script = `
import json, sys
def plain(value):
	if hasattr(value, 'strftime'): return value.strftime('%Y-%m-%dT%H:%M:%SZ')
	return int(value) if isinstance(value, float) else value
rows = [sorted([[plain(value) for value in row] for row in read(folder)], key=lambda row: row[0]) for folder in sys.argv[1:]]
print(json.dumps(rows))`;

for (const [name, reader] of Object.entries(readers))
	test(`${name} reads every column as it came`, {skip: await lacks(name)}, async () => {
		await using place = await written();
		const found = (await pythonJson(
			reader + script,
			...tables.map(table => join(place.path, 'out', table)),
		)) as unknown[];
		for (const [index, table] of tables.entries()) deepEqual(found[index], expected, table);
	});

test('each value has a folder of its own, spelled as Hive spells it', async () => {
	await using place = await written();
	const folders = await readdir(join(place.path, 'out/by_text'));
	equal(folders.length, data.length);
	for (const name of [
		'_NULL__',
		'__NULL__',
		'__EMPTY__',
		'___NULL__',
		'___EMPTY__',
		`_${hive}`,
		`__${hive}`,
		'é ü',
		'a%2Fb',
		'%252F',
	])
		ok(folders.includes(`by_code=${name}`), name);
	const months = await readdir(join(place.path, 'out/by_month'));
	deepEqual(
		months.sort(),
		['2024-01', '2024-02', '2024-03', '__NULL__'].map(name => `at_month=${name}`),
	);
});

test('a row with a column of the name of the folders is refused, and another name is taken', async () => {
	await using api = await server(
		rows('a', [{id: 1, country: 'DE', By_Country: 'x'}]),
		rows('b', [{id: 1, load_date: 'x'}]),
	);
	const of = (by: object | string, name = 'a') => config(api.url, [single(name, {partition_by: by})]);
	await using place = await workspace({
		'sluice.json': of('country'),
		'named.json': of({column: 'country', folder: 'land'}),
		'load.json': of('load_date', 'b'),
		'loaded.json': of({column: 'load_date', folder: 'loaded'}, 'b'),
		'hidden.json': of({column: 'country', folder: '_land'}),
	});
	const refused = await place.sluice(['run', '-q']);
	equal(refused.code, 1);
	match(
		refused.stderr,
		/^sluice: a: partition_by names its folders by_country=…, and rows have a column By_Country\. Readers/m,
	);
	equal((await place.sluice(['run', '-q', '-c', 'named.json'])).code, 0);
	deepEqual(await readdir(join(place.path, 'out/a')), ['land=DE']);
	equal((await place.sluice(['run', '-q', '-c', 'load.json'])).code, 1);
	equal((await place.sluice(['run', '-q', '-c', 'loaded.json'])).code, 0);
	match((await readdir(join(place.path, 'out/b'))).join(), /^loaded=\d{4}-\d\d-\d\d$/);
	match((await place.sluice(['check', '-c', 'hidden.json'])).stderr, /folder/);
});

const spelledEarlier = (value: unknown): string =>
	value === null || value === ''
		? `code=${hive}`
		: `code=${encodeURIComponent(String(value)).replace(/[*'.]/g, sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)}`;

/** A dataset as an earlier version wrote it. */
async function earlier(
	root: string,
	name: string,
	records: readonly JsonRecord[],
	format = parquetFormat(),
): Promise<void> {
	const dataset = await openDataset({root, name, writer: runName(new Date())});
	try {
		const run = await beginRun(dataset, {resource: name, disposition: 'append', definition: ''});
		const partition = (page: Page) => {
			const folders = [...new Set(page.records.map(({code}) => spelledEarlier(code)))];
			const of = (folder: string) => page.records.filter(({code}) => spelledEarlier(code) === folder);
			return folders.map(folder => [folder, {...page, records: of(folder)}] as const);
		};
		const made = datasetSink({dataset, run, resource: name, table: name, format, partition});
		const page: Page = {resource: name, number: 0, records, cursor: null};
		await pipeline([page], normalize(), sink(made));
	} finally {
		await dataset.close();
	}
}

for (const format of ['parquet', 'jsonl', 'csv'])
	test(`folders of an earlier version go on under their new names, null and '' apart: ${format}`, async () => {
		const {csvFormat} = await import('../../sinks/formats/csv/format.ts');
		const name = 'by_text';
		await using api = await server(rows(name, data));
		const resource = single(name, {partition_by: 'code'});
		await using place = await workspace({'sluice.json': config(api.url, [resource], {output: {format}})});
		const formats = {parquet: parquetFormat(), jsonl: jsonlFormat, csv: csvFormat()};
		const mixed = data.map(({id, code}) => ({id: id + 100, code, n: null, at: null}));
		await earlier(join(place.path, 'out'), name, mixed, formats[format as 'csv']);
		const {code, stderr} = await place.sluice(['run']);
		equal(code, 0, stderr);
		match(stderr, /by_text: its folders code=… were renamed to by_code=…/);
		equal((await readdir(join(place.path, 'out', name))).length, data.length);
		const hidden =
			format === 'parquet' ? '' : `, columns = {id: 'bigint', code: 'varchar', n: 'bigint', 'at': 'varchar'}`;
		if (format !== 'csv') {
			const read = format === 'parquet' ? 'read_parquet' : 'read_json';
			const files = `${read}('${place.path}/out/${name}/*=*/*.${format}'${hidden}, hive_partitioning = true)`;
			const found = await query(
				`select code, count(*)::int as n from ${files} group by 1 having count(*) <> 2`,
			);
			deepEqual(found, []);
			deepEqual(await query(`select count(*)::int as n, count(distinct code)::int as d from ${files}`), [
				{n: 2 * data.length, d: data.length - 1},
			]);
		}
		match((await place.sluice(['verify'])).stdout, new RegExp(`${2 * data.length} rows, all as committed`));
		equal((await place.sluice(['run'])).stderr.includes('renamed'), false);
	});

test('a merge goes on in folders of an earlier version', async () => {
	const name = 'by_text';
	const before = [
		{id: 0, code: 'DE'},
		{id: 1, code: ''},
		{id: 2, code: null},
		{id: 3, code: 'é'},
	];
	await using api = await server(
		rows(name, [
			{id: 0, code: 'CH'},
			{id: 2, code: 'é'},
			{id: 9, code: 'DE'},
		]),
	);
	const resource = single(name, {partition_by: 'code', write_disposition: 'merge', primary_key: 'id'});
	await using place = await workspace({'sluice.json': config(api.url, [resource])});
	await earlier(join(place.path, 'out'), name, before);
	const {code, stderr} = await place.sluice(['run', '-q']);
	equal(code, 0, stderr);
	deepEqual(
		await query(
			`select id::int as id, code, by_code from '${place.path}/out/${name}/*=*/*.parquet' order by id`,
		),
		[
			{id: 0, code: 'CH', by_code: 'CH'},
			{id: 1, code: '', by_code: '__EMPTY__'},
			{id: 2, code: 'é', by_code: 'é'},
			{id: 3, code: 'é', by_code: 'é'},
			{id: 9, code: 'DE', by_code: 'DE'},
		],
	);
});

test('rows of a list go into the folder of their record, whatever columns they have', async () => {
	const orders = [
		{id: 1, code: 'DE', lines: [{code: 'x', subs: [1, 2]}]},
		{
			id: 2,
			code: null,
			lines: [
				{code: 'y', subs: []},
				{code: 'z', subs: [3]},
			],
		},
		{id: 3, code: 'DE', lines: []},
	];
	await using api = await server(rows('orders', orders));
	const resource = single('orders', {partition_by: 'code', nested: 'tables', primary_key: 'id'});
	await using place = await workspace({'sluice.json': config(api.url, [resource])});
	equal((await place.sluice(['run', '-q'])).code, 0);
	const of = (table: string, column: string) =>
		query(
			`select by_code, list(${column} order by ${column}) as l from ` +
				`'${place.path}/out/${table}/*=*/*.parquet' group by 1 order by 1`,
		);
	deepEqual(await of('orders__lines', 'code'), [
		{by_code: 'DE', l: ['x']},
		{by_code: '__NULL__', l: ['y', 'z']},
	]);
	deepEqual(await of('orders__lines__subs', 'value'), [
		{by_code: 'DE', l: ['1', '2']},
		{by_code: '__NULL__', l: ['3']},
	]);
});

test('lists in folders of an earlier version are not renamed: the run says what to do', async () => {
	const records = [{id: 1, code: 'DE', tags: ['a']}];
	await using api = await server(rows('by_text', records));
	const resource = single('by_text', {partition_by: 'code', nested: 'tables', primary_key: 'id'});
	await using place = await workspace({
		'sluice.json': config(api.url, [resource], {output: {format: 'jsonl'}}),
	});
	await earlierLists(join(place.path, 'out'));
	const {code, stderr} = await place.sluice(['run', '-q']);
	equal(code, 2);
	match(
		stderr,
		/^sluice: by_text: the nested lists in out are in folders code=…\/ of an earlier version\. .* --full-refresh/m,
	);
	equal((await place.sluice(['run', '-q', '--full-refresh'])).code, 0);
	deepEqual(await readdir(join(place.path, 'out/by_text__tags')), ['by_code=DE']);
});

async function earlierLists(root: string): Promise<void> {
	const dataset = await openDataset({root, name: 'by_text', writer: runName(new Date())});
	try {
		const run = await beginRun(dataset, {resource: 'by_text', disposition: 'append', definition: ''});
		const partition = (page: Page) => [[`code=${hive}`, page]] as const;
		const made = datasetSink({
			dataset,
			run,
			resource: 'by_text',
			table: 'by_text',
			format: jsonlFormat,
			partition,
		});
		const list: Page = {resource: 'by_text__tags', number: 0, records: [{value: 'a'}], owners: [0]};
		await pipeline(
			[{resource: 'by_text', number: 0, records: [{id: 1}], tables: [list], cursor: null}],
			sink(made),
		);
	} finally {
		await dataset.close();
	}
}

test('a value of a long name goes through every step of a commit', async () => {
	const code = 'x'.repeat(180);
	const name = 'a_table_with_quite_a_long_name_of_its_own';
	await using api = await server(rows(name, [{id: 1, code}]));
	const resource = single(name, {partition_by: 'code', write_disposition: 'merge', primary_key: 'id'});
	await using place = await workspace({'sluice.json': config(api.url, [resource])});
	for (let i = 0; i < 2; i++) equal((await place.sluice(['run', '-q'])).code, 0);
	deepEqual(await readdir(join(place.path, 'out', name)), [`by_code=${code}`]);
	equal((await place.sluice(['verify'])).code, 0);
});
