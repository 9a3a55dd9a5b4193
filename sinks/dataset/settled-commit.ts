/**
 * The end of a run in a target that replaces and merges rows by itself. Of rows of the run with the same key,
 * one is chosen here, as for a folder; the target compares them with the earlier rows.
 */
import {type Part, pathsOf} from '../../src/state/commit.ts';
import type {Settle, SettledCounts, SettledMerge} from '../../src/state/settle.ts';
import {type MergeOptions, mergeRun} from './merge-run.ts';
import {refuseEmpty} from './refuse-empty.ts';
import {countDuplicates, partsOfRun, type RunEnding} from './run-ending.ts';
import {type SinkRun, sumOf} from './sink-run.ts';

export class SettledCommit {
	readonly #ending: RunEnding;
	readonly #run: SinkRun;

	constructor(ending: RunEnding) {
		this.#ending = ending;
		this.#run = ending.run;
	}

	async make(): Promise<{readonly version: number; readonly added: readonly Part[]}> {
		const {columns, counts, isAnew, options, signal} = this.#run;
		const {disposition} = options.run.progress;
		const came = await partsOfRun(this.#ending);
		const visible = this.#run.visible();
		const shown = pathsOf(visible);
		// Appended rows are in the target since their checkpoint; others have waited until now.
		const waiting = disposition === 'append' ? this.#ending.commits.fresh : came;
		const add = await this.#chosen(waiting.filter(({path}) => !shown.has(path)));
		await refuseEmpty(this.#ending, 'replaced', came, visible);
		this.#keepColumns([...came, ...(disposition === 'replace' ? [] : visible)]);
		if (isAnew) columns.tellReplaced();
		counts.bytesWritten = sumOf(came, 'bytes');
		signal.throwIfAborted();
		const version = await this.#ending.commits.last({add, settle: this.#settle(add)});
		return {version, added: add};
	}

	/** The rows of the run without those that another one of them supersedes. */
	async #chosen(written: readonly Part[]): Promise<readonly Part[]> {
		const {options, maker, columns, signal} = this.#run;
		const {dataset, table, format, merge} = options;
		if (!merge || written.every(({rows}) => rows === 0))
			return written.filter(({kind, rows}) => kind !== 'owners' && rows > 0);
		// A row that deletes its key has to reach the target.
		const {hardDelete: _, ...rules} = merge;
		const {add, duplicates} = await mergeRun({
			...rules,
			...{dataset, maker, table, format, schemas: columns.schemas, signal, written, visible: []},
		});
		countDuplicates(this.#run, duplicates);
		return add;
	}

	#settle(add: readonly Part[]): Settle {
		const {table, run, merge} = this.#run.options;
		const {disposition} = run.progress;
		const isMerged = merge !== undefined && sumOf(add.filter(({kind}) => kind === 'rows')) > 0;
		return {
			disposition,
			table,
			...(isMerged && {merge: rulesOf(merge)}),
			onCounts: counts => this.#settled(counts),
		};
	}

	#settled({stale, ...counts}: SettledCounts): void {
		const {report, options} = this.#run;
		if (options.run.progress.disposition === 'merge') report.merge = counts;
		countDuplicates(this.#run, stale);
	}

	// A table without rows has all columns that are known.
	#keepColumns(parts: readonly Part[]): void {
		const {columns, options} = this.#run;
		const hasRows = parts.some(
			({table, kind, rows}) => table === options.table && kind === 'rows' && rows > 0,
		);
		if (!hasRows) columns.keepKnown(options.columns);
	}
}

// Restated rows are replaced even by older ones.
function rulesOf({key, mergeKey, hardDelete, newest, parentKey}: MergeOptions): SettledMerge {
	return {
		key,
		...(mergeKey && {mergeKey}),
		...(hardDelete !== undefined && {hardDelete}),
		...(newest && !mergeKey && {newest}),
		...(parentKey && {parentKey}),
	};
}
