/** The schema of `expressions` of an endpoint. */
import * as z from 'zod';
import {expression} from '../../core/expression.ts';
import {messageOf} from '../../core/stage.ts';
import {pageNames} from '../placeholders/cursor-in-path.ts';
import {text} from '../schema/object.ts';

/** The names that a step reads of the request of its record. */
export const requestNames = ['resources', 'partitions', 'incremental'];

/** The names that an expression of a request reads: the same, and the place of its page. */
export const expressionNames = [...requestNames, ...pageNames];

/** The names of the page that an expression of a request reads. */
export function pageNamesOf(text: unknown): string[] {
	try {
		const {names} = expression(String(text), expressionNames);
		return pageNames.filter(name => names.has(name));
	} catch {
		return [];
	}
}

export const expressions = z.record(
	z.string().regex(/^\w+$/, 'a name of letters, digits and _'),
	text().superRefine((given, context) => {
		try {
			expression(given, expressionNames);
		} catch (error) {
			context.addIssue({code: 'custom', message: messageOf(error)});
		}
	}),
);
