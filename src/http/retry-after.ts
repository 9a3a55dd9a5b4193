/** How long a server asks to be left alone. Other headers of rate limits belong here too. */

/** Milliseconds from `nowMs` on (epoch); 0 when the headers ask for nothing, or for something in the past. */
export function requestedWaitMs(headers: Record<string, string>, nowMs: number): number {
	return retryAfterMs(headers['retry-after'], nowMs);
}

// Seconds (decimals occur) or an HTTP date. `Date.parse` alone would read `2` as a month.
function retryAfterMs(value: string | undefined, nowMs: number): number {
	if (value === undefined) return 0;
	const text = value.trim();
	if (/^[+-]?\d+(\.\d+)?$/.test(text)) return Math.max(0, Number(text) * 1000);
	const at = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
	return Number.isNaN(at) ? 0 : Math.max(0, at - nowMs);
}
