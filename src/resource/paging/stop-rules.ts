/**
 * The stop rules that paginators share, with the names of dlt. Where a paginator has several, the first of
 * these that applies decides:
 *
 * 1. `stop_after_empty_page`: a page without rows is the last one, unless a total or a flag promises rows
 * after it.
 * 2. `has_more_path` says that nothing follows.
 * 3. `maximum_offset` or `maximum_page` is reached.
 * 4. `has_more_path` says that more follows; a server that then does not say where is an error.
 * 5. The total is reached; there is no link or no cursor.
 *
 * A record for which `stop_when` holds ends the walk after its page, whatever the paginator decides.
 */
import {PaginationError} from '../../core/errors.ts';
import {type JsonObject, type JsonValue, stringify} from '../../core/json/json.ts';
import {ownValue} from '../../core/own.ts';
import {isObject, type Path, parsePath} from '../../core/path/path.ts';
import {isEstimated} from './known-places.ts';
import type {PageAnswer} from './paginator.ts';

/** Reads a stated total. A number may be a text. */
export interface TotalRule {
	/**
	 * The total in the body, or the one remembered from an earlier page, if larger. `undefined` where there is
	 * none, and where more rows have been `seen` than it states: then it counts something else.
	 */
	read(body: JsonValue, remembered: number | undefined, seen: number): number | undefined;
	/** The total in this body, if it is a number. Never throws. */
	now(body: JsonValue): number | undefined;
}

/**
 * A `path` that the user gave must exist until a total is known (`null` is "unknown"); the default path is
 * only a guess and may be missing.
 */
export function totalRule(path: string | null | undefined, fallback: string): TotalRule {
	if (path === null) return {read: () => undefined, now: () => undefined};
	const parsed = parsePath(path ?? fallback);
	return {
		read(body, remembered, seen) {
			const value = parsed.first(body);
			const owner = ownerOf(parsed, body);
			if (value === undefined && remembered === undefined && path !== undefined)
				throw missing(parsed, body, 'total_path');
			const total = value == null ? remembered : Math.max(toCount(value, parsed), remembered ?? 0);
			if (isObject(owner) && isEstimated(owner as JsonObject)) return undefined;
			return total === undefined || total < seen ? undefined : total;
		},
		now(body) {
			const value = parsed.first(body);
			const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
			return typeof number === 'number' && Number.isInteger(number) && number >= 0 ? number : undefined;
		},
	};
}

function ownerOf({steps = []}: Path, body: JsonValue): JsonValue | undefined {
	let owner: JsonValue | undefined = body;
	for (const step of steps.slice(0, -1)) {
		if (step === '*' || !('key' in step) || !isObject(owner)) return undefined;
		owner = ownValue(owner as JsonObject, step.key);
	}
	return owner;
}

const totalHeaders = ['x-total-count', 'x-total', 'x-wp-total', 'x-pagination-total-count'];

/** The number of rows that a header states. */
export function headerTotal(headers: Readonly<Record<string, string>>): number | undefined {
	for (const name of totalHeaders) if (/^\d+$/.test(headers[name] ?? '')) return Number(headers[name]);
	return undefined;
}

/**
 * Checks a page without rows in the middle of a walk. An empty list ends a walk, whatever was promised:
 * totals may count rows that the user has no access to. Null before a total is reached is an error.
 */
export function checkEnd({isList}: PageAnswer, total: number | undefined): void {
	if (isList || total === undefined) return;
	throw new PaginationError(
		`no list of records, though the server has stated a total of ${total}; set total_path to null if it ` +
			'means the end',
	);
}

function toCount(value: JsonValue, path: Path): number {
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	if (typeof number === 'number' && Number.isInteger(number) && number >= 0) return number;
	throw new PaginationError(
		`total_path "${path.text}" is ${showValue(value)}; expected a whole number. Set total_path to where ` +
			'the total is, or to null',
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
		throw new PaginationError(`has_more_path "${path}" is ${showValue(value)}; expected true or false`);
	};
}

function missing(path: Path, body: JsonValue, option: string): PaginationError {
	const found = isObject(body)
		? `found: ${Object.keys(body).join(', ')}`
		: `the body is ${Array.isArray(body) ? 'a list' : String(body)}`;
	return new PaginationError(`${option} "${path.text}" is not in the response; ${found}`);
}

/** A value as part of a message. */
export function showValue(value: JsonValue): string {
	const text = stringify(value);
	return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
