/** What may stand after `is`. */

import {printed, textMethods} from './methods/text.ts';
import {integerIn, type Routine, routine} from './routine.ts';
import {numberOf} from './values/numbers.ts';
import type {Comparison} from './values/operators.ts';
import {compared} from './values/operators.ts';
import {isDict, type Value} from './values/values.ts';

const is = (holds: (value: Value) => boolean): Routine => routine('value', (_, value) => holds(value));
const compares = (operator: Comparison): Routine =>
	routine('value, other', ({budget}, value, other) => compared(operator, value, other, budget));

function numeric(value: Value): number {
	return Number((numberOf(value) ?? {number: integerIn(value)}).number);
}

export const tests: {readonly [name: string]: Routine} = {
	'!=': compares('!='),
	'<': compares('<'),
	'<=': compares('<='),
	'==': compares('=='),
	'>': compares('>'),
	'>=': compares('>='),
	boolean: is(value => typeof value === 'boolean'),
	callable: is(() => false),
	defined: is(value => value !== undefined),
	divisibleby: routine('value, number', (_, value, number) => numeric(value) % numeric(number) === 0),
	eq: compares('=='),
	equalto: compares('=='),
	even: is(value => numeric(value) % 2 === 0),
	false: is(value => value === false),
	float: is(value => numberOf(value)?.isFloat === true),
	ge: compares('>='),
	greaterthan: compares('>'),
	gt: compares('>'),
	in: compares('in'),
	integer: is(value => typeof value !== 'boolean' && numberOf(value)?.isFloat === false),
	iterable: is(
		value => value === undefined || typeof value === 'string' || Array.isArray(value) || isDict(value),
	),
	le: compares('<='),
	lessthan: compares('<'),
	lower: routine('value', (around, value) => textMethods.islower?.run(around, printed(around, value))),
	lt: compares('<'),
	mapping: is(isDict),
	ne: compares('!='),
	none: is(value => value === null),
	number: is(value => numberOf(value) !== undefined),
	odd: is(value => Math.abs(numeric(value) % 2) === 1),
	sameas: routine('value, other', (_, value, other) => value === other),
	sequence: is(
		value => value === undefined || typeof value === 'string' || Array.isArray(value) || isDict(value),
	),
	string: is(value => typeof value === 'string'),
	true: is(value => value === true),
	undefined: is(value => value === undefined),
	upper: routine('value', (around, value) => textMethods.isupper?.run(around, printed(around, value))),
};
