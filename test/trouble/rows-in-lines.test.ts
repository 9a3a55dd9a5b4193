import {deepStrictEqual, match, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import type {Warning} from '../../src/core/warning.ts';
import {client} from '../../src/http/client.ts';
import {jsonlDecoder} from '../../src/http/decode/jsonl.ts';
import {cursor} from '../../src/plugins/paginators/cursor.ts';
import {walk} from '../../src/resource/walk/walk.ts';
import type {WalkOptions} from '../../src/resource/walk/walk-options.ts';
import {workspace} from '../helpers/binary.ts';
import {startServer} from '../helpers/server.ts';

const row = (id: number) => JSON.stringify({type: 'row', data: {id}});
const beat = JSON.stringify({type: 'heartbeat', at: 5});

async function read(bodies: readonly string[], options: Partial<WalkOptions> = {}) {
	let at = 0;
	const headers = {'content-type': 'application/x-ndjson'};
	const answer = () => ({text: bodies[Math.min(at++, bodies.length - 1)] as string, headers});
	const server = await startServer([{path: '/r', respond: {fn: answer}}]);
	const api = client({baseUrl: server.url, retry: {maxRetries: 1, delayMs: 1}, sleep: async () => {}});
	const rows: unknown[] = [];
	const warnings: Warning[] = [];
	const told = {onWarning: (warning: Warning) => void warnings.push(warning)};
	try {
		for await (const page of walk(api, {name: 'r', decoder: jsonlDecoder, ...told, ...options}, {}))
			rows.push(...page.records);
		return {rows, error: '', warnings, requests: server.requests};
	} catch (error) {
		const text = `${(error as {code?: string}).code}: ${(error as Error).message}`;
		return {rows, error: text, warnings, requests: server.requests};
	} finally {
		await api.close();
		await server.close();
	}
}

for (const [lines, selector, wanted] of [
	[[row(1), row(2)], 'data', [{id: 1}, {id: 2}]],
	[
		['{"items":[{"id":1},{"id":2}]}', '{"items":[]}', '{"items":[{"id":3}]}'],
		'items',
		[{id: 1}, {id: 2}, {id: 3}],
	],
	[['{"result":{"rows":[1]}}', '{"result":{"rows":[2]}}'], 'result.rows', [{value: 1}, {value: 2}]],
	[['{"groups":[{"items":[{"id":1}]},{"items":[{"id":2}]}]}'], 'groups[*].items', [{id: 1}, {id: 2}]],
	[[row(1), '{"type":"schema","data":{"id":9}}'], "[?(@.type == 'row')].data", [{id: 1}]],
	[[row(1), '{"type":"row","data":null}'], 'data', [{id: 1}]],
	[[row(1)], '$', [{type: 'row', data: {id: 1}}]],
	[[row(1)], undefined, [{type: 'row', data: {id: 1}}]],
	[[], 'data', []],
] as const) {
	test(`the selector ${selector} is about each line of ${lines.join(' ')}`, async () => {
		const {rows, error, warnings} = await read([lines.join('\n')], selector === undefined ? {} : {selector});
		deepStrictEqual([rows, error, warnings], [wanted, '', []]);
	});
}

test('lines without rows are counted and told, unless missing_rows says that there may be such', async () => {
	const body = [row(1), beat, row(2), beat].join('\n');
	const told = await read([body], {selector: 'data'});
	deepStrictEqual(told.rows, [{id: 1}, {id: 2}]);
	deepStrictEqual(
		told.warnings.map(({code, message}) => [
			code,
			/^2 lines .* keys of such lines: type, at\. .*missing_rows/.test(message),
		]),
		[['lines-left-out', true]],
	);
	deepStrictEqual((await read([body], {selector: 'data', missingRows: 'empty'})).warnings, []);
});

test('a selector that leads nowhere in all lines fails, unless missing_rows says that there may be none', async () => {
	match(
		(await read([`${beat}\n${beat}`], {selector: 'data'})).error,
		/^ERR_SELECTOR: .*no "data" in any of the 2 lines; found: type, at/,
	);
	const {rows, error} = await read([beat], {selector: 'data', missingRows: 'empty'});
	deepStrictEqual([rows, error], [[], '']);
});

for (const [line, options, said] of [
	['{"error":{"message":"too busy"}}', {}, 'too busy'],
	['{"errors":[{"message":"gone"}]}', {selector: 'data'}, 'gone'],
	['{"status":"error","message":"quota"}', {}, 'quota'],
	['{"success":false,"code":7}', {}, 'success: false'],
] as const) {
	test(`JSON Lines of ${line} alone are an error, not a row`, async () => {
		const {rows, error, requests} = await read([line], options);
		deepStrictEqual([rows, requests.length], [[], 2]);
		match(error, /^ERR_ANSWER: r: GET .* answered 200 with an error in the body/);
		strictEqual(error.includes(said), true, error);
	});
}

for (const [lines, options, wanted] of [
	['{"id":1,"error":"boom"}', {}, [{id: 1, error: 'boom'}]],
	['{"error":"boom"}', {errorPath: null}, [{error: 'boom'}]],
	['{"error":"boom"}', {selector: '$'}, [{error: 'boom'}]],
	['{"error":"a"}\n{"error":"b"}', {}, [{error: 'a'}, {error: 'b'}]],
	['{"error":"a","user":5}', {}, [{error: 'a', user: 5}]],
	['{"error":null,"data":{"id":1}}', {selector: 'data'}, [{id: 1}]],
	['{"error":"stale","data":{"id":1}}', {selector: 'data'}, [{id: 1}]],
] as const) {
	test(`${lines} with ${JSON.stringify(options)} are rows`, async () => {
		const {rows, error} = await read([lines], options);
		deepStrictEqual([rows, error], [wanted, '']);
	});
}

test('an error between lines with rows fails, in a body in slices too, and a declared place of errors is looked at in each line', async () => {
	const many = Array.from({length: 500}, (_, id) => row(id));
	const body = [...many.slice(0, 250), '{"type":"error","error":"lost the cursor"}', ...many.slice(250)].join(
		'\n',
	);
	const {rows, error} = await read([body], {selector: 'data'});
	match(error, /^ERR_ANSWER: .*lost the cursor/);
	strictEqual(rows.length, 200);
	match(
		(await read([`${row(1)}\n{"fault":{"why":"x"}}\n${row(2)}`], {errorPath: 'fault.why'})).error,
		/^ERR_ANSWER: .*: x/,
	);
});

test('a cursor is read from the last line, which has no rows', async () => {
	const page = (ids: number[], next: string | null) =>
		[...ids.map(row), JSON.stringify({type: 'end', next})].join('\n');
	const {rows, error, requests} = await read([page([1, 2], 'b'), page([3], null)], {
		selector: 'data',
		missingRows: 'empty',
		paginator: cursor({cursorPath: '[-1].next'}),
	});
	deepStrictEqual([rows, error, requests[1]?.query.cursor], [[{id: 1}, {id: 2}, {id: 3}], '', ['b']]);
});

test('a body that breaks off inside goes on after its last line in the next run, and runs twice', async () => {
	const lines = Array.from({length: 900}, (_, i) =>
		i % 3 === 2 ? beat : JSON.stringify({items: [{id: 2 * i}, {id: 2 * i + 1}]}),
	);
	let isBroken = true;
	const body = {text: `${lines.join('\n')}\n`};
	const answer = () => (isBroken ? {...body, reset_after: 24_000} : body);
	const server = await startServer([{path: '/export', respond: {fn: answer}}]);
	const config = `client: {base_url: "${server.url}", retry: {max_retries: 0}}
resources:
  - {name: export, primary_key: id, write_disposition: merge, endpoint: {format: jsonl, data_selector: items, missing_rows: empty}}
output: {format: jsonl}
`;
	await using place = await workspace({'sluice.yaml': config});
	try {
		const first = await place.sluice(['run']);
		strictEqual(first.code, 3, first.stderr);
		match(first.stderr, /pages? kept; run it again to go on from there/);
		isBroken = false;
		const second = await place.sluice(['run']);
		strictEqual(second.code, 0, second.stderr);
		const ids = (await place.shell('cat out/export/*.jsonl')).stdout
			.trim()
			.split('\n')
			.map(line => JSON.parse(line).id);
		const wanted = lines.flatMap((_, i) => (i % 3 === 2 ? [] : [2 * i, 2 * i + 1]));
		deepStrictEqual(ids, wanted);
		const third = await place.sluice(['run', '--strict']);
		strictEqual(third.code, 0, third.stderr);
	} finally {
		await server.close();
	}
});
