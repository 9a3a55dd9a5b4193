import {deepStrictEqual, ok, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import {workspace} from '../helpers/binary.ts';
import {startServer} from '../helpers/server.ts';

test('a key with a path in it makes a table inside the output folder', async () => {
	const server = await startServer([
		{
			path: '/orders',
			respond: {json: [{id: 1, 'x/../../../victim': [{sku: 'a'}], '..': [{sku: 'b'}], '\0': [1]}]},
		},
	]);
	await using place = await workspace({
		'deep/er/sluice.yaml': `
client: {base_url: "${server.url}"}
resource_defaults: {nested: tables, primary_key: id, endpoint: {paginator: single_page}}
resources: [orders]
output: {format: jsonl}
`,
	});
	const {code, stderr} = await place.shell('cd deep/er && sluice run -o out');
	strictEqual(code, 0, stderr);
	const files = (await place.visible()).filter(path => path.endsWith('.jsonl'));
	strictEqual(files.length, 4);
	for (const path of files) ok(path.startsWith('deep/er/out/orders'), path);
	const folders = [...new Set(files.map(path => path.split('/')[3]))].sort();
	deepStrictEqual(folders, ['orders', 'orders__%00', 'orders__%2E%2E', 'orders__x%2F..%2F..%2F..%2Fvictim']);
	await server.close();
});

test('a key as long as a name of a folder may be, and a file as long as a name may be, are written', async () => {
	const server = await startServer([
		{path: '/orders', respond: {json: [{id: 1, ['é'.repeat(300)]: [1], ['l'.repeat(300)]: [2]}]}},
	]);
	await using place = await workspace({
		'sluice.yaml': `
client: {base_url: "${server.url}"}
resource_defaults: {nested: tables, primary_key: id, endpoint: {paginator: single_page}}
resources: [{name: orders, write_disposition: merge}]
output: {format: jsonl}
`,
	});
	for (const _ of [1, 2]) {
		const {code, stderr} = await place.sluice(['run']);
		strictEqual(code, 0, stderr);
	}
	const tables = new Set((await place.visible()).map(path => path.split('/')[1]));
	strictEqual([...tables].filter(table => table?.startsWith('orders')).length, 3);
	const file = `${'é'.repeat(125)}.json`;
	const {code, stderr} = await place.sluice(['read', 'orders', '-f', 'jsonl', '-o', file]);
	strictEqual(code, 0, stderr);
	await server.close();
});
