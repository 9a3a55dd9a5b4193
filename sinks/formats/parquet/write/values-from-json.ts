/**
 * Stores values from the bytes of JSON text, with one loop per type, for values in the plain form, as most
 * are. A value in another form, or of another type, ends the loop: it is parsed, and checked as other values
 * are.
 */
import {FALSE, QUOTE, TRUE} from '../../../../src/core/json/ascii.ts';
import {integerAt, numberAt} from '../../../../src/core/json/numerals.ts';
import {daysAt, secondsAt, timeMicrosAt, timestampMicrosAt} from '../../../../src/core/time/from-bytes.ts';
import type {Viewed} from './byte-strings.ts';
import {isCanonical, writtenNumberAt} from './canonical-json.ts';
import type {BooleanBuffer, ColumnBuffer, DoubleBuffer, Int32Buffer, Int64Buffer} from './column-buffers.ts';
import type {TextBuffer} from './dictionary.ts';

/** JSON text, and the places of values in it: the start and the end of each. */
export interface Spans {
	readonly text: Viewed;
	readonly places: Int32Array;
	readonly count: number;
}

/**
 * Stores values from the one with this number on. Returns the number of the first that it does not accept, or
 * the number of values.
 */
export type TakePlain<S extends ColumnBuffer> = (store: S, spans: Spans, from: number) => number;

/** For types whose values are all parsed. */
export function takeNone(_: ColumnBuffer, __: Spans, from: number): number {
	return from;
}

export function takeBooleans(
	store: BooleanBuffer,
	{text: {bytes}, places, count}: Spans,
	from: number,
): number {
	store.reserve(count - from);
	for (let i = from; i < count; i++) {
		const first = bytes[places[2 * i] as number];
		if (first !== TRUE && first !== FALSE) return i;
		store.items[store.count++] = first === TRUE ? 1 : 0;
	}
	return count;
}

export function takeIntegers(
	store: Int64Buffer,
	{text: {bytes}, places, count}: Spans,
	from: number,
): number {
	store.reserve(count - from);
	for (let i = from; i < count; i++) {
		const number = integerAt(bytes, places[2 * i] as number, places[2 * i + 1] as number);
		if (Number.isNaN(number)) return i;
		store.addSafe(number);
	}
	return count;
}

export function takeDoubles(
	store: DoubleBuffer,
	{text: {bytes}, places, count}: Spans,
	from: number,
): number {
	store.reserve(count - from);
	for (let i = from; i < count; i++) {
		const start = places[2 * i] as number;
		const end = places[2 * i + 1] as number;
		let number = numberAt(bytes, start, end);
		if (Number.isNaN(number)) {
			number = writtenNumberAt(bytes, start, end);
			if (Number.isNaN(number)) return i;
		}
		store.items[store.count++] = number;
	}
	return count;
}

const SAFE_SECONDS = 9_007_199_253;

/** Whether the microseconds of these seconds are safe integers, which they are up to the year 2255. */
export function areSafe(seconds: number): boolean {
	return seconds <= SAFE_SECONDS && seconds >= -SAFE_SECONDS;
}

export function takeTimestamps(
	store: Int64Buffer,
	{text: {bytes}, places, count}: Spans,
	from: number,
): number {
	store.reserve(count - from);
	for (let i = from; i < count; i++) {
		const start = (places[2 * i] as number) + 1;
		const end = (places[2 * i + 1] as number) - 1;
		const seconds = bytes[start - 1] === QUOTE ? secondsAt(bytes, start, end) : Number.NaN;
		const micros = timestampMicrosAt(bytes, start, end);
		if (!areSafe(seconds) || Number.isNaN(micros)) return i;
		store.addSafe(seconds * 1_000_000 + micros);
	}
	return count;
}

export function takeTimes(store: Int64Buffer, {text: {bytes}, places, count}: Spans, from: number): number {
	store.reserve(count - from);
	for (let i = from; i < count; i++) {
		const start = places[2 * i] as number;
		const micros =
			bytes[start] === QUOTE ? timeMicrosAt(bytes, start + 1, (places[2 * i + 1] as number) - 1) : Number.NaN;
		if (Number.isNaN(micros)) return i;
		store.addSafe(micros);
	}
	return count;
}

export function takeDates(store: Int32Buffer, {text: {bytes}, places, count}: Spans, from: number): number {
	store.reserve(count - from);
	for (let i = from; i < count; i++) {
		const start = places[2 * i] as number;
		const days =
			bytes[start] === QUOTE ? daysAt(bytes, start + 1, (places[2 * i + 1] as number) - 1) : Number.NaN;
		if (Number.isNaN(days)) return i;
		store.items[store.count++] = days;
	}
	return count;
}

export function takeTexts(store: TextBuffer, {text, places, count}: Spans, from: number): number {
	for (let i = from; i < count; i++) {
		const start = places[2 * i] as number;
		const isText = text.bytes[start] === QUOTE;
		if (!isText || !store.addPlain(text, start + 1, (places[2 * i + 1] as number) - 1)) return i;
	}
	return count;
}

export function takeJson(store: TextBuffer, {text, places, count}: Spans, from: number): number {
	for (let i = from; i < count; i++) {
		const start = places[2 * i] as number;
		const end = places[2 * i + 1] as number;
		if (!isCanonical(text.bytes, start, end)) return i;
		store.addFrom(text, start, end);
	}
	return count;
}
