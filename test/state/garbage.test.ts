import {deepEqual, equal, rejects} from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {link, mkdir, readFile, rename, writeFile} from 'node:fs/promises';
import {basename, join} from 'node:path';
import {test} from 'node:test';
import type {Part} from '../../src/state/commit.ts';
import {KEPT_RECORDS, listVersions} from '../../src/state/commits/commit-log.ts';
import {type Dataset, openDataset} from '../../src/state/dataset.ts';
import {dataFolder, stagedName} from '../../src/state/folders/layout.ts';
import {removeGarbage} from '../../src/state/garbage.ts';
import {temporaryFolder} from '../helpers/folder.ts';

async function committed(root: string): Promise<{dataset: Dataset; part: Part; file: string}> {
	const dataset = await openDataset({root, name: 'things', writer: 'first'});
	const text = '{"id":1}\n';
	const path = 'things/20260101T000000Z-0000-00001.jsonl';
	await writeFile(dataset.stage(path), text);
	const sha256 = createHash('sha256').update(text).digest('hex');
	const part: Part = {
		path,
		table: 'things',
		kind: 'rows',
		resource: 'things',
		run: 'r',
		rows: 1,
		bytes: text.length,
		sha256,
	};
	await dataset.commit({resource: 'things', run: 'r', add: [part]});
	return {dataset, part, file: await dataset.fetch(part)};
}

test('a part whose commit was broken off is brought to its place, and not counted as removed', async () => {
	await using folder = await temporaryFolder();
	const {dataset, part, file} = await committed(folder.path);
	await dataset.close();
	const {layout} = dataset;
	const dead = join(layout.staging, 'dead');
	await mkdir(dead);
	await rename(file, stagedName(dead, part.path));
	await writeFile(join(dead, 'things+other.jsonl.part'), 'x'.repeat(100));
	const {files, bytes} = await removeGarbage(layout, 'second');
	deepEqual([[...files], bytes], [[['staged by processes that died', 1]], 100]);
	equal(await readFile(file, 'utf8'), '{"id":1}\n');
	equal((await removeGarbage(layout, 'third')).files.size, 0);
});

test('a file that old folders share is counted once, one that is still in use not at all', async () => {
	await using folder = await temporaryFolder();
	const {dataset, file} = await committed(folder.path);
	await dataset.close();
	const {layout} = dataset;
	const [one, other] = [dataFolder(layout, 7), dataFolder(layout, 8)];
	for (const old of [one, other]) await mkdir(old);
	await writeFile(join(one, 'x.jsonl'), 'x'.repeat(100));
	await link(join(one, 'x.jsonl'), join(other, 'x.jsonl'));
	await link(file, join(other, basename(file)));
	const {files, bytes} = await removeGarbage(layout, 'second');
	deepEqual([[...files], bytes], [[['of earlier commits', 2]], 100]);
});

test('records beyond the last hundred go', async () => {
	await using folder = await temporaryFolder();
	const {dataset} = await committed(folder.path);
	for (let i = 0; i < KEPT_RECORDS; i++) await dataset.commit({resource: 'things', run: 'r'});
	await dataset.close();
	const {log} = dataset.layout;
	deepEqual([(await listVersions(log)).at(0), (await listVersions(log)).length], [2, KEPT_RECORDS]);
	await writeFile(join(log, '000000000001.json'), 'as it was when the process died before it tidied up');
	deepEqual([...(await removeGarbage(dataset.layout, 'second')).files], [['of old records', 1]]);
	equal((await listVersions(log)).at(0), 2);
});

test('a dataset that is being written is left alone', async () => {
	await using folder = await temporaryFolder();
	const {dataset} = await committed(folder.path);
	const staged = dataset.stage('things/mine.jsonl');
	await writeFile(staged, 'mine');
	await rejects(
		removeGarbage(dataset.layout, 'second'),
		/^StateError: things: is being written by process \d+/,
	);
	equal(await readFile(staged, 'utf8'), 'mine');
	await dataset.close();
});
