import {deepStrictEqual, rejects, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import {type SharedReader, share} from '../../src/resource/share.ts';

async function* numbers(log: string[], end = 3): AsyncGenerator<number> {
	try {
		for (let i = 0; i < end; i++) {
			log.push(`made ${i}`);
			yield i;
		}
	} finally {
		log.push('closed');
	}
}

async function read(name: string, reader: SharedReader<number>, log: string[], most = 99): Promise<void> {
	let count = 0;
	for await (const one of reader) {
		await new Promise(resolve => setImmediate(resolve));
		log.push(`${name} ${one}`);
		if (++count >= most) return;
	}
}

test('every reader gets every item, one reader after the other, and one item at a time', async () => {
	const log: string[] = [];
	const {reader} = share(numbers(log, 2));
	const [a, b] = [reader(), reader()];
	await Promise.all([read('b', b, log), read('a', a, log)]);
	deepStrictEqual(log, ['made 0', 'a 0', 'b 0', 'made 1', 'a 1', 'b 1', 'closed']);
});

test('who leaves is not waited for, and the last one closes the source', async () => {
	const log: string[] = [];
	let abandoned = 0;
	const {reader} = share(numbers(log), () => abandoned++);
	const [a, b, never] = [reader(), reader(), reader()];
	await never.return();
	await Promise.all([read('a', a, log, 1), read('b', b, log, 2)]);
	deepStrictEqual(log, ['made 0', 'a 0', 'b 0', 'made 1', 'b 1', 'closed']);
	strictEqual(abandoned, 1);
	deepStrictEqual(await a.next(), {done: true, value: undefined});
});

test('a failure of the source reaches every reader', async () => {
	async function* broken(): AsyncGenerator<number> {
		yield 0;
		throw new Error('broken');
	}
	const {reader} = share(broken());
	const [a, b] = [reader(), reader()];
	await Promise.all([rejects(read('a', a, []), /broken/), rejects(read('b', b, []), /broken/)]);
});
