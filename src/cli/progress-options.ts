/** How often verbs that read resources report their progress. */
import type {Log} from './terminal/log.ts';
import {durationOf} from './verb.ts';

/** Milliseconds between two states of the live lines. */
const LIVE_MS = 100;
const LINE_MS = 10_000;

export const progressOption = {
	...durationOf('progress'),
	describe: 'Time between two lines of progress, without a terminal [default: 10s]',
} as const;

/** Milliseconds between events of progress; `undefined` without a reader of them. */
export function progressMs(
	log: Log,
	{progress = LINE_MS, quiet = false}: {progress?: number | undefined; quiet?: boolean | undefined},
): number | undefined {
	if (log.live) return LIVE_MS;
	return quiet ? undefined : progress;
}
