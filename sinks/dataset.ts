/** The sink of a program's pipeline that writes a dataset. */
import type {Writable} from 'node:stream';
import {ConfigError} from '../src/core/errors.ts';
import type {JsonObject} from '../src/core/json/json.ts';
import type {Cursor, JsonRecord, Page} from '../src/core/page.ts';
import type {Need} from '../src/core/records/need.ts';
import {parentKey} from '../src/core/schema/parent-key.ts';
import type {Schema} from '../src/core/schema/schema.ts';
import {type Counts, type Sink, sink} from '../src/core/stage.ts';
import type {Disposition} from '../src/state/commit.ts';
import {type Dataset, openDataset} from '../src/state/dataset.ts';
import {beginRun, type ResumedRun, runName} from '../src/state/resume.ts';
import type {OnSchemaChange} from './dataset/columns/schema-changes.ts';
import {datasetSink} from './dataset/dataset-sink.ts';
import type {CheckpointOptions, DatasetSink} from './dataset/sink-options.ts';
import {writtenRows} from './dataset/written-rows.ts';
import {type FileFormat, withoutOf} from './formats/format.ts';
import {parquetFormat} from './formats/parquet/format.ts';

export interface DatasetOptions {
	/** The format of the files. @default parquetFormat() */
	readonly format?: FileFormat;
	/**
	 * `append` adds rows, `replace` replaces all rows, `merge` replaces the rows with the same key, together
	 * with the rows of their lists. @default 'append'
	 */
	readonly disposition?: Disposition;
	/** Columns that identify rows; `merge` needs them. */
	readonly key?: string | readonly string[];
	/**
	 * For `merge`: columns that hold the key in the rows of lists, in the order of `key`. @default as `tables()`
	 * names them: `_contacts_id`
	 */
	readonly parentKey?: string | readonly string[];
	/** After `resume()`: how much is written before it becomes durable. */
	readonly checkpoint?: CheckpointOptions;
	/**
	 * After `resume()`: a text of everything that the places of the source depend on, such as its path. With
	 * another text, an interrupted run begins again. @default ''
	 */
	readonly definition?: string;
	/** Bytes up to which files are joined. @default 128 MiB */
	readonly partBytes?: number;
	/** The most refused rows; with one more, the pipeline fails. @default any number */
	readonly maxRejects?: number;
	/**
	 * Milliseconds for which a folder stays that readers saw before; with 0 it is removed at once. @default 0
	 */
	readonly graceMs?: number;
	/**
	 * Whether Parquet files of earlier runs get the columns that were added or widened since. @default
	 * 'rewrite'
	 */
	readonly onSchemaChange?: OnSchemaChange;
}

/** Where a run of a program begins, for its source and its transforms. */
export interface ResumePlace {
	/**
	 * `resumed`: after the pages of an interrupted run. `restarted`: an interrupted run is discarded, as
	 * `definition` has changed or its files are gone.
	 */
	readonly start: 'new' | 'resumed' | 'restarted';
	/** Options of `resource()`: the place, the state of earlier runs, and the number of the first page. */
	readonly source: {readonly cursor?: Cursor; readonly state: JsonObject; readonly firstNumber?: number};
	/**
	 * Columns of earlier rows: the whole map is `previous` of `tables()`, and the schema under the name of the
	 * dataset that of `normalize()`.
	 */
	readonly schemas: ReadonlyMap<string, Schema>;
	/** The option `lists` of `tables()`: the names of the tables of lists in earlier runs. */
	readonly lists: ReadonlyMap<string, readonly string[]>;
	/**
	 * The option `previous` of `dedupe()`: keys of the rows that this run has written already. Absent when
	 * there are none.
	 */
	readonly rows?: AsyncIterable<readonly JsonRecord[]>;
}

export interface DatasetStream extends Writable {
	/**
	 * Opens the dataset and returns where its source goes on. From then on, the place after each page is stored
	 * with the rows, and a pipeline that fails keeps whole pages, after which the next run goes on. Call it
	 * before the pipeline; a stream that is not used has to be destroyed.
	 * @example const {source} = await contacts.resume();
	 * await pipeline(resource(api, {...options, ...source}), contacts);
	 */
	resume(): Promise<ResumePlace>;
}

/**
 * Writes the dataset `name` in the folder `root`, as `sluice run` does: readers glob `root/name/*.parquet`,
 * and see the rows when the pipeline has ended. Without `resume()`, they see nothing of a pipeline that
 * fails, and stored places stay as they are. No other process can write to the dataset in the meantime.
 * @example await pipeline(contacts, normalize(), dataset('out', 'contacts', {disposition: 'merge', key: 'id'}));
 */
