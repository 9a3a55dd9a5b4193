/** From values of records to stores: one loop per type, which checks every value and trusts nobody. */

import {type JsonValue, parse, stringify} from '../../src/core/json.ts';
import {textAt} from '../../src/core/records/value-index.ts';
import {daysAt, secondsAt, spell, spelling, timeMicrosAt, timestampMicrosAt} from '../../src/core/times.ts';
import {BytesStore} from './bytes.ts';
import {unscaled} from './decimals.ts';
import {TextStore} from './dictionary.ts';
import * as plain from './plain.ts';
import type {Leaf} from './schema.ts';
import {BooleanStore, DoubleStore, FixedStore, Int32Store, Int64Store} from './stores.ts';

export type ValueStore =
	| Int32Store
	| Int64Store
	| DoubleStore
	| BooleanStore
	| FixedStore
	| BytesStore
	| TextStore;

export interface ValueWriter {
	readonly store: ValueStore;
	/**
	 * Stores the first `count` values, none of them null. Returns how many it took: fewer means that the next
	 * one is wrong.
	 */
	append(values: readonly unknown[], count: number): number;
	/** The same for values that stand in JSON text. */
	appendSpans(spans: plain.Spans): number;
}

/** An empty store for a column, and the functions that fill it. */
export function valueWriter({column, physical, width}: Leaf): ValueWriter {
	if (column.type === 'decimal') return decimalWriter(column.precision, column.scale, physical, width);
	switch (column.type) {
		case 'text':
			return writer(new TextStore(), appendText, plain.takeTexts);
		case 'json':
			return writer(new TextStore(), appendJson, plain.takeJson);
		case 'binary':
			return writer(new BytesStore(), appendBase64);
		case 'bool':
			return writer(new BooleanStore(), appendBooleans, plain.takeBooleans);
		case 'double':
			return writer(new DoubleStore(), appendDoubles, plain.takeDoubles);
		case 'bigint':
			return writer(new Int64Store(), appendIntegers, plain.takeIntegers);
		case 'timestamp':
			return writer(new Int64Store(), appendTimestamps, plain.takeTimestamps);
		case 'time':
			return writer(new Int64Store(), appendTimes, plain.takeTimes);
		case 'date':
			return writer(new Int32Store(), appendDates, plain.takeDates);
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
				if (next === spans.count || append(store, [valueAt(spans, next)], 1) === 0) return next;
			}
		},
	};
}

/** A value that stands in JSON text. */
export function valueAt({text: {bytes}, places}: plain.Spans, number: number): JsonValue {
	return parse(textAt(bytes, places[2 * number] as number, places[2 * number + 1] as number));
}

function appendText(store: TextStore, values: readonly unknown[], count: number): number {
	for (let i = 0; i < count; i++) {
		const value = values[i];
		if (typeof value !== 'string') return i;
		store.add(value);
	}
	return count;
}

function appendJson(store: TextStore, values: readonly unknown[], count: number): number {
	for (let i = 0; i < count; i++) {
		const text = jsonText(values[i]);
		if (text === undefined) return i;
		store.add(text);
	}
	return count;
}

// Functions and symbols have no text, and an object that holds itself has none either.
function jsonText(value: unknown): string | undefined {
	try {
		return stringify(value as JsonValue) as string | undefined;
	} catch {
		return undefined;
	}
}

const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

function appendBase64(store: BytesStore, values: readonly unknown[], count: number): number {
	for (let i = 0; i < count; i++) {
		const value = values[i];
		if (typeof value !== 'string' || value.length % 4 !== 0 || !base64.test(value)) return i;
		store.addBytes(Buffer.from(value, 'base64'));
	}
	return count;
}

function appendBooleans(store: BooleanStore, values: readonly unknown[], count: number): number {
	store.reserve(count);
	for (let i = 0; i < count; i++) {
		const value = values[i];
		if (value !== true && value !== false) return i;
		store.items[store.count++] = value ? 1 : 0;
	}
	return count;
}

function appendDoubles(store: DoubleStore, values: readonly unknown[], count: number): number {
	store.reserve(count);
	for (let i = 0; i < count; i++) {
		const value = values[i];
		if (typeof value !== 'number') return i;
		store.items[store.count++] = value;
	}
	return count;
}

function appendIntegers(store: Int64Store, values: readonly unknown[], count: number): number {
	store.reserve(count);
	for (let i = 0; i < count; i++) {
		const value = values[i];
		if (typeof value === 'number' && Number.isSafeInteger(value)) store.addSafe(value);
		else if (typeof value === 'bigint' && BigInt.asIntN(64, value) === value) store.addBig(value);
		else return i;
	}
	return count;
}

function appendTimestamps(store: Int64Store, values: readonly unknown[], count: number): number {
	store.reserve(count);
	for (let i = 0; i < count; i++) {
		const value = values[i];
		if (typeof value !== 'string') return i;
		const end = spell(value);
		const seconds = secondsAt(spelling, 0, end);
		const micros = timestampMicrosAt(spelling, 0, end);
		if (Number.isNaN(seconds) || Number.isNaN(micros)) return i;
		if (plain.areSafe(seconds)) store.addSafe(seconds * 1_000_000 + micros);
		else store.addBig(BigInt(seconds) * 1_000_000n + BigInt(micros));
	}
	return count;
}

function appendTimes(store: Int64Store, values: readonly unknown[], count: number): number {
	store.reserve(count);
	for (let i = 0; i < count; i++) {
		const value = values[i];
		const micros = typeof value === 'string' ? timeMicrosAt(spelling, 0, spell(value)) : Number.NaN;
		if (Number.isNaN(micros)) return i;
		store.addSafe(micros);
	}
	return count;
}

function appendDates(store: Int32Store, values: readonly unknown[], count: number): number {
	store.reserve(count);
	for (let i = 0; i < count; i++) {
		const value = values[i];
		const days = typeof value === 'string' ? daysAt(spelling, 0, spell(value)) : Number.NaN;
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
		return writer(new Int32Store(), (store, values, count) => appendSmall(store, values, count, digitsOf));
	if (physical === 'INT64')
		return writer(new Int64Store(), (store, values, count) => appendMedium(store, values, count, digitsOf));
	return writer(new FixedStore(width), (store, values, count) => appendLarge(store, values, count, digitsOf));
}

type DigitsOf = (value: unknown) => number | bigint | undefined;

function appendSmall(
	store: Int32Store,
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
	store: Int64Store,
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
	store: FixedStore,
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
