import {fail} from './errors.ts';

/** Steps of one evaluation, each a fraction of a microsecond. */
const MOST_STEPS = 400_000;
/** Characters of all texts that one evaluation reads or makes. */
const MOST_CHARACTERS = 32 * 1024 * 1024;
const ITEMS_PER_STEP = 8;
const CHARACTERS_PER_STEP = 100;
/** Digits of an integer, as in Python. */
const MOST_DIGITS = 4300;
const largest = 10n ** BigInt(MOST_DIGITS);

/** What one evaluation may still spend, so that a hostile template ends soon and in little memory. */
export class Budget {
	#steps = MOST_STEPS;
	#characters = MOST_CHARACTERS;

	step(count = 1): void {
		this.#steps -= count;
		if (!(this.#steps >= 0))
			fail('the expression takes too many steps; go through fewer items, or do it in a function');
	}

	/** Before a list of this length is looked through. */
	scan(length: number): void {
		if (length > ITEMS_PER_STEP) this.step(length / ITEMS_PER_STEP);
	}

	/** Before a text of this length is made. */
	make(length: number): void {
		this.#characters -= length;
		if (!(this.#characters >= 0))
			fail(`the expression makes more than ${MOST_CHARACTERS / 1024 / 1024} M characters of text`);
		if (length > CHARACTERS_PER_STEP) this.step(length / CHARACTERS_PER_STEP);
	}

	text(text: string): string {
		this.make(text.length);
		return text;
	}
}

/** An integer, as a number where one holds it. */
export function whole(value: bigint): number | bigint {
	const number = Number(value);
	if (Number.isSafeInteger(number)) return number;
	return value < largest && value > -largest ? value : fail(`an integer has more than ${MOST_DIGITS} digits`);
}

export function power(base: bigint, exponent: bigint): number | bigint {
	const digits = base.toString().length * Number(exponent);
	if (digits > MOST_DIGITS * 2 && base !== 0n && base !== 1n && base !== -1n)
		fail(`an integer has more than ${MOST_DIGITS} digits`);
	return whole(base ** exponent);
}