export function dataset(root: string, name: string, options: DatasetOptions = {}): DatasetStream {
	const writer = new DatasetWriter(root, name, options);
	const stream = sink(writer);
	// A dataset that was resumed and never written to is open all the same.
	stream.once('close', () => void writer.release().catch(() => {}));
	return Object.assign(stream, {resume: () => writer.resume()});
}

class DatasetWriter implements Sink {
	readonly name: string;
	readonly counts: Partial<Counts> = {};
	private readonly root: string;
	private readonly table: string;
	private readonly options: DatasetOptions;
	private readonly format: FileFormat;
	private readonly key: readonly string[];
	private opening: Promise<void> | undefined;
	private opened:
		| {readonly dataset: Dataset; readonly run: ResumedRun; readonly sink: DatasetSink}
		| undefined;

	constructor(root: string, name: string, options: DatasetOptions) {
		this.root = root;
		this.table = name;
		this.options = options;
		this.format = options.format ?? parquetFormat();
		this.key = [options.key ?? []].flat();
		this.name = `${this.format.name} ${name}`;
		if (options.disposition !== 'merge') return;
		if (this.key.length === 0)
			throw new ConfigError(
				`dataset ${name}: the disposition merge needs a key, the columns that tell rows apart`,
			);
		withoutOf(this.format, `dataset ${name}`);
	}

	needs(): Need {
		return this.format.needs ?? 'rows';
	}

	open(): Promise<void> {
		// Without `resume()`, the source does not know where to go on, so stored places stay as they are.
		this.opening ??= this.begin({keepsState: false});
		return this.opening;
	}

	async resume(): Promise<ResumePlace> {
		if (this.opening)
			throw new ConfigError(`dataset ${this.table}: resume() comes before the first page, and once`);
		this.opening = this.begin({keepsState: true});
		await this.opening;
		if (!this.opened) throw new ConfigError(`dataset ${this.table}: it was destroyed`);
		const {dataset, run} = this.opened;
		const {cursor, state, pages} = run.progress;
		const isResumed = run.how === 'resumed' && cursor !== undefined;
		return {
			start: run.how,
			source: {state, ...(isResumed && {cursor, firstNumber: pages})},
			schemas: run.schemas,
			lists: new Map(Object.entries(dataset.last?.lists ?? {})),
			...(run.parts.length > 0 && {
				rows: writtenRows(dataset, run, this.format, this.table, this.key),
			}),
		};
	}

	async write(page: Page): Promise<void> {
		await this.opened?.sink.write({...page, resource: this.table});
	}

	// After an error here, `discard` is called.
	async close(): Promise<void> {
		await this.opened?.sink.close();
		await this.release();
	}

	async discard(error: Error): Promise<void> {
		// The pipeline may fail before the dataset is open.
		await this.opening?.catch(() => {});
		try {
			await this.opened?.sink.discard?.(error);
		} finally {
			await this.release();
		}
	}

	/** Releases the dataset, once. */
	async release(): Promise<void> {
		await this.opening?.catch(() => {});
		const {dataset} = this.opened ?? {};
		this.opened = undefined;
		await dataset?.close();
	}

	private async begin({keepsState}: {readonly keepsState: boolean}): Promise<void> {
		const {root, table, format, options, counts} = this;
		const {disposition = 'append', definition = '', checkpoint} = options;
		const {partBytes, maxRejects, graceMs = 0, onSchemaChange} = options;
		const dataset = await openDataset({root, name: table, writer: runName(new Date()), graceMs});
		try {
			const run = await beginRun(dataset, {resource: table, disposition, definition, isApart: !keepsState});
			const sink = datasetSink({
				dataset,
				run,
				resource: table,
				table,
				format,
				keepsState,
				counts,
				...(checkpoint && {checkpoint}),
				...(partBytes !== undefined && {partBytes}),
				...(maxRejects !== undefined && {maxRejects}),
				...(onSchemaChange !== undefined && {onSchemaChange}),
				...(disposition === 'merge' && {merge: {key: this.key, parentKey: this.parentKey()}}),
			});
			this.opened = {dataset, run, sink};
		} catch (error) {
			await dataset.close();
			throw error;
		}
	}

	private parentKey(): readonly string[] {
		const {parentKey: given = this.key.map(column => parentKey(this.table, column))} = this.options;
		return [given].flat();
	}
}
