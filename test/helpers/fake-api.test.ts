import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {type FakeApiOptions, fakeApi} from './fake-api.ts';

const rows = Array.from({length: 7}, (_, id) => ({id}));
const ids = (from: number, to: number) => rows.slice(from, to);

async function ask(options: FakeApiOptions, ...searches: string[]): Promise<unknown[]> {
	const server = await fakeApi(rows, options);
	try {
		const bodies: unknown[] = [];
		for (const search of searches) {
			const response = await fetch(`${server.url}/rows?${search}`);
			bodies.push(response.ok ? await response.json() : response.status);
		}
		assert.equal(server.requests.length, searches.length);
		return bodies;
	} finally {
		await server.close();
	}
}

test('pages by offset, start and page number hold the rows they should', async () => {
	const last = {data: ids(6, 7), total: 7};
	assert.deepEqual(await ask({}, 'offset=6&limit=3'), [last]);
	assert.deepEqual(await ask({paging: 'start'}, 'start=6&limit=3'), [last]);
	assert.deepEqual(await ask({paging: 'page'}, 'page=3&limit=3'), [last]);
	assert.deepEqual(await ask({paging: 'page', firstPage: 0}, 'page=2&limit=3'), [last]);
});

test('without parameters the first page of the default size comes', async () => {
	assert.deepEqual(await ask({defaultLimit: 2}, ''), [{data: ids(0, 2), total: 7}]);
});

test('limits are capped or ignored in silence', async () => {
	assert.deepEqual(await ask({limitCap: 2}, 'limit=5'), [{data: ids(0, 2), total: 7}]);
	assert.deepEqual(await ask({ignoresLimit: true, defaultLimit: 3}, 'limit=5'), [
		{data: ids(0, 3), total: 7},
	]);
});

test('the envelope can lack a total, name its rows otherwise, or be a bare list', async () => {
	assert.deepEqual(await ask({total: false}, 'limit=1'), [{data: ids(0, 1)}]);
	assert.deepEqual(await ask({dataKey: 'items'}, 'limit=1'), [{items: ids(0, 1), total: 7}]);
	assert.deepEqual(await ask({dataKey: null}, 'limit=1'), [ids(0, 1)]);
});

test('past the end comes an empty page, or the answer given for it', async () => {
	assert.deepEqual(await ask({}, 'offset=7'), [{data: [], total: 7}]);
	assert.deepEqual(await ask({pastEnd: {status: 400}}, 'offset=6', 'offset=7'), [
		{data: ids(6, 7), total: 7},
		400,
	]);
});

test('a hidden tail is counted in the total and leaves the last pages empty', async () => {
	const options = {hiddenTail: 3, pastEnd: {status: 400}};
	assert.deepEqual(await ask(options, 'offset=7', 'offset=10'), [{data: [], total: 10}, 400]);
});

test('failures hit the requests they are planned for, counted from 0', async () => {
	assert.deepEqual(await ask({failures: {1: {status: 503}}}, 'limit=1', 'limit=1', 'limit=1'), [
		{data: ids(0, 1), total: 7},
		503,
		{data: ids(0, 1), total: 7},
	]);
});

test('a place that is no number is refused', async () => {
	assert.deepEqual(await ask({}, 'offset=-1', 'limit=x'), [400, 400]);
	assert.deepEqual(await ask({paging: 'page'}, 'page=0'), [400]);
});

test('whoever advances by the rows received reads every row once, whatever the shape', async () => {
	const shape = fc.record({
		count: fc.nat({max: 30}),
		asked: fc.integer({min: 1, max: 12}),
		defaultLimit: fc.integer({min: 1, max: 12}),
		limitCap: fc.integer({min: 1, max: 12}),
		ignoresLimit: fc.boolean(),
		paging: fc.constantFrom('offset' as const, 'start' as const),
	});
	await fc.assert(
		fc.asyncProperty(shape, async ({count, asked, ...options}) => {
			const all = Array.from({length: count}, (_, id) => ({id}));
			const server = await fakeApi(all, options);
			try {
				const received: unknown[] = [];
				for (;;) {
					const response = await fetch(
						`${server.url}/rows?${options.paging}=${received.length}&limit=${asked}`,
					);
					const {data} = (await response.json()) as {data: unknown[]};
					if (data.length === 0) break;
					received.push(...data);
				}
				assert.deepEqual(received, all);
			} finally {
				await server.close();
			}
		}),
		{numRuns: 40},
	);
});
