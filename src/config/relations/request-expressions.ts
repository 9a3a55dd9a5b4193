/** Expressions of an endpoint, whose values go into its requests. */
import {SelectorError} from '../../core/errors.ts';
import {type Expression, expression} from '../../core/expression.ts';
import {type JsonValue, textOf} from '../../core/json/json.ts';
import {parsePath} from '../../core/path/path.ts';
import {messageOf} from '../../core/stage.ts';
import {segments} from '../../http/url.ts';
import type {ResolvedEndpoint} from '../compile/resolve.ts';
import {expressionNames} from '../endpoint/expressions.ts';
import {doubled, fillSome, placeholders} from '../placeholders/braces.ts';
import {expressionName} from '../placeholders/expression-name.ts';
import {fillTree, type Lookup} from '../placeholders/fill-tree.ts';
import {leadsElsewhere} from '../placeholders/in-path.ts';
import type {Reference} from '../placeholders/reference.ts';
import {eachText, isPlainObject} from '../tree.ts';
import type {RequestValues} from './request-values.ts';

type Parts = Pick<ResolvedEndpoint, 'path' | 'params' | 'headers'> &
	Partial<Pick<ResolvedEndpoint, 'json' | 'data' | 'expressions'>>;

/** The expressions that the request has placeholders for, by their names. */
export function expressionsIn({
	path,
	params,
	headers,
	json,
	data,
	expressions = {},
}: Parts): Map<string, Expression> {
	const found = new Map<string, Expression>();
	eachText([path, params, headers, json, data], text => {
		for (const placeholder of placeholders(text)) {
			const name = expressionName(placeholder);
			const given = name === undefined ? undefined : expressions[name];
			if (name !== undefined && given !== undefined) found.set(name, expression(given, expressionNames));
		}
	});
	return found;
}

/** The values that expressions read, as references of the resource. A request does not need them. */
export function referencesOf(expressions: ReadonlyMap<string, Expression>): Map<string, Reference> {
	const found = new Map<string, Reference>();
	for (const {reads} of expressions.values())
		for (const [root, name, ...keys] of reads) {
			if (root === 'partitions') found.set(`partitions.${name}`, {partition: String(name)});
			if (root !== 'resources') continue;
			const text = `$${keys.map(key => `[${typeof key === 'number' ? key : quoted(key)}]`).join('')}`;
			const reference = {resource: String(name), path: parsePath(text), isOptional: true};
			found.set(`resources.${name}${text.slice(1)}`, reference);
		}
	return found;
}

function quoted(key: string): string {
	return `'${key.replace(/[\\']/g, '\\$&')}'`;
}

/** The endpoint with the values of its expressions. What has no value is left out, but for a part of the path. */
export function withExpressions<E extends ResolvedEndpoint>(
	name: string,
	endpoint: E,
	expressions: ReadonlyMap<string, Expression>,
	values: RequestValues,
): E {
	if (expressions.size === 0) return endpoint;
	const known = new Map([...expressions].map(([key, given]) => [key, evaluated(name, key, given, values)]));
	const lookup: Lookup = placeholder => {
		const key = expressionName(placeholder);
		return key !== undefined && known.has(key) ? {value: known.get(key) ?? undefined} : undefined;
	};
	const {json, data} = endpoint;
	const filledJson = json === undefined ? undefined : fillTree(json, lookup);
	const filledData = data === undefined ? undefined : fillTree(data, lookup);
	const {json: _, data: __, ...rest} = endpoint;
	return {
		...(rest as E),
		path: fillSome(endpoint.path, placeholder => {
			const found = lookup(placeholder);
			return found && doubled(inPath(name, placeholder, found.value));
		}),
		params: eachValue(fillTree(endpoint.params, lookup), value =>
			isPlainObject(value) ? textOf(value as JsonValue) : value,
		),
		headers: eachValue(fillTree(endpoint.headers, lookup), value => textOf(value as JsonValue)),
		...(filledJson !== undefined && {json: filledJson}),
		...(filledData !== undefined && {data: filledData}),
	};
}

function eachValue<T>(object: unknown, change: (value: unknown) => unknown): {[key: string]: T} {
	const entries = Object.entries(object as object).map(([key, value]) => [key, change(value)] as const);
	return Object.fromEntries(entries) as {[key: string]: T};
}

function evaluated(name: string, key: string, given: Expression, values: RequestValues): JsonValue {
	try {
		return given.value(values);
	} catch (error) {
		throw new SelectorError(`${name}: expressions.${key}: ${messageOf(error)}`);
	}
}

function inPath(name: string, placeholder: string, value: JsonValue | undefined): string {
	const text = textOf(value ?? null);
	if (value === undefined || leadsElsewhere(text))
		throw new SelectorError(
			`${name}: {${placeholder}} is ${value === undefined ? 'without a value' : JSON.stringify(text)}, ` +
				'which cannot stand in a path',
		);
	return segments(text);
}
