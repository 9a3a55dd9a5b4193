/** The schema of `endpoint`: one request, the reading of its responses, and the paging. */
import * as z from 'zod';
import type {JsonValue} from '../../core/json/json.ts';
import {stopWhenProblem} from '../../resource/walk/answer/stop-when.ts';
import type {authSchema} from '../auth/fields.ts';
import {incrementalConfig, incrementalParam} from '../incremental/fields.ts';
import {syncConfig} from '../incremental/sync.ts';
import {object, responsePath, text} from '../schema/object.ts';
import {isPlainObject} from '../tree.ts';
import {type bodyFormatSchema, encoding, rowsFrom} from './body-format.ts';
import {expressions} from './expressions.ts';
import {method, methods} from './method.ts';
import type {paginatorSchema} from './paginator-fields.ts';
import {resolveParam} from './resolve-param.ts';
import {responseActions} from './response-actions.ts';

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const param = z.union([scalar, z.array(scalar)]);

const queryParam = z.union(
	[scalar, z.array(scalar), z.discriminatedUnion('type', [resolveParam, incrementalParam])],
	{
		error: ({input}) => {
			if (Array.isArray(input) || (typeof input !== 'object' && typeof input !== 'function')) return '';
			if (isOfType(input, 'resolve') || isOfType(input, 'incremental')) return '';
			const given = typeof input === 'function' ? 'a function' : `an object${asText(input)}`;
			return `expected text, a number, true or false, null or a list, got ${given}`;
		},
	},
);

// Values may be secret; keys are not.
function asText(input: object | null | undefined): string {
	const [key] = Object.keys(input ?? {});
	return key === undefined
		? ''
		: `; if the API takes JSON there, write it as text: '{${JSON.stringify(key)}: …}'`;
}

function isOfType(value: unknown, type: string): value is {type: string} {
	return typeof value === 'object' && value !== null && 'type' in value && value.type === type;
}

/** The schemas that depend on the plugins of a config. */
export interface EndpointPlugins {
	readonly paginator: ReturnType<typeof paginatorSchema>;
	readonly auth: ReturnType<typeof authSchema>;
	readonly bodyFormat: ReturnType<typeof bodyFormatSchema>;
}

export const endpointShape = ({auth, bodyFormat, paginator}: EndpointPlugins) => ({
	path: z
		.string()
		.optional()
		.describe(
			'Joined to base_url, or an absolute URL. {x} is filled from params. Default: the name of the resource.',
		),
	method: method()
		.nullish()
		.describe(`${methods.join(', ')}, in any case. Default: GET.`),
	params: z
		.record(z.string(), queryParam)
		.nullish()
		.describe('Query parameters: null is left out, a list is repeated. {{ and }} are literal braces.'),
	expressions: expressions
		.nullish()
		.describe(
			'Expressions in {{ }} by names of your own; {expressions.x} is the value of x in path, params, ' +
				'headers, json and data.',
		),
	json: z
		.unknown()
		.superRefine((value, context) => {
			if (!isJson(value))
				context.addIssue({code: 'custom', message: 'expected JSON: no functions, dates or other objects'});
		})
		.transform(value => value as JsonValue)
		.optional()
		.describe('JSON body, sent with any method. {{ and }} are literal braces.'),
	data: z
		.union([z.string(), z.array(z.tuple([z.string(), scalar])), z.record(z.string(), param)])
		.nullish()
		.describe('Form body as an object or a list of pairs, or a raw body as text. Not together with json.'),
	headers: z
		.record(text(), z.string().nullable())
		.nullish()
		.describe('Added to the headers of the client; null takes a default away.'),
	paginator: paginator.nullish().describe("How to get the next page. null: the client's."),
	data_selector: responsePath()
		.nullish()
		.describe('Path to the records in the response. Default: found out from the first one.'),
	error_path: responsePath()
		.nullish()
		.describe(
			'Path to what is there only if an answer with status 200 is an error. null: do not look for one. ' +
				'Default: error, errors, success: false and the like.',
		),
	ready_path: responsePath()
		.nullish()
		.describe(
			'Path to what must be there, and not be empty, false or 0. Until then the request is sent again ' +
				'after a wait.',
		),
	missing_rows: z
		.enum(['fail', 'empty'])
		.nullish()
		.describe(
			'What an answer without the list of rows is: a failure, or a page without rows. Default: fail.',
		),
	format: bodyFormat
		.nullish()
		.describe('What responses are: json, jsonl, csv, xml, or auto to look at each. Default: json.'),
	encoding: encoding
		.nullish()
		.describe(
			'Charset of responses, whatever they say themselves: windows-1252, utf-16le … Default: what they ' +
				'say, or UTF-8.',
		),
	non_finite: z
		.enum(['as_null', 'as_text'])
		.nullish()
		.describe(
			'What NaN and Infinity are that stand in JSON as bare words: null, or a text. Default: a failure.',
		),
	rows: rowsFrom
		.nullish()
		.describe(
			'How the records at data_selector are written, where they are no list of objects: as columns, ' +
				'arrays or an object.',
		),
	stop_when: text()
		.superRefine((rule, context) => {
			const message = stopWhenProblem(rule);
			if (message !== undefined) context.addIssue({code: 'custom', message});
		})
		.nullish()
		.describe(
			'Stop after the page with a record for which this JSONPath filter holds: @.updated_at < ' +
				"'2024-01-01'. Or an expression about the page: {{ response.done }}.",
		),
	auth: auth.nullish().describe('Replaces the auth of the client; null: none.'),
	response_actions: responseActions
		.nullish()
		.describe(
			'What to do about certain answers; the first rule that fits decides. They go before those of the ' +
				'client.',
		),
	incremental: incrementalConfig.nullish().describe('Reads only what is new since the last run.'),
	sync: syncConfig
		.nullish()
		.describe('A token or link of the last answer, with which the next run asks for what has changed.'),
});

export const endpointSchema = (shape: ReturnType<typeof endpointShape>) =>
	object(shape).meta({id: 'endpoint'});
export type Endpoint = z.infer<ReturnType<typeof endpointSchema>>;

function isJson(value: unknown): boolean {
	if (typeof value === 'number') return Number.isFinite(value);
	if (value === undefined || value === null || typeof value === 'string' || typeof value === 'boolean')
		return true;
	if (Array.isArray(value)) return value.every(isJson);
	return isPlainObject(value) && Object.values(value).every(isJson);
}
