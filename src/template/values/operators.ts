/** What operators do, with Python's rules of numbers, texts, lists and times. */
import {Decimal} from '../../core/json/json.ts';
import {compareNumbers} from '../../core/json/numbers.ts';
import {type Budget, power, whole} from '../budget.ts';
import {fail, isMissing} from '../errors.ts';
import {formatted} from './format.ts';
import {float, numberOf} from './numbers.ts';
import {textOf} from './python-text.ts';
import {later, spanBetween} from './time.ts';
import {
	Day,
	type Dict,
	Float,
	isDict,
	Moment,
	madeHere,
	Namespace,
	Span,
	Tuple,
	typeName,
	type Value,
} from './values.ts';

export type Operator = '+' | '-' | '~' | '*' | '/' | '//' | '%' | '**';
export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in';

export function isTrue(value: Value): boolean {
	if (typeof value === 'object' && value !== null) {
		if (Array.isArray(value)) return value.length > 0;
		if (value instanceof Float) return value.value !== 0;
		if (value instanceof Decimal) return Number(value.text) !== 0;
		if (value instanceof Span) return value.seconds !== 0 || value.micros !== 0 || value.months !== 0;
		return isDict(value) ? Object.keys(value).length > 0 : true;
	}
	return typeof value === 'number' ? value !== 0 : Boolean(value);
}

export function calculate(operator: Operator, left: Value, right: Value, budget: Budget): Value {
	if (operator === '~') return joined(textOf(left), textOf(right), budget);
	if (operator === '%' && typeof left === 'string') return formatted(left, right, budget);
	if (left === undefined || right === undefined) isMissing();
	const one = numberOf(left);
	const other = numberOf(right);
	if (one && other) {
		return one.isFloat || other.isFloat || operator === '/' || (operator === '**' && other.number < 0)
			? ofFloats(operator, Number(one.number), Number(other.number))
			: ofIntegers(operator, one.number, other.number);
	}
	if (operator === '+') {
		if (typeof left === 'string' && typeof right === 'string') return joined(left, right, budget);
		if (Array.isArray(left) && Array.isArray(right) && left instanceof Tuple === right instanceof Tuple) {
			budget.scan(left.length + right.length);
			const both = [...left, ...right];
			return madeHere(left instanceof Tuple ? Tuple.from(both) : both);
		}
	}
	if (operator === '*' && other && !other.isFloat) return repeated(left, Number(other.number), budget);
	if (operator === '*' && one && !one.isFloat) return repeated(right, Number(one.number), budget);
	return ofTimes(operator, left, right) ?? refuse(operator, left, right);
}

function joined(left: string, right: string, budget: Budget): string {
	budget.make(left.length + right.length);
	return left + right;
}

function repeated(value: Value, count: number, budget: Budget): Value {
	const times = Math.max(0, count);
	if (typeof value === 'string') {
		budget.make(value.length * times);
		return value.repeat(times);
	}
	if (!Array.isArray(value)) return refuse('*', value, count);
	budget.scan(value.length * times);
	return madeHere(Array.from({length: value.length * times}, (_, i) => value[i % value.length]));
}

function ofFloats(operator: Operator, a: number, b: number): Value {
	if ((operator === '/' || operator === '//' || operator === '%') && b === 0) fail('division by zero');
	switch (operator) {
		case '+':
			return float(a + b);
		case '-':
			return float(a - b);
		case '*':
			return float(a * b);
		case '/':
			return float(a / b);
		case '//':
			return float(Math.floor(a / b));
		case '%':
			return float(a - b * Math.floor(a / b));
		default:
			return float(a ** b);
	}
}

function ofIntegers(operator: Operator, a: number | bigint, b: number | bigint): Value {
	if ((operator === '//' || operator === '%') && Number(b) === 0) fail('division by zero');
	if (typeof a === 'number' && typeof b === 'number') {
		const quick =
			operator === '+'
				? a + b
				: operator === '-'
					? a - b
					: operator === '*'
						? a * b
						: operator === '//'
							? Math.floor(a / b)
							: operator === '%'
								? ((a % b) + b) % b
								: Number.NaN;
		if (Number.isSafeInteger(quick)) return quick + 0;
	}
	const [x, y] = [BigInt(a), BigInt(b)];
	switch (operator) {
		case '+':
			return whole(x + y);
		case '-':
			return whole(x - y);
		case '*':
			return whole(x * y);
		case '%':
			return whole(((x % y) + y) % y);
		case '**':
			return power(x, y);
		default: {
			const cut = x / y;
			return whole(x % y !== 0n && x < 0n !== y < 0n ? cut - 1n : cut);
		}
	}
}

