/** Stores values of records: one loop per type, which checks every value, as declared types may be wrong. */

import {isBase64} from '../../../../src/core/json/base64.ts';
import {type JsonValue, parse, stringify} from '../../../../src/core/json/json.ts';
import {textAt} from '../../../../src/core/records/value-index.ts';
import {
	daysAt,
	secondsAt,
	spelling,
	timeMicrosAt,
	timestampMicrosAt,
	writeSpelling,
} from '../../../../src/core/time/from-bytes.ts';
import {unscaled} from '../decimals.ts';
import type {Leaf} from '../schema.ts';
import {ByteStringsBuffer} from './byte-strings.ts';
import {BooleanBuffer, DoubleBuffer, FixedBytesBuffer, Int32Buffer, Int64Buffer} from './column-buffers.ts';
import {TextBuffer} from './dictionary.ts';
import * as plain from './values-from-json.ts';

export type ValueStore =
	| Int32Buffer
	| Int64Buffer
	| DoubleBuffer
	| BooleanBuffer
	| FixedBytesBuffer
	| ByteStringsBuffer
	| TextBuffer;

export interface ValueWriter {
	readonly store: ValueStore;
	/**
	 * Stores the first `count` values, none of them null. Returns how many it stored: if fewer, the next value
	 * does not fit.
	 */
	append(values: readonly unknown[], count: number): number;
	/** The same for values in JSON text. */
	appendSpans(spans: plain.Spans): number;
}

/** An empty store for a column, and the functions that fill it. */
export function valueWriter({column, physical, width}: Leaf): ValueWriter {
	if (column.type === 'decimal') return decimalWriter(column.precision, column.scale, physical, width);
	switch (column.type) {
		case 'text':
			return writer(new TextBuffer(), appendText, plain.takeTexts);
		case 'json':
			return writer(new TextBuffer(), appendJson, plain.takeJson);
		case 'binary':
			return writer(new ByteStringsBuffer(), appendBase64);
		case 'bool':
			return writer(new BooleanBuffer(), appendBooleans, plain.takeBooleans);
		case 'double':
			return writer(new DoubleBuffer(), appendDoubles, plain.takeDoubles);
		case 'bigint':
			return writer(new Int64Buffer(), appendIntegers, plain.takeIntegers);
		case 'timestamp':
			return writer(new Int64Buffer(), appendTimestamps, plain.takeTimestamps);
		case 'time':
			return writer(new Int64Buffer(), appendTimes, plain.takeTimes);
		case 'date':
			return writer(new Int32Buffer(), appendDates, plain.takeDates);
	}
}

function writer<S extends ValueStore>(
	store: S,
	append: (store: S, values: readonly unknown[], count: number) => number,
	take: plain.TakePlain<S> = plain.takeNone,
): ValueWriter {
	return {
		store,
		append: (values, count) => append(store, values, count),
		appendSpans(spans) {
			for (let next = 0; ; next++) {
				next = take(store, spans, next);
				if (next === spans.count || append(store, [parsedValue(spans, next)], 1) === 0) return next;
			}
		},
	};
}

/** Parses a value in JSON text. */
export function parsedValue({text: {bytes}, places}: plain.Spans, number: number): JsonValue {
	return parse(textAt(bytes, places[2 * number] as number, places[2 * number + 1] as number));
}

function appendText(store: TextBuffer, values: readonly unknown[], count: number): number {
	for (let i = 0; i < count; i++) {
		const value = values[i];
		if (typeof value !== 'string') return i;
		store.add(value);
	}
	return count;
}

function appendJson(store: TextBuffer, values: readonly unknown[], count: number): number {
	for (let i = 0; i < count; i++) {
		const text = jsonText(values[i]);
		if (text === undefined) return i;
		store.add(text);
	}
	return count;
}

// Functions and symbols have no text, and neither has an object that contains itself.
function jsonText(value: unknown): string | undefined {
	try {
		return stringify(value as JsonValue) as string | undefined;
	} catch {
		return undefined;
	}
}

function appendBase64(store: ByteStringsBuffer, values: readonly unknown[], count: number): number {
	for (let i = 0; i < count; i++) {
		const value = values[i];
		if (typeof value !== 'string' || !isBase64(value)) return i;
		store.addBytes(Buffer.from(value, 'base64'));
	}
	return count;
}

