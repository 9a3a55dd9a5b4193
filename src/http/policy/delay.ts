/** Parses the delays and times of servers, in all their spellings. */

// 10^9 seconds are 31 years as a delay and September 2001 as a time; 10^11 milliseconds are March 1973.
const EPOCH_SECONDS = 1e9;
const EPOCH_MS = 1e11;

/**
 * The delay in a text, in milliseconds from `nowMs`; 0 if there is none. Numbers from 10^11 up are
 * milliseconds since 1970, from 10^9 up seconds since 1970, and smaller ones a delay in seconds (decimals
 * occur). `2s`, `1m30s` and `PT1M30S` are delays. Any other text is a date of HTTP or ISO 8601. If a header
 * came several times, the longest delay counts.
 */
export function delayMs(value: string | undefined, nowMs: number): number {
	return Math.max(0, ...headerValues(value).map(text => oneDelayMs(text, nowMs)));
}

/** The values of a header that may have come several times. The comma after a weekday belongs to its date. */
export function headerValues(value: string | undefined): string[] {
	return (value ?? '').split(/(?<!\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*),/i).map(text => text.trim());
}

/**
 * A date in milliseconds since 1970, or `NaN`. A date without a zone is in UTC, as asctime dates are in HTTP.
 */
export function httpTimeMs(text: string): number {
	const iso = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)$/i.exec(text);
	if (iso) return Date.parse(`${iso[1]}T${iso[2]}Z`);
	// `Date.parse` alone would read `2` as a month.
	if (!/[a-z]/i.test(text)) return Number.NaN;
	return Date.parse(/\s\d\d:\d\d(?::\d\d)?(?:\s+\d{4})?$/.test(text) ? `${text} GMT` : text);
}

function oneDelayMs(text: string, nowMs: number): number {
	if (!/^[+-]?\d+(\.\d+)?$/.test(text)) {
		const inWords = wordsMs(text) ?? durationMs(text);
		if (inWords !== undefined) return inWords;
		const at = httpTimeMs(text);
		return Number.isNaN(at) ? 0 : Math.max(0, at - nowMs);
	}
	const number = Number(text);
	if (number >= EPOCH_MS) return Math.max(0, number - nowMs);
	return Math.max(0, number >= EPOCH_SECONDS ? number * 1000 - nowMs : number * 1000);
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const unitMs: readonly (readonly [unit: RegExp, ms: number])[] = [
	[/^(?:ms|millis|milliseconds?)$/, 1],
	[/^(?:s|secs?|seconds?)$/, SECOND],
	[/^(?:m|mins?|minutes?)$/, MINUTE],
	[/^(?:h|hrs?|hours?)$/, HOUR],
	[/^(?:d|days?)$/, DAY],
];

// Delays such as `2s`, `500 ms`, `6m0s`, `2 seconds`.
function wordsMs(text: string): number | undefined {
	if (!/^(?:\d+(?:\.\d+)?\s*[a-z]+\s*)+$/i.test(text)) return undefined;
	let sum = 0;
	for (const [, amount, unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/gi)) {
		const known = unitMs.find(([pattern]) => pattern.test(unit.toLowerCase()));
		if (!known) return undefined;
		sum += Number(amount) * known[1];
	}
	return sum;
}

// A duration of ISO 8601. Months and years are not supported, as their length varies.
function durationMs(text: string): number | undefined {
	const found = /^P(?:([\d.]+)W)?(?:([\d.]+)D)?(?:T(?:([\d.]+)H)?(?:([\d.]+)M)?(?:([\d.]+)S)?)?$/i.exec(text);
	if (!found) return undefined;
	const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = found
		.slice(1)
		.map(part => Number(part ?? 0));
	const sum = (weeks * 7 + days) * DAY + hours * HOUR + minutes * MINUTE + seconds * SECOND;
	return Number.isNaN(sum) ? undefined : sum;
}
