import {deepEqual, equal, match} from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {readFile, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {audit} from '../../src/state/audit.ts';
import {type Commit, type Part, parseCommit, serializeCommit} from '../../src/state/commit.ts';
import {lastCommit} from '../../src/state/commits/commit-log.ts';
import {type Change, type Dataset, openDataset} from '../../src/state/dataset.ts';
import {temporaryFolder} from '../helpers/folder.ts';

const {signal} = new AbortController();

async function staged(dataset: Dataset, name: string, text: string): Promise<Part> {
	const path = `things/${name}.jsonl`;
	await writeFile(dataset.stage(path), text);
	const sha256 = createHash('sha256').update(text).digest('hex');
	return {
		path,
		table: 'things',
		kind: 'rows',
		resource: 'things',
		run: 'r',
		rows: 1,
		bytes: text.length,
		sha256,
	};
}

/** A dataset of five commits, the third of which takes away what the first added. */
async function withLog(root: string): Promise<Dataset> {
	const dataset = await openDataset({root, name: 'things', writer: 'w'});
	const commit = (change: Partial<Change>): Promise<Commit> =>
		dataset.commit({resource: 'things', run: 'r', ...change});
	const first = await staged(dataset, 'a', '{}\n');
	await commit({add: [first]});
	await commit({add: [await staged(dataset, 'b', '{"b":1}\n')]});
	await commit({remove: [first]});
	await commit({pending: [await staged(dataset, 'c', '{"c":1}\n')]});
	await commit({add: [await staged(dataset, 'd', '{"d":1}\n')]});
	return dataset;
}

async function problemsOf({layout}: Dataset, rows = 1): Promise<string[]> {
	const commit = await lastCommit(layout);
	const {problems} = await audit(layout, commit as Commit, {
		signal,
		countRows: async () => rows,
		isData: name => name.endsWith('.jsonl'),
	});
	return problems.map(problem => problem.replaceAll(layout.root, 'out'));
}

test('what was committed is as it was committed, pending parts too', async () => {
	await using folder = await temporaryFolder();
	const dataset = await withLog(folder.path);
	deepEqual(await problemsOf(dataset), []);
	const recounted = await problemsOf(dataset, 2);
	deepEqual(recounted, [
		'out/things/b.jsonl: has 2 rows, where the log says 1',
		'out/things/d.jsonl: has 2 rows, where the log says 1',
		'out/.sluice/things/pending/things+c.jsonl.part: has 2 rows, where the log says 1',
	]);
	await rm(join(dataset.layout.pending, 'things+c.jsonl.part'));
	deepEqual(await problemsOf(dataset), ['out/.sluice/things/pending/things+c.jsonl.part: gone, with 1 row']);
	await dataset.close();
});

test('a record that is gone from the middle leaves a gap; those that were pruned do not', async () => {
	await using folder = await temporaryFolder();
	const dataset = await withLog(folder.path);
	const record = (version: number): string =>
		join(dataset.layout.log, `${String(version).padStart(12, '0')}.json`);
	await rm(record(1));
	deepEqual(await problemsOf(dataset), []);
	await rm(record(3));
	deepEqual(await problemsOf(dataset), [
		'out/.sluice/things/log/000000000004.json: no record stands between it and 000000000002.json',
	]);
	await dataset.close();
});

test('a record that does not follow from the one before it is told, though its seal is right', async () => {
	await using folder = await temporaryFolder();
	const dataset = await withLog(folder.path);
	const path = join(dataset.layout.log, '000000000002.json');
	const commit = parseCommit(await readFile(path, 'utf8'), path);
	await writeFile(path, serializeCommit({...commit, parts: commit.parts.slice(0, 1)}));
	const [problem = '', ...others] = await problemsOf(dataset);
	match(problem, /^out\/\.sluice\/things\/log\/000000000002\.json: its parts are not those before it/);
	equal(others.length, 1, 'nor does the third follow from it');
	await writeFile(path, serializeCommit({...commit, version: 9}));
	match((await problemsOf(dataset))[0] ?? '', /000000000002\.json: says that it is 000000000009\.json$/);
	await dataset.close();
});
