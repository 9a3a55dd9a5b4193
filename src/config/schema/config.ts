/** The whole config as one schema: types, validation and JSON Schema come from here. Keys are dlt's. */
import * as z from 'zod';
import type {JsonValue} from '../../core/json/json.ts';
import {contractModes, namings} from '../../core/schema/schema.ts';
import type {Registry} from '../../plugins/registry.ts';
import {proxyUrl} from '../client/proxy-fields.ts';
import {rateLimit} from '../client/rate-limit.ts';
import {tls} from '../client/tls-fields.ts';
import {bodyFormatSchema, encoding, rowsFrom} from '../endpoint/body-format.ts';
import {responseActions} from '../endpoint/response-actions.ts';
import {incrementalConfig, incrementalParam} from '../incremental/fields.ts';
import {syncConfig} from '../incremental/sync.ts';
import {relationShape, resolveParam} from '../relations/fields.ts';
import {isPlainObject} from '../tree.ts';
import {authSchema} from './auth.ts';
import {columns} from './column.ts';
import {method, methods} from './method.ts';
import {
	count,
	httpUrl,
	moreThanNoTime,
	object,
	recordFilter,
	responsePath,
	seconds,
	text,
	whenNeeded,
} from './object.ts';
import {outputSchema} from './output.ts';
import {paginatorSchema} from './paginator.ts';
import {pluginList} from './plugin.ts';
import {processingStepsSchema} from './steps.ts';

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

// Values may be secret, keys are not.
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
interface FromPlugins {
	readonly paginator: ReturnType<typeof paginatorSchema>;
	readonly auth: ReturnType<typeof authSchema>;
	readonly bodyFormat: ReturnType<typeof bodyFormatSchema>;
	readonly processingSteps: ReturnType<typeof processingStepsSchema>;
}

const endpointShape = ({auth, bodyFormat, paginator}: FromPlugins) => ({
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
			'Path to what is there only if an answer with status 200 is an error. null: do not look for one. Default: error, errors, success: false and the like.',
		),
	ready_path: responsePath()
		.nullish()
		.describe(
			'Path to what must be there, and not be empty, false or 0. Until then the request is sent again after a wait.',
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
			'Charset of responses, whatever they say themselves: windows-1252, utf-16le … Default: what they say, or UTF-8.',
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
			'How the records at data_selector are written, where they are no list of objects: as columns, arrays or an object.',
		),
	stop_when: recordFilter()
		.nullish()
		.describe(
			"Stop after the page with a record for which this JSONPath filter holds: @.updated_at < '2024-01-01'.",
		),
	auth: auth.nullish().describe('Replaces the auth of the client; null: none.'),
	response_actions: responseActions
		.nullish()
		.describe(
			'What to do about certain answers; the first rule that fits decides. They go before those of the client.',
		),
	incremental: incrementalConfig.nullish().describe('Reads only what is new since the last run.'),
	sync: syncConfig
		.nullish()
		.describe('A token or link of the last answer, with which the next run asks for what has changed.'),
});

const endpointSchema = (shape: ReturnType<typeof endpointShape>) => object(shape).meta({id: 'endpoint'});
export type Endpoint = z.infer<ReturnType<typeof endpointSchema>>;

const writeDisposition = z.union([
	z.enum(['append', 'replace', 'merge']),
	object({
		disposition: z.enum(['append', 'replace', 'merge']).describe('append, replace or merge.'),
		strategy: z
			.enum(['delete-insert', 'upsert'])
			.optional()
			.describe('How merge works; both words mean that a row replaces the one with its primary key.'),
	}).transform(({disposition}) => disposition),
]);

const contractMode = z.enum(contractModes);

const naming = () => z.enum(namings).nullish().describe('How keys become column names.');

