/** Columns that a Parquet file cannot have. */
import {SinkError} from '../../../src/core/errors.ts';
import type {Column} from '../../../src/core/schema/schema.ts';

/** Throws a `SinkError` for such a column. `prefix` leads to the columns, for messages. */
export function checkColumns(columns: readonly Column[], prefix: string): void {
	const names = new Set<string>();
	for (const column of columns) {
		const label = prefix + column.name;
		if (names.has(column.name))
			throw new SinkError(
				`column ${JSON.stringify(label)} appears twice; a Parquet file holds each name once`,
			);
		names.add(column.name);
		if (column.type === 'decimal') checkDecimal(column, label);
		if (column.type === 'list') checkColumns([{...column.items, name: '[]'}], label);
		if (column.type !== 'struct') continue;
		if (column.fields.length === 0)
			throw new SinkError(
				`column ${JSON.stringify(label)} is a struct without fields, which Parquet cannot hold; make it json`,
			);
		checkColumns(column.fields, `${label}.`);
	}
}

function checkDecimal({precision, scale}: {precision: number; scale: number}, label: string): void {
	const valid =
		Number.isInteger(precision) &&
		Number.isInteger(scale) &&
		precision >= 1 &&
		scale >= 0 &&
		scale <= precision;
	if (!valid)
		throw new SinkError(
			`column ${JSON.stringify(label)} is decimal(${precision}, ${scale}); precision must be at least ` +
				'1, and scale between 0 and precision',
		);
}
