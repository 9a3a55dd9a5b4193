/**
 * The grammar of times in texts. Columns, cursors, windows and filters read times here, so that they agree on
 * what a time is: ISO 8601 (extended and basic, a date alone, `/` as separator, months and days of one
 * digit), `Mon, 30 Sep 2024 10:00:00 GMT`, `Mon Sep 30 10:00:00 2024`, and `/Date(1727690400000)/`. A time
 * without an offset is UTC.
 */
import {
	floorTo,
	type Instant,
	instantOf,
	NANOS_PER_DAY,
	NANOS_PER_MS,
	NANOS_PER_SECOND,
	nanosOf,
	offsetMinutes,
	type Parts,
} from './instant.ts';

/** The form in which a text writes its time. */
export interface Spelling {
	readonly kind: 'iso' | 'mail' | 'asctime' | 'milliseconds';
	/** The text between year, month and day; empty in basic format. */
	readonly dash: string;
	/** Whether months and days of one digit have a zero before them. */
	readonly isPadded: boolean;
	/** The text between date and time; empty for a date alone. */
	readonly separator: string;
	/** The smallest unit of the time. */
	readonly finest: 'day' | 'hour' | 'minute' | 'second';
	/** The character before the decimals of the second. */
	readonly point: string;
	/** The offset as it is written, with the space before it. */
	readonly zone: string;
	/** The name of the day, in its written length; empty without one. */
	readonly weekday: string;
}

export interface Time extends Parts {
	/** The decimals of the second. */
	readonly fraction: string;
	readonly spelling: Spelling;
}

export const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
export const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

const zone = '(?<zone> ?(?:Z|UTC|GMT|[+-]\\d\\d(?::?\\d\\d)?))?';
const seconds = '(?<S>\\d\\d)(?:(?<point>[.,])(?<f>\\d+))?';
const extended = new RegExp(
	`^(?<Y>\\d{4})(?<dash>[-/])(?<m>\\d\\d?)\\k<dash>(?<d>\\d\\d?)` +
		`(?:(?:(?<T>T)(?<h>\\d\\d)|(?<t>[T ])(?<H>\\d\\d?):(?<M>\\d\\d)(?::${seconds})?)${zone})?$`,
	'i',
);
const basic = new RegExp(
	`^(?<Y>\\d{4})(?<m>\\d\\d)(?<d>\\d\\d)(?:(?<t>T)(?<H>\\d\\d)(?<M>\\d\\d)(?:${seconds})?${zone})?$`,
	'i',
);
const months = `(?<b>${MONTHS.join('|')})`;
const weekday = `(?<a>${DAYS.join('|')})`;
const mail = new RegExp(
	`^(?:${weekday}, ?)?(?<d>\\d\\d?) ${months} (?<Y>\\d{4}) (?<H>\\d\\d?):(?<M>\\d\\d)(?::(?<S>\\d\\d))?` +
		'(?<zone> ?(?:Z|UTC?|GMT|[+-]\\d{4}))?$',
	'i',
);
const asctime = new RegExp(
	`^${weekday} ${months} {1,2}(?<d>\\d\\d?) (?<H>\\d\\d):(?<M>\\d\\d):(?<S>\\d\\d)(?<zone> ` +
		'(?:UTC|GMT|[+-]\\d{4}))? (?<Y>\\d{4})$',
	'i',
);
const milliseconds = /^\/Date\((-?\d{1,16})(?:[+-]\d{4})?\)\/$/;

/** `undefined` for a text that is no time, and for a day that does not exist. */
export function parseTime(text: string): Time | undefined {
	const first = text.charCodeAt(0);
	if (first >= 0x30 && first <= 0x39)
		return (
			timeOf('iso', extended.exec(text)) ?? timeOf('iso', basic.exec(text)) ?? timeOf('mail', mail.exec(text))
		);
	if (first === 0x2f) return ofMilliseconds(milliseconds.exec(text)?.[1]);
	return timeOf('mail', mail.exec(text)) ?? timeOf('asctime', asctime.exec(text));
}

/** The instant of a text; `undefined` for a text that is no time. */
export function readTime(text: string): Instant | undefined {
	const time = parseTime(text);
	return time && instantOf(time, time.fraction);
}

