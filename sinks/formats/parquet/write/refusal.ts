/** The messages about records that a file does not accept. */

import {SinkError} from '../../../../src/core/errors.ts';
import {type Page, pageName} from '../../../../src/core/page.ts';
import {describeType} from '../../../../src/core/schema/definition.ts';
import type {LeafColumn} from '../storage.ts';

export interface RefusedValue {
	/** The column, for example `address.city`. */
	readonly label: string;
	readonly column: LeafColumn | 'list' | 'struct';
	readonly value: unknown;
	/** The row in the file, from 1. */
	readonly row: number;
}

const advice = 'let normalize() be the last step before parquet(), or correct the step between them';

export function refusedValue(
	{resource, number}: Page,
	file: string,
	{label, column, value, row}: RefusedValue,
): SinkError {
	const place = `row ${row} of ${file} (${pageName(number)})`;
	const name = `${resource}: column ${JSON.stringify(label)}`;
	const type = typeof column === 'string' ? column : describeType(column);
	if (value === null || value === undefined)
		return new SinkError(`${name} (${type}) is not nullable, but has no value in ${place}; ${advice}`);
	if (type === 'json' && isTooDeep(value))
		return new SinkError(
			`${name} (${type}) is nested too deeply in ${place}; take it out by the processing step remove`,
		);
	return new SinkError(
		`${name} (${type}) takes ${acceptedBy(column)}, not ${describe(value)} in ${place}; ${advice}`,
	);
}

export function refusedRecord(
	{resource, number}: Page,
	file: string,
	record: unknown,
	row: number,
): SinkError {
	return new SinkError(
		`${resource}: row ${row} of ${file} (${pageName(number)}) is ${describe(record)}, not an object; ` +
			`${advice}`,
	);
}

function acceptedBy(column: LeafColumn | 'list' | 'struct'): string {
	if (column === 'list') return 'an array';
	if (column === 'struct') return 'an object';
	switch (column.type) {
		case 'text':
			return 'a string';
		case 'bigint':
			return 'a whole number within 64 bits (beyond 2^53 as a bigint)';
		case 'double':
			return 'a number';
		case 'bool':
			return 'true or false';
		case 'timestamp':
			return 'text like 2024-01-05T10:00:00Z';
		case 'date':
			return 'text like 2024-01-05';
		case 'time':
			return 'text like 10:00:00';
		case 'binary':
			return 'base64 text';
		case 'json':
			return 'a JSON value';
		case 'decimal':
			return (
				`text of at most ${column.precision - column.scale} digits before the dot and ${column.scale} ` +
				'after it'
			);
	}
}

// A value with a text fits into JSON; one that contains itself has none.
function isTooDeep(value: unknown): boolean {
	if (typeof value !== 'object') return false;
	try {
		JSON.stringify(value);
		return true;
	} catch (error) {
		return error instanceof RangeError;
	}
}

const SHOWN = 60;

function describe(value: unknown): string {
	if (value === null || value === undefined) return 'null';
	if (Array.isArray(value)) return 'an array';
	if (typeof value === 'string')
		return JSON.stringify(value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value);
	if (typeof value === 'object') return 'an object';
	return typeof value === 'number' ? String(value) : `the ${typeof value} ${String(value).slice(0, SHOWN)}`;
}
