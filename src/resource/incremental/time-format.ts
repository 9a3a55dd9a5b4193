/** How an API writes times: ISO 8601, a count since 1970, or a pattern of strftime. */
import {ConfigError} from '../../core/errors.ts';
import {Decimal, type JsonValue} from '../../core/json/json.ts';
import {DAYS, MONTHS, readTime, resolutionOf, writeIso, writeLike} from '../../core/time/grammar.ts';
import {
	floorTo,
	type Instant,
	instantOf,
	NANOS_PER_DAY,
	NANOS_PER_MS,
	NANOS_PER_SECOND,
	nanosOf,
	offsetMinutes,
} from '../../core/time/instant.ts';

export interface TimeFormat {
	/** The values are no times, and compare as texts. */
	readonly isText?: true;
	/** `undefined` when the value is not written this way. */
	read(value: JsonValue): Instant | undefined;
	/**
	 * Writes an instant as a value, truncated to the digits of the format. `like` is a value whose form is
	 * kept.
	 */
	write(instant: Instant, like?: JsonValue): JsonValue;
	/** Where values are months or years: the first instant of the next one, unless the instant begins one. */
	ceil?(instant: Instant): Instant;
	/** The smallest step between two values. */
	resolution(like?: JsonValue): Instant;
}

/**
 * `iso`, `date`, `epoch` (seconds), `epoch_ms`, `text` (no time), or a pattern such as `%d.%m.%Y %H:%M`.
 * Several of them stand beside each other: `epoch | iso`. Throws `ConfigError`.
 */
export function timeFormat(name: string): TimeFormat {
	if (name.includes(' | ')) return severalFormats(name.split(' | ').map(timeFormat));
	switch (name) {
		case 'iso':
			return isoFormat;
		case 'date':
			return {
				...isoFormat,
				write: instant => writeLike(instant, '2000-01-01'),
				resolution: () => NANOS_PER_DAY,
			};
		case 'text':
			return {...isoFormat, isText: true, read: () => undefined};
		case 'epoch':
			return epoch(NANOS_PER_SECOND);
		case 'epoch_ms':
			return epoch(NANOS_PER_MS);
		default:
			return pattern(name);
	}
}

/** Values in any of these formats, which are tried in order. A value without an example is written in the first. */
function severalFormats(formats: readonly TimeFormat[]): TimeFormat {
	const [first = isoFormat] = formats;
	const formatOf = (value: JsonValue | undefined): TimeFormat =>
		(value === undefined ? undefined : formats.find(each => each.read(value) !== undefined)) ?? first;
	return {
		read: value => formatOf(value).read(value),
		write: (instant, like) => formatOf(like).write(instant, like),
		resolution: like => formatOf(like).resolution(like),
		...(first.ceil && {ceil: first.ceil}),
	};
}

/** The next value of the format that is not before the instant. */
export function writeUp(format: TimeFormat, instant: Instant, like?: JsonValue): JsonValue {
	const unit = format.resolution(like);
	return format.write(format.ceil?.(instant) ?? floorTo(instant + unit - 1n, unit), like);
}

/**
 * A bound in the form of the values. A bound may be ISO text whatever that form is. `isUp`: digits that the
 * form does not have are rounded up, not cut off.
 */
export function inFormat(
	value: JsonValue | undefined,
	format: TimeFormat | undefined,
	isUp = false,
): JsonValue | undefined {
	if (value === undefined || !format || format.isText || format.read(value) !== undefined) return value;
	const instant = isoFormat.read(value);
	if (instant === undefined) return value;
	return isUp ? writeUp(format, instant) : format.write(instant);
}

export const isoFormat: TimeFormat = {
	read: value => (typeof value === 'string' ? readTime(value) : undefined),
	write: (instant, like) =>
		typeof like === 'string' && readTime(like) !== undefined ? writeLike(instant, like) : writeIso(instant),
	resolution: like => (typeof like === 'string' && readTime(like) !== undefined ? resolutionOf(like) : 1n),
};

// A count may come as a number or as its digits, and is written in the same way.
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

const MINUTE = 60n * NANOS_PER_SECOND;

const word = (letter: string, names: readonly string[]): string => `(?<${letter}>${names.join('|')})`;
const longNames = (names: readonly string[]): string => names.map(name => name.slice(0, 3)).join('[a-z]*|');

