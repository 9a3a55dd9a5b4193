/** Cursor values that would move the state where no later run finds a row. */
import {deepEqual, equal, match} from 'node:assert/strict';
import {test} from 'node:test';
import {workspace} from '../helpers/binary.ts';
import {startServer} from '../helpers/server.ts';

/** Runs once for each list of rows that the server has, and returns the ids in the output after each run. */
async function runs(lists: readonly object[][], incremental: object, resource: object = {}) {
	let rows: readonly object[] = [];
	const server = await startServer([{path: '/rows', respond: {fn: () => ({json: rows})}}]);
	await using place = await workspace({
		'sluice.json': JSON.stringify({
			client: {base_url: server.url, paginator: 'single_page'},
			resources: [{name: 'rows', endpoint: {path: '/rows', incremental}, ...resource}],
			output: {format: 'jsonl'},
		}),
	});
	const ids: number[][] = [];
	const warned: string[] = [];
	let stderr = '';
	for (rows of lists) {
		const run = await place.sluice(['run', '--log', 'json']);
		const events = run.stderr
			.split('\n')
			.filter(Boolean)
			.map(line => JSON.parse(line));
		warned.push(...events.filter(({event}) => event === 'warning').map(({code}) => code));
		const files = (await place.visible()).filter(path => path.endsWith('.jsonl'));
		const texts = await Promise.all(files.map(path => place.read(path)));
		ids.push(
			texts
				.flatMap(text =>
					text
						.split('\n')
						.filter(Boolean)
						.map(line => JSON.parse(line).id),
				)
				.sort(),
		);
		stderr = run.stderr;
	}
	await server.close();
	return {ids, warned, stderr};
}

const at = (id: number, updated_at: unknown) => ({id, updated_at});
const since = {cursor_path: 'updated_at', initial_value: '2024-01-01T00:00:00Z'};
const told = 'cursor-in-future';

for (const end of ['9999-12-31T00:00:00Z', '2099-01-01T00:00:00Z', '2099-01-01'])
	test(`a row of ${end} does not keep later rows out, and comes once`, async () => {
		const one = [at(1, '2024-02-01T00:00:00Z'), at(2, end)];
		const three = [...one, at(3, '2024-03-01T00:00:00Z')];
		const {ids, warned} = await runs([one, three, three], since);
		deepEqual(ids, [
			[1, 2],
			[1, 2, 3],
			[1, 2, 3],
		]);
		deepEqual(warned, [told, told, told]);
	});

test('a row beyond the present comes again when it has changed', async () => {
	const rows = (name: string) => [at(1, '2024-02-01T00:00:00Z'), {...at(2, '2099-01-01T00:00:00Z'), name}];
	deepEqual((await runs([rows('a'), rows('b')], since)).ids, [
		[1, 2],
		[1, 2, 2],
	]);
});

test('with row_order: asc the state stays before such a row, too', async () => {
	const one = [at(1, '2024-02-01T00:00:00Z'), at(2, '2099-01-01T00:00:00Z')];
	const next = [at(1, '2024-02-01T00:00:00Z'), at(3, '2024-03-01T00:00:00Z'), at(2, '2099-01-01T00:00:00Z')];
	const {ids} = await runs([one, next], {...since, row_order: 'asc'});
	deepEqual(ids[1], [1, 2, 3]);
});

test('cursor_format: text moves the state there all the same', async () => {
	const one = [at(1, '2024-02-01T00:00:00Z'), at(2, '2099-01-01T00:00:00Z')];
	const {ids, warned} = await runs([one, [at(3, '2024-03-01T00:00:00Z')]], {...since, cursor_format: 'text'});
	deepEqual(ids[1], [1, 2]);
	deepEqual(warned, []);
});

test('numbers that are no times, and dates of tomorrow, move the state', async () => {
	const day = new Date(Date.now() + 3_600_000).toISOString();
	const dates = await runs([[at(1, day)], [at(1, day)]], since);
	deepEqual(dates, {...dates, ids: [[1], [1]], warned: []});
	const numbers = await runs([[at(1, 5)], [at(1, 5), at(2, 4e9)]], {cursor_path: 'updated_at'});
	deepEqual(numbers, {...numbers, ids: [[1], [1, 2]], warned: []});
});

test('seconds and milliseconds in one column are refused, unless the format says which it is', async () => {
	const mixed = [at(1, 1_706_745_600), at(2, 1_706_832_000_000)];
	const {ids, stderr} = await runs([mixed], {cursor_path: 'updated_at'});
	deepEqual(ids, [[]]);
	match(stderr, /seems to count seconds since 1970, and the other milliseconds; set cursor_format/);
	const declared = await runs([mixed], {cursor_path: 'updated_at', cursor_format: 'epoch'});
	equal(declared.warned[0], told);
});
