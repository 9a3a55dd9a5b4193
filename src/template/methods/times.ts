/** The methods and fields of times, dates and durations. */

import {secondsOf} from '../../core/time/instant.ts';
import {fail} from '../errors.ts';
import {integerIn, type Routine, routine, type Surroundings, textIn} from '../routine.ts';
import {float} from '../values/numbers.ts';
import {dayOf, midnight, moment, secondsSince1970} from '../values/time.ts';
import {clockOf, dayText, type Finest, isoText, written} from '../values/time-text.ts';
import {Day, type Moment, Span, type Value} from '../values/values.ts';

const SECONDS_PER_DAY = 86_400;

const ofMoment = (parameters: string, run: (moment: Moment, ...values: Value[]) => Value): Routine =>
	routine(`time${parameters === '' ? '' : ', '}${parameters}`, (_: Surroundings, time, ...values) =>
		run(time instanceof Day ? midnight(time) : (time as Moment), ...values),
	);

const shared = {
	isoweekday: ofMoment('', ({wall}) => clockOf(wall).weekday + 1),
	strftime: ofMoment('format', (moment, format) => written(moment, textIn(format))),
	weekday: ofMoment('', ({wall}) => clockOf(wall).weekday),
};

const finests = ['auto', 'hours', 'minutes', 'seconds', 'milliseconds', 'microseconds'];
const fields = 'year=, month=, day=, hour=, minute=, second=, microsecond=';

function replaced(from: Moment, ...values: Value[]): Moment {
	const now = clockOf(from.wall);
	const [year, month, day, hour, minute, second] = (
		['year', 'month', 'day', 'hour', 'minute', 'second'] as const
	).map((field, i) => integerIn(values[i], now[field])) as [number, number, number, number, number, number];
	const wall = secondsOf({year, month, day, hour, minute, second, offsetMinutes: 0});
	if (wall === undefined || hour < 0 || minute < 0 || second < 0) return fail('no calendar has such a time');
	const offset = values[7] === undefined ? from.offset : values[7] === null ? undefined : 0;
	return moment(wall, Math.abs(integerIn(values[6], from.micros)) % 1e6, offset);
}

export const momentMethods: {readonly [name: string]: Routine} = {
	...shared,
	astimezone: ofMoment('zone=', ({wall, micros, offset}) => moment(wall - (offset ?? 0), micros, 0)),
	date: ofMoment('', moment => dayOf(moment)),
	isoformat: ofMoment('sep=, timespec=', (moment, separator = 'T', finest = 'auto') =>
		finests.includes(textIn(finest))
			? isoText(moment, textIn(separator), finest as Finest)
			: fail(`timespec is one of ${finests.join(', ')}`),
	),
	replace: ofMoment(`${fields}, tzinfo=`, replaced),
	timestamp: ofMoment('', moment => float(secondsSince1970(moment))),
};

export const dayMethods: {readonly [name: string]: Routine} = {
	...shared,
	isoformat: routine('date', (_, day) => dayText(day as Day)),
	replace: ofMoment('year=, month=, day=', (moment, ...values) => dayOf(replaced(moment, ...values))),
};

export const spanMethods: {readonly [name: string]: Routine} = {
	total_seconds: routine('duration', (_, span) =>
		float((span as Span).seconds + (span as Span).micros / 1e6),
	),
};

/** `now_utc().year`; `undefined` for a field that there is none of. */
export function timeField(value: Moment | Day | Span, name: string): Value {
	if (value instanceof Span) {
		const days = Math.floor(value.seconds / SECONDS_PER_DAY);
		if (name === 'days') return days;
		if (name === 'seconds') return value.seconds - days * SECONDS_PER_DAY;
		return name === 'microseconds' ? value.micros : undefined;
	}
	const clock = clockOf((value instanceof Day ? midnight(value) : value).wall);
	if (name === 'year' || name === 'month' || name === 'day') return clock[name];
	if (value instanceof Day) return undefined;
	if (name === 'hour' || name === 'minute' || name === 'second') return clock[name];
	return name === 'microsecond' ? value.micros : undefined;
}
