/** `stop_when`: the rule of the author for the last page, as a condition on its records or as an expression. */
import {PaginationError} from '../../../core/errors.ts';
import {type Expression, expression, hasExpression, isTruth} from '../../../core/expression.ts';
import type {JsonRecord} from '../../../core/page.ts';
import {condition} from '../../../core/path/condition.ts';
import {type Path, parsePath} from '../../../core/path/path.ts';
import {messageOf} from '../../../core/stage.ts';
import {ofReadPage, pageScope, type ReadPage} from '../../paging/page-scope.ts';

export interface StopWhen {
	/** Whether this record shows that its page is the last one. */
	readonly record?: (record: JsonRecord) => boolean;
	/** Whether this page is the last one. Throws a `PaginationError` if the expression fails. */
	readonly page?: (page: ReadPage) => boolean;
	/** Paths into the body. A list at one of them has to be whole. */
	readonly paths: readonly Path[];
}

export function stopWhen(text: string | undefined): StopWhen {
	if (text === undefined) return {paths: []};
	if (!hasExpression(text)) return {record: condition(text, 'stop_when'), paths: []};
	const parsed = expression(text, ofReadPage);
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

function holds(parsed: Expression, page: ReadPage): boolean {
	try {
		return isTruth(parsed.value(pageScope(page)));
	} catch (error) {
		throw new PaginationError(`stop_when: ${messageOf(error)}`);
	}
}

// An index after the keys leads into the list, if the list is there.
function pathsOf({reads}: Expression): Path[] {
	return reads
		.filter(([name]) => name === 'response')
		.map(([, ...keys]) => parsePath(`$${keys.map(key => `[${JSON.stringify(key)}]`).join('')}[0]`));
}
