/** `stop_when`: the rule of the author for the last page, as a condition on its records or as an expression. */
import {PaginationError} from '../../../core/errors.ts';
import {type Expression, expression, hasExpression, isTruth} from '../../../core/expression.ts';
import type {JsonObject, JsonValue} from '../../../core/json/json.ts';
import type {JsonRecord} from '../../../core/page.ts';
import {condition} from '../../../core/path/condition.ts';
import {type Path, parsePath} from '../../../core/path/path.ts';
import {messageOf} from '../../../core/stage.ts';
import {linkParameters} from '../../paging/link-header.ts';

/** A page that was read. */
export interface ReadPage {
	readonly body: JsonValue;
	/** Names in lower case. */
	readonly headers: Readonly<Record<string, string>>;
	/** The number of records that the server sent. */
	readonly size: number;
	readonly lastRecord: JsonRecord | undefined;
}

export interface StopWhen {
	/** Whether this record shows that its page is the last one. */
	readonly record?: (record: JsonRecord) => boolean;
	/** Whether this page is the last one. Throws a `PaginationError` if the expression fails. */
	readonly page?: (page: ReadPage) => boolean;
	/** Paths into the body. A list at one of them has to be whole. */
	readonly paths: readonly Path[];
}

const names = ['response', 'headers', 'last_page_size', 'last_record'];

export function stopWhen(text: string | undefined): StopWhen {
	if (text === undefined) return {paths: []};
	if (!hasExpression(text)) return {record: condition(text, 'stop_when'), paths: []};
	const parsed = expression(text, names);
	return {page: page => holds(parsed, page), paths: pathsOf(parsed)};
}

/** The fault of a `stop_when`, if it has one. */
export function stopWhenProblem(text: string): string | undefined {
	try {
		stopWhen(text);
		return undefined;
	} catch (error) {
		return messageOf(error);
	}
}

function holds(parsed: Expression, {body, headers, size, lastRecord}: ReadPage): boolean {
	try {
		const value = parsed.value({
			response: body,
			headers: {...headers, link: linksIn(headers.link)},
			last_page_size: size,
			last_record: lastRecord ?? null,
		});
		return isTruth(value);
	} catch (error) {
		throw new PaginationError(`stop_when: ${messageOf(error)}`);
	}
}

/** The links of a header by their relations: `{next: {url, rel, …}}`. */
function linksIn(header = ''): JsonObject {
	return Object.fromEntries(
		[...linkParameters(header)].map(([relation, {target, parameters}]) => [
			relation,
			{...parameters, url: target},
		]),
	);
}

// An index after the keys leads into the list, if the list is there.
function pathsOf({reads}: Expression): Path[] {
	return reads
		.filter(([name]) => name === 'response')
		.map(([, ...keys]) => parsePath(`$${keys.map(key => `[${JSON.stringify(key)}]`).join('')}[0]`));
}
