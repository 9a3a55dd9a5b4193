/** Replays a table of inputs and outputs of one function of dlt through ours. */
import {isDeepStrictEqual} from 'node:util';
import type {ResolvedEndpoint} from '../../src/config/compile/resolve.ts';
import {hasLoneBrace, isSingleEntity, placeholders, template} from '../../src/config/placeholders/braces.ts';
import {parseReference, type Reference} from '../../src/config/placeholders/reference.ts';
import {requestTemplate} from '../../src/config/relations/request-template.ts';
import {mapLeaves} from '../../src/config/tree.ts';
import {type JsonObject, type JsonValue, stringify} from '../../src/core/json/json.ts';
import type {Column} from '../../src/core/schema/schema.ts';
import {redactUrl} from '../../src/http/secrets/redact.ts';
import {joinUrl} from '../../src/http/url.ts';
import {coerce} from '../../transforms/normalize/coerce.ts';
import {columnName} from '../../transforms/normalize/naming.ts';
import type {Case, Outcome, TableRow} from './case.ts';
import {rowSkips} from './skips.ts';

/** One question to a function: what was measured of dlt, and what ours says. */
interface Question {
	/** Names it in `skips.ts`. */
	readonly key: string;
	readonly expected: unknown;
	readonly ours: () => unknown;
}

export function replayUnit({name, table = []}: Case): Outcome {
	const questions = tables[name]?.(table);
	if (!questions) return {ok: false, why: `no function of ours is known for ${name}`};
	const reasons = rowSkips[name] ?? {};
	const wrong: string[] = [];
	const met = new Set<string>();
	for (const {key, expected, ours} of questions) {
		const got = outcome(ours);
		const isSame = isDeepStrictEqual(got, expected);
		if (!isSame) met.add(key);
		if (!isSame && reasons[key] === undefined)
			wrong.push(`${key}: expected ${show(expected)}, got ${show(got)}`);
	}
	for (const key of Object.keys(reasons))
		if (!met.has(key)) wrong.push(`${key} is listed as a difference, and there is none`);
	return wrong.length === 0 ? {ok: true} : {ok: false, why: wrong.join('\n')};
}

const FAILS = Symbol('fails');

function outcome(work: () => unknown): unknown {
	try {
		return work();
	} catch {
		return FAILS;
	}
}

function show(value: unknown): string {
	return value === FAILS ? 'an error' : (JSON.stringify(value) ?? String(value));
}

const single =
	(work: (given: string) => unknown) =>
	(table: readonly TableRow[]): Question[] =>
		table.map(({in: given, out}) => ({key: String(given), expected: out, ours: () => work(given as string)}));

const tables: Readonly<Record<string, (table: readonly TableRow[]) => Question[]>> = {
	'unit-single-entity-path': single(isSingleEntity),
	'unit-redact-url': single(url => redactUrl(url)),
	'unit-snake-case': single(key => columnName(key, 'snake_case')),
	'unit-join-url': table =>
		table.map(({base, path, out, error}) => ({
			key: `${base} + ${path}`,
			expected: error === undefined ? out : FAILS,
			ours: () => joinUrl(base as string, path as string),
		})),
	'unit-expand-placeholders': table =>
		table.flatMap(({in: given = null, ...measured}) =>
			(['preserve_true', 'preserve_false'] as const).map(mode => {
				const {out, error} = measured[mode] as {out?: JsonValue; error?: string};
				return {
					key: `${mode}: ${stringify(given)}`,
					expected: error === undefined ? out : FAILS,
					ours: () => expanded(given, mode === 'preserve_true' ? 'json' : 'params'),
				};
			}),
		),
	'unit-coercions': coercions,
};

const context: JsonObject = {id: 7, s: 'a b', n: null, t: true, f: 2.5, l: [1, 2], o: {k: 'v'}};

// A bare name is a value of the resource's own params there, which have no other place here than the path; a
// parent's row stands in.
function expanded(given: JsonValue, part: 'json' | 'params'): unknown {
	const references = new Map<string, Reference>();
	const spelled = mapLeaves({value: given}, leaf => {
		if (typeof leaf !== 'string') return leaf;
		const text = template(leaf.replace(/(?<!\{)((?:\{\{)*)\{(\w+)\}/g, '$1{resources.own.$2}'));
		if (hasLoneBrace(text)) throw new Error('refused by the check of the config');
		for (const name of placeholders(text)) {
			const reference = parseReference(name);
			if ('problem' in reference) throw new Error(reference.problem);
			references.set(name, reference);
		}
		return text;
	});
	const endpoint: ResolvedEndpoint = {
		path: '',
		method: 'GET',
		params: {},
		headers: {},
		paginator: {type: 'single_page'},
		auth: null,
		[part]: spelled,
	};
	const relation = {
		references,
		include: [],
		partitions: {},
		distinct: false,
		onMissing: 'fail',
		concurrency: 1,
	} as const;
	const rows = {own: context, p: {id: 9, x: {y: 'deep'}}};
	const request = requestTemplate('r', endpoint, relation).request([{rows, values: {}, where: ''}]);
	const filled =
		part === 'params' ? request.params : request.body && 'json' in request.body && request.body.json;
	return (filled as JsonObject).value;
}

const types = ['text', 'bigint', 'double', 'timestamp', 'date', 'decimal', 'json', 'binary', 'bool'] as const;

// What is not in the table failed.
function coercions(table: readonly TableRow[]): Question[] {
	const listed = new Map(
		table.map(({value, from, to, out}) => [stringify([value ?? null, from ?? null, to ?? null]), out]),
	);
	const values = new Map(
		table.map(({value, from}) => [stringify([value ?? null, from ?? null]), {value: value ?? null, from}]),
	);
	return [...values.values()].flatMap(({value, from}) =>
		types
			.filter(to => to !== from)
			.map(to => {
				const place = stringify([value, from as string, to]);
				return {
					key: `${stringify(value)} from ${from} to ${to}`,
					expected: listed.has(place) ? canonical(listed.get(place), to) : FAILS,
					ours: () => {
						const column = {name: 'c', nullable: true, type: to, precision: 38, scale: 9} as Column;
						const result = coerce(column, value);
						if (result === undefined) throw new Error('does not fit');
						return to === 'binary'
							? Buffer.from(String(result), 'base64').toString('latin1')
							: canonical(result, to);
					},
				};
			}),
	);
}

// An instant, bytes and a decimal are the same however they are spelled.
function canonical(value: JsonValue | undefined, type: (typeof types)[number]): unknown {
	if (typeof value !== 'string') return value;
	if (type === 'timestamp') return Date.parse(/[Z+]|-\d\d:\d\d$/.test(value) ? value : `${value}Z`);
	if (type === 'decimal') return Number(value);
	if (type !== 'binary') return value;
	return value
		.slice(2, -1)
		.replace(/\\x([\da-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
