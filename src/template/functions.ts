/** The functions that a template may call by their names. */
import {randomUUID} from 'node:crypto';
import {wellFormed} from '../core/json/surrogates.ts';
import {power} from './budget.ts';
import {fail, isMissing} from './errors.ts';
import {entriesOf} from './methods/containers.ts';
import {integerIn, itemsOf, type Routine, routine, type Surroundings, textIn} from './routine.ts';
import {float, numberOf} from './values/numbers.ts';
import {order} from './values/operators.ts';
import {
	dayOf,
	later,
	ofSeconds,
	readAs,
	readMoment,
	readSpan,
	secondsSince1970,
	writeAs,
} from './values/time.ts';
import {written} from './values/time-text.ts';
import {Day, type Dict, Moment, madeHere, Namespace, put, Span, type Value} from './values/values.ts';

/** These give another value with each call or with each day, so they are not folded without a clock. */
export const clocks: ReadonlySet<string> = new Set([
	'day_delta',
	'generate_uuid',
	'now_utc',
	'today_utc',
	'today_with_timezone',
]);

function extreme(around: Surroundings, sign: number, rest: Value, named: Value): Value {
	const given = rest as Value[];
	const items = given.length === 1 ? itemsOf(given[0], around.budget) : given;
	const otherwise = (named as Dict).$default;
	if (items.length === 0) return otherwise === undefined ? isMissing() : otherwise;
	return items.reduce((best, item) => (sign * order(item, best) > 0 ? item : best));
}

function momentOf(value: Value, format: Value): Moment {
	if (value instanceof Moment) return value;
	if (value instanceof Day)
		return readMoment(`${new Date(value.number * 86_400_000).toISOString().slice(0, 10)}`);
	if (typeof value === 'string')
		return typeof format === 'string' ? readAs(value, format) : readMoment(value);
	const known = numberOf(value);
	if (known && typeof format === 'string') return readAs(String(known.number), format);
	return known ? ofSeconds(Number(known.number)) : readMoment(textIn(value));
}

function dictOf(around: Surroundings, rest: Value, named: Value): Dict {
	const dict: Dict = {};
	for (const source of rest as Value[])
		for (const [key, value] of entriesOf(source, around)) put(dict, key, value);
	for (const [key, value] of Object.entries(named as Dict)) put(dict, key.slice(1), value);
	return madeHere(dict);
}

function dayIn(zone: string, now: Moment): Day {
	let parts: string;
	try {
		const format = new Intl.DateTimeFormat('en-CA', {timeZone: zone, dateStyle: 'short'});
		parts = format.format(secondsSince1970(now) * 1000);
	} catch {
		return fail(`there is no time zone "${zone.slice(0, 60)}"; name it as in Europe/Berlin`);
	}
	return dayOf(readMoment(parts));
}

const MOST_NUMBERS = 100_000;

export const functions: {readonly [name: string]: Routine} = {
	camel_case_to_snake_case: routine('value', (_, value) =>
		textIn(value)
			.replace(/(?<!^)(?=[A-Z])/g, '_')
			.toLowerCase(),
	),
	day_delta: routine('num_days, format=', ({now}, days, format) => {
		const known = numberOf(days);
		const seconds = (known ? Number(known.number) : integerIn(days)) * 86_400;
		const when = later(now(), new Span(Math.floor(seconds)), 1) as Moment;
		return written(when, format === undefined ? '%Y-%m-%dT%H:%M:%S.%f%z' : textIn(format));
	}),
	dict: routine('*', dictOf),
	duration: routine('value', (_, value) => readSpan(textIn(value))),
	format_datetime: routine('dt, format, input_format=', (_, value, format, inputFormat) =>
		writeAs(momentOf(value, inputFormat), textIn(format)),
	),
	generate_uuid: routine('', () => randomUUID()),
	max: routine('*', (around, rest, named) => extreme(around, 1, rest, named)),
	min: routine('*', (around, rest, named) => extreme(around, -1, rest, named)),
	namespace: routine('*', (around, rest, named) => new Namespace(dictOf(around, rest, named))),
	now_utc: routine('', ({now}) => now()),
	range: routine('start, stop=, step=', ({budget}, start, stop, step) => {
		const [from, to] = stop === undefined ? [0, integerIn(start)] : [integerIn(start), integerIn(stop)];
		const by = integerIn(step, 1);
		const length = by === 0 ? fail('range() takes no step of 0') : Math.max(0, Math.ceil((to - from) / by));
		if (length > MOST_NUMBERS) fail(`range() gives at most ${MOST_NUMBERS} numbers`);
		budget.scan(length);
		return madeHere(Array.from({length}, (_, i) => from + i * by));
	}),
	sanitize_url: routine('value', (_, value) =>
		encodeURIComponent(wellFormed(textIn(value)))
			.replace(/[!'()*]/g, character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
			.replaceAll('%20', '+'),
	),
	str_to_datetime: routine('value', (_, value) => readMoment(textIn(value))),
	timestamp: routine('value', (_, value) => {
		const known = numberOf(value);
		if (known)
			return typeof known.number === 'bigint' ? known.number : power(BigInt(Math.trunc(known.number)), 1n);
		return float(secondsSince1970(value instanceof Moment ? value : readMoment(textIn(value))));
	}),
	today_utc: routine('', ({now}) => dayOf(now())),
	today_with_timezone: routine('timezone', ({now}, zone) => dayIn(textIn(zone), now())),
};
