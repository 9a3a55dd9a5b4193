/** The value at the place of the rows of an answer. */
import {SelectorError} from '../../../core/errors.ts';
import {type JsonObject, type JsonValue, stringify} from '../../../core/json/json.ts';
import {ownValue} from '../../../core/own.ts';
import {isObject, type Path, parsePath} from '../../../core/path/path.ts';
import {detect, listOfKeyed, type Selector} from '../../../core/path/selector.ts';
import type {BodyPart} from '../../../http/send-options.ts';
import {errorKeys, hasFieldsOfItsOwn, isIdentified} from '../../completeness/error-signs.ts';

// The key of a list of objects, if it is not the key of the pages before.
export function rowsElsewhere(body: JsonValue, path: Selector): string | undefined {
	const other = detect(body);
	if (other === '$' || other === path.text) return undefined;
	const list = parsePath(other).first(body);
	const isMeta =
		/(links?|meta(data)?|errors?|warnings?|messages?|included|facets|aggregations|filters?|sorts?)['"\]]*$/i.test(
			other,
		);
	return !isMeta && Array.isArray(list) && list.some(isObject) ? other : undefined;
}

/** The key of a list beside an empty list of rows, whose items have most of these columns of earlier rows. */
export function likeRows(body: JsonValue, path: Selector, columns: readonly string[]): string | undefined {
	if (!path.keys?.length) return undefined;
	const owner = valueAtSelector({...path, keys: path.keys.slice(0, -1)}, body);
	if (!isObject(owner)) return undefined;
	// The fields of a schema may have an id, as the rows have.
	const found = Object.entries(owner).find(([key, list]) => {
		const first = Array.isArray(list) && !/^(fields|columns|schema)$/i.test(key) ? list[0] : undefined;
		return (
			isObject(first) && columns.filter(column => Object.hasOwn(first, column)).length * 2 > columns.length
		);
	});
	return found && [...path.keys.slice(0, -1), found[0]].join('.');
}

/** The error for rows that are elsewhere than on the pages before. */
export function movedRows({text, keys}: Selector, elsewhere: string, cause?: unknown): SelectorError {
	const advice = `If both are rows, use data_selector: "$['${keys?.[0] ?? text}','${elsewhere}'][*]"`;
	return new SelectorError(
		`no ${cause === undefined ? 'rows at ' : ''}"${text}" in the response, where the pages before had ` +
			`their rows; now there are rows at "${elsewhere}". ${advice}`,
		{cause},
	);
}

/** What the value at the place of the rows is. `above`: an object that holds the rows is null. */
export type RowsFinding = 'list' | 'keyed' | 'null' | 'above' | 'missing' | 'nothing' | 'other' | 'unknown';

export function findRows({keys, isEach}: Selector, body: JsonValue): RowsFinding {
	if (!keys) return 'unknown';
	let value: JsonValue | undefined = body;
	for (const key of keys) {
		if (value === null) return 'above';
		if (!isObject(value)) return 'missing';
		value = Object.hasOwn(value, key) ? value[key] : undefined;
		if (value === undefined) return 'missing';
	}
	if (value === null) return 'null';
	if (Array.isArray(value)) return 'list';
	// The keys do not matter here. Words among the values may be a message.
	if (isEach && isObject(value))
		return Object.values(value).every(item => typeof item === 'object') ? 'keyed' : 'other';
	const taken = listOfKeyed(value as JsonValue);
	return taken === undefined ? 'other' : taken.length === 0 ? 'nothing' : 'keyed';
}

export function valueAtSelector({keys = []}: Selector, body: JsonValue): JsonValue | undefined {
	let value: JsonValue | undefined = body;
	for (const key of keys) value = isObject(value) ? ownValue(value as JsonObject, key) : undefined;
	return value;
}

// Whether a body reports that it has no rows, like `{total: 0, items: null}`.
export function statesNone(body: JsonValue): boolean {
	if (!isObject(body)) return false;
	return Object.entries(body).some(
		([key, value]) =>
			(/total|count/i.test(key) && (value === 0 || value === '0')) ||
			(isObject(value) && statesNone(value as JsonValue)),
	);
}

// Whether the rows are words and numbers, by the first row; unknown without one.
export function areWords({value = null, rows, records}: BodyPart, path: Selector): boolean | undefined {
	if (records) return records.length > 0 ? false : undefined;
	const found = rows?.length ? rows : valueAtSelector(path, value);
	const list = path.isEach && isObject(found as JsonValue) ? Object.values(found as JsonObject) : found;
	if (!Array.isArray(list) || path.keys === undefined) return undefined;
	const first = list.find(item => item !== null);
	return first === undefined ? undefined : !isObject(first) && !Array.isArray(first);
}

export function isEmptyList(path: Selector, body: JsonValue): boolean {
	const value = valueAtSelector(path, body);
	return Array.isArray(value) && value.length === 0;
}

/**
 * The value in place of the rows of a first answer, in words, if it is none: "busy", {data: "busy"}, and
 * without a selector {data: null} or {data: {state: "busy"}}. At a path that the author gave, an object is a
 * record and a number a value.
 */
export function emptyRows(
	path: Selector,
	body: JsonValue,
	isDeclared: boolean,
	isEntity: boolean,
): string | undefined {
	const value = valueAtSelector(path, body);
	const said = (held: JsonValue, key: string): string => `${shown(held)} in place of the rows (${key})`;
	if (typeof value === 'string' || (!isDeclared && !isObject(value))) return said(value ?? null, path.text);
	if (isDeclared || isRecord(value)) return undefined;
	const object = value as JsonObject;
	const key = usualKeys.find(
		name => Object.hasOwn(object, name) && !Array.isArray(object[name]) && !isRecord(object[name]),
	);
	if (key === undefined || (isEntity && typeof object[key] !== 'string')) return undefined;
	return said(object[key] ?? null, key);
}

function isRecord(value: JsonValue | undefined): boolean {
	return (
		isObject(value) &&
		!isKeyedByNumbers(value) &&
		(isIdentified(value as JsonObject) || hasFieldsOfItsOwn(value as JsonObject))
	);
}

function isKeyedByNumbers(value: object): boolean {
	return Object.keys(value).every(key => /^\d+$/.test(key));
}

function shown(value: JsonValue): string {
	return isObject(value)
		? `an object (${Object.keys(value).slice(0, 8).join(', ')})`
		: stringify(value).slice(0, 200);
}

const usualKeys = ['data', 'items', 'results', 'records', 'rows', 'entries'];

/**
 * Whether a list that was guessed to be the rows holds errors: `{errors: [{message: 'busy'}]}`. Records of an
 * error log have ids.
 */
export function isErrorList({keys}: Selector, body: JsonObject): boolean {
	const key = keys?.length === 1 ? keys[0] : undefined;
	if (key === undefined || !errorKeys.test(key)) return false;
	const list = body[key];
	return Array.isArray(list) && !list.some(item => isObject(item) && isIdentified(item as JsonObject));
}

export function isLeftOut(place: RowsFinding): boolean {
	return place === 'missing' || place === 'unknown';
}

export function hasNext(body: JsonValue, paths: readonly Path[]): boolean {
	return paths.some(path => {
		const value = path.first(body);
		return typeof value === 'string' && value !== '';
	});
}
