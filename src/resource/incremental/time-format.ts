/** How an API writes times: ISO 8601, a count since 1970, or a pattern in the words of strftime. */
import {ConfigError} from '../../core/errors.ts';
import {Decimal, type JsonValue} from '../../core/json.ts';
import {
	floorTo,
	type Instant,
	instantOf,
	NANOS_PER_DAY,
	NANOS_PER_MS,
	NANOS_PER_SECOND,
	nanosOf,
	offsetMinutes,
	readIso,
	resolutionOf,
	writeIso,
	writeIsoLike,
} from './iso.ts';

export interface TimeFormat {
	/** `undefined` when the value is not written this way. */
	read(value: JsonValue): Instant | undefined;
	/** Cuts off what the format has no digits for. `like` is a value whose form is kept. */
	write(instant: Instant, like?: JsonValue): JsonValue;
	/** The smallest step between two values. */
	resolution(like?: JsonValue): Instant;
}

/** `iso`, `date`, `epoch` (seconds), `epoch_ms`, or a pattern such as `%d.%m.%Y %H:%M`. Throws `ConfigError`. */
export function timeFormat(name: string): TimeFormat {
	switch (name) {
		case 'iso':
			return isoFormat;
		case 'date':
			return {
				...isoFormat,
				write: instant => writeIsoLike(instant, '2000-01-01'),
				resolution: () => NANOS_PER_DAY,
			};
		case 'epoch':
			return epoch(NANOS_PER_SECOND);
		case 'epoch_ms':
			return epoch(NANOS_PER_MS);
		default:
			return pattern(name);
	}
}

/** The next value of the format that is not before the instant. */
export function writeUp(format: TimeFormat, instant: Instant, like?: JsonValue): JsonValue {
	const unit = format.resolution(like);
	return format.write(floorTo(instant + unit - 1n, unit), like);
}

/** A bound in the form of the values: it may be given as ISO text whatever that is. */
export function inFormat(value: JsonValue | undefined, format: TimeFormat | undefined): JsonValue | undefined {
	if (value === undefined || !format || format.read(value) !== undefined) return value;
	const instant = isoFormat.read(value);
	return instant === undefined ? value : format.write(instant);
}

export const isoFormat: TimeFormat = {
	read: value => (typeof value === 'string' ? readIso(value) : undefined),
	write: (instant, like) =>
		typeof like === 'string' && readIso(like) !== undefined ? writeIsoLike(instant, like) : writeIso(instant),
	resolution: like => (typeof like === 'string' && readIso(like) !== undefined ? resolutionOf(like) : 1n),
};

// A count may come as a number or as its digits, and goes out in the same way.
function epoch(unit: Instant): TimeFormat {
	return {
		read(value) {
			const text = value instanceof Decimal ? value.text : typeof value === 'boolean' ? '' : String(value);
			const [, sign, whole, fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
			if (whole === undefined) return undefined;
			const digits = fraction.slice(0, 9);
			const instant = BigInt(whole) * unit + (BigInt(digits || '0') * unit) / 10n ** BigInt(digits.length);
			return sign === '-' ? -instant : instant;
		},
		write(instant, like) {
			const count = floorTo(instant, unit) / unit;
			return typeof like === 'string' && /^-?\d+(\.\d+)?$/.test(like) ? String(count) : Number(count);
		},
		resolution: () => unit,
	};
}

interface Field {
	readonly text: string;
	readonly resolution: Instant;
	write(local: string, instant: Instant): string;
}

const HOUR = 3600n * NANOS_PER_SECOND;

// `local` is ISO text: 2024-01-31T09:05:07.
const fields: {readonly [letter: string]: Field} = {
	Y: {text: '(?<Y>\\d{4})', resolution: NANOS_PER_DAY, write: local => local.slice(0, 4)},
	m: {text: '(?<m>\\d\\d?)', resolution: NANOS_PER_DAY, write: local => local.slice(5, 7)},
	d: {text: '(?<d>\\d\\d?)', resolution: NANOS_PER_DAY, write: local => local.slice(8, 10)},
	H: {text: '(?<H>\\d\\d?)', resolution: HOUR, write: local => local.slice(11, 13)},
	M: {text: '(?<M>\\d\\d?)', resolution: 60n * NANOS_PER_SECOND, write: local => local.slice(14, 16)},
	S: {text: '(?<S>\\d\\d?)', resolution: NANOS_PER_SECOND, write: local => local.slice(17, 19)},
	f: {text: '(?<f>\\d{1,9})', resolution: 1000n, write: (_, instant) => nanosOf(instant).slice(0, 6)},
	z: {text: '(?<z>Z|[+-]\\d\\d:?\\d\\d)', resolution: NANOS_PER_DAY, write: () => '+0000'},
	'%': {text: '%', resolution: NANOS_PER_DAY, write: () => '%'},
};

function pattern(text: string): TimeFormat {
	const tokens = text.match(/%.|[^%]+/gsu) ?? [];
	const letters = tokens.filter(token => token.startsWith('%')).map(token => token.slice(1));
	const unknown = letters.find(letter => !Object.hasOwn(fields, letter));
	const known = `iso, date, epoch, epoch_ms, or a pattern with ${Object.keys(fields)
		.map(letter => `%${letter}`)
		.join(' ')}`;
	if (unknown !== undefined) throw new ConfigError(`%${unknown} is not known in a time; write ${known}`);
	const lacks = ['Y', 'm', 'd'].filter(letter => !letters.includes(letter));
	if (lacks.length > 0 || new Set(letters).size < letters.length)
		throw new ConfigError(`${JSON.stringify(text)} does not say when; write ${known}, with %Y, %m and %d once each`);
	const source = tokens.map(token => (token.startsWith('%') ? field(token).text : token.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')));
	const expression = new RegExp(`^${source.join('')}$`);
	const finest = letters.map(letter => field(`%${letter}`).resolution).reduce(lower);
	return {
		read(value) {
			const {
				Y,
				m,
				d,
				H = '0',
				M = '0',
				S = '0',
				f = '',
				z = '',
			} = (typeof value === 'string' && expression.exec(value)?.groups) || {};
			if (Y === undefined) return undefined;
			return instantOf({
				year: Number(Y),
				month: Number(m),
				day: Number(d),
				hour: Number(H),
				minute: Number(M),
				second: Number(S),
				nanos: BigInt(f.padEnd(9, '0')),
				offsetMinutes: offsetMinutes(z),
			});
		},
		write(instant) {
			const local = writeIsoLike(instant, '2000-01-01T00:00:00');
			return tokens.map(token => (token.startsWith('%') ? field(token).write(local, instant) : token)).join('');
		},
		resolution: () => finest,
	};
}

function lower(a: Instant, b: Instant): Instant {
	if (a < b) return a;
	return b;
}

function field(token: string): Field {
	const found = fields[token.slice(1)];
	if (!found) throw new TypeError(`no field ${token}`);
	return found;
}
