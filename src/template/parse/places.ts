import type {Word} from './tokens.ts';

/** Where the parser's nodes stand, which it does not say: nodes are asked for in the order of the words. */
export class Places {
	readonly #all: readonly Word[];
	readonly #words: readonly Word[];
	#next = 0;

	/** `words` are those that the parser got, `all` are those of the text. */
	constructor(all: readonly Word[], words: readonly Word[]) {
		this.#all = all;
		this.#words = words;
	}

	/** The place of the next word that is so. */
	place(type: string, value: string): number {
		return this.#find(type, value)?.at ?? 0;
	}

	/** The digits of the next number, of which the parser has made a double. */
	numeral(): string {
		return this.#find('NumericLiteral')?.value ?? '0';
	}

	/** The place of the next word. */
	next(): number {
		return this.#words[this.#next]?.at ?? 0;
	}

	/** Whether a pair of brackets ends right before this place and begins before the other. */
	isBracketed(at: number, before: number): boolean {
		const bracket = this.#all[this.#all.findIndex(word => word.at === at) - 1];
		const open = this.#all[bracket?.opened ?? -1];
		return open !== undefined && open.at < before;
	}

	#find(type: string, value?: string): Word | undefined {
		for (let at = this.#next; at < this.#words.length; at++) {
			const word = this.#words[at];
			if (word?.type !== type || (value !== undefined && word.value !== value)) continue;
			this.#next = at + 1;
			return word;
		}
		return undefined;
	}
}
