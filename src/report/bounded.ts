/** Lists and sums that keep the first values, and the number of the others. */
import {scrub} from '../core/secret.ts';
import type {Listed} from './record.ts';

const MOST_CHARACTERS = 300;

/** A text without secrets, cut to a length. */
export function shortText(text: string, most = MOST_CHARACTERS): string {
	const clean = scrub(text);
	return clean.length > most ? `${clean.slice(0, most - 1)}…` : clean;
}

export class BoundedList<T> {
	private readonly most: number;
	private readonly items: T[] = [];
	private more = 0;

	constructor(most: number) {
		this.most = most;
	}

	add(item: () => T): void {
		if (this.items.length < this.most) this.items.push(item());
		else this.more++;
	}

	list(): Listed<T> {
		return {items: this.items, more: this.more};
	}
}

/** The most keys without room that a map remembers, to count each of them once. */
const MOST_COUNTED = 10_000;

/** Values by key. Once the map is full, further keys are only counted. */
export class BoundedMap<T> {
	private readonly most: number;
	private readonly byKey = new Map<string, T>();
	private readonly others = new Set<string>();

	constructor(most: number) {
		this.most = most;
	}

	/** The value of a key, made on first use; `undefined` when the map is full. */
	of(key: string, make: () => T): T | undefined {
		const known = this.byKey.get(key);
		if (known !== undefined) return known;
		if (this.byKey.size >= this.most) {
			if (this.others.size < MOST_COUNTED) this.others.add(key);
			return undefined;
		}
		const made = make();
		this.byKey.set(key, made);
		return made;
	}

	get(key: string): T | undefined {
		return this.byKey.get(key);
	}

	list(): Listed<T> {
		return {items: [...this.byKey.values()], more: this.others.size};
	}
}
