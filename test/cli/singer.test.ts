import {deepEqual, equal, match} from 'node:assert/strict';
import {test} from 'node:test';
import {workspace} from '../helpers/binary.ts';

const lines = (...messages: object[]): string => messages.map(each => `${JSON.stringify(each)}\n`).join('');
const tap = lines(
	{
		type: 'SCHEMA',
		stream: 'users',
		key_properties: ['id'],
		schema: {properties: {id: {type: 'integer'}, at: {type: 'string', format: 'date-time'}}},
	},
	{type: 'RECORD', stream: 'users', record: {id: 1, at: '2026-01-01T00:00:00Z'}},
	{type: 'STATE', value: {users: 1}},
);

test('write --from singer makes a dataset of each stream, and prints the states that are durable', async () => {
	await using place = await workspace();
	const made = await place.sluice(['write', 'out', '--from', 'singer'], {stdin: tap});
	deepEqual([made.code, made.stdout], [0, '{"users":1}\n'], made.stderr);
	match(made.stderr, /users: 1 row/);
	equal(
		(await place.visible()).filter(path => path.startsWith('out/users/') && path.endsWith('.parquet')).length,
		1,
	);
	const state = await place.sluice(['write', 'out', '--from', 'singer', '--last-state']);
	deepEqual([state.code, state.stdout], [0, '{"users":1}\n'], state.stderr);
});

test('a broken message fails, and leaves the state of the last commit', async () => {
	await using place = await workspace();
	const broken = await place.sluice(['write', 'out', '--from', 'singer', '-f', 'jsonl'], {
		stdin: `${tap}{"type"`,
	});
	equal(broken.code, 1);
	match(broken.stderr, /line 4 of the tap is no JSON/);
	const state = await place.sluice(['write', 'out', '--from', 'singer', '--last-state']);
	deepEqual([state.code, state.stdout], [0, ''], state.stderr);
	match(state.stderr, /out has no state of a tap/);
});

const mistakes: [words: string[], said: RegExp][] = [
	[['-', '--from', 'singer'], /name a folder in place of -/],
	[['out', '--from', 'singer', '--rejects', 'x'], /--from singer takes the columns of the tap/],
	[['x.jsonl', '--last-state'], /--last-state goes with --from singer/],
];
for (const [words, said] of mistakes)
	test(`write refuses: ${words.join(' ')}`, async () => {
		await using place = await workspace();
		const {code, stderr} = await place.sluice(['write', ...words]);
		equal(code, 2);
		match(stderr, said);
	});
