/** Filters that make numbers, or take them. */
import {whole} from '../budget.ts';
import {fail, isMissing} from '../errors.ts';
import {integerIn, type Routine, routine} from '../routine.ts';
import {float, numberOf} from '../values/numbers.ts';
import {calculate} from '../values/operators.ts';
import {typeName, type Value} from '../values/values.ts';

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

export const numberFilters: {readonly [name: string]: Routine} = {
	abs: routine('value', (around, value) => {
		const known = numberOf(value);
		if (!known)
			return value === undefined || value === null ? isMissing() : fail(`abs takes no ${typeName(value)}`);
		return calculate('*', value, known.number < 0 ? -1 : 1, around.budget);
	}),
	float: routine('value, default=', (_, value, otherwise) => toFloat(value, otherwise ?? float(0))),
	int: routine('value, default=, base=', (_, value, otherwise, base) =>
		toInteger(value, otherwise ?? 0, base),
	),
	round: routine('value, precision=, method=', (_, value, digits, method) => rounded(value, digits, method)),
};
