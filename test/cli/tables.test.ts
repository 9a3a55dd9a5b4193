/** `nested: tables` from a config file to folders of files. */
import assert from 'node:assert/strict';
import {readdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {extract} from '../../src/cli/extract.ts';
import {logger} from '../../src/cli/io.ts';
import {checkFolders} from '../../src/cli/project.ts';
import {connection} from '../../src/config/compile.ts';
import {intakeOf} from '../../src/config/intake.ts';
import {loadConfig} from '../../src/config/load.ts';
import {resolveResources} from '../../src/config/resolve.ts';
import type {Page} from '../../src/core/page.ts';
import {sink} from '../../src/core/stage.ts';
import {query} from '../helpers/duckdb.ts';
import {temporaryFolder} from '../helpers/folder.ts';
import {parseConfig} from '../helpers/parse-config.ts';
import {runConfig} from '../helpers/run-config.ts';
import {type ScriptedServer, startServer} from '../helpers/server.ts';

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
	const {counts} = await extract(resource, {
		destination,
		extraction: api.extraction(resource, intakeOf('jsonl', undefined)),
		log: logger({quiet: true}),
		signal,
	});
	await api.close();
	assert.equal(counts.written, 2);
	assert.deepEqual(
		pages.flatMap(page => page.records),
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
	await assert.rejects(run('freeze'), /orders\.customer__phones: a list that makes the new table orders__customer__phones/);
});
