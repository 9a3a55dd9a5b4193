/** Columns in the words of Delta Lake. Types: github.com/delta-io/delta, PROTOCOL.md, "Schema Serialization Format". */
import {StateError} from '../../../src/core/errors.ts';
import {type Column, type Schema, seenColumns} from '../../../src/core/schema/schema.ts';

type DeltaType =
	| string
	| {readonly type: 'array'; readonly elementType: DeltaType; readonly containsNull: boolean}
	| {readonly type: 'struct'; readonly fields: readonly DeltaField[]}
	| {readonly type: 'map'};

interface DeltaField {
	readonly name: string;
	readonly type: DeltaType;
	readonly nullable: boolean;
	readonly metadata: {readonly [key: string]: unknown};
}

export interface WantedSchema {
	readonly schema: Schema | undefined;
	/** The columns that have been written before. */
	readonly before: Schema | undefined;
	readonly partitionColumns: readonly string[];
	/** The `schemaString` that is there. */
	readonly present: string | undefined;
}

/**
 * The `schemaString` of a table. Columns without any value are left out, as they are in the files. Columns that
 * another program has added stay, and so do its comments.
 */
export function deltaSchema({schema, before, partitionColumns, present}: WantedSchema): string {
	const own = new Map(columnsIn(schema).map(column => [column.name, fieldOf(column)]));
	for (const name of partitionColumns) own.set(name, {name, type: 'string', nullable: true, metadata: {}});
	const past = new Set(before?.columns.map(({name}) => name));
	const fields: DeltaField[] = [];
	for (const field of fieldsIn(present)) {
		const mine = own.get(field.name);
		own.delete(field.name);
		if (mine) fields.push({...mine, metadata: field.metadata ?? {}});
		else if (!past.has(field.name)) fields.push(field);
	}
	return JSON.stringify({type: 'struct', fields: [...fields, ...own.values()]});
}

/** Throws where another program has given a column of these another type. */
export function refuseOtherTypes(present: string, schema: Schema | undefined, where: string): void {
	const own = new Map(columnsIn(schema).map(column => [column.name, typeOf(column)]));
	for (const {name, type} of fieldsIn(present)) {
		const mine = own.get(name);
		if (mine === undefined || kindOf(mine) === kindOf(type)) continue;
		throw new StateError(
			`${where}: another program has made its column ${JSON.stringify(name)} ${kindOf(type)}, and ` +
				`Sluice writes ${kindOf(mine)}. Nothing was changed. Restore the version before, or write to ` +
				'another place',
		);
	}
}

/** The columns that another program has added, as far as files of Sluice can have them. */
export function addedColumns(
	present: string,
	schema: Schema | undefined,
	partitionColumns: readonly string[],
): {readonly columns: readonly Column[]; readonly unknown: readonly string[]} {
	const own = new Set([...columnsIn(schema).map(({name}) => name), ...partitionColumns]);
	const added = fieldsIn(present).filter(({name}) => !own.has(name));
	const columns = added.map(({name, type}) => columnOf(name, type));
	return {
		columns: columns.filter(column => column !== undefined),
		unknown: added.filter((_, index) => columns[index] === undefined).map(({name}) => name),
	};
}

function columnsIn(schema: Schema | undefined): readonly Column[] {
	return schema ? seenColumns(schema).columns : [];
}

function fieldsIn(text: string | undefined): readonly DeltaField[] {
	return text === undefined ? [] : (JSON.parse(text) as {fields: readonly DeltaField[]}).fields;
}

// Other writers order the keys of a type in other ways, and know of comments and of values that are never null.
function kindOf(type: DeltaType): string {
	if (typeof type === 'string') return type;
	if (type.type === 'array') return `array<${kindOf(type.elementType)}>`;
	if (type.type === 'map') return 'map';
	return `struct<${type.fields.map(({name, type: inner}) => `${name}:${kindOf(inner)}`).join(',')}>`;
}

// Earlier files may lack the column, and writers of other programs may leave it out.
function fieldOf(column: Column): DeltaField {
	return {name: column.name, type: typeOf(column), nullable: true, metadata: {}};
}

function typeOf(column: Column): DeltaType {
	switch (column.type) {
		case 'bigint':
			return 'long';
		case 'double':
			return 'double';
		case 'bool':
			return 'boolean';
		case 'timestamp':
			return 'timestamp';
		case 'date':
			return 'date';
		case 'binary':
			return 'binary';
		case 'decimal':
			return `decimal(${column.precision},${column.scale})`;
		case 'list':
			return {type: 'array', elementType: typeOf(column.items), containsNull: true};
		case 'struct':
			return {type: 'struct', fields: column.fields.map(fieldOf)};
		// Delta has no time of day, and no JSON: the files have both as text.
		default:
			return 'string';
	}
}

const plainTypes = {
	string: 'text',
	long: 'bigint',
	double: 'double',
	boolean: 'bool',
	timestamp: 'timestamp',
	date: 'date',
	binary: 'binary',
} as const;

function columnOf(name: string, type: DeltaType): Column | undefined {
	const common = {name, nullable: true};
	if (typeof type !== 'string') {
		if (type.type === 'array') {
			const items = columnOf('element', type.elementType);
			return items && {...common, type: 'list', items};
		}
		if (type.type !== 'struct') return undefined;
		const fields = type.fields.map(field => columnOf(field.name, field.type));
		return fields.includes(undefined) ? undefined : {...common, type: 'struct', fields: fields as Column[]};
	}
	const [, precision, scale] = /^decimal\((\d+),\s*(\d+)\)$/.exec(type) ?? [];
	if (precision !== undefined)
		return {...common, type: 'decimal', precision: Number(precision), scale: Number(scale)};
	return Object.hasOwn(plainTypes, type)
		? {...common, type: plainTypes[type as keyof typeof plainTypes]}
		: undefined;
}
