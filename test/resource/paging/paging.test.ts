/** Where cursors go, what flags promise, and records that end a walk. */
import {deepStrictEqual, match, strictEqual, throws} from 'node:assert/strict';
import {test} from 'node:test';
import {jsonlDecoder} from '../../../src/http/decode/jsonl.ts';
import {cursor} from '../../../src/plugins/paginators/cursor.ts';
import {headerCursor} from '../../../src/plugins/paginators/header-cursor.ts';
import {headerLink} from '../../../src/plugins/paginators/header-link.ts';
import {jsonLink} from '../../../src/plugins/paginators/json-link.ts';
import {offset} from '../../../src/plugins/paginators/offset.ts';
import {parseConfig} from '../../helpers/parse-config.ts';
import {readConfig} from '../../helpers/read-config.ts';
import {type Respond, startServer} from '../../helpers/server.ts';
import {ids, walk} from '../walk.ts';

test('the cursor may be in the last record', async () => {
	const after: Respond = {
		fn: ({query}) => {
			const from = query.after === undefined ? 0 : Number(query.after[0]) + 1;
			return {json: {data: ids(from, Math.min(from + 2, 5))}};
		},
	};
	const {rows, requests} = await walk(after, {
		selector: 'data',
		paginator: cursor({cursorPath: 'data[-1].id', cursorParam: 'after', stopAfterEmptyPage: true}),
	});
	deepStrictEqual(rows, ids(0, 5));
	deepStrictEqual(
		requests.map(({query}) => query.after?.[0]),
		[undefined, '1', '3', '4'],
	);
});

test('so it may in the last line of JSON Lines, also where a slice ends with the body', async () => {
	const lines = (from: number, to: number) =>
		ids(from, to)
			.map(row => `${JSON.stringify(row)}\n`)
			.join('');
	const {rows, message} = await walk(
		{
			fn: ({query}) => ({
				text: query.after?.[0] === '999' ? lines(1000, 1002) : query.after ? '' : lines(0, 1000),
			}),
		},
		{decoder: jsonlDecoder, paginator: cursor({cursorPath: '[-1].id', cursorParam: 'after'})},
	);
	strictEqual(message, '');
	deepStrictEqual(rows, ids(0, 1002));
});

test('a cursor goes into a header, also one that came in a header', async () => {
	const next: Respond = {
		fn: ({headers}) =>
			headers['x-cursor'] === 'b c'
				? {json: {data: ids(1, 2)}}
				: {json: {data: ids(0, 1), cursors: {next: 'b c'}}, headers: {next: 'b c'}},
	};
	for (const paginator of [cursor({cursorHeader: 'X-Cursor'}), headerCursor({cursorHeader: 'X-Cursor'})]) {
		const {rows, requests} = await walk(next, {selector: 'data', paginator});
		deepStrictEqual(rows, ids(0, 2));
		deepStrictEqual(requests[1]?.query, {});
	}
	const {message} = await walk(
		{json: {data: ids(0, 1), cursors: {next: {a: 1}}}},
		{paginator: cursor({cursorHeader: 'X-Cursor'})},
	);
	match(message, /cannot be the header "X-Cursor"/);
	throws(
		() => cursor({cursorHeader: 'a', cursorParam: 'b'}),
		/cursorHeader excludes cursorParam: the value is sent in one place/,
	);
	throws(() => headerCursor({cursorHeader: 'a', cursorParam: 'b'}), /cursorHeader excludes cursorParam/);
});

test('a cursor that is a whole URL is followed, unless it has a parameter of its own', async () => {
	const pages: Respond = {
		fn: ({query}) =>
			query.page || query.c
				? {json: {data: ids(1, 2)}}
				: {json: {data: ids(0, 1), cursors: {next: '{{BASE}}/r?page=2'}}},
	};
	const followed = await walk(pages, {selector: 'data', params: {size: 1}, paginator: cursor()});
	deepStrictEqual(followed.rows, ids(0, 2));
	deepStrictEqual(
		followed.requests.map(({query}) => query),
		[{size: ['1']}, {page: ['2']}],
	);
	const sent = await walk(pages, {selector: 'data', paginator: cursor({cursorParam: 'c'})});
	match(sent.requests[1]?.query.c?.[0] ?? '', /^http:.*page=2$/);
});

