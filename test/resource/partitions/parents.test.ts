/**
 * Resources with several parents: each combination of their rows, or the rows of one after those of another.
 */
import {deepStrictEqual, ok, rejects, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import type {Cursor, JsonRecord, Page} from '../../../src/core/page.ts';
import {distinct} from '../../../src/resource/partitions/distinct.ts';
import {cachedInnerRows} from '../../../src/resource/partitions/inner-rows-cache.ts';
import {
	type Binding,
	listedValues,
	type Partition,
	type Partitions,
	product,
} from '../../../src/resource/partitions/partitions.ts';
import {type Api, type ReadOptions, read} from './family.ts';

const rowsOf = (...ids: (string | number)[]): JsonRecord[] => ids.map(id => ({id}));
const resource = (name: string, path = name, more: object = {}): object => ({
	name,
	endpoint: {path},
	...more,
});

/** Whoever begins at the cursor of any page reads exactly the rest. */
async function resumesAnywhere(
	api: Api,
	resources: readonly object[],
	name: string,
	options: ReadOptions = {},
): Promise<void> {
	const {pages, rows} = await read(api, resources, {...options, names: [name]});
	const all = pages[name] ?? [];
	ok(all.length > 3, 'there are places to resume at');
	let before = 0;
	for (const {cursor, records} of all) {
		before += records.length;
		ok(cursor !== undefined);
		if (cursor === null) continue;
		const rest = await read(api, resources, {...options, names: [name], cursor});
		deepStrictEqual(rest.rows[name], rows[name]?.slice(before));
	}
	strictEqual(all.at(-1)?.cursor === null || before === rows[name]?.length, true);
}

const shops: Api = {
	stores: rowsOf(1, 2, 3),
	items: rowsOf('a', 'b', 'c'),
	...Object.fromEntries(
		[1, 2, 3].flatMap(store =>
			['a', 'b', 'c'].map(item => [`s/${store}/${item}`, rowsOf(`${store}${item}`)]),
		),
	),
};
const stores = resource('stores');
const items = resource('items');
const stock = resource('stock', 's/{resources.stores.id}/{resources.items.id}', {
	include_from_parent: ['{resources.stores.id}', '{resources.items.id}'],
});
const combinations = [1, 2, 3].flatMap(store =>
	['a', 'b', 'c'].map(item => ({id: `${store}${item}`, _stores_id: store, _items_id: item})),
);

test('a resource with two parents is read for each combination, the first one varying slowest', async () => {
	const {rows, asked} = await read(shops, [stores, items, stock], {names: ['stock']});
	deepStrictEqual(rows.stock, combinations);
	deepStrictEqual(asked, [
		...['stores', 'items', 's/1/a', 's/1/b', 'items?page=1', 's/1/c', 's/2/a', 's/2/b', 's/2/c'],
		...['stores?page=1', 's/3/a', 's/3/b', 's/3/c'],
	]);
});

test('the order of the placeholders says which parent varies slowest, the path before the parameters', async () => {
	const api = {...shops, s: rowsOf(0)};
	const turned = {
		name: 'stock',
		endpoint: {params: {store: '{resources.stores.id}', item: '{resources.items.id}'}, path: 's'},
	};
	const swapped = {
		name: 'stock',
		endpoint: {params: {store: '{resources.stores.id}'}, path: 's?item={resources.items.id}'},
	};
	const pairs = async (one: object) =>
		(await read(api, [stores, items, one], {names: ['stock']})).asked
			.filter(path => path.startsWith('s?'))
			.slice(0, 4);
	deepStrictEqual(await pairs(turned), [
		's?store=1&item=a',
		's?store=1&item=b',
		's?store=1&item=c',
		's?store=2&item=a',
	]);
	deepStrictEqual(await pairs(swapped), [
		's?item=a&store=1',
		's?item=a&store=2',
		's?item=a&store=3',
		's?item=b&store=1',
	]);
});

test('read together, the outer parent is walked once for all, and the inner one once for itself and once for the child', async () => {
	for (const concurrency of [1, 4]) {
		const {rows, asked} = await read(shops, [items, stock, stores], {concurrency});
		deepStrictEqual(rows.stock, combinations);
		deepStrictEqual(rows.items, rowsOf('a', 'b', 'c'));
		deepStrictEqual(rows.stores, rowsOf(1, 2, 3));
		const times = (path: string): number => asked.filter(one => one === path).length;
		deepStrictEqual(
			['stores', 'stores?page=1', 'items', 'items?page=1', 's/1/a'].map(times),
			[1, 1, 2, 2, 1],
		);
	}
});

test('two children that want the same parents the other way round do not wait for one another', async () => {
	const other = resource('other', 's/{resources.stores.id}/{resources.items.id}', {name: 'other'});
	const turned = {
		name: 'turned',
		endpoint: {path: 'x', params: {item: '{resources.items.id}', store: '{resources.stores.id}'}},
	};
	const {rows} = await read({...shops, x: rowsOf(0)}, [stores, items, stock, turned, other]);
	deepStrictEqual([rows.stock?.length, rows.turned?.length, rows.other?.length], [9, 9, 9]);
});

test('a run broken off in the middle of combinations goes on exactly, at any page', async () => {
	await resumesAnywhere(shops, [stores, items, stock], 'stock');
	await resumesAnywhere(shops, [stores, items, stock], 'stock', {concurrency: 3});
	await resumesAnywhere(shops, [stores, items, {...stock, distinct: true}], 'stock');
	const listed = {
		...resource('stock', 's/{resources.stores.id}/{resources.items.id}?n={partitions.n}'),
		partitions: {n: [1, 2]},
	};
	await resumesAnywhere(shops, [stores, items, listed], 'stock');
});

test('a combination that the API does not know is skipped and counted, and the others are read', async () => {
	const {'s/1/b': _, 's/3/c': __, ...some} = shops;
	const {rows, skipped} = await read(some, [stores, items, stock], {names: ['stock']});
	deepStrictEqual(
		rows.stock,
		combinations.filter(({id}) => id !== '1b' && id !== '3c'),
	);
	strictEqual(skipped.stock, 2);
});

test('a parent without the value is left out with on_missing: skip, once for all its combinations, and an error without', async () => {
	const api = {...shops, items: [{id: 'a'}, {id: null}, {id: 'c'}], stores: [{id: 1}, {}, {id: 3}]};
	const {rows, skipped} = await read(api, [stores, items, {...stock, on_missing: 'skip'}], {
		names: ['stock'],
	});
	deepStrictEqual(
		rows.stock?.map(({id}) => id),
		['1a', '1c', '3a', '3c'],
	);
	strictEqual(skipped.stock, 2);
	await rejects(
		read(api, [stores, items, stock], {names: ['stock']}),
		/stock: stores, record 1 of page 1, items, record 2 of page 1: no value for \{resources\.items\.id\}; its fields: id/,
	);
});

test('combinations with the same values are asked for once with distinct', async () => {
	const api = {...shops, stores: rowsOf(1, 2, 1), items: rowsOf('a', 'a', 'b')};
	const {rows} = await read(api, [stores, items, {...stock, distinct: true}], {names: ['stock']});
	deepStrictEqual(
		rows.stock?.map(({id}) => id),
		['1a', '1b', '2a', '2b'],
	);
});

test('what distinct remembers has a bound, at which it says so', async () => {
	const many = listedValues({id: Array.from({length: 50_000}, (_, id) => id % 49_000)});
	const idOf = ({bindings}: Partition): string => String(bindings[0]?.values.id);
	const readAll = async (maxBytes: number): Promise<string[]> => {
		const read: string[] = [];
		for await (const partition of distinct(many, idOf, {name: 'stock', maxBytes}).from())
			read.push(idOf(partition));
		return read;
	};
	deepStrictEqual(
		await readAll(2 ** 22),
		Array.from({length: 49_000}, (_, id) => String(id)),
	);
	await rejects(
		readAll(2 ** 20),
		/^StageError: stock: distinct knows \d+ parents by their values, as many as fit in 1 MiB\. Leave it out/,
	);
});

// Two accounts: stores 1, 2 and items a, b of x; stores 3 and items c of y; z has stores and no items.
const accounts: Api = {
	accounts: rowsOf('x', 'y', 'z'),
	'accounts/x/stores': rowsOf(1, 2, 3),
	'accounts/y/stores': rowsOf(4),
	'accounts/z/stores': rowsOf(5, 6),
	'accounts/x/items': rowsOf('a', 'b'),
	'accounts/y/items': rowsOf('c', 'd', 'e'),
	'accounts/z/items': [],
	...Object.fromEntries(
		[1, 2, 3, 4, 5, 6].flatMap(store =>
			['a', 'b', 'c', 'd', 'e'].map(item => [`s/${store}/${item}`, rowsOf(`${store}${item}`)]),
		),
	),
};
const ofAccounts = [
	resource('accounts'),
	resource('stores', 'accounts/{resources.accounts.id}/stores'),
	resource('items', 'accounts/{resources.accounts.id}/items'),
	{...stock, include_from_parent: ['{resources.accounts.id}', '{resources.items.id}']},
];
const pairs = ['1a', '1b', '2a', '2b', '3a', '3b', '4c', '4d', '4e'];

test('parents that share an ancestor are combined within each of its rows, and each list is asked for once', async () => {
	const {rows, asked} = await read(accounts, ofAccounts, {names: ['stock']});
	deepStrictEqual(
		rows.stock?.map(({id, _items_id, _accounts_id}) => [id, _items_id, _accounts_id]),
		pairs.map(id => [id, id.slice(1), id < '4' ? 'x' : 'y']),
	);
	strictEqual(new Set(asked).size, asked.length, 'nothing is asked for twice');
	const together = await read(accounts, ofAccounts);
	deepStrictEqual(together.rows.stock, rows.stock);
	strictEqual(together.asked.filter(path => path === 'accounts').length, 1);
	strictEqual(together.asked.filter(path => path === 'accounts/x/stores').length, 1);
});

test('an ancestor further up is shared too, and so is one that only some of three parents have', async () => {
	const api: Api = {
		a: rowsOf(1, 2),
		...Object.fromEntries(
			[1, 2].flatMap(a => [
				[`b/${a}`, rowsOf(`${a}b`, `${a}B`)],
				[`d/${a}`, rowsOf(`${a}d`)],
			]),
		),
		...Object.fromEntries(['1b', '1B', '2b', '2B'].map(b => [`c/${b}`, rowsOf(`${b}c`)])),
		e: rowsOf('e', 'E'),
		f: rowsOf(0),
	};
	const resources = [
		resource('a'),
		resource('b', 'b/{resources.a.id}'),
		resource('c', 'c/{resources.b.id}'),
		resource('d', 'd/{resources.a.id}'),
		resource('e'),
		resource('f', 'f?c={resources.c.id}&e={resources.e.id}&d={resources.d.id}'),
		resource('g', 'f?e={resources.e.id}&c={resources.c.id}&d={resources.d.id}'),
	];
	const {asked} = await read(api, resources, {names: ['f']});
	const wanted = ['1bc', '1Bc', '2bc', '2Bc'].flatMap(c =>
		['e', 'E'].map(e => `f?c=${c}&e=${e}&d=${c.charAt(0)}d`),
	);
	deepStrictEqual(
		asked.filter(path => path.startsWith('f')),
		wanted,
	);
	strictEqual(new Set(asked).size, asked.length);
	const turned = await read(api, resources, {names: ['g']});
	strictEqual(turned.asked.filter(path => path.startsWith('f')).length, wanted.length);
	strictEqual(
		new Set(turned.asked).size,
		turned.asked.length,
		'what is cachedInnerRows of c knows its rows of a again',
	);
	await resumesAnywhere(api, resources, 'f');
	await resumesAnywhere(api, resources, 'g');
});

test('a run broken off within one row of a shared ancestor goes on exactly, at any page', async () => {
	await resumesAnywhere(accounts, ofAccounts, 'stock');
	await resumesAnywhere(accounts, ofAccounts, 'stock', {concurrency: 4});
});

const feed: Api = {
	posts: rowsOf(1, 2, 3),
	pages: rowsOf(1, 9),
	...Object.fromEntries([1, 2, 3, 9].map(id => [`c/${id}`, rowsOf(`${id}.1`, `${id}.2`, `${id}.3`)])),
};
const comments = resource('comments', 'c/{resources.posts|pages.id}', {include_from_parent: ['id']});
const union = [resource('posts'), resource('pages'), comments];

test('rows of several parents come one after the other, and each row says which it comes from', async () => {
	const {rows, asked} = await read(feed, union, {names: ['comments']});
	const of = (posts: number | null, pages: number | null): object[] =>
		[1, 2, 3].map(n => ({id: `${posts ?? pages}.${n}`, _posts_id: posts, _pages_id: pages}));
	deepStrictEqual(rows.comments, [
		...of(1, null),
		...of(2, null),
		...of(3, null),
		...of(null, 1),
		...of(null, 9),
	]);
	deepStrictEqual(
		asked.filter(path => !path.startsWith('c/')),
		['posts', 'posts?page=1', 'pages'],
	);
});

test('read together, the first of several parents in turn is walked once for all, whatever the turn of the others', async () => {
	const turned = resource('turned', 'c/{resources.pages|posts.id}');
	for (const concurrency of [1, 4]) {
		const {rows, asked} = await read(feed, [...union, turned], {concurrency});
		deepStrictEqual(
			[rows.posts?.length, rows.pages?.length, rows.comments?.length, rows.turned?.length],
			[3, 2, 15, 15],
		);
		const two = await read(feed, union, {concurrency});
		strictEqual(two.asked.filter(path => path === 'posts').length, 1);
		ok(asked.length > two.asked.length);
	}
});

test('a run broken off at the rows of the second parent goes on there, beside the first one that begins anew', async () => {
	const whole = await read(feed, union);
	const all = whole.pages.comments ?? [];
	for (const [index, {cursor}] of all.entries()) {
		if (cursor === null || cursor === undefined) continue;
		const from = {comments: {cursor, firstNumber: index + 1}};
		const rest = await read(feed, union, {from});
		deepStrictEqual(
			rest.rows.comments,
			all.slice(index + 1).flatMap(({records}: Page) => [...records]),
		);
		deepStrictEqual(rest.rows.posts, whole.rows.posts);
		const isInTurn = JSON.stringify(cursor).startsWith('{"partition":{"source":"pages"');
		// Who wants no row of posts any more does not hold them up.
		if (isInTurn) ok(rest.asked.indexOf('posts') < rest.asked.findLastIndex(path => path.startsWith('c/')));
	}
	await resumesAnywhere(feed, union, 'comments');
	await resumesAnywhere(feed, union, 'comments', {concurrency: 3});
	await resumesAnywhere(feed, [...union.slice(0, 2), {...comments, distinct: true}], 'comments');
});

test('distinct asks once for what several parents in turn have in common, and a batch takes rows of both', async () => {
	const once = await read(feed, [...union.slice(0, 2), {...comments, distinct: true}], {names: ['comments']});
	deepStrictEqual(
		once.asked.filter(path => path.startsWith('c/') && !path.includes('?')),
		['c/1', 'c/2', 'c/3', 'c/9'],
	);
	const batch = {
		name: 'batch',
		batch: {size: 2},
		endpoint: {path: 'c/1', params: {ids: '{resources.posts|pages.id}'}},
	};
	const several = await read(feed, [...union.slice(0, 2), batch], {names: ['batch']});
	deepStrictEqual(
		several.asked.filter(path => path.startsWith('c/') && !path.includes('page=')),
		['c/1?ids=1,2', 'c/1?ids=3,1', 'c/1?ids=9'],
	);
});

test('a grandchild of several parents in turn refers to whichever its parent comes from', async () => {
	const api = {
		...feed,
		...Object.fromEntries(
			[1, 2, 3, 9].flatMap(id => [1, 2, 3].map(n => [`l/${id}/${id}.${n}`, rowsOf(`${n}`)])),
		),
	};
	const likes = resource('likes', 'l/{resources.posts|pages.id}/{resources.comments.id}', {
		include_from_parent: ['id', '{resources.posts|pages.id}'],
	});
	const {rows} = await read(api, [...union, likes]);
	strictEqual(rows.likes?.length, 15);
	deepStrictEqual(rows.likes?.at(-1), {id: '3', _comments_id: '9.3', _posts_id: null, _pages_id: 9});
	await resumesAnywhere(api, [...union, likes], 'likes');
});

test('one of several parents may be an ancestor of another: a row is of the nearest', async () => {
	const api: Api = {
		folders: rowsOf('f', 'g'),
		'f/f': rowsOf('f1', 'f2'),
		'f/g': rowsOf('g1'),
		...Object.fromEntries(['f', 'g', 'f1', 'f2', 'g1'].map(id => [`p/${id}`, rowsOf(`of ${id}`)])),
	};
	const resources = [
		resource('folders'),
		resource('files', 'f/{resources.folders.id}'),
		resource('permissions', 'p/{resources.folders|files.id}'),
	];
	for (const names of [['permissions'], ['folders', 'files', 'permissions']]) {
		const {rows} = await read(api, resources, {names});
		deepStrictEqual(
			rows.permissions?.map(({id}) => id),
			['of f', 'of g', 'of f1', 'of f2', 'of g1'],
		);
	}
	await resumesAnywhere(api, resources, 'permissions');
});

test('rows of several parents in turn are combined with those of another, on either side', async () => {
	const api = {...feed, langs: rowsOf('de', 'en'), x: rowsOf(0)};
	const base = [...union.slice(0, 2), resource('langs')];
	const outer = resource('x', 'x?of={resources.posts|pages.id}&in={resources.langs.id}');
	const inner = resource('x', 'x?in={resources.langs.id}&of={resources.posts|pages.id}');
	const ids = [1, 2, 3, 1, 9];
	const [one, other] = [
		await read(api, [...base, outer], {names: ['x']}),
		await read(api, [...base, inner], {names: ['x']}),
	];
	deepStrictEqual(
		one.asked.filter(path => path.startsWith('x')),
		ids.flatMap(id => ['de', 'en'].map(lang => `x?of=${id}&in=${lang}`)),
	);
	deepStrictEqual(
		other.asked.filter(path => path.startsWith('x')),
		['de', 'en'].flatMap(lang => ids.map(id => `x?in=${lang}&of=${id}`)),
	);
	strictEqual(other.asked.filter(path => path.startsWith('posts') || path.startsWith('pages')).length, 3);
	await resumesAnywhere(api, [...base, outer], 'x');
	await resumesAnywhere(api, [...base, inner], 'x');
});

test('each combination has a start of its own, and so has each of several parents in turn', async () => {
	const since = {incremental: {cursor_path: 'u', initial_value: 0, start_param: 'since'}};
	const both = {name: 'both', endpoint: {path: 's/{resources.stores.id}/{resources.items.id}', ...since}};
	const api = {...shops, stores: rowsOf(1, 2), items: rowsOf('a'), 's/1/a': [{u: 5}], 's/2/a': [{u: 7}]};
	const first = await read(api, [stores, items, both], {names: ['both']});
	deepStrictEqual(Object.keys(first.states.both ?? {}), [
		'u {"resources.items.id":"a","resources.stores.id":1}',
		'u {"resources.items.id":"a","resources.stores.id":2}',
	]);
	const second = await read(api, [stores, items, both], {names: ['both'], states: first.states});
	deepStrictEqual(
		second.asked.filter(path => path.startsWith('s/')),
		['s/1/a?since=5', 's/2/a?since=7'],
	);
	const either = {name: 'either', endpoint: {path: 'c/{resources.posts|pages.id}', ...since}};
	const turns = await read(
		{...feed, posts: rowsOf(1), pages: rowsOf(1), 'c/1': [{u: 3}]},
		[...union.slice(0, 2), either],
		{
			names: ['either'],
		},
	);
	deepStrictEqual(Object.keys(turns.states.either ?? {}), [
		'u {"resources.posts.id":1}',
		'u {"resources.pages.id":1}',
	]);
	deepStrictEqual(turns.rows.either, [{u: 3}, {u: 3}]);
});

test('a parent may have a name that every object has', async () => {
	const api = {...shops, constructor: rowsOf(1, 2), x: rowsOf(0)};
	const child = resource('x', 'x?a={resources.constructor.id}&b={resources.items.id}');
	const {asked} = await read(api, [resource('constructor'), items, child], {names: ['x']});
	deepStrictEqual(asked.filter(path => path.startsWith('x')).length, 6);
});

const source = (rows: readonly JsonRecord[], log: string[]): Partitions => ({
	async *from(place = 0) {
		log.push(`from ${place}`);
		for (let row = place as number; row < rows.length; row++) {
			const binding: Binding = {rows: {r: rows[row] as JsonRecord}, values: {}, where: `${row}`};
			yield {bindings: [binding], place: row, next: row + 1 < rows.length ? row + 1 : null};
		}
	},
});

test('what does not fit is read again for each row of the outer parent: no row is missed', async () => {
	const collect = async (most: number): Promise<[rows: Partition[], log: string[]]> => {
		const log: string[] = [];
		const inner = cachedInnerRows(new Set(), () => source(rowsOf(1, 2, 3), log), most);
		const outer = source(rowsOf(7, 8, 9), []);
		const found: Partition[] = [];
		for await (const one of product(outer, inner).from()) found.push(one);
		return [found, log];
	};
	const [all, once] = await collect(100);
	const [same, again] = await collect(10);
	strictEqual(all.length, 9);
	deepStrictEqual(same, all);
	deepStrictEqual([once.length, again.length], [1, 3]);
});

test('what is cachedInnerRows longest makes way for what is new', async () => {
	const log: string[] = [];
	const keys = [{id: 1}, {id: 2}];
	const inner = cachedInnerRows(new Set(['r']), ({rows}) => source(rowsOf(`${rows.r?.id}`), log), 20);
	const outer: Partitions = {
		async *from() {
			for (const row of [0, 0, 1, 1, 0])
				yield {bindings: [{rows: {r: keys[row] as JsonRecord}, values: {}, where: ''}], place: row};
		},
	};
	let count = 0;
	for await (const _ of product(outer, inner).from()) count++;
	deepStrictEqual([count, log.length], [5, 3]);
});

test('who goes on at a place that the shared walk of its parent does not come by reads its ancestors by itself', async () => {
	const threads: Api = {
		users: rowsOf(1, 2, 3, 4),
		...Object.fromEntries(
			[1, 2, 3, 4].map(user => [`u/${user}`, rowsOf(`${user}a`, `${user}b`, `${user}c`)]),
		),
		...Object.fromEntries(
			[1, 2, 3, 4].flatMap(user =>
				['a', 'b', 'c'].map(post => [`p/${user}${post}`, rowsOf(`${user}${post}`)]),
			),
		),
	};
	const all = [
		resource('users'),
		resource('posts', 'u/{resources.users.id}'),
		resource('comments', 'p/{resources.posts.id}'),
	];
	const whole = await read(threads, all);
	const after = (name: string, page: number) => whole.pages[name]?.[page]?.cursor as Cursor;
	const from = {
		// As if its first pages had been in fewer slices: it claims the number of a page that ends elsewhere now.
		posts: {cursor: after('posts', 3), firstNumber: 3},
		comments: {cursor: after('comments', 0), firstNumber: 1},
	};
	const rest = await read(threads, all, {from});
	deepStrictEqual(rest.rows, {
		users: whole.rows.users,
		posts: whole.pages.posts?.slice(4).flatMap(({records}) => [...records]),
		comments: whole.rows.comments?.slice(1),
	});
});
