import {deepEqual, equal, match, rejects} from 'node:assert/strict';
import {mkdir, readdir, readFile, rename, rm, symlink, truncate, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {publish} from '../../src/state/folders/publish.ts';
import {temporaryFolder} from '../helpers/folder.ts';
import {buryAlive, contents, lines, open, staged} from './staged.ts';

const change = {resource: 'contacts', run: 'run-1'};

test('what is committed is seen, what is only staged goes', async () => {
	await using folder = await temporaryFolder();
	const dataset = await open(folder.path, 'a');
	await dataset.commit({...change, add: [await staged(dataset, 'one')]});
	await dataset.commit({...change, add: [await staged(dataset, 'two')]});
	await staged(dataset, 'three');
	await dataset.close();
	deepEqual(await lines(folder.path), ['one', 'two']);
	deepEqual(await readdir(dataset.layout.staging), []);
	const again = await open(folder.path, 'b');
	equal(again.last?.version, 2);
	deepEqual(again.missing, []);
	await again.close();
});

test('pending parts are seen by nobody, and are there in the next process', async () => {
	await using folder = await temporaryFolder();
	const first = await open(folder.path, 'a');
	const old = await staged(first, 'old');
	await first.commit({...change, add: [old]});
	const part = await staged(first, 'new');
	await first.commit({...change, pending: [part]});
	await first.close();
	deepEqual(await lines(folder.path), ['old']);
	const second = await open(folder.path, 'b');
	equal(await readFile(await second.fetch(part), 'utf8'), 'new\n');
	await second.commit({...change, add: [part], remove: [old], pending: []});
	await second.close();
	deepEqual(await lines(folder.path), ['new']);
	deepEqual(await readdir(second.layout.pending), []);
});

test('a commit that fails after it was recorded loses nothing: the next to open the dataset finishes it', async () => {
	await using folder = await temporaryFolder();
	const dataset = await open(folder.path, 'a');
	await dataset.commit({...change, add: [await staged(dataset, 'one')]});
	// The tables of the next switch cannot be made.
	await writeFile(join(dataset.layout.home, 'data-000000000002'), 'in the way');
	const two = [await staged(dataset, 'two'), await staged(dataset, 'three')];
	await rejects(
		dataset.commit({...change, add: two}),
		/contacts: cannot write .*a part of the path is a file/,
	);
	await rejects(
		dataset.commit({...change, add: []}),
		/a commit before this one failed half-way; the next run finishes it/,
	);
	await dataset.close();
	deepEqual(await lines(folder.path), ['one'], 'nothing of the commit is seen yet');
	await rm(join(dataset.layout.home, 'data-000000000002'));
	const next = await open(folder.path, 'b');
	deepEqual(next.missing, []);
	await next.close();
	deepEqual(await lines(folder.path), ['one', 'three', 'two']);
});

test('a folder that is not ours in the place of a table is refused before anything is committed', async () => {
	await using folder = await temporaryFolder();
	const dataset = await open(folder.path, 'a');
	await mkdir(join(folder.path, 'contacts__tags'));
	await writeFile(join(folder.path, 'contacts__tags/mine.txt'), 'mine');
	const tag = await staged(dataset, 'tag', {table: 'contacts__tags'});
	await rejects(
		dataset.commit({...change, add: [await staged(dataset, 'one'), tag]}),
		/contacts__tags: there is a folder with files in it that is not a dataset of Sluice\. Move it away/,
	);
	equal(dataset.last, undefined);
	await rm(join(folder.path, 'contacts__tags'), {recursive: true});
	await dataset.commit({...change, add: [await staged(dataset, 'two')]});
	await dataset.close();
	deepEqual(await lines(folder.path), ['two']);
});

for (const [what, make] of [
	['a file', (path: string) => writeFile(path, 'mine')],
	['a link to elsewhere', (path: string) => symlink('elsewhere', path)],
] as const) {
	test(`${what} in the place of a dataset stays as it is`, async () => {
		await using folder = await temporaryFolder();
		const path = join(folder.path, 'contacts');
		await make(path);
		await rejects(open(folder.path, 'a'), /contacts: there is a .* that is not a dataset of Sluice/);
		deepEqual(await readdir(folder.path), ['contacts']);
	});
}

test('the second writer is refused with the name of the first, which goes on unharmed', async () => {
	await using folder = await temporaryFolder();
	const first = await open(folder.path, 'a');
	await first.commit({...change, add: [await staged(first, 'one')]});
	const before = await contents(folder.path);
	await rejects(
		open(folder.path, 'b'),
		new RegExp(`contacts: is being written by process ${process.pid} on .* Nothing was changed`),
	);
	deepEqual(await contents(folder.path), before);
	await first.commit({...change, add: [await staged(first, 'two')]});
	await first.close();
	await (await open(folder.path, 'b')).close();
	deepEqual(await lines(folder.path), ['one', 'two']);
});

test('a writer that was taken for dead can neither commit, nor take away what its successor has, nor give its lock free', async () => {
	await using folder = await temporaryFolder();
	const zombie = await open(folder.path, 'zombie');
	const one = await staged(zombie, 'one');
	const overtaken = await zombie.commit({...change, add: [one]});
	const late = await staged(zombie, 'late');
	await buryAlive(zombie);

	// Two successors, so that the number of the lock comes again.
	await (await open(folder.path, 'b')).close();
	const successor = await open(folder.path, 'c');
	const replacement = await staged(successor, 'three');
	await successor.commit({...change, add: [replacement], remove: [one]});
	const pending = await staged(successor, 'four');
	await successor.commit({...change, pending: [pending]});
	const before = await contents(folder.path);

	await rejects(
		zombie.commit({...change, add: [late]}),
		/another process has taken it over, or removed it; nothing more was committed/,
	);
	const claim = join(zombie.layout.staging, 'zombie/claim');
	await rejects(publish(zombie.layout, overtaken, {claim, known: new Set([one.path])}), {code: 'ENOENT'});
	deepEqual(await lines(folder.path), ['three']);
	equal(await readFile(await successor.fetch(pending), 'utf8'), 'four\n');
	await zombie.close();
	deepEqual(await contents(folder.path), before);
	await rejects(open(folder.path, 'd'), /is being written by/);

	await successor.commit({...change, add: [pending], pending: []});
	await successor.close();
	deepEqual(await lines(folder.path), ['four', 'three']);
});

test('a writer that was taken for dead cannot commit what it staged after that either', async () => {
	await using folder = await temporaryFolder();
	const zombie = await open(folder.path, 'zombie');
	await buryAlive(zombie);
	const successor = await open(folder.path, 'b');
	const late = await staged(zombie, 'late');
	await rejects(
		zombie.commit({...change, add: [late]}),
		/another process has taken it over, or removed it; nothing more was committed/,
	);
	await successor.commit({...change, add: [await staged(successor, 'one')]});
	await staged(zombie, 'later');
	await buryAlive(successor);
	// Its folder is taken a second time.
	const last = await open(folder.path, 'c');
	await rejects(zombie.commit({...change, add: [late]}), /another process has taken it over/);
	for (const dataset of [zombie, successor, last]) await dataset.close();
	deepEqual(await lines(folder.path), ['one']);
	deepEqual(await readdir(zombie.layout.staging), []);
});

test('a dataset that was closed takes no commit: its lock may be held by somebody else', async () => {
	await using folder = await temporaryFolder();
	const dataset = await open(folder.path, 'a');
	const one = dataset.commit({...change, add: [await staged(dataset, 'one')]});
	const closed = dataset.close();
	await rejects(
		dataset.commit({...change, add: []}),
		/^StateError: contacts: was closed, and given free; nothing more is committed/,
	);
	equal((await one).version, 1, 'what was under way is finished first');
	await closed;
	await rejects(dataset.commit({...change, add: []}), /was closed/);
	await dataset.close();
	const next = await open(folder.path, 'b');
	equal(next.last?.version, 1);
	await next.close();
});

test('a commit that races with a takeover is there as a whole, or not at all', async () => {
	await using folder = await temporaryFolder();
	const zombie = await open(folder.path, 'zombie');
	const parts = [await staged(zombie, 'one'), await staged(zombie, 'two')];
	await buryAlive(zombie);
	const committing = zombie.commit({...change, add: parts});
	const [outcome, successor] = await Promise.allSettled([committing, open(folder.path, 'b')]);
	if (successor.status === 'fulfilled') await successor.value.close();
	const after = await open(folder.path, 'c');
	await after.close();
	const seen = await lines(folder.path);
	// Whoever was first: all of it or nothing, and a caller that was told so has it.
	if (outcome.status === 'fulfilled') deepEqual(seen, ['one', 'two']);
	else equal(seen.length === 0 || seen.length === 2, true, seen.join());
	deepEqual(after.missing, []);
});

test('the output folder can be moved as a whole', async () => {
	await using folder = await temporaryFolder();
	const [here, there] = [join(folder.path, 'out'), join(folder.path, 'deep/elsewhere')];
	const dataset = await open(here, 'a');
	await dataset.commit({...change, add: [await staged(dataset, 'one')]});
	await dataset.close();
	await mkdir(join(folder.path, 'deep'));
	await rename(here, there);
	deepEqual(await lines(there), ['one']);
	const moved = await open(there, 'b');
	await moved.commit({...change, add: [await staged(moved, 'two'), await staged(moved, 'three')]});
	await moved.close();
	deepEqual(await lines(there), ['one', 'three', 'two']);
});

for (const [damage, harm] of [
	['cut short', (path: string) => truncate(path, 200)],
	['empty', (path: string) => truncate(path, 0)],
	[
		'changed in one byte',
		async (path: string) => {
			const bytes = await readFile(path);
			bytes.writeUInt8(bytes.readUInt8(bytes.length - 20) ^ 1, bytes.length - 20);
			await writeFile(path, bytes);
		},
	],
] as const) {
	test(`a last record that is ${damage} is refused, and removing it takes the dataset back by one commit`, async () => {
		await using folder = await temporaryFolder();
		const dataset = await open(folder.path, 'a');
		await dataset.commit({...change, add: [await staged(dataset, 'one')]});
		await dataset.commit({...change, add: [await staged(dataset, 'two')]});
		await dataset.close();
		const path = join(dataset.layout.log, '000000000002.json');
		await harm(path);
		const before = await contents(folder.path);
		await rejects(
			open(folder.path, 'b'),
			/000000000002\.json: (damaged|not a record).* Nothing was changed\. Restore it.* or remove it, which takes the dataset back to commit 1/,
		);
		deepEqual(await contents(folder.path), before);
		await rm(path);
		const back = await open(folder.path, 'c');
		equal(back.last?.version, 1);
		await back.close();
		deepEqual(await lines(folder.path), ['one']);
	});
}

test('a dataset whose log is gone is not begun anew beside its rows', async () => {
	await using folder = await temporaryFolder();
	const dataset = await open(folder.path, 'a');
	await dataset.commit({...change, add: [await staged(dataset, 'one')]});
	await dataset.close();
	await rm(dataset.layout.log, {recursive: true});
	await rejects(
		open(folder.path, 'b'),
		/log has no record, and .*data-000000000001 has files\. Nothing was changed\. Restore the log/,
	);
	deepEqual(await lines(folder.path), ['one']);
	await rejects(open(folder.path, 'c'), /has no record/, 'and its lock is free');
});

test('a part that somebody removed is reported, with its rows, and the others are as they were', async () => {
	await using folder = await temporaryFolder();
	const dataset = await open(folder.path, 'a');
	const [one, two] = [await staged(dataset, 'one'), await staged(dataset, 'two')];
	await dataset.commit({...change, add: [one, two]});
	await dataset.close();
	await rm(join(folder.path, one.path));
	const next = await open(folder.path, 'b');
	deepEqual(
		next.missing.map(({path, rows}) => [path, rows]),
		[[one.path, 1]],
	);
	await next.close();
	deepEqual(await lines(folder.path), ['two']);
});

test('a link that somebody removed, or bent, is made again', async () => {
	await using folder = await temporaryFolder();
	const dataset = await open(folder.path, 'a');
	await dataset.commit({...change, add: [await staged(dataset, 'one')]});
	await dataset.close();
	await rm(join(folder.path, 'contacts'));
	await (await open(folder.path, 'b')).close();
	deepEqual(await lines(folder.path), ['one']);
});

test('the log keeps a hundred records, and the last one is enough', async () => {
	await using folder = await temporaryFolder();
	const dataset = await open(folder.path, 'a');
	for (let i = 0; i < 105; i++) await dataset.commit({...change, add: []});
	await dataset.commit({...change, add: [await staged(dataset, 'one')]});
	await dataset.close();
	const records = await readdir(dataset.layout.log);
	equal(records.length, 100);
	match(records.sort().at(-1) ?? '', /^0{9}106\.json$/);
	const next = await open(folder.path, 'b');
	equal(next.last?.version, 106);
	await next.close();
	deepEqual(await lines(folder.path), ['one']);
});
