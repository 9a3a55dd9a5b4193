/**
 * Finds the records in a response, as `data_selector` of dlt does. `resource()` and the transform `select()`
 * share it.
 */
import {SelectorError} from '../errors.ts';
import {Decimal, type JsonValue} from '../json/json.ts';
import {ownValue} from '../own.ts';
import type {JsonRecord} from '../page.ts';
import type {RecordList} from '../records/record-list.ts';
import {isObject, type Path, parsePath, type SureStep} from './path.ts';

export interface Selection {
	readonly records: RecordList;
	/**
	 * How many items the server sent, by which an offset advances. It differs from `records` when the selector
	 * looks inside items or leaves some out, and when items are null.
	 */
	readonly received: number;
	/** The number of items that are null, and so no records. Null in place of the whole list does not count. */
	readonly nulls: number;
	/** Whether there was a list, which may be empty, rather than null or one object. */
	readonly isList: boolean;
	/** The items of a list in which no item is a record, such as those that a filter leaves out. */
	readonly leftOut?: readonly JsonValue[];
	/** Keys that lead to the list of the records; absent when the records are found in another way. */
	readonly keys?: readonly string[];
}

export interface Selector {
	readonly text: string;
	/**
	 * Keys that lead to the list, when it can be read while it streams: `data` or `result.items`, without a
	 * wildcard inside.
	 */
	readonly keys?: readonly string[];
	/** The path ends in `*`: the values of an object are rows, like the items of a list. */
	readonly isEach: boolean;
	/** The records of a body. When the path leads nowhere, throws `SelectorError` with the keys of the body. */
	select(body: JsonValue): Selection;
	/** The records of some items of the list that was read while it streamed. */
	take(items: readonly JsonValue[]): Pick<Selection, 'records' | 'nulls'>;
}

/**
 * `text` is a path to the records. Every list that it matches is split into its items, an object is one
 * record, `null` is none, and any other value becomes `{value}`.
 * @example const {records} = selector('data.contacts').select(body);
 */
export function selector(text: string): Selector {
	const path = parsePath(text);
	const isEach = path.steps?.at(-1) === '*';
	const isPlain = path.steps !== undefined && !path.steps.slice(0, -1).includes('*');
	const keysIn = (root: readonly SureStep[]): string[] | undefined => (isPlain ? keysOf(root) : undefined);
	const take = (items: readonly JsonValue[]) => takenApart(isEach ? items : [items as JsonValue[]], isEach);
	const select = (body: JsonValue): Selection => {
		const matches = path.all(body);
		if (matches.length === 0 && !isEmptyBelow(path, body)) throw nothingFound(text, body);
		const {records, nulls} = takenApart(
			isEach ? matches : matches.map(match => listOfKeyed(match, text) ?? match),
			isEach,
		);
		const root = path.root(body);
		const list = followed(root, body);
		if (!Array.isArray(list))
			return {records, nulls, received: records.length, isList: isEach ? isObject(list) : isKeyed(list)};
		const keys = keysIn(root);
		const isLeftOut = records.length === 0 && list.length > nulls;
		return {
			records,
			nulls,
			received: list.length,
			isList: true,
			...(isLeftOut && {leftOut: list}),
			...(keys && {keys}),
		};
	};
	const keys = keysIn(path.root(null));
	return {text, isEach, select, take, ...(keys && {keys})};
}

/**
 * The list in a value that is no list: empty for `{}`, `false` and `""`, or the values of an object whose
 * keys are numbers, as PHP writes a list with gaps. `undefined` for any other value. With a `text` to name,
 * throws for keys that look like ids.
 */
export function listOfKeyed(value: JsonValue, text?: string): JsonValue[] | undefined {
	if (value === false || value === '') return [];
	if (!isObject(value)) return undefined;
	const keys = Object.keys(value);
	if (keys.length === 0) return [];
	if (isKeyed(value)) return Object.values(value);
	if (text === undefined || !keys.every(key => idLike.test(key)) || !Object.values(value).every(isObject))
		return undefined;
	const each = text === '$' ? '$.*' : `${text}.*`;
	throw new SelectorError(
		`${JSON.stringify(text)} leads to an object whose keys look like ids or dates ` +
			`(${keys.slice(0, 3).join(', ')}), not to a list. To read its values without their keys: ` +
			`data_selector: ${yamlPath(each)}; with the keys in a column id: rows: {from: object, key: id}`,
	);
}

// Dates, and long words of hexadecimal digits such as UUIDs.
const idLike = /^(\d{4}-\d\d?(-\d\d?.*)?|(?=.*\d)[\da-f]{8}(-?[\da-f]{4,})+)$/i;

function isKeyed(value: JsonValue | undefined): boolean {
	if (!isObject(value)) return false;
	const entries = Object.entries(value);
	return entries.length > 0 && entries.every(([key, item]) => /^\d+$/.test(key) && isObject(item));
}

function keysOf(steps: readonly SureStep[]): string[] | undefined {
	const keys: string[] = [];
	for (const step of steps) {
		if ('index' in step) return undefined;
		keys.push(step.key);
	}
	return keys;
}

/** Splits matched values into records. */
export function toRecords(matches: readonly JsonValue[]): JsonRecord[] {
	return takenApart(matches, false).records;
}

function takenApart(
	matches: readonly JsonValue[],
	areItems: boolean,
): {records: JsonRecord[]; nulls: number} {
	const records: JsonRecord[] = [];
	let nulls = 0;
	for (const match of matches) {
		if (Array.isArray(match)) {
			for (const item of match) {
				if (item === null) nulls++;
				else records.push(toRecord(item));
			}
		} else if (match !== null) records.push(toRecord(match));
		else if (areItems) nulls++;
	}
	return {records, nulls};
}

