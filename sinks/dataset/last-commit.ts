/** The end of a run: its rows are added to the earlier rows, or replace them. */
import {type Part, pathsOf} from '../../src/state/commit.ts';
import {conformParts} from './columns/conform.ts';
import {checkRequiredColumns} from './columns/required-columns.ts';
import {type CommitOutcome, outcomeOf} from './outcome.ts';
import type {PageParts} from './parts/page-parts.ts';
import {refuseEmpty} from './refuse-empty.ts';
import {emptied, type RunCommits} from './run-commits.ts';
import {type SinkRun, sumOf} from './sink-run.ts';

const PART_BYTES = 128 * 1024 ** 2;
const TORN =
	'Readers of all files fail, or show only some. Give the column its old type, or read all again with ' +
	'--full-refresh';

export class LastCommit {
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
		const isMerge = run.standing.disposition === 'merge';
		const ending = {run: this.#run, pageParts: this.#pageParts, commits: this.#commits};
		const came = await this.#commits.closed();
		await refuseEmpty(ending, 'rejected', came, this.#run.visible());
		if (sumOf(came.filter(({kind}) => kind === 'rows')) > 0)
			checkRequiredColumns(resource, roles, columns.names);
		// If the merge fails for lack of space or memory, the next run need not read the rows again.
		if (isMerge && keepsState && this.#commits.cursor !== undefined) await this.#commits.checkpoint();
		const visible = this.#run.visible().filter(part => this.#run.isMine(part) || this.#run.isReadable(part));
		const readable = visible.filter(part => this.#run.isReadable(part));
		const base = isMerge ? await this.#alike(readable, readable) : readable;
		const {add, remove} = await this.#settled(came, base);
		await refuseEmpty(ending, 'replaced', add, visible);
		const added = await this.#withEmptyPart(add, base, remove);
		const gone = pathsOf([...remove, ...emptied(added, base)]);
		const staying = base.filter(({path}) => !gone.has(path));
		const stays = pathsOf(staying);
		const all = [...staying, ...added.filter(({path}) => !stays.has(path))];
		const shown = await this.#alike(all, visible);
		if (isAnew) columns.tellReplaced();
		counts.bytesWritten = sumOf(added, 'bytes');
		signal.throwIfAborted();
		const [before, after] = [pathsOf(visible), pathsOf(shown)];
		const appearing = shown.filter(({path}) => !before.has(path));
		const going = visible.filter(({path}) => !after.has(path));
		const version = await this.#commits.last({add: appearing, remove: going});
		return {version, added: appearing};
	}

	/** The parts, with the same columns in each table. */
	async #alike(parts: readonly Part[], visible: readonly Part[]): Promise<readonly Part[]> {
		const {options, maker, columns, signal} = this.#run;
		const {dataset, format, resource, warn = () => {}, onSchemaChange} = options;
		if (onSchemaChange === 'ignore') return parts;
		const shown = pathsOf(visible);
		const result = await conformParts(parts, {dataset, maker, format, schemas: columns.schemas, signal});
		for (const [own, schema] of result.schemas) {
			columns.set(own, schema);
			this.#pageParts.tables.add(own);
		}
		for (const message of result.obstacles)
			warn({code: 'columns-differ', resource, message: `${message}. ${TORN}`});
		this.#noteRewritten(result.replaced.filter(({path}) => shown.has(path)));
		return result.parts;
	}

	#noteRewritten(parts: readonly Part[]): void {
		for (const table of new Set(parts.map(part => part.table))) {
			const mine = parts.filter(part => part.table === table);
			this.#run.report.rewritten.push({table, files: mine.length, rows: sumOf(mine)});
		}
	}

	async #settled(written: readonly Part[], visible: readonly Part[]): Promise<CommitOutcome> {
		const {options, maker, columns, counts, report, signal} = this.#run;
		const {dataset, resource, run, table, format, merge, partBytes = PART_BYTES} = options;
		const {disposition} = run.standing;
		const outcome = await outcomeOf(written, visible, {
			...{disposition, dataset, maker, resource, run: run.standing.run, table, format, merge, partBytes},
			schemas: columns.schemas,
			signal,
		});
		if (outcome.counts) report.merge = outcome.counts;
		if (merge) {
			counts.duplicates = (counts.duplicates ?? 0) + outcome.duplicates;
			counts.written = (counts.written ?? 0) - outcome.duplicates;
		}
		return outcome;
	}

	// A table without rows gets a part that has its columns.
	async #withEmptyPart(
		add: readonly Part[],
		base: readonly Part[],
		remove: readonly Part[],
	): Promise<readonly Part[]> {
		const {columns, options} = this.#run;
		const isOfTable = (part: Part): boolean => part.table === options.table && part.kind === 'rows';
		const gone = pathsOf(remove);
		if ([...base.filter(part => !gone.has(part.path)), ...add].some(isOfTable)) return add;
		columns.keepKnown(options.columns);
		return [...add, await this.#emptyPart()];
	}

	async #emptyPart(): Promise<Part> {
		const {columns, maker, options} = this.#run;
		const {resource, table} = options;
		const writer = await maker.writer(this.#pageParts.folderOf(resource, ''));
		try {
			const schema = columns.schemas.get(table) ?? {columns: []};
			await writer.write({resource, number: 0, records: [], schema});
			return await writer.close();
		} catch (error) {
			await writer.discard();
			throw error;
		}
	}
}
