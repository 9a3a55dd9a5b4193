/** Reads times and durations, and counts with them. */
import {ownValue} from '../../core/own.ts';
import {MONTHS, parseTime} from '../../core/time/grammar.ts';
import {offsetMinutes, secondsOf} from '../../core/time/instant.ts';
import {fail} from '../errors.ts';
import {clockOf, DAY_NAMES, MONTH_NAMES, written} from './time-text.ts';
import {Day, Moment, Span, type Value} from './values.ts';

const SECONDS_PER_DAY = 86_400;
// From year 1 to year 9999, as in Python.
const EARLIEST = -62_135_596_800;
const LATEST = 253_402_300_799;

/** A moment of the years that calendars have four digits for. */
export function moment(wall: number, micros: number, offset: number | undefined): Moment {
	if (!(wall >= EARLIEST && wall <= LATEST)) fail('a time is before the year 1 or after 9999');
	return new Moment(wall, micros, offset);
}

export function ofDate(date: Date): Moment {
	const seconds = Math.floor(date.getTime() / 1000);
	return moment(seconds, (date.getTime() - seconds * 1000) * 1000, 0);
}

/** In UTC, from seconds since 1970. */
export function ofSeconds(seconds: number): Moment {
	const full = Math.floor(seconds);
	const micros = Math.round((seconds - full) * 1e6);
	return micros === 1e6 ? moment(full + 1, 0, 0) : moment(full, micros, 0);
}

export function dayOf({wall}: Moment): Day {
	return new Day(Math.floor(wall / SECONDS_PER_DAY));
}

export function midnight({number}: Day): Moment {
	return moment(number * SECONDS_PER_DAY, 0, undefined);
}

/** A time text that names no place is in UTC, and what comes out always is. */
export function readMoment(text: string): Moment {
	const whole = /^\d{4}(-\d\d)?$/.test(text) ? `${text.padEnd(7, '-01')}-01` : text;
	const time = parseTime(whole);
	if (!time) return fail(`"${text.slice(0, 60)}" is no time; write it as 2024-01-31 or 2024-01-31T10:00:00Z`);
	const wall = secondsOf(time) ?? 0;
	return moment(wall, Number(time.fraction.slice(0, 6).padEnd(6, '0')), 0);
}

/** Seconds since 1970, with decimals. */
export function secondsSince1970({wall, micros, offset}: Moment): number {
	return wall - (offset ?? 0) + micros / 1e6;
}

const number = '(\\d+(?:[.,]\\d+)?)';
const iso = new RegExp(
	`^([+-])?P(?:${number}Y)?(?:${number}M)?(?:${number}W)?(?:${number}D)?(?:T(?:${number}H)?(?:${number}M)?(?:${number}S)?)?$`,
);

/** `P1D`, `PT1H30M`, `P1Y2M` */
export function readSpan(text: string): Span {
	const parts = iso.exec(text);
	const isEmpty = !parts || parts.slice(2).every(part => part === undefined);
	if (isEmpty) return fail(`"${text.slice(0, 60)}" is no duration; write it as P1D, P1M or PT1H30M`);
	const [years, months, weeks, days, hours, minutes, seconds] = parts
		.slice(2)
		.map(part => Number((part ?? '0').replace(',', '.')));
	const sign = parts[1] === '-' ? -1 : 1;
	const size = Math.round(
		sign *
			((weeks ?? 0) * 604_800 +
				(days ?? 0) * SECONDS_PER_DAY +
				(hours ?? 0) * 3600 +
				(minutes ?? 0) * 60 +
				(seconds ?? 0)) *
			1e6,
	);
	return new Span(
		Math.floor(size / 1e6),
		size - Math.floor(size / 1e6) * 1e6,
		sign * ((years ?? 0) * 12 + (months ?? 0)),
	);
}

/** `sign` is 1 to go on, -1 to go back. A date counts whole days only. */
export function later(when: Moment | Day, span: Span, sign: number): Moment | Day {
	if (when instanceof Day) {
		const from = shifted(midnight(when), sign * span.months);
		const days = sign * Math.floor(span.seconds / SECONDS_PER_DAY);
		return dayOf(moment(from.wall + days * SECONDS_PER_DAY, 0, undefined));
	}
	const from = shifted(when, sign * span.months);
	const micros = from.micros + sign * span.micros;
	const carried = Math.floor(micros / 1e6);
	return moment(from.wall + sign * span.seconds + carried, micros - carried * 1e6, when.offset);
}

// The same day of another month, or its last one.
function shifted(from: Moment, by: number): Moment {
	const months = Math.trunc(by);
	if (months === 0) return from;
	const {year, month, day} = clockOf(from.wall);
	const index = year * 12 + (month - 1) + months;
	const [toYear, toMonth] = [Math.floor(index / 12), (index % 12) + 1];
	const start = secondsOf({
		year: toYear,
		month: toMonth,
		day: 1,
		hour: 0,
		minute: 0,
		second: 0,
		offsetMinutes: 0,
	});
	if (start === undefined || toYear < 1 || toYear > 9999)
		return fail('a time is before the year 1 or after 9999');
	const last = new Date(Date.UTC(2000, 0, 1));
	last.setUTCFullYear(toYear, toMonth, 0);
	const days = Math.min(day, last.getUTCDate()) - 1;
	const clock = ((from.wall % SECONDS_PER_DAY) + SECONDS_PER_DAY) % SECONDS_PER_DAY;
	return moment(start + days * SECONDS_PER_DAY + clock, from.micros, from.offset);
}

