/**
 * Replays a case that has a config: runs it against the scripted server and compares requests, rows, waits
 * and the error.
 */
import {deepStrictEqual} from 'node:assert/strict';
import {isDeepStrictEqual} from 'node:util';
import {runInThisContext} from 'node:vm';
import {connection} from '../../src/config/compile/compile.ts';
import {resolveResources} from '../../src/config/compile/resolve.ts';
import {type JsonObject, type JsonValue, parse, stringify} from '../../src/core/json/json.ts';
import type {Page} from '../../src/core/page.ts';
import {isObject} from '../../src/core/path/path.ts';
import {parseConfig} from '../helpers/parse-config.ts';
import {type RecordedRequest, startServer} from '../helpers/server.ts';
import type {Case, ExpectedRequest, ExpectedRun, Outcome} from './case.ts';
import {wants} from './wants.ts';

interface Run {
	readonly requests: readonly RecordedRequest[];
	readonly rows: Readonly<Record<string, JsonValue[]>>;
	readonly waits: readonly number[];
	readonly error: unknown;
	readonly base: string;
	/** By resource. */
	readonly states: States;
}

type States = Readonly<Record<string, JsonObject>>;

export async function replayRequests(one: Case): Promise<Outcome> {
	const want = wants[one.name];
	if (one.dlt_defect && !want)
		return {skip: `the measured result is a defect (${one.dlt_defect.why}); no machine-readable aim for it`};
	let states: States = {};
	for (const [index, given] of (one.runs ?? [one]).entries()) {
		const {server, expect} = given as Pick<Case, 'server' | 'expect'>;
		const run = await execute({...one, ...(server && {server})}, states);
		const expected: ExpectedRun = (one.runs ? want?.reads?.[index] : want?.expect) ?? expect ?? {};
		const outcome = compareRun(one, run, expected, want?.error);
		if (!('ok' in outcome && outcome.ok)) return outcome;
		states = run.states;
	}
	return {ok: true};
}

function compareRun(one: Case, run: Run, expected: ExpectedRun, wanted: RegExp | undefined): Outcome {
	const pattern =
		wanted ?? (expected.error?.pattern === undefined ? undefined : new RegExp(expected.error.pattern));
	try {
		if (pattern) matchError(run.error, pattern);
		else if (expected.error)
			deepStrictEqual(run.error instanceof Error, true, 'an error was expected, none came');
		else if (run.error !== undefined) throw run.error;
		if (expected.requests) compareRequests(run.requests, expected.requests, one);
		if (expected.rows)
			for (const [name, rows] of Object.entries(expected.rows))
				deepStrictEqual(
					plain(run.rows[name] ?? []),
					withBase(rows, run).map(asRecord).filter(Boolean),
					`rows of ${name}`,
				);
		if (expected.waits_s) deepStrictEqual(run.waits, expected.waits_s, 'waits');
		for (const [path, {last_value, unique_hashes}] of Object.entries(expected.state_after ?? {})) {
			const stored = Object.values(run.states)[0]?.[path] as
				| {last_value?: JsonValue; hashes?: string[]}
				| undefined;
			// A text holds several hashes of sixteen characters.
			const hashes = (stored?.hashes ?? []).join('').length / 16;
			deepStrictEqual([stored?.last_value, hashes], [last_value, unique_hashes], 'state');
		}
		return {ok: true};
	} catch (error) {
		const requests = run.requests
			.map(request => `${request.method} ${request.path} ${JSON.stringify(request.query)}`)
			.join('\n');
		return {
			ok: false,
			why:
				`${error instanceof Error ? error.message : String(error)}\nrequests:\n${requests}\nerror: ` +
				`${String(run.error)}`,
		};
	}
}

