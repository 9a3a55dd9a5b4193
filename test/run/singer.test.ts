import {deepEqual, equal, match, rejects} from 'node:assert/strict';
import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {jsonlFormat} from '../../sinks/formats/jsonl/format.ts';
import type {JsonValue} from '../../src/core/json/json.ts';
import type {Warning} from '../../src/core/warning.ts';
import {columnsOfStream} from '../../src/import/singer/columns.ts';
import {tapProgressIn} from '../../src/run/singer/mark.ts';
import {type SingerOptions, writeSinger} from '../../src/run/singer/write-singer.ts';
import {temporaryFolder} from '../helpers/folder.ts';

const properties = {id: {type: 'integer'}, name: {type: ['null', 'string']}};
const schema = (stream: string, key: string[] = ['id'], more: object = {}): object => ({
	...{type: 'SCHEMA', stream, key_properties: key},
	schema: {type: 'object', properties: {...properties, ...more}},
});
const record = (stream: string, id: number, name = 'a', version?: number): object => ({
	...{type: 'RECORD', stream, record: {id, name}},
	...(version !== undefined && {version}),
});
const state = (value: JsonValue): object => ({type: 'STATE', value});

async function* bytes(messages: readonly (object | Error)[]): AsyncGenerator<Buffer> {
	for (const message of messages) {
		if (message instanceof Error) throw message;
		const line = Buffer.from(`${JSON.stringify(message)}\n`);
		// A line may come in pieces.
		yield line.subarray(0, 5);
		yield line.subarray(5);
	}
}

interface Written {
	readonly states: JsonValue[];
	readonly warnings: Warning[];
}

async function write(
	root: string,
	messages: readonly (object | Error)[],
	more: Partial<SingerOptions> = {},
): Promise<Written> {
	const states: JsonValue[] = [];
	const warnings: Warning[] = [];
	await writeSinger(bytes(messages), {
		...{root, format: jsonlFormat, signal: new AbortController().signal},
		columnsOf: given => columnsOfStream(given, false),
		onState: async value => void states.push(value),
		warn: warning => void warnings.push(warning),
		checkpointRows: 2,
		...more,
	});
	return {states, warnings};
}

async function rowsOf(root: string, stream: string): Promise<unknown[]> {
	const folder = join(root, stream);
	const names = (await readdir(folder)).filter(name => name.endsWith('.jsonl')).sort();
	const texts = await Promise.all(names.map(name => readFile(join(folder, name), 'utf8')));
	return texts.flatMap(text =>
		text
			.split('\n')
			.filter(Boolean)
			.map(line => JSON.parse(line)),
	);
}

const ids = async (root: string, stream: string): Promise<unknown[]> =>
	(await rowsOf(root, stream)).map(row => (row as {id: number}).id).sort();

test('each stream becomes a dataset, and states are passed on when their rows are durable', async () => {
	await using folder = await temporaryFolder();
	const {states, warnings} = await write(folder.path, [
		schema('users'),
		record('users', 1),
		state({users: 1}),
		record('users', 2),
		state({users: 2}),
		schema('events', []),
		record('events', 7),
		state({users: 2, events: 7}),
	]);
	deepEqual(states, [{users: 2}, {users: 2, events: 7}]);
	deepEqual([await ids(folder.path, 'users'), await ids(folder.path, 'events')], [[1, 2], [7]]);
	deepEqual((await tapProgressIn(folder.path)).state, {users: 2, events: 7});
	deepEqual(warnings, []);
});

test('rows of a key replace earlier ones in later runs, and others are added', async () => {
	await using folder = await temporaryFolder();
	const first = [schema('users'), record('users', 1, 'old'), schema('log', []), record('log', 1), state(1)];
	await write(folder.path, first);
	await write(folder.path, [
		schema('users'),
		record('users', 1, 'new'),
		schema('log', []),
		record('log', 2),
		state(2),
	]);
	deepEqual(await rowsOf(folder.path, 'users'), [{id: 1, name: 'new'}]);
	deepEqual(await ids(folder.path, 'log'), [1, 2]);
});

test('after a tap that broke off, each row of a stream without a key is there once', async () => {
	await using folder = await temporaryFolder();
	const begun = [
		schema('log', []),
		record('log', 1),
		record('log', 2),
		state(2),
		record('log', 3),
		record('log', 4),
	];
	await rejects(write(folder.path, [...begun, new Error('the tap broke off')]), /the tap broke off/);
	deepEqual((await tapProgressIn(folder.path)).state, 2);
	deepEqual(await ids(folder.path, 'log'), [1, 2]);
	await write(folder.path, [schema('log', []), record('log', 3), record('log', 4), state(4)]);
	deepEqual(await ids(folder.path, 'log'), [1, 2, 3, 4]);
	deepEqual((await tapProgressIn(folder.path)).state, 4);
});

