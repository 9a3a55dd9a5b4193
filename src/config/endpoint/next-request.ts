/** The schema of `next_request`: the requests for pages after the first one. */
import * as z from 'zod';
import type {JsonValue} from '../../core/json/json.ts';
import {placeholders, template} from '../placeholders/braces.ts';
import {isExpressionName} from '../placeholders/expression-name.ts';
import {isRangeName} from '../placeholders/range.ts';
import {isReference} from '../placeholders/reference.ts';
import {always, object, text} from '../schema/object.ts';
import {eachText} from '../tree.ts';
import {method} from './method.ts';

const scalar = z.union([z.string(), z.number(), z.boolean()]);

const shared = () => ({
	method: method().optional().describe('Its method. Default: that of the endpoint.'),
	headers: z.record(text(), z.string()).optional().describe('Laid over those of the endpoint.'),
	json: z
		.unknown()
		.transform(value => value as JsonValue)
		.optional()
		.describe('Its JSON body. Default: none.'),
});

const description =
	'The request for each page after the first one, where it differs. params and body of the endpoint are ' +
	'not sent with it.';

/** The key for a paginator with a cursor. */
export const nextRequest = () =>
	object({
		...shared(),
		path: text().optional().describe('Its path; may hold {cursor}. Default: that of the endpoint.'),
		params: z
			.record(z.string(), z.union([scalar, z.array(scalar)]))
			.optional()
			.describe('Its query parameters. Default: none.'),
	})
		.superRefine(noReferences, always)
		.optional()
		.describe(description);

/** The key for a paginator that follows links, which have a path and parameters of their own. */
export const nextLinkRequest = () =>
	object(shared()).superRefine(noReferences, always).optional().describe(description);

function noReferences(
	given: unknown,
	context: {addIssue(issue: {code: 'custom'; message: string; path: PropertyKey[]}): void},
): void {
	eachText(given, (found, path) => {
		const name = placeholders(template(found)).find(
			each => isReference(each) || isRangeName(each) || isExpressionName(each),
		);
		if (name === undefined) return;
		const message = `{${name}} is not known here; a request after the first one is the same for all rows of a parent`;
		context.addIssue({code: 'custom', message, path: [...path]});
	});
}
