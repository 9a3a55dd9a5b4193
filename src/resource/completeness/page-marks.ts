/** What an answer says about its own page: which rows it has, and how many a page may have. */
import type {JsonObject, JsonValue} from '../../core/json/json.ts';
import {isObject} from '../../core/path/path.ts';
import {envelopeName, isWholeNumber, plainName, rangeEnd} from '../paging/known-places.ts';
import {rangeStart} from '../paging/stated-ranges.ts';

export interface PageMarks {
	/** The number of the first row, and of the row after the last one. */
	readonly range?: {readonly from: number; readonly next: number};
	/** The number of rows that a page may have. */
	readonly size?: number;
}

const sizes = /^(limit|size|perpage|pagesize|pagelimit|maxresults|(items|results|rows|hits)perpage)$/;
const ranges = /^(row|item|record|result|content)?s?(range|showing|shown)$/;
const rangeText = /^\s*(?:\w+[\s=])?\s*(\d+)\s*(?:-|–|to)\s*(\d+)\s*(?:(?:\/|of)\s*[*\d,]+)?\s*$/;

/** `keys` lead down to the rows, of which there are so many. */
export function pageMarks(
	body: JsonValue,
	headers: Readonly<Record<string, string>>,
	keys: readonly string[],
	rows: number,
): PageMarks {
	let range = rangeIn(headers['content-range'], rows);
	let size: number | undefined;
	for (const owner of ownersIn(body, keys)) {
		let [from, to]: (number | undefined)[] = [];
		for (const [key, value] of Object.entries(owner)) {
			if (typeof value === 'object') continue;
			const name = plainName(key);
			if (ranges.test(name)) range ??= rangeIn(value, rows);
			if (!isWholeNumber(value)) continue;
			if (rangeStart.test(name)) from ??= Number(value);
			else if (rangeEnd.test(name)) to ??= Number(value);
			else if (sizes.test(name)) size ??= Number(value);
		}
		if (from !== undefined && to !== undefined) range ??= rangeOf(from, to, rows);
	}
	return {...(range && {range}), ...(size !== undefined && {size})};
}

// The root, the objects that hold the rows, and those beside them that are about the list.
function* ownersIn(body: JsonValue, keys: readonly string[]): Generator<JsonObject> {
	let owner: JsonValue | undefined = body;
	for (const key of [...keys, undefined]) {
		if (!isObject(owner)) return;
		yield owner as JsonObject;
		for (const [name, value] of Object.entries(owner))
			if (name !== key && isObject(value) && envelopeName.test(plainName(name))) yield value as JsonObject;
		owner = key === undefined ? undefined : owner[key];
	}
}

function rangeIn(text: JsonValue | undefined, rows: number): PageMarks['range'] {
	const [, from, to] = (typeof text === 'string' && rangeText.exec(text)) || [];
	return from === undefined ? undefined : rangeOf(Number(from), Number(to), rows);
}

// A range may end at its last row or at the one after it. A range of other things has another length.
function rangeOf(from: number, to: number, rows: number): PageMarks['range'] {
	if (rows === 0) return undefined;
	if (to - from + 1 === rows) return {from, next: to + 1};
	return to - from === rows ? {from, next: to} : undefined;
}
