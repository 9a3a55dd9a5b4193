/**
 * Decimals as Parquet stores them: the digits as one whole number, and the position of the point in the
 * schema.
 */
import {DOT, MINUS, ZERO} from '../../../src/core/json/ascii.ts';

/** The number of digits that a double always holds. */
const SAFE_DIGITS = 15;

/**
 * The digits of `-12.30` as a whole number, `-1230` at scale 2. `undefined` when the text is no plain
 * decimal, has more decimals than the scale, or more digits than the precision.
 */
export function unscaled(text: string, precision: number, scale: number): number | bigint | undefined {
	const start = text.charCodeAt(0) === MINUS ? 1 : 0;
	let dot = text.length;
	let number = 0;
	for (let at = start; at < text.length; at++) {
		const code = text.charCodeAt(at);
		if (code === DOT && dot === text.length && at > start && at < text.length - 1) {
			dot = at;
			continue;
		}
		const digit = code - ZERO;
		if (!(digit >= 0 && digit <= 9)) return undefined;
		number = number * 10 + digit;
	}
	const decimals = dot === text.length ? 0 : text.length - dot - 1;
	if (decimals > scale || text.length === start) return undefined;
	const digits = dot - start + scale;
	if (digits > SAFE_DIGITS) return exact(text, dot, scale - decimals, precision);
	const value = number * 10 ** (scale - decimals);
	if (value >= 10 ** precision) return undefined;
	return start === 1 ? -value : value;
}

function exact(text: string, dot: number, zeros: number, precision: number): bigint | undefined {
	const value = BigInt(text.slice(0, dot) + text.slice(dot + 1) + '0'.repeat(zeros));
	const limit = 10n ** BigInt(precision);
	return value < limit && value > -limit ? value : undefined;
}

/** The text of a whole number of digits with the dot `scale` places from the right. */
export function decimalText(value: bigint, scale: number): string {
	const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
	const whole = digits.slice(0, digits.length - scale);
	return `${value < 0n ? '-' : ''}${whole}${scale > 0 ? `.${digits.slice(-scale)}` : ''}`;
}

/**
 * Bytes that hold every decimal of a precision as two's complement. Above 16 they are a multiple of 8: DuckDB
 * reads such decimals 8 bytes at a time, and reads the last ones wrong if they are fewer.
 */
export function decimalBytes(precision: number): number {
	const bits = (10n ** BigInt(precision) - 1n).toString(2).length + 1;
	return bits <= 128 ? Math.ceil(bits / 8) : Math.ceil(bits / 64) * 8;
}

/** Writes a whole number as big-endian two's complement. */
export function writeBigEndian(target: Uint8Array, at: number, width: number, value: bigint): void {
	let rest = value;
	for (let i = at + width - 1; i >= at; i--) {
		target[i] = Number(rest & 255n);
		rest >>= 8n;
	}
}

export function readBigEndian(bytes: Uint8Array, at: number, width: number): bigint {
	let value = BigInt(((bytes[at] ?? 0) << 24) >> 24);
	for (let i = at + 1; i < at + width; i++) value = (value << 8n) | BigInt(bytes[i] ?? 0);
	return value;
}
