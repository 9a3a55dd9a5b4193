/** Numbers of things, for messages. */

/** `2,000,000`. The one of `Intl` is loaded with all its languages, which takes longer than a request. */
export function count(value: number): string {
	return String(Math.round(value)).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `1 row`, `2,000 rows`. */
export function plural(value: number, noun: string): string {
	return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}