// `local` is ISO text: 2024-01-31T09:05:07.
const fields: {readonly [letter: string]: Field} = {
	Y: {text: '(?<Y>\\d{4})', resolution: NANOS_PER_DAY, write: local => local.slice(0, 4)},
	y: {text: '(?<y>\\d\\d)', resolution: NANOS_PER_DAY, write: local => local.slice(2, 4)},
	m: {text: '(?<m>\\d\\d?)', resolution: NANOS_PER_DAY, write: local => local.slice(5, 7)},
	b: {
		text: word('b', MONTHS),
		resolution: NANOS_PER_DAY,
		write: local => MONTHS[Number(local.slice(5, 7)) - 1] ?? '',
	},
	d: {text: '(?<d> ?\\d\\d?)', resolution: NANOS_PER_DAY, write: local => local.slice(8, 10)},
	a: {
		text: `(?:${longNames(DAYS)}[a-z]*)`,
		resolution: NANOS_PER_DAY,
		write: local => DAYS[new Date(`${local}Z`).getUTCDay()] ?? '',
	},
	H: {text: '(?<H>\\d\\d?)', resolution: HOUR, write: local => local.slice(11, 13)},
	I: {
		text: '(?<I>0?[1-9]|1[0-2])',
		resolution: HOUR,
		write: local => String(Number(local.slice(11, 13)) % 12 || 12).padStart(2, '0'),
	},
	p: {
		text: '(?<p>[AP]M)',
		resolution: HOUR,
		write: local => (Number(local.slice(11, 13)) < 12 ? 'AM' : 'PM'),
	},
	M: {text: '(?<M>\\d\\d?)', resolution: MINUTE, write: local => local.slice(14, 16)},
	S: {text: '(?<S>\\d\\d?)', resolution: NANOS_PER_SECOND, write: local => local.slice(17, 19)},
	f: {text: '(?<f>\\d{1,9})', resolution: 1000n, write: (_, instant) => nanosOf(instant).slice(0, 6)},
	z: {text: '(?<z>Z|[+-]\\d\\d:?\\d\\d)', resolution: NANOS_PER_DAY, write: () => '+0000'},
	// Other names of zones are ambiguous: CST is the name of three.
	Z: {text: '(?:UTC|GMT|UT|Z)', resolution: NANOS_PER_DAY, write: () => 'UTC'},
	'%': {text: '%', resolution: NANOS_PER_DAY, write: () => '%'},
};

function pattern(text: string): TimeFormat {
	const tokens = text.match(/%.|[^%]+/gsu) ?? [];
	const letters = tokens.filter(token => token.startsWith('%')).map(token => token.slice(1));
	const unknown = letters.find(letter => !Object.hasOwn(fields, letter));
	const known = `iso, date, epoch, epoch_ms, text, or a pattern with ${Object.keys(fields)
		.map(letter => `%${letter}`)
		.join(' ')}`;
	if (unknown !== undefined) throw new ConfigError(`%${unknown} is not known in a time; write ${known}`);
	// A pattern has one of each pair at most.
	const count = (choice: string): number => letters.filter(letter => choice.includes(letter)).length;
	const [years, months, days] = [count('Yy'), count('mb'), count('d')];
	// Months and years alone have no day, and no time of day.
	const isWhole = years === 1 && months === 1 && days === 1;
	const isCoarse = years === 1 && months <= 1 && letters.every(letter => 'Yymb%'.includes(letter));
	if (!(isWhole || isCoarse) || new Set(letters).size < letters.length)
		throw new ConfigError(
			`${JSON.stringify(text)} does not say when; write ${known}, with %Y (or %y), %m (or %b) and %d ` +
				'once each, or months (%Y-%m) and years (%Y) alone',
		);
	if (letters.includes('I') !== letters.includes('p') || (letters.includes('I') && letters.includes('H')))
		throw new ConfigError(`${JSON.stringify(text)} does not say which hour; write %H, or %I and %p`);
	const source = tokens.map(token =>
		token.startsWith('%') ? field(token).text : token.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
	);
	const expression = new RegExp(`^${source.join('')}$`, 'i');
	const finest = letters.map(letter => field(`%${letter}`).resolution).reduce(lower);
	return {
		read(value) {
			const groups = typeof value === 'string' ? expression.exec(value)?.groups : undefined;
			return groups && instantIn(groups);
		},
		write(instant) {
			const local = writeLike(instant, '2000-01-01T00:00:00');
			return tokens
				.map(token => (token.startsWith('%') ? field(token).write(local, instant) : token))
				.join('');
		},
		...(days === 0 && {ceil: (instant: Instant) => nextOf(instant, months === 1)}),
		resolution: () => finest,
	};
}

function instantIn(groups: {readonly [letter: string]: string | undefined}): Instant | undefined {
	const {Y, y = '', m, b, d = '1', H, I, p = '', M = '0', S = '0', f = '', z = ''} = groups;
	const offset = offsetMinutes(z);
	if (offset === undefined) return undefined;
	// As POSIX has it: 69 is 1969, 68 is 2068.
	const year = Y === undefined ? Number(y) + (Number(y) < 69 ? 2000 : 1900) : Number(Y);
	const hour = I === undefined ? Number(H ?? 0) : (Number(I) % 12) + (p.toLowerCase() === 'pm' ? 12 : 0);
	const named = b === undefined ? 1 : MONTHS.findIndex(name => name.toLowerCase() === b.toLowerCase()) + 1;
	const month = m === undefined ? named : Number(m);
	return instantOf(
		{year, month, day: Number(d), hour, minute: Number(M), second: Number(S), offsetMinutes: offset},
		f,
	);
}

function nextOf(instant: Instant, isMonth: boolean): Instant {
	const date = new Date(Number(floorTo(instant, NANOS_PER_MS) / NANOS_PER_MS));
	const [year, month] = [date.getUTCFullYear(), isMonth ? date.getUTCMonth() : 0];
	const begin = BigInt(Date.UTC(year, month, 1)) * NANOS_PER_MS;
	if (begin === instant) return instant;
	return BigInt(isMonth ? Date.UTC(year, month + 1, 1) : Date.UTC(year + 1, 0, 1)) * NANOS_PER_MS;
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