function appendBooleans(store: BooleanBuffer, values: readonly unknown[], count: number): number {
	store.reserve(count);
	for (let i = 0; i < count; i++) {
		const value = values[i];
		if (value !== true && value !== false) return i;
		store.items[store.count++] = value ? 1 : 0;
	}
	return count;
}

function appendDoubles(store: DoubleBuffer, values: readonly unknown[], count: number): number {
	store.reserve(count);
	for (let i = 0; i < count; i++) {
		const value = values[i];
		if (typeof value !== 'number') return i;
		store.items[store.count++] = value;
	}
	return count;
}

function appendIntegers(store: Int64Buffer, values: readonly unknown[], count: number): number {
	store.reserve(count);
	for (let i = 0; i < count; i++) {
		const value = values[i];
		if (typeof value === 'number' && Number.isSafeInteger(value)) store.addSafe(value);
		else if (typeof value === 'bigint' && BigInt.asIntN(64, value) === value) store.addBig(value);
		else return i;
	}
	return count;
}

function appendTimestamps(store: Int64Buffer, values: readonly unknown[], count: number): number {
	store.reserve(count);
	for (let i = 0; i < count; i++) {
		const value = values[i];
		if (typeof value !== 'string') return i;
		const end = writeSpelling(value);
		const seconds = secondsAt(spelling, 0, end);
		const micros = timestampMicrosAt(spelling, 0, end);
		if (Number.isNaN(seconds) || Number.isNaN(micros)) return i;
		if (plain.areSafe(seconds)) store.addSafe(seconds * 1_000_000 + micros);
		else store.addBig(BigInt(seconds) * 1_000_000n + BigInt(micros));
	}
	return count;
}

function appendTimes(store: Int64Buffer, values: readonly unknown[], count: number): number {
	store.reserve(count);
	for (let i = 0; i < count; i++) {
		const value = values[i];
		const micros = typeof value === 'string' ? timeMicrosAt(spelling, 0, writeSpelling(value)) : Number.NaN;
		if (Number.isNaN(micros)) return i;
		store.addSafe(micros);
	}
	return count;
}

function appendDates(store: Int32Buffer, values: readonly unknown[], count: number): number {
	store.reserve(count);
	for (let i = 0; i < count; i++) {
		const value = values[i];
		const days = typeof value === 'string' ? daysAt(spelling, 0, writeSpelling(value)) : Number.NaN;
		if (Number.isNaN(days)) return i;
		store.items[store.count++] = days;
	}
	return count;
}

function decimalWriter(
	precision: number,
	scale: number,
	physical: Leaf['physical'],
	width: number,
): ValueWriter {
	const digitsOf = (value: unknown): number | bigint | undefined =>
		typeof value === 'string' ? unscaled(value, precision, scale) : undefined;
	if (physical === 'INT32')
		return writer(new Int32Buffer(), (store, values, count) => appendSmall(store, values, count, digitsOf));
	if (physical === 'INT64')
		return writer(new Int64Buffer(), (store, values, count) => appendMedium(store, values, count, digitsOf));
	return writer(new FixedBytesBuffer(width), (store, values, count) =>
		appendLarge(store, values, count, digitsOf),
	);
}

type DigitsOf = (value: unknown) => number | bigint | undefined;

function appendSmall(
	store: Int32Buffer,
	values: readonly unknown[],
	count: number,
	digitsOf: DigitsOf,
): number {
	store.reserve(count);
	for (let i = 0; i < count; i++) {
		const digits = digitsOf(values[i]);
		if (digits === undefined) return i;
		store.items[store.count++] = Number(digits);
	}
	return count;
}

function appendMedium(
	store: Int64Buffer,
	values: readonly unknown[],
	count: number,
	digitsOf: DigitsOf,
): number {
	store.reserve(count);
	for (let i = 0; i < count; i++) {
		const digits = digitsOf(values[i]);
		if (digits === undefined) return i;
		if (typeof digits === 'number') store.addSafe(digits);
		else store.addBig(digits);
	}
	return count;
}

function appendLarge(
	store: FixedBytesBuffer,
	values: readonly unknown[],
	count: number,
	digitsOf: DigitsOf,
): number {
	for (let i = 0; i < count; i++) {
		const digits = digitsOf(values[i]);
		if (digits === undefined) return i;
		store.add(BigInt(digits));
	}
	return count;
}
