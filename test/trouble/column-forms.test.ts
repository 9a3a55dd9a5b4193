/** Types of Parquet that not every reader knows: JSON and times, in the form that is asked for. */
import {deepEqual, equal, match} from 'node:assert/strict';
import {join} from 'node:path';
import {test} from 'node:test';
import {fileFormat} from '../../src/config/output/formats.ts';
import {config, rows, server, single} from '../cli/config.ts';
import {workspace} from '../helpers/binary.ts';
import {query} from '../helpers/duckdb.ts';
import {lacks, pythonJson} from '../helpers/python.ts';

const meta = {a: 1, b: [1, 2]};
const data = [
	{id: 1, meta, t: '10:00:00', l: [{at: '23:59:59.999999', any: [1]}]},
	{id: 2, meta: null, t: null, l: []},
	{id: 3, meta: [1.5], t: '00:00:00.5', l: null},
];
const field = {
	data_type: 'struct',
	fields: {at: {data_type: 'time', nullable: true}, any: {data_type: 'json', nullable: true}},
};
const columns = {
	t: {data_type: 'time', nullable: true},
	l: {data_type: 'list', items: field, nullable: true},
};
const merged = {write_disposition: 'merge', primary_key: 'id', columns};
const types = async (files: string) =>
	Object.fromEntries(
		(await query(`describe select * from '${files}'`)).map(({column_name: name, column_type: type}) => [
			name,
			type,
		]),
	);

test('a column that is declared text takes objects and lists as their JSON, whatever becomes of others', async () => {
	const odd = [
		{id: 1, meta},
		{id: 2, meta: 'x'},
		{id: 3, meta: [{b: 12345678901234567890n}, 'é']},
		{id: 4, meta: 7},
		{id: 5},
	];
	const text = JSON.stringify({data: odd}, (_, value) => (typeof value === 'bigint' ? 'BIG' : value)).replace(
		'"BIG"',
		'12345678901234567890',
	);
	await using api = await server({
		path: '/as',
		respond: {text, headers: {'content-type': 'application/json'}},
	});
	const declared = {endpoint: {path: '/as'}, columns: {meta: {data_type: 'text', nullable: true}}};
	const resources = [
		single('json', declared),
		single('flat', {...declared, nested: 'flatten'}),
		single('tabled', {...declared, nested: 'tables', primary_key: 'id'}),
		single('casted', {endpoint: {path: '/as'}, processing_steps: [{cast: {meta: 'text'}}]}),
	];
	await using place = await workspace({'sluice.json': config(api.url, resources)});
	const {code, stderr} = await place.sluice(['run', '-q']);
	equal(code, 0, stderr);
	for (const name of ['json', 'flat', 'tabled', 'casted']) {
		const files = join(place.path, 'out', name, '*.parquet');
		const found = await query(`select meta from '${files}' order by id`);
		const expected = ['{"a":1,"b":[1,2]}', 'x', '[{"b":12345678901234567890},"é"]', '7', null];
		deepEqual(found.flatMap(Object.values), expected, name);
		deepEqual(await types(files), {id: 'BIGINT', meta: 'VARCHAR'}, name);
	}
});

const forms = [
	{output: {}, t: 'TIME', meta: 'VARCHAR', at: 'TIME', shown: '10:00:00'},
	{output: {json_as: 'json'}, t: 'TIME', meta: 'JSON', at: 'TIME', shown: '10:00:00'},
	{output: {time_as: 'text'}, t: 'VARCHAR', meta: 'VARCHAR', at: 'VARCHAR', shown: '10:00:00'},
	{
		output: {time_as: 'bigint', json_as: 'json'},
		t: 'BIGINT',
		meta: 'JSON',
		at: 'BIGINT',
		shown: '36000000000',
	},
];