function timeOf(kind: Spelling['kind'], match: RegExpExecArray | null): Time | undefined {
	const groups = match?.groups;
	if (!groups) return undefined;
	const {Y, m, b, d = '', h, H = h, M, S, f = '', T, t, dash = '', point = '', zone = '', a = ''} = groups;
	const offset = offsetMinutes(zone.trim());
	if (offset === undefined) return undefined;
	const finest = S !== undefined ? 'second' : M !== undefined ? 'minute' : H !== undefined ? 'hour' : 'day';
	const isPadded =
		d.length === 2 && (m === undefined || m.length === 2) && (H === undefined || H.length === 2);
	const time = {
		year: Number(Y),
		month: b === undefined ? Number(m) : MONTHS.findIndex(name => name.toLowerCase() === b.toLowerCase()) + 1,
		day: Number(d),
		hour: Number(H ?? 0),
		minute: Number(M ?? 0),
		second: Number(S ?? 0),
		offsetMinutes: offset,
		fraction: f,
		spelling: {kind, dash, isPadded, separator: t ?? T ?? '', finest, point, zone, weekday: a},
	} as const;
	return instantOf(time) === undefined ? undefined : time;
}

function ofMilliseconds(digits: string | undefined): Time | undefined {
	if (digits === undefined) return undefined;
	const date = new Date(Number(digits));
	if (Number.isNaN(date.getTime())) return undefined;
	return {
		year: date.getUTCFullYear(),
		month: date.getUTCMonth() + 1,
		day: date.getUTCDate(),
		hour: date.getUTCHours(),
		minute: date.getUTCMinutes(),
		second: date.getUTCSeconds(),
		offsetMinutes: 0,
		fraction: String(date.getUTCMilliseconds()).padStart(3, '0'),
		spelling: {
			kind: 'milliseconds',
			dash: '',
			isPadded: true,
			separator: '',
			finest: 'second',
			point: '.',
			zone: 'Z',
			weekday: '',
		},
	};
}

/** The instant in the form of another text: a date, or a time with as many digits and the same offset. */
export function writeLike(instant: Instant, like: string): string {
	const time = parseTime(like);
	if (!time) throw new TypeError(`${like} is no time`);
	const {spelling, fraction} = time;
	if (spelling.kind === 'milliseconds') return `/Date(${floorTo(instant, NANOS_PER_MS) / NANOS_PER_MS})/`;
	const local = new Date(Number(floorTo(instant, NANOS_PER_MS) / NANOS_PER_MS) + time.offsetMinutes * 60_000);
	if (spelling.kind !== 'iso') return named(local, spelling);
	const [year = '', month = '', day = ''] = local.toISOString().slice(0, 10).split('-');
	const {dash, separator, finest, point, zone, isPadded} = spelling;
	const bare = (digits: string): string => (isPadded ? digits : String(Number(digits)));
	const date = `${year}${dash}${bare(month)}${dash}${bare(day)}`;
	if (finest === 'day') return date;
	const clock = local.toISOString().slice(11, finest === 'hour' ? 13 : finest === 'minute' ? 16 : 19);
	const digits =
		fraction === ''
			? ''
			: `${point}${nanosOf(instant).padEnd(fraction.length, '0').slice(0, fraction.length)}`;
	return `${date}${separator}${dash === '' ? clock.replaceAll(':', '') : clock}${digits}${zone}`;
}

function named(local: Date, {kind, zone, weekday, finest, isPadded}: Spelling): string {
	const day = isPadded ? String(local.getUTCDate()).padStart(2, '0') : String(local.getUTCDate());
	const month = MONTHS[local.getUTCMonth()];
	const name = DAYS[local.getUTCDay()];
	const clock = local.toISOString().slice(11, finest === 'minute' ? 16 : 19);
	const year = local.toISOString().slice(0, 4);
	if (kind === 'asctime') return `${name} ${month} ${day.padStart(2)} ${clock}${zone} ${year}`;
	return `${weekday === '' ? '' : `${name}, `}${day} ${month} ${year} ${clock}${zone}`;
}

/** The instant in UTC, with as many digits as it needs. */
export function writeIso(instant: Instant): string {
	const digits = nanosOf(instant).replace(/(000)+$/, '');
	return writeLike(instant, `2000-01-01T00:00:00${digits === '' ? '' : `.${digits}`}Z`);
}

/** The smallest step between two values in the form of this text. */
export function resolutionOf(text: string): Instant {
	const time = parseTime(text);
	if (!time || time.spelling.finest === 'day') return NANOS_PER_DAY;
	if (time.spelling.finest === 'hour') return 3600n * NANOS_PER_SECOND;
	if (time.spelling.finest === 'minute') return 60n * NANOS_PER_SECOND;
	return 10n ** BigInt(9 - Math.min(time.fraction.length, 9));
}
