/** The end of a run: its rows are added to the earlier rows, or replace them. */
import {type Part, pathsOf} from '../../src/state/commit.ts';
import {conformParts} from './columns/conform.ts';
import {type CommitOutcome, outcomeOf} from './outcome.ts';
import {refuseEmpty} from './refuse-empty.ts';
import {emptied} from './run-commits.ts';
import {countDuplicates, partsOfRun, type RunEnding} from './run-ending.ts';
import {type SinkRun, sumOf} from './sink-run.ts';

const PART_BYTES = 128 * 1024 ** 2;
const TORN =
	'Readers of all files fail, or show only some. Give the column its old type, or read all again with ' +
	'--full-refresh';

export class LastCommit {
	readonly #ending: RunEnding;
	readonly #run: SinkRun;

	constructor(ending: RunEnding) {
		this.#ending = ending;
		this.#run = ending.run;
	}

	async make(): Promise<{readonly version: number; readonly added: readonly Part[]}> {
		const {columns, counts, isAnew, options, signal} = this.#run;
		const isMerge = options.run.progress.disposition === 'merge';
		const came = await partsOfRun(this.#ending);
		const visible = this.#run.visible().filter(part => this.#run.isMine(part) || this.#run.isReadable(part));
		const readable = visible.filter(part => this.#run.isReadable(part));
		const base = isMerge ? await this.#alike(readable, readable) : readable;
		const {add, remove} = await this.#settled(came, base);
		await refuseEmpty(this.#ending, 'replaced', add, visible);
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
		const version = await this.#ending.commits.last({add: appearing, remove: going});
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
			this.#ending.pageParts.tables.add(own);
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
		const {options, maker, columns, report, signal} = this.#run;
		const {dataset, resource, run, table, format, merge, partBytes = PART_BYTES} = options;
		const {disposition} = run.progress;
		const outcome = await outcomeOf(written, visible, {
			...{disposition, dataset, maker, resource, run: run.progress.run, table, format, merge, partBytes},
			schemas: columns.schemas,
			signal,
		});
		if (outcome.counts) report.merge = outcome.counts;
		countDuplicates(this.#run, outcome.duplicates);
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
		const writer = await maker.writer(this.#ending.pageParts.folderOf(resource, ''));
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
