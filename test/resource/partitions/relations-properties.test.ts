/**
 * Any tree of parents, children and grandchildren: every row once, in order, at any concurrency, and from any
 * cursor on.
 */
import {deepStrictEqual, strictEqual} from 'node:assert/strict';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {after, before, test} from 'node:test';
import fc from 'fast-check';
import {connection} from '../../../src/config/compile/compile.ts';
import {resolveResources} from '../../../src/config/compile/resolve.ts';
import type {Cursor, JsonRecord, Page} from '../../../src/core/page.ts';
import {parseConfig} from '../../helpers/parse-config.ts';

/** Names of children. An empty list is a leaf; a name may come twice, and hold anything. */
interface Tree {
	readonly [name: string]: Tree;
}

let tree: Tree = {};
let requests: string[] = [];
const PAGE = 2;

// /a/b lists the children of b, which is a child of a; ?page=1 is the second page of them.
const server = createServer((request, response) => {
	requests.push(request.url ?? '');
	const {pathname, searchParams} = new URL(request.url ?? '', 'http://localhost');
	let node: Tree | undefined = tree;
	for (const name of pathname.split('/').slice(2)) node = node?.[decodeURIComponent(name)];
	const names = Object.keys(node ?? {});
	const from = Number(searchParams.get('page')) * PAGE;
	const rows = names.slice(from, from + PAGE).map(id => ({id, at: pathname}));
	response.setHeader('content-type', 'application/json');
	response.statusCode = node ? 200 : 404;
	// Answers overtake one another.
	const send = (): void => void response.end(JSON.stringify({rows, pages: Math.ceil(names.length / PAGE)}));
	if (requests.length % 3 === 0) setImmediate(send);
	else send();
});
let url = '';
before(async () => {
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => server.close());

function configOf(concurrency: number, more: object) {
	const endpoint = {data_selector: 'rows', paginator: {type: 'page_number', total_path: 'pages'}};
	return parseConfig({
		client: {base_url: url, concurrency, retry: {max_retries: 0}},
		resource_defaults: {endpoint},
		resources: [
			{name: 'a', endpoint: {path: 'x'}},
			{name: 'b', endpoint: {path: 'x/{resources.a.id|segment}'}, ...more},
			{
				name: 'c',
				endpoint: {path: 'x/{resources.a.id|segment}/{resources.b.id|segment}'},
				include_from_parent: ['id'],
			},
		],
	});
}

async function read(
	names: readonly string[],
	{
		concurrency = 1,
		cursor,
		from = {},
		more = {},
	}: {
		concurrency?: number;
		cursor?: Cursor;
		from?: {[name: string]: {cursor: Cursor; firstNumber: number}};
		more?: object;
	} = {},
) {
	requests = [];
	const config = configOf(concurrency, more);
	const api = connection(config);
	const chosen = resolveResources(config).filter(({name}) => names.includes(name));
	const pages: Record<string, Page[]> = {};
	try {
		const all =
			cursor === undefined
				? api.extractions(chosen, ({name}) => ({typed: false, ...from[name]}))
				: chosen.map(one => api.extraction(one, {typed: false, cursor}));
		await Promise.all(
			all.map(async ({source}, i) => {
				const collected: Page[] = [];
				pages[chosen[i]?.name ?? ''] = collected;
				for await (const page of source) collected.push(page);
			}),
		);
	} finally {
		await api.close();
	}
	return pages;
}

const rows = (pages: readonly Page[] = []): JsonRecord[] => pages.flatMap(page => [...page.records]);
const ids = (pages: readonly Page[] = []): unknown[] => rows(pages).map(({id}) => id);

const name = fc
	.oneof(
		fc.constantFrom('a/b', '%2e', 'x y', '{q}', '?', '..a', 'ü#'),
		fc.string({minLength: 1, maxLength: 5, unit: 'grapheme'}),
	)
	.filter(text => !/^\.{1,2}$|^__proto__$/.test(text));
const level = (below: fc.Arbitrary<Tree>, most: number): fc.Arbitrary<Tree> =>
	fc.dictionary(name, below, {maxKeys: most});
const trees = level(level(level(fc.constant({}), 3), 4), 5);

test('every row of a tree comes once and in order, with one request a page, at any concurrency', async () => {
	await fc.assert(
		fc.asyncProperty(trees, fc.constantFrom(1, 2, 5), async (shape, concurrency) => {
			tree = shape;
			const expected = {
				a: Object.keys(shape),
				b: Object.values(shape).flatMap(one => Object.keys(one)),
				c: Object.values(shape).flatMap(one => Object.values(one).flatMap(two => Object.keys(two))),
			};
			const pages = await read(['a', 'b', 'c'], {concurrency});
			deepStrictEqual({a: ids(pages.a), b: ids(pages.b), c: ids(pages.c)}, expected);
			deepStrictEqual(
				rows(pages.c).map(row => row._b_id),
				Object.values(shape).flatMap(one =>
					Object.entries(one).flatMap(([two, three]) => Object.keys(three).map(() => two)),
				),
			);
			strictEqual(new Set(requests).size, requests.length);
			deepStrictEqual(
				pages.c?.map(page => page.number),
				pages.c?.map((_, i) => i),
			);
		}),
		{numRuns: 40},
	);
});

test('from the cursor of any page on comes exactly the rest', async () => {
	const kinds = fc.constantFrom({}, {distinct: true}, {on_missing: 'skip'});
	await fc.assert(
		fc.asyncProperty(
			trees,
			fc.nat(),
			fc.constantFrom(1, 5),
			kinds,
			fc.constantFrom('b', 'c'),
			async (shape, pick, concurrency, more, which) => {
				tree = shape;
				const pages = (await read([which], {concurrency, more}))[which] ?? [];
				if (pages.length === 0) return;
				const at = pick % pages.length;
				const cursor = JSON.parse(JSON.stringify(pages[at]?.cursor)) as Cursor;
				const rest = (await read([which], {concurrency, more, cursor}))[which];
				deepStrictEqual(rows(rest), rows(pages.slice(at + 1)));
			},
		),
		{numRuns: 60},
	);
});

test('each goes on from a place of its own, also one that another walk of its parent does not come by', async () => {
	await fc.assert(
		fc.asyncProperty(
			trees,
			fc.constantFrom(1, 5),
			fc.array(fc.record({pick: fc.nat(), shift: fc.constantFrom(0, 0, 1, 2)}), {minLength: 3, maxLength: 3}),
			async (shape, concurrency, places) => {
				tree = shape;
				const all = await read(['a', 'b', 'c'], {concurrency});
				const from: {[name: string]: {cursor: Cursor; firstNumber: number}} = {};
				const expected: {[name: string]: JsonRecord[]} = {};
				for (const [i, {pick, shift}] of places.entries()) {
					const name = 'abc'[i] as string;
					const pages = all[name] ?? [];
					const begun = pick % (pages.length + 1);
					const cursor = pages[begun - 1]?.cursor;
					expected[name] = rows(pages.slice(begun));
					// Pages may have been counted otherwise: those of a huge body are slices as they came.
					if (cursor !== undefined)
						from[name] = {cursor: JSON.parse(JSON.stringify(cursor)) as Cursor, firstNumber: begun + shift};
				}
				const rest = await read(['a', 'b', 'c'], {concurrency, from});
				deepStrictEqual({a: rows(rest.a), b: rows(rest.b), c: rows(rest.c)}, expected);
			},
		),
		{numRuns: 25, timeout: 10_000},
	);
});
