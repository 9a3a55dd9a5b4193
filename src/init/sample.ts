/** Requests a few pages of an API as a sample. */
import {parse} from 'yaml';
import type {ConfigObject} from '../config/define.ts';
import {type LoadedConfig, loadConfig} from '../config/load/load.ts';
import {asObject} from '../config/tree.ts';
import {RequestError} from '../core/errors.ts';
import type {JsonValue} from '../core/json/json.ts';
import type {Cursor, JsonRecord} from '../core/page.ts';
import {pipeline} from '../core/pipeline.ts';
import type {Schema} from '../core/schema/schema.ts';
import {sink} from '../core/stage.ts';
import type {Answered} from '../http/rules/response-rules.ts';
import {guessAt} from '../plugins/paginators/auto.ts';
import {configOf, reasonOf} from '../resource/paging/guess.ts';
import {connect} from '../run/connect.ts';
import {Emitter} from '../run/emitter.ts';
import type {RunEvent} from '../run/events.ts';
import {Resources} from '../run/resources.ts';

/** Enough to see whether the second page differs, and whether keys are repeated. */
export const SAMPLE_PAGES = 3;
const MOST_ROWS = 3000;

export interface Sample {
	readonly rows: readonly JsonRecord[];
	/** The number of rows of each page. */
	readonly sizes: readonly number[];
	readonly schema: Schema;
	/** The first response, if its body has a value: JSON or XML. */
	readonly answer?: Pick<Answered, 'headers'> & {readonly body: JsonValue};
	/** The result of `auto`, and whether a second page has confirmed it. */
	readonly paginator?: {readonly config: unknown; readonly reason: string; readonly isProved: boolean};
	/** The reason why no further page could be read. */
	readonly failure?: unknown;
	readonly requests: number;
}

export interface SampleOptions {
	readonly env: NodeJS.Dict<string>;
	readonly envFile?: string | undefined;
	readonly cwd?: string;
	readonly pages?: number;
	readonly signal: AbortSignal;
	readonly onEvent: (event: RunEvent) => void;
	/** Whether a rule looks at the first body. A body that is read as it comes, such as CSV, lets no rule. */
	readonly looks?: boolean;
}

/** Throws the error of the first page, if it failed. */
export async function sampled(config: ConfigObject, options: SampleOptions): Promise<Sample> {
	const {env, envFile, cwd = '.', pages = SAMPLE_PAGES, looks = true, signal, onEvent} = options;
	let answer: Sample['answer'];
	const look = (given: Answered): undefined => {
		if (answer || given.status >= 300 || given.json === undefined) return;
		answer = {headers: given.headers, body: given.json};
	};
	const loaded: LoadedConfig = await loadConfig(looks ? watched(config, look) : config, {
		env,
		cwd,
		...(envFile !== undefined && {envFile}),
	});
	let told: {readonly paginator: string; readonly reason: string; readonly config: string} | undefined;
	let requests = 0;
	const emitter = new Emitter({
		onEvent(event) {
			if (event.type === 'detected') told = event;
			if (event.type === 'request') requests++;
			onEvent(event);
		},
	});
	const rows: JsonRecord[] = [];
	const sizes: number[] = [];
	let schema: Schema = {columns: []};
	let last: Cursor | undefined;
	const collect = sink({
		name: 'init',
		write(page) {
			rows.push(...page.records);
			sizes.push(page.records.length);
			schema = page.schema ?? schema;
			last = page.cursor ?? last;
		},
		async close() {},
	});
	const connection = connect(loaded, {emitter, signal, traces: true});
	let failure: unknown;
	try {
		const [resource] = new Resources(loaded).all;
		if (!resource) throw new TypeError('a config without a resource');
		const {source, stages} = connection.extraction(resource, {limit: {pages, records: MOST_ROWS}});
		await pipeline(source, ...stages, collect, {signal});
	} catch (error) {
		if (looks && !answer && error instanceof RequestError && error.status === 200 && !signal.aborted)
			return await sampled(config, {...options, looks: false});
		if (sizes.length === 0 || signal.aborted) throw error;
		failure = error;
	} finally {
		await connection.close();
	}
	const found = paginatorOf(told, last, sizes.length > 1);
	return {
		rows,
		sizes,
		schema,
		requests,
		...(answer && {answer}),
		...(found && {paginator: found}),
		...(failure !== undefined && {failure}),
	};
}

/** The config with a function that gets each response. */
function watched(config: ConfigObject, look: (answer: Answered) => undefined): ConfigObject {
	const resources = (config.resources ?? []) as readonly object[];
	return {
		...config,
		resources: resources.map(resource => ({
			...resource,
			endpoint: {...asObject(asObject(resource).endpoint), response_actions: [look]},
		})),
	} as ConfigObject;
}

function paginatorOf(
	told: {readonly reason: string; readonly config: string} | undefined,
	last: Cursor | undefined,
	areSeveral: boolean,
): Sample['paginator'] {
	// `auto` tries several names of a parameter, and tells of the one that the server accepts. The last place has
	// the one that was tried last.
	const at = guessAt(asObject(last).at as JsonValue | undefined);
	const reason = told?.reason ?? (at && reasonOf(at.guess));
	const text = at ? configOf(at.guess) : told?.config;
	if (reason === undefined || text === undefined) return undefined;
	return {config: parse(text).paginator, reason, isProved: areSeveral && at?.isOnly !== false};
}
