import {deepEqual, equal} from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {parquetMetadata} from 'hyparquet';
import {type Workspace, workspace} from '../helpers/binary.ts';
import {startServer} from '../helpers/server.ts';

const wanted = ['name', '2020', '2019', 'n'];
const text = (rows: string): string => `{"data": [${rows}], "next": null}`;
const rows = '{"name":"a","2020":1,"2019":{"x":1},"n":3},{"name":"b","2020":2,"n":4}';

const shapes: Readonly<Record<string, object>> = {
	'parsed, by a step': {processing_steps: [{add: {n: 5}}]},
	'in lines': {path: '/lines', endpoint: {format: 'jsonl'}},
	'of CSV': {path: '/csv', endpoint: {format: 'csv'}},
	'of lists': {path: '/lists', endpoint: {rows: {from: 'arrays'}}},
	'of a list within': {path: '/within', endpoint: {data_selector: 'data[*].rows'}},
};

async function api() {
	const server = await startServer([
		{path: '/plain', respond: {headers: {'content-type': 'application/json'}, text: text(rows)}},
		{
			path: '/within',
			respond: {headers: {'content-type': 'application/json'}, text: text(`{"rows":[${rows}]}`)},
		},
		{
			path: '/lines',
			respond: {headers: {'content-type': 'application/x-ndjson'}, text: rows.replace('},{', '}\n{')},
		},
		{path: '/csv', respond: {headers: {'content-type': 'text/csv'}, text: 'name,2020,2019,n\na,1,2,3\n'}},
		{
			path: '/lists',
			respond: {
				headers: {'content-type': 'application/json'},
				text: text('["name","2020","2019","n"],["a",1,2,3]'),
			},
		},
	]);
	return {...server, [Symbol.asyncDispose]: () => server.close()};
}

type Json = {[key: string]: unknown};

function config(url: string, format: string, {path = '/plain', endpoint = {}, ...resource}: Json): string {
	const isRows = path === '/lines' || path === '/csv';
	return JSON.stringify({
		client: {base_url: url, retry: {max_retries: 0}},
		output: {format},
		resources: [
			{
				name: 'r',
				write_disposition: 'replace',
				...resource,
				endpoint: {
					path,
					paginator: 'single_page',
					...(!isRows && {data_selector: 'data'}),
					...(endpoint as Json),
				},
			},
		],
	});
}

async function columnsOf(place: Workspace): Promise<readonly string[]> {
	const [file = ''] = (await place.visible()).filter(name => /\.(csv|jsonl|parquet)$/.test(name));
	const bytes = await readFile(join(place.path, file));
	if (file.endsWith('.csv')) return bytes.toString().split('\r\n')[0]?.split(',') ?? [];
	if (file.endsWith('.parquet')) {
		const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
		return parquetMetadata(buffer as ArrayBuffer)
			.schema.slice(1)
			.map(({name}) => name);
	}
	return keys(bytes.toString());
}

// As they stand in the text of the first line.
function keys(lines: string): string[] {
	const [line = ''] = lines.split('\n');
	return [...line.replaceAll(/:\{[^}]*\}/g, ':0').matchAll(/"([^"]+)":/g)].map(([, key = '']) => key);
}

test('columns whose names are whole numbers stand in the order of the source, in each format and run', async () => {
	await using server = await api();
	for (const format of ['csv', 'parquet', 'jsonl']) {
		await using place = await workspace({'sluice.json': config(server.url, format, {})});
		// The second knows the columns of the first.
		for (const run of [1, 2]) {
			const {code, stderr} = await place.sluice(['run']);
			equal(code, 0, stderr);
			deepEqual(await columnsOf(place), wanted, `${format}, run ${run}`);
		}
	}
});

for (const [name, resource] of Object.entries(shapes))
	test(`columns whose names are whole numbers stand in the order of the source: rows ${name}`, async () => {
		await using server = await api();
		await using place = await workspace({'sluice.json': config(server.url, 'csv', resource as Json)});
		const {code, stderr} = await place.sluice(['run']);
		equal(code, 0, stderr);
		deepEqual(await columnsOf(place), wanted);
		const {stdout} = await place.sluice(['preview', 'r']);
		deepEqual(keys(stdout), wanted, 'preview');
	});

test('columns whose names are whole numbers stand in files as --select names them', async () => {
	await using server = await api();
	for (const format of ['csv', 'parquet', 'jsonl']) {
		await using place = await workspace({'sluice.json': config(server.url, format, {})});
		const {code, stderr} = await place.sluice(['run', '--select', 'n,2020,name,2019']);
		equal(code, 0, stderr);
		deepEqual(await columnsOf(place), ['n', '2020', 'name', '2019'], format);
	}
});

test('columns of lists, of flattened objects, of children and of renamed fields keep the order of the source', async () => {
	await using server = await api();
	const cases: readonly [Json, string, readonly string[]][] = [
		[{nested: 'flatten', max_table_nesting: 1}, 'out/r', ['name', '2020', '2019__x', 'n']],
		[
			{processing_steps: [{rename: {n: '1'}}, {filter: '@.name == "a"'}]},
			'out/r',
			['name', '2020', '2019', '1'],
		],
		[{processing_steps: [{select: ['2020', 'n', '2019']}]}, 'out/r', ['2020', 'n', '2019']],
		[{nested: 'tables', primary_key: 'name'}, 'out/r', ['name', '2020', '2019__x', 'n']],
	];
	for (const [resource, , columns] of cases) {
		await using place = await workspace({'sluice.json': config(server.url, 'csv', resource)});
		const {code, stderr} = await place.sluice(['run']);
		equal(code, 0, stderr);
		deepEqual(await columnsOf(place), columns, JSON.stringify(resource));
	}
});

test('the filters of a pipe keep the order of such columns', async () => {
	await using place = await workspace();
	const stdin = '{"name":"a","2020":1,"2019":2}\n';
	for (const words of [
		['normalize'],
		['select', '--columns', 'name', '2020', '2019'],
		['dedupe', '--key', 'name'],
	]) {
		const {stdout, stderr} = await place.sluice(words, {stdin});
		deepEqual(keys(stdout), ['name', '2020', '2019'], stderr);
	}
	const {code} = await place.sluice(['write', 'r.csv'], {stdin});
	equal(code, 0);
	equal(await place.read('r.csv'), 'name,2020,2019\r\na,1,2\r\n');
});
