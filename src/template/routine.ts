/** Functions, filters and methods: what they are called with, and by which names. */
import type {Budget} from './budget.ts';
import {fail, isMissing} from './errors.ts';
import {numberOf} from './values/numbers.ts';
import {isDict, type Moment, Namespace, typeName, type Value} from './values/values.ts';

export interface Surroundings {
	readonly budget: Budget;
	readonly now: () => Moment;
	/** A filter by its name, for `map('upper')`. */
	readonly filter: (name: string, value: Value, args: readonly Value[]) => Value;
	/** A test by its name, for `select('defined')`. */
	readonly test: (name: string, value: Value, args: readonly Value[]) => boolean;
	/** `value.name` and `value[name]` */
	readonly item: (value: Value, key: Value) => Value;
}

export interface Routine {
	readonly parameters: readonly string[];
	readonly required: number;
	/** The rest of the values comes as one list, and of the names as one object after it. */
	readonly takesAny: boolean;
	readonly run: (around: Surroundings, ...values: Value[]) => Value;
}

/** Parameters are written `value, format, zone=`: a default is the routine's own, and comes as `undefined`. */
export function routine(parameters: string, run: Routine['run']): Routine {
	const names = parameters.split(',').map(name => name.trim());
	const takesAny = names.at(-1) === '*';
	const known = (takesAny ? names.slice(0, -1) : names).filter(name => name !== '');
	return {
		parameters: known.map(name => name.replace('=', '')),
		required: known.filter(name => !name.endsWith('=')).length,
		takesAny,
		run,
	};
}

export function bound(
	name: string,
	{parameters, required, takesAny}: Routine,
	values: readonly Value[],
	named?: ReadonlyMap<string, Value>,
): Value[] {
	if (values.length > parameters.length && !takesAny)
		fail(`${name}() takes ${counted(parameters.length)}, ${values.length} came`);
	const rest = values.slice(parameters.length);
	const taken = parameters.map((parameter, i) => (i < values.length ? values[i] : named?.get(parameter)));
	const others: {[name: string]: Value} = {};
	for (const [key, value] of named ?? []) {
		const at = parameters.indexOf(key);
		if (at >= 0 ? at < values.length : !takesAny) fail(`${name}() takes no ${key}${at >= 0 ? ' twice' : ''}`);
		if (at < 0) others[`$${key}`] = value;
	}
	const lacking = parameters.slice(values.length, required).find(parameter => !named?.has(parameter));
	if (lacking !== undefined) fail(`${name}() needs ${lacking}`);
	return takesAny ? [...taken, rest, others] : taken;
}

function counted(number: number): string {
	return number === 0 ? 'nothing' : number === 1 ? 'one value' : `at most ${number} values`;
}

/** A text, or the end of the evaluation: without a value where there is none. */
export function textIn(value: Value): string {
	if (typeof value === 'string') return value;
	if (value === undefined || value === null) return isMissing();
	return fail(
		`a text is needed here, not a value of the type ${typeName(value)}; write | string or ~ '' after it`,
	);
}

export function integerIn(value: Value, otherwise?: number): number {
	if (value === undefined && otherwise !== undefined) return otherwise;
	const known = numberOf(value);
	if (known && !known.isFloat && Number.isSafeInteger(Number(known.number))) return Number(known.number);
	if (value === undefined || value === null) return isMissing();
	return fail(`an integer is needed here, not a value of the type ${typeName(value)}`);
}

/** What a loop goes over: the items of a list, the keys of an object, the characters of a text. */
export function itemsOf(value: Value, budget: Budget): readonly Value[] {
	if (value === undefined) return [];
	if (value === null) return isMissing();
	const items = Array.isArray(value)
		? value
		: typeof value === 'string'
			? characters(value, budget)
			: isDict(value) && !(value instanceof Namespace)
				? Object.keys(value)
				: fail(`a list is needed here, not a value of the type ${typeName(value)}`);
	budget.scan(items.length);
	return items;
}

function characters(text: string, budget: Budget): string[] {
	budget.scan(text.length);
	return Array.from(text);
}
