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
