/**
 * The values that expressions are about: JSON, and what Python has beside it. `undefined` is a value that is
 * not there. A whole `number` is an integer, any other one a float.
 */
import {Decimal} from '../../core/json/json.ts';

/** A float without decimals, `3.0`; Python writes and divides it otherwise than `3`. */
export class Float {
	readonly value: number;

	constructor(value: number) {
		this.value = value;
	}
}

/** A list that prints with round brackets. */
export class Tuple extends Array<Value> {}

/** What a template keeps across the turns of a loop: `namespace(n=0)`. */
export class Namespace {
	readonly fields: Dict;

	constructor(fields: Dict) {
		this.fields = fields;
	}
}

/** A date and a time of day; without `offset` nobody says where. */
export class Moment {
	/** Seconds from 1970 to what the clock on the wall shows. */
	readonly wall: number;
	readonly micros: number;
	/** Seconds that this clock is ahead of UTC. */
	readonly offset: number | undefined;

	constructor(wall: number, micros: number, offset: number | undefined) {
		this.wall = wall;
		this.micros = micros;
		this.offset = offset;
	}
}

export class Day {
	/** Days since 1970. */
	readonly number: number;

	constructor(number: number) {
		this.number = number;
	}
}

export class Span {
	readonly months: number;
	readonly seconds: number;
	/** From 0 to 999,999. */
	readonly micros: number;

	constructor(seconds: number, micros = 0, months = 0) {
		const carried = Math.floor(micros / 1e6);
		this.seconds = seconds + carried;
		this.micros = micros - carried * 1e6;
		this.months = months;
	}
}

export type Dict = {[key: string]: Value};
export type Value =
	| undefined
	| null
	| boolean
	| number
	| bigint
	| Decimal
	| Float
	| string
	| Value[]
	| Dict
	| Namespace
	| Moment
	| Day
	| Span;

/** Values by the names that a template may use. */
export type Scope = {readonly [name: string]: unknown};

export function isDict(value: Value): value is Dict {
	return (
		typeof value === 'object' &&
		value !== null &&
		!Array.isArray(value) &&
		!(value instanceof Float) &&
		!(value instanceof Decimal) &&
		!(value instanceof Moment) &&
		!(value instanceof Day) &&
		!(value instanceof Span) &&
		!(value instanceof Namespace)
	);
}

/** A plain `dict[key] = …` would change the prototype for the key `__proto__`. */
export function put(dict: Dict, key: string, value: Value): void {
	if (key === '__proto__')
		Object.defineProperty(dict, key, {value, enumerable: true, configurable: true, writable: true});
	else dict[key] = value;
}

// Only what an evaluation made may be changed by it: records and answers belong to others.
const made = new WeakSet<object>();

export function madeHere<Made extends Value[] | Dict>(value: Made): Made {
	made.add(value);
	return value;
}

export function wasMadeHere(value: Value): boolean {
	return typeof value === 'object' && value !== null && made.has(value);
}

/** What a message calls the type of a value. */
export function typeName(value: Value): string {
	if (value === undefined) return 'nothing';
	if (value === null) return 'null';
	if (typeof value === 'string') return 'text';
	if (typeof value === 'boolean') return 'bool';
	if (typeof value === 'bigint') return 'integer';
	if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'float';
	if (value instanceof Float || value instanceof Decimal) return 'float';
	if (Array.isArray(value)) return 'list';
	if (value instanceof Moment) return 'time';
	if (value instanceof Day) return 'date';
	if (value instanceof Span) return 'duration';
	return value instanceof Namespace ? 'namespace' : 'object';
}
