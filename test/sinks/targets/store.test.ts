/** Targets in a store: whatever request a process dies at, the next one ends with the same rows. */
import {deepEqual, equal, match, ok, rejects} from 'node:assert/strict';
import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises';
import {hostname} from 'node:os';
import {basename, join} from 'node:path';
import {test} from 'node:test';
import {folderStore} from '../../../sinks/targets/store/folder.ts';
import {openStoreTarget} from '../../../sinks/targets/store/target.ts';
import type {Disposition, ResourceProgress} from '../../../src/state/commit.ts';
import type {Store} from '../../../src/state/store.ts';
import {temporaryFolder} from '../../helpers/folder.ts';
import {deltaRows, dyingStore, globRows, open, run, runInto} from './stores.ts';

const first = [
	[
		{id: 1, v: 1, tags: [1]},
		{id: 2, v: 1, tags: [1]},
	],
	[
		{id: 3, v: 1, tags: [1]},
		{id: 4, v: 1, tags: [1]},
	],
	[{id: 5, v: 1, tags: [1]}],
];
const second = [
	[
		{id: 2, v: 2, tags: [2]},
		{id: 6, v: 2, tags: [2]},
	],
	[
		{id: 4, v: 2, tags: [2]},
		{id: 7, v: 2, tags: [2]},
	],
];
const expected: Record<Disposition, readonly (readonly [number, number])[]> = {
	append: [
		[1, 1],
		[2, 1],
		[2, 2],
		[3, 1],
		[4, 1],
		[4, 2],
		[5, 1],
		[6, 2],
		[7, 2],
	],
	replace: [
		[2, 2],
		[4, 2],
		[6, 2],
		[7, 2],
	],
	merge: [
		[1, 1],
		[2, 2],
		[3, 1],
		[4, 2],
		[5, 1],
		[6, 2],
		[7, 2],
	],
};

