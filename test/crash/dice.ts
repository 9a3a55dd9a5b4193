export interface Dice {
	/** A whole number from 0, below `end`. */
	below(end: number): number;
	chance(probability: number): boolean;
	oneOf<T>(values: readonly [T, ...T[]] | readonly T[]): T;
}

/** The same numbers for the same seed (mulberry32). */
export function dice(seed: number): Dice {
	let state = seed;
	function next(): number {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	}
	const below = (end: number): number => Math.floor(next() * end);
	return {
		below,
		chance: probability => next() < probability,
		oneOf: values => values[below(values.length)] as never,
	};
}
