/**
 * The live lines on stderr: what is being read and how fast, below all messages. Only for a terminal:
 * `Log.live` says whether there is one.
 */
import {cursorTo, moveCursor} from 'node:readline';
import {plural} from '../../core/quantity.ts';
import {clip} from './format.ts';
import {beforeMessages} from './log.ts';

/** More lines are told by their number. */
const MOST_LINES = 12;
/** Clear the rest of a line, and all lines below. */
const TO_END = '\u001b[K';
const BELOW = '\u001b[0J';

export class LiveLines {
	/** Lines that are on the terminal now; the cursor stands in the last of them. */
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
		// In one piece, and over what is there: lines that go away first would flicker.
		process.stderr.write(`${fitting.map(line => clip(line, columns - 1) + TO_END).join('\n')}${BELOW}`);
		this.shown = fitting.length;
	}

	/** Takes the lines away. */
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
