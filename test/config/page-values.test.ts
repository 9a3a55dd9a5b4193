import {deepStrictEqual, match, strictEqual} from 'node:assert/strict';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {workspace} from '../helpers/binary.ts';
import {type RecordedRequest, startServer} from '../helpers/server.ts';

/** Reads a resource with this endpoint from a server. Returns its ids and the requests. */
async function read(
	endpoint: string,
	answer: (request: RecordedRequest, index: number) => object,
	more = '',
): Promise<{ids: unknown[]; requests: readonly RecordedRequest[]; stderr: string; code: number | null}> {
	let index = 0;
	const fn = (request: RecordedRequest) => ({json: answer(request, index++)});
	await using server = await startServer([
		{path: '/rows', respond: {fn}},
		{method: 'POST', path: '/rows', respond: {fn}},
		{path: '/rows/1', respond: {fn}},
		{path: '/rows/2', respond: {fn}},
	]);
	await using place = await workspace({});
	const config =
		`client: {base_url: "${server.url}"}\nresources:\n  - name: rows\n    parallelized: false\n    ` +
		`endpoint: {${endpoint}}\n${more}`;
	await writeFile(join(place.path, 'sluice.yaml'), config);
	const {stdout, stderr, code} = await place.sluice(['read', 'rows']);
	const ids = stdout
		.split('\n')
		.filter(Boolean)
		.map(line => JSON.parse(line).id);
	return {ids, requests: [...server.requests], stderr, code};
}

const three = (from: number): object[] => [0, 1, 2].map(at => ({id: from + at}));

test('an offset and its limit stand inside of a parameter, and nowhere else', async () => {
	const {ids, requests, stderr} = await read(
		'path: rows, params: {limit: "{offset},{limit}", sort: id}, paginator: {type: offset, limit: 3, ' +
			'total_path: null}, data_selector: rows',
		(_, index) => ({rows: index < 2 ? three(index * 3) : []}),
	);
	deepStrictEqual(ids, [0, 1, 2, 3, 4, 5], stderr);
	deepStrictEqual(
		requests.map(({query}) => query),
		['0,3', '3,3', '6,3'].map(limit => ({limit: [limit], sort: ['id']})),
	);
});

test('without a limit, an offset follows the rows that come', async () => {
	const {ids, requests} = await read(
		'path: rows, paginator: {type: offset, limit: null, offset_param: skip}, data_selector: rows',
		(_, index) => ({rows: [three(0), [{id: 3}], []][index]}),
	);
	deepStrictEqual(ids, [0, 1, 2, 3]);
	deepStrictEqual(
		requests.map(({query}) => query),
		['0', '3', '4'].map(skip => ({skip: [skip]})),
	);
});

test('an expression computes with the place of the page and with the parent', async () => {
	const {ids, requests, stderr} = await read(
		'path: rows, method: POST, json: {query: "{expressions.query}", page: "{expressions.page}", fixed: ' +
			'"{{a}}"}, data_selector: rows, paginator: {type: page_number, total_path: null}, expressions: ' +
			'{query: "SELECT {{ partitions.kind }} FROM {{ page * 3 + 1 }}", page: "{{ page + 1 }}"}',
		({json}) => ({rows: (json as {page: number}).page < 3 ? three((json as {page: number}).page * 3) : []}),
		'    partitions: {kind: [a]}\n',
	);
	deepStrictEqual(ids, [3, 4, 5, 6, 7, 8], stderr);
	deepStrictEqual(
		requests.map(({json}) => json),
		[1, 2, 3].map(page => ({query: `SELECT a FROM ${page * 3 - 2}`, page, fixed: '{a}'})),
	);
});

test('the first page has no cursor, and its parameter is left out', async () => {
	const {requests, stderr} = await read(
		'path: rows, params: {after: "id:{cursor}", first: "{expressions.first}", big: ' +
			'"{expressions.big}"}, headers: {x-place: "{cursor}"}, data_selector: rows, paginator: {type: ' +
			'cursor, cursor_path: next}, expressions: {first: "{{ \'yes\' if not cursor }}", big: "{{ cursor | ' +
			'upper if cursor }}"}',
		(_, index) => ({rows: [{id: index}], next: index === 0 ? 'b' : null}),
	);
	deepStrictEqual(
		requests.map(({query, headers}) => [query, headers['x-place']]),
		[
			[{first: ['yes']}, undefined],
			[{after: ['id:b'], big: ['B']}, 'b'],
		],
		stderr,
	);
});

test('an expression stands in the path, and a cursor is computed from the page', async () => {
	const {ids, requests, stderr} = await read(
		"path: 'rows/{expressions.number}', data_selector: rows, expressions: {number: '{{ cursor or 1 " +
			"}}'}, paginator: {type: cursor, cursor_value: '{{ response.number + 1 if last_record.id < 9 }}'}",
		(_, index) => ({number: index + 1, rows: [{id: index === 0 ? 8 : 9}]}),
	);
	deepStrictEqual(ids, [8, 9], stderr);
	deepStrictEqual(
		requests.map(({path, query}) => [path, query]),
		[
			['/rows/1', {}],
			['/rows/2', {}],
		],
	);
});

test('check names a value that the paginator does not have, or sends elsewhere too', async () => {
	for (const [endpoint, message] of [
		[
			'params: {a: "{page}"}, paginator: {type: offset, limit: 3}',
			/endpoint\.params\.a: page has no value; page by the paginator page_number/,
		],
		[
			'params: {a: "{expressions.a}"}, expressions: {a: "{{ cursor }}"}, paginator: {type: page_number}',
			/endpoint\.expressions\.a: cursor has no value; page by the paginator cursor or header_cursor/,
		],
		[
			'params: {a: "{page}"}, paginator: {type: page_number, page_param: p}',
			/endpoint\.params\.a: \{page\} excludes page_param: the page is sent in one place/,
		],
		[
			'paginator: {type: cursor, cursor_param: after, cursor_value: "{{ record.id }}"}',
			/cursor_value: no record here; an expression at this place reads response, headers/,
		],
	] as const) {
		const {stderr, code} = await read(endpoint, () => ({}));
		strictEqual(code, 2);
		match(stderr, message);
	}
});
