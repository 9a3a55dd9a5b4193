import {deepStrictEqual, match, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import {client} from '../../src/http/client.ts';
import {pageNumber} from '../../src/plugins/paginators/page-number.ts';
import {walk} from '../../src/resource/walk/walk.ts';
import type {WalkOptions} from '../../src/resource/walk/walk-options.ts';
import {startServer} from '../helpers/server.ts';

async function read(
	bodies: readonly unknown[],
	options: Partial<WalkOptions> = {},
	statuses: readonly number[] = [],
) {
	let at = 0;
	const respond = {
		fn: () => {
			const index = Math.min(at++, bodies.length - 1);
			return {json: bodies[index] as never, status: statuses[index] ?? 200};
		},
	};
	const server = await startServer([{path: '/r', respond}]);
	const api = client({baseUrl: server.url, retry: {maxRetries: 2, delayMs: 1}, sleep: async () => {}});
	const rows: unknown[] = [];
	try {
		for await (const page of walk(api, {name: 'r', ...options}, {})) rows.push(...page.records);
		return {rows, error: '', requests: at};
	} catch (error) {
		return {rows, error: `${(error as {code?: string}).code}: ${(error as Error).message}`, requests: at};
	} finally {
		await api.close();
		await server.close();
	}
}

const graphql = {selector: 'data.users.nodes'};

for (const [body, options, said] of [
	[{errors: [{message: 'Throttled'}], data: null}, graphql, 'Throttled'],
	[{errors: [{message: 'Field gone'}], data: {users: {nodes: [{id: 1}]}}}, graphql, 'Field gone'],
	[{data: null}, graphql, 'null above the rows'],
	[{success: false, message: 'quota', data: []}, {selector: 'data'}, 'quota'],
	[{ok: false, error: 'slow down'}, {}, 'slow down'],
	[{message: 'come back later'}, {}, 'come back later'],
	[{meta: {problem: 'stale'}, data: [{id: 1}]}, {selector: 'data', errorPath: 'meta.problem'}, 'stale'],
	[{}, {}, 'an empty object'],
] as const) {
	test(`a 200 that says ${JSON.stringify(body)} is an error that quotes it, after retries`, async () => {
		const {rows, error, requests} = await read([body], options);
		deepStrictEqual(rows, []);
		strictEqual(requests, 3);
		match(error, /^ERR_ANSWER: r: GET .* answered 200 with an error in the body after 3 attempts/);
		strictEqual(error.includes(said), true, error);
	});
}

test('an error in a 200 that passes costs nothing but a retry', async () => {
	const {rows, error} = await read(
		[{errors: [{message: 'Throttled'}], data: null}, {data: {users: {nodes: [{id: 1}]}}}],
		graphql,
	);
	deepStrictEqual([rows, error], [[{id: 1}], '']);
});

for (const [body, options, rows] of [
	[{errors: [], data: [{id: 1}]}, {}, [{id: 1}]],
	[{errors: null, error: '', data: []}, {selector: 'data'}, []],
	[{items: null}, {}, []],
	[{code: 0, message: 'ok', data: null}, {selector: 'data'}, []],
	[{id: 5, status: 'failed', error: 'boom'}, {}, [{id: 5, status: 'failed', error: 'boom'}]],
	[{message: 'hello'}, {selector: '$'}, [{message: 'hello'}]],
	[{errors: [{message: 'a'}], data: [{id: 1}]}, {selector: 'data', errorPath: null}, [{id: 1}]],
	[{errors: [{id: 1}]}, {selector: 'errors'}, [{id: 1}]],
	[{data: {}}, {selector: 'data'}, []],
	[{data: false}, {selector: 'data'}, []],
	[{data: ''}, {selector: 'data'}, []],
	[{data: {17: {id: 17}, 18: {id: 18}}}, {selector: 'data'}, [{id: 17}, {id: 18}]],
] as const) {
	test(`${JSON.stringify(body)} with ${JSON.stringify(options)} is an answer like any other`, async () => {
		const {rows: got, error} = await read([body], options);
		deepStrictEqual([got, error], [rows, '']);
	});
}

for (const later of [{data: null}, {data: {a: 1}}, {data: {}}, {data: 'busy'}]) {
	test(`${JSON.stringify(later)} after a page with rows is an error, not the end`, async () => {
		const {error} = await read([{data: [{id: 1}]}, later], {selector: 'data', paginator: pageNumber()});
		match(error, /^ERR_ANSWER: .*in place of the rows \(data\)/);
	});
}

test('an object after a list at the root is an error', async () => {
	const {rows, error} = await read([[{id: 1}], {error: 'busy'}], {paginator: pageNumber()});
	deepStrictEqual(rows, [{id: 1}]);
	match(error, /^ERR_ANSWER: .*: busy/);
});

test('a page that leaves the list out after pages that had it is empty, and the first one where missing_rows says so', async () => {
	const later = await read([{items: [{id: 1}]}, {kind: 'list'}], {
		selector: 'items',
		paginator: pageNumber(),
	});
	deepStrictEqual([later.rows, later.error], [[{id: 1}], '']);
	match((await read([{kind: 'list'}], {selector: 'items'})).error, /ERR_SELECTOR.*missing_rows: empty/);
	strictEqual((await read([{kind: 'list'}], {selector: 'items', missingRows: 'empty'})).error, '');
});

test('an object with dates for keys is refused with the selector to paste', async () => {
	const {error} = await read([{data: {'2024-01-01': {open: 1}}}], {selector: 'data'});
	match(error, /^ERR_SELECTOR: .*data_selector: "data\.\*"; with the keys in a column id: rows: /);
});

test('a 202 without rows and an answer that is not ready are asked for again', async () => {
	deepStrictEqual((await read([{}, {status: 'pending'}, [{id: 1}]], {}, [202, 202])).rows, [{id: 1}]);
	const body = (done: boolean) => ({done, rows: [{id: 1}]});
	const slow = await read([false, false, false, false, true].map(body), {
		selector: 'rows',
		readyPath: 'done',
	});
	deepStrictEqual([slow.rows, slow.requests, slow.error], [[{id: 1}], 5, '']);
});
