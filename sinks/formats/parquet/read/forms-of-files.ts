/** The forms of columns for files that are written beside others. */
import {ConfigError} from '../../../../src/core/errors.ts';
import type {Column, Schema} from '../../../../src/core/schema/schema.ts';
import {containsType, defaultForms, type Forms} from '../forms.ts';
import {type OpenedFile, openParquetFile} from './open-file.ts';

/** An existing file, with the columns of its rows. */
export interface PresentFile {
	readonly path: string;
	readonly schema: Schema | undefined;
}

/**
 * The forms for files beside these: readers refuse a column that has two. Throws where the config requires
 * another form.
 */
export async function formsBeside(files: readonly PresentFile[], wanted: Partial<Forms>): Promise<Forms> {
	let found: Partial<Forms> = {};
	const isOpen = ({schema}: PresentFile): boolean =>
		(['json', 'time'] as const).some(
			type => found[type] === undefined && schema?.columns.some(column => containsType(column, type)),
		);
	for (const file of files) if (isOpen(file)) found = {...(await formsOf(file)), ...found};
	for (const [type, form] of Object.entries(found) as [keyof Forms, string][])
		if (wanted[type] !== undefined && wanted[type] !== form) throw other(type, form, wanted[type]);
	return {...defaultForms, ...wanted, ...found};
}

async function formsOf({path, schema}: PresentFile): Promise<Partial<Forms>> {
	const file = await openParquetFile(path);
	try {
		const texts = (schema?.columns ?? []).some(column => isTimeText(column, storedOf(file, column.name)));
		return {...(texts && {time: 'text'}), ...file.forms};
	} finally {
		await file.close();
	}
}

function storedOf({schema: {columns}}: OpenedFile, name: string): Column | undefined {
	return columns.find(column => column.name === name);
}

function isTimeText(column: Column, stored: Column | undefined): boolean {
	if (column.type === 'list') return stored?.type === 'list' && isTimeText(column.items, stored.items);
	if (column.type !== 'struct') return column.type === 'time' && stored?.type === 'text';
	if (stored?.type !== 'struct') return false;
	return column.fields.some(field =>
		isTimeText(
			field,
			stored.fields.find(({name}) => name === field.name),
		),
	);
}

function other(type: keyof Forms, form: string, wanted: string): ConfigError {
	return new ConfigError(
		`its Parquet files have columns of type ${type} as ${form}, and ${type}_as: ${wanted} would put ` +
			`others beside them, which readers refuse. Set ${type}_as: ${form}, or read all again with ` +
			'--full-refresh',
	);
}
