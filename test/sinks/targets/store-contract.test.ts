/** What all stores promise. Everything that is said about commits rests on the first of these tests. */
import {deepEqual, equal, rejects} from 'node:assert/strict';
import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {temporaryFolder} from '../../helpers/folder.ts';
import {storeKinds} from '../../helpers/object-stores.ts';

const bytes = (text: string) => Buffer.from(text);

async function all(keys: AsyncIterable<string>): Promise<string[]> {
	const found: string[] = [];
	for await (const key of keys) found.push(key);
	return found;
}

for (const {name, skip, start} of storeKinds) {
	test(`${name}: of twenty writers of one key exactly one creates it, for twenty keys`, {skip}, async () => {
		await using server = await start();
		const store = await server.open('race');
		for (let key = 0; key < 20; key++) {
			const writers = Array.from({length: 20}, (_, writer) => bytes(`writer ${writer}`));
			const made = await Promise.all(writers.map(body => store.putNew(`k${key}`, body)));
			equal(made.filter(Boolean).length, 1);
			equal((await store.get(`k${key}`))?.toString(), `writer ${made.indexOf(true)}`);
		}
		await store.close();
	});

	test(`${name}: objects come and go, are copied, and are listed in order`, {skip}, async () => {
		await using server = await start();
		await using folder = await temporaryFolder();
		const store = await server.open('files');
		equal(await store.get('absent'), undefined);
		const [from, to] = [join(folder.path, 'from'), join(folder.path, 'sub', 'to')];
		await writeFile(from, 'rows');
		await store.upload('a/b=ü %/1.parquet', from);
		await store.download('a/b=ü %/1.parquet', to);
		equal(await readFile(to, 'utf8'), 'rows');
		deepEqual(await all(store.list('a/')), ['a/b=ü %/1.parquet']);
		for (const text of ['first', 'second']) await store.put('last', bytes(text));
		equal((await store.get('last'))?.toString(), 'second');
		equal((await store.read('last', 2, 3)).toString(), 'con');
		await rejects(store.read('last', 4, 10));
		for (const number of [3, 1, 4, 0, 2]) equal(await store.putNew(`n/${number}`, bytes('x')), true);
		equal(await store.putNew('other/1', bytes('x')), true);
		deepEqual(await all(store.list('n/')), ['n/0', 'n/1', 'n/2', 'n/3', 'n/4']);
		deepEqual(await all(store.list('n/', 'n/2')), ['n/3', 'n/4']);
		await store.remove(['n/0', 'n/1', 'n/absent']);
		deepEqual(await all(store.list('n/')), ['n/2', 'n/3', 'n/4']);
		equal(await store.get('n/0'), undefined);
		await rejects(store.download('absent', join(folder.path, 'absent')));
		await store.close();
	});

	if (name === 'a folder') continue;
	test(`${name}: a writer whose answer was lost finds its own object`, {skip}, async () => {
		await using server = await start();
		const store = await server.open('lost');
		equal(await store.putNew('k', bytes('mine')), true);
		equal(await store.putNew('k', bytes('mine')), true);
		equal(await store.putNew('k', bytes('of another')), false);
		await store.close();
	});
}
