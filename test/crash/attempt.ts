/** One start of the command line, and how it dies. */
import {join} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import type {Ran, Workspace} from '../helpers/binary.ts';
import type {Dice} from './dice.ts';

export type Kill =
	/** By the clock. */
	| {readonly afterMs: number}
	/** At the n-th call that changes something. */
	| {readonly at: number; readonly how: 'before' | 'torn' | 'after'};

const preload = join(import.meta.dirname, 'faults.js');
const MOST_MS = 700;

/** `calls`: how many a whole run makes. `byClock`: how likely the clock decides. */
export function killOf(dice: Dice, calls: number, byClock: number): Kill {
	if (dice.chance(byClock)) return {afterMs: dice.below(MOST_MS)};
	return {at: 1 + dice.below(calls), how: dice.oneOf(['before', 'torn', 'after'])};
}

/** A run that ends by itself leaves the number of its calls in the file `tally`. */
export async function attempt(
	place: Workspace,
	words: readonly string[],
	kill: Kill | undefined,
): Promise<Ran> {
	const env = {
		NODE_OPTIONS: `--import=${preload}`,
		FAULT_FOLDER: join(place.path, 'out'),
		FAULT_TALLY: join(place.path, 'tally'),
		...(kill && 'at' in kill && {FAULT_AT: String(kill.at), FAULT_HOW: kill.how}),
	};
	const running = place.start(words, {env, timeoutMs: 120_000});
	running.process.stdin?.end();
	const late = new AbortController();
	if (kill && 'afterMs' in kill)
		pause(kill.afterMs, undefined, {signal: late.signal}).then(
			() => running.process.kill('SIGKILL'),
			() => {},
		);
	const ran = await running.ended;
	late.abort();
	return ran;
}
