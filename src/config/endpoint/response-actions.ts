/** The schema of `response_actions`: rules about responses, dlt's and more. */
import * as z from 'zod';
import {messageOf} from '../../core/stage.ts';
import {type Decide, type ResponseRule, responseActionNames} from '../../http/rules/response-rules.ts';
import {always, object, responsePath, text, whenNeeded} from '../schema/object.ts';

const statusPattern = /^([1-5])(\d\d|xx)$/i;

const statusText = z.string().transform((given, context) => {
	if (!statusPattern.test(given)) {
		context.addIssue({
			code: 'custom',
			message: `expected a status such as 404, or "5xx", got ${JSON.stringify(given)}`,
		});
		return z.NEVER;
	}
	const pattern = given.toLowerCase();
	return pattern.endsWith('xx') ? (pattern as '5xx') : Number(pattern);
});

const status = z.int().min(100).max(599);

const pattern = () => text().superRefine((given, context) => checkPattern(given, context));

// `/…/` is a pattern; any other text is matched as it is.
const wanted = z.string().superRefine((given, context) => {
	if (isPattern(given)) checkPattern(given, context);
});

const conditions = ['status_code', 'header', 'content', 'json_path'] as const;
const waits = ['wait', 'wait_header', 'wait_path', 'wait_regex'] as const;

// Only a JavaScript config can hold a function.
const decide = z.custom<Decide>(given => typeof given === 'function');

const action = z.union([z.enum(responseActionNames), decide], {
	error: ({input}) =>
		typeof input === 'string' || input === undefined ? '' : 'expected a word, or a function in a .js config',
});

const responseAction = whenNeeded(() =>
	object({
		status_code: z
			.union([status, statusText, z.array(z.union([status, statusText]))])
			.nullish()
			.describe('A status, a class such as "5xx", or a list of them.'),
		header: z
			.record(text(), pattern())
			.nullish()
			.describe(
				'Headers by name, each with a regular expression that its value matches, in upper or lower case.',
			),
		content: text().nullish().describe('Text that is somewhere in the body.'),
		json_path: responsePath().nullish().describe('Path to a value in the body that is there and not null.'),
		json_value: z
			.union([wanted, z.number(), z.boolean()])
			.nullish()
			.describe('What stands at json_path; /…/ is a regular expression.'),
		action: action.describe('What to do when all conditions hold.'),
		message: text().nullish().describe('Added to the error: what to do about it.'),
		wait: z
			.number()
			.positive()
			.nullish()
			.describe('For rate_limited: seconds to wait where the answer does not say how long.'),
		wait_header: text()
			.nullish()
			.describe('For rate_limited: header with the seconds to wait, or the time to wait for.'),
		wait_path: responsePath().nullish().describe('For rate_limited: the same, in the body.'),
		wait_regex: pattern()
			.nullish()
			.describe('For rate_limited: finds the seconds in the header, the value, or the text of the body.'),
	}).superRefine((rule, context) => {
		const report = (key: string, message: string) => context.addIssue({code: 'custom', message, path: [key]});
		if (typeof rule.action !== 'function' && conditions.every(key => rule[key] == null))
			report(
				'action',
				`a rule needs a condition: ${conditions.join(', ')}; without one it would be about every answer`,
			);
		if (rule.json_value != null && rule.json_path == null)
			report('json_value', 'needs a json_path to where it stands');
		if (rule.wait_header != null && rule.wait_path != null)
			report('wait_path', 'either a header or a path tells the wait: give one');
		const wait = waits.find(key => rule[key] != null);
		if (wait && rule.action !== 'rate_limited' && typeof rule.action !== 'function')
			report(wait, 'only the action rate_limited waits');
	}, always),
);

const entry = z.union([responseAction, decide], {
	error: ({input}) =>
		typeof input === 'object' && input !== null ? '' : 'expected a rule, or a function in a .js config',
});

export const responseActions = z.array(entry).meta({id: 'response_actions'});
export type ResponseActionConfig = z.infer<typeof entry>;

function checkPattern(given: string, context: z.RefinementCtx): void {
	try {
		toPattern(given);
	} catch (error) {
		context.addIssue({code: 'custom', message: messageOf(error)});
	}
}

function isPattern(text: string): boolean {
	return /^\/.+\/$/s.test(text);
}

function toPattern(text: string): RegExp {
	return new RegExp(isPattern(text) ? text.slice(1, -1) : text, 'i');
}

/** A rule for the client. */
export function responseRule(rule: ResponseActionConfig): ResponseRule | Decide {
	if (typeof rule === 'function') return rule;
	const {
		status_code,
		header,
		content,
		json_path,
		json_value,
		action,
		message,
		wait: seconds,
		wait_header,
		wait_path,
		wait_regex,
	} = rule;
	const wait = {
		...(wait_header != null && {header: wait_header}),
		...(wait_path != null && {path: wait_path}),
		...(wait_regex != null && {pattern: toPattern(wait_regex)}),
		...(seconds != null && {elseMs: seconds * 1000}),
	};
	return {
		...(status_code != null && {status: status_code}),
		...(header && {
			headers: Object.fromEntries(Object.entries(header).map(([name, text]) => [name, toPattern(text)])),
		}),
		...(content != null && {content}),
		...(json_path != null && {jsonPath: json_path}),
		...(json_value != null && {jsonValue: valueOrPattern(json_value)}),
		action,
		...(message != null && {message}),
		...(Object.keys(wait).length > 0 && {wait}),
	};
}

function valueOrPattern(value: string | number | boolean): string | number | boolean | RegExp {
	return typeof value === 'string' && isPattern(value) ? toPattern(value) : value;
}
