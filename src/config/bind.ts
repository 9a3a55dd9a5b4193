/** Puts the values of a partition into a request: rows of parents and listed values, in place of their placeholders. */
import {SelectorError} from '../core/errors.ts';
import {Decimal, type JsonObject, type JsonValue, stringify} from '../core/json.ts';
import {isObject, parsePath} from '../core/path.ts';
import type {QueryScalar, QueryValue} from '../http/url.ts';
import type {PartitionRequest} from '../resource/partitioned.ts';
import type {Binding} from '../resource/partitions.ts';
import {bodyOf} from './body.ts';
import {fill} from './braces.ts';
import type {Reference} from './reference.ts';
import type {Relation} from './relation.ts';
import type {ResolvedEndpoint} from './resolve.ts';
import {mapLeaves} from './tree.ts';

export interface Binder {
	/** Whether the request can be made: no value is missing or null. */
	isComplete(binding: Binding): boolean;
	/** Throws when a value is missing. */
	request(bindings: readonly Binding[]): PartitionRequest;
	/** What tells one request from another: the values by their placeholders, as JSON. */
	key(binding: Binding): string;
	/** What the child's records get from the parent's row. */
	include(binding: Binding): JsonObject;
}

/** `name` is the resource that the requests are for, `parent` the one whose rows are included. */
export function binder(
	name: string,
	parent: string | undefined,
	endpoint: ResolvedEndpoint,
	{references, include, batch}: Relation,
): Binder {
	const included = include.map(path => ({key: columnName(parent ?? '', path), path: parsePath(path)}));

	function valuesOf(placeholder: string, bindings: readonly Binding[]): JsonValue[] {
		const reference = references.get(placeholder);
		if (!reference) return [];
		return bindings.map(binding => boundValue(reference, binding) ?? fail(placeholder, reference, binding));
	}

	function fail(placeholder: string, reference: Reference, {rows, where}: Binding): never {
		const row = 'resource' in reference ? rows[reference.resource] : undefined;
		const keys = row ? `; its fields: ${Object.keys(row).join(', ')}` : '';
		throw new SelectorError(
			`${name}: ${where}: no value for {${placeholder}}${keys}. With on_missing: skip such rows are left out`,
		);
	}

	// In one text, the values of a batch stand side by side.
	function joined(text: string, bindings: readonly Binding[], spell: (value: JsonValue) => string, separator: string): string {
		return fill(text, placeholder =>
			references.has(placeholder) ? valuesOf(placeholder, bindings).map(spell).join(separator) : undefined,
		);
	}

	/** The values themselves where a text is one placeholder and nothing else. */
	function whole(text: string, bindings: readonly Binding[]): JsonValue[] | undefined {
		const placeholder = text.slice(1, -1);
		return text.startsWith('{') && text.endsWith('}') && references.has(placeholder)
			? valuesOf(placeholder, bindings)
			: undefined;
	}

	return {
		isComplete: binding =>
			[...references.values()].every(reference => boundValue(reference, binding) !== undefined) &&
			included.every(({path}) => path.first(binding.rows[parent ?? ''] ?? null) !== undefined),
		key: binding => {
			const names = [...references.keys()].sort();
			const values = names.map((name): [string, JsonValue] => {
				const reference = references.get(name);
				return [name, (reference && boundValue(reference, binding)) ?? null];
			});
			return stringify(Object.fromEntries(values));
		},
		include: ({rows, where}) =>
			Object.fromEntries(
				included.map(({key, path}) => {
					const row = rows[parent ?? ''] ?? {};
					const value = path.first(row);
					if (value !== undefined) return [key, value];
					throw new SelectorError(
						`${name}: ${where}: no "${path.text}" to include; its fields: ${Object.keys(row).join(', ')}. With on_missing: skip such rows are left out`,
					);
				}),
			),
		request(bindings) {
			const separator = batch?.separator ?? ',';
			const asText = (text: string): string => joined(text, bindings, textOf, separator);
			const asJson = (text: string): JsonValue => {
				const values = whole(text, bindings);
				if (!values) return asText(text);
				return batch ? values : (values[0] ?? null);
			};
			const inPath = (value: JsonValue): string => segment(value, name);
			const body = bodyOf({
				...(endpoint.json !== undefined && {json: leaves(endpoint.json, asJson)}),
				...(endpoint.data !== undefined && {data: leaves(endpoint.data, asText)}),
			});
			return {
				path: joined(endpoint.path, bindings, inPath, encodeURI(separator)),
				params: leaves<Record<string, QueryValue>>(endpoint.params, text => {
					const [value, ...others] = whole(text, bindings) ?? [];
					return value !== undefined && others.length === 0 && !batch ? queryValue(value) : asText(text);
				}),
				headers: leaves(endpoint.headers, asText),
				...(body && {body}),
			};
		},
	};
}

function boundValue(reference: Reference, {rows, values}: Binding): JsonValue | undefined {
	const value = 'partition' in reference ? values[reference.partition] : reference.path.first(rows[reference.resource] ?? null);
	return value === null ? undefined : value;
}

function leaves<T>(tree: T | ResolvedEndpoint['params'], replace: (text: string) => unknown): T {
	return mapLeaves(tree, leaf => (typeof leaf === 'string' ? replace(leaf) : leaf)) as T;
}

function textOf(value: JsonValue): string {
	return isObject(value) || Array.isArray(value) ? stringify(value) : String(value);
}

function queryValue(value: JsonValue): QueryValue {
	return Array.isArray(value) && value.every(isScalar) ? value.map(scalar) : textOf(value);
}

function isScalar(value: JsonValue): value is QueryScalar | Decimal {
	return value instanceof Decimal || value === null || typeof value !== 'object';
}

function scalar(value: QueryScalar | Decimal): QueryScalar {
	return value instanceof Decimal ? value.text : value;
}

// A value of an API is one segment, whatever is in it; dots alone would lead to another path, encoded or not.
function segment(value: JsonValue, name: string): string {
	const text = textOf(value);
	if (/^\.{0,2}$/.test(text))
		throw new SelectorError(`${name}: ${JSON.stringify(text)} cannot stand in a path; leave such rows of the parent out`);
	return encodeURIComponent(Buffer.from(text).toString());
}

/** `_users_id`; of a path into the row, `_users_address__city`. */
function columnName(parent: string, path: string): string {
	const steps = path.split(/[.[\]'"$]+/).filter(Boolean);
	return `_${parent}_${steps.join('__')}`;
}
