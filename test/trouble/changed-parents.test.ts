/** Children of new and changed parents only: `incremental_dependency`. */
import {deepEqual, equal, match} from 'node:assert/strict';
import {test} from 'node:test';
import {config, server, single} from '../cli/config.ts';
import {workspace} from '../helpers/binary.ts';
import {query} from '../helpers/duckdb.ts';
import type {RecordedRequest, Route} from '../helpers/server.ts';

interface Order {
	readonly id: number;
	readonly updated_at: string;
}

const at = (day: number): string => `2024-01-${String(day).padStart(2, '0')}T00:00:00Z`;

/** Two orders a page, from `since` on; each has one line, which says when it was read. */
class Shop {
	orders: Order[] = [];
	/** Orders whose lines are not to be had. */
	readonly broken = new Map<number, number>();
	round = 1;

	readonly routes: Route[] = [
		{
			path: '/orders',
			respond: {
				fn: ({query: {since: [since = ''] = [], page: [page = '1'] = []}}) => {
					const found = this.orders.filter(order => order.updated_at >= since);
					const from = (Number(page) - 1) * 2;
					const more = found.length > from + 2 ? {next: Number(page) + 1} : {next: null};
					return {json: {data: found.slice(from, from + 2), ...more}};
				},
			},
		},
		...Array.from(
			{length: 12},
			(_, id): Route => ({
				path: `/orders/${id}/lines`,
				respond: {
					fn: () => {
						const status = this.broken.get(id);
						return status === undefined
							? {json: {data: [{id: `${id}/1`, order: id, round: this.round}]}}
							: {status};
					},
				},
			}),
		),
		...Array.from(
			{length: 12},
			(_, id): Route => ({
				path: `/lines/${id}/1/notes`,
				respond: {fn: () => ({json: {data: [{line: id, round: this.round}]}})},
			}),
		),
	];
}

const orders = single('orders', {
	primary_key: 'id',
	write_disposition: 'merge',
	endpoint: {
		paginator: {type: 'cursor', cursor_path: 'next', cursor_param: 'page'},
		incremental: {cursor_path: 'updated_at', start_param: 'since'},
	},
});
const lines = single('lines', {
	primary_key: 'id',
	write_disposition: 'merge',
	incremental_dependency: true,
	endpoint: {path: '/orders/{resources.orders.id}/lines'},
});
const notes = single('notes', {
	primary_key: 'line',
	write_disposition: 'merge',
	incremental_dependency: true,
	endpoint: {path: '/lines/{resources.lines.id}/notes'},
});

const asked = (requests: readonly RecordedRequest[], from: number): string[] =>
	requests.slice(from).map(({path}) => path);
const linesOf = (...ids: number[]): string[] => ids.map(id => `/orders/${id}/lines`);

for (const [how, words, concurrency] of [
	['beside its parent', ['run'], 1],
	['alone', ['run', 'lines'], 1],
	['with four requests at once', ['run'], 4],
] as const) {
	test(`a child that is read ${how} is asked for new and changed parents only`, async () => {
		const shop = new Shop();
		shop.orders = [1, 2, 3, 4, 5].map(id => ({id, updated_at: at(id)}));
		await using api = await server(...shop.routes);
		await using place = await workspace({
			'sluice.json': config(api.url, [orders, lines], {client: {concurrency}}),
		});
		const first = await place.sluice(words);
		equal(first.code, 0, first.stderr);
		deepEqual(
			asked(api.requests, 0)
				.filter(path => path !== '/orders')
				.sort(),
			linesOf(1, 2, 3, 4, 5),
		);

		shop.round = 2;
		shop.orders = [
			...[1, 3, 4, 5].map(id => ({id, updated_at: at(id)})),
			{id: 2, updated_at: at(8)},
			{id: 6, updated_at: at(9)},
		];
		let from = api.requests.length;
		const second = await place.sluice(words);
		equal(second.code, 0, second.stderr);
		deepEqual(
			asked(api.requests, from).filter(path => path !== '/orders'),
			linesOf(2, 6),
		);

		from = api.requests.length;
		const third = await place.sluice(words);
		equal(third.code, 0, third.stderr);
		deepEqual(asked(api.requests, from), ['/orders']);
		deepEqual(
			await query(
				`select "order"::int as id, round::int as round from '${place.path}/out/lines/*.parquet' order by 1`,
			),
			[
				{id: 1, round: 1},
				{id: 2, round: 2},
				{id: 3, round: 1},
				{id: 4, round: 1},
				{id: 5, round: 1},
				{id: 6, round: 2},
			],
		);
	});
}

