/**
 * Paging that would never end: each such walk ends by itself, in an error that says what to do, after a
 * bounded number of requests.
 */
import {deepStrictEqual, match, ok, strictEqual} from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {type Client, client} from '../../src/http/client.ts';
import {auto} from '../../src/plugins/paginators/auto.ts';
import {cursor} from '../../src/plugins/paginators/cursor.ts';
import {headerCursor} from '../../src/plugins/paginators/header-cursor.ts';
import {headerLink} from '../../src/plugins/paginators/header-link.ts';
import {jsonLink} from '../../src/plugins/paginators/json-link.ts';
import {offset} from '../../src/plugins/paginators/offset.ts';
import {pageNumber} from '../../src/plugins/paginators/page-number.ts';
import type {Paginator} from '../../src/resource/paging/paginator.ts';
import {walk} from '../../src/resource/walk/walk.ts';
import type {WalkOptions} from '../../src/resource/walk/walk-options.ts';
import {type ScriptedServer, startServer} from '../helpers/server.ts';

const MOST_REQUESTS = 250;

type Row = Record<string, unknown>;
/** Rows of the answer to the request with this number, from 0. */
type RowsOf = (number: number) => readonly unknown[];

let rowsOf: RowsOf = () => [];
let around: (number: number) => {json?: Row; headers?: Record<string, string>; isList?: boolean} = () => ({});
let requests = 0;
let server: ScriptedServer;
let api: Client;

before(async () => {
	const fn = () => {
		const number = requests++;
		// A test that fails must end too.
		if (requests > 1500) return {status: 410, json: {}};
		const {json, headers, isList} = around(number);
		const rows = rowsOf(number);
		return {json: (isList ? rows : {...json, data: rows}) as never, ...(headers && {headers})};
	};
	server = await startServer(['/r', '/next'].map(path => ({path, respond: {fn}})));
	api = client({baseUrl: server.url, retry: {maxRetries: 0}});
});
after(async () => {
	await api.close();
	await server.close();
});

async function read(options: Partial<WalkOptions>) {
	requests = 0;
	const rows: unknown[] = [];
	const told: string[] = [];
	let error = '';
	try {
		const given = {
			name: 'r',
			selector: 'data',
			onWarning: ({code}: {code: string}) => void told.push(code),
			...options,
		};
		for await (const page of walk(api, given, {})) rows.push(...page.records);
	} catch (failure) {
		error = `${(failure as {code?: string}).code}: ${(failure as Error).message}`;
	}
	return {rows, error, told, requests};
}

const person = (id: number): Row => ({id, name: `Person ${id}`, email: `p${id}@example.com`});
const people = (page: number, size = 5): Row[] =>
	Array.from({length: size}, (_, i) => person(page * size + i));

/** What an endless server sends. */
const loops: Record<string, RowsOf> = {
	'the same page for every place': () => people(0),
	'a last page that comes for ever': number => people(Math.min(number, 3)),
	'two pages in turn': number => people(number % 2),
	'seven pages in turn': number => people(number % 7),
	'forty pages in turn': number => people(number % 40),
	'one row for ever': () => [person(1)],
	'the same rows in another order': number => rotated(people(0), number),
	'three pages in turn, in another order': number => rotated(people(number % 3), number),
	'the same rows with the time of the request': number =>
		people(0).map(row => ({...row, fetched_at: new Date().toISOString(), number: 7 - number * 0})),
	'the same rows with signed links': number =>
		people(0).map(row => ({...row, file: `https://cdn/${row.id}?sig=${hash(number)}`})),
	'large pages': () => people(0, 300),
	'empty pages': () => [],
	'pages of nulls': () => [null, null],
	'rows that nothing tells apart': () => [{status: 'ok'}, {status: 'ok'}],
	'one row without a key': () => [{count: 0}],
};

