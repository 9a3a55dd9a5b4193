/**
 * Parses ISO 8601 dates and times digit by digit, from the bytes of a text: several times faster than `Date`,
 * exact to the microsecond, and strict. Other forms give NaN.
 */
import {COLON, DOT, MINUS, UPPER_T, UPPER_Z, ZERO} from '../json/ascii.ts';

/** Length of `2024-01-05`, of `2024-01-05T10:00:00`, and of `10:00:00`. */
const DATE = 10;
const SECONDS = 19;
const CLOCK = 8;

/** Days since 1970-01-01 of `2024-01-05`. */
export function daysAt(bytes: Uint8Array, start: number, end: number): number {
	return end - start === DATE ? leadingDays(bytes, start) : Number.NaN;
}

/** Seconds since 1970 of `2024-01-05T10:00:00.123Z`, without the decimals. */
export function secondsAt(bytes: Uint8Array, start: number, end: number): number {
	if (bytes[start + DATE] !== UPPER_T || bytes[end - 1] !== UPPER_Z || end - start <= SECONDS)
		return Number.NaN;
	return leadingDays(bytes, start) * 86_400 + clock(bytes, start + DATE + 1);
}

/** The decimals of a timestamp's second, in microseconds; there are six at most. */
export function timestampMicrosAt(bytes: Uint8Array, start: number, end: number): number {
	return decimals(bytes, start + SECONDS, end - 1);
}

/** Microseconds since midnight of `10:00:00.123456`. */
export function timeMicrosAt(bytes: Uint8Array, start: number, end: number): number {
	return end - start < CLOCK
		? Number.NaN
		: clock(bytes, start) * 1_000_000 + decimals(bytes, start + CLOCK, end);
}

function leadingDays(bytes: Uint8Array, at: number): number {
	if (bytes[at + 4] !== MINUS || bytes[at + 7] !== MINUS) return Number.NaN;
	const century = twoDigits(bytes, at);
	const rest = twoDigits(bytes, at + 2);
	const month = twoDigits(bytes, at + 5);
	const day = twoDigits(bytes, at + 8);
	if (century < 0 || rest < 0) return Number.NaN;
	const year = century * 100 + rest;
	if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return Number.NaN;
	// With years that begin in March, the leap day is last, so that the number of a day within the year is a
	// linear function of the month.
	const shifted = month > 2 ? year : year - 1;
	const leapDays = Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400);
	const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
	return shifted * 365 + leapDays + dayOfYear - DAYS_TO_1970;
}

/** Days from 0000-03-01 to 1970-01-01. */
const DAYS_TO_1970 = 719_468;

function daysIn(year: number, month: number): number {
	if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
	return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function clock(bytes: Uint8Array, at: number): number {
	if (bytes[at + 2] !== COLON || bytes[at + 5] !== COLON) return Number.NaN;
	const hours = twoDigits(bytes, at);
	const minutes = twoDigits(bytes, at + 3);
	const seconds = twoDigits(bytes, at + 6);
	if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 59)
		return Number.NaN;
	return hours * 3600 + minutes * 60 + seconds;
}

// The decimals `.123` from `from` to `to`, which may be absent.
function decimals(bytes: Uint8Array, from: number, to: number): number {
	if (from === to) return 0;
	const digits = to - from - 1;
	if (bytes[from] !== DOT || digits < 1 || digits > 6) return Number.NaN;
	let micros = 0;
	for (let at = from + 1; at <= from + 6; at++) {
		const digit = at < to ? (bytes[at] as number) - ZERO : 0;
		if (digit < 0 || digit > 9) return Number.NaN;
		micros = micros * 10 + digit;
	}
	return micros;
}

// Negative when one of the two is no digit.
function twoDigits(bytes: Uint8Array, at: number): number {
	const tens = (bytes[at] as number) - ZERO;
	const units = (bytes[at + 1] as number) - ZERO;
	return tens >= 0 && tens <= 9 && units >= 0 && units <= 9 ? tens * 10 + units : -1;
}

const LONGEST = 64;
/** The buffer into which `writeSpelling` writes texts. */
export const spelling = new Uint8Array(LONGEST);

/**
 * Writes a text into `spelling`, for the functions above, and returns the index after it. Texts that are too
 * long for all of them are cut.
 */
export function writeSpelling(text: string): number {
	const length = Math.min(text.length, LONGEST);
	for (let at = 0; at < length; at++) {
		const code = text.charCodeAt(at);
		spelling[at] = code < 128 ? code : 0;
	}
	return length;
}
