/** From values of records to stores: one loop per type, which checks every value and trusts nobody. */
import {type JsonValue, stringify} from '../../src/core/json.ts';
import {unscaled} from './decimals.ts';
import {TextStore} from './dictionary.ts';
import type {Leaf} from './schema.ts';
import {BooleanStore, BytesStore, DoubleStore, FixedStore, Int32Store, Int64Store} from './stores.ts';
import {daysOf, secondsOf, timeMicros, timestampMicros} from './times.ts';

export type ValueStore = Int32Store | Int64Store | DoubleStore | BooleanStore | FixedStore | BytesStore | TextStore;

export interface ValueWriter {
	readonly store: ValueStore;
	/** Stores the first `count` values, none of them null. Returns how many it took: fewer means that the next one is wrong. */
	append(values: readonly unknown[], count: number): number;
}

/** An empty store for a column, and the function that fills it. */
export function valueWriter({column, physical, width}: Leaf): ValueWriter {
	if (column.type === 'decimal') return decimalWriter(column.precision, column.scale, physical, width);
	switch (column.type) {
		case 'text':
			return writer(new TextStore(), appendText);
		case 'json':
			return writer(new TextStore(), appendJson);
		case 'binary':
			return writer(new BytesStore(), appendBase64);
		case 'bool':
			return writer(new BooleanStore(), appendBooleans);
		case 'double':
			return writer(new DoubleStore(), appendDoubles);
		case 'bigint':
			return writer(new Int64Store(), appendIntegers);
		case 'timestamp':
			return writer(new Int64Store(), appendTimestamps);
		case 'time':
			return writer(new Int64Store(), appendTimes);
		case 'date':
			return writer(new Int32Store(), appendDates);
	}
}

function writer<S extends ValueStore>(
	store: S,
	append: (store: S, values: readonly unknown[], count: number) => number,
): ValueWriter {
	return {store, append: (values, count) => append(store, values, count)};
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

/** Seconds whose microseconds are still safe integers, to the year 2255. */
const SAFE_SECONDS = 9_007_199_253;

function appendTimestamps(store: Int64Store, values: readonly unknown[], count: number): number {
	store.reserve(count);
	for (let i = 0; i < count; i++) {
		const value = values[i];
		if (typeof value !== 'string') return i;
		const seconds = secondsOf(value);
		const micros = timestampMicros(value);
		if (seconds <= SAFE_SECONDS && seconds >= -SAFE_SECONDS && micros >= 0) store.addSafe(seconds * 1_000_000 + micros);
		else if (Number.isNaN(seconds) || Number.isNaN(micros)) return i;
		else store.addBig(BigInt(seconds) * 1_000_000n + BigInt(micros));
	}
	return count;
}

function appendTimes(store: Int64Store, values: readonly unknown[], count: number): number {
	store.reserve(count);
	for (let i = 0; i < count; i++) {
		const value = values[i];
		const micros = typeof value === 'string' ? timeMicros(value) : Number.NaN;
		if (Number.isNaN(micros)) return i;
		store.addSafe(micros);
	}
	return count;
}

function appendDates(store: Int32Store, values: readonly unknown[], count: number): number {
	store.reserve(count);
	for (let i = 0; i < count; i++) {
		const value = values[i];
		const days = typeof value === 'string' ? daysOf(value) : Number.NaN;
		if (Number.isNaN(days)) return i;
		store.items[store.count++] = days;
	}
	return count;
}

function decimalWriter(precision: number, scale: number, physical: Leaf['physical'], width: number): ValueWriter {
	const digitsOf = (value: unknown): number | bigint | undefined =>
		typeof value === 'string' ? unscaled(value, precision, scale) : undefined;
	if (physical === 'INT32')
		return writer(new Int32Store(), (store, values, count) => appendSmall(store, values, count, digitsOf));
	if (physical === 'INT64')
		return writer(new Int64Store(), (store, values, count) => appendMedium(store, values, count, digitsOf));
	return writer(new FixedStore(width), (store, values, count) => appendLarge(store, values, count, digitsOf));
}

type DigitsOf = (value: unknown) => number | bigint | undefined;

function appendSmall(store: Int32Store, values: readonly unknown[], count: number, digitsOf: DigitsOf): number {
	store.reserve(count);
	for (let i = 0; i < count; i++) {
		const digits = digitsOf(values[i]);
		if (digits === undefined) return i;
		store.items[store.count++] = Number(digits);
	}
	return count;
}

function appendMedium(store: Int64Store, values: readonly unknown[], count: number, digitsOf: DigitsOf): number {
	store.reserve(count);
	for (let i = 0; i < count; i++) {
		const digits = digitsOf(values[i]);
		if (digits === undefined) return i;
		if (typeof digits === 'number') store.addSafe(digits);
		else store.addBig(digits);
	}
	return count;
}

function appendLarge(store: FixedStore, values: readonly unknown[], count: number, digitsOf: DigitsOf): number {
	for (let i = 0; i < count; i++) {
		const digits = digitsOf(values[i]);
		if (digits === undefined) return i;
		store.add(BigInt(digits));
	}
	return count;
}
