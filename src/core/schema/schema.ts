/** Columns and their types, which `normalize()` enforces and typed sinks (Parquet) write. */
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

/** The units of numbers in a column of times, since 1970. */
export const timeUnits = ['s', 'ms', 'us', 'ns'] as const;
export type TimeUnit = (typeof timeUnits)[number];

/** The names of dlt. `list` and `struct` are nested columns, stored as such where the format can. */
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
	 * No value has come yet, and `text` stands for an unknown type. Formats with types omit the column until a
	 * value comes.
	 */
	readonly unseen?: true;
	/** For a bigint: an integer has come that a double would round, so the column never becomes a double. */
	readonly large?: true;
	/**
	 * The key of the API for this column, where `naming` makes names; a nested key has a dot between its parts.
	 * Values of other keys never go to the column.
	 */
	readonly source?: string;
} & ( // Of a timestamp or a date: what a number, or a text of digits, counts. Seconds, where it is left out.
	| {readonly type: ScalarType; readonly timeUnit?: TimeUnit}
	| {readonly type: 'decimal'; readonly precision: number; readonly scale: number}
	| {readonly type: 'list'; readonly items: Column}
	| {readonly type: 'struct'; readonly fields: readonly Column[]}
);

/** An immutable snapshot of the columns of a resource, in output order. A change makes a new one. */
export interface Schema {
	readonly columns: readonly Column[];
}

const seen = new WeakMap<Schema, Schema>();

/** The columns with a known type: the same object for the same schema. */
export function seenColumns(schema: Schema): Schema {
	const known = seen.get(schema);
	if (known) return known;
	const columns = schema.columns.filter(column => !isUnseen(column));
	const result = columns.length === schema.columns.length ? schema : {columns};
	seen.set(schema, result);
	return result;
}

/**
 * The keys of the API with their columns, without types: what a replacement keeps from the rows that it
 * replaces.
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

/** Whether a column has had no value yet. */
export function isUnseen({unseen}: {readonly unseen?: true}): boolean {
	return unseen === true;
}

/** A declared column. Without a type, the first value decides. */
export interface ColumnDefinition {
	/** The type; `wei` of dlt stands for decimal(38,0). */
	readonly type?: DataType | 'wei';
	/** Whether the column may be null. @default true */
	readonly nullable?: boolean;
	/** Digits in all, 1 to 38; decimal only. @default 38 */
	readonly precision?: number;
	/** Digits after the point; decimal only. @default 9 */
	readonly scale?: number;
	/** The unit of numbers, and of texts of digits, since 1970; timestamp and date only. @default 's' */
	readonly timeUnit?: TimeUnit;
	/** The items of a list. */
	readonly items?: ColumnDefinition;
	/** The fields of a struct. */
	readonly fields?: ColumnDefinitions;
}

/** Columns by name, or a list of columns with names. */
export type ColumnDefinitions =
	| {readonly [name: string]: ColumnDefinition}
	| readonly (ColumnDefinition & {readonly name: string})[];

/** Columns of a resource that are known in advance; every `Schema` is one. */
export interface SchemaDefinition {
	readonly columns: ColumnDefinitions;
}

export const contractModes = ['evolve', 'freeze', 'discard_row', 'discard_value'] as const;
export type ContractMode = (typeof contractModes)[number];

/**
 * What happens to a new column, to a value that does not fit the type of its column, and to a list that would
 * make a table.
 */
export interface SchemaContract {
	readonly columns: ContractMode;
	readonly dataType: ContractMode;
	/** For lists that make tables only. @default 'evolve' */
	readonly tables?: ContractMode;
}

/** Rules for making names of columns from keys of the API. */
export const namings = ['direct', 'snake_case', 'sql_cs_v1', 'sql_ci_v1'] as const;
export type Naming = (typeof namings)[number];

/** A refused record, with the reason: every dropped row is reported. */
export interface Rejection {
	/** The record as the API sent it. */
	readonly record: JsonValue;
	readonly column?: string;
	/** The reason as one line of text: `null in a column that is not nullable`. */
	readonly reason: string;
	/** Number of its page, from 0; messages count from 1. */
	readonly page: number;
	/** Index of the record within its page, from 0. */
	readonly index: number;
}

/** Other column hints of dlt: they are for databases, and have no use in a file. */
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
