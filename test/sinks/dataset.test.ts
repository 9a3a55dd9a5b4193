import {deepEqual, equal, match, rejects, throws} from 'node:assert/strict';
import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {type DatasetOptions, dataset} from '../../sinks/dataset.ts';
import {jsonlFormat} from '../../sinks/formats/jsonl/format.ts';
import type {Page} from '../../src/core/page.ts';
import {pipeline} from '../../src/core/pipeline.ts';
import {normalize} from '../../transforms/normalize.ts';
import {query} from '../helpers/duckdb.ts';
import {temporaryFolder} from '../helpers/folder.ts';
import {breakingOff, pagesOf} from './pages.ts';

const write = (root: string, ids: readonly number[], options: DatasetOptions = {}) =>
	pipeline(pagesOf(ids.map(id => ({id}))), dataset(root, 'things', {format: jsonlFormat, ...options}));

async function idsIn(root: string): Promise<unknown[]> {
	const found = await query(`select id::int as id from '${root}/things/*.jsonl' order by id`);
	return found.map(({id}) => id);
}

test('append adds a part, replace puts one in the place of all', async () => {
	await using folder = await temporaryFolder();
	const first = await write(folder.path, [1]);
	await write(folder.path, [2, 3]);
	deepEqual(await idsIn(folder.path), [1, 2, 3]);
	deepEqual([first.written, first.bytesWritten], [1, 9]);
	const names = await readdir(join(folder.path, 'things'));
	equal(names.length, 2);
	match(names[0] ?? '', /^\d{8}T\d{6}Z-[0-9a-f]{7}-00001\.jsonl$/);
	await write(folder.path, [4], {disposition: 'replace'});
	deepEqual(await idsIn(folder.path), [4]);
});

test('of a run that fails nothing is seen, what was there stays, and the next one can write', async () => {
	await using folder = await temporaryFolder();
	await write(folder.path, [1]);
	for (const disposition of ['append', 'replace'] as const) {
		const failing = pipeline(
			breakingOff([{id: 2}]),
			dataset(folder.path, 'things', {format: jsonlFormat, disposition}),
		);
		await rejects(failing, /broken off/);
		deepEqual(await idsIn(folder.path), [1]);
	}
	await write(folder.path, [3]);
	deepEqual(await idsIn(folder.path), [1, 3]);
	deepEqual(await readdir(join(folder.path, '.sluice/things/staging')), []);
});

test('two cannot write at once', async () => {
	await using folder = await temporaryFolder();
	let second: Promise<unknown> | undefined;
	async function* pages(): AsyncGenerator<Page> {
		yield* pagesOf([{id: 1}], [{id: 2}]);
		second = write(folder.path, [3]);
		await rejects(second, /^StateError: things: is being written by process \d+ on /);
		yield* pagesOf([{id: 4}]);
	}
	await pipeline(pages(), dataset(folder.path, 'things', {format: jsonlFormat}));
	deepEqual(await idsIn(folder.path), [1, 2, 4]);
});

test('lists get tables of their own, and what was refused a folder', async () => {
	await using folder = await temporaryFolder();
	const [page] = pagesOf([{id: 1}]);
	const rejections = [{record: {id: 2}, reason: 'no', page: 0, index: 1}];
	const tables = [{resource: 'things__tags', number: 0, records: [{value: 'a'}]}];
	const summary = await pipeline(
		[{...(page as Page), resource: 'somewhere', rejections, tables}],
		dataset(folder.path, 'things', {format: jsonlFormat}),
	);
	equal(summary.rejected, 1);
	const [tags = ''] = await readdir(join(folder.path, 'things__tags'));
	equal(await readFile(join(folder.path, 'things__tags', tags), 'utf8'), '{"value":"a"}\n');
	const [refused = ''] = await readdir(join(folder.path, 'things/_rejects'));
	match(await readFile(join(folder.path, 'things/_rejects', refused), 'utf8'), /"reason":"no"/);
	await rejects(
		pipeline(
			[{...(page as Page), rejections}],
			dataset(folder.path, 'things', {format: jsonlFormat, maxRejects: 0}),
		),
		/1 rows? rejected, more than the 0/,
	);
	deepEqual(await idsIn(folder.path), [1]);
});

test('Parquet is what it writes when nobody says otherwise', async () => {
	await using folder = await temporaryFolder();
	await pipeline(pagesOf([{id: 1}, {id: 2}]), normalize(), dataset(folder.path, 'things'));
	deepEqual(await query(`select count(*)::int as n from '${folder.path}/things/*.parquet'`), [{n: 2}]);
});

test('merge without a key is refused at once', () => {
	throws(
		() => dataset('out', 'things', {disposition: 'merge'}),
		/^ConfigError: dataset things: .* needs a key/,
	);
});
