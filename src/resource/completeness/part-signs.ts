/**
 * Signs in an answer that its rows are a part of all: a number of rows that are left, or a state such as
 * `partial`.
 */
import {type JsonObject, stringify} from '../../core/json/json.ts';
import type {EnvelopeField} from '../paging/envelope.ts';
import {isWholeNumber, leftName, plainName, stateName} from '../paging/known-places.ts';
import type {PageAnswer} from '../paging/paginator.ts';
import type {MoreSign} from './more-signs.ts';
import {isThing} from './own-fields.ts';

/** A number of rows that are left, as its key says. */
export interface Left {
	readonly path: string;
	readonly count: number;
}

const config = (rows: number): string =>
	`paginator: {type: offset, limit: ${Math.max(rows, 1)}, total_path: null}, or {type: page_number, ` +
	'base_page: 1, total_path: null}';

/** The sign of an answer with status 206. Where the answer states a total, the total is checked instead. */
export function partStatus({isPart, headers}: PageAnswer, rows: number): MoreSign[] {
	if (!isPart || /\/\d+$/.test(headers['content-range'] ?? '')) return [];
	const line = `paginator: {type: offset, limit: ${Math.max(rows, 1)}}, or page_number`;
	return [{kind: 'token', text: 'the status 206 says that this is a part', path: 'status', config: line}];
}

export function partSigns(
	fields: readonly EnvelopeField[],
	rows: number,
	before: Left | undefined,
): MoreSign[] {
	const found: MoreSign[] = [];
	const left = leftIn(fields, rows);
	if (left && left.count > 0 && areRows(left, rows, before))
		found.push({
			kind: 'part',
			text: `"${left.path}" is ${left.count}`,
			path: left.path,
			config: config(rows),
		});
	for (const {key, name, value, path, owner, isOfRecord} of fields) {
		if (isOfRecord || !stateName.test(name) || typeof value !== 'string' || !partial.test(value)) continue;
		if (isThing(owner, key)) continue;
		found.push({kind: 'part', text: `"${path}" is ${stringify(value)}`, path, config: config(rows)});
	}
	return found;
}

const partial =
	/^(has[ _-]?)?(more|partial(ly)?|truncated|incomplete|cut ?off|timed?[ _-]?out)([ _-](results?|content|data|success))?$/i;

/** The first number of rows that are left, without those that are plainly numbers of requests. */
export function leftIn(fields: readonly EnvelopeField[], rows: number): Left | undefined {
	for (const {key, name, value, path, owner, isOfRecord} of fields) {
		if (!leftName.test(name) || isOfRecord || !isWholeNumber(value) || isThing(owner, key)) continue;
		if (/^(remaining|left|remainingcount)$/.test(name) && isOfRequests(owner, rows)) continue;
		return {path, count: Number(value)};
	}
	return undefined;
}

const besideRequests =
	/^(reset|resets?(at|in)|resettime|used|usage|quota|credits?|requests?|calls|window|period|interval|retryafter|cost|budget|balance|stock|seats|capacity|top|right|bottom|width)$/;

// `{limit: 60, remaining: 59, reset: 1700000000}` is about requests. A limit of rows is the size of a page.
function isOfRequests(owner: JsonObject, rows: number): boolean {
	return Object.entries(owner).some(([key, value]) => {
		const name = plainName(key);
		return besideRequests.test(name) || (name === 'limit' && isWholeNumber(value) && Number(value) !== rows);
	});
}

/**
 * A number of requests goes down by one, whatever a page has; a number of rows goes down by the rows that
 * came.
 */
function areRows({path, count}: Left, rows: number, before: Left | undefined): boolean {
	if (before?.path !== path) return rows > 0;
	const drop = before.count - count;
	return rows === 0 ? drop === 0 : drop * 2 >= rows;
}
