/** Writes the rows of one stream into its dataset. */
import {datasetSink} from '../../../sinks/dataset/dataset-sink.ts';
import type {DatasetSink} from '../../../sinks/dataset/sink-options.ts';
import {type FileFormat, withoutOf} from '../../../sinks/formats/format.ts';
import {type Normalizer, normalizePages} from '../../../transforms/normalize.ts';
import {StateError} from '../../core/errors.ts';
import {boundedName, safeName} from '../../core/files/file-name.ts';
import type {JsonValue} from '../../core/json/json.ts';
import type {JsonRecord} from '../../core/page.ts';
import type {SchemaDefinition} from '../../core/schema/schema.ts';
import type {Warn} from '../../core/warning.ts';
import type {Disposition} from '../../state/commit.ts';
import {type Dataset, openDataset} from '../../state/dataset.ts';
import {beginRun, runName} from '../../state/resume.ts';
import {asState, isSameState, type Mark, markIn} from './mark.ts';

export interface StreamOptions {
	readonly root: string;
	readonly stream: string;
	readonly key: readonly string[];
	/** Types of columns, in the form of `columns` of a config. */
	readonly columns: object;
	readonly hardDelete: string | undefined;
	readonly format: FileFormat;
	/** The version of the rows, if the tap sends one. */
	readonly version: JsonValue | undefined;
	/** The mark of a commit that is ahead of the state from which the tap goes on. */
	readonly ahead: Mark | undefined;
	readonly warn: Warn;
}

const MOST_ROWS = 1000;
/** Each checkpoint of all streams is a commit of each. */
const AT_ONCE = {rows: 1, bytes: 1, ms: 0};

export class StreamWriter {
	readonly stream: string;
	readonly disposition: Disposition;
	readonly version: JsonValue | undefined;
	rows = 0;
	/** Whether rows came since the last commit. */
	isDirty = false;
	readonly #options: StreamOptions;
	readonly #dataset: Dataset;
	readonly #sink: DatasetSink;
	#normalizer: Normalizer;
	#records: JsonRecord[] = [];
	#number: number;
	/** Rows up to this state are there already. */
	#skipsTo: Mark | undefined;

	private constructor(
		options: StreamOptions,
		parts: {
			dataset: Dataset;
			sink: DatasetSink;
			normalizer: Normalizer;
			disposition: Disposition;
			number: number;
		},
	) {
		this.stream = options.stream;
		this.version = options.version;
		this.disposition = parts.disposition;
		this.#options = options;
		this.#dataset = parts.dataset;
		this.#sink = parts.sink;
		this.#normalizer = parts.normalizer;
		this.#number = parts.number;
		this.#skipsTo = parts.disposition === 'append' ? options.ahead : undefined;
	}

	static async open(options: StreamOptions): Promise<StreamWriter> {
		const {root, stream, key, format, hardDelete, version, warn} = options;
		const table = boundedName(safeName(stream));
		const dataset = await openDataset({root, name: table, writer: runName(new Date())});
		try {
			const before = dataset.last?.progress.get(stream);
			const known = markIn(before?.state)?.version;
			const isOther = version !== undefined && known !== undefined && !isSameState(version, known);
			const usual = key.length > 0 ? 'merge' : 'append';
			// An unfinished run goes on as it began: begun anew, it would lose rows that the tap does not send again.
			const unfinished = before && !before.isFinished ? before.disposition : undefined;
			const disposition = isOther ? 'replace' : (unfinished ?? usual);
			if (disposition === 'merge') withoutOf(format, stream);
			const run = await beginRun(dataset, {resource: stream, disposition, definition: 'singer'});
			const sink = datasetSink({
				...{dataset, run, resource: stream, table, format, warn},
				checkpoint: AT_ONCE,
				allowEmpty: true,
				...(disposition === 'merge' && {merge: {key, ...(hardDelete !== undefined && {hardDelete})}}),
			});
			const previous =
				disposition === 'replace' && run.how !== 'resumed' ? undefined : run.schemas.get(table);
			const normalizer = normalizerFor(options, previous);
			return new StreamWriter(options, {dataset, sink, normalizer, disposition, number: run.progress.pages});
		} catch (error) {
			await dataset.close();
			throw error;
		}
	}

	/** Another SCHEMA message: columns that are there stay. */
	async declare(columns: object): Promise<void> {
		await this.#flush();
		this.#normalizer = normalizerFor({...this.#options, columns}, this.#normalizer.schema());
	}

	async add(record: JsonRecord): Promise<void> {
		if (this.#skipsTo) return;
		this.rows++;
		this.isDirty = true;
		if (this.#records.push(record) >= MOST_ROWS) await this.#flush();
	}

	/** A STATE message came: rows from here on may be new. */
	reached(state: JsonValue): void {
		if (this.#skipsTo && isSameState(this.#skipsTo.state, state)) this.#skipsTo = undefined;
	}

	/** Makes all rows durable, together with the mark. */
	async commit(mark: Mark): Promise<void> {
		await this.#flush();
		await this.#sink.write({
			...{resource: this.stream, number: this.#number++, records: []},
			cursor: mark.number,
			state: asState({...mark, ...(this.version !== undefined && {version: this.version})}),
		});
		this.isDirty = false;
	}

	/** The rows become visible, all of them. */
	async close(): Promise<void> {
		if (this.#skipsTo)
			throw new StateError(
				`${this.stream}: the tap did not come to the state of the last commit again, so rows would be ` +
					'lost or doubled; run it once more with that state, or give the stream key_properties',
			);
		await this.#flush();
		await this.#sink.close();
		await this.#dataset.close();
	}

	async discard(error: Error): Promise<void> {
		try {
			await this.#sink.discard?.(error);
		} finally {
			await this.#dataset.close();
		}
	}

	/** Rows that are in no commit yet go out as one page. */
	async #flush(): Promise<void> {
		if (this.#records.length === 0) return;
		const records = this.#records;
		this.#records = [];
		const page = {resource: this.stream, number: this.#number++, records};
		await this.#sink.write(this.#normalizer.page(page));
	}
}

function normalizerFor(
	{columns, key, hardDelete}: StreamOptions,
	previous: ReturnType<Normalizer['schema']> | undefined,
): Normalizer {
	const declared = Object.entries(columns).map(
		([name, type]) => [name, typeof type === 'string' ? {data_type: type} : type] as const,
	);
	return normalizePages({columns: Object.fromEntries(declared)} as SchemaDefinition, {
		...(key.length > 0 && {primaryKey: key}),
		...(key.length > 0 && hardDelete !== undefined && {hardDelete}),
		...(previous && {previous}),
	});
}
