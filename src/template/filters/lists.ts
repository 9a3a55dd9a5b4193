/** Filters of lists, numbers and anything else. */

import {whole} from '../budget.ts';
import {fail, isMissing} from '../errors.ts';
import {entriesOf} from '../methods/containers.ts';
import {printed} from '../methods/text.ts';
import {float, numberOf} from '../numbers.ts';
import {areSame, calculate, isTrue, order} from '../operators.ts';
import {integerIn, itemsOf, type Routine, routine, type Surroundings, textIn} from '../routine.ts';
import {type Dict, isDict, madeHere, Tuple, typeName, type Value} from '../values.ts';

function lengthOf(value: Value): number {
	if (value === undefined) return 0;
	if (value === null) return isMissing();
	if (typeof value === 'string') return Array.from(value).length;
	if (Array.isArray(value)) return value.length;
	return isDict(value)
		? Object.keys(value).length
		: fail(`a value of the type ${typeName(value)} has no length`);
}

function toInteger(value: Value, otherwise: Value, base: Value): Value {
	if (value === undefined) return isMissing();
	const known = numberOf(value);
	if (known && Number.isNaN(Number(known.number))) return otherwise;
	if (known && !Number.isFinite(Number(known.number))) return otherwise;
	if (known) return typeof known.number === 'bigint' ? known.number : whole(BigInt(Math.trunc(known.number)));
	if (typeof value !== 'string') return otherwise;
	const text = value.trim();
	const radix = integerIn(base, 10);
	const prefix = {2: '0b', 8: '0o', 16: '0x'}[radix as 2 | 8 | 16];
	const digits = text.toLowerCase().replace(/_(?=[\da-f])/g, '');
	if (prefix !== undefined) {
		const bare = digits.startsWith(prefix) ? digits.slice(2) : digits;
		return /^[\da-f]+$/.test(bare) && bare.length < 1000
			? integerOf(`${prefix}${bare}`, otherwise)
			: otherwise;
	}
	if (/^[+-]?\d+$/.test(digits)) return integerOf(digits.replace(/^\+/, ''), otherwise);
	const number = pythonFloat(text);
	return number === undefined || !Number.isFinite(number) ? otherwise : whole(BigInt(Math.trunc(number)));
}

function integerOf(digits: string, otherwise: Value): Value {
	if (digits.length > 4300) return otherwise;
	try {
		return whole(digits.startsWith('-') ? -BigInt(digits.slice(1)) : BigInt(digits));
	} catch {
		return otherwise;
	}
}

function pythonFloat(text: string): number | undefined {
	const plain = text.trim().replace(/(?<=\d)_(?=\d)/g, '');
	if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(plain)) return Number(plain);
	const special = /^([+-]?)(inf(?:inity)?|nan)$/i.exec(plain);
	if (!special) return undefined;
	if (special[2]?.toLowerCase() === 'nan') return Number.NaN;
	return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

function toFloat(value: Value, otherwise: Value): Value {
	if (value === undefined) return isMissing();
	const known = numberOf(value);
	if (known) return float(Number(known.number));
	const number = typeof value === 'string' ? pythonFloat(value) : undefined;
	return number === undefined ? otherwise : float(number);
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

function mapped(around: Surroundings, list: Value, rest: Value, named: Value): Value {
	const items = itemsOf(list, around.budget);
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
			itemsOf(list, around.budget).filter(item => {
				return isWanted === (name === undefined ? isTrue(item) : around.test(textIn(name), item, args));
			}),
		);
	};
}

function selectedBy(isWanted: boolean) {
	return (around: Surroundings, list: Value, rest: Value): Value => {
		const [path, name, ...args] = rest as Value[];
		return madeHere(
			itemsOf(list, around.budget).filter(item => {
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
	around.budget.step(items.length * 16);
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
			around.budget.step(kept.length);
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

function rounded(value: Value, digits: Value, method: Value = 'common'): Value {
	const known = numberOf(value);
	if (!known)
		return value === undefined || value === null ? isMissing() : fail(`round takes no ${typeName(value)}`);
	const scale = 10 ** integerIn(digits, 0);
	const size = Number(known.number) * scale;
	if (method === 'ceil') return float(Math.ceil(size) / scale);
	if (method === 'floor') return float(Math.floor(size) / scale);
	const near = Math.round(size);
	// Halves go to the even neighbour.
	const even = Math.abs(size % 1) === 0.5 ? 2 * Math.round(size / 2) : near;
	const result = float(even / scale);
	return known.isFloat || typeof result === 'number' ? result : even / scale;
}

const fallback = routine('value, default_value=, boolean=', (_, value, otherwise = '', forFalse) =>
	value === undefined || (forFalse !== undefined && isTrue(forFalse) && !isTrue(value)) ? otherwise : value,
);
const length = routine('value', (_, value) => lengthOf(value));

export const otherFilters: {readonly [name: string]: Routine} = {
	abs: routine('value', (around, value) => {
		const known = numberOf(value);
		if (!known)
			return value === undefined || value === null ? isMissing() : fail(`abs takes no ${typeName(value)}`);
		return known.number < 0 ? calculate('*', value, -1, around.budget) : value;
	}),
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
	float: routine('value, default=', (_, value, otherwise) => toFloat(value, otherwise ?? float(0))),
	int: routine('value, default=, base=', (_, value, otherwise, base) =>
		toInteger(value, otherwise ?? 0, base),
	),
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
	round: routine('value, precision=, method=', (_, value, digits, method) => rounded(value, digits, method)),
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
