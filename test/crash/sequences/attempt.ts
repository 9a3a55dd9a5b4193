/** One start of the command line, and what happens to it. */
import {join} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import type {Ran, Workspace} from '../../helpers/binary.ts';
import type {Dice} from '../dice.ts';
import type {Source} from './api.ts';

export type Fault =
	| 'none'
	/** Killed by the clock. */
	| {readonly afterMs: number}
	/** Killed at the n-th call that changes something. */
	| {readonly at: number; readonly how: 'before' | 'torn' | 'after'}
	/** An answer of the API is an error. */
	| {readonly broken: {readonly source: Source; readonly at: number}};

const preload = join(import.meta.dirname, '../faults.js');

export function faultOf(dice: Dice, calls: number, sources: readonly Source[]): Fault {
	if (dice.chance(0.4)) return 'none';
	if (dice.chance(0.3)) return {broken: {source: dice.oneOf(sources), at: 1 + dice.below(4)}};
	if (dice.chance(0.15)) return {afterMs: dice.below(700)};
	return {at: 1 + dice.below(calls), how: dice.oneOf(['before', 'torn', 'after'])};
}

export async function once(place: Workspace, words: readonly string[], fault: Fault): Promise<Ran> {
	const env = {
		NODE_OPTIONS: `--import=${preload}`,
		FAULT_FOLDER: join(place.path, 'out'),
		FAULT_TALLY: join(place.path, 'tally'),
		...(typeof fault === 'object' && 'at' in fault && {FAULT_AT: String(fault.at), FAULT_HOW: fault.how}),
	};
	const running = place.start(words, {env, timeoutMs: 120_000});
	running.process.stdin?.end();
	const late = new AbortController();
	if (typeof fault === 'object' && 'afterMs' in fault)
		pause(fault.afterMs, undefined, {signal: late.signal}).then(
			() => running.process.kill('SIGKILL'),
			() => {},
		);
	const ran = await running.ended;
	late.abort();
	return ran;
}