function rotated(rows: readonly Row[], by: number): Row[] {
	const at = by % rows.length;
	return [...rows.slice(at), ...rows.slice(0, at)];
}

function hash(number: number): string {
	return `${(number + 1) * 7919}abcdefabcdef${(number + 1) * 104729}`;
}

const noise = (number: number): Row => ({time: Date.now() + number, request_id: hash(number)});

const kinds: Record<string, {paginator: () => Paginator; isRange?: boolean; around: typeof around}> = {
	page_number: {paginator: () => pageNumber({basePage: 1}) as Paginator, isRange: true, around: () => ({})},
	'page_number with an echo': {
		paginator: () => pageNumber({basePage: 1}) as Paginator,
		isRange: true,
		around: number => ({json: {page: number + 1, ...noise(number)}}),
	},
	offset: {paginator: () => offset({limit: 5}) as Paginator, isRange: true, around: () => ({})},
	'offset with noise': {
		paginator: () => offset({limit: 5}) as Paginator,
		isRange: true,
		around: number => ({json: noise(number)}),
	},
	'cursor that grows': {
		paginator: () => cursor({cursorPath: 'next', cursorParam: 'c'}),
		around: number => ({json: {next: `c${number}`}}),
	},
	'json_link with a nonce': {
		paginator: () => jsonLink(),
		around: number => ({json: {next: `/next?page=1&_=${hash(number)}`}}),
	},
	'header_link that grows': {
		paginator: () => headerLink(),
		around: number => ({headers: {link: `</next?page=${number + 2}>; rel="next"`}}),
	},
	'header_cursor with noise': {
		paginator: () => headerCursor({cursorKey: 'x-next'}),
		around: number => ({headers: {'x-next': hash(number)}, json: noise(number)}),
	},
	'auto by a link': {
		paginator: () => auto() as Paginator,
		around: number => ({json: {next: `/next?page=${number + 2}`, ...noise(number)}}),
	},
};

for (const [kind, {paginator, isRange, around: envelope}] of Object.entries(kinds)) {
	for (const [loop, rows] of Object.entries(loops)) {
		// An empty page ends these by right.
		if (isRange && loop === 'empty pages') continue;
		for (const need of ['rows', 'text'] as const) {
			test(`${kind}: ${loop} ends by itself${need === 'text' ? ', with rows as text' : ''}`, async () => {
				rowsOf = rows;
				around = envelope;
				const {error, requests} = await read({paginator: paginator(), needs: () => need});
				match(error, /^ERR_PAGINATION: r: /);
				match(error, /repeated_page|max_empty_pages/);
				ok(requests < MOST_REQUESTS, `${requests} requests`);
			});
		}
	}
}

test('a cursor, and a link, that come again end the walk, whatever the rows', async () => {
	rowsOf = number => people(number);
	for (const [paginator, next] of [
		[cursor({cursorPath: 'next'}), () => 'same'],
		[cursor({cursorPath: 'next'}), (number: number) => (number % 2 ? 'odd' : 'even')],
		[cursor({cursorPath: 'next'}), (number: number) => `c${number % 9}`],
		[jsonLink(), () => '/r'],
		[jsonLink(), (number: number) => `/next?page=${number % 4}`],
	] as const) {
		around = number => ({json: {next: next(number), ...noise(number)}});
		const {error, requests} = await read({paginator});
		match(error, /^ERR_PAGINATION: r: .*the server leads back to .* set repeated_page: stop/);
		ok(requests < 15);
	}
});

test('an endless loop is noticed with its first page where rows have ids, in an envelope that is never the same', async () => {
	for (const need of ['rows', 'text'] as const) {
		rowsOf = loops['the same page for every place'] as RowsOf;
		around = number => ({json: noise(number)});
		const {rows, error, requests} = await read({paginator: pageNumber({basePage: 1}), needs: () => need});
		strictEqual(requests, need === 'text' ? 2 : 3);
		strictEqual(rows.length, (requests - 1) * 5);
		match(error, /the rows are the same as for page 1; does the server ignore the query parameter page=\d\?/);
	}
});