function toRecord(item: JsonValue): JsonRecord {
	return typeof item === 'object' && !Array.isArray(item) && !(item instanceof Decimal)
		? (item as JsonRecord)
		: {value: item};
}

// `groups[*].items` over an empty `groups`, and any filter that matches nothing, are an empty page, not a
// wrong selector.
function isEmptyBelow(path: Path, body: JsonValue): boolean {
	if (body === null) return true;
	const root = path.root(body);
	if (root.some((_, depth) => depth > 0 && followed(root.slice(0, depth), body) === null)) return true;
	const looksThrough = root.length !== path.steps?.length;
	const looked = followed(root, body);
	return looksThrough && (typeof looked === 'object' || root.length === 0);
}

function followed(steps: readonly SureStep[], body: JsonValue): JsonValue | undefined {
	let value: JsonValue | undefined = body;
	for (const step of steps) {
		if ('index' in step) value = Array.isArray(value) ? value.at(step.index) : undefined;
		else value = isObject(value) ? ownValue(value, step.key) : undefined;
	}
	return value;
}

export function nothingFound(text: string, body: JsonValue): SelectorError {
	const keys = isObject(body) ? Object.keys(body) : [];
	const found = keys.length > 0 ? `found: ${keys.slice(0, 12).join(', ')}` : `the body is ${describe(body)}`;
	const better = detect(body);
	const advice =
		better !== '$'
			? `. Try data_selector: ${yamlPath(better)}`
			: Array.isArray(body)
				? ". Try data_selector: '$'"
				: '';
	return new SelectorError(`no ${JSON.stringify(text)} in the response; ${found}${advice}`);
}

/** A path in the form of YAML. */
export function yamlPath(path: string): string {
	return /^[\w.-]+$/.test(path) ? path : JSON.stringify(path);
}

function describe(body: JsonValue): string {
	if (Array.isArray(body)) return `a list of ${body.length}`;
	return body === null
		? 'null'
		: isObject(body)
			? 'an empty object'
			: `the ${typeof body} ${String(body).slice(0, 40)}`;
}

const usual = [
	'data',
	'items',
	'results',
	'entries',
	'records',
	'rows',
	'entities',
	'payload',
	'content',
	'objects',
	'values',
	'value',
];
const metadata =
	/^(_?links?|_?meta(data)?|errors?|warnings?|messages?|pagination|paging|included|facets|aggregations|filters?|sorts?)$/i;
const identity = ['id', '_id', 'uuid', 'key', 'name'];
const DEEPEST = 3;
/** For lists with a usual name, where the body is no record. */
const DEEPEST_USUAL = 6;

interface Candidate {
	readonly keys: readonly string[];
	readonly rank: number;
}

/**
 * A good guess at the path to the records, for resources without one: the search of dlt, without links and
 * metadata. `$` is the body itself.
 * @example const path = detect({meta: {}, contacts: [{id: 1}]}); // 'contacts'
 */
export function detect(body: JsonValue): string {
	if (!isObject(body)) return '$';
	const found: Candidate[] = [];
	collect(body, [], found, isIdentified(body) ? DEEPEST : DEEPEST_USUAL);
	found.sort((a, b) => a.rank - b.rank);
	const best = found[0];
	return best
		? best.keys
				.map(key => (/^[\w-]+$/.test(key) ? key : `['${key.replace(/['\\]/g, '\\$&')}']`))
				.reduce(joinKeys)
		: '$';
}

function joinKeys(path: string, key: string): string {
	return key.startsWith('[') ? path + key : `${path}.${key}`;
}

function collect(
	value: {[key: string]: JsonValue},
	keys: readonly string[],
	found: Candidate[],
	deepest: number,
): void {
	for (const [key, item] of Object.entries(value)) {
		const path = [...keys, key];
		if (path.length > DEEPEST && !isObject(item) && !isUsual(path)) continue;
		if (Array.isArray(item)) {
			const rank = rankList(item, path, value);
			if (rank !== undefined) found.push({keys: path, rank});
		} else if (item === null && isUsual(path) && isCertainlyEmpty(value)) {
			// Any list takes precedence over it.
			found.push({keys: path, rank: 50 + path.length});
		} else if (path.length < deepest && isObject(item)) collect(item, path, found, deepest);
	}
}

// Lower is better: a usual name, then any list of objects, then an empty list, then a list that looks like
// metadata; shallow before deep.
function rankList(
	list: readonly JsonValue[],
	path: readonly string[],
	owner: {[key: string]: JsonValue},
): number | undefined {
	const depth = path.length;
	const hidden = path.some(key => metadata.test(key));
	if (isUsual(path)) return depth;
	if (list.length === 0) return isIdentified(owner) ? undefined : (hidden ? 40 : 20) + depth;
	// A list of words beside other fields is a field of a record (its tags); alone it is the list of records.
	if (!isObject(list[0]) && !Array.isArray(list[0]))
		return Object.keys(owner).length === 1 ? 25 + depth : undefined;
	return (hidden ? 30 : 10) + depth;
}

function isUsual(path: readonly string[]): boolean {
	return usual.includes(path.at(-1) ?? '') && !path.some(key => metadata.test(key));
}

// An object with a name or an id is a record, and an empty list in it is a field.
function isIdentified(owner: {[key: string]: JsonValue}): boolean {
	return identity.some(key => key in owner);
}

// Go writes an empty list as null; but beside words, null is a field, or the data of a refusal: {"data":
// null, "error": "…"}.
function isCertainlyEmpty(owner: {[key: string]: JsonValue}): boolean {
	return (
		!isIdentified(owner) && Object.values(owner).every(value => typeof value !== 'string' || value === '')
	);
}
