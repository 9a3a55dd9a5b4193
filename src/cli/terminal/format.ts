/** Formats sizes, times and tables. */
import width from './width.ts';

export {bytes, formatSeconds as seconds} from '../../core/quantity.ts';

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

/** A text as one line without control characters. */
export function printableCell(text: string): string {
	return text
		.replace(/\s+/g, ' ')
		.replace(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}

/** As many parts as terminal columns hold: a figure that is cut would be another one. */
export function fitParts(text: string, columns: number): string {
	const parts = text.split(', ');
	while (parts.length > 1 && width(parts.join(', ')) > columns) parts.pop();
	return clip(parts.join(', '), columns);
}

/** Cuts a text to a number of terminal columns. */
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
