/** Timestamps, dates and times of day: the one spelling that records hold, and how others become it. */

const ZERO = 48;
const DASH = 45;
const DOT = 46;
const COLON = 58;
const CAPITAL_T = 84;
const CAPITAL_Z = 90;

/** Whether a text is a timestamp just as records hold it: checked by characters, since nearly all of them are. */
export function isTimestamp(text: string): boolean {
	const length = text.length;
	if (length !== 20 && length !== 24 && length !== 27) return false;
	if (text.charCodeAt(length - 1) !== CAPITAL_Z || text.charCodeAt(10) !== CAPITAL_T) return false;
	if (!startsWithDate(text) || !hasClock(text, 11)) return false;
	return length === 20 || (text.charCodeAt(19) === DOT && areDigits(text, 20, length - 1));
}

/** Whether a text is a date just as records hold it. */
export function isDate(text: string): boolean {
	return text.length === 10 && startsWithDate(text);
}

/** Whether a text is a time of day just as records hold it. */
export function isTime(text: string): boolean {
	const length = text.length;
	if (length < 8 || length > 15 || length === 9 || !hasClock(text, 0)) return false;
	return length === 8 || (text.charCodeAt(8) === DOT && areDigits(text, 9, length));
}

function startsWithDate(text: string): boolean {
	if (text.charCodeAt(4) !== DASH || text.charCodeAt(7) !== DASH) return false;
	const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
	// Not a number when one of the characters is no digit, and so never true.
	return year >= 1 && isDay(year, twoDigits(text, 5), twoDigits(text, 8));
}

function isDay(year: number, month: number, day: number): boolean {
	if (!(month >= 1 && month <= 12 && day >= 1)) return false;
	if (day <= 28) return true;
	if (month === 2) return day === 29 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
	return day <= (month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31);
}

function hasClock(text: string, from: number): boolean {
	if (text.charCodeAt(from + 2) !== COLON || text.charCodeAt(from + 5) !== COLON) return false;
	return twoDigits(text, from) <= 23 && twoDigits(text, from + 3) <= 59 && twoDigits(text, from + 6) <= 59;
}

function twoDigits(text: string, at: number): number {
	const tens = text.charCodeAt(at) - ZERO;
	const ones = text.charCodeAt(at + 1) - ZERO;
	return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

function areDigits(text: string, from: number, to: number): boolean {
	for (let at = from; at < to; at++) {
		const code = text.charCodeAt(at);
		if (code < ZERO || code > ZERO + 9) return false;
	}
	return true;
}

const zone = '\\s?([Zz]|[+-]\\d\\d(?::?\\d\\d)?)?';
const extended = new RegExp(
	`^(\\d{4})([-/])(\\d\\d)\\2(\\d\\d)(?:[Tt](\\d\\d)|[Tt ](\\d\\d):(\\d\\d)(?::(\\d\\d)(?:[.,](\\d+))?)?)${zone}$`,
);
const compact = new RegExp(`^(\\d{4})(\\d\\d)(\\d\\d)[Tt](\\d\\d)(\\d\\d)(?:(\\d\\d)(?:[.,](\\d+))?)?${zone}$`);

/**
 * An ISO-like date-time in UTC, or `undefined` when the text is none. Without a zone it is UTC already; fractions are cut to
 * microseconds. Dates alone, times alone and week dates are not date-times.
 */
export function parseDateTime(text: string): string | undefined {
	// Most texts are neither; a look at one character is far cheaper than two expressions.
	const first = text.charCodeAt(0) - ZERO;
	if (!(first >= 0 && first <= 9) || text.length < 13) return undefined;
	const long = extended.exec(text);
	if (long) {
		const [, year, , month, day, hourAlone, hour, minute, second, fraction, offset] = long;
		return inUtc(`${year}-${month}-${day}`, `${hour ?? hourAlone}:${minute ?? '00'}:${second ?? '00'}`, fraction, offset);
	}
	const short = compact.exec(text);
	if (!short) return undefined;
	const [, year, month, day, hour, minute, second, fraction, offset] = short;
	return inUtc(`${year}-${month}-${day}`, `${hour}:${minute}:${second ?? '00'}`, fraction, offset);
}

function inUtc(date: string, clock: string, fraction = '', offset = 'Z'): string | undefined {
	if (!startsWithDate(date) || !hasClock(clock, 0)) return undefined;
	const minutes = offsetMinutes(offset);
	if (minutes === 0) return `${date}T${clock}${withDot(fraction)}Z`;
	if (minutes === undefined) return undefined;
	return atSecond(Date.parse(`${date}T${clock}Z`) / 1000 - minutes * 60, fraction);
}

function offsetMinutes(offset: string): number | undefined {
	if (offset === 'Z' || offset === 'z') return 0;
	const digits = offset.replace(':', '');
	const hours = Number(digits.slice(1, 3));
	const minutes = Number(digits.slice(3));
	if (hours > 23 || minutes > 59) return undefined;
	return (digits.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

// 3 decimals or 6: milliseconds are what most APIs send, microseconds are the finest that files keep.
function withDot(fraction: string): string {
	if (fraction === '') return '';
	return `.${fraction.length <= 3 ? fraction.padEnd(3, '0') : fraction.slice(0, 6).padEnd(6, '0')}`;
}

const FIRST_SECOND = Date.parse('0001-01-01T00:00:00Z') / 1000;
const LAST_SECOND = Date.parse('9999-12-31T23:59:59Z') / 1000;

function atSecond(second: number, fraction: string): string | undefined {
	if (!(second >= FIRST_SECOND && second <= LAST_SECOND)) return undefined;
	return `${new Date(second * 1000).toISOString().slice(0, 19)}${withDot(fraction)}Z`;
}

/** The timestamp of epoch seconds, given as plain digits: `1704067200`, `-1.5`. `undefined` outside the years 1 to 9999. */
export function fromEpochSeconds(digits: string): string | undefined {
	const [whole = '', fraction = ''] = digits.split('.');
	const micros = fraction.slice(0, 6).replace(/0+$/, '');
	if (!digits.startsWith('-') || micros === '') return atSecond(Number(whole), micros);
	const rest = String(1_000_000 - Number(micros.padEnd(6, '0'))).padStart(6, '0');
	return atSecond(Number(whole) - 1, rest.replace(/0+$/, ''));
}

const dateOnly = /^(\d{4})([-/]?)(\d\d)\2(\d\d)$/;

/** A date alone, `2024-01-05`, `2024/01/05` or `20240105`, as records hold it. */
export function parseDate(text: string): string | undefined {
	const found = dateOnly.exec(text);
	const date = found ? `${found[1]}-${found[3]}-${found[4]}` : '';
	return isDate(date) ? date : undefined;
}

const timeOnly = /^(\d\d:\d\d)(?:(:\d\d)(?:[.,](\d+))?)?$/;

/** A time of day, `10:00` or `10:00:00.5`, as records hold it; cut to microseconds. */
export function parseTime(text: string): string | undefined {
	const [, minutes = '', seconds = ':00', fraction = ''] = timeOnly.exec(text) ?? [];
	const time = `${minutes}${seconds}${fraction === '' ? '' : `.${fraction.slice(0, 6)}`}`;
	return isTime(time) ? time : undefined;
}
