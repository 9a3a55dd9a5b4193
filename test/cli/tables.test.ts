/** `nested: tables` from a config file to folders of files. */
import assert from 'node:assert/strict';
import {readdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {connection} from '../../src/config/compile/compile.ts';
import {resolveResources} from '../../src/config/compile/resolve.ts';
import {loadConfig} from '../../src/config/load/load.ts';
import {formatNeedsOf} from '../../src/config/output/format-needs.ts';
import type {Page} from '../../src/core/page.ts';
import {sink} from '../../src/core/stage.ts';
import {Emitter} from '../../src/run/emitter.ts';
import {extract} from '../../src/run/extract.ts';
import {checkFolders} from '../../src/run/output/output-folders.ts';
import {type Workspace, workspace} from '../helpers/binary.ts';
import {query} from '../helpers/duckdb.ts';
import {temporaryFolder} from '../helpers/folder.ts';
import {parseConfig} from '../helpers/parse-config.ts';
import {runConfig} from '../helpers/run-config.ts';
import {type ScriptedServer, startServer} from '../helpers/server.ts';
import {config as configOf, server as serve} from './config.ts';

let server: ScriptedServer;
before(async () => {
	server = await startServer([
		{
			path: '/orders',
			respond: {
				json: [
					{
						id: 1,
						customer: {name: 'Ann', phones: ['1', '2']},
						lines: [
							{sku: 'a', n: 1, tags: ['x']},
							{sku: 'b', n: 2},
						],
					},
					{id: 2, customer: {name: 'Bo', phones: []}, lines: [{sku: 'a', n: 5, tags: ['x', 'y']}]},
					{id: 2, customer: {name: 'Bo', phones: []}, lines: [{sku: 'a', n: 5, tags: ['x', 'y']}]},
				],
			},
		},
	]);
});
after(() => server.close());

const config = () => `client: {base_url: "${server.url}"}
resources: [{name: orders, primary_key: id, nested: tables, write_disposition: replace}]`;

test('a run writes a folder for each table, and they join in SQL', async () => {
	await using folder = await temporaryFolder();
	await writeFile(join(folder.path, 'config.yaml'), config());
	const output = join(folder.path, 'out');
	for (let run = 0; run < 2; run++) await runConfig('config.yaml', {cwd: folder.path, output});
	assert.deepEqual((await readdir(output)).sort(), [
		'.sluice',
		'orders',
		'orders__customer__phones',
		'orders__lines',
		'orders__lines__tags',
	]);
	const table = (name: string) => `'${output}/${name}/*.parquet'`;
	const joined = await query(`
		select o.id::int as id, o.customer__name as name, l.sku, l.n::int as n, t.value as tag
		from ${table('orders')} o join ${table('orders__lines')} l on l._orders_id = o.id
		left join ${table('orders__lines__tags')} t
			on t._orders_id = o.id and t._orders__lines_list_index = l._list_index
		order by o.id, l._list_index, t._list_index`);
	assert.deepEqual(joined, [
		{id: 1, name: 'Ann', sku: 'a', n: 1, tag: 'x'},
		{id: 1, name: 'Ann', sku: 'b', n: 2, tag: null},
		{id: 2, name: 'Bo', sku: 'a', n: 5, tag: 'x'},
		{id: 2, name: 'Bo', sku: 'a', n: 5, tag: 'y'},
	]);
});

test('to a single file go the rows of the resource alone', async () => {
	await using folder = await temporaryFolder();
	await writeFile(join(folder.path, 'config.yaml'), config());
	const loaded = await loadConfig('config.yaml', {cwd: folder.path});
	const [resource] = resolveResources(loaded.config);
	assert.ok(resource);
	const pages: Page[] = [];
	const destination = sink({name: 'pages', write: page => void pages.push(page), close: async () => {}});
	const api = connection(loaded.config);
	const {signal} = new AbortController();
	const {counts} = await extract(resource.name, {
		destination,
		extraction: api.extraction(resource, formatNeedsOf('jsonl', undefined)),
		emitter: new Emitter(),
		signal,
	});
	await api.close();
	assert.equal(counts.written, 2);
	assert.deepEqual(
		pages.flatMap(page => [...page.records]),
		[
			{id: 1, customer__name: 'Ann'},
			{id: 2, customer__name: 'Bo'},
		],
	);
});

test('a resource whose folder looks like a table of another that replaces is refused', () => {
	const parsed = parseConfig({
		client: {base_url: 'http://localhost'},
		resources: [{name: 'a', nested: 'tables', write_disposition: 'replace'}, 'a__b'],
	});
	assert.throws(
		() => checkFolders(resolveResources(parsed), 'x.yaml'),
		/a__b: writes to the folder "a__b", which a \(nested: tables/,
	);
	assert.doesNotThrow(() => checkFolders(resolveResources(parsed).slice(0, 1), 'x.yaml'));
});

test('a contract of tables holds for lists', async () => {
	await using folder = await temporaryFolder();
	const output = join(folder.path, 'out');
	const run = async (contract: string) => {
		await writeFile(
			join(folder.path, 'config.yaml'),
			config().replace('nested:', `schema_contract: {tables: ${contract}}, nested:`),
		);
		return runConfig('config.yaml', {cwd: folder.path, output});
	};
	const {orders} = await run('discard_row');
	assert.deepEqual([orders?.written, orders?.discarded], [2, 8]);
	assert.deepEqual(
		(await readdir(output)).filter(name => name !== '.sluice'),
		['orders'],
	);
	await assert.rejects(
		run('freeze'),
		/orders\.customer__phones: a list that makes the new table orders__customer__phones/,
	);
});

const repeated = [
	{id: 1, v: 'first', t: ['a']},
	{id: 2, v: 'only', t: ['b']},
	{id: 3, v: 'x', t: ['c']},
	{id: 1, v: 'second', t: ['d', 'e']},
	{id: 1, v: 'last', t: ['f']},
];
const deleted = [
	{id: 1, v: 'keep', t: ['a']},
	{id: 2, v: 'x', t: ['b']},
	{id: 2, v: 'x2', t: ['c'], deleted: true},
	{id: 3, v: 'x', deleted: true, t: ['m']},
	{id: 3, v: 'reborn', deleted: false, t: ['n']},
];
const flag = {deleted: {data_type: 'bool', nullable: true, hard_delete: true}};
const cases: {
	name: string;
	records: readonly object[];
	resource?: object;
	kept: string[];
	lists: string[];
}[] = [
	{
		name: 'the last one stays, with its rows',
		records: repeated,
		kept: ['1 last', '2 only', '3 x'],
		lists: ['1 f', '2 b', '3 c'],
	},
	{
		name: 'with dedup_sort the greatest stays, with its rows',
		records: repeated,
		resource: {columns: {v: {data_type: 'text', dedup_sort: 'desc'}}},
		kept: ['1 second', '2 only', '3 x'],
		lists: ['1 d', '1 e', '2 b', '3 c'],
	},
	{
		name: 'one that is deleted later in the run is not there, and one that is born again is',
		records: deleted,
		resource: {columns: flag},
		kept: ['1 keep', '3 reborn'],
		lists: ['1 a', '3 n'],
	},
	{
		name: 'a last record without rows takes those of the one before it away',
		records: [...repeated, {id: 1, v: 'bare', t: []}],
		kept: ['1 bare', '2 only', '3 x'],
		lists: ['2 b', '3 c'],
	},
	{
		name: 'an append keeps the first',
		records: repeated,
		resource: {write_disposition: 'append'},
		kept: ['1 first', '2 only', '3 x'],
		lists: ['1 a', '2 b', '3 c'],
	},
	{
		name: 'a replacement keeps the first',
		records: repeated,
		resource: {write_disposition: 'replace'},
		kept: ['1 first', '2 only', '3 x'],
		lists: ['1 a', '2 b', '3 c'],
	},
];

for (const {name, records, resource = {}, kept, lists} of cases)
	test(`records with one key and lists in tables: ${name}`, async () => {
		await using api = await pagesOf(() => records);
		await using place = await workspace({'sluice.json': merging(api.url, resource)});
		await runConfig('sluice.json', {cwd: place.path, output: join(place.path, 'out')});
		assert.deepEqual(await stored(place), {kept, lists});
	});

for (const {name, records, resource = {}, kept, lists} of cases.slice(0, 4))
	test(`a full refresh leaves what a merge into nothing does: ${name}`, async () => {
		let now: readonly object[] = [{id: 9, v: 'old', t: ['z']}];
		await using api = await pagesOf(() => now);
		await using place = await workspace({'sluice.json': merging(api.url, {...resource, allow_empty: true})});
		const run = (fullRefresh: boolean) =>
			runConfig('sluice.json', {cwd: place.path, output: join(place.path, 'out'), fullRefresh});
		await run(false);
		now = records;
		await run(true);
		assert.deepEqual(await stored(place), {kept, lists});
		now = [];
		const {things} = await run(true);
		const left = await query(`select count(*)::int as rows from '${place.path}/out/things/*.parquet'`);
		assert.deepEqual([things?.written, left], [0, [{rows: 0}]]);
	});

test('rows of lists that are refused leave the others with their records', async () => {
	let records = [{id: 1, v: 'x', t: [1]}] as object[];
	await using api = await pagesOf(() => records);
	await using place = await workspace({
		'sluice.json': merging(api.url, {schema_contract: {data_type: 'discard_row'}}),
	});
	const run = () => runConfig('sluice.json', {cwd: place.path, output: join(place.path, 'out')});
	await run();
	records = [
		{id: 2, v: 'first', t: ['no number', 5]},
		{id: 2, v: 'last', t: [9]},
	];
	const {things} = await run();
	assert.deepEqual(
		[things?.rejected, await stored(place)],
		[1, {kept: ['1 x', '2 last'], lists: ['1 1', '2 9']}],
	);
});

test('what a key is in the rows of lists does not depend on its type: they go when their record comes again', async () => {
	const ids = {decimal: '1.50', time: '10:00:00.50', timestamp: '2026-01-01T10:00:00.50+02:00', text: '1.50'};
	for (const [type, id] of Object.entries(ids)) {
		let tags = ['a', 'b'];
		await using api = await pagesOf(() => [{id, v: 'x', t: tags}]);
		await using place = await workspace({
			'sluice.json': merging(api.url, {columns: {id: {data_type: type}}}),
		});
		for (const next of [['a', 'b'], ['c']]) {
			tags = next;
			await runConfig('sluice.json', {cwd: place.path, output: join(place.path, 'out')});
		}
		const {lists} = await stored(place);
		assert.deepEqual([type, ...lists.map(row => row.at(-1))], [type, 'c']);
	}
});

function merging(url: string, more: object): string {
	const endpoint = {
		path: '/things',
		data_selector: 'data',
		paginator: {type: 'offset', limit: 3, total_path: null},
	};
	return configOf(url, [
		{name: 'things', primary_key: 'id', nested: 'tables', write_disposition: 'merge', endpoint, ...more},
	]);
}

async function pagesOf(records: () => readonly object[]): Promise<ScriptedServer & AsyncDisposable> {
	const fn = ({query}: {query: Readonly<Record<string, readonly string[] | undefined>>}) => {
		const offset = Number(query.offset?.[0] ?? 0);
		return {json: {data: records().slice(offset, offset + 3)}};
	};
	return serve({path: '/things', respond: {fn}});
}

async function stored({path}: Workspace): Promise<{kept: string[]; lists: string[]}> {
	const kept = await query(`select id || ' ' || v as row from '${path}/out/things/*.parquet' order by 1`);
	const lists = await query(
		`select _things_id || ' ' || value as row from '${path}/out/things__t/*.parquet' order by ` +
			'_things_id, _list_index',
	);
	return {kept: kept.map(({row}) => String(row)), lists: lists.map(({row}) => String(row))};
}