/** `undefined` for two values between which no time passes. */
export function spanBetween(later: Value, earlier: Value): Span | undefined {
	if (later instanceof Day && earlier instanceof Day)
		return new Span((later.number - earlier.number) * SECONDS_PER_DAY);
	if (!(later instanceof Moment && earlier instanceof Moment)) return undefined;
	if ((later.offset === undefined) !== (earlier.offset === undefined)) return undefined;
	const seconds = later.wall - (later.offset ?? 0) - (earlier.wall - (earlier.offset ?? 0));
	return new Span(seconds, later.micros - earlier.micros);
}

const oneOf = (names: readonly string[]): string => `(?:${names.join('|')})`;
const patterns: {readonly [letter: string]: string} = {
	Y: '(?<Y>\\d{4})',
	y: '(?<y>\\d{2})',
	m: '(?<m>1[0-2]|0[1-9]|[1-9])',
	d: '(?<d>3[01]|[12]\\d|0[1-9]|[1-9]| [1-9])',
	H: '(?<H>2[0-3]|[01]\\d|\\d)',
	I: '(?<I>1[0-2]|0[1-9]|[1-9])',
	p: '(?<p>AM|PM)',
	M: '(?<M>[0-5]\\d|\\d)',
	S: '(?<S>6[01]|[0-5]\\d|\\d)',
	f: '(?<f>\\d{1,6})',
	z: '(?<z>[+-]\\d\\d:?[0-5]\\d|Z)',
	Z: '(?:UTC|GMT)',
	j: '(?<j>\\d{1,3})',
	b: `(?<b>${MONTHS.join('|')})`,
	B: `(?<B>${MONTH_NAMES.join('|')})`,
	a: oneOf(DAY_NAMES.map(name => name.slice(0, 3))),
	A: oneOf(DAY_NAMES),
	'%': '%',
};

const numeric: {readonly [format: string]: number} = {
	'%s': 1,
	'%s_as_float': 1,
	'%ms': 1e3,
	'%epoch_microseconds': 1e6,
};

/** `strptime`, and the formats of numbers that Airbyte has beside it: `%s`, `%ms`. */
export function readAs(text: string, format: string): Moment {
	const perSecond = ownValue(numeric, format);
	if (perSecond !== undefined) {
		const value = Number(text);
		if (text.trim() === '' || Number.isNaN(value)) return unlike(text, format);
		return ofSeconds((format === '%s_as_float' ? value : Math.trunc(value)) / perSecond);
	}
	const source = format
		.replaceAll('%_ms', '%f')
		.split(/(%[A-Za-z%])/)
		.map((part, i) => (i % 2 === 0 ? literally(part) : (patterns[part.slice(1)] ?? unlike(text, format))))
		.join('');
	let fields: {readonly [letter: string]: string | undefined} | undefined;
	try {
		fields = new RegExp(`^${source}$`, 'i').exec(text)?.groups;
	} catch {
		// A code that comes twice.
	}
	if (!fields) return unlike(text, format);
	const {Y, y, m, d, H, I, p, M, S, f = '', z, j, b, B} = fields;
	const hour = I === undefined ? Number(H ?? 0) : (Number(I) % 12) + (p?.toUpperCase() === 'PM' ? 12 : 0);
	const named = [MONTHS, MONTH_NAMES]
		.map(names => names.findIndex(name => name.toLowerCase() === (b ?? B)?.toLowerCase()))
		.find(index => index >= 0);
	const offset = z === undefined ? undefined : z === 'Z' ? 0 : (offsetMinutes(z) ?? 0) * 60;
	const wall = secondsOf({
		year: Y !== undefined ? Number(Y) : y === undefined ? 1900 : Number(y) + (Number(y) < 69 ? 2000 : 1900),
		month: j !== undefined ? 1 : named !== undefined ? named + 1 : Number(m ?? 1),
		day: j !== undefined ? 1 : Number(d ?? 1),
		hour,
		minute: Number(M ?? 0),
		second: Number(S ?? 0),
		offsetMinutes: 0,
	});
	if (wall === undefined) return unlike(text, format);
	return moment(
		wall + (j === undefined ? 0 : (Number(j) - 1) * SECONDS_PER_DAY),
		Number(f.padEnd(6, '0')),
		offset,
	);
}

function literally(text: string): string {
	return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&').replace(/\s+/g, '\\s+');
}

function unlike(text: string, format: string): never {
	fail(`"${text.slice(0, 60)}" is no time of the format "${format.slice(0, 60)}"`);
}

/** `strftime`, and the formats of numbers. */
export function writeAs(moment: Moment, format: string): string {
	const seconds = moment.wall - (moment.offset ?? 0);
	switch (format) {
		case '%s':
			return String(seconds);
		case '%s_as_float':
			return moment.micros === 0 ? `${seconds}.0` : String(secondsSince1970(moment));
		case '%ms':
			return String(seconds * 1000 + Math.floor(moment.micros / 1000));
		case '%epoch_microseconds':
			return String(BigInt(seconds) * 1_000_000n + BigInt(moment.micros));
		default:
			return written(
				moment,
				format.replaceAll('%_ms', String(Math.floor(moment.micros / 1000)).padStart(3, '0')),
			);
	}
}