const resourceShape = ({processingSteps}: FromPlugins) => ({
	table_name: text().nullish().describe('Name of the output. Default: the name of the resource.'),
	primary_key: z
		.union([text().transform(key => [key]), z.array(text())])
		.nullish()
		.describe('Column or columns that tell records apart.'),
	merge_key: z
		.union([text().transform(key => [key]), z.array(text())])
		.nullish()
		.describe(
			'With merge: column or columns of what is restated as a whole, such as a day. All rows with values that come again go, whatever their primary_key.',
		),
	write_disposition: writeDisposition
		.nullish()
		.describe('append adds, replace starts anew, merge updates by primary_key, merge_key or both.'),
	allow_empty: z
		.boolean()
		.nullish()
		.describe(
			'true: a replace without rows empties the table. Default: it fails, and the rows of the last run stay.',
		),
	columns: columns.nullish().describe('Types and hints of columns; what is left out is inferred.'),
	schema_contract: z
		.union([
			contractMode.transform(mode => ({tables: mode, columns: mode, data_type: mode})),
			object({
				tables: contractMode.optional().describe('For new tables.'),
				columns: contractMode.optional().describe('For new columns.'),
				data_type: contractMode.optional().describe('For values that do not fit the type of their column.'),
			}),
		])
		.nullish()
		.describe('What happens to data that the schema does not foresee. Default: evolve.'),
	max_table_nesting: count().nullish().describe('Levels of nested objects and lists that are taken apart.'),
	selected: z.boolean().nullish().describe('false: only read when asked for by name. Default: true.'),
	nested: z
		.enum(['json', 'flatten', 'tables'])
		.nullish()
		.describe(
			'Nested objects as JSON columns, or as columns named parent__child; with tables lists are tables parent__child.',
		),
	naming: naming(),
	keep: z
		.enum(['first', 'last', 'combined'])
		.nullish()
		.describe(
			'Which of the records with the same primary_key stays; combined: the fields of all, for records in pieces.',
		),
	partition_by: z
		.union([
			text().transform(
				(
					column,
				): {column: string; unit?: 'year' | 'month' | 'day' | undefined; folder?: string | undefined} => ({
					column,
				}),
			),
			object({
				column: text().describe('Whose values name the folders.'),
				unit: z
					.enum(['year', 'month', 'day'])
					.optional()
					.describe('A folder for each year, month or day of a timestamp or date.'),
				folder: text()
					.regex(/^[A-Za-z0-9]\w*$/, 'letters, digits and _, and no _ at the front')
					.optional()
					.describe('What stands before the = in names of folders. Default: by_COLUMN, or COLUMN_UNIT.'),
			}),
		])
		.nullish()
		.describe('A folder for each value of this column: by_country=DE; load_date: for each day of loading.'),
	processing_steps: processingSteps
		.nullish()
		.describe('What is done to each record, in order, before anything else.'),
	parallelized: z
		.boolean()
		.nullish()
		.describe('true: up to 5 requests under way at once. Default: client.concurrency.'),
	...relationShape,
});

const laterOfResource = {
	later: ['parent_table_name', 'table_format', 'file_format', 'references', 'nested_hints'],
};

const ownShape = (endpoint: ReturnType<typeof endpointSchema>, plugins: FromPlugins) => ({
	name: text().describe('Name of the resource; every one has its own.'),
	endpoint: z
		.union([z.string().transform((path): Endpoint => ({path})), endpoint])
		.nullish()
		.describe('Where the records are: a path, or an object with more to say.'),
	...resourceShape(plugins),
});