test('of a cursor that is an object every key is sent: in the query, or merged into a JSON body', async () => {
	const wiki: Respond = {
		fn: ({query, json}) => {
			const place = (json as {gapcontinue?: string})?.gapcontinue ?? query.gapcontinue?.[0];
			return {
				json: {
					data: ids(place ? 1 : 0, place ? 2 : 1),
					continue: place ? {} : {gapcontinue: 'B', continue: 'gapcontinue||'},
				},
			};
		},
	};
	const options = {selector: 'data', paginator: cursor({cursorPath: 'continue'})};
	const plain = await walk(wiki, {...options, params: {action: 'query'}});
	deepStrictEqual(plain.rows, ids(0, 2));
	deepStrictEqual(plain.requests[1]?.query, {
		action: ['query'],
		gapcontinue: ['B'],
		continue: ['gapcontinue||'],
	});
	const posted = await walk(wiki, {...options, method: 'POST', body: {json: {q: 1}}});
	deepStrictEqual(posted.rows, ids(0, 2));
	deepStrictEqual(posted.requests[1]?.json, {q: 1, gapcontinue: 'B', continue: 'gapcontinue||'});
});

test('has_more ends links, and a link that it promises must be there', async () => {
	const more = (value: unknown, link: boolean): Respond => ({
		fn: ({query}) => ({
			json: {
				data: ids(query.p ? 1 : 0, query.p ? 2 : 1),
				more: query.p ? false : value,
				...(link && {next: '{{BASE}}/r?p=2'}),
			},
			headers: link ? {link: '<{{BASE}}/r?p=2>; rel="next"'} : {},
		}),
	});
	for (const paginator of [jsonLink({hasMorePath: 'more'}), headerLink({hasMorePath: 'more'})]) {
		deepStrictEqual((await walk(more(true, true), {selector: 'data', paginator})).rows, ids(0, 2));
		deepStrictEqual((await walk(more(false, true), {selector: 'data', paginator})).rows, ids(0, 1));
		match(
			(await walk(more(true, false), {selector: 'data', paginator})).message,
			/promises another page, but there is no link/,
		);
	}
});

test('a record that stop_when holds for ends the walk after its page, which is whole', async () => {
	const feed: Respond = {
		fn: ({query}) => ({json: {data: ids(Number(query.offset), Number(query.offset) + 3), total: 100}}),
	};
	const {rows, requests, pages} = await walk(feed, {
		selector: 'data',
		paginator: offset({limit: 3}),
		stopWhen: '@.id >= 4 && @.id != 5',
	});
	deepStrictEqual(rows, ids(0, 6));
	strictEqual(requests.length, 2);
	strictEqual(pages.at(-1)?.cursor, null);
});

test('stop_when knows long integers by all their digits', async () => {
	const feed: Respond = {
		fn: ({query}) => {
			const from = 1_300_000_000_000_000_000n - BigInt(Number(query.offset));
			return {json: {data: [{id: from}, {id: from - 1n}]}};
		},
	};
	for (const [last, requests] of [
		['1299999999999999997', 2],
		['1299999999999999996', 3],
	] as const) {
		const walked = await walk(feed, {
			selector: 'data',
			paginator: offset({limit: 2, maximumOffset: 20}),
			stopWhen: `@.id <= ${last}`,
		});
		strictEqual(walked.requests.length, requests);
	}
});

test('a config has all of it, and refuses what contradicts itself', async () => {
	const scripted = await startServer([
		{path: '/a', match: {headers: {'x-after': 'n'}}, respond: {json: {data: ids(1, 2)}}},
		{path: '/a', respond: {json: {data: ids(0, 1), cursors: {next: 'n'}}}},
		{path: '/b', respond: {json: {data: [{id: 1, at: '2023-12-31'}], next: '/b?page=2'}}},
		{path: '/c', match: {query: {x: '1'}}, respond: {json: {data: ids(1, 2)}}},
		{path: '/c', respond: {json: {data: ids(0, 1), cursors: {next: {x: 1}}}}},
	]);
	try {
		const rows = await readConfig({
			client: {base_url: scripted.url},
			resources: [
				{name: 'a', endpoint: {paginator: {type: 'cursor', cursor_header: 'X-After'}}},
				{name: 'b', endpoint: {paginator: 'json_link', stop_when: "@.at < '2024-01-01'"}},
				{name: 'c', endpoint: {paginator: 'cursor'}},
			],
		});
		deepStrictEqual(rows, {a: ids(0, 2), b: [{id: 1, at: '2023-12-31'}], c: ids(0, 2)});
	} finally {
		await scripted.close();
	}
	const refused = (endpoint: object, message: RegExp) =>
		throws(
			() => parseConfig({client: {base_url: 'http://127.0.0.1'}, resources: [{name: 'r', endpoint}]}),
			message,
		);
	refused({stop_when: '@.at <'}, /endpoint\.stop_when: "@\.at <" is no condition/);
	refused(
		{paginator: {type: 'cursor', cursor_header: 'a', cursor_param: 'b'}},
		/cursor_header: excludes cursor_param/,
	);
	refused(
		{paginator: {type: 'header_cursor', cursor_header: 'a', cursor_param: 'b'}},
		/cursor_header: excludes cursor_param/,
	);
	refused(
		{paginator: {type: 'offset', limit: 1, require_total: true, maximum_offset: 5}},
		/require_total: excludes maximum_offset/,
	);
});
