/**
 * Bounds that depend on the clock of the run: `7 days ago`, `-P7D`, `now`, `today`, `yesterday`, and the later
 * or earlier of several: `max(2024-01-01, -P90D)`. Days begin at midnight in UTC.
 */
import type {JsonValue} from '../../core/json/json.ts';
import {readDuration, shifted} from '../../core/time/duration.ts';
import {
	floorTo,
	type Instant,
	NANOS_PER_DAY,
	NANOS_PER_MS,
	NANOS_PER_SECOND,
} from '../../core/time/instant.ts';
import {isoFormat, type TimeFormat, writeUp} from './time-format.ts';

const ago = /^(\d+) (second|minute|hour|day|week|month|year)s? ago$/i;
const letters: {readonly [unit: string]: string} = {
	second: 'TS',
	minute: 'TM',
	hour: 'TH',
	day: 'D',
	week: 'W',
	month: 'M',
	year: 'Y',
};

/** Whether a bound depends on the clock. */
export function isRelative(value: JsonValue | undefined, format?: TimeFormat): value is string {
	return typeof value === 'string' && !format?.isText && readRelative(value, 0n) !== undefined;
}

/**
 * The bound in the form of the values, at this moment (milliseconds since 1970). Any other value is returned
 * unchanged.
 */
export function atMoment(
	value: JsonValue | undefined,
	nowMs: number,
	format: TimeFormat | undefined,
	side: 'start' | 'end',
): JsonValue | undefined {
	if (!isRelative(value, format)) return value;
	const now = floorTo(BigInt(Math.floor(nowMs)) * NANOS_PER_MS, NANOS_PER_SECOND);
	const instant = readRelative(value, now) ?? now;
	return side === 'start' ? (format ?? isoFormat).write(instant) : writeUp(format ?? isoFormat, instant);
}

function readRelative(text: string, now: Instant): Instant | undefined {
	const [, which, inside] = /^\s*(max|min)\((.*)\)\s*$/i.exec(text) ?? [];
	if (which !== undefined && inside !== undefined) {
		const all = partsOf(inside).map(part => readRelative(part, now) ?? isoFormat.read(part.trim()));
		return all.reduce((one, other) => {
			if (one === undefined || other === undefined) return undefined;
			return (which.toLowerCase() === 'max') === other > one ? other : one;
		});
	}
	const word = text.trim().toLowerCase();
	if (word === 'now') return now;
	if (word === 'today') return floorTo(now, NANOS_PER_DAY);
	if (word === 'yesterday') return floorTo(now, NANOS_PER_DAY) - NANOS_PER_DAY;
	const [, count, unit = ''] = ago.exec(word) ?? [];
	if (count !== undefined) {
		if (Number(count) === 0) return now;
		const letter = letters[unit] ?? '';
		const duration = letter.length === 2 ? `PT${count}${letter.slice(1)}` : `P${count}${letter}`;
		return shifted(now, readDuration(duration), -1);
	}
	const [, duration] = /^(?:now)?-(PT?\d.*)$/.exec(text.trim()) ?? [];
	return duration === undefined ? undefined : shifted(now, readDuration(duration), -1);
}

/** The parts between commas, of which those inside parentheses belong to a part. */
function partsOf(text: string): string[] {
	return text.match(/(?:[^,()]|\([^()]*\))+/g) ?? [''];
}
