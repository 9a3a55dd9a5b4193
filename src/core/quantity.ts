/** Formats quantities for messages. */

/** `2,000,000`. `Intl` loads all its languages for this, which takes longer than a request. */
export function formatCount(value: number): string {
	return String(Math.round(value)).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `1 row`, `2,000 rows`. */
export function plural(value: number, noun: string): string {
	return `${formatCount(value)} ${noun}${value === 1 ? '' : 's'}`;
}

const units = ['B', 'kB', 'MB', 'GB', 'TB'];

export function bytes(value: number): string {
	let unit = 0;
	let size = value;
	// Without this bound, 999.5 kB would be written as 1000 kB.
	while (size >= 999.5 && unit < units.length - 1) {
		size /= 1000;
		unit++;
	}
	return `${unit === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}

/** `0.84 s`, `12.3 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatSeconds(value: number): string {
	if (value < 9.995) return `${value.toFixed(2)} s`;
	if (value < 59.95) return `${value.toFixed(1)} s`;
	const whole = Math.round(value);
	const minutes = Math.floor(whole / 60);
	return minutes < 60
		? `${minutes} min ${whole % 60} s`
		: `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
