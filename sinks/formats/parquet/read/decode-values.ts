/** Converts values from the form in Parquet to the form in records. */

import {SinkError} from '../../../../src/core/errors.ts';
import {type JsonValue, parse} from '../../../../src/core/json/json.ts';
import {describeType} from '../../../../src/core/schema/definition.ts';
import type {Column} from '../../../../src/core/schema/schema.ts';
import {recordMaker} from '../../text-values.ts';
import {decimalText, readBigEndian} from '../decimals.ts';
import {upgrade} from '../type-widening.ts';

/** Converts a value that is not null. */
export type DecodeValue = (value: unknown) => JsonValue;

/**
 * Converts values of a stored column to those of a column with the same or a wider type. `place` is for
 * messages.
 */
export function valueDecoder(stored: Column, column: Column, place: string): DecodeValue {
	if (stored.type === 'list' && column.type === 'list')
		return listRestorer(stored.items, column.items, `${place}[]`);
	if (stored.type === 'struct' && column.type === 'struct')
		return structRestorer(stored.fields, column.fields, place);
	if (stored.type === 'bigint' && column.type === 'double') return value => Number(value);
	// A time that was written as text.
	if (stored.type === 'text' && column.type === 'time') return value => value as string;
	const become = stored.type === column.type ? undefined : upgrade(stored, column);
	if (become) {
		const decode = valueDecoder(stored, stored, place);
		return value => become(decode(value)) ?? null;
	}
	if (stored.type !== column.type)
		throw new SinkError(
			`${place} is ${describeType(stored)}, and not ${describeType(column)} as the schema says. Give ` +
				'the column its old type in the config, or read all again with --full-refresh',
		);
	switch (stored.type) {
		case 'bigint':
			return value => {
				const number = Number(value);
				return Number.isSafeInteger(number) ? number : (value as bigint);
			};
		case 'timestamp':
			return value => timestampText(value as bigint);
		case 'date':
			return value => dateText(value as number);
		case 'time':
			return value => clockText(Number(value));
		case 'decimal': {
			const {scale} = stored;
			return value => decimalOf(value as number | bigint | Uint8Array, scale);
		}
		case 'json':
			return value => parse(value as string);
		case 'binary':
			return value => base64(value as Uint8Array);
		default:
			return value => value as JsonValue;
	}
}

function listRestorer(stored: Column, column: Column, place: string): DecodeValue {
	const item = orNull(valueDecoder(stored, column, place));
	return value => (value as readonly unknown[]).map(item);
}

// The fields of a stored struct come in their order, under names without a meaning.
function structRestorer(stored: readonly Column[], fields: readonly Column[], place: string): DecodeValue {
	const sources = fields.map(field => {
		const at = stored.findIndex(one => one.name === field.name);
		const from = stored[at];
		return {at, restore: from && orNull(valueDecoder(from, field, `${place}.${field.name}`))};
	});
	const make = recordMaker(fields.map(field => field.name));
	return value => {
		const values: readonly unknown[] = Object.values(value as object);
		return make(index => {
			const {at = -1, restore} = sources[index] ?? {};
			return restore?.(values[at]) ?? null;
		});
	};
}

function orNull(restore: DecodeValue): DecodeValue {
	return value => (value === null || value === undefined ? null : restore(value));
}

const MICROS = 1_000_000n;
const DAY_SECONDS = 86_400;

function timestampText(micros: bigint): string {
	let fraction = Number(micros % MICROS);
	let seconds = Number(micros / MICROS);
	if (fraction < 0) {
		fraction += 1_000_000;
		seconds--;
	}
	return `${new Date(seconds * 1000).toISOString().slice(0, 19)}${decimals(fraction, 3)}Z`;
}

function dateText(days: number): string {
	return new Date(days * DAY_SECONDS * 1000).toISOString().slice(0, 10);
}

function clockText(micros: number): string {
	const seconds = Math.floor(micros / 1_000_000);
	return `${new Date(seconds * 1000).toISOString().slice(11, 19)}${decimals(micros % 1_000_000, 1)}`;
}

// Trailing zeros are removed in groups: a timestamp has 3 decimals or 6.
function decimals(micros: number, group: 1 | 3): string {
	if (micros === 0) return '';
	const digits = String(micros).padStart(6, '0');
	if (group === 1) return `.${digits.replace(/0+$/, '')}`;
	return micros % 1000 === 0 ? `.${digits.slice(0, 3)}` : `.${digits}`;
}

function decimalOf(value: number | bigint | Uint8Array, scale: number): string {
	const digits = value instanceof Uint8Array ? readBigEndian(value, 0, value.length) : BigInt(value);
	const text = decimalText(digits, scale);
	return scale === 0 ? text : text.replace(/\.?0+$/, '');
}

function base64(bytes: Uint8Array): string {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}