function ofTimes(operator: Operator, left: Value, right: Value): Value {
	if (operator !== '+' && operator !== '-') return undefined;
	const sign = operator === '+' ? 1 : -1;
	if ((left instanceof Moment || left instanceof Day) && right instanceof Span)
		return later(left, right, sign);
	if (left instanceof Span && right instanceof Span)
		return new Span(
			left.seconds + sign * right.seconds,
			left.micros + sign * right.micros,
			left.months + sign * right.months,
		);
	if (operator === '+')
		return left instanceof Span && (right instanceof Moment || right instanceof Day)
			? later(right, left, 1)
			: undefined;
	return spanBetween(left, right);
}

function refuse(operator: string, left: Value, right: Value): never {
	if (left === null || right === null) isMissing();
	const isText = typeof left === 'string' || typeof right === 'string';
	const hint = operator === '+' && isText ? '. Join texts with ~, which writes any value as text' : '';
	fail(`${operator} takes no ${typeName(left)} and ${typeName(right)}${hint}`);
}

export function areSame(a: Value, b: Value): boolean {
	if (a === b) return true;
	if (a === undefined || b === undefined || a === null || b === null) return false;
	if (typeof a === 'string' || typeof b === 'string') return false;
	const [one, other] = [numberOf(a), numberOf(b)];
	if (one || other) return one !== undefined && other !== undefined && orderOfNumbers(a, b) === 0;
	if (Array.isArray(a))
		return Array.isArray(b) && a.length === b.length && a.every((item, i) => areSame(item, b[i]));
	if (a instanceof Moment || a instanceof Day || a instanceof Span) {
		const span = a instanceof Span && b instanceof Span ? ofTimes('-', a, b) : spanBetween(a, b);
		return span instanceof Span && !isTrue(span);
	}
	if (!isDict(a) || !isDict(b)) return false;
	const keys = Object.keys(a);
	return (
		keys.length === Object.keys(b).length &&
		keys.every(key => Object.hasOwn(b, key) && areSame(a[key], b[key]))
	);
}

function orderOfNumbers(a: Value, b: Value): number {
	const digits = (value: Value): number | bigint | Decimal =>
		value instanceof Decimal ? value : (numberOf(value)?.number ?? 0);
	return compareNumbers(digits(a), digits(b));
}

/** Below 0 when `a` comes first. */
export function order(a: Value, b: Value, operator = '<'): number {
	if (a === undefined || b === undefined) isMissing();
	if (typeof a === 'string' && typeof b === 'string') return Number(a > b) - Number(a < b);
	if (numberOf(a) && numberOf(b)) return orderOfNumbers(a, b);
	if (Array.isArray(a) && Array.isArray(b)) {
		const at = a.findIndex((item, i) => i >= b.length || !areSame(item, b[i]));
		return at === -1 ? a.length - b.length : at >= b.length ? 1 : order(a[at], b[at], operator);
	}
	const span = a instanceof Span && b instanceof Span ? ofTimes('-', a, b) : spanBetween(a, b);
	return span instanceof Span ? span.seconds || span.micros : refuse(operator, a, b);
}

export function compared(operator: Comparison, left: Value, right: Value, budget: Budget): boolean {
	if (Array.isArray(left)) budget.scan(left.length);
	switch (operator) {
		case '==':
			return areSame(left, right);
		case '!=':
			return !areSame(left, right);
		case 'in':
			return contains(right, left, budget);
		case 'not in':
			return !contains(right, left, budget);
		case '<':
			return order(left, right, '<') < 0;
		case '<=':
			return order(left, right, '<=') <= 0;
		case '>':
			return order(left, right, '>') > 0;
		default:
			return order(left, right, '>=') >= 0;
	}
}

function contains(whole: Value, part: Value, budget: Budget): boolean {
	if (whole === undefined) return false;
	if (typeof whole === 'string') {
		if (typeof part === 'string') {
			budget.make(whole.length);
			return whole.includes(part);
		}
		return part === undefined || part === null ? isMissing() : refuse('in', part, whole);
	}
	if (Array.isArray(whole)) {
		budget.scan(whole.length);
		return whole.some(item => areSame(item, part));
	}
	if (isDict(whole)) return typeof part === 'string' && Object.hasOwn(whole as Dict, part);
	if (whole instanceof Namespace) return fail('"in" takes no namespace');
	return refuse('in', part, whole);
}
