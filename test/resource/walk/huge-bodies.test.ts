/**
 * A body that is streamed, or whose records stay text, gives what it would give when parsed at once: rows,
 * the next place, and errors.
 */
import {deepStrictEqual, match, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {stringify} from '../../../src/core/json/json.ts';
import {countsOf} from '../../../src/core/stage.ts';
import {client} from '../../../src/http/client.ts';
import {jsonlDecoder} from '../../../src/http/decode/jsonl.ts';
import {cursor} from '../../../src/plugins/paginators/cursor.ts';
import {offset} from '../../../src/plugins/paginators/offset.ts';
import {type ResourceOptions, resource} from '../../../src/resource/resource.ts';
import type {Answer} from '../../helpers/respond.ts';
import {type RecordedRequest, startServer} from '../../helpers/server.ts';

interface Walked {
	readonly rows: string[];
	/** The place after the last page. */
	readonly cursor: string;
	readonly pages: number;
	readonly error: string | undefined;
}

async function walk(
	baseUrl: string,
	streamAboveBytes: number,
	options: Partial<ResourceOptions>,
): Promise<Walked> {
	await using api = client({baseUrl, retry: {maxRetries: 0}, streamAboveBytes});
	const rows: string[] = [];
	let place = 'none';
	let pages = 0;
	try {
		for await (const page of resource(api, {name: 'r', ...options})) {
			const {records, cursor: after} = page;
			rows.push(...records.map(stringify));
			place = after === undefined ? 'none' : withoutPrint(stringify(after));
			pages++;
		}
		return {rows, cursor: place, pages, error: undefined};
	} catch (error) {
		return {rows, cursor: place, pages, error: String(error)};
	}
}

// The fingerprint of the last page depends on how its rows came: as text, parsed, or in slices.
function withoutPrint(cursor: string): string {
	return cursor.replace(/"last":"[^"]*",/, '');
}

async function bothWays(body: string, options: Partial<ResourceOptions>) {
	const server = await startServer([{path: '/r', respond: {text: body}}]);
	try {
		const whole = await walk(server.url, 1 << 28, options);
		const unparsed = await walk(server.url, 1 << 28, {...options, needs: () => 'index'});
		deepStrictEqual(unparsed, whole, `${options.selector}: ${body.slice(0, 300)}`);
		return {whole, streamed: await walk(server.url, 0, options)};
	} finally {
		await server.close();
	}
}

async function same(body: string, options: Partial<ResourceOptions>): Promise<Walked> {
	const {whole, streamed} = await bothWays(body, options);
	deepStrictEqual(
		{...streamed, pages: 0},
		{...whole, pages: 0},
		`${options.selector}: ${body.slice(0, 300)}`,
	);
	return streamed;
}

test('a wrong selector is an error in a huge body too', async () => {
	const {error} = await same('{"items":[{"id":1}]}', {selector: 'data'});
	match(error ?? '', /no "data" in the response; found: items\. Try data_selector: items/);
	match((await same('{"id":1}', {selector: '$.rows'})).error ?? '', /no "\$\.rows"/);
});

test('one object in place of the list is one record, null is none, and a word is an error', async () => {
	deepStrictEqual((await same('{"data":{"id":1}}', {selector: 'data'})).rows, ['{"id":1}']);
	match(
		(await same('{"data":"x"}', {selector: 'data'})).error ?? '',
		/answered 200 with an error in the body: "x" in place of the rows/,
	);
	deepStrictEqual((await same('{"data":null}', {selector: 'data'})).rows, []);
	deepStrictEqual((await same('{"id":1}', {selector: '$'})).rows, ['{"id":1}']);
	deepStrictEqual((await same('{"a":{"id":1},"b":{"id":2}}', {selector: '[*]'})).rows, [
		'{"id":1}',
		'{"id":2}',
	]);
	deepStrictEqual((await same('{"data":[[1,2],[3]]}', {selector: 'data'})).rows, [
		'{"value":[1,2]}',
		'{"value":[3]}',
	]);
	deepStrictEqual((await same('{"data":[[1,2],[3]]}', {selector: 'data[*]'})).rows, [
		'{"value":1}',
		'{"value":2}',
		'{"value":3}',
	]);
});

test('a null among the rows is no record, but counts as received', async () => {
	const {cursor: place, rows} = await same('{"data":[null,{"id":1},null],"total":9}', {
		selector: 'data',
		paginator: offset({limit: 3}),
		limit: {pages: 1},
	});
	deepStrictEqual(rows, ['{"id":1}']);
	deepStrictEqual(JSON.parse(place).at, {offset: 3, total: 9, full: true});
});

test('nulls among the rows are counted, however the body is read', async () => {
	const text = JSON.stringify({data: Array.from({length: 500}, (_, id) => (id % 100 === 0 ? null : {id}))});
	const server = await startServer([{path: '/r', respond: {text}}]);
	try {
		for (const streamAboveBytes of [1 << 28, 0]) {
			await using api = client({baseUrl: server.url, streamAboveBytes});
			const source = resource(api, {name: 'r', selector: 'data', needs: () => 'text'});
			await source.toArray();
			strictEqual(countsOf(source).nulls, 5);
		}
	} finally {
		await server.close();
	}
});

test('a cursor in the last row, or a total in the first, is found in a huge body', async () => {
	const rows = Array.from({length: 3001}, (_, id) => ({id, total: 9000}));
	const last = await same(JSON.stringify({data: rows}), {
		selector: 'data',
		paginator: cursor({cursorPath: 'data[-1].id', cursorParam: 'after'}),
		limit: {records: 3001},
	});
	match(last.cursor, /^\{"at":3000,"seen"/);
	const first = await same(JSON.stringify(rows), {
		selector: '$',
		paginator: offset({limit: 3001, totalPath: '[0].total'}),
		limit: {pages: 1},
	});
	match(first.cursor, /^\{"at":\{"offset":3001,"total":9000,"full":true\},/);
});

test('a cursor in the last row lets a body be streamed, and is found by a walk that goes on behind that row', async () => {
	// As many as make whole slices, so that the last part has none of its own.
	const data = Array.from({length: 400}, (_, id) => ({id}));
	const options = {
		selector: 'data',
		paginator: cursor({cursorPath: 'data[-1].id', cursorParam: 'after', hasMorePath: 'more'}),
	};
	const answer = ({query}: RecordedRequest): Answer => ({
		json: query.after ? {more: false, data: [{id: 400}]} : {more: true, data},
	});
	const server = await startServer([{path: '/r', respond: {fn: answer}}]);
	try {
		const {rows, pages, error} = await walk(server.url, 0, options);
		deepStrictEqual([rows.length, rows.at(-1), error], [401, '{"id":400}', undefined]);
		strictEqual(pages > 3, true, `${pages} pages`);
		const half = await walk(server.url, 0, {...options, limit: {pages: 2}});
		match(half.cursor, /"rows":400/);
		deepStrictEqual((await walk(server.url, 0, {...options, cursor: JSON.parse(half.cursor)})).rows, [
			'{"id":400}',
		]);
	} finally {
		await server.close();
	}
});

test('a cursor in the last row is not guessed from the first ones: nothing is asked for in vain', async () => {
	const lines = (from: number) => Array.from({length: 500}, (_, i) => `{"id":${from + i}}\n`).join('');
	const list = (from: number) =>
		`{"more":${from < 500},"data":[${lines(from).trim().replaceAll('\n', ',')}]}`;
	for (const [text, options] of [
		[lines, {decoder: jsonlDecoder, paginator: cursor({cursorPath: '[-1].id', cursorParam: 'after'})}],
		[
			list,
			{
				paginator: cursor({cursorPath: 'data[-1].id', cursorParam: 'after', hasMorePath: 'more'}),
				selector: 'data',
			},
		],
	] as const) {
		const answer = ({query}: RecordedRequest): Answer => {
			const from = Number(query.after?.[0] ?? -1) + 1;
			const body = from < 1000 ? text(from) : '';
			// A pause in which a guess would go out.
			return {chunks: [body.slice(0, -100), 50, body.slice(-100)]};
		};
		const server = await startServer([{path: '/r', respond: {fn: answer}}]);
		try {
			const {rows, error} = await walk(server.url, 0, {...options, concurrency: 4});
			deepStrictEqual([rows.length, error], [1000, undefined]);
			const asked = server.requests.map(({query}) => query.after?.[0]);
			deepStrictEqual(asked, [undefined, '499', '999'].slice(0, text === list ? 2 : 3));
		} finally {
			await server.close();
		}
	}
});

test('a body whose paging stands beside the records is streamed, whatever paginator reads it', async () => {
	const rows = Array.from({length: 3000}, (_, id) => ({id}));
	for (const paginator of [
		cursor({cursorPath: 'meta.next'}),
		cursor({cursorPath: "$.meta['next']", hasMorePath: 'meta.more'}),
		offset({limit: 3000, totalPath: 'meta.total'}),
	]) {
		const {streamed} = await bothWays(
			JSON.stringify({meta: {next: 'n', more: false, total: 3000}, data: rows}),
			{
				selector: 'data',
				paginator: paginator as ResourceOptions['paginator'] & {},
				limit: {records: 3000},
			},
		);
		strictEqual(streamed.rows.length, 3000);
		strictEqual(streamed.pages > 1, true);
	}
});

test('a key that comes twice is an error: of two lists, and in a huge body where the first has been handed on', async () => {
	const bodies = ['{"data":[{"id":1}],"data":[{"id":2}]}', '{"data":[{"id":1}],"d\\u0061ta":null}'];
	for (const [index, body] of bodies.entries()) {
		const {whole, streamed} = await bothWays(body, {selector: 'data'});
		match(whole.error ?? '', index === 0 ? /the key "data" twice/ : /^$/);
		match(streamed.error ?? '', /answered with the key "data" twice, and the records are under it/);
	}
	const {streamed} = await bothWays('{"a":{"b":[1]},"a":{"b":[2]}}', {selector: 'a.b'});
	match(streamed.error ?? '', /the key "a" twice/);
	strictEqual(
		(await same('{"a":{"b":[{"data":[],"a":1,"b":2}],"a":1},"b":1}', {selector: 'a.b'})).error,
		undefined,
	);
});

const word = fc.constantFrom('data', 'items', 'next', 'total', 'a b', '', '__proto__', '0', 'é😀');
const {value} = fc.letrec<{value: unknown}>(tie => ({
	value: fc.oneof(
		{maxDepth: 4},
		fc.jsonValue({maxDepth: 0}),
		fc.array(tie('value'), {maxLength: 4}),
		fc.dictionary(word, tie('value'), {maxKeys: 4}),
	),
}));
const exact = fc.constantFrom('12345678901234567890', '0.12345678901234567890', '1.50', '1e2');

test('whatever the body, the way it is read makes no difference', async () => {
	let body = '';
	const server = await startServer([{path: '/r', respond: {fn: () => ({text: body})}}]);
	const paginators = [
		undefined,
		offset({limit: 2}),
		cursor({cursorPath: 'data[-1].next', cursorParam: 'c'}),
		cursor({cursorPath: 'next'}),
	];
	try {
		await fc.assert(
			fc.asyncProperty(
				fc.oneof(
					value,
					fc.record({data: fc.array(value), next: value, total: fc.nat(9)}, {requiredKeys: []}),
				),
				fc.constantFrom(
					'$',
					'data',
					'data[*]',
					'data.items',
					'data[*].items',
					"['a b']",
					"['']",
					'$.data[?@.next]',
					'[*]',
				),
				fc.constantFrom(...paginators),
				exact,
				async (content, selector, paginator, number) => {
					body = JSON.stringify(content).replace(/:1(?=[,}])/g, `:${number}`);
					const options = {
						selector,
						...(paginator && {paginator: paginator as ResourceOptions['paginator'] & {}}),
						limit: {pages: 1},
					};
					const [whole, streamed] = [
						await walk(server.url, 1 << 28, options),
						await walk(server.url, 0, options),
					];
					deepStrictEqual(streamed, whole, body);
					deepStrictEqual(await walk(server.url, 1 << 28, {...options, needs: () => 'index'}), whole, body);
				},
			),
			{numRuns: 400},
		);
	} finally {
		await server.close();
	}
});
