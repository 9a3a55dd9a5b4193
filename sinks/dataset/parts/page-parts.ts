/** Writes the rows of pages, their rejections and their owners into parts in the folders of their tables. */
import {SchemaError} from '../../../src/core/errors.ts';
import type {JsonRecord, Page} from '../../../src/core/page.ts';
import {rowsIn} from '../../../src/core/records/lazy-records.ts';
import type {Rejection} from '../../../src/core/schema/schema.ts';
import {jsonlFormat} from '../../formats/jsonl/format.ts';
import {rejectionLine} from '../../output/rejects.ts';
import {noPartitions} from '../folders/partition.ts';
import {type Owners, rowOwners} from '../nested-row-owners.ts';
import {type SinkRun, sumOf} from '../sink-run.ts';
import type {Folder} from './parts.ts';

export class PageParts {
	/** The tables for which the run has rows. */
	readonly tables: Set<string>;
	/** The path of nested lists in the rows, by table. */
	readonly lists = new Map<string, readonly string[]>();
	/** The first row that was refused in this process. */
	firstRejection: Rejection | undefined;
	readonly #run: SinkRun;
	#rejected: number;

	constructor(run: SinkRun) {
		this.#run = run;
		this.tables = new Set([run.options.table]);
		this.#rejected = sumOf(run.options.run.parts.filter(({kind}) => kind === 'rejects'));
	}

	/** Notes the columns of a page, and of the pages inside it. */
	note({number, resource, schema, list, tables = []}: Page): void {
		for (const inner of tables) this.note(inner);
		if (list) this.lists.set(resource, list);
		if (schema) this.#run.columns.note(this.folderOf(resource, '').table, schema, number);
	}

	async write(page: Page): Promise<void> {
		const {merge, partition = noPartitions} = this.#run.options;
		const owned = merge?.parentKey && page.tables ? rowOwners(page) : undefined;
		for (const each of [page, ...(page.tables ?? [])]) {
			for (const [folder, rows] of partition(each, recordsOf(each, page))) {
				if (rows.records.length === 0) continue;
				const place = await this.#run.open.write(this.folderOf(each.resource, folder), rows);
				owned?.note(each, rows, place);
			}
			await this.#writeRejects(each);
		}
		if (owned) await this.#writeOwners(owned, page);
	}

	/** Pages of the main table have the name of the resource, those of lists the name of the list. */
	folderOf(name: string, inner: string): Folder {
		const {resource, table, format} = this.#run.options;
		const own = name === resource ? table : name;
		this.tables.add(own);
		return {table: own, path: inner === '' ? own : `${own}/${inner}`, kind: 'rows', format};
	}

	async #writeOwners({lines}: Owners, {schema: _, ...page}: Page): Promise<void> {
		const {table} = this.#run.options;
		const folder = {table, path: `${table}/_owners`, kind: 'owners', format: jsonlFormat} as const;
		if (lines.length > 0) await this.#run.open.write(folder, {...page, records: lines});
	}

	async #writeRejects({resource: name, rejections = [], ...page}: Page): Promise<void> {
		if (rejections.length === 0) return;
		const {open, counts, options} = this.#run;
		const {resource, run} = options;
		if (name === resource) this.firstRejection ??= rejections[0];
		else counts.rejected = (counts.rejected ?? 0) + rejections.length;
		const {table} = this.folderOf(name, '');
		const lines = rejections.map(each => ({run: run.progress.run, ...rejectionLine(name, each)}));
		await open.write(
			{table, path: `${table}/_rejects`, kind: 'rejects', format: jsonlFormat},
			{...page, resource: name, records: lines},
		);
		this.#rejected += rejections.length;
		this.#checkRejected(rejections);
	}

	#checkRejected([first]: readonly Rejection[]): void {
		const {resource, maxRejects = Number.POSITIVE_INFINITY} = this.#run.options;
		if (this.#rejected <= maxRejects) return;
		throw new SchemaError(
			`${resource}: ${this.#rejected} rows rejected, more than the ${maxRejects} that are allowed; the ` +
				`last for ${first?.column ?? 'the row'}: ${first?.reason}`,
			first?.column,
		);
	}
}

// The record of each row of a list.
function recordsOf({owners: indexes}: Page, {records}: Page): JsonRecord[] | undefined {
	if (!indexes) return undefined;
	const rows = rowsIn(records);
	return indexes.map(index => rows[index] as JsonRecord);
}
