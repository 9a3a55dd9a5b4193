/**
 * The forms of columns that not all readers support: the type in the file, and the type that it stands for.
 */
import type {Column} from '../../../src/core/schema/schema.ts';
import type {FileSchema} from './schema.ts';

export const jsonForms = ['text', 'json'] as const;
export const timeForms = ['time', 'text', 'bigint'] as const;

export interface Forms {
	/** Both are the same text. Polars reads a column that is annotated as JSON as bytes. */
	readonly json: (typeof jsonForms)[number];
	/** Spark cannot read a file with a `time` in it. A bigint has the microseconds since midnight. */
	readonly time: (typeof timeForms)[number];
}

export const defaultForms: Forms = {json: 'text', time: 'time'};

/** The key of the marks in the footer. */
export const MARKS = 'sluice.types';

/** The types that a file does not have: the type that a leaf stands for, by its number. */
export function leafTypes({leaves}: FileSchema, forms: Forms): {[leaf: number]: 'json' | 'time'} {
	const found: {[leaf: number]: 'json' | 'time'} = {};
	for (const {index, column} of leaves) {
		if (column.type === 'json' && forms.json === 'text') found[index] = 'json';
		if (column.type === 'time' && forms.time === 'bigint') found[index] = 'time';
	}
	return found;
}

/** The column with the type of its annotation. */
export function annotatedColumn(column: Column, forms: Forms): Column {
	if (column.type === 'json' && forms.json === 'text') return {...column, type: 'text'};
	if (column.type === 'time' && forms.time === 'bigint') return {...column, type: 'bigint'};
	return column;
}

/** A time that is written as text is a text for all readers. */
export function writtenColumns(columns: readonly Column[], {time}: Forms): readonly Column[] {
	return time === 'text' && columns.some(column => containsType(column, 'time'))
		? columns.map(timeAsText)
		: columns;
}

function timeAsText(column: Column): Column {
	if (column.type === 'time') return {...column, type: 'text'};
	if (column.type === 'list') return {...column, items: timeAsText(column.items)};
	return column.type === 'struct' ? {...column, fields: column.fields.map(timeAsText)} : column;
}

export function containsType(column: Column, type: 'json' | 'time'): boolean {
	if (column.type === 'list') return containsType(column.items, type);
	return column.type === 'struct'
		? column.fields.some(field => containsType(field, type))
		: column.type === type;
}