async function execute(one: Case, before: States): Promise<Run> {
	const server = await startServer(one.server?.routes ?? []);
	const rows: Record<string, JsonValue[]> = {};
	const states: Record<string, JsonObject> = {...before};
	const waits: number[] = [];
	let error: unknown;
	try {
		const text = stringify(one.config as JsonValue).replaceAll('{{BASE}}', server.url);
		const config = parseConfig(
			profile(withFunctions(parse(text)) as {client?: Record<string, unknown>}, one.env ?? {}),
		);
		const api = connection(config, {
			sleep: async ms => {
				waits.push(ms / 1000);
			},
		});
		try {
			const chosen = resolveResources(config).filter(({name, selected}) =>
				one.select ? one.select.includes(name) : selected,
			);
			const limit = one.limit_pages === undefined ? {} : {limit: {pages: one.limit_pages}};
			for (const members of api.families(chosen)) {
				const reading = api
					.extractions(members, ({name}) => ({...limit, ...(before[name] && {state: before[name]})}))
					.map(async ({source}, i) => {
						const collected: JsonValue[] = [];
						rows[members[i]?.name ?? ''] = collected;
						for await (const {records, state, resource} of source as AsyncIterable<Page>) {
							collected.push(...records);
							if (state) states[resource] = {...states[resource], ...state};
						}
					});
				for (const result of await Promise.allSettled(reading))
					if (result.status === 'rejected') throw result.reason;
			}
		} finally {
			await api.close();
		}
	} catch (caught) {
		error = caught;
	} finally {
		await server.close();
	}
	return {requests: server.requests, rows, waits, error, base: server.url, states};
}

// `{"$fn": {"js": …}}` is how a case file writes a function.
function withFunctions(tree: JsonValue): unknown {
	if (Array.isArray(tree)) return tree.map(withFunctions);
	if (!isObject(tree)) return tree;
	if (isObject(tree.$fn)) return runInThisContext(`(${String(tree.$fn.js)})`);
	return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, withFunctions(value)]));
}

// dlt makes 5 attempts, waits 1, 2, 4, 8 s, and has no jitter; its environment variables change that. It asks
// for one page after the other.
function profile(config: {client?: Record<string, unknown>}, env: Readonly<Record<string, string>>): unknown {
	if (typeof config.client !== 'object') return config;
	const attempts = Number(env.RUNTIME__REQUEST_MAX_ATTEMPTS ?? 5);
	const delay = Number(env.RUNTIME__REQUEST_BACKOFF_FACTOR ?? 1);
	return {
		...config,
		client: {
			retry: {max_retries: attempts - 1, delay, factor: 2, jitter: false},
			concurrency: 1,
			...config.client,
		},
	};
}

function matchError(error: unknown, pattern: RegExp): void {
	const message = error instanceof Error ? error.message : '';
	if (!pattern.test(message)) throw new Error(`expected an error like ${pattern}, got: ${message || 'none'}`);
}

function compareRequests(
	got: readonly RecordedRequest[],
	expected: readonly ExpectedRequest[],
	one: Case,
): void {
	const actual = got.map((request, i) => simplify(request, expected[i], one.check_headers ?? []));
	const wanted = expected.map(request => ({...request, query: request.query ?? {}}));
	if (one.unordered) {
		for (const request of wanted)
			if (!actual.some(other => isDeepStrictEqual(other, request)))
				throw new Error(`missing: ${JSON.stringify(request)}`);
		deepStrictEqual(actual.length, wanted.length, 'number of requests');
		return;
	}
	deepStrictEqual(actual, wanted, 'requests');
}

// The request in the words of the expectation: only the parts that it names, and every query parameter.
function simplify(
	request: RecordedRequest,
	expected: ExpectedRequest | undefined,
	checked: readonly string[],
): Record<string, unknown> {
	const simple: Record<string, unknown> = {method: request.method, path: request.path, query: request.query};
	if (expected?.headers) {
		const names =
			checked.length > 0
				? checked.filter(name => expected.headers && name in expected.headers)
				: Object.keys(expected.headers);
		simple.headers = Object.fromEntries(
			names.map(name => [name, request.headers[name.toLowerCase()] ?? null]),
		);
	}
	if (expected?.json !== undefined) simple.json = request.json;
	if (expected?.form !== undefined) simple.form = request.body;
	if (expected?.body !== undefined) simple.body = request.body;
	return simple;
}

function withBase(rows: readonly JsonValue[], run: Run): JsonValue[] {
	return parse(stringify([...rows]).replaceAll('{{BASE}}', run.base)) as JsonValue[];
}

function plain(rows: readonly JsonValue[]): JsonValue[] {
	return rows.map(row => parse(stringify(row)));
}

// Rows that are no objects come as {value}.
function asRecord(row: JsonValue): JsonValue {
	return row !== null && (typeof row !== 'object' || Array.isArray(row)) ? {value: row} : row;
}
