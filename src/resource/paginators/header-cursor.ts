import {ConfigError} from '../../core/errors.ts';
import {own} from '../../core/own.ts';
import {put, without} from '../draft.ts';
import {type LoopRules, loopRules} from '../loop-rules.ts';
import {type EndOptions, endOptions, type PageStart, type Paginator} from '../paginator.ts';
import {PLACEHOLDER} from './cursor.ts';

export interface HeaderCursorOptions extends EndOptions, LoopRules {
	/** The response header that holds the cursor of the next page. @default 'next' */
	readonly cursorKey?: string;
	/** @default 'cursor' */
	readonly cursorParam?: string;
	/** A request header, instead of `cursorParam`. */
	readonly cursorHeader?: string;
	/**
	 * It replaces `{cursor}` in the path, instead of `cursorParam`; the first request goes out without that
	 * segment. @default false
	 */
	readonly cursorInPath?: boolean;
}

/** The cursor of the next page comes in a response header. Ends where the header is missing or empty. */
export function headerCursor({
	cursorKey = 'next',
	cursorParam,
	cursorHeader,
	cursorInPath = false,
	...options
}: HeaderCursorOptions = {}): Paginator<string | null> {
	if ([cursorParam !== undefined, cursorHeader !== undefined, cursorInPath].filter(Boolean).length > 1)
		throw new ConfigError(
			'header_cursor: expected one of cursorParam, cursorHeader, cursorInPath, got several',
		);
	const elsewhere = cursorHeader === undefined ? {param: cursorParam ?? 'cursor'} : {header: cursorHeader};
	const where = cursorInPath ? {placeholder: PLACEHOLDER} : elsewhere;
	const next = ({headers}: PageStart): string | undefined =>
		own(headers, cursorKey.toLowerCase())?.trim() || undefined;
	return {
		name: 'header_cursor',
		...loopRules(options),
		first: null,
		request(draft, place) {
			if (place !== null) return put(draft, where, place);
			return cursorInPath ? without(draft, PLACEHOLDER) : draft;
		},
		next: (_place, answer) => next(answer),
		foresee: (_place, start) => start && next(start),
		ends: () => ({...endOptions(options), nextHeader: cursorKey.toLowerCase()}),
		describe: place => (place === null ? 'the first page' : `cursor ${place}`),
	};
}
