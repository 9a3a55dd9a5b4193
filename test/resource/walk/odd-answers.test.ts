/** Answers that are honest but odd: what the walk makes of them. */
import {deepStrictEqual, doesNotMatch, match, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import type {JsonRecord} from '../../../src/core/page.ts';
import {Secret} from '../../../src/core/secret.ts';
import {bearer} from '../../../src/http/auth/bearer.ts';
import {client} from '../../../src/http/client.ts';
import type {ClientOptions} from '../../../src/http/client-options.ts';
import {type CursorOptions, cursor} from '../../../src/plugins/paginators/cursor.ts';
import {jsonLink} from '../../../src/plugins/paginators/json-link.ts';
import {offset} from '../../../src/plugins/paginators/offset.ts';
import {type ResourceOptions, resource} from '../../../src/resource/resource.ts';
import {type RecordedRequest, type Respond, startServer} from '../../helpers/server.ts';

interface Walked {
	readonly rows: JsonRecord[];
	readonly message: string;
	readonly requests: readonly RecordedRequest[];
}

async function walk(
	respond: Respond,
	options: Partial<ResourceOptions> = {},
	clientOptions: Partial<ClientOptions> = {},
): Promise<Walked> {
	const method = options.method ?? 'GET';
	const server = await startServer([{path: '/r', method, respond}]);
	const rows: JsonRecord[] = [];
	let message = '';
	await using api = client({baseUrl: server.url, retry: {maxRetries: 0}, ...clientOptions});
	try {
		for await (const page of resource(api, {name: 'r', path: `${server.url}/r`, ...options}))
			rows.push(...page.records);
	} catch (error) {
		message = (error as Error).message;
	} finally {
		await server.close();
	}
	return {rows, message, requests: server.requests};
}

const numbers = (name: string, requests: readonly RecordedRequest[]) =>
	requests.map(({query}) => (query[name] === undefined ? undefined : Number(query[name])));

test('an offset advances by what the server sent, not by what a filter in the selector left of it', async () => {
	const all = Array.from({length: 10}, (_, id) => ({id, active: id >= 6}));
	for (const selector of ['$.data[?@.active==true]', "$['data'][?@.active==true]"]) {
		const {rows, requests, message} = await walk(
			{
				fn: ({query}) => ({
					json: {data: all.slice(Number(query.offset), Number(query.offset) + 3), total: 10},
				}),
			},
			{selector, paginator: offset({limit: 3})},
		);
		strictEqual(message, '');
		deepStrictEqual(rows, all.slice(6));
		deepStrictEqual(numbers('offset', requests), [0, 3, 6, 9]);
	}
});

async function byCursor(
	next: string,
	options: CursorOptions,
	more: Partial<ResourceOptions> = {},
): Promise<Walked> {
	let count = 0;
	return walk(
		{
			fn: () => ({
				text: count++ === 0 ? `{"data":[{"id":1}],"next":${next}}` : '{"data":[{"id":2}],"next":null}',
			}),
		},
		{
			selector: 'data',
			paginator: cursor({cursorPath: 'next', ...options}) as ResourceOptions['paginator'] & {},
			...more,
		},
	);
}

test('a cursor with more digits than a double holds goes back digit for digit', async () => {
	const {rows, requests, message} = await byCursor('12345678901234567891', {});
	strictEqual(message, '');
	strictEqual(rows.length, 2);
	deepStrictEqual(requests[1]?.query, {cursor: ['12345678901234567891']});
	const inBody = await byCursor('12345678901234567891', {cursorBodyPath: 'after'}, {method: 'POST'});
	strictEqual(inBody.requests[1]?.body, '{"after":12345678901234567891}');
	deepStrictEqual((await byCursor('0.12345678901234567891', {})).requests[1]?.query, {
		cursor: ['0.12345678901234567891'],
	});
});

test('a cursor that is a list is repeated in the query, and goes into a body as it is', async () => {
	deepStrictEqual((await byCursor('[7,"a"]', {})).requests[1]?.query, {cursor: ['7', 'a']});
	const {requests} = await byCursor('[7,"a"]', {cursorBodyPath: 'search_after'}, {method: 'POST'});
	deepStrictEqual(requests[1]?.json, {search_after: [7, 'a']});
});

test('a cursor that is an object fits a body, but no query parameter that is named', async () => {
	const {rows, message, requests} = await byCursor('{"page":"x"}', {cursorParam: 'cursor'});
	deepStrictEqual(rows, [{id: 1}]);
	strictEqual(requests.length, 1);
	strictEqual(
		message,
		'r: the first page: {"page":"x"} cannot be the query parameter "cursor", which holds one value; ' +
			'point to a value inside it, or send it in the JSON body',
	);
	deepStrictEqual(
		(await byCursor('{"page":"x"}', {cursorBodyPath: 'after'}, {method: 'POST'})).requests[1]?.json,
		{
			after: {page: 'x'},
		},
	);
});

test('a flag that is null says so; as 0, 1 or a word it is understood', async () => {
	const flagged = (flag: unknown) =>
		walk(
			{
				fn: ({query}) => ({
					json: {data: [{id: Number(query.offset)}], more: query.offset?.[0] === '0' ? flag : 0},
				}),
			},
			{selector: 'data', paginator: offset({limit: 1, hasMorePath: 'more'})},
		);
	for (const flag of [1, '1', 'true', 'Yes', true])
		strictEqual((await flagged(flag)).rows.length, 2, String(flag));
	for (const flag of [0, '0', 'false', 'No', false])
		strictEqual((await flagged(flag)).rows.length, 1, String(flag));
	strictEqual(
		(await flagged(null)).message,
		'r: offset 0: has_more_path "more" is null; expected true or false',
	);
});

test('what is no total, no flag and no link is shown as it came', async () => {
	const total = {value: 10_000, relation: 'gte'};
	const message = async (json: object, paginator: object) =>
		(
			await walk(
				{json: {data: [{id: 1}], ...json}},
				{selector: 'data', paginator: paginator as ResourceOptions['paginator'] & {}},
			)
		).message;
	match(
		await message({total}, offset({limit: 1})),
		/total_path "total" is \{"value":10000,"relation":"gte"\}; expected a whole/,
	);
	match(await message({next: {a: 1}}, jsonLink()), /next_url_path "next" is not a URL but \{"a":1\}/);
	for (const next of ['http://[::1', 'file:///etc/passwd', 'javascript:alert(1)'])
		match(await message({next}, jsonLink()), /the next link ".*" is not a URL that can be followed/);
});

test('a path that leads nowhere is refused before the first request', async () => {
	for (const path of ['http://', 'http://[x/a', 'ftp://a/b']) {
		const {message, requests} = await walk({json: []}, {path});
		strictEqual(message, `r: its path does not lead to an http(s) URL, but to ${JSON.stringify(path)}`);
		strictEqual(requests.length, 0);
	}
	match((await walk({json: []}, {path: 'rows'}, {baseUrl: ''})).message, /but to "rows"/);
});

test('a hundred pages that are equal, perhaps by right, end in an error that says how to tell them apart', async () => {
	const {rows, message, requests} = await walk(
		{json: {data: [{color: null}, {color: null}]}},
		{selector: 'data', paginator: offset({limit: 2})},
	);
	strictEqual(rows.length, 200);
	strictEqual(requests.length, 101);
	match(
		message,
		/^r: offset 200: 100 pages in a row .* ask for a field that tells them apart, or set repeated_page: keep$/,
	);
});

test('a client without a base URL sends credentials where the resource goes, and nowhere else', async () => {
	const other = await startServer([{path: '/next', respond: {json: {data: []}}}]);
	const {requests, message} = await walk(
		{json: {data: [{id: 1}], next: `${other.url}/next`}},
		{selector: 'data', paginator: jsonLink()},
		{baseUrl: '', auth: bearer('token-of-mine')},
	);
	strictEqual(message, '');
	strictEqual(requests[0]?.headers.authorization, 'Bearer token-of-mine');
	doesNotMatch(JSON.stringify(other.requests), /of-mine/);
	strictEqual(other.requests.length, 1);
	await other.close();
});

test('of a secret that an error page repeats nothing shows, wherever the page is cut', async () => {
	const token = `sk-${'abcdefghij'.repeat(20)}`;
	new Secret(token);
	const shown = /abcdef/;
	for (let before = 0; before < 220; before += 7) {
		const page = `${'x'.repeat(before)} ${token} `;
		const refused = await walk({status: 401, text: page});
		match(refused.message, /answered 401/);
		doesNotMatch(refused.message, shown);
		for (const text of [
			`<p>${page}`,
			`! ${page}`,
			`{"a":"${page}`,
			`{"a":${token.slice(3)}}`,
			`[{"t":"${page}"} x]`,
		]) {
			for (const streamAboveBytes of [0, 1 << 20]) {
				const broken = await walk({text}, {selector: '$'}, {streamAboveBytes});
				match(broken.message, /^r: GET/);
				if (text.includes(token)) doesNotMatch(broken.message, shown, text);
			}
		}
	}
});
