/** A guess at the paginator, the evidence for it, and the line of config with the same meaning. */
import {type JsonObject, type JsonValue, stringify} from '../../core/json/json.ts';
import {isObject} from '../../core/path/path.ts';
import {lastName, moreName, pathStep, plainName} from './known-places.ts';

/** How many rows a page is asked for. The values are JSON, so that it can be part of a place. */
export type PageSize = {
	/** Query parameter. */
	readonly param: string;
	readonly rows: number;
	/** The evidence for it, for people. */
	readonly from: string;
};

/** The values are JSON, so that it can be part of a place. */
export type Guess = Way & {
	/** The size to ask for, where it is larger than what the server gives by default. */
	readonly size?: PageSize;
};

type Way =
	| {readonly type: 'header_link'}
	| {readonly type: 'json_link'; readonly nextUrlPath: string}
	| {
			readonly type: 'offset';
			readonly limit: number;
			readonly offset: number;
			readonly totalPath: string | null;
			readonly hasMorePath?: string;
			readonly offsetParam?: string;
			readonly limitParam?: string;
			readonly offsetBodyPath?: string;
			readonly limitBodyPath?: string;
			/** The answer did not show it: the server was asked. */
			readonly isAsked?: true;
	  }
	| {
			readonly type: 'page_number';
			readonly basePage: number;
			readonly page: number;
			readonly totalPath: string | null;
			readonly hasMorePath?: string;
			readonly pageParam?: string;
			readonly pageBodyPath?: string;
			/** The answer did not show it: the server was asked. */
			readonly isAsked?: true;
	  }
	/** Without a parameter, each key of the cursor is one. */
	| {
			readonly type: 'cursor';
			readonly cursorPath: string;
			readonly hasMorePath?: string;
			readonly cursorParam?: string;
			readonly cursorBodyPath?: string;
			/** By its name, the value may also be of the page itself: then the first page may be the only one. */
			readonly isUnsure?: true;
	  }
	| {readonly type: 'header_cursor'; readonly cursorKey: string; readonly cursorParam: string}
	/** `isAsked`: the server was asked for other pages, and returned none. */
	| {readonly type: 'single_page'; readonly isAsked?: true};

/**
 * The same guess, which sends its parameters in the JSON body: below `prefix`, which ends in a dot or is
 * empty. `undefined` where a name is none for a key.
 */
export function inBody(guess: Guess, prefix: string): Guess | undefined {
	if (guess.type === 'cursor') {
		const {cursorParam, ...rest} = guess;
		if (cursorParam === undefined) return guess;
		return /^[\w-]+$/.test(cursorParam) ? {...rest, cursorBodyPath: prefix + cursorParam} : undefined;
	}
	if (guess.type === 'page_number') {
		const {pageParam = 'page', ...rest} = guess;
		return {...rest, pageBodyPath: prefix + pageParam};
	}
	if (guess.type !== 'offset') return guess;
	const {offsetParam = 'offset', limitParam = 'limit', ...rest} = guess;
	return {...rest, offsetBodyPath: prefix + offsetParam, limitBodyPath: prefix + limitParam};
}

/** A field of an answer, however deep. */
export interface Entry {
	readonly path: string;
	readonly key: string;
	/** The name in the form of the table of known places. */
	readonly name: string;
	readonly value: JsonValue;
	readonly owner: JsonObject;
	readonly prefix: string;
}

export function* fieldsOf(owner: JsonObject, prefix: string): Generator<Entry> {
	for (const [key, value] of Object.entries(owner)) {
		const path = prefix + pathStep(key, prefix === '');
		yield {path, key, name: plainName(key), value, owner, prefix};
		if (isObject(value)) yield* fieldsOf(value as JsonObject, path);
	}
}

/**
 * Path of a flag that says that more follows, or, with `isMore` false, of one that says that nothing does.
 */
export function flagIn(entries: readonly Entry[], isMore: boolean): string | undefined {
	return entries.find(
		({name, value}) =>
			typeof value === 'boolean' &&
			((moreName.test(name) && value === isMore) || (!isMore && lastName.test(name) && value)),
	)?.path;
}

/** The evidence for a guess, for people. */
export function reasonOf(guess: Guess): string {
	const {size} = guess;
	return size ? `${wayOf(guess)}; ${size.rows} rows a page, as ${size.from}` : wayOf(guess);
}

function wayOf(guess: Guess): string {
	switch (guess.type) {
		case 'header_link':
			return 'a Link header with rel="next"';
		case 'json_link':
			return `a link at "${guess.nextUrlPath}"`;
		case 'offset':
			if (guess.isAsked) return 'other rows for that offset, of which the first answer says nothing';
			return guess.totalPath === null
				? 'an offset and a limit in the answer'
				: `an offset and a limit beside the number of rows at "${guess.totalPath}"`;
		case 'page_number':
			if (guess.isAsked)
				return `other rows for page ${guess.basePage + 1}, of which the first answer says nothing`;
			if (guess.totalPath !== null) return `a number of pages at "${guess.totalPath}"`;
			return guess.hasMorePath === undefined
				? 'a page and its size beside a number of rows'
				: `a page beside "${guess.hasMorePath}"`;
		case 'cursor':
			return `a cursor at "${guess.cursorPath}"`;
		case 'header_cursor':
			return `a cursor in the header ${guess.cursorKey}`;
		case 'single_page':
			return guess.isAsked
				? 'no other rows when the server was asked for more'
				: 'no sign of further pages in the first answer';
	}
}

/** `paginator: {type: cursor, cursor_path: next_cursor, cursor_param: cursor}` */
export function configOf({type, size: _, ...options}: Guess): string {
	const entries = Object.entries(options).filter(
		([key, value]) => !(key === 'offset' && value === 0) && !['page', 'isAsked', 'isUnsure'].includes(key),
	);
	if (entries.length === 0) return `paginator: ${type}`;
	const inner = entries.map(([key, value]) => `${snakeCase(key)}: ${inYaml(value)}`);
	return `paginator: {type: ${type}, ${inner.join(', ')}}`;
}

/**
 * The same lines for its endpoint: `params: {per_page: 100}` is a line of its own. The paginator `offset`
 * contains the size.
 */
export function linesOf(guess: Guess): string[] {
	const {size, type} = guess;
	const params = size && type !== 'offset' ? [`params: {${inYaml(size.param)}: ${size.rows}}`] : [];
	return [...params, configOf(guess)];
}

function snakeCase(key: string): string {
	return key.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
}

function inYaml(value: string | number | true | null): string {
	return typeof value !== 'string' || /^[A-Za-z_][\w.-]*$/.test(value) ? String(value) : stringify(value);
}
