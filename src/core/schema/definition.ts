/** Reads declared columns, and reports all mistakes at once. */
import {ConfigError, type ConfigIssue} from '../errors.ts';
import type {Column, ColumnDefinition, ColumnDefinitions, DataType, SchemaDefinition} from './schema.ts';
import {scalarTypes, timeUnits} from './schema.ts';

/** A declared column: complete, or a name whose type the first value decides. */
export type DeclaredColumn =
	| Column
	| {readonly name: string; readonly nullable: boolean; readonly type?: undefined; readonly source?: string};

export const MOST_DIGITS = 38;
const DEFAULT_SCALE = 9;
const types: readonly string[] = [...scalarTypes, 'decimal', 'wei', 'list', 'struct'];

/** The declared columns in order. Throws `ConfigError`. */
export function declaredColumns({columns}: SchemaDefinition): DeclaredColumn[] {
	const issues: ConfigIssue[] = [];
	const declared = readColumns(columns, 'columns', issues);
	if (issues.length > 0) throw new ConfigError(issues);
	return declared;
}

/** A type for messages: `decimal(38,9)`, `list of text`. */
export function describeType(column: DeclaredColumn): string {
	if (column.type === 'decimal') return `decimal(${column.precision},${column.scale})`;
	if (column.type === 'list') return `list of ${describeType(column.items)}`;
	if (column.type !== 'struct') return column.type ?? 'anything';
	return `struct of ${column.fields.map(field => `${field.name} ${describeType(field)}`).join(', ')}`;
}

function readColumns(columns: ColumnDefinitions, path: string, issues: ConfigIssue[]): DeclaredColumn[] {
	const seen = new Set<string>();
	return named(columns, path, issues).map(({name, place, definition}) => {
		if (seen.has(name))
			issues.push({path: place, message: `the column ${JSON.stringify(name)} is declared twice`});
		seen.add(name);
		return readColumn(name, definition, place, issues);
	});
}

interface Named {
	readonly name: string;
	readonly place: string;
	readonly definition: ColumnDefinition;
}

function named(columns: unknown, path: string, issues: ConfigIssue[]): Named[] {
	if (Array.isArray(columns)) {
		return columns.flatMap((definition: unknown, index) => {
			const place = `${path}[${index}]`;
			const name = isRecord(definition) ? definition.name : undefined;
			if (typeof name === 'string' && name !== '')
				return [{name, place, definition: definition as ColumnDefinition}];
			issues.push({path: place, message: 'a column in a list needs a name'});
			return [];
		});
	}
	if (!isRecord(columns)) {
		issues.push({path, message: 'expected columns by name, or a list of columns'});
		return [];
	}
	return Object.entries(columns).flatMap(([name, definition]) => {
		const place = `${path}.${name}`;
		if (name !== '' && isRecord(definition))
			return [{name, place, definition: definition as ColumnDefinition}];
		issues.push({
			path: place,
			message: name === '' ? 'a column needs a name' : 'expected an object such as {type: text}',
		});
		return [];
	});
}

function readColumn(
	name: string,
	definition: ColumnDefinition,
	path: string,
	issues: ConfigIssue[],
): DeclaredColumn {
	const {nullable = true, type, timeUnit} = definition;
	if (typeof nullable !== 'boolean')
		issues.push({path: `${path}.nullable`, message: 'expected true or false'});
	if (timeUnit !== undefined) {
		const problem = timeUnitProblem(type, timeUnit);
		if (problem !== undefined) issues.push({path: `${path}.time_unit`, message: problem});
	}
	if (type === undefined) return {name, nullable};
	if (!types.includes(type)) {
		issues.push({path, message: `${JSON.stringify(type)} is not a type; known: ${types.join(', ')}`});
		return {name, nullable};
	}
	if (type === 'wei') return {name, nullable, type: 'decimal', precision: MOST_DIGITS, scale: 0};
	if (type === 'decimal') return readDecimal(name, definition, path, issues);
	if (type === 'list') return {name, nullable, type, items: readItems(definition.items, path, issues)};
	if (type === 'struct') return {name, nullable, type, fields: readFields(definition.fields, path, issues)};
	return {name, nullable, type, ...(timeUnit !== undefined && {timeUnit})};
}

/** The problem with the unit of a column of this type. */
export function timeUnitProblem(type: string | undefined, unit: unknown): string | undefined {
	if (type !== 'timestamp' && type !== 'date') return 'only a column of type timestamp or date has a unit';
	return timeUnits.some(known => known === unit)
		? undefined
		: `expected one of ${timeUnits.join(', ')}; got ${JSON.stringify(unit)}`;
}

function readDecimal(
	name: string,
	definition: ColumnDefinition,
	path: string,
	issues: ConfigIssue[],
): Column {
	const {nullable = true, precision = MOST_DIGITS} = definition;
	const {scale = Math.min(DEFAULT_SCALE, precision)} = definition;
	if (!Number.isInteger(precision) || precision < 1 || precision > MOST_DIGITS) {
		issues.push({
			path: `${path}.precision`,
			message: `expected a whole number from 1 to ${MOST_DIGITS}, got ${precision}`,
		});
	} else if (!Number.isInteger(scale) || scale < 0 || scale > precision) {
		issues.push({
			path: `${path}.scale`,
			message: `expected a whole number from 0 to the precision ${precision}, got ${scale}`,
		});
	}
	return {name, nullable, type: 'decimal', precision, scale};
}

function readItems(items: ColumnDefinition | undefined, path: string, issues: ConfigIssue[]): Column {
	if (isRecord(items))
		return typed(readColumn('item', items, `${path}.items`, issues), `${path}.items`, issues);
	issues.push({path, message: 'a list says what it holds, for example items: {type: text}'});
	return {name: 'item', nullable: true, type: 'json'};
}

function readFields(fields: ColumnDefinitions | undefined, path: string, issues: ConfigIssue[]): Column[] {
	const columns = fields === undefined ? [] : readColumns(fields, `${path}.fields`, issues);
	if (fields === undefined || columns.length === 0) {
		issues.push({path, message: 'a struct says what it holds, for example fields: {id: {type: bigint}}'});
	}
	return columns.map(column => typed(column, `${path}.fields.${column.name}`, issues));
}

/** Inside a list or a struct, types are not inferred. */
function typed(column: DeclaredColumn, path: string, issues: ConfigIssue[]): Column {
	if (column.type !== undefined) return column;
	issues.push({path, message: `needs a type, one of ${types.join(', ')}`});
	return {name: column.name, nullable: column.nullable, type: 'text' satisfies DataType};
}

function isRecord(value: unknown): value is {readonly [key: string]: unknown} {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