for (const {output, t, meta: json, at, shown} of forms)
	test(`a merge keeps to the form of columns: ${JSON.stringify(output)}`, async () => {
		let answer: object[] = data;
		await using api = await server({path: '/a', respond: {fn: () => ({json: {data: answer}})}});
		await using place = await workspace({
			'sluice.json': config(api.url, [single('a', merged)], {output}),
			'unsaid.json': config(api.url, [single('a', merged)]),
		});
		// A form is no column of another type, which would be a warning.
		equal((await place.sluice(['run', '-q', '--strict'])).code, 0);
		const files = join(place.path, 'out/a/*.parquet');
		const expected = {id: 'BIGINT', meta: json, t, l: `STRUCT("at" ${at}, "any" ${json})[]`};
		deepEqual(await types(files), expected);
		answer = [{id: 2, meta: {c: 3}, t: '11:11:11', l: null}];
		// What the config does not say, the files do.
		const {code, stderr} = await place.sluice(['run', '-q', '--strict', '-c', 'unsaid.json']);
		equal(code, 0, stderr);
		deepEqual(await types(files), expected);
		const found = await query(
			`select id::int as id, meta::varchar as meta, t::varchar as t from '${files}' order by id`,
		);
		deepEqual(found[0], {id: 1, meta: '{"a":1,"b":[1,2]}', t: shown});
		deepEqual(found[1]?.meta, '{"c":3}');
		deepEqual(found.length, 3);
		// Sluice itself reads its own files as what they stand for.
		const format = await fileFormat('parquet');
		const paths = await query(
			`select distinct filename as path from read_parquet('${files}', filename = true)`,
		);
		const schema = {
			columns: [
				{name: 'id', type: 'bigint', nullable: true},
				{name: 'meta', type: 'json', nullable: true},
				{name: 't', type: 'time', nullable: true},
			],
		} as const;
		const read = [];
		for (const {path} of paths)
			for await (const batch of format.rows(String(path), {schema})) read.push(...batch);
		deepEqual(
			read.find(({id}) => id === 1),
			{id: 1, meta, t: '10:00:00'},
		);
	});

test('a form that would stand beside another is refused, until all is read again', async () => {
	await using api = await server(rows('a', data));
	const of = (output: object, more = {}) => config(api.url, [single('a', {columns, ...more})], {output});
	await using place = await workspace({
		'sluice.json': of({json_as: 'json'}),
		'text.json': of({json_as: 'text'}),
		'time.json': of({time_as: 'text'}),
		'anew.json': of({time_as: 'bigint'}, {write_disposition: 'replace'}),
	});
	equal((await place.sluice(['run', '-q'])).code, 0);
	const json = await place.sluice(['run', '-q', '-c', 'text.json']);
	equal(json.code, 2);
	match(
		json.stderr,
		/^sluice: a: its Parquet files have columns of type json as json, and json_as: text .* --full-refresh$/m,
	);
	match(
		(await place.sluice(['run', '-q', '-c', 'time.json'])).stderr,
		/columns of type time as time, and time_as: text /,
	);
	equal((await place.sluice(['run', '-q', '-c', 'time.json', '--full-refresh'])).code, 0);
	equal((await types(join(place.path, 'out/a/*.parquet'))).t, 'VARCHAR');
	equal((await place.sluice(['run', '-q', '-c', 'anew.json'])).code, 0);
	equal((await types(join(place.path, 'out/a/*.parquet'))).t, 'BIGINT');
});

const readers = {
	polars: `import polars as pl
def read(path): return [[row[0], row[1]] for row in pl.read_parquet(path).select('meta', 't').rows()]`,
	pyarrow: `import pyarrow.parquet as pq
def read(path): return [list(row.values()) for row in pq.read_table(path, columns=['meta', 't']).to_pylist()]`,
	pandas: `import pandas as pd
def read(path): return [list(row) for row in pd.read_parquet(path, columns=['meta', 't']).itertuples(index=False)]`,
};
for (const [name, reader] of Object.entries(readers))
	test(`${name} reads nested values and times as text`, {skip: await lacks(name)}, async () => {
		await using api = await server(rows('a', data.slice(0, 1)));
		await using place = await workspace({
			'sluice.json': config(api.url, [single('a', {columns})], {output: {time_as: 'text'}}),
		});
		equal((await place.sluice(['run', '-q'])).code, 0);
		const [file] = await query(
			`select filename as path from read_parquet('${place.path}/out/a/*.parquet', filename = true)`,
		);
		const script = `${reader}\nimport json, sys\nprint(json.dumps(read(sys.argv[1])))`;
		deepEqual(await pythonJson(script, String(file?.path)), [['{"a":1,"b":[1,2]}', '10:00:00']]);
	});
