/**
 * The one live line on stderr: what is being read and how fast, below all messages. Nothing is shown when
 * stderr is no terminal.
 */
import {clearLine, cursorTo} from 'node:readline';
import type {Counts} from '../core/stage.ts';
import {bytes, clip, count, plural} from './format.ts';
import {beforeMessages} from './io.ts';

export interface Progress {
	/** Takes the line away, so that something else can be printed. */
	stop(): void;
}

const EVERY_MS = 100;

/** Shows counts until stopped. `read` is asked ten times a second. */
export function progress(label: string, read: () => Partial<Counts>): Progress {
	const started = performance.now();
	const show = (): void => {
		const {read: rows = 0, requests = 0, retries = 0, bytesRead = 0} = read();
		const elapsed = (performance.now() - started) / 1000;
		const parts = [
			plural(rows, 'row'),
			plural(requests, 'request'),
			bytes(bytesRead),
			`${count(rows / Math.max(elapsed, 0.1))} rows/s`,
		];
		if (retries > 0) parts.push(`${count(retries)} ${retries === 1 ? 'retry' : 'retries'}`);
		cursorTo(process.stderr, 0);
		process.stderr.write(clip(`${label}  ${parts.join('  ')}`, (process.stderr.columns ?? 80) - 1));
		clearLine(process.stderr, 1);
	};
	const clear = (): void => {
		cursorTo(process.stderr, 0);
		clearLine(process.stderr, 0);
	};
	show();
	beforeMessages(clear);
	const timer = setInterval(show, EVERY_MS);
	timer.unref();
	return {
		stop() {
			clearInterval(timer);
			clear();
			beforeMessages(() => {});
		},
	};
}
