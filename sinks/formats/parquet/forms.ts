/** The forms of columns for which readers differ: what stands in a file, and what it stands for. */
import type {Column} from '../../../src/core/schema/schema.ts';
import type {FileSchema} from './schema.ts';

export const jsonForms = ['text', 'json'] as const;
export const timeForms = ['time', 'text', 'bigint'] as const;

export interface Forms {
	/** Both are the same text. Polars reads what is annotated as JSON as bytes. */
	readonly json: (typeof jsonForms)[number];
	/** Spark reads no file with a `time` in it. As a bigint it is the microseconds since midnight. */
	readonly time: (typeof timeForms)[number];
}

export const defaultForms: Forms = {json: 'text', time: 'time'};

/** The key in the footer under which `marks` stand. */
export const MARKS = 'sluice.types';

/** What the types of a file do not say: the type that a leaf stands for, by its number. */
export function leafTypes({leaves}: FileSchema, forms: Forms): {[leaf: number]: 'json' | 'time'} {
	const found: {[leaf: number]: 'json' | 'time'} = {};
	for (const {index, column} of leaves) {
		if (column.type === 'json' && forms.json === 'text') found[index] = 'json';
		if (column.type === 'time' && forms.time === 'bigint') found[index] = 'time';
	}
	return found;
}

/** The type that a column is annotated with. */
export function annotatedColumn(column: Column, forms: Forms): Column {
	if (column.type === 'json' && forms.json === 'text') return {...column, type: 'text'};
	if (column.type === 'time' && forms.time === 'bigint') return {...column, type: 'bigint'};
	return column;
}

/** A time as text is a text in every way. */
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
