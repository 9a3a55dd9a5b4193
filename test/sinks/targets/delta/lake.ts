/** A Delta lake in a folder: runs of Sluice, steps of other programs, and readers that go by the log alone. */
import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {pipeline} from 'node:stream/promises';
import {datasetSink} from '../../../../sinks/dataset/dataset-sink.ts';
import type {Partitioner} from '../../../../sinks/dataset/folders/partition.ts';
import {deltaLog} from '../../../../sinks/targets/delta/delta-log.ts';
import {deltaFormat} from '../../../../sinks/targets/delta/format.ts';
import {folderStore} from '../../../../sinks/targets/store/folder.ts';
import {openStoreTarget} from '../../../../sinks/targets/store/target.ts';
import type {JsonRecord, Page} from '../../../../src/core/page.ts';
import type {Column} from '../../../../src/core/schema/schema.ts';
import {sink} from '../../../../src/core/stage.ts';
import type {Disposition} from '../../../../src/state/commit.ts';
import {beginRun, runName} from '../../../../src/state/resume.ts';
import type {Store} from '../../../../src/state/store.ts';
import {query} from '../../../helpers/duckdb.ts';
import {temporaryFolder} from '../../../helpers/folder.ts';

export interface RunOfRows {
	readonly columns?: readonly Column[];
	readonly disposition?: Disposition;
	readonly partition?: Partitioner;
	/** With another one, an unfinished run starts over. */
	readonly definition?: string;
	/** @default [rows]: a commit follows each page */
	readonly pages?: readonly (readonly JsonRecord[])[];
	/** Ends after so many pages, as if it were killed. */
	readonly diesAfter?: number;
	readonly store?: Store;
}

export interface DeltaAction {
	readonly add?: {
		path: string;
		stats?: string;
		partitionValues: {[name: string]: string | null};
		size: number;
	};
	readonly remove?: {path: string};
	readonly metaData?: {schemaString: string; partitionColumns: string[]};
	readonly protocol?: object;
	readonly txn?: {appId: string; version: number};
}

export const idAndValue: readonly Column[] = [
	{name: 'id', type: 'bigint', nullable: true},
	{name: 'v', type: 'bigint', nullable: true},
];

export async function newLake() {
	const folder = await temporaryFolder();
	const spool = join(folder.path, 'spool');
	await mkdir(spool);
	return new Lake(join(folder.path, 'lake'), spool, () => folder[Symbol.asyncDispose]());
}

export class Lake {
	readonly root: string;
	readonly table: string;
	readonly store: Store;
	readonly #spool: string;
	readonly #remove: () => Promise<void>;

	constructor(root: string, spool: string, remove: () => Promise<void>, table = 'things') {
		this.root = root;
		this.table = join(root, table);
		this.store = folderStore(root);
		this.#spool = spool;
		this.#remove = remove;
	}

	[Symbol.asyncDispose](): Promise<void> {
		return this.#remove();
	}

	open(store = this.store) {
		const options = {name: 'things', writer: runName(new Date()), spool: this.#spool};
		return openStoreTarget({...options, store, tables: deltaLog(store, 'things')});
	}

	async run(rows: readonly JsonRecord[], options: RunOfRows = {}): Promise<void> {
		const {columns = idAndValue, disposition = 'append', definition = '', partition, diesAfter} = options;
		const pages = options.pages ?? [rows];
		const target = await this.open(options.store);
		try {
			const begun = await beginRun(target, {resource: 'things', disposition, definition});
			const from = begun.how === 'resumed' ? begun.progress.pages : 0;
			const destination = datasetSink({
				dataset: target,
				run: begun,
				resource: 'things',
				table: 'things',
				format: deltaFormat,
				checkpoint: {rows: 1},
				...(partition && {partition}),
				...(disposition === 'merge' && {merge: {key: ['id']}}),
			});
			const schema = {columns};
			async function* source(): AsyncGenerator<Page> {
				for (const [number, records] of pages.entries()) {
					if (number === diesAfter) throw new Error('the process was killed');
					const cursor = number + 1 < pages.length ? number + 1 : null;
					if (number >= from) yield {resource: 'things', number, records, schema, cursor};
				}
			}
			await pipeline(source(), sink(destination));
		} finally {
			await target.close();
		}
	}

	async entries(): Promise<DeltaAction[][]> {
		const log = join(this.table, '_delta_log');
		const names = (await readdir(log)).filter(name => /^\d+\.json$/.test(name)).sort();
		return Promise.all(
			names.map(async name =>
				(await readFile(join(log, name), 'utf8'))
					.trim()
					.split('\n')
					.map(line => JSON.parse(line) as DeltaAction),
			),
		);
	}

	/** The files of the table by its log. */
	async live(): Promise<NonNullable<DeltaAction['add']>[]> {
		const files = new Map<string, NonNullable<DeltaAction['add']>>();
		for (const actions of await this.entries()) {
			for (const {remove} of actions) if (remove) files.delete(decodeURIComponent(remove.path));
			for (const {add} of actions) if (add) files.set(decodeURIComponent(add.path), add);
		}
		return [...files.values()];
	}

	/** The pairs of id and v that a reader finds, in order. */
	async pairs(): Promise<number[][]> {
		const files = (await this.live()).map(({path}) => `'${join(this.table, decodeURIComponent(path))}'`);
		if (files.length === 0) return [];
		const found = await query(
			`select id::varchar id, v::varchar v from read_parquet([${files.join(', ')}], union_by_name = true)
				order by id::bigint, v::double`,
		);
		return found.map(({id, v}) => [Number(id), Number(v)]);
	}

	/** Adds an entry as another program does. */
	async commit(actions: readonly object[]): Promise<void> {
		const version = (await this.entries()).length;
		const text = actions.map(action => `${JSON.stringify(action)}\n`).join('');
		const name = `${String(version).padStart(20, '0')}.json`;
		await writeFile(join(this.table, '_delta_log', name), text, {flag: 'wx'});
	}

	/** A file of another program with the rows of a query, and its action. */
	async foreignFile(
		sql: string,
		{name = 'part-00000-c000.zstd.parquet', isNew = true} = {},
	): Promise<object> {
		const path = join(this.table, name);
		await query(`copy (${sql}) to '${path}' (format parquet, compression snappy)`);
		const [{n = 0} = {}] = await query(`select count(*)::int n from read_parquet('${path}')`);
		const size = (await readFile(path)).length;
		const stats = JSON.stringify({numRecords: Number(n)});
		return {add: {path: name, partitionValues: {}, size, modificationTime: 1, dataChange: isNew, stats}};
	}

	/** What an `optimize` of another program does: all rows in one file. */
	async optimize(name = 'part-00001-c000.snappy.parquet'): Promise<void> {
		const live = await this.live();
		const files = live.map(({path}) => `'${join(this.table, decodeURIComponent(path))}'`);
		const add = await this.foreignFile(
			`select * from read_parquet([${files.join(', ')}], union_by_name = true)`,
			{
				name,
				isNew: false,
			},
		);
		const removes = live.map(({path, size}) => ({
			remove: {path, size, deletionTimestamp: Date.now(), dataChange: false},
		}));
		await this.commit([...removes, add]);
	}
}
