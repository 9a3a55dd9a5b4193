import {deepEqual, equal, match} from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {test} from 'node:test';
import {gunzipSync} from 'node:zlib';
import {csv} from '../../sinks/csv.ts';
import {csvReader} from '../../src/core/csv.ts';
import {Decimal} from '../../src/core/json/json.ts';
import {workspace} from '../helpers/binary.ts';
import {startServer} from '../helpers/server.ts';

type Json = {[key: string]: unknown};

async function api(pages: readonly (readonly unknown[])[]) {
	const server = await startServer([
		...pages.map((data, page) => ({
			path: '/r',
			match: {query: {page: String(page)}},
			respond: {json: {data}},
		})),
		{path: '/r', respond: {json: {data: []}}},
	]);
	return {...server, [Symbol.asyncDispose]: () => server.close()};
}

function config(url: string, output: Json, resource: Json = {}): string {
	const endpoint = {data_selector: 'data', paginator: {type: 'page_number'}};
	const r = {name: 'r', write_disposition: 'replace', endpoint, ...resource};
	return JSON.stringify({client: {base_url: url, retry: {max_retries: 0}}, output, resources: [r]});
}

test('a column that first comes on a later page makes a new part of a run in csv.gz', async () => {
	const pages = [[{id: 1}], [{id: 2}], [{id: 3, late: 'x'}], [{id: 4, late: 'y'}]];
	for (const resource of [{}, {primary_key: 'id', write_disposition: 'merge'}]) {
		await using server = await api(pages);
		await using place = await workspace({'sluice.json': config(server.url, {format: 'csv.gz'}, resource)});
		const {code, stderr} = await place.sluice(['run']);
		equal(code, 0, stderr);
		const files = (await place.visible()).filter(name => name.endsWith('.csv.gz'));
		const texts = await Promise.all(
			files.map(async name => gunzipSync(await readFile(join(place.path, name))).toString()),
		);
		const rows = texts.flatMap(text => {
			const [header = '', ...lines] = text.trimEnd().split('\r\n');
			return lines.map(line => line.split(',').map((value, i) => `${header.split(',')[i]}=${value}`));
		});
		deepEqual(
			rows.map(row => row.filter(cell => !cell.endsWith('='))),
			[['id=1'], ['id=2'], ['id=3', 'late=x'], ['id=4', 'late=y']],
		);
		equal((await place.sluice(['verify'])).code, 0);
	}
});

test('a delimiter that is part of a number is quoted', async () => {
	for (const [delimiter, row] of [
		['.', '-1."0.5"."1.25"."{""a"":1.5}"'],
		['-', '"-1"-0.5-1.25-{""a"":1.5}'.replace('{""a"":1.5}', '"{""a"":1.5}"')],
		['1', '"-1"10.51"1.25"1"{""a"":1.5}"'],
	] as const) {
		await using place = await workspace();
		const path = join(place.path, 'r.csv');
		const records = [{id: -1, n: 0.5, d: new Decimal('1.25'), o: {a: 1.5}}];
		await pipeline(Readable.from([{resource: 'r', number: 0, records}]), csv(path, {delimiter}));
		equal((await place.read('r.csv')).split('\r\n')[1], row);
		const reader = csvReader(delimiter);
		for (const _ of reader.read(await place.read('r.csv'), () => 10));
		deepEqual(reader.take(), [{id: '-1', n: '0.5', d: '1.25', o: '{"a":1.5}'}]);
	}
});

test('columns whose names are whole numbers stand in CSV as --select names them', async () => {
	await using server = await api([[{name: 'a', '2020': 1, '2019': 2, n: 3}]]);
	await using place = await workspace({'sluice.json': config(server.url, {format: 'csv'})});
	const select = ['--select', 'name,2020,2019'];
	const {stdout, stderr} = await place.sluice(['read', 'r', '--format', 'csv', ...select]);
	equal(stdout, 'name,2020,2019\r\na,1,2\r\n', stderr);
	equal((await place.sluice(['run', ...select])).code, 0);
	const [file = ''] = (await place.visible()).filter(name => name.endsWith('.csv'));
	equal(await place.read(file), stdout);
});

test('a run that fails leaves no file of --rejects, and none beside it', async () => {
	const server = await startServer([
		{path: '/r', match: {query: {page: '0'}}, respond: {json: {data: [{id: 1}]}}},
		{path: '/r', respond: {status: 500}},
	]);
	try {
		await using place = await workspace({'sluice.json': config(server.url, {})});
		const {code} = await place.sluice(['read', 'r', '--output', 'r.csv', '--rejects', 'bad.jsonl']);
		equal(code, 3);
		deepEqual(await place.list(), ['sluice.json']);
		const filtered = await place.sluice(['normalize', '--rejects', 'bad.jsonl'], {
			stdin: '{"id":1}\n{"id":\n',
		});
		match(filtered.stderr, /not JSON/);
		deepEqual(await place.list(), ['sluice.json']);
	} finally {
		await server.close();
	}
});

test('replace by no rows keeps the columns', async () => {
	await using server = await api([[{id: 1, name: 'a'}]]);
	for (const format of ['parquet', 'csv', 'jsonl']) {
		await using place = await workspace({'sluice.json': config(server.url, {format}, {allow_empty: true})});
		await place.sluice(['run']);
		const columns = async (): Promise<unknown> =>
			JSON.parse((await place.sluice(['state', 'show'])).stdout).r.schema;
		const before = await columns();
		await using none = await api([]);
		await place.shell(`cat > sluice.json <<'END'\n${config(none.url, {format}, {allow_empty: true})}\nEND`);
		const {code, stderr} = await place.sluice(['run']);
		equal(code, 0, stderr);
		deepEqual(await columns(), before, format);
		equal((await place.sluice(['verify'])).code, 0);
	}
});
