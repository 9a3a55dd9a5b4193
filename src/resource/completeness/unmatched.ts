/**
 * A path of the config that led to nothing in a whole walk. A typing error reads one page, and looks like the
 * end.
 */
import type {JsonObject, JsonValue} from '../../core/json/json.ts';
import {isObject, parsePath} from '../../core/path/path.ts';
import {
	cursorName,
	isWholeNumber,
	nextLinkName,
	nextTokenName,
	plainName,
	sizeName,
} from '../paging/known-places.ts';
import {lastStep} from '../paging/next-params.ts';
import {isTruthy} from './error-signs.ts';

export interface ReadPath {
	/** `next_url_path` */
	readonly option: string;
	readonly path: string;
}

/** Whether a path led to something, or to a null, in a body. */
export function isThere({path}: ReadPath, body: JsonValue): boolean {
	return parsePath(path).first(body) !== undefined;
}

export interface Unmatched {
	readonly message: string;
	/**
	 * It is certainly a mistake: another spelling has a value, or the path leads into a row that lacks the
	 * field.
	 */
	readonly isSure: boolean;
}

/** The message about the path; `undefined` where its absence may well mean that there is one page. */
export function unmatchedPathMessage(
	{option, path}: ReadPath,
	body: JsonValue,
	rows: number,
	isDoubtful: boolean,
): Unmatched | undefined {
	const near = nearest(path, body);
	const isSure = near.isInRow || (near.spelling !== undefined && isTruthy(near.spelling));
	if (!isSure && near.spelling === undefined && !isDoubtful) return undefined;
	const size = rows === 1 ? '1 row' : `${rows} rows`;
	return {
		message: `${option} "${path}" led to nothing, so the walk ended after one page of ${size}${near.text}`,
		isSure,
	};
}

const usualSizes = [10, 20, 25, 30, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10_000];

/** Whether a request says how many rows a page is to have. */
export function asksForSize(url: URL): boolean {
	return [...url.searchParams.keys()].some(key => sizeName.test(plainName(key)));
}

/** Whether a page has as many rows as a parameter says that pages have. */
export function isAsFullAsAsked(rows: number, url: URL): boolean {
	return [...url.searchParams].some(
		([key, value]) =>
			sizeName.test(plainName(key)) && isWholeNumber(value) && Number(value) > 0 && rows >= Number(value),
	);
}

/** Whether a path ends in a name that APIs often use for the next page. */
export function isUsualName(path: string): boolean {
	const name = plainName(lastStep(path));
	if (cursorName.test(name) || /^(offset|continue|after)$/.test(name)) return true;
	return nextLinkName.test(name) || nextTokenName.test(name) || /(^|\.)next(_?page)?\.[^.]+$/i.test(path);
}

/**
 * Whether a page has as many rows as were asked for, or, if the request asks for no size, a usual size of a
 * page.
 */
export function isFullPage(rows: number, url: URL): boolean {
	const asked = [...url.searchParams].filter(
		([key, value]) => sizeName.test(plainName(key)) && isWholeNumber(value),
	);
	if (asked.length > 0) return asked.some(([, value]) => Number(value) > 0 && rows >= Number(value));
	return usualSizes.includes(rows);
}

interface Near {
	readonly text: string;
	/** The value of a key that differs in its spelling only. */
	readonly spelling?: JsonValue;
	readonly isInRow?: boolean;
}

// How far the path leads, and the value there.
function nearest(path: string, body: JsonValue): Near {
	let value: JsonValue = body;
	let parent = '';
	let isInRow = false;
	for (const step of parsePath(path).steps ?? []) {
		if (step === '*') break;
		if ('index' in step) {
			const item = Array.isArray(value) ? value.at(step.index) : undefined;
			if (item === undefined) break;
			value = item;
			parent = `${parent.slice(0, -1)}[${step.index}].`;
			isInRow = true;
			continue;
		}
		if (!isObject(value)) break;
		if (!Object.hasOwn(value, step.key)) return missing(value, step.key, parent, isInRow);
		parent += `${step.key}.`;
		value = value[step.key] as JsonValue;
	}
	return {text: ''};
}

function missing(owner: JsonObject, key: string, parent: string, isInRow: boolean): Near {
	const keys = Object.keys(owner);
	const same = keys.find(other => plainName(other) === plainName(key));
	if (same !== undefined) {
		return {text: `; did you mean "${parent}${same}"?`, spelling: owner[same] as JsonValue, isInRow};
	}
	const there = keys.slice(0, 12).join(', ') || 'nothing';
	if (parent === '') return {text: `; found: ${there}`};
	return {text: `; "${parent.slice(0, -1)}" is there, and has: ${there}`, isInRow};
}
