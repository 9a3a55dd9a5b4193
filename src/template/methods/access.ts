/** What a value has inside: fields, items, slices, methods. Only own fields; nothing of JavaScript. */
import {fail, isMissing} from '../errors.ts';
import {integerIn, type Routine} from '../routine.ts';
import {numberOf} from '../values/numbers.ts';
import {
	Day,
	isDict,
	Moment,
	madeHere,
	Namespace,
	Span,
	Tuple,
	typeName,
	type Value,
} from '../values/values.ts';
import {dictMethods, listMethods} from './containers.ts';
import {textMethods} from './text.ts';
import {dayMethods, momentMethods, spanMethods, timeField} from './times.ts';

const surrogate = /[\ud800-\udfff]/;

/** The characters of a text, where they are other than its code units. */
function characters(text: string): string | readonly string[] {
	return surrogate.test(text) ? Array.from(text) : text;
}

/** `value.key` and `value[key]`; `undefined` where there is no such thing. */
export function itemOf(value: Value, key: Value): Value {
	if (value === undefined) return isMissing();
	if (value === null || typeof value === 'boolean') return undefined;
	if (typeof value === 'string' || Array.isArray(value)) {
		const at = numberOf(key);
		if (!at || at.isFloat) return undefined;
		const items = typeof value === 'string' ? characters(value) : value;
		const index = Number(at.number);
		return items[index < 0 ? index + items.length : index];
	}
	if (typeof value !== 'object') return undefined;
	if (value instanceof Moment || value instanceof Day || value instanceof Span)
		return typeof key === 'string' ? timeField(value, key) : undefined;
	const fields = value instanceof Namespace ? value.fields : isDict(value) ? value : undefined;
	const name = typeof key === 'string' || typeof key === 'number' ? String(key) : undefined;
	return fields && name !== undefined && Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** `value[from:to:step]`, as Python counts. */
export function sliceOf(value: Value, bounds: readonly Value[], spend: (count: number) => void): Value {
	if (value === undefined) return isMissing();
	if (typeof value !== 'string' && !Array.isArray(value)) return undefined;
	const items = typeof value === 'string' ? characters(value) : value;
	const [from, to, by] = bounds.map(bound =>
		bound === undefined || bound === null ? undefined : integerIn(bound),
	);
	const step = by ?? 1;
	if (step === 0) fail('a slice takes no step of 0');
	const {length} = items;
	const bounded = (bound: number | undefined, otherwise: number): number => {
		if (bound === undefined) return otherwise;
		const at = bound < 0 ? bound + length : bound;
		return step > 0 ? Math.min(Math.max(at, 0), length) : Math.min(Math.max(at, -1), length - 1);
	};
	const start = bounded(from, step > 0 ? 0 : length - 1);
	const end = bounded(to, step > 0 ? length : -1);
	spend(Math.max(0, Math.ceil((end - start) / step)));
	if (step === 1 && typeof items === 'string') return items.slice(start, end);
	const chosen: Value[] = [];
	for (let at = start; step > 0 ? at < end : at > end; at += step) chosen.push(items[at]);
	if (typeof value === 'string') return chosen.join('');
	return madeHere(value instanceof Tuple ? Tuple.from(chosen) : chosen);
}

const all: readonly {readonly [name: string]: Routine}[] = [
	textMethods,
	listMethods,
	dictMethods,
	momentMethods,
	dayMethods,
	spanMethods,
];

/** The names of all methods. */
export const methodNames: ReadonlySet<string> = new Set(all.flatMap(methods => Object.keys(methods)));

/** A value that has no such method is one that the template does not expect, so it counts as missing. */
export function methodOf(value: Value, name: string): Routine {
	const methods = methodsOf(value);
	const found = methods && Object.hasOwn(methods, name) ? methods[name] : undefined;
	return found ?? isMissing();
}

function methodsOf(value: Value): {readonly [name: string]: Routine} | undefined {
	if (value === undefined || value === null) return undefined;
	if (typeof value === 'string') return textMethods;
	if (Array.isArray(value)) return listMethods;
	if (value instanceof Moment) return momentMethods;
	if (value instanceof Day) return dayMethods;
	if (value instanceof Span) return spanMethods;
	if (value instanceof Namespace) return fail(`a ${typeName(value)} has no methods`);
	return isDict(value) ? dictMethods : undefined;
}
