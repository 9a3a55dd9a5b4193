/** Columns and their types: what `normalize()` enforces and what typed sinks (Parquet) write. */
import type {JsonValue} from '../json/json.ts';

export const scalarTypes = [
	'text',
	'bigint',
	'double',
	'bool',
	'timestamp',
	'date',
	'time',
	'binary',
	'json',
] as const;
export type ScalarType = (typeof scalarTypes)[number];

/** What a number in a column of times counts since 1970. */
export const timeUnits = ['s', 'ms', 'us', 'ns'] as const;
export type TimeUnit = (typeof timeUnits)[number];

/** dlt's names. `list` and `struct` are nested columns, stored as such where the format can. */
export type DataType = ScalarType | 'decimal' | 'list' | 'struct';

/**
 * One column, and how a normalized record holds its value. `null` stands for every absent value.
 *
 * | type | value in the record |
 * |---|---|
 * | text | string |
 * | bigint | number when safe, else bigint; always within 64 bits |
 * | double | number (NaN and ±Infinity cannot come from JSON, but may come from a user's function) |
 * | bool | boolean |
 * | timestamp | ISO 8601 text in UTC, `2024-01-05T10:00:00Z`, with 3 or 6 decimals of a second where there
 * are any |
 * | date | `2024-01-05` |
 * | time | `10:00:00`, with up to 6 decimals |
 * | decimal | text of plain digits, `-12.30`, never an exponent; fits `precision` and `scale` |
 * | binary | base64 text |
 * | json | any JSON value |
 * | list, struct | array, object, of values by the same table |
 */
export type Column = {
	readonly name: string;
	readonly nullable: boolean;
	/**
	 * No value has come yet, and `text` stands for a type that nobody knows. Formats with types go without the
	 * column until one comes.
	 */
	readonly unseen?: true;
	/** Of a bigint: an integer has come that a double would round, so the column never becomes one. */
	readonly large?: true;
	/**
	 * The key of the API that it holds, where `naming` makes names: nested ones with a dot between. No other key
	 * gets into it.
	 */
	readonly source?: string;
} & ( // Of a timestamp or a date: what a number, or a text of digits, counts. Seconds, where it is left out.
	| {readonly type: ScalarType; readonly timeUnit?: TimeUnit}
	| {readonly type: 'decimal'; readonly precision: number; readonly scale: number}
	| {readonly type: 'list'; readonly items: Column}
	| {readonly type: 'struct'; readonly fields: readonly Column[]}
);

/** An immutable snapshot of a resource's columns, in output order. Evolution makes a new one. */
export interface Schema {
	readonly columns: readonly Column[];
}

const seen = new WeakMap<Schema, Schema>();

/** The columns that have a type of their own: the same object for the same schema. */
export function seenColumns(schema: Schema): Schema {
	const known = seen.get(schema);
	if (known) return known;
	const columns = schema.columns.filter(column => !isUnseen(column));
	const result = columns.length === schema.columns.length ? schema : {columns};
	seen.set(schema, result);
	return result;
}

/**
 * Which key of the API has which column, and nothing of their types: what a replacement keeps of the rows
 * that it replaces.
 */
export function namesAlone({columns}: Schema): Schema {
	const named = columns.filter(({source}) => source !== undefined);
	return {
		columns: named.map(({name, source = name}) => ({
			name,
			source,
			nullable: true,
			type: 'text',
			unseen: true,
		})),
	};
}

/** Whether no value of a column has come yet. */
export function isUnseen({unseen}: {readonly unseen?: true}): boolean {
	return unseen === true;
}

/** A column as a person declares it. Without a type, the first value decides. */
export interface ColumnDefinition {
	/** dlt's `wei` stands for decimal(38,0). */
	readonly type?: DataType | 'wei';
	/** @default true */
	readonly nullable?: boolean;
	/** Digits in all, 1 to 38; decimal only. @default 38 */
	readonly precision?: number;
	/** Digits after the point; decimal only. @default 9 */
	readonly scale?: number;
	/** What numbers, and texts of digits, count since 1970; timestamp and date only. @default 's' */
	readonly timeUnit?: TimeUnit;
	/** What a list holds. */
	readonly items?: ColumnDefinition;
	/** What a struct holds. */
	readonly fields?: ColumnDefinitions;
}

/** By name, or a list in which each has its name. */
export type ColumnDefinitions =
	| {readonly [name: string]: ColumnDefinition}
	| readonly (ColumnDefinition & {readonly name: string})[];

/** What is known of a resource's columns beforehand; every `Schema` is one. */
export interface SchemaDefinition {
	readonly columns: ColumnDefinitions;
}

export const contractModes = ['evolve', 'freeze', 'discard_row', 'discard_value'] as const;
export type ContractMode = (typeof contractModes)[number];

/**
 * What happens to a new column, to a value that does not fit its column's type, and to a list that would make
 * a table of its own.
 */
export interface SchemaContract {
	readonly columns: ContractMode;
	readonly dataType: ContractMode;
	/** Only where lists make tables. @default 'evolve' */
	readonly tables?: ContractMode;
}

/** Rules by which keys of the API become names of columns. */
export const namings = ['direct', 'snake_case', 'sql_cs_v1', 'sql_ci_v1'] as const;
export type Naming = (typeof namings)[number];

/** A record that did not make it, with the reason: rows are never dropped in silence. */
export interface Rejection {
	/** The record as it came from the API. */
	readonly record: JsonValue;
	readonly column?: string;
	/** One line for a person: `null in a column that is not nullable`. */
	readonly reason: string;
	/** Number of its page, from 0: in messages from 1. */
	readonly page: number;
	/** Index of the record within its page, from 0. */
	readonly index: number;
}

/** dlt's other column hints: they steer databases and tables, and a file has no use for them. */
export const databaseHints = [
	'unique',
	'sort',
	'partition',
	'cluster',
	'row_key',
	'parent_key',
	'root_key',
	'timezone',
	'variant',
] as const;
