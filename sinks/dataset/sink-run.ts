/** The data that all steps of writing one resource into a dataset share. */
import type {Counts} from '../../src/core/stage.ts';
import type {Part} from '../../src/state/commit.ts';
import {type RunColumns, runColumns} from './columns/run-columns.ts';
import {type OpenParts, openParts} from './parts/open-parts.ts';
import {endingOf, type PartMaker, partMaker} from './parts/parts.ts';
import type {DatasetReport, DatasetSinkOptions} from './sink-options.ts';

export class SinkRun {
	readonly options: DatasetSinkOptions;
	readonly report: DatasetReport = {drift: [], rewritten: []};
	readonly counts: Partial<Counts>;
	readonly maker: PartMaker;
	/** Parts that are being written. */
	readonly open: OpenParts;
	readonly columns: RunColumns;
	/**
	 * The run replaces all rows of its tables. Rows of other resources in the same table keep their columns.
	 */
	readonly isAnew: boolean;
	readonly #stop = new AbortController();

	constructor(options: DatasetSinkOptions) {
		const {dataset, run, resource, format, table, onSchemaChange = 'rewrite', warn = () => {}} = options;
		this.options = options;
		this.counts = options.counts ?? {};
		this.maker = partMaker({dataset, resource, run: run.progress.run, named: run.progress.parts});
		this.open = openParts(this.maker);
		const isShared = (dataset.last?.parts ?? []).some(
			part => part.kind === 'rows' && part.rows > 0 && !this.isMine(part) && this.isReadable(part),
		);
		const isReplaced = run.progress.disposition === 'replace';
		this.isAnew = isReplaced && run.parts.length === 0 && !isShared;
		this.columns = runColumns({
			...{dataset, resource, format, run, table, onSchemaChange, warn},
			isAnew: this.isAnew,
			before: run.schemas,
			isKept: !isReplaced || isShared,
			tell: changes => {
				this.report.drift.push(...changes);
				options.onDrift?.(changes);
			},
		});
	}

	/** Aborts when the sink is discarded. */
	get signal(): AbortSignal {
		return this.#stop.signal;
	}

	stop(reason: Error): void {
		this.#stop.abort(reason);
	}

	/**
	 * Whether a part belongs to this resource. A replacement has only its own parts, and is compared with the
	 * earlier ones at its end.
	 */
	isMine(part: Part): boolean {
		return part.resource === this.options.resource;
	}

	/**
	 * Whether a part can be read. Rows of other resources in another format are about to be replaced by the
	 * same command.
	 */
	isReadable({kind, path}: Part): boolean {
		return kind !== 'rows' || endingOf(path) === this.options.format.extension;
	}

	/** The parts that readers see. */
	visible(): readonly Part[] {
		return this.options.dataset.last?.parts ?? [];
	}
}

/** The sum of the rows, or the bytes, of parts. */
export function sumOf(parts: readonly Part[], what: 'rows' | 'bytes' = 'rows'): number {
	return parts.reduce((total, part) => total + part[what], 0);
}
