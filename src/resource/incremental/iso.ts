/** Instants, and how ISO 8601 writes them. */

/** Nanoseconds since 1970-01-01T00:00:00Z. */
export type Instant = bigint;

export const NANOS_PER_MS = 1_000_000n;
export const NANOS_PER_SECOND = 1_000_000_000n;
export const NANOS_PER_DAY = 86_400n * NANOS_PER_SECOND;

const iso = /^(\d{4})-(\d\d)-(\d\d)(?:([T ])(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:?\d\d|[+-]\d\d)?)?$/i;

/** A date, or a date and a time; a time without an offset is UTC. `undefined` for any other text. */
export function readIso(text: string): Instant | undefined {
	const [, year, month, day, , hour = '0', minute = '0', second = '0', fraction = '', zone = ''] = iso.exec(text) ?? [];
	if (year === undefined) return undefined;
	return instantOf({
		year: Number(year),
		month: Number(month),
		day: Number(day),
		hour: Number(hour),
		minute: Number(minute),
		second: Number(second),
		nanos: BigInt(fraction.padEnd(9, '0')),
		offsetMinutes: offsetMinutes(zone),
	});
}

export interface Parts {
	readonly year: number;
	readonly month: number;
	readonly day: number;
	readonly hour: number;
	readonly minute: number;
	readonly second: number;
	readonly nanos: bigint;
	readonly offsetMinutes: number;
}

/** `undefined` when there is no such day or time. */
export function instantOf({year, month, day, hour, minute, second, nanos, offsetMinutes}: Parts): Instant | undefined {
	if (month < 1 || month > 12 || day < 1 || hour > 24 || minute > 59 || second > 60) return undefined;
	const date = new Date(0);
	date.setUTCFullYear(year, month - 1, day);
	if (date.getUTCDate() !== day) return undefined;
	const seconds = BigInt(date.getTime() / 1000 + hour * 3600 + (minute - offsetMinutes) * 60 + second);
	return seconds * NANOS_PER_SECOND + nanos;
}

/** `+01:30` as 90. */
export function offsetMinutes(zone: string): number {
	const [, sign, hours, minutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
	return sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/** The instant in the form of another text: a date, or a time with as many digits and the same offset. */
export function writeIsoLike(instant: Instant, like: string): string {
	const [, , , , separator, , , second, fraction = '', zone = ''] = iso.exec(like) ?? [];
	const local = new Date(Number(floorTo(instant, NANOS_PER_MS) / NANOS_PER_MS) + offsetMinutes(zone) * 60_000).toISOString();
	if (separator === undefined) return local.slice(0, 10);
	const time = local.slice(11, second === undefined ? 16 : 19);
	const digits = fraction === '' ? '' : `.${nanosOf(instant).slice(0, fraction.length)}`;
	return `${local.slice(0, 10)}${separator}${time}${digits}${zone}`;
}

/** The instant in UTC, with as many digits as it needs. */
export function writeIso(instant: Instant): string {
	const digits = nanosOf(instant).replace(/(000)+$/, '');
	return writeIsoLike(instant, `2000-01-01T00:00:00${digits === '' ? '' : `.${digits}`}Z`);
}

/** The smallest step between two values in the form of this text. */
export function resolutionOf(text: string): Instant {
	const [, , , , separator, , , second, fraction = ''] = iso.exec(text) ?? [];
	if (separator === undefined) return NANOS_PER_DAY;
	return second === undefined ? 60n * NANOS_PER_SECOND : 10n ** BigInt(9 - fraction.length);
}

export function floorTo(instant: Instant, unit: Instant): Instant {
	return instant - (((instant % unit) + unit) % unit);
}

/** The nine digits after the second. */
export function nanosOf(instant: Instant): string {
	return String(instant - floorTo(instant, NANOS_PER_SECOND)).padStart(9, '0');
}
