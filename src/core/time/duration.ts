/** ISO 8601 durations: `P1D`, `P1M`, `PT6H`. */
import {ConfigError} from '../errors.ts';
import {floorTo, type Instant, NANOS_PER_DAY, NANOS_PER_MS, NANOS_PER_SECOND} from './instant.ts';

/** Months have no fixed length, so they are separate. */
export interface Duration {
	readonly months: number;
	readonly nanos: bigint;
}

const form =
	/^P(?=\d|T\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/** Parses a duration. Throws `ConfigError` for any other text, and for a duration of nothing. */
export function readDuration(text: string): Duration {
	const [whole, years, months, weeks, days, hours, minutes, seconds] = (form.exec(text) ?? []).map(part =>
		Number(part ?? 0),
	);
	const duration = {
		months: (years ?? 0) * 12 + (months ?? 0),
		nanos:
			BigInt((weeks ?? 0) * 7 + (days ?? 0)) * NANOS_PER_DAY +
			BigInt((hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0)) * NANOS_PER_SECOND,
	};
	if (whole === undefined || (duration.months === 0 && duration.nanos === 0n))
		throw new ConfigError(`expected a duration such as P1D, P1M or PT6H, got ${JSON.stringify(text)}`);
	return duration;
}

/**
 * The instant after `times` durations, or before if `times` is negative. In a month that lacks the day, it is
 * the last day; counted from the same start, a later month has the day again. `offset` is the number of
 * minutes by which the day begins before the day in UTC.
 */
export function shifted(instant: Instant, {months, nanos}: Duration, times: number, offset = 0): Instant {
	const ahead = BigInt(offset) * 60n * NANOS_PER_SECOND;
	const moved = months === 0 ? instant : addMonths(instant + ahead, months * times) - ahead;
	return moved + nanos * BigInt(times);
}

function addMonths(instant: Instant, months: number): Instant {
	const day = floorTo(instant, NANOS_PER_DAY);
	const date = new Date(Number(day / NANOS_PER_MS));
	const wanted = date.getUTCDate();
	date.setUTCDate(1);
	date.setUTCMonth(date.getUTCMonth() + months);
	const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
	date.setUTCDate(Math.min(wanted, last));
	return BigInt(date.getTime()) * NANOS_PER_MS + (instant - day);
}
