import {deepEqual, equal, match} from 'node:assert/strict';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {config, rows, server, single} from '../cli/config.ts';
import {workspace} from '../helpers/binary.ts';
import {contents} from '../state/staged.ts';

test('a table inside of another one is refused before the first request', async () => {
	await using api = await server(rows('a', [{id: 1}]), rows('b', [{id: 2}]));
	const resources = [single('a', {table_name: 'orders'}), single('b', {table_name: 'orders/pending'})];
	await using place = await workspace({'sluice.json': config(api.url, resources)});
	const {code, stderr} = await place.sluice(['run']);
	equal(code, 2);
	match(stderr, /"orders\/pending", which is inside of the one that a writes to.*beside it: orders_pending/);
	equal(api.requests.length, 0);
	equal((await place.sluice(['check'])).code, 2);
});

test('a table inside of a dataset of another config is refused, and that one stays as it is', async () => {
	await using api = await server(rows('a', [{id: 1}]), rows('b', [{id: 2}]));
	await using place = await workspace({
		'sluice.json': config(api.url, [single('a', {table_name: 'orders'})]),
	});
	equal((await place.sluice(['run'])).code, 0);
	const before = await contents(join(place.path, 'out/.sluice/orders'));
	for (const table_name of ['orders/pending', 'orders/log', 'orders/deep/er']) {
		await writeFile(join(place.path, 'sluice.json'), config(api.url, [single('b', {table_name})]));
		const {code, stderr} = await place.sluice(['run']);
		equal(code, 1, stderr);
		match(
			stderr,
			/is inside of the dataset orders in out\. Nothing was changed\. Give the resource a table_name beside it/,
		);
	}
	deepEqual(await contents(join(place.path, 'out/.sluice/orders')), before);
});

test('a dataset around another one is refused, and that one stays as it is', async () => {
	await using api = await server(rows('a', [{id: 1}]), rows('b', [{id: 2}]));
	await using place = await workspace({
		'sluice.json': config(api.url, [single('b', {table_name: 'orders/pending'})]),
	});
	equal((await place.sluice(['run'])).code, 0);
	const before = await contents(join(place.path, 'out/.sluice/orders'));
	await writeFile(join(place.path, 'sluice.json'), config(api.url, [single('a', {table_name: 'orders'})]));
	const {code, stderr} = await place.sluice(['run']);
	equal(code, 1, stderr);
	match(stderr, /out\/orders: there is a folder with files in it/);
	deepEqual(await contents(join(place.path, 'out/.sluice/orders')), before);
});