test('a parent whose children failed is asked for again, and no other one', async () => {
	const shop = new Shop();
	shop.orders = [1, 2, 3, 4, 5].map(id => ({id, updated_at: at(id)}));
	await using api = await server(...shop.routes);
	// The children after the broken one are not asked for.
	const inOrder = {client: {concurrency: 1}, output: {checkpoint: {rows: 1}}};
	await using place = await workspace({'sluice.json': config(api.url, [orders, lines], inOrder)});
	shop.broken.set(4, 500);
	const first = await place.sluice(['run']);
	equal(first.code, 5, first.stderr);
	deepEqual(
		asked(api.requests, 0).filter(path => path !== '/orders'),
		linesOf(1, 2, 3, 4),
	);

	// The parent is through, its child is not; meanwhile another parent has changed.
	shop.broken.clear();
	shop.round = 2;
	shop.orders = [...shop.orders.filter(({id}) => id !== 1), {id: 1, updated_at: at(7)}];
	let from = api.requests.length;
	const second = await place.sluice(['run']);
	equal(second.code, 0, second.stderr);
	deepEqual(
		asked(api.requests, from)
			// The children of 2 and 3 had come, and may not have been durable.
			.filter(path => !['/orders', '/orders/2/lines', '/orders/3/lines'].includes(path))
			.sort(),
		linesOf(1, 4, 5),
	);

	// The parent was left out of the second run, as it had finished: so it is behind its child, and asked for by
	// itself.
	for (const walks of [2, 1]) {
		from = api.requests.length;
		const {code, stderr} = await place.sluice(['run']);
		equal(code, 0, stderr);
		deepEqual(asked(api.requests, from), Array(walks).fill('/orders'));
	}
});

test('children that are not there are not asked for again before their parent changes', async () => {
	const shop = new Shop();
	shop.orders = [1, 2, 3].map(id => ({id, updated_at: at(id)}));
	for (const id of [1, 2, 3]) shop.broken.set(id, 404);
	await using api = await server(...shop.routes);
	await using place = await workspace({'sluice.json': config(api.url, [orders, lines])});
	equal((await place.sluice(['run'])).code, 0);
	let from = api.requests.length;
	equal((await place.sluice(['run'])).code, 0);
	deepEqual(asked(api.requests, from), ['/orders']);
	shop.broken.clear();
	shop.orders = [...shop.orders, {id: 2, updated_at: at(9)}];
	from = api.requests.length;
	equal((await place.sluice(['run'])).code, 0);
	deepEqual(
		asked(api.requests, from).filter(path => path !== '/orders'),
		linesOf(2),
	);
	from = api.requests.length;
	equal((await place.sluice(['run', '--full-refresh'])).code, 0);
	deepEqual(
		asked(api.requests, from).filter(path => path !== '/orders'),
		linesOf(1, 2, 3, 2),
	);
});

test('children of children follow the rows of their own parent', async () => {
	const shop = new Shop();
	shop.orders = [1, 2, 3].map(id => ({id, updated_at: at(id)}));
	await using api = await server(...shop.routes);
	await using place = await workspace({'sluice.json': config(api.url, [orders, lines, notes])});
	const all = ['run'];
	const first = await place.sluice(all);
	equal(first.code, 0, first.stderr);
	deepEqual(
		asked(api.requests, 0).filter(path => path.endsWith('notes')),
		[1, 2, 3].map(id => `/lines/${id}/1/notes`),
	);
	shop.orders = [...shop.orders, {id: 5, updated_at: at(5)}];
	for (const [words, wanted] of [
		[
			['run', 'notes'],
			['/orders', '/orders/5/lines', '/lines/5/1/notes'],
		],
		[
			['run', 'orders', 'lines'],
			['/orders', '/orders/5/lines'],
		],
		[all, ['/orders']],
	] as const) {
		const from = api.requests.length;
		const {code, stderr} = await place.sluice(words);
		equal(code, 0, stderr);
		deepEqual(asked(api.requests, from), wanted);
	}
});

test('a new row is told by its parent: without one that is incremental, or with replace, check says what is missing', async () => {
	const whole = {...orders, endpoint: {path: '/orders', data_selector: 'data', paginator: 'single_page'}};
	await using place = await workspace({
		'whole.json': config('http://127.0.0.1:9', [whole, lines]),
		'replace.json': config('http://127.0.0.1:9', [orders, {...lines, write_disposition: 'replace'}]),
		'rootless.json': config('http://127.0.0.1:9', [{...orders, incremental_dependency: true}]),
	});
	for (const [file, problem] of [
		[
			'whole',
			/resources\[1\]\.incremental_dependency: nothing tells which rows of orders are new; give it incremental/s,
		],
		['replace', /incremental_dependency: replace would take away the children of all other parents/],
		['rootless', /incremental_dependency: orders has no parent/],
	] as const) {
		const {code, stderr} = await place.sluice(['check', '-c', `${file}.json`]);
		equal(code, 2, stderr);
		match(stderr, problem);
	}
});
