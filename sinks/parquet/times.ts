/** Reads ISO 8601 dates and times digit by digit: several times faster than `Date`, exact to the microsecond, and strict. */

const ZERO = 48;
const DASH = 45;
const DOT = 46;
const COLON = 58;
const UPPER_T = 84;
const UPPER_Z = 90;

/** Length of `2024-01-05`, of `2024-01-05T10:00:00`, and of `10:00:00`. */
const DATE = 10;
const SECONDS = 19;
const CLOCK = 8;

/** Days since 1970-01-01 of `2024-01-05`; NaN when the text is anything else. */
export function daysOf(text: string): number {
	return text.length === DATE ? leadingDays(text) : Number.NaN;
}

/** Seconds since 1970 of `2024-01-05T10:00:00Z`, without the decimals; NaN when that part is anything else. */
export function secondsOf(text: string): number {
	if (text.charCodeAt(DATE) !== UPPER_T) return Number.NaN;
	return leadingDays(text) * 86_400 + clock(text, DATE + 1);
}

/** The decimals of a timestamp's second, in microseconds; NaN when there are more than six or the text does not end in `Z`. */
export function timestampMicros(text: string): number {
	return text.charCodeAt(text.length - 1) === UPPER_Z ? decimals(text, SECONDS, text.length - 1) : Number.NaN;
}

/** Microseconds since midnight of `10:00:00.123456`; NaN when the text is anything else. */
export function timeMicros(text: string): number {
	return clock(text, 0) * 1_000_000 + decimals(text, CLOCK, text.length);
}

function leadingDays(text: string): number {
	if (text.charCodeAt(4) !== DASH || text.charCodeAt(7) !== DASH) return Number.NaN;
	const century = twoDigits(text, 0);
	const rest = twoDigits(text, 2);
	const month = twoDigits(text, 5);
	const day = twoDigits(text, 8);
	if (century < 0 || rest < 0) return Number.NaN;
	const year = century * 100 + rest;
	if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return Number.NaN;
	// Years that begin in March put the leap day last, so that a day's number within the year is a straight line of the month.
	const shifted = month > 2 ? year : year - 1;
	const leapDays = Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400);
	const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
	return shifted * 365 + leapDays + dayOfYear - DAYS_TO_1970;
}

/** From 0000-03-01 to 1970-01-01. */
const DAYS_TO_1970 = 719_468;

function daysIn(year: number, month: number): number {
	if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
	return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function clock(text: string, at: number): number {
	if (text.charCodeAt(at + 2) !== COLON || text.charCodeAt(at + 5) !== COLON) return Number.NaN;
	const hours = twoDigits(text, at);
	const minutes = twoDigits(text, at + 3);
	const seconds = twoDigits(text, at + 6);
	if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 59) return Number.NaN;
	return hours * 3600 + minutes * 60 + seconds;
}

// `.123` from `from` to `to`, or nothing at all.
function decimals(text: string, from: number, to: number): number {
	if (from === to) return 0;
	const digits = to - from - 1;
	if (text.charCodeAt(from) !== DOT || digits < 1 || digits > 6) return Number.NaN;
	let micros = 0;
	for (let at = from + 1; at <= from + 6; at++) {
		const digit = at < to ? text.charCodeAt(at) - ZERO : 0;
		if (digit < 0 || digit > 9) return Number.NaN;
		micros = micros * 10 + digit;
	}
	return micros;
}

// Below zero when one of the two is no digit.
function twoDigits(text: string, at: number): number {
	const tens = text.charCodeAt(at) - ZERO;
	const units = text.charCodeAt(at + 1) - ZERO;
	return tens >= 0 && tens <= 9 && units >= 0 && units <= 9 ? tens * 10 + units : -1;
}
