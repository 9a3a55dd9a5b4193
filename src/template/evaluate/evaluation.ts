/** One evaluation: what it looks things up in, and what it may still spend. */
import {Budget} from '../budget.ts';
import type {Routine, Surroundings} from '../routine.ts';
import {ofDate} from '../values/time.ts';
import type {Moment, Scope, Value} from '../values/values.ts';

/** Names of a loop, over those around it. */
export class Frame {
	readonly values = new Map<string, Value>();
	readonly outer: Frame | undefined;

	constructor(outer?: Frame) {
		this.outer = outer;
	}

	find(name: string): Value | typeof notFound {
		if (this.values.has(name)) return this.values.get(name);
		return this.outer ? this.outer.find(name) : notFound;
	}
}

export const notFound: unique symbol = Symbol('not found');

/** What `map('upper')` and `select('defined')` need of the rest of the language. */
export interface Language {
	readonly filter: (run: Run, name: string, value: Value, args: readonly Value[]) => Value;
	readonly test: (run: Run, name: string, value: Value, args: readonly Value[]) => boolean;
	readonly item: (value: Value, key: Value) => Value;
}

export class Run implements Surroundings {
	readonly scope: Scope;
	readonly budget = new Budget();
	frame = new Frame();
	/** The place in the template that is evaluated. */
	at = 0;
	readonly #clock: () => Date;
	readonly #language: Language;
	#now: Moment | undefined;

	constructor(scope: Scope, clock: () => Date, language: Language) {
		this.scope = scope;
		this.#clock = clock;
		this.#language = language;
	}

	/** The same in all of one evaluation. */
	readonly now = (): Moment => {
		this.#now ??= ofDate(this.#clock());
		return this.#now;
	};

	readonly filter = (name: string, value: Value, args: readonly Value[]): Value =>
		this.#language.filter(this, name, value, args);
	readonly test = (name: string, value: Value, args: readonly Value[]): boolean =>
		this.#language.test(this, name, value, args);

	item(value: Value, key: Value): Value {
		return this.#language.item(value, key);
	}

	call(routine: Routine, values: readonly Value[]): Value {
		return routine.run(this, ...values);
	}
}
