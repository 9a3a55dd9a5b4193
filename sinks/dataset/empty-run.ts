/** Runs that leave no rows: their messages, and the columns of tables without rows. */
import {SchemaError, SinkError} from '../../src/core/errors.ts';
import {isObject} from '../../src/core/path/path.ts';
import type {Rejection, Schema} from '../../src/core/schema/schema.ts';

const MOST_FIELDS = 20;

/** The error when every row of a run was refused: the config does not match the rows. */
export function allRejected(
	resource: string,
	rows: number,
	first: Rejection | undefined,
	had: number,
): SchemaError {
	const why = first ? `; the first for ${first.column ?? 'the row'}: ${first.reason}` : '';
	const stays = had > 0 ? ` The ${had} rows of earlier runs stay.` : '';
	return new SchemaError(
		`${resource}: all ${rows} rows were rejected${why}. ${fields(first)}Correct primary_key or ` +
			`columns.${stays}`,
		first?.column,
	);
}

function fields(rejection: Rejection | undefined): string {
	const names = rejection && isObject(rejection.record) ? Object.keys(rejection.record) : [];
	if (names.length === 0) return '';
	const more = names.length > MOST_FIELDS ? ` and ${names.length - MOST_FIELDS} more` : '';
	return `The fields of that row are ${names.slice(0, MOST_FIELDS).join(', ')}${more}. `;
}

/** The error when a replacement without rows would remove all rows. */
export function emptyReplacementError(resource: string, had: number): SinkError {
	return new SinkError(
		`${resource}: no row came, and replace would put nothing in the place of ${had} rows, so these stay. ` +
			'See what the API answers; if the resource may be empty, set allow_empty: true',
	);
}

/**
 * The columns of both schemas: those of the first as they are, then those that only the second has. The
 * latter have no values, so all of them may be null.
 */
export function withColumns(schema: Schema | undefined, more: Schema | undefined): Schema | undefined {
	if (!schema || !more) return schema ?? more;
	const names = new Set(schema.columns.map(({name}) => name));
	const others = more.columns.filter(({name}) => !names.has(name));
	return others.length === 0 ? schema : {columns: [...schema.columns, ...others]};
}
