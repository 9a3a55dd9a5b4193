/**
 * Notices an append of rows that an earlier run has appended: a run that reads everything each time doubles
 * them.
 */
import {canonical} from '../../src/core/json/canonical.ts';
import type {JsonRecord} from '../../src/core/page.ts';
import {rowsIn} from '../../src/core/records/lazy-records.ts';
import type {RecordList} from '../../src/core/records/record-list.ts';
import type {Schema} from '../../src/core/schema/schema.ts';
import type {Target} from '../../src/state/target.ts';
import type {FileFormat} from '../formats/format.ts';

/**
 * How many rows are compared: the first rows of the run, with the first rows of the oldest and the newest
 * earlier part.
 */
const MOST_ROWS = 1000;
/** Fewer equal rows may be chance, unless they are half of all. */
const FEW = 10;

export interface Again {
	/** The number of earlier rows. */
	readonly rows: number;
	readonly of: number;
}

export interface AppendContext {
	readonly dataset: Target;
	readonly resource: string;
	readonly table: string;
	/** The name of the run, whose own rows are not compared. */
	readonly run: string;
	readonly format: FileFormat;
	readonly schema: Schema | undefined;
	readonly signal: AbortSignal;
}

/** `undefined` where the records of the first page are not yet parsed, or too few to decide. */
export async function findRepeatedAppend(page: RecordList, given: AppendContext): Promise<Again | undefined> {
	const {dataset, resource, table, run} = given;
	const parts = (dataset.last?.parts ?? []).filter(
		part =>
			part.kind === 'rows' &&
			part.rows > 0 &&
			part.resource === resource &&
			part.table === table &&
			part.run !== run,
	);
	const chosen = [...new Set([parts[0], parts.at(-1)])].filter(part => part !== undefined);
	if (chosen.length === 0) return undefined;
	const there = new Set<string>();
	for (const part of chosen)
		for (const row of await firstRows(await dataset.fetch(part, {most: MOST_ROWS}), given))
			there.add(rowText(row));
	const rows = rowsIn(page).slice(0, MOST_ROWS);
	const same = rows.filter(row => there.has(rowText(row))).length;
	return same > 0 && (same >= FEW || 2 * same >= rows.length) ? {rows: same, of: rows.length} : undefined;
}

async function firstRows(path: string, {format, schema, signal}: AppendContext): Promise<JsonRecord[]> {
	const found: JsonRecord[] = [];
	for await (const records of format.rows(path, {signal, ...(schema && {schema})})) {
		found.push(...records.slice(0, MOST_ROWS - found.length));
		if (found.length >= MOST_ROWS) break;
	}
	return found;
}

// A row as any format reads it back: values as text, without nulls, and times without trailing zeros.
function rowText(row: JsonRecord): string {
	const texts = Object.entries(row).flatMap(([name, value]) => {
		if (value === null || value === '') return [];
		const text = typeof value === 'string' ? value : canonical(value);
		return [[name, text.replace(/(\.\d*?)0+Z$/, '$1Z').replace('.Z', 'Z')]];
	});
	return canonical(Object.fromEntries(texts));
}
