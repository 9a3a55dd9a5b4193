/** Timestamps, dates and times of day: the form of records, and conversions of other forms to it. */
import {ZERO} from '../../src/core/json/ascii.ts';
import type {TimeUnit} from '../../src/core/schema/schema.ts';
import {
	daysAt,
	secondsAt,
	spelling,
	timeMicrosAt,
	timestampMicrosAt,
	writeSpelling,
} from '../../src/core/time/from-bytes.ts';
import {parseTime as parse, type Time} from '../../src/core/time/grammar.ts';
import {secondsOf} from '../../src/core/time/instant.ts';
import {plainDigits} from './digits.ts';

const DAY = 86_400;
const FIRST_SECOND = Date.parse('0001-01-01T00:00:00Z') / 1000;
const LAST_SECOND = Date.parse('9999-12-31T23:59:59Z') / 1000;

/** Whether a text is a timestamp in the form of records. */
export function isTimestamp(text: string): boolean {
	return isTimestampAt(spelling, 0, writeSpelling(text));
}

/** The same for bytes. */
export function isTimestampAt(bytes: Uint8Array, start: number, end: number): boolean {
	const length = end - start;
	if (length !== 20 && length !== 24 && length !== 27) return false;
	return secondsAt(bytes, start, end) >= FIRST_SECOND && timestampMicrosAt(bytes, start, end) >= 0;
}

/** Whether a text is a date in the form of records. */
export function isDate(text: string): boolean {
	return isDateAt(spelling, 0, writeSpelling(text));
}

/** The same for bytes. */
export function isDateAt(bytes: Uint8Array, start: number, end: number): boolean {
	return daysAt(bytes, start, end) * DAY >= FIRST_SECOND;
}

/** Whether a text is a time of day in the form of records. */
export function isTime(text: string): boolean {
	return isTimeAt(spelling, 0, writeSpelling(text));
}

/** The same for bytes. */
export function isTimeAt(bytes: Uint8Array, start: number, end: number): boolean {
	return timeMicrosAt(bytes, start, end) >= 0;
}

/**
 * An ISO-like date-time in UTC, or `undefined` when the text is none. Without a zone it is UTC already;
 * fractions are cut to microseconds. Dates alone, times alone and week dates are not date-times. For texts
 * that are less certain, see `readTimestamp`.
 */
export function parseDateTime(text: string): string | undefined {
	// Most texts are neither; checking one character is far cheaper than a regular expression.
	const first = text.charCodeAt(0) - ZERO;
	if (!(first >= 0 && first <= 9) || text.length < 13) return undefined;
	const time = parse(text);
	if (!time) return undefined;
	const {kind, finest, isPadded, zone} = time.spelling;
	const isPlain = kind === 'iso' && finest !== 'day' && isPadded && !/[UG]/i.test(zone);
	return isPlain ? inUtc(time) : undefined;
}

/**
 * The timestamp of a text that is a date or a time in any known form, for columns that are known to hold
 * times.
 */
export function readTimestamp(text: string): string | undefined {
	const time = parse(text);
	return time && inUtc(time);
}

function inUtc(time: Time): string | undefined {
	// A leap second and the end of a day cannot be written in this form, so they would lose information.
	if (time.second > 59 || time.hour > 23) return undefined;
	const seconds = secondsOf(time);
	return seconds === undefined ? undefined : atSecond(seconds, time.fraction);
}

// 3 decimals or 6: most APIs send milliseconds, and files keep microseconds at most.
function withDot(fraction: string): string {
	if (fraction === '') return '';
	return `.${fraction.length <= 3 ? fraction.padEnd(3, '0') : fraction.slice(0, 6).padEnd(6, '0')}`;
}

function atSecond(second: number, fraction: string): string | undefined {
	if (!(second >= FIRST_SECOND && second <= LAST_SECOND)) return undefined;
	return `${new Date(second * 1000).toISOString().slice(0, 19)}${withDot(fraction)}Z`;
}

const zeros: Readonly<Record<TimeUnit, number>> = {s: 0, ms: 3, us: 6, ns: 9};

/**
 * The timestamp of a count since 1970, given as plain digits: `1704067200`, `-1.5`. Fractions of a
 * microsecond are cut. `undefined` outside the years 1 to 9999.
 */
export function fromEpoch(digits: string, unit: TimeUnit = 's'): string | undefined {
	const plain = unit === 's' ? digits : plainDigits(`${digits}e-${zeros[unit]}`);
	if (plain === undefined) return undefined;
	const [whole = '', fraction = ''] = plain.split('.');
	const micros = fraction.slice(0, 6).replace(/0+$/, '');
	if (!plain.startsWith('-') || micros === '') return atSecond(Number(whole), micros);
	const rest = String(1_000_000 - Number(micros.padEnd(6, '0'))).padStart(6, '0');
	return atSecond(Number(whole) - 1, rest.replace(/0+$/, ''));
}

const dateOnly = /^(\d{4})([-/]?)(\d\d)\2(\d\d)$/;

/** A date alone, `2024-01-05`, `2024/01/05` or `20240105`, in the form of records. */
export function parseDate(text: string): string | undefined {
	const found = dateOnly.exec(text);
	const date = found ? `${found[1]}-${found[3]}-${found[4]}` : '';
	return isDate(date) ? date : undefined;
}

const timeOnly = /^(\d\d:\d\d)(?:(:\d\d)(?:[.,](\d+))?)?$/;

/** A time of day, `10:00` or `10:00:00.5`, in the form of records; cut to microseconds. */
export function parseTimeOfDay(text: string): string | undefined {
	const [, minutes = '', seconds = ':00', fraction = ''] = timeOnly.exec(text) ?? [];
	const time = `${minutes}${seconds}${fraction === '' ? '' : `.${fraction.slice(0, 6)}`}`;
	return isTime(time) ? time : undefined;
}
