import {deepStrictEqual, rejects, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import type {BoundPage, Position} from '../../../src/resource/partitions/partitions.ts';
import {
	type SharedReader,
	type SharedWalkOptions,
	shareWalk,
} from '../../../src/resource/partitions/shared-walk.ts';

const pageOf = (number: number): BoundPage => ({
	resource: 'users',
	number,
	records: [],
	cursor: {at: number + 1},
});

// Begins at a position, as a walk does: what its cursor says is what comes next.
const walk = (log: string[], end = 3) =>
	async function* (at?: Position): AsyncGenerator<BoundPage> {
		try {
			for (let i = at ? (at.cursor as {at: number}).at : 0; i < end; i++) {
				log.push(`made ${i}`);
				yield pageOf(i);
			}
		} finally {
			log.push('closed');
		}
	};

// Both kinds of walk, by the same function.
const of = (open: SharedWalkOptions['open']): SharedWalkOptions => ({open, openAlone: open});

async function read(name: string, reader: SharedReader, log: string[], most = 99): Promise<void> {
	let count = 0;
	for await (const {number} of reader) {
		await new Promise(resolve => setImmediate(resolve));
		log.push(`${name} ${number}`);
		if (++count >= most) return;
	}
}

test('every reader gets every item, one reader after the other, and one item at a time', async () => {
	const log: string[] = [];
	const {reader} = shareWalk(of(walk(log, 2)));
	const [a, b] = [reader(), reader()];
	await Promise.all([read('b', b, log), read('a', a, log)]);
	deepStrictEqual(log, ['made 0', 'a 0', 'b 0', 'made 1', 'a 1', 'b 1', 'closed']);
});

test('who leaves is not waited for, and the last one closes the source', async () => {
	const log: string[] = [];
	let abandoned = 0;
	const {reader} = shareWalk({...of(walk(log)), onOver: () => abandoned++});
	const [a, b, never] = [reader(), reader(), reader()];
	await never.return();
	await Promise.all([read('a', a, log, 1), read('b', b, log, 2)]);
	deepStrictEqual(log, ['made 0', 'a 0', 'b 0', 'made 1', 'b 1', 'closed']);
	strictEqual(abandoned, 1);
	deepStrictEqual(await a.next(), {done: true, value: undefined});
});

test('a failure of the source reaches every reader', async () => {
	async function* broken(): AsyncGenerator<BoundPage> {
		yield pageOf(0);
		throw new Error('broken');
	}
	const {reader} = shareWalk(of(broken));
	const [a, b] = [reader(), reader()];
	await Promise.all([rejects(read('a', a, []), /broken/), rejects(read('b', b, []), /broken/)]);
});

test('readers that begin at different places shareWalk the walk from the first of these', async () => {
	const log: string[] = [];
	const {reader} = shareWalk(of(walk(log, 4)));
	const [a, b] = [reader(), reader()];
	a.begin({cursor: {at: 3}, page: 3});
	b.begin({cursor: {at: 1}, page: 1});
	await Promise.all([read('a', a, log), read('b', b, log)]);
	deepStrictEqual(log, ['made 1', 'b 1', 'made 2', 'b 2', 'made 3', 'a 3', 'b 3', 'closed']);
});

test('nothing is asked for before every reader has said where it begins', async () => {
	const log: string[] = [];
	const {reader} = shareWalk(of(walk(log, 2)));
	const [a, b] = [reader(), reader()];
	const first = a.begin({cursor: {at: 1}, page: 1}).next();
	await new Promise(resolve => setImmediate(resolve));
	strictEqual(log.length, 0);
	const leaving = first.then(({value}) => {
		log.push(`a ${value?.number}`);
		return a.return();
	});
	await Promise.all([leaving, read('b', b, log, 2)]);
	deepStrictEqual(log, ['made 0', 'b 0', 'made 1', 'a 1', 'b 1', 'closed']);
});

test('a reader whose place the shared walk does not come by walks by itself', async () => {
	const log: string[] = [];
	const {reader} = shareWalk(of(walk(log, 3)));
	const [a, b] = [reader(), reader()];
	// Two pages of old are one now.
	a.begin({cursor: {at: 2}, page: 1});
	await Promise.all([read('a', a, log), read('b', b, log)]);
	deepStrictEqual(
		log.filter(entry => entry.startsWith('a')),
		['a 2'],
	);
	deepStrictEqual(
		log.filter(entry => entry.startsWith('b')),
		['b 0', 'b 1', 'b 2'],
	);
	deepStrictEqual(
		log.filter(entry => entry === 'closed'),
		['closed', 'closed'],
	);
});

test('a reader whose place is beyond the end of the shared walk goes on from there by itself', async () => {
	const log: string[] = [];
	const {reader} = shareWalk(of(walk(log, 3)));
	const [a, b] = [reader(), reader()];
	// Three pages of now were more of old.
	a.begin({cursor: {at: 2}, page: 7});
	await Promise.all([read('a', a, log), read('b', b, log)]);
	deepStrictEqual(log, [
		'made 0',
		'b 0',
		'made 1',
		'b 1',
		'made 2',
		'b 2',
		'closed',
		'made 2',
		'a 2',
		'closed',
	]);
});

test('the shared walk is closed when the last of its readers goes on alone', async () => {
	const log: string[] = [];
	let overs = 0;
	const {reader} = shareWalk({...of(walk(log, 4)), onOver: () => overs++});
	const [a, b] = [reader(), reader()];
	a.begin({cursor: {at: 3}, page: 2});
	await Promise.all([read('a', a, log), read('b', b, log, 1)]);
	deepStrictEqual(log, ['made 0', 'b 0', 'made 1', 'made 3', 'closed', 'a 3', 'closed']);
	strictEqual(overs, 1);
});

test('a place that claims the first page is not taken for the beginning', async () => {
	const log: string[] = [];
	const {reader} = shareWalk(of(walk(log, 3)));
	const [a, b] = [reader(), reader()];
	a.begin({cursor: {at: 2}, page: 0});
	await Promise.all([read('a', a, log), read('b', b, log)]);
	deepStrictEqual(log.filter(entry => /^[ab]/.test(entry)).sort(), ['a 2', 'b 0', 'b 1', 'b 2']);
});
