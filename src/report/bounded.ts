/** Lists and sums that keep the first of what comes, and the number of the others. */
import {scrub} from '../core/secret.ts';
import type {Listed} from './record.ts';

const MOST_CHARACTERS = 300;

/** A text without secrets, and not too long. */
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

/** Keys without room of which a map remembers that it has counted them. */
const MOST_COUNTED = 10_000;

/** Values by key. What has a new key after the last that is kept is counted only. */
export class BoundedMap<T> {
	private readonly most: number;
	private readonly byKey = new Map<string, T>();
	private readonly others = new Set<string>();

	constructor(most: number) {
		this.most = most;
	}

	/** The value of a key, made by the first to ask; nothing where it is one too many. */
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
