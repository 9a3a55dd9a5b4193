import {Decimal} from '../../core/json/json.ts';
import {Float, type Value} from './values.ts';

/** A double for a float, a number or a bigint for an integer; `undefined` for what is no number. */
export function numberOf(value: Value): {number: number | bigint; isFloat: boolean} | undefined {
	if (typeof value === 'number') return {number: value, isFloat: !Number.isInteger(value)};
	if (typeof value === 'bigint') return {number: value, isFloat: false};
	if (typeof value === 'boolean') return {number: Number(value), isFloat: false};
	if (value instanceof Float) return {number: value.value, isFloat: true};
	return value instanceof Decimal ? {number: Number(value.text), isFloat: true} : undefined;
}

export function float(value: number): Value {
	return Number.isInteger(value) ? new Float(value) : value;
}
