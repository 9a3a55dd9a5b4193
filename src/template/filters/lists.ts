/** Filters of lists and of anything. */

import {fail, isMissing} from '../errors.ts';
import {entriesOf} from '../methods/containers.ts';
import {printed} from '../methods/text.ts';
import {itemsOf, type Routine, routine, type Surroundings, textIn} from '../routine.ts';
import {areSame, calculate, isTrue, order} from '../values/operators.ts';
import {type Dict, isDict, madeHere, Tuple, typeName, type Value} from '../values/values.ts';

function lengthOf(value: Value): number {
	if (value === undefined) return 0;
	if (value === null) return isMissing();
	if (typeof value === 'string') return Array.from(value).length;
	if (Array.isArray(value)) return value.length;
	return isDict(value)
		? Object.keys(value).length
		: fail(`a value of the type ${typeName(value)} has no length`);
}

/** `a.b` of an item, as `map(attribute='a.b')` says it. */
function attribute(around: Surroundings, value: Value, path: Value, otherwise?: Value): Value {
	let found = value;
	for (const step of typeof path === 'number' ? [path] : textIn(path).split('.')) {
		if (found === undefined) break;
		found = around.item(found, typeof step === 'string' && /^\d+$/.test(step) ? Number(step) : step);
	}
	return found === undefined && otherwise !== undefined ? otherwise : found;
}

// What is null or false has no items here, as in Jinja.
function anyItems(list: Value, {budget}: Surroundings): readonly Value[] {
	const items = isTrue(list) ? itemsOf(list, budget) : [];
	// For each of them something is called.
	budget.step(items.length * 2);
	return items;
}

function mapped(around: Surroundings, list: Value, rest: Value, named: Value): Value {
	const items = anyItems(list, around);
	const {$attribute, $default} = named as Dict;
	const [name, ...args] = rest as Value[];
	const made = items.map(item =>
		$attribute === undefined
			? around.filter(textIn(name), item, args)
			: attribute(around, item, $attribute, $default),
	);
	return madeHere(made);
}

function selected(isWanted: boolean) {
	return (around: Surroundings, list: Value, rest: Value): Value => {
		const [name, ...args] = rest as Value[];
		return madeHere(
			anyItems(list, around).filter(item => {
				return isWanted === (name === undefined ? isTrue(item) : around.test(textIn(name), item, args));
			}),
		);
	};
}

function selectedBy(isWanted: boolean) {
	return (around: Surroundings, list: Value, rest: Value): Value => {
		const [path, name, ...args] = rest as Value[];
		return madeHere(
			anyItems(list, around).filter(item => {
				const value = attribute(around, item, path);
				return isWanted === (name === undefined ? isTrue(value) : around.test(textIn(name), value, args));
			}),
		);
	};
}

const folded = (value: Value, isExact: Value): Value =>
	typeof value === 'string' && isExact !== true ? value.toLowerCase() : value;

function sorted(around: Surroundings, list: Value, reverse: Value, isExact: Value, path: Value): Value {
	const items = itemsOf(list, around.budget);
	around.budget.step(items.length * 4);
	const keyed = items.map(item => ({
		item,
		key: folded(path === undefined || path === null ? item : attribute(around, item, path), isExact),
	}));
	keyed.sort((a, b) => (reverse === true ? -1 : 1) * order(a.key, b.key));
	return madeHere(keyed.map(({item}) => item));
}

function unique(around: Surroundings, list: Value, isExact: Value, path: Value): Value {
	const kept: {item: Value; key: Value}[] = [];
	const texts = new Set<string>();
	for (const item of itemsOf(list, around.budget)) {
		const key = folded(path === undefined || path === null ? item : attribute(around, item, path), isExact);
		if (typeof key === 'string') {
			if (texts.has(key)) continue;
			texts.add(key);
		} else {
			around.budget.step(1 + kept.length / 2);
			if (kept.some(known => areSame(known.key, key))) continue;
		}
		kept.push({item, key});
	}
	return madeHere(kept.map(({item}) => item));
}

function joined(around: Surroundings, list: Value, separator: Value, path: Value): Value {
	const items = itemsOf(list, around.budget);
	const sign = separator === undefined ? '' : printed(around, separator);
	const parts = items.map(item =>
		printed(around, path === undefined || path === null ? item : attribute(around, item, path)),
	);
	around.budget.make(parts.reduce((sum, part) => sum + part.length + sign.length, 0));
	return parts.join(sign);
}

function extreme(sign: number) {
	return (around: Surroundings, list: Value, isExact: Value, path: Value): Value => {
		const keyed = itemsOf(list, around.budget).map(item => ({
			item,
			key: folded(path === undefined ? item : attribute(around, item, path), isExact),
		}));
		const [first, ...others] = keyed;
		return (
			first && others.reduce((best, next) => (sign * order(next.key, best.key) > 0 ? next : best), first).item
		);
	};
}

const fallback = routine('value, default_value=, boolean=', (_, value, otherwise = '', forFalse) =>
	value === undefined || (forFalse !== undefined && isTrue(forFalse) && !isTrue(value)) ? otherwise : value,
);
const length = routine('value', (_, value) => lengthOf(value));

export const listFilters: {readonly [name: string]: Routine} = {
	attr: routine('value, name', (around, value, name) => attribute(around, value, name)),
	count: length,
	d: fallback,
	default: fallback,
	dictsort: routine('value', (around, value) =>
		madeHere(
			entriesOf(value, around)
				.map(entry => Tuple.from(entry))
				.sort((a, b) => order(folded(a[0], false), folded(b[0], false))),
		),
	),
	first: routine('value', ({budget}, value) => (Array.isArray(value) ? value[0] : itemsOf(value, budget)[0])),
	items: routine('value', (around, value) =>
		value === undefined ? madeHere([]) : madeHere(entriesOf(value, around).map(entry => Tuple.from(entry))),
	),
	join: routine('value, d=, attribute=', joined),
	last: routine('value', ({budget}, value) =>
		Array.isArray(value) ? value.at(-1) : itemsOf(value, budget).at(-1),
	),
	length,
	list: routine('value', ({budget}, value) => madeHere([...itemsOf(value, budget)])),
	map: routine('value, *', mapped),
	max: routine('value, case_sensitive=, attribute=', extreme(1)),
	min: routine('value, case_sensitive=, attribute=', extreme(-1)),
	reject: routine('value, *', selected(false)),
	rejectattr: routine('value, *', selectedBy(false)),
	reverse: routine('value', ({budget}, value) => {
		const items = [...itemsOf(value, budget)].reverse();
		return typeof value === 'string' ? items.join('') : madeHere(items);
	}),
	select: routine('value, *', selected(true)),
	selectattr: routine('value, *', selectedBy(true)),
	sort: routine('value, reverse=, case_sensitive=, attribute=', sorted),
	sum: routine('value, attribute=, start=', (around, list, path, start = 0) =>
		itemsOf(list, around.budget).reduce(
			(sum: Value, item) =>
				calculate(
					'+',
					sum,
					path === undefined || path === null ? item : attribute(around, item, path),
					around.budget,
				),
			start,
		),
	),
	unique: routine('value, case_sensitive=, attribute=', unique),
};
