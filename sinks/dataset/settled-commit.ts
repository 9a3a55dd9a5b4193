/**
 * The end of a run in a target that replaces and merges rows by itself. Of rows of the run with the same key,
 * one is chosen here, as for a folder; the target compares them with the earlier rows.
 */
import {type Part, pathsOf} from '../../src/state/commit.ts';
import type {Settle, SettledCounts, SettledMerge} from '../../src/state/settle.ts';
import {checkRequiredColumns} from './columns/required-columns.ts';
import {type MergeOptions, mergeRun} from './merge-run.ts';
import type {PageParts} from './parts/page-parts.ts';
import {refuseEmpty} from './refuse-empty.ts';
import type {RunCommits} from './run-commits.ts';
import {type SinkRun, sumOf} from './sink-run.ts';

export class SettledCommit {
	readonly #run: SinkRun;
	readonly #pageParts: PageParts;
	readonly #commits: RunCommits;

	constructor(run: SinkRun, pageParts: PageParts, commits: RunCommits) {
		this.#run = run;
		this.#pageParts = pageParts;
		this.#commits = commits;
	}

	async make(): Promise<{readonly version: number; readonly added: readonly Part[]}> {
		const {columns, counts, isAnew, options, signal} = this.#run;
		const {resource, roles = {}, keepsState = true, run} = options;
		const {disposition} = run.standing;
		const ending = {run: this.#run, pageParts: this.#pageParts, commits: this.#commits};
		const came = await this.#commits.closed();
		const visible = this.#run.visible();
		await refuseEmpty(ending, 'rejected', came, visible);
		if (sumOf(came.filter(({kind}) => kind === 'rows')) > 0)
			checkRequiredColumns(resource, roles, columns.names);
		// If the merge fails, the next run need not read the rows again.
		if (disposition === 'merge' && keepsState && this.#commits.cursor !== undefined)
			await this.#commits.checkpoint();
		const shown = pathsOf(visible);
		// Appended rows are in the target since their checkpoint; others have waited until now.
		const waiting = disposition === 'append' ? this.#commits.fresh : came;
		const add = await this.#chosen(waiting.filter(({path}) => !shown.has(path)));
		await refuseEmpty(ending, 'replaced', came, visible);
		this.#keepColumns([...came, ...(disposition === 'replace' ? [] : visible)]);
		if (isAnew) columns.tellReplaced();
		counts.bytesWritten = sumOf(came, 'bytes');
		signal.throwIfAborted();
		const version = await this.#commits.last({add, settle: this.#settle(add)});
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
		this.#count(duplicates);
		return add;
	}

	#settle(add: readonly Part[]): Settle {
		const {table, run, merge} = this.#run.options;
		const {disposition} = run.standing;
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
		if (options.run.standing.disposition === 'merge') report.merge = counts;
		this.#count(stale);
	}

	#count(duplicates: number): void {
		const {counts, options} = this.#run;
		if (!options.merge) return;
		counts.duplicates = (counts.duplicates ?? 0) + duplicates;
		counts.written = (counts.written ?? 0) - duplicates;
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