async function folders(): Promise<{root: string; spool: string; [Symbol.asyncDispose](): Promise<void>}> {
	const folder = await temporaryFolder();
	const spool = join(folder.path, 'spool');
	await mkdir(spool);
	return {
		root: join(folder.path, 'lake'),
		spool,
		[Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
	};
}

for (const isDelta of [true, false])
	for (const disposition of ['append', 'replace', 'merge'] as const) {
		const kind = isDelta ? 'a Delta table' : 'files alone';
		test(`${kind}, ${disposition}: a process that dies at any request loses and doubles nothing`, async () => {
			for (let at = 1, isOver = false; !isOver; at++)
				for (const isDone of [false, true]) {
					await using place = await folders();
					const {root, spool} = place;
					const store = folderStore(root);
					await run(store, {spool, disposition, pages: first, isDelta});
					const before = await standingIn(store, spool, isDelta);
					const dying = dyingStore(store, at, isDone);
					const died = await run(dying, {spool, disposition, pages: second, isDelta}).then(
						() => false,
						() => true,
					);
					isOver = !died;
					const now = await standingIn(store, spool, isDelta);
					const isFinished = now?.run !== before?.run && now?.isFinished === true;
					if (!isFinished) await run(store, {spool, disposition, pages: second, isDelta});
					const rowsOf = isDelta ? deltaRows : globRows;
					const when = `request ${at}, ${isDone ? 'done' : 'not done'}`;
					deepEqual(await rowsOf(root), expected[disposition], when);
					// Each record has one tag, its own value.
					deepEqual(await rowsOf(root, 'things__tags'), expected[disposition], `tags, ${when}`);
				}
		});
	}

async function standingIn(
	store: Store,
	spool: string,
	isDelta: boolean,
): Promise<ResourceProgress | undefined> {
	const target = await open(store, spool, isDelta);
	await target.close();
	return target.last?.progress.get('things');
}

test('of two writers the second one to commit fails, and has added nothing', async () => {
	for (const isDelta of [true, false]) {
		await using place = await folders();
		const {root, spool} = place;
		const store = folderStore(root);
		await run(store, {spool, disposition: 'merge', pages: first, isDelta});
		const frozen = await open(store, spool, isDelta);
		await run(store, {spool, disposition: 'merge', pages: second, isDelta});
		await rejects(runInto(frozen, {disposition: 'merge', pages: [[{id: 1, v: 9, tags: [9]}]]}), error => {
			match(String(error), /another process committed/);
			return true;
		});
		await frozen.close();
		const rows = isDelta ? await deltaRows(root) : await globRows(root);
		deepEqual(rows, expected.merge);
	}
});

test('a writer whose number is free again, after many commits of another one, fails', async () => {
	await using place = await folders();
	const {root, spool} = place;
	const store = folderStore(root);
	await run(store, {spool, disposition: 'append', pages: first});
	const frozen = await open(store, spool);
	const wanted = (frozen.last?.version ?? 0) + 1;
	await run(store, {spool, disposition: 'merge', pages: second});
	await store.remove([`_sluice/things/commits/${String(wanted).padStart(12, '0')}.json`]);
	await rejects(
		runInto(frozen, {disposition: 'append', pages: [[{id: 1, v: 9, tags: [9]}]]}),
		/another process/,
	);
	await frozen.close();
	deepEqual(await globRows(root), expected.merge);
});

test('two datasets of one process have a spool each', async () => {
	await using place = await folders();
	const {root, spool} = place;
	const [one, other] = await Promise.all(
		['one', 'other'].map(name => openStoreTarget({store: folderStore(root), name, writer: 'w', spool})),
	);
	await one?.close();
	ok(other);
	deepEqual(await readdir(other.spool), ['owner.json']);
	await other.close();
	deepEqual(
		(await readdir(spool, {recursive: true})).filter(path => path.endsWith('/w')),
		[],
	);
});

test('what a process that was killed has left on this machine goes with the next run', async () => {
	await using place = await folders();
	const {root, spool} = place;
	const store = folderStore(root);
	const living = await open(store, spool);
	const dead = join(living.spool, '..', 'dead');
	await mkdir(join(dead, 'staged'), {recursive: true});
	const owner = {host: hostname(), pid: 2 ** 22 + 1, since: '2026-01-01T00:00:00Z'};
	await writeFile(join(dead, 'owner.json'), JSON.stringify(owner));
	const next = await open(store, spool);
	const left = (await readdir(join(living.spool, '..'))).sort();
	deepEqual(left, [basename(living.spool), basename(next.spool)].sort());
	await next.close();
	await living.close();
});

test('the manifest of each table lists its files after each commit', async () => {
	await using place = await folders();
	const {root, spool} = place;
	const store = folderStore(root);
	for (const pages of [first, second]) await run(store, {spool, disposition: 'merge', pages});
	for (const table of ['things', 'things__tags']) {
		const text = (await store.get(`_sluice/things/manifests/${table}.json`))?.toString() ?? '';
		const {entries} = JSON.parse(text) as {entries: {url: string; meta: {record_count: number}}[]};
		const files = (await readdir(join(root, table))).filter(name => name.endsWith('.parquet'));
		deepEqual(entries.map(({url}) => basename(url)).sort(), files.sort());
		equal(
			entries.reduce((sum, {meta}) => sum + meta.record_count, 0),
			7,
		);
	}
});

test('a list whose files another program rewrites between two entries of a commit is refused, and loses nothing', async () => {
	await using place = await folders();
	const {root, spool} = place;
	const store = folderStore(root);
	await run(store, {spool, disposition: 'merge', pages: first, isDelta: true});
	const log = join(root, 'things__tags', '_delta_log');
	const names = await readdir(log);
	const texts = await Promise.all(names.map(name => readFile(join(log, name), 'utf8')));
	const path = /"add":\{"path":"([^"]+)"/.exec(texts.sort().join('\n'))?.[1];
	// The entry of the main table is there, so the commit counts, before the one of the list fails.
	const beaten: Store = {
		...bound(store),
		async putNew(key, body) {
			const isNew = await store.putNew(key, body);
			const isLast = isNew && key.startsWith('things/_delta_log/') && Buffer.from(body).includes('"remove"');
			const next = `things__tags/_delta_log/${String((await readdir(log)).length).padStart(20, '0')}.json`;
			const foreign = JSON.stringify({remove: {path, dataChange: false}});
			if (isLast) await store.putNew(next, Buffer.from(foreign));
			return isNew;
		},
	};
	const more = {spool, disposition: 'merge' as const, pages: second, isDelta: true};
	await rejects(run(beaten, more), /another program rewrote files that this run replaces/);
	deepEqual(await deltaRows(root), expected.merge);
	await rejects(open(store, spool, true), /another program rewrote .* before the last commit/);
});

test('a server that creates an object twice is refused', async () => {
	await using place = await folders();
	const {root, spool} = place;
	const store = {...bound(folderStore(root)), putNew: async () => true};
	await rejects(open(store, spool), /it ignores If-None-Match/);
});

function bound(store: Store): Store {
	return {
		location: store.location,
		get: key => store.get(key),
		list: (prefix, after) => store.list(prefix, after),
		download: (key, file) => store.download(key, file),
		putNew: (key, body) => store.putNew(key, body),
		put: (key, body) => store.put(key, body),
		read: (key, from, length) => store.read(key, from, length),
		upload: (key, file) => store.upload(key, file),
		remove: keys => store.remove(keys),
		close: () => store.close(),
	};
}

test('rows of a merge are not visible before it ends', async () => {
	await using place = await folders();
	const {root, spool} = place;
	const store = folderStore(root);
	await run(store, {spool, disposition: 'merge', pages: first});
	await rejects(run(dyingStore(store, 8, true), {spool, disposition: 'merge', pages: second}));
	deepEqual(
		await globRows(root),
		[1, 2, 3, 4, 5].map(id => [id, 1]),
	);
});

test('a folder with a Delta table of another program is refused', async () => {
	await using place = await folders();
	const {root, spool} = place;
	const store = folderStore(root);
	const protocol = {protocol: {minReaderVersion: 1, minWriterVersion: 2}};
	ok(await store.putNew(`things/_delta_log/${'0'.repeat(20)}.json`, Buffer.from(JSON.stringify(protocol))));
	await rejects(open(store, spool, true), /is a Delta table that Sluice has not written/);
});
