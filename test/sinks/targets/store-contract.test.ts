/** What all stores promise. Everything that is said about commits rests on the first of these tests. */
import {deepEqual, equal, ok, rejects} from 'node:assert/strict';
import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {faultyProxy} from '../../helpers/faulty-proxy.ts';
import {temporaryFolder} from '../../helpers/folder.ts';
import {storeKinds} from '../../helpers/object-stores.ts';
import {open, run} from './stores.ts';

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

	test(`${name}: a server that refuses or loses every tenth request loses and doubles nothing`, {
		skip,
	}, async () => {
		await using server = await start();
		const fault = (number: number) => (number % 10 !== 0 ? undefined : number % 20 === 0 ? 'lost' : 503);
		await using proxy = await faultyProxy(server.url ?? '', fault);
		await using folder = await temporaryFolder();
		const store = await server.open('shaky', proxy.url);
		const file = join(folder.path, 'part');
		await writeFile(file, 'rows');
		for (let number = 10; number < 40; number++) {
			equal(await store.putNew(`n/${number}`, bytes(`commit ${number}`)), true);
			await store.upload(`p/${number}`, file);
			equal((await store.get(`n/${number}`))?.toString(), `commit ${number}`);
			await store.download(`p/${number}`, join(folder.path, `copy-${number}`));
		}
		equal((await all(store.list('p/'))).length, 30);
		await store.remove((await all(store.list('n/'))).slice(1));
		deepEqual(await all(store.list('n/')), ['n/10']);
		ok(proxy.faults >= 10);
		await store.close();
	});

	test(`${name}: credentials that expire in mid-run end it, and the next run goes on`, {skip}, async () => {
		await using server = await start();
		await using folder = await temporaryFolder();
		const pages = [1, 2, 3, 4].map(page => [{id: page * 2}, {id: page * 2 + 1}]);
		const options = {spool: folder.path, disposition: 'append', pages} as const;
		// The number of requests differs: each of these ends the run at another one.
		for (const last of [6, 9, 12]) {
			await using proxy = await faultyProxy(server.url ?? '', number => (number > last ? 403 : undefined));
			await rejects(run(await server.open('short', proxy.url), options), /: 403 .*credentials need/);
		}
		await run(await server.open('short'), options);
		const store = await server.open('short');
		const target = await open(store, folder.path);
		const rows = target.last?.parts.reduce((sum, part) => sum + part.rows, 0);
		equal(rows, 8);
		deepEqual(target.missing, []);
		await target.close();
	});
}
