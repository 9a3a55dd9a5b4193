/** Stores for tests: one that dies at a given request, and readers of what is there. */
import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {pipeline} from 'node:stream/promises';
import {datasetSink} from '../../../sinks/dataset/dataset-sink.ts';
import {parquetFormat} from '../../../sinks/formats/parquet/format.ts';
import {deltaLog} from '../../../sinks/targets/delta/delta-log.ts';
import {openStoreTarget} from '../../../sinks/targets/store/target.ts';
import type {JsonRecord, Page} from '../../../src/core/page.ts';
import {sink, transform} from '../../../src/core/stage.ts';
import type {Disposition} from '../../../src/state/commit.ts';
import {beginRun, runName} from '../../../src/state/resume.ts';
import type {Store} from '../../../src/state/store.ts';
import type {Target} from '../../../src/state/target.ts';
import {tables} from '../../../transforms/tables.ts';
import {query} from '../../helpers/duckdb.ts';

/** Reaches the store no more from its n-th change on; of that one, `isDone` says whether it still happens. */
export function dyingStore(store: Store, at: number, isDone: boolean): Store & {readonly changes: number} {
	let changes = 0;
	async function change<T>(work: () => Promise<T>): Promise<T> {
		changes++;
		if (changes < at) return work();
		if (changes === at && isDone) await work();
		throw new Error('the process was killed');
	}
	return {
		location: store.location,
		get changes() {
			return changes;
		},
		get: key => store.get(key),
		list: (prefix, after) => store.list(prefix, after),
		download: (key, file) => store.download(key, file),
		putNew: (key, body) => change(() => store.putNew(key, body)),
		put: (key, body) => change(() => store.put(key, body)),
		read: (key, from, length) => store.read(key, from, length),
		upload: (key, file) => change(() => store.upload(key, file)),
		remove: keys => change(() => store.remove(keys)),
		close: () => store.close(),
	};
}

export interface RunOptions {
	readonly spool: string;
	readonly disposition: Disposition;
	/** Five pages of two rows each, for example. */
	readonly pages: readonly (readonly JsonRecord[])[];
	readonly isDelta?: boolean;
}

export function open(store: Store, spool: string, isDelta = false): Promise<Target> {
	const log = isDelta ? {tables: deltaLog(store, 'things')} : {};
	return openStoreTarget({store, name: 'things', writer: runName(new Date()), spool, ...log});
}

/** One run as `sluice run` does it: a commit after each page, and it goes on where the last one ended. */
export async function run(store: Store, {spool, disposition, pages, isDelta}: RunOptions): Promise<void> {
	const target = await open(store, spool, isDelta);
	try {
		await runInto(target, {disposition, pages});
	} finally {
		await target.close();
	}
}

export async function runInto(
	target: Target,
	{disposition, pages}: Pick<RunOptions, 'disposition' | 'pages'>,
): Promise<void> {
	const begun = await beginRun(target, {resource: 'things', disposition, definition: ''});
	const from = begun.how === 'resumed' ? begun.progress.pages : 0;
	const destination = datasetSink({
		dataset: target,
		run: begun,
		resource: 'things',
		table: 'things',
		format: parquetFormat({timeAs: 'text'}),
		checkpoint: {rows: 1},
		...(disposition === 'merge' && {merge: {key: ['id'], parentKey: ['_things_id']}}),
	});
	const {main, lists} = tables(undefined, {
		table: 'things',
		primaryKey: 'id',
		previous: begun.schemas,
		lists: new Map(Object.entries(target.last?.lists ?? {})),
	});
	async function* source(): AsyncGenerator<Page> {
		for (const [number, records] of pages.entries())
			if (number >= from)
				yield {resource: 'things', number, records, cursor: number + 1 < pages.length ? number + 1 : null};
	}
	await pipeline(source(), transform('main', main), transform('lists', lists), sink(destination));
}

/** The rows that a reader of the Delta table finds, by the rules of its log. */
export async function deltaRows(root: string, table = 'things'): Promise<unknown[]> {
	const log = join(root, table, '_delta_log');
	const files = new Set<string>();
	for (const name of (await readdir(log)).filter(each => each.endsWith('.json')).sort())
		for (const line of (await readFile(join(log, name), 'utf8')).trim().split('\n')) {
			const {add, remove} = JSON.parse(line) as {add?: {path: string}; remove?: {path: string}};
			if (add) files.add(add.path);
			if (remove) files.delete(remove.path);
		}
	return rowsIn([...files].map(path => join(root, table, decodeURIComponent(path))));
}

/** The rows of all files in the folder of a table. */
export async function globRows(root: string, table = 'things'): Promise<unknown[]> {
	const names = await readdir(join(root, table));
	return rowsIn(names.filter(name => name.endsWith('.parquet')).map(name => join(root, table, name)));
}

async function rowsIn(files: readonly string[]): Promise<unknown[]> {
	if (files.length === 0) return [];
	const list = files.map(file => `'${file}'`).join(', ');
	const found = await query(`select * from read_parquet([${list}], union_by_name = true)`);
	const rows = found.map(({id, v, _things_id: owner, value}) => [Number(id ?? owner), Number(v ?? value)]);
	return rows.sort((one, other) => (one[0] ?? 0) - (other[0] ?? 0) || (one[1] ?? 0) - (other[1] ?? 0));
}