test('the rows of a broken-off merge appear with the next run, even without further rows', async () => {
	await using folder = await temporaryFolder();
	const begun = [schema('users'), record('users', 1), record('users', 2), state(2)];
	await rejects(write(folder.path, [...begun, new Error('broken')]), /broken/);
	await write(folder.path, [schema('users'), state(2)]);
	deepEqual(await ids(folder.path, 'users'), [1, 2]);
});

test('a checkpoint that reached one of two streams is read again without doubling its rows', async () => {
	await using folder = await temporaryFolder();
	const a = [schema('a', []), record('a', 1)];
	const b = [schema('b', []), record('b', 1)];
	await write(folder.path, [...a, ...b, state('one')], {checkpointRows: 1});
	// The commit of a is made, that of b fails.
	const next = [schema('a', []), schema('b', []), record('a', 2), record('b', 2), state('two')];
	const {StreamWriter} = await import('../../src/run/singer/stream-writer.ts');
	const {commit} = StreamWriter.prototype;
	StreamWriter.prototype.commit = function (mark) {
		return this.stream === 'b' ? Promise.reject(new Error('the disk is full')) : commit.call(this, mark);
	};
	try {
		await rejects(write(folder.path, next, {checkpointRows: 1}), /the disk is full/);
	} finally {
		StreamWriter.prototype.commit = commit;
	}
	const {state: from} = await tapProgressIn(folder.path);
	equal(from, 'one');
	await write(folder.path, [...next, record('a', 3), state('three')], {checkpointRows: 1});
	deepEqual(
		[await ids(folder.path, 'a'), await ids(folder.path, 'b')],
		[
			[1, 2, 3],
			[1, 2],
		],
	);
});

test('rows of a new version replace those of the one before, at the end of the run', async () => {
	await using folder = await temporaryFolder();
	const version = (number: number): object => ({type: 'ACTIVATE_VERSION', stream: 'users', version: number});
	await write(folder.path, [
		schema('users'),
		version(1),
		record('users', 1, 'a', 1),
		record('users', 2, 'a', 1),
		state(1),
	]);
	await write(folder.path, [schema('users'), record('users', 3, 'a', 1), state(2)]);
	deepEqual(await ids(folder.path, 'users'), [1, 2, 3]);
	await write(folder.path, [schema('users'), record('users', 4, 'a', 2), version(2), state(3)]);
	deepEqual(await ids(folder.path, 'users'), [4]);
});

test('a row that the tap marks as deleted goes', async () => {
	await using folder = await temporaryFolder();
	const more = {_sdc_deleted_at: {type: ['null', 'string'], format: 'date-time'}};
	await write(folder.path, [schema('users', ['id'], more), record('users', 1), record('users', 2), state(1)]);
	const gone = {type: 'RECORD', stream: 'users', record: {id: 1, _sdc_deleted_at: '2026-01-01T00:00:00Z'}};
	await write(folder.path, [schema('users', ['id'], more), gone, state(2)]);
	deepEqual(await ids(folder.path, 'users'), [2]);
});

test('rows without a key after the last STATE are kept, with a warning', async () => {
	await using folder = await temporaryFolder();
	const {warnings} = await write(folder.path, [
		schema('log', []),
		record('log', 1),
		state(1),
		record('log', 2),
	]);
	deepEqual(await ids(folder.path, 'log'), [1, 2]);
	deepEqual(
		warnings.map(({code}) => code),
		['rows-after-state'],
	);
});

const mistakes: [said: string, messages: object[], expected: RegExp][] = [
	['rows before their SCHEMA', [record('users', 1)], /sends rows of users before its SCHEMA/],
	[
		'an unknown message',
		[{type: 'BATCH', stream: 'users'}],
		/line 1 of the tap is a message BATCH, which is not known/,
	],
	['a message without a type', [{a: 1}], /line 1 of the tap is no message of Singer/],
	[
		'a record that is none',
		[schema('users'), {type: 'RECORD', stream: 'users', record: 1}],
		/line 2 of the tap: RECORD without a record/,
	],
];
for (const [said, messages, expected] of mistakes)
	test(`refused: ${said}`, async () => {
		await using folder = await temporaryFolder();
		await rejects(write(folder.path, messages), expected);
	});

test('columns have the types of the SCHEMA, and a later one may add some', async () => {
	await using folder = await temporaryFolder();
	await write(folder.path, [
		schema('users'),
		record('users', 1),
		schema('users', ['id'], {age: {type: 'integer'}}),
		{type: 'RECORD', stream: 'users', record: {id: 2, name: null, age: 3}},
		state(1),
	]);
	match(JSON.stringify(await rowsOf(folder.path, 'users')), /"age":3/);
});
