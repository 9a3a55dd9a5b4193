/**
 * Cursor values beyond the present: `9999-12-31` for "no end", or a wrong clock. If the state moved there, no
 * later run would find a row. Such rows are read, and the state stays at the newest row of the present.
 */
import type {JsonValue} from '../../core/json/json.ts';
import {readTime} from '../../core/time/grammar.ts';
import {NANOS_PER_DAY, NANOS_PER_MS} from '../../core/time/instant.ts';
import {excerptOfValue, type LastValue} from './order.ts';
import type {TimeFormat} from './time-format.ts';

// The clocks of servers differ, and so do dates around the world.
const TOLERANCE = NANOS_PER_DAY;
const looksLikeDate = /^\d{4}-\d\d-\d\d|^\w{3}, \d/;

/** Whether a value is a time beyond the present; `undefined` where values are no times, or go down. */
export function futureOf(
	lastValue: LastValue,
	format: TimeFormat | undefined,
	now: () => number,
): ((value: JsonValue) => boolean) | undefined {
	if (lastValue !== 'max' || format?.isText) return undefined;
	let limit: bigint | undefined;
	return value => {
		limit ??= BigInt(Math.ceil(now())) * NANOS_PER_MS + TOLERANCE;
		const isText = typeof value === 'string' && looksLikeDate.test(value);
		const instant = format ? format.read(value) : isText ? readTime(value) : undefined;
		return instant !== undefined && instant > limit;
	};
}

export function futureMessage(path: string, value: JsonValue): string {
	return (
		`the cursor_path "${path}" has ${excerptOfValue(value)}, which is beyond the present; the row was ` +
		'taken, and the next run begins at the newest value before now. Name a time of change in ' +
		'cursor_path, or set cursor_format: text to move there all the same'
	);
}
