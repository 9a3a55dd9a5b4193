/** Columns in the words of Delta Lake. Types: github.com/delta-io/delta, PROTOCOL.md, "Schema Serialization Format". */
import {type Column, type Schema, seenColumns} from '../../../src/core/schema/schema.ts';

type DeltaType =
	| string
	| {readonly type: 'array'; readonly elementType: DeltaType; readonly containsNull: boolean}
	| {readonly type: 'struct'; readonly fields: readonly DeltaField[]};

interface DeltaField {
	readonly name: string;
	readonly type: DeltaType;
	readonly nullable: boolean;
	readonly metadata: {readonly [key: string]: never};
}

/** `schemaString` of a table. Columns without any value are left out, as they are in the files. */
export function deltaSchema(schema: Schema | undefined): string {
	const columns = schema ? seenColumns(schema).columns : [];
	return JSON.stringify({type: 'struct', fields: columns.map(fieldOf)});
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
