/**
 * The file format of a schema: dlt's column hints as JSON, `{"columns": {"id": {"data_type": "bigint",
 * "nullable": false}}}`.
 */

import {ConfigError, type ConfigIssue} from '../errors.ts';
import type {JsonObject, JsonValue} from '../json/json.ts';
import {isObject} from '../path/path.ts';
import {declaredColumns} from './definition.ts';
import {
	type Column,
	type ColumnDefinition,
	databaseHints,
	isUnseen,
	type Schema,
	type SchemaDefinition,
} from './schema.ts';

/** A schema as JSON, for a file. Columns without a value so far have no type. */
export function schemaToJson({columns}: Schema): JsonObject {
	return {columns: columnsToJson(columns)};
}

// `Object.fromEntries` keeps a column with the name `__proto__`, which an assignment would lose.
function columnsToJson(columns: readonly Column[]): JsonObject {
	return Object.fromEntries(columns.map(column => [column.name, hintsOf(column)]));
}

function hintsOf(column: Column): JsonObject {
	if (isUnseen(column)) return {nullable: column.nullable};
	const unit = 'timeUnit' in column && column.timeUnit !== undefined ? {time_unit: column.timeUnit} : {};
	const hints = {data_type: column.type, nullable: column.nullable, ...unit};
	if (column.type === 'decimal') return {...hints, precision: column.precision, scale: column.scale};
	if (column.type === 'list') return {...hints, items: hintsOf(column.items)};
	if (column.type === 'struct') return {...hints, fields: columnsToJson(column.fields)};
	return hints;
}

/**
 * Reads column hints: columns by name or in a list, `data_type` or `type`, no type where the first value
 * decides. Throws `ConfigError` with every problem; `source` names the file.
 */
export function definitionFromJson(json: JsonValue, source?: string): SchemaDefinition {
	const issues: ConfigIssue[] = [];
	try {
		const definition = toDefinition(json, issues);
		declaredColumns(definition);
		if (issues.length === 0) return definition;
	} catch (error) {
		if (!(error instanceof ConfigError)) throw error;
		issues.push(...error.issues);
	}
	throw new ConfigError(issues, source);
}

function toDefinition(json: JsonValue, issues: ConfigIssue[]): SchemaDefinition {
	const columns = isObject(json) && json.columns !== undefined ? json.columns : json;
	if (isObject(columns) || Array.isArray(columns)) {
		return {columns: readColumns(columns, 'columns', issues)};
	}
	throw new ConfigError([{path: 'columns', message: 'expected columns by name, or a list of columns'}]);
}

function readColumns(columns: JsonValue, path: string, issues: ConfigIssue[]): SchemaDefinition['columns'] {
	// A value that is no object stays unchanged: the reader of definitions reports its place.
	const read = (hints: JsonValue, place: string): JsonValue =>
		isObject(hints) ? (readHints(hints, place, issues) as JsonObject) : hints;
	const result = Array.isArray(columns)
		? columns.map((hints, index) => read(hints, `${path}[${index}]`))
		: Object.fromEntries(
				Object.entries(columns as JsonObject).map(([name, hints]) => [name, read(hints, `${path}.${name}`)]),
			);
	return result as SchemaDefinition['columns'];
}

const own = new Set([
	'name',
	'data_type',
	'type',
	'nullable',
	'precision',
	'scale',
	'time_unit',
	'items',
	'fields',
	'primary_key',
]);
const ignored = new Set([
	'description',
	'incremental',
	'hard_delete',
	'dedup_sort',
	'merge_key',
	...databaseHints,
]);

function readHints(hints: JsonObject, path: string, issues: ConfigIssue[]): ColumnDefinition {
	for (const key of Object.keys(hints)) {
		if (own.has(key) || ignored.has(key) || key.startsWith('x-')) continue;
		issues.push({path: `${path}.${key}`, message: `not a column hint; known: ${[...own].join(', ')}`});
	}
	const {name, nullable, precision, scale, time_unit: timeUnit, items, fields} = hints;
	const type = hints.data_type ?? hints.type;
	return {
		...(name === undefined ? {} : {name}),
		...(type === undefined || type === null ? {} : {type}),
		...(hints.primary_key === true
			? {nullable: false}
			: nullable === undefined || nullable === null
				? {}
				: {nullable}),
		...(type === 'decimal' && (precision ?? undefined) !== undefined ? {precision} : {}),
		...(type === 'decimal' && (scale ?? undefined) !== undefined ? {scale} : {}),
		...((timeUnit ?? undefined) !== undefined ? {timeUnit} : {}),
		...(isObject(items) ? {items: readHints(items, `${path}.items`, issues)} : {}),
		...(isObject(fields) || Array.isArray(fields)
			? {fields: readColumns(fields, `${path}.fields`, issues)}
			: {}),
	} as ColumnDefinition;
}
