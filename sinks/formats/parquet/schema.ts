/** The columns of a file in Parquet's form: a tree of groups whose leaves are stored. */
import parquetjs, {type ParquetFieldDefinition} from 'parquetjs-lite';
import {SinkError} from '../../../src/core/errors.ts';
import type {Column} from '../../../src/core/schema/schema.ts';
import {checkColumns} from './check-columns.ts';
import {type LeafColumn, type Physical, storage} from './storage.ts';

/** One stored column of a row group. */
export interface Leaf {
	/** Its index among the chunks of a row group. */
	readonly index: number;
	/** Names from the root down, including Parquet's own `list` and `element`. */
	readonly path: readonly string[];
	/** For messages: `address.city`. */
	readonly label: string;
	readonly column: LeafColumn;
	readonly physical: Physical;
	/** Bytes of one value; 0 where they vary. */
	readonly width: number;
	/** The definition level of each step of the path if it is present. */
	readonly definitions: readonly number[];
	/** The repetition level at each step of the path. */
	readonly repetitions: readonly number[];
	readonly maxDefinition: number;
	readonly maxRepetition: number;
}

/** A column with the data for splitting records. */
export type SchemaNode = {
	readonly name: string;
	readonly label: string;
	readonly nullable: boolean;
	/** The definition level of a value that is not null. */
	readonly definition: number;
} & (
	| {readonly kind: 'leaf'; readonly leaf: Leaf}
	| {readonly kind: 'list'; readonly repetition: number; readonly item: SchemaNode}
	| {readonly kind: 'struct'; readonly fields: readonly SchemaNode[]}
);

/** A column as parquetjs-lite has it. The package ships no types, so the types of Sluice cannot name its own. */
interface ParquetField {
	name: string;
	path: string[];
	repetitionType: 'REQUIRED' | 'OPTIONAL' | 'REPEATED';
	rLevelMax: number;
	dLevelMax: number;
	isNested?: boolean;
	fields?: {[key: string]: ParquetField};
	fieldCount?: number;
	primitiveType?: string;
	typeLength?: number;
}

/** One entry of the footer's schema, in its order: parents before children. */
export interface Element {
	readonly field: ParquetField;
	/** Absent for the repeated group inside a list. */
	readonly column?: Column;
}

export interface FileSchema {
	readonly columns: readonly Column[];
	readonly elements: readonly Element[];
	readonly leaves: readonly Leaf[];
	readonly nodes: readonly SchemaNode[];
	/** The same, by column. */
	readonly parts: readonly ColumnPart[];
}

interface ColumnPart {
	readonly column: Column;
	/** The index of its first leaf. */
	readonly firstLeaf: number;
	readonly node: SchemaNode;
	readonly elements: readonly Element[];
	readonly leaves: readonly Leaf[];
}

/** Levels are stored in bytes. */
const DEEPEST = 255;

/**
 * The Parquet schema of columns. Columns that `before` has at the same place are taken over from it, so that a
 * table which gets columns on each page costs what the new ones cost. Throws `SinkError` for columns that a
 * Parquet file cannot have.
 */
export function fileSchema(columns: readonly Column[], before?: FileSchema): FileSchema {
	checkColumns(columns, '');
	const parts: (ColumnPart | undefined)[] = [];
	let leaves = 0;
	for (const [index, column] of columns.entries()) {
		const part = before?.parts[index];
		parts.push(part?.column === column && part.firstLeaf === leaves ? part : undefined);
		leaves += leavesIn(column);
	}
	const added = [...columns.entries()].filter(([index]) => parts[index] === undefined);
	const {fields} = new parquetjs.ParquetSchema(
		Object.fromEntries(added.map(([index, column]) => [key(index), definition(column)])),
	);
	let firstLeaf = 0;
	const all = columns.map((column, index) => {
		const part = parts[index] ?? columnPart(column, childOf(fields, key(index)), firstLeaf);
		firstLeaf += part.leaves.length;
		return part;
	});
	return {
		columns,
		elements: all.flatMap(part => part.elements),
		leaves: all.flatMap(part => part.leaves),
		nodes: all.map(part => part.node),
		parts: all,
	};
}

