/**
 * The one live line on stderr: what is being read and how fast, below all messages. Only for a terminal:
 * `Log.live` says whether there is one.
 */
import {clearLine, cursorTo} from 'node:readline';
import {count, plural} from '../../core/quantity.ts';
import type {Counts} from '../../core/stage.ts';
import {bytes, clip} from './format.ts';
import {beforeMessages} from './log.ts';

export class LiveLine {
	private label: string | undefined;
	private started = 0;

	/** The line of these resources begins; it appears with the first counts. */
	start(label: string): void {
		this.label = label;
		this.started = performance.now();
		beforeMessages(clear);
	}

	show({read, requests, retries, bytesRead}: Counts): void {
		if (this.label === undefined) return;
		const elapsed = (performance.now() - this.started) / 1000;
		const parts = [
			plural(read, 'row'),
			plural(requests, 'request'),
			bytes(bytesRead),
			`${count(read / Math.max(elapsed, 0.1))} rows/s`,
		];
		if (retries > 0) parts.push(`${count(retries)} ${retries === 1 ? 'retry' : 'retries'}`);
		cursorTo(process.stderr, 0);
		process.stderr.write(clip(`${this.label}  ${parts.join('  ')}`, (process.stderr.columns ?? 80) - 1));
		clearLine(process.stderr, 1);
	}

	/** Takes the line away. */
	stop(): void {
		if (this.label === undefined) return;
		this.label = undefined;
		clear();
		beforeMessages(() => {});
	}
}

function clear(): void {
	cursorTo(process.stderr, 0);
	clearLine(process.stderr, 0);
}