for (const [name, of] of Object.entries<RowsOf>({
	'rows that are all alike': number => (number < 90 ? [{status: 'ok'}, {status: 'ok'}] : []),
	'a row without a key, a thousand times': number =>
		number < 1000 ? [{status: number % 50 === 49 ? 'down' : number}] : [],
	'a day without events after another': number =>
		number < 60
			? [
					{event: 'click', count: 0},
					{event: 'view', count: 0},
				]
			: [],
	'measurements of the same sensors': number =>
		number < 70
			? people(0).map(({id}) => ({id, at: new Date(1.6e12 + number * 6e4).toISOString(), value: 0}))
			: [],
	'numbered measurements of the same sensors': number =>
		number < 70 ? people(0).map(({id}) => ({id, number, value: 0})) : [],
	'a row that changes its words': number =>
		number < 70 ? people(0).map(row => ({...row, state: `step ${number}`})) : [],
	'pages that share their first and last row': number =>
		number < 70
			? [
					{tag: 'beginning'},
					...people(number),
					{tag: 'the middle'},
					...people(number + 1e3),
					{tag: 'the very end'},
				]
			: [],
	'rows in another order, with one new among them': number =>
		number < 70 ? rotated([...people(0), person(100 + number)], number) : [],
})) {
	test(`no false alarm: ${name}`, async () => {
		for (const need of ['rows', 'text'] as const) {
			rowsOf = of;
			around = number => ({json: noise(number)});
			const {rows, error, told} = await read({paginator: pageNumber({basePage: 1}), needs: () => need});
			let expected = 0;
			for (let number = 0; of(number).length > 0; number++) expected += of(number).length;
			// Rows that the page before had are told, and are a sign that the list has moved, and no more.
			const signs = name.startsWith('rows in another order') ? ['rows-again', 'list-moved'] : [];
			deepStrictEqual([rows.length, error, told], [expected, '', signs]);
		}
	});
}

test('keys that the author names tell rows apart, and nothing else does then', async () => {
	around = () => ({isList: true});
	rowsOf = () => [{sku: 'a', n: 1}];
	const known = await read({paginator: pageNumber({basePage: 1}), selector: '$', primaryKey: ['sku']});
	strictEqual(known.requests, 2);
	rowsOf = number => (number < 50 ? [{sku: 'a', n: 1}] : []);
	strictEqual((await read({paginator: pageNumber({basePage: 1}), selector: '$'})).rows.length, 50);
});

test('with repeatedPage stop, the page that comes again is the end, and its rows come once', async () => {
	for (const need of ['rows', 'text'] as const) {
		for (const [kind, {paginator: make, around: envelope}] of Object.entries(kinds)) {
			for (const size of [1, 2, 5, 300]) {
				rowsOf = number => people(Math.min(number, 3), size);
				around = envelope;
				const paginator = {...make(), repeatedPage: 'stop' as const};
				const {rows, error, requests} = await read({paginator, needs: () => need});
				deepStrictEqual([rows, error, requests], [people(0, size * 4), '', 5], `${kind}, ${size} rows`);
			}
		}
	}
});

test('with repeatedPage stop, a walk that goes on at the page after the last one writes no row twice', async () => {
	rowsOf = number => people(Math.min(number, 3));
	around = number => ({json: noise(number)});
	const paginator = pageNumber({basePage: 1, repeatedPage: 'stop'}) as Paginator;
	requests = 0;
	const cursors: unknown[] = [];
	for await (const page of walk(api, {name: 'r', selector: 'data', paginator}, {})) {
		cursors.push(page.cursor);
		if (cursors.length === 4) break;
	}
	const later: unknown[] = [];
	for await (const page of walk(api, {name: 'r', selector: 'data', paginator}, {}, cursors[3] as never)) {
		later.push(...page.records);
	}
	// The second walk first looks at the page before its place.
	deepStrictEqual([later, requests], [[], 6]);
});