function leavesIn(column: Column): number {
	if (column.type === 'struct') return column.fields.reduce((sum, field) => sum + leavesIn(field), 0);
	return column.type === 'list' ? leavesIn({...column.items, name: ''}) : 1;
}

function columnPart(column: Column, field: ParquetField, firstLeaf: number): ColumnPart {
	const build: Build = {elements: [], leaves: [], firstLeaf};
	const made = node(column, field, column.name, root, build);
	return {column, firstLeaf, node: made, elements: build.elements, leaves: build.leaves};
}

// Names of users' columns never become keys: `7` would come first, `__proto__` would be lost, `a,b` and `a.b`
// would collide.
function key(index: number): string {
	return `column${index}`;
}

function definitions(columns: readonly Column[]): {[key: string]: ParquetFieldDefinition} {
	return Object.fromEntries(columns.map((column, index) => [key(index), definition(column)]));
}

function definition(column: Column): ParquetFieldDefinition {
	const optional = column.nullable;
	if (column.type === 'struct') return {optional, fields: definitions(column.fields)};
	if (column.type === 'list')
		return {
			type: 'LIST',
			optional,
			fields: {list: {repeated: true, fields: {element: definition(column.items)}}},
		};
	const {physical, width} = storage(column);
	return physical === 'FIXED_LEN_BYTE_ARRAY'
		? {type: physical, typeLength: width, optional}
		: {type: physical, optional};
}

interface LevelPosition {
	readonly path: readonly string[];
	readonly definitions: readonly number[];
	readonly repetitions: readonly number[];
}

const root: LevelPosition = {path: [], definitions: [], repetitions: []};

interface Build {
	readonly elements: Element[];
	readonly leaves: Leaf[];
	readonly firstLeaf: number;
}

function node(
	column: Column,
	field: ParquetField,
	label: string,
	parent: LevelPosition,
	build: Build,
): SchemaNode {
	const place = step(parent, field, column.name);
	build.elements.push({field, column});
	const common = {name: column.name, label, nullable: column.nullable, definition: field.dLevelMax};
	if (column.type === 'struct') {
		const fields = column.fields.map((child, index) =>
			node(child, childOf(field.fields, key(index)), `${label}.${child.name}`, place, build),
		);
		return {...common, kind: 'struct', fields};
	}
	if (column.type === 'list') {
		const repeated = childOf(field.fields, 'list');
		build.elements.push({field: repeated});
		const element = {...column.items, name: 'element'};
		const item = node(
			element,
			childOf(repeated.fields, 'element'),
			`${label}[]`,
			step(place, repeated, 'list'),
			build,
		);
		return {...common, kind: 'list', repetition: repeated.rLevelMax, item};
	}
	if (field.dLevelMax > DEEPEST)
		throw new SinkError(
			`column ${JSON.stringify(label)} is nested deeper than ${DEEPEST} levels; make an outer one json`,
		);
	const leaf: Leaf = {
		...place,
		...storage(column),
		index: build.firstLeaf + build.leaves.length,
		label,
		column,
		maxDefinition: field.dLevelMax,
		maxRepetition: field.rLevelMax,
	};
	build.leaves.push(leaf);
	return {...common, kind: 'leaf', leaf};
}

// Gives the field its real name, and follows the path by one step.
function step(parent: LevelPosition, field: ParquetField, name: string): LevelPosition {
	const path = [...parent.path, name];
	field.name = name;
	field.path = path;
	return {
		path,
		definitions: [...parent.definitions, field.dLevelMax],
		repetitions: [...parent.repetitions, field.rLevelMax],
	};
}

function childOf(fields: {[key: string]: ParquetField} | undefined, name: string): ParquetField {
	const field = fields?.[name];
	if (!field)
		throw new SinkError(
			`parquetjs-lite left the field ${name} out of its schema; use the version that package.json names`,
		);
	return field;
}
