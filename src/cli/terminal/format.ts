/** Sizes, times and tables for people. */
import width from './width.ts';

const units = ['B', 'kB', 'MB', 'GB', 'TB'];

export function bytes(value: number): string {
	let unit = 0;
	let size = value;
	// 999.5 kB would be written as 1000 kB.
	while (size >= 999.5 && unit < units.length - 1) {
		size /= 1000;
		unit++;
	}
	return `${unit === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}

/** `0.84 s`, `12.3 s`, `3 min 20 s`, `2 h 5 min`. */
export function seconds(value: number): string {
	if (value < 9.995) return `${value.toFixed(2)} s`;
	if (value < 59.95) return `${value.toFixed(1)} s`;
	const whole = Math.round(value);
	const minutes = Math.floor(whole / 60);
	return minutes < 60
		? `${minutes} min ${whole % 60} s`
		: `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Rows of cells under a header, aligned; columns whose name is in `right` are numbers. */
export function table(
	header: readonly string[],
	rows: readonly (readonly string[])[],
	{right = []}: {right?: readonly string[]} = {},
): string {
	const widths = header.map((name, i) => Math.max(width(name), ...rows.map(row => width(row[i] ?? ''))));
	const line = (cells: readonly string[]): string =>
		cells
			.map((cell, i) => {
				const pad = ' '.repeat((widths[i] ?? 0) - width(cell));
				return right.includes(header[i] ?? '') ? pad + cell : cell + pad;
			})
			.join('  ')
			.trimEnd();
	return [line(header), line(widths.map(size => '─'.repeat(size))), ...rows.map(line)].join('\n');
}

/** A text as one line that moves no cursor. */
export function printableCell(text: string): string {
	return text
		.replace(/\s+/g, ' ')
		.replace(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}

/** Cuts a text to so many terminal columns. */
export function clip(text: string, columns: number): string {
	if (width(text) <= columns) return text;
	let kept = '';
	let used = 0;
	for (const character of text) {
		used += width(character);
		if (used > columns - 1) break;
		kept += character;
	}
	return `${kept}…`;
}