test('with repeatedPage stop, a cursor that leads back is the end', async () => {
	rowsOf = number => people(number);
	around = number => ({json: {next: `c${Math.min(number, 2)}`}});
	const {rows, error} = await read({paginator: cursor({cursorPath: 'next', repeatedPage: 'stop'})});
	deepStrictEqual([rows.length, error], [20, '']);
});

test('with repeatedPage keep, pages may come again', async () => {
	rowsOf = number => (number < 200 ? people(number % 2) : []);
	around = () => ({});
	const {rows, error} = await read({paginator: pageNumber({basePage: 1, repeatedPage: 'keep'})});
	deepStrictEqual([rows.length, error], [1000, '']);
});

test('a hundred empty pages in a row are an error, and maxEmptyPages lets more pass', async () => {
	rowsOf = number => (number < 150 || number === 200 ? [] : [person(number)]);
	around = number => ({json: number === 250 ? {} : {next: `c${number}`}});
	const {error, requests} = await read({paginator: cursor({cursorPath: 'next'})});
	strictEqual(requests, 101);
	match(
		error,
		/^ERR_PAGINATION: r: cursor c99: 101 pages in a row have no new rows.* max_empty_pages: 1000$/,
	);
	const all = await read({paginator: cursor({cursorPath: 'next', maxEmptyPages: 150})});
	strictEqual(all.error, '');
	strictEqual(all.rows.length, 100);
});

for (const need of ['rows', 'text'] as const) {
	for (const [name, options, envelope] of [
		['without a total', {}, () => ({json: {}})],
		['with noise', {}, (number: number) => ({json: noise(number)})],
		[
			'with a number of pages',
			{totalPath: 'pages'},
			(number: number) => ({json: {pages: 4, ...noise(number)}}),
		],
	] as const) {
		const text = need === 'text' ? ', with rows as text' : '';
		test(`page 0 that is page 1 comes once, is told, and the walk goes on to its end: ${name}${text}`, async () => {
			for (const size of [1, 5, 100]) {
				// Page 0 and page 1 are the first of four.
				rowsOf = number => (number > 4 ? [] : people(Math.max(number - 1, 0), size));
				around = envelope;
				const {rows, error, told} = await read({paginator: pageNumber(options), needs: () => need});
				deepStrictEqual([rows, error, told], [people(0, size * 4), '', ['first-page-again']]);
			}
		});
	}
}

test('page 0 that is page 1 and page 2 is an error', async () => {
	rowsOf = () => people(0);
	around = () => ({});
	match(
		(await read({paginator: pageNumber()})).error,
		/^ERR_PAGINATION: r: page 2: the rows are the same as for page 0/,
	);
});

test('pages whose rows a filter drops entirely end by themselves where the same rows come again in other bodies', async () => {
	rowsOf = () => people(0);
	for (const selector of ["data[?@.name=='nobody']", '$.data[?@.id > 100]']) {
		around = number => ({json: {at: number, next: `c${number}`}});
		const {
			error,
			rows,
			requests: asked,
		} = await read({selector, paginator: cursor({cursorPath: 'next', cursorParam: 'c'})});
		match(error, /ERR_PAGINATION: .*the rows are the same as for/);
		deepStrictEqual(rows, []);
		ok(asked < 5, `${asked} requests`);
	}
});

test('a filter that drops all rows of hundreds of pages, each with other rows, reads on to the end', async () => {
	rowsOf = number => (number < 150 ? people(number) : []);
	around = number => ({json: {...(number < 150 && {next: `c${number}`})}});
	const {error, rows} = await read({
		selector: 'data[?@.id==700]',
		paginator: cursor({cursorPath: 'next', cursorParam: 'c'}),
	});
	deepStrictEqual([error, rows.length], ['', 1]);
});
