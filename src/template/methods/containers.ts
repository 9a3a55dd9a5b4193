/** The methods of Python's lists and dicts. Those that change something change only what the template made. */
import {keysOf} from '../../core/json/key-order.ts';
import {fail, isMissing} from '../errors.ts';
import {integerIn, itemsOf, type Routine, routine, type Surroundings} from '../routine.ts';
import {keyOf} from '../values/literal.ts';
import {areSame, order} from '../values/operators.ts';
import {
	type Dict,
	isDict,
	madeHere,
	put,
	Tuple,
	typeName,
	type Value,
	wasMadeHere,
} from '../values/values.ts';

const ofList = (
	parameters: string,
	run: (around: Surroundings, list: Value[], ...values: Value[]) => Value,
) =>
	routine(`list${parameters === '' ? '' : ', '}${parameters}`, (around, list, ...values) =>
		run(around, list as Value[], ...values),
	);
const ofDict = (parameters: string, run: (around: Surroundings, dict: Dict, ...values: Value[]) => Value) =>
	routine(`dict${parameters === '' ? '' : ', '}${parameters}`, (around, dict, ...values) =>
		run(around, dict as Dict, ...values),
	);

function changeable<Made extends Value[] | Dict>(value: Made, {budget}: Surroundings): Made {
	budget.step();
	return wasMadeHere(value)
		? value
		: fail('an expression changes no record or answer, only lists and objects that it made itself');
}

function placeIn(list: readonly Value[], at: number): number {
	const place = at < 0 ? at + list.length : at;
	return place >= 0 && place < list.length ? place : fail(`the list has no place ${at}`);
}

export const listMethods: {readonly [name: string]: Routine} = {
	append: ofList('value', (around, list, value) => {
		changeable(list, around).push(within(list, value));
		return null;
	}),
	clear: ofList('', (around, list) => {
		changeable(list, around).length = 0;
		return null;
	}),
	copy: ofList('', ({budget}, list) => {
		budget.scan(list.length);
		return madeHere([...list]);
	}),
	count: ofList('value', ({budget}, list, value) => {
		budget.scan(list.length);
		return list.filter(item => areSame(item, value)).length;
	}),
	extend: ofList('values', (around, list, values) => {
		for (const value of [...itemsOf(values, around.budget)])
			changeable(list, around).push(within(list, value));
		return null;
	}),
	index: ofList('value', ({budget}, list, value) => {
		budget.scan(list.length);
		const at = list.findIndex(item => areSame(item, value));
		return at >= 0 ? at : fail('index() does not find the value');
	}),
	insert: ofList('at, value', (around, list, at, value) => {
		around.budget.scan(list.length);
		changeable(list, around).splice(integerIn(at), 0, within(list, value));
		return null;
	}),
	pop: ofList(
		'at=',
		(around, list, at) => changeable(list, around).splice(placeIn(list, integerIn(at, -1)), 1)[0],
	),
	remove: ofList('value', (around, list, value) => {
		around.budget.scan(list.length);
		const at = list.findIndex(item => areSame(item, value));
		changeable(list, around).splice(at >= 0 ? at : fail('remove() does not find the value'), 1);
		return null;
	}),
	reverse: ofList('', (around, list) => {
		around.budget.scan(list.length);
		changeable(list, around).reverse();
		return null;
	}),
	sort: ofList('reverse=', (around, list, reverse) => {
		around.budget.step(list.length * 4);
		changeable(list, around).sort((a, b) => (reverse === true ? -1 : 1) * order(a, b));
		return null;
	}),
};

// A value in itself would have no end when it is printed.
function within(container: Value[] | Dict, value: Value): Value {
	const holds = (value: Value): boolean =>
		value === container ||
		(Array.isArray(value) && wasMadeHere(value) && value.some(holds)) ||
		(isDict(value) && wasMadeHere(value) && Object.values(value).some(holds));
	return holds(value) ? fail('a list or an object cannot hold itself') : value;
}

/** The fields of a dict: `update(other)`, `dict(other, name=value)`. */
export function entriesOf(value: Value, {budget}: Surroundings): (readonly [string, Value])[] {
	if (value === null) return isMissing();
	if (isDict(value)) {
		budget.scan(Object.keys(value).length);
		return keysOf(value).map(key => [key, value[key]] as const);
	}
	return itemsOf(value, budget).map(pair =>
		Array.isArray(pair) && pair.length === 2
			? ([keyOf(pair[0]), pair[1]] as const)
			: fail(`an object or a list of pairs is needed, not ${typeName(pair)}`),
	);
}

export const dictMethods: {readonly [name: string]: Routine} = {
	copy: ofDict('', (around, dict) => {
		const copy: Dict = {};
		for (const [key, value] of entriesOf(dict, around)) put(copy, key, value);
		return madeHere(copy);
	}),
	get: ofDict('key, default=', (_, dict, key, otherwise) => {
		const found = typeof key === 'string' || typeof key === 'number' ? String(key) : undefined;
		if (found !== undefined && Object.hasOwn(dict, found)) return dict[found];
		return otherwise === undefined ? null : otherwise;
	}),
	items: ofDict('', (around, dict) => madeHere(entriesOf(dict, around).map(entry => Tuple.from(entry)))),
	keys: ofDict('', ({budget}, dict) => {
		const keys = [...keysOf(dict)];
		budget.scan(keys.length);
		return madeHere(keys);
	}),
	pop: ofDict('key, default=', (around, dict, key, otherwise) => {
		const name = keyOf(key);
		if (!Object.hasOwn(changeable(dict, around), name))
			return otherwise ?? fail(`pop() does not find ${JSON.stringify(name)}`);
		const value = dict[name];
		delete dict[name];
		return value;
	}),
	setdefault: ofDict('key, default=', (around, dict, key, value = null) => {
		const name = keyOf(key);
		if (!Object.hasOwn(changeable(dict, around), name)) put(dict, name, within(dict, value));
		return dict[name];
	}),
	update: ofDict('other=, *', (around, dict, other, _, named) => {
		for (const [key, value] of entriesOf(other, around))
			put(changeable(dict, around), key, within(dict, value));
		for (const [key, value] of Object.entries(named as Dict))
			put(changeable(dict, around), key.slice(1), within(dict, value));
		return null;
	}),
	values: ofDict('', (around, dict) => madeHere(entriesOf(dict, around).map(([, value]) => value))),
};
