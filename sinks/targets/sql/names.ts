/** Names of tables and columns in a database. */
import {createHash} from 'node:crypto';
import {SchemaError} from '../../../src/core/errors.ts';
import type {Column} from '../../../src/core/schema/schema.ts';

/** The run that wrote a row; absent in rows of others. */
export const RUN = '_sluice_run';
/** Numbers the rows of a table with new rows. */
export const ROW = '_sluice_row';

const DIGITS = 8;

/** A name in quotes. */
export function quoted(name: string): string {
	return `"${name.replaceAll('"', '""')}"`;
}

/**
 * The name, or, if it has more bytes than the database keeps, its beginning and a part of its SHA-256: cut by
 * the database itself, two long names could become one.
 */
export function cutName(name: string, most: number): string {
	if (Buffer.byteLength(name) <= most) return name;
	const digest = createHash('sha256').update(name).digest('hex').slice(0, DIGITS);
	let beginning = name.slice(0, most);
	while (Buffer.byteLength(beginning) > most - DIGITS - 1) beginning = beginning.slice(0, -1);
	return `${beginning.replace(/\p{Cs}$/u, '')}_${digest}`;
}

export interface NameRules {
	/** The most bytes of a name. */
	readonly most: number;
	/** Whether `Id` and `id` are one name. */
	readonly foldsCase: boolean;
}

/** The names of columns in the table, by their names in records. */
export function columnNames(
	table: string,
	columns: readonly Column[],
	{most, foldsCase}: NameRules,
): ReadonlyMap<string, string> {
	const names = new Map<string, string>();
	const seen = new Map<string, string>();
	for (const {name} of columns) {
		const own = checked(table, cutName(name, most));
		const folded = foldsCase ? own.toLowerCase() : own;
		const other = seen.get(folded);
		if (other !== undefined)
			throw new SchemaError(
				`${table}: the database cannot tell the columns ${JSON.stringify(other)} and ` +
					`${JSON.stringify(name)} apart. Rename one with a processing step, or set naming: snake_case`,
				name,
			);
		seen.set(folded, name);
		names.set(name, own);
	}
	return names;
}

export function tableName(table: string, {most}: NameRules): string {
	return checked(table, cutName(table, most));
}

function checked(table: string, name: string): string {
	if (/^_sluice_/i.test(name) || name.includes('\0') || name === '')
		throw new SchemaError(
			`${table}: ${JSON.stringify(name)} cannot be a name in the database: names that begin with ` +
				'_sluice_ are those of Sluice. Rename it',
			name,
		);
	return name;
}
