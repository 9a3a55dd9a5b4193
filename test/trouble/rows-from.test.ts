import assert from 'node:assert/strict';
import {describe, it, type TestContext} from 'node:test';
import {workspace} from '../helpers/binary.ts';
import {startServer} from '../helpers/server.ts';

/** What `sluice read` says of one answer. */
async function read(
	context: TestContext,
	json: unknown,
	endpoint: string,
): Promise<{code: number | null; rows: unknown[]; stderr: string}> {
	const server = await startServer([{path: '/rows', respond: {json}}]);
	context.after(() => server.close());
	await using place = await workspace({
		'sluice.yaml': `client: {base_url: "${server.url}", paginator: single_page, retry: {max_retries: 0}}
resources: [{name: rows, endpoint: {${endpoint}}}]
`,
	});
	const {code, stdout, stderr} = await place.sluice(['read', 'rows']);
	const lines = stdout.split('\n').filter(line => line !== '');
	return {code, rows: lines.map(line => JSON.parse(line)), stderr};
}

describe('rows in another form', () => {
	const forms: [name: string, json: unknown, endpoint: string, rows: unknown[]][] = [
		[
			'columns',
			{hourly: {time: ['a', 'b'], temp: [1, null]}},
			'data_selector: hourly, rows: {from: columns}',
			[
				{time: 'a', temp: 1},
				{time: 'b', temp: null},
			],
		],
		[
			'arrays beside their names',
			{columns: ['id', 'name'], rows: [[1, 'x']]},
			'data_selector: rows, rows: {from: arrays, header: columns}',
			[{id: 1, name: 'x'}],
		],
		[
			'arrays beside objects with their names',
			{columns: [{name: 'id'}], rows: [[1]]},
			'data_selector: rows, rows: {from: arrays, header: columns}',
			[{id: 1}],
		],
		[
			'arrays after their names',
			[
				['id', 'name'],
				[1, 'x'],
			],
			'rows: {from: arrays}',
			[{id: 1, name: 'x'}],
		],
		[
			'an object by keys',
			{rates: {USD: {v: 1}, EUR: 2}},
			'data_selector: rates, rows: {from: object, key: code}',
			[
				{code: 'USD', v: 1},
				{code: 'EUR', value: 2},
			],
		],
		[
			'an empty list in place of an object',
			{rates: []},
			'data_selector: rates, rows: {from: object, key: code}',
			[],
		],
	];
	for (const [name, json, endpoint, rows] of forms) {
		it(`are read as declared: ${name}`, async context => {
			const told = await read(context, json, endpoint);
			assert.equal(told.code, 0, told.stderr);
			assert.deepEqual(told.rows, rows);
		});
	}

	const refused: [json: unknown, endpoint: string, message: RegExp][] = [
		[
			{h: {a: [1, 2], b: [1]}},
			'data_selector: h, rows: {from: columns}',
			/expected lists of 2 values, as "a" has, got 1 in "b"/,
		],
		[
			{h: {error: 'boom'}},
			'data_selector: h, rows: {from: columns}',
			/expected a list under "error", got boom/,
		],
		[[['a'], [1, 2]], 'rows: {from: arrays}', /expected 1 values in each row, got \[1,2\]/],
		[[['a', 'a']], 'rows: {from: arrays}', /expected names that differ/],
		[{h: 'x'}, 'data_selector: h, rows: {from: object, key: id}', /expected an object of rows, got x/],
		[[], 'data_selector: "a[*].b", rows: {from: columns}', /expected data_selector to be plain keys/],
	];
	for (const [json, endpoint, message] of refused) {
		it(`are a failure where they are not as declared: ${message.source}`, async context => {
			const {code, stderr} = await read(context, json, endpoint);
			assert.notEqual(code, 0);
			assert.match(stderr, message);
		});
	}
});
