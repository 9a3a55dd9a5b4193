/** Times, dates and durations as Python writes them. */
import {MONTHS} from '../../core/time/grammar.ts';
import type {Day, Moment, Span} from './values.ts';

const SECONDS_PER_DAY = 86_400;

export interface Clock {
	readonly year: number;
	readonly month: number;
	readonly day: number;
	readonly hour: number;
	readonly minute: number;
	readonly second: number;
	/** From Monday, which is 0. */
	readonly weekday: number;
	readonly dayOfYear: number;
}

/** What calendar and clock show. */
export function clockOf(wall: number): Clock {
	const date = new Date(wall * 1000);
	const year = date.getUTCFullYear();
	const first = new Date(0).setUTCFullYear(year, 0, 1);
	return {
		year,
		month: date.getUTCMonth() + 1,
		day: date.getUTCDate(),
		hour: date.getUTCHours(),
		minute: date.getUTCMinutes(),
		second: date.getUTCSeconds(),
		weekday: (date.getUTCDay() + 6) % 7,
		dayOfYear: Math.floor((date.getTime() - first) / (SECONDS_PER_DAY * 1000)) + 1,
	};
}

export function padded(value: number, digits = 2): string {
	return String(value).padStart(digits, '0');
}

export function momentText(moment: Moment): string {
	return isoText(moment, ' ');
}

export type Finest = 'auto' | 'hours' | 'minutes' | 'seconds' | 'milliseconds' | 'microseconds';

export function isoText({wall, micros, offset}: Moment, separator = 'T', finest: Finest = 'auto'): string {
	const {year, month, day, hour, minute, second} = clockOf(wall);
	const date = `${padded(year, 4)}-${padded(month)}-${padded(day)}`;
	const seconds = `${padded(hour)}:${padded(minute)}:${padded(second)}`;
	const decimals = padded(micros, 6);
	const clock = {
		hours: padded(hour),
		minutes: seconds.slice(0, 5),
		seconds,
		milliseconds: `${seconds}.${decimals.slice(0, 3)}`,
		microseconds: `${seconds}.${decimals}`,
		auto: micros === 0 ? seconds : `${seconds}.${decimals}`,
	}[finest];
	return `${date}${separator}${clock}${offset === undefined ? '' : offsetText(offset, ':')}`;
}

export function offsetText(offset: number, colon: string): string {
	const size = Math.abs(offset);
	const minutes = Math.floor(size / 60);
	const seconds = size % 60 === 0 ? '' : `${colon}${padded(size % 60)}`;
	return `${offset < 0 ? '-' : '+'}${padded(Math.floor(minutes / 60))}${colon}${padded(minutes % 60)}${seconds}`;
}

export function dayText({number}: Day): string {
	const {year, month, day} = clockOf(number * SECONDS_PER_DAY);
	return `${padded(year, 4)}-${padded(month)}-${padded(day)}`;
}

export function spanText({seconds, micros, months}: Span): string {
	const days = Math.floor(seconds / SECONDS_PER_DAY);
	const rest = seconds - days * SECONDS_PER_DAY;
	const clock = `${Math.floor(rest / 3600)}:${padded(Math.floor(rest / 60) % 60)}:${padded(rest % 60)}`;
	const parts = [
		...(Math.trunc(months / 12) === 0 ? [] : [`${Math.trunc(months / 12)} years`]),
		...(months % 12 === 0 ? [] : [`${months % 12} months`]),
		...(days === 0 ? [] : [`${days} ${Math.abs(days) === 1 ? 'day' : 'days'}`]),
		micros === 0 ? clock : `${clock}.${padded(micros, 6)}`,
	];
	return parts.join(', ');
}

export const MONTH_NAMES = [
	'January',
	'February',
	'March',
	'April',
	'May',
	'June',
	'July',
	'August',
	'September',
	'October',
	'November',
	'December',
];
export const DAY_NAMES = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** `strftime`: codes that nobody knows stay as they are. */
export function written(moment: Moment, format: string): string {
	const {year, month, day, hour, minute, second, weekday, dayOfYear} = clockOf(moment.wall);
	const {micros, offset} = moment;
	const hour12 = hour % 12 === 0 ? 12 : hour % 12;
	const code = (letter: string): string | undefined => {
		switch (letter) {
			case 'Y':
				return String(year);
			case 'm':
				return padded(month);
			case 'd':
				return padded(day);
			case 'H':
				return padded(hour);
			case 'M':
				return padded(minute);
			case 'S':
				return padded(second);
			case 'f':
				return padded(micros, 6);
			case 'z':
				return offset === undefined ? '' : offsetText(offset, '');
			case 'Z':
				return offset === undefined ? '' : offset === 0 ? 'UTC' : `UTC${offsetText(offset, ':')}`;
			case 'y':
				return padded(year % 100);
			case 'C':
				return padded(Math.floor(year / 100));
			case 'b':
			case 'h':
				return MONTHS[month - 1];
			case 'B':
				return MONTH_NAMES[month - 1];
			case 'a':
				return DAY_NAMES[weekday]?.slice(0, 3);
			case 'A':
				return DAY_NAMES[weekday];
			case 'p':
				return hour < 12 ? 'AM' : 'PM';
			case 'I':
				return padded(hour12);
			case 'l':
				return String(hour12).padStart(2);
			case 'k':
				return String(hour).padStart(2);
			case 'e':
				return String(day).padStart(2);
			case 'j':
				return padded(dayOfYear, 3);
			case 'u':
				return String(weekday + 1);
			case 'w':
				return String((weekday + 1) % 7);
			case 'U':
				return padded(Math.floor((dayOfYear + 6 - ((weekday + 1) % 7)) / 7));
			case 'W':
				return padded(Math.floor((dayOfYear + 6 - weekday) / 7));
			case 'V':
				return padded(isoWeek(moment.wall).week);
			case 'G':
				return String(isoWeek(moment.wall).year);
			case 's':
				return String(moment.wall - (offset ?? 0));
			case 'T':
			case 'X':
				return written(moment, '%H:%M:%S');
			case 'R':
				return written(moment, '%H:%M');
			case 'F':
				return written(moment, '%Y-%m-%d');
			case 'D':
			case 'x':
				return written(moment, '%m/%d/%y');
			case 'c':
				return written(moment, '%a %b %e %H:%M:%S %Y');
			case 'n':
				return '\n';
			case 't':
				return '\t';
			case '%':
				return '%';
			default:
				return undefined;
		}
	};
	return format.replace(/%(-?)([A-Za-z%])/g, (whole, bare, letter) => {
		const text = code(letter);
		return text === undefined ? whole : bare === '' ? text : text.replace(/^[0 ]+(?=\d)/, '');
	});
}

function isoWeek(wall: number): {year: number; week: number} {
	// The week of a day is the one of its Thursday.
	const thursday = wall + (3 - clockOf(wall).weekday) * SECONDS_PER_DAY;
	const {year, dayOfYear} = clockOf(thursday);
	return {year, week: Math.floor((dayOfYear - 1) / 7) + 1};
}
