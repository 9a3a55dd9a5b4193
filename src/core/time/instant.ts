/** Instants, in whole nanoseconds since 1970, and their conversion to dates and times of day. */

/** Nanoseconds since 1970-01-01T00:00:00Z. */
export type Instant = bigint;

export const NANOS_PER_MS = 1_000_000n;
export const NANOS_PER_SECOND = 1_000_000_000n;
export const NANOS_PER_DAY = 86_400n * NANOS_PER_SECOND;

/** A local date and time of day. */
export interface Parts {
	readonly year: number;
	readonly month: number;
	readonly day: number;
	readonly hour: number;
	readonly minute: number;
	readonly second: number;
	readonly offsetMinutes: number;
}

/** Whole seconds since 1970. `undefined` when there is no such day or time. */
export function secondsOf({
	year,
	month,
	day,
	hour,
	minute,
	second,
	offsetMinutes,
}: Parts): number | undefined {
	if (month < 1 || month > 12 || day < 1 || hour > 24 || minute > 59 || second > 60) return undefined;
	if (hour === 24 && (minute > 0 || second > 0)) return undefined;
	const date = new Date(0);
	date.setUTCFullYear(year, month - 1, day);
	if (date.getUTCDate() !== day) return undefined;
	return date.getTime() / 1000 + hour * 3600 + (minute - offsetMinutes) * 60 + second;
}

/** The same, with the decimals of the second. */
export function instantOf(parts: Parts, fraction = ''): Instant | undefined {
	const seconds = secondsOf(parts);
	if (seconds === undefined) return undefined;
	return BigInt(seconds) * NANOS_PER_SECOND + BigInt(fraction.slice(0, 9).padEnd(9, '0'));
}

/** `+01:30` as 90, `Z` and an empty text as 0; `undefined` for an hour or a minute that does not exist. */
export function offsetMinutes(zone: string): number | undefined {
	const [, sign, hours, minutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
	if (sign === undefined) return 0;
	if (Number(hours) > 23 || Number(minutes) > 59) return undefined;
	return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

export function floorTo(instant: Instant, unit: Instant): Instant {
	return instant - (((instant % unit) + unit) % unit);
}

/** The nine decimals of the second. */
export function nanosOf(instant: Instant): string {
	return String(instant - floorTo(instant, NANOS_PER_SECOND)).padStart(9, '0');
}
