/** The stop rules that paginators share, in dlt's words. */
import {PaginationError} from '../core/errors.ts';
import type {JsonValue} from '../core/json.ts';
import {isObject, type Path, parsePath} from '../core/path.ts';

/** Reads a stated total: `undefined` where there is none. Numeric text counts. */
export interface TotalRule {
	read(body: JsonValue): number | undefined;
}

/**
 * `path` given by the user must be there on the first page (`null` is "unknown"); the default path is only a guess and may
 * be missing.
 */
export function totalRule(path: string | null | undefined, fallback: string): TotalRule {
	if (path === null) return {read: () => undefined};
	const parsed = parsePath(path ?? fallback);
	return {
		read(body) {
			const value = parsed.first(body);
			if (value === undefined && path !== undefined) throw missing(parsed, body, 'total_path');
			return value === undefined || value === null ? undefined : toCount(value, parsed);
		},
	};
}

function toCount(value: JsonValue, path: Path): number {
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	if (typeof number === 'number' && Number.isInteger(number) && number >= 0) return number;
	throw new PaginationError(
		`total_path "${path.text}" is ${JSON.stringify(String(value))}; expected a whole number. Set total_path to where the total is, or to null`,
	);
}

/** Reads a flag that says whether there is more: `undefined` when no such rule is set. */
export type MoreRule = (body: JsonValue) => boolean | undefined;

const yes = /^(true|t|yes|y|1)$/i;
const no = /^(false|f|no|n|0)$/i;

export function moreRule(path: string | undefined): MoreRule {
	if (path === undefined) return () => undefined;
	const parsed = parsePath(path);
	return body => {
		const value = parsed.first(body);
		if (value === undefined) throw missing(parsed, body, 'has_more_path');
		if (typeof value === 'boolean') return value;
		if (yes.test(String(value))) return true;
		if (no.test(String(value))) return false;
		throw new PaginationError(`has_more_path "${path}" is ${JSON.stringify(String(value))}; expected true or false`);
	};
}

function missing(path: Path, body: JsonValue, option: string): PaginationError {
	const found = isObject(body)
		? `found: ${Object.keys(body).join(', ')}`
		: `the body is ${Array.isArray(body) ? 'a list' : String(body)}`;
	return new PaginationError(`${option} "${path.text}" is not in the response; ${found}`);
}
