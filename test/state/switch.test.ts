/** What a reader meets that lists the files of a table, and opens them when a commit has taken some away. */
import {deepEqual, equal, ok, rejects} from 'node:assert/strict';
import {readdir, readFile, realpath, rename} from 'node:fs/promises';
import {basename, join} from 'node:path';
import {test} from 'node:test';
import type {Part} from '../../src/state/commit.ts';
import {type Dataset, openDataset} from '../../src/state/dataset.ts';
import {dataFolder} from '../../src/state/folders/layout.ts';
import {dataFolders} from '../../src/state/folders/on-disk.ts';
import {isRetired, retiredAfter} from '../../src/state/folders/retired-folders.ts';
import {removeGarbage} from '../../src/state/garbage.ts';
import {temporaryFolder} from '../helpers/folder.ts';
import {buryAlive, lines, staged} from './staged.ts';

const change = {resource: 'contacts', run: 'run-1'};

function open(root: string, graceMs = 60_000): Promise<Dataset> {
	return openDataset({root, name: 'contacts', writer: `writer-${opened++}`, graceMs});
}
let opened = 0;

/** A table that was listed: the rest of a reader's work, for later. */
async function listed(root: string): Promise<() => Promise<string[]>> {
	const folder = await realpath(join(root, 'contacts'));
	const names = await readdir(folder);
	return () => Promise.all(names.map(async name => (await readFile(join(folder, name), 'utf8')).trimEnd()));
}

async function replaceAll(dataset: Dataset, line: string): Promise<Part> {
	const part = await staged(dataset, line);
	await dataset.commit({...change, add: [part], remove: dataset.last?.parts ?? []});
	return part;
}

async function folders({layout}: Dataset): Promise<string[]> {
	return (await dataFolders(layout)).map(path => basename(path)).sort();
}

test('a reader that has listed the files opens them after a switch, and in the next runs', async () => {
	await using folder = await temporaryFolder();
	const dataset = await open(folder.path);
	await replaceAll(dataset, 'one');
	const read = await listed(folder.path);
	await replaceAll(dataset, 'two');
	deepEqual(await read(), ['one']);
	deepEqual(await lines(folder.path), ['two']);
	await dataset.close();
	const next = await open(folder.path);
	await next.commit({...change, add: [await staged(next, 'three')]});
	await next.close();
	deepEqual(await read(), ['one']);
	deepEqual(await lines(folder.path), ['three', 'two']);
});

test('with a grace period of 0 what readers saw before goes at once, also where it was longer before', async () => {
	await using folder = await temporaryFolder();
	const dataset = await open(folder.path, 60_000);
	for (const line of ['one', 'two']) await replaceAll(dataset, line);
	const read = await listed(folder.path);
	await dataset.close();
	const next = await open(folder.path, 0);
	equal((await folders(next)).length, 1);
	await replaceAll(next, 'three');
	await rejects(read, {code: 'ENOENT'});
	equal((await folders(next)).length, 1);
	await next.close();
});

test('at most five folders stay that readers saw before', async () => {
	await using folder = await temporaryFolder();
	const dataset = await open(folder.path);
	for (let commit = 1; commit <= 9; commit++) await replaceAll(dataset, `line ${commit}`);
	deepEqual(
		await folders(dataset),
		[4, 5, 6, 7, 8, 9].map(number => basename(dataFolder(dataset.layout, number))),
	);
	await dataset.close();
});

test('a folder stays until its time is over, and no longer than the config says by a clock that was wrong', () => {
	const minutes = (count: number): number => count * 60_000;
	const retired = retiredAfter({data: 7}, 8, minutes(1), 0);
	deepEqual(retired, [{data: 7, until: '1970-01-01T00:01:00.000Z'}]);
	const commit = {data: 8, retired};
	equal(isRetired(commit, 7, undefined, minutes(0.9)), true);
	equal(isRetired(commit, 7, undefined, minutes(1)), false);
	equal(isRetired(commit, 7, minutes(1), minutes(-10)), false);
	equal(isRetired(commit, 6, undefined, 0), false);
	deepEqual(retiredAfter(commit, 8, minutes(1), minutes(2)), []);
});

test('who takes over from a process that died before the switch leaves readers what they see', async () => {
	await using folder = await temporaryFolder();
	const dead = await open(folder.path);
	await replaceAll(dead, 'one');
	const link = join(folder.path, 'contacts');
	const read = await listed(folder.path);
	await rename(link, `${link}-before`);
	await replaceAll(dead, 'two');
	// The record of the second commit is there, and the link as it was.
	await rename(`${link}-before`, link);
	await buryAlive(dead);
	const next = await open(folder.path);
	deepEqual(await lines(folder.path), ['two']);
	deepEqual(await read(), ['one']);
	await next.close();
});

test('gc leaves a folder to its readers, and says until when', async () => {
	await using folder = await temporaryFolder();
	const dataset = await open(folder.path);
	for (const line of ['one', 'two']) await replaceAll(dataset, line);
	await dataset.close();
	const {files, keptUntil} = await removeGarbage(dataset.layout, 'gc');
	equal(files.size, 0);
	equal(keptUntil, dataset.last?.retired?.[0]?.until);
	ok(keptUntil !== undefined);
	equal((await folders(dataset)).length, 2);
});

test('one part in each of many partitions is added beside those that are there', async () => {
	await using folder = await temporaryFolder();
	const dataset = await open(folder.path);
	const inFolder = async (day: number): Promise<Part> =>
		staged(dataset, `day ${day}`, {path: `contacts/day=${day}`});
	await dataset.commit({...change, add: [await inFolder(1), await inFolder(2)]});
	await dataset.commit({...change, add: [await inFolder(1), await inFolder(3)]});
	equal(dataset.last?.data, 1);
	deepEqual(await lines(folder.path), ['day 1', 'day 1', 'day 2', 'day 3']);
	await dataset.commit({...change, add: [await inFolder(4), await inFolder(4)]});
	equal(dataset.last?.data, 3, 'two in one folder appear at once');
	await dataset.close();
});
