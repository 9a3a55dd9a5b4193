import {deepEqual, equal, ok} from 'node:assert/strict';
import {test} from 'node:test';
import {openParts} from '../../../sinks/dataset/parts/open-parts.ts';
import {type PartMaker, type PartWriter, partMaker} from '../../../sinks/dataset/parts/parts.ts';
import {parquetFormat} from '../../../sinks/formats/parquet/format.ts';
import type {Page} from '../../../src/core/page.ts';
import {openDataset} from '../../../src/state/dataset.ts';
import {query} from '../../helpers/duckdb.ts';
import {temporaryFolder} from '../../helpers/folder.ts';

const schema = {columns: [{name: 'text', type: 'text', nullable: false}]} as const;
const PAGE = 0.11;
const LARGE = 64 * 1024 ** 2;

/** Ten rows of a thousand bytes, no two of which are the same. */
function page(number: number): Page {
	const records = Array.from({length: 10}, (_, i) => ({text: `${number}, ${i}`.padEnd(1000)}));
	return {resource: 'things', number, records, schema};
}

/** Writes pages to folders of one dataset; says how full its open parts were at most, all together. */
async function written(folders: readonly string[], root: string, rowGroupBytes = 100_000) {
	const dataset = await openDataset({root, name: 'things', writer: 'a'});
	const real = partMaker({dataset, resource: 'things', run: 'run', named: 0});
	const live = new Set<PartWriter>();
	const maker: PartMaker = {
		...real,
		async writer(folder) {
			const writer = await real.writer(folder);
			live.add(writer);
			return Object.assign(Object.create(writer) as PartWriter, {
				close() {
					live.delete(writer);
					return writer.close();
				},
			});
		},
	};
	const open = openParts(maker);
	const format = parquetFormat({rowGroupBytes, compression: 'none'});
	let most = 0;
	let mostOpen = 0;
	for (const [number, name] of folders.entries()) {
		await open.write({table: 'things', path: `things/${name}`, kind: 'rows', format}, page(number));
		most = Math.max(
			most,
			[...live].reduce((sum, {fullness}) => sum + fullness, 0),
		);
		mostOpen = Math.max(mostOpen, live.size);
	}
	const parts = await open.close();
	equal(live.size, 0);
	await dataset.commit({resource: 'things', run: 'run', add: parts});
	await dataset.close();
	const [{n} = {n: 0}] = await query(`select count(*)::int as n from '${root}/things/**/*.parquet'`);
	return {parts, most, mostOpen, rows: n};
}

test('the open parts of a table hold no more in memory, all together, than one may', async () => {
	await using folder = await temporaryFolder();
	const folders = Array.from({length: 96}, (_, i) => `k=${i % 8}`);
	const {parts, most, mostOpen, rows} = await written(folders, folder.path);
	ok(most > 0.5 && most <= 1 + PAGE, `${most}`);
	ok(mostOpen > 4, `${mostOpen} are open at once`);
	equal(rows, 960);
	ok(parts.length < 48, `${parts.length} parts of 96 pages`);
});

test('a row group that was written keeps its memory, so its part makes room for others', async () => {
	await using folder = await temporaryFolder();
	// Each fills several row groups, so that what waits is little at any time.
	const folders = ['k=1', 'k=2', 'k=3'].flatMap(name => Array.from({length: 25}, () => name));
	const {parts, mostOpen, rows} = await written(folders, folder.path);
	equal(mostOpen, 1);
	deepEqual(
		parts.map(part => [part.path.slice(0, 10), part.rows]),
		[
			['things/k=1', 250],
			['things/k=2', 250],
			['things/k=3', 250],
		],
	);
	equal(rows, 750);
});

test('rows of more folders than may be open wait, and make one part a folder', async () => {
	await using folder = await temporaryFolder();
	const folders = Array.from({length: 200}, (_, i) => `k=${i % 40}`);
	const {parts, mostOpen, rows} = await written(folders, folder.path, LARGE);
	ok(mostOpen <= 16, `${mostOpen} are open at once`);
	equal(rows, 2000);
	equal(new Set(parts.map(({path}) => path)).size, parts.length);
	const waited = parts.filter(({path}) => Number(/k=(\d+)/.exec(path)?.[1]) >= 16);
	equal(waited.length, 24, 'one for each folder that waited');
});

test('what waits has a bound, and a folder whose rows come one after the other gets a part that stays open', async () => {
	await using folder = await temporaryFolder();
	const first = Array.from({length: 16}, (_, i) => `k=${i}`);
	const long = Array.from({length: 3600}, () => 'k=16');
	const {parts, rows} = await written([...first, ...long], folder.path, LARGE);
	equal(rows, 36_160);
	equal(parts.filter(({path}) => path.includes('/k=16/')).length, 1);
});