const clientShape = ({auth, paginator}: FromPlugins) => ({
	base_url: httpUrl({base: true}).describe('Start of every URL; "" when all paths are absolute.'),
	headers: z.record(text(), z.string()).nullish().describe('Sent with every request.'),
	auth: auth.nullish().describe('How requests prove who they are.'),
	paginator: paginator.nullish().describe('For endpoints that name none. Default: auto.'),
	retry: whenNeeded(() =>
		object({
			max_retries: count().optional().describe('Attempts after the first one.'),
			factor: z.number().min(1).optional().describe('By which the delay grows with every retry.'),
			delay: seconds().optional().describe('Seconds before the first retry.'),
			max_delay: seconds().optional().describe('Most seconds between two attempts.'),
			status_codes: z
				.array(z.int().min(100).max(599))
				.optional()
				.describe('HTTP statuses worth another attempt.'),
			jitter: z
				.boolean()
				.optional()
				.describe('Whether delays vary at random, so that many clients do not come back at once.'),
			max_retry_after: seconds()
				.optional()
				.describe('Most seconds that a Retry-After of the server is waited for.'),
		}),
	)
		.nullish()
		.describe('What happens after a failed request.'),
	response_actions: responseActions
		.nullish()
		.describe('What to do about certain answers of any endpoint; the first rule that fits decides.'),
	rate_limit: rateLimit
		.nullish()
		.describe('Spreads the requests of all resources over time. Default: no limit but those of the server.'),
	max_requests: z
		.int()
		.positive()
		.nullish()
		.describe('Most requests of one run, retries included; one more fails.'),
	timeouts: whenNeeded(() =>
		object({
			connect: moreThanNoTime().optional().describe('Seconds until the connection stands.'),
			headers: moreThanNoTime().optional().describe('Seconds until the headers of the response.'),
			body_idle: moreThanNoTime().optional().describe('Seconds without a byte of the body.'),
			total: moreThanNoTime().optional().describe('Seconds for one attempt as a whole.'),
		}),
	)
		.nullish()
		.describe('How long to wait for what.'),
	concurrency: z
		.int()
		.positive()
		.optional()
		.describe(
			'Requests under way at once: pages ahead, and partitions of a resource. Fewer while the server is slower. Default: 1.',
		),
	max_buffer: z
		.int()
		.positive()
		.optional()
		.describe('Bytes of answers that wait for their turn at most. Default: 67108864.'),
	max_body_bytes: z
		.int()
		.positive()
		.optional()
		.describe('Most bytes of one answer that are held in memory; a larger one fails. Default: 268435456.'),
	trusted_origins: z
		.array(httpUrl({}))
		.nullish()
		.describe(
			'Origins that get credentials and headers as that of base_url does: https://files.example.com. Default: none.',
		),
	rewrite_links: z
		.enum(['base_url'])
		.nullish()
		.describe(
			'base_url: next links to another origin are followed at that of base_url. Default: as they are.',
		),
	cookies: z
		.boolean()
		.nullish()
		.describe('true: cookies that the API sets are kept during a run, and sent back to it. Default: false.'),
	tls: tls
		.nullish()
		.describe(
			'Whom to trust over TLS, and who we are. Default: the authorities of Node and NODE_EXTRA_CA_CERTS.',
		),
	proxy: proxyUrl()
		.nullish()
		.describe(
			'Proxy for all requests: http://user:password@proxy.example:3128, or socks5://…. null: none. Default: HTTP_PROXY, HTTPS_PROXY or ALL_PROXY, but for hosts in NO_PROXY.',
		),
});

/** The schema of a config that may use these plugins. */
export function configSchema(registry: Registry) {
	const plugins: FromPlugins = {
		auth: authSchema(registry),
		bodyFormat: bodyFormatSchema(registry),
		paginator: paginatorSchema(registry),
		processingSteps: processingStepsSchema(registry),
	};
	const shape = endpointShape(plugins);
	const endpoint = endpointSchema(shape);
	const options = {...laterOfResource, inside: {endpoint: Object.keys(shape)}};
	const resource = object(ownShape(endpoint, plugins), options);
	const defaults = object(
		{
			endpoint: endpoint.nullish().describe('Merged key by key with the endpoint of each resource.'),
			...resourceShape(plugins),
		},
		options,
	);
	return object(
		{
			$schema: z.string().optional().describe('Address of this JSON Schema, for editors.'),
			name: text().nullish().describe('Name of the pipeline, for messages.'),
			client: object(clientShape(plugins), {later: ['session']}).describe('The API.'),
			resource_defaults: defaults
				.nullish()
				.describe('What all resources have in common; each may say otherwise.'),
			resources: z
				.array(z.union([text().transform((name): z.output<typeof resource> => ({name})), resource]))
				.describe('What to read. Plain text is a name and a path in one.'),
			naming: naming(),
			output: outputSchema(registry).nullish().describe('Where the records go.'),
			plugins: pluginList.optional(),
		},
		{before: ['include']},
	);
}

type ConfigSchema = ReturnType<typeof configSchema>;

/** A config as it is written. */
export type ConfigInput = z.input<ConfigSchema>;
/**
 * A config as it was understood: one spelling for each meaning, defaults of auth, paginators and output
 * filled in.
 */
export type Config = z.infer<ConfigSchema>;
export type Resource = Config['resources'][number];

function isJson(value: unknown): boolean {
	if (typeof value === 'number') return Number.isFinite(value);
	if (value === undefined || value === null || typeof value === 'string' || typeof value === 'boolean')
		return true;
	if (Array.isArray(value)) return value.every(isJson);
	return isPlainObject(value) && Object.values(value).every(isJson);
}
