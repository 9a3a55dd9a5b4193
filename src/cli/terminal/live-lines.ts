/**
 * The live lines on stderr, below all messages: the resources that are being read, and their speed. Only for
 * a terminal: `Log.live` shows whether there is one.
 */
import {cursorTo, moveCursor} from 'node:readline';
import {plural} from '../../core/quantity.ts';
import {fitParts} from './format.ts';
import {beforeMessages} from './log.ts';

/** Further lines are only counted. */
const MOST_LINES = 12;
/** Clear the rest of a line, and all lines below. */
const TO_END = '\u001b[K';
const BELOW = '\u001b[0J';

export class LiveLines {
	/** The number of lines on the terminal now; the cursor is in the last of them. */
	private shown = 0;

	constructor() {
		beforeMessages(() => this.clear());
	}

	show(lines: readonly string[]): void {
		const {columns = 80, rows = 24} = process.stderr;
		const most = Math.max(1, Math.min(MOST_LINES, rows - 2));
		const more = lines.length - most + 1;
		const fitting =
			lines.length > most ? [...lines.slice(0, most - 1), plural(more, 'more resource')] : lines;
		this.toFirst();
		// One write over the old lines: removing them first would flicker.
		process.stderr.write(`${fitting.map(line => fitParts(line, columns - 1) + TO_END).join('\n')}${BELOW}`);
		this.shown = fitting.length;
	}

	/** Removes the lines. */
	clear(): void {
		if (this.shown === 0) return;
		this.toFirst();
		process.stderr.write(BELOW);
		this.shown = 0;
	}

	private toFirst(): void {
		if (this.shown > 1) moveCursor(process.stderr, 0, 1 - this.shown);
		cursorTo(process.stderr, 0);
	}
}
