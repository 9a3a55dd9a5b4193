/** What happens to one start of the command line. */
import {type Kill, killOf} from '../attempt.ts';
import type {Dice} from '../dice.ts';
import type {Source} from './api.ts';

export interface Fault {
	readonly kill?: Kill;
	/** This answer of the API is an error. */
	readonly broken?: {readonly source: Source; readonly at: number};
}

export function faultOf(dice: Dice, calls: number, sources: readonly Source[]): Fault {
	if (dice.chance(0.4)) return {};
	if (dice.chance(0.3)) return {broken: {source: dice.oneOf(sources), at: 1 + dice.below(4)}};
	return {kill: killOf(dice, calls, 0.15)};
}
