/**
 * The template of a resource's requests. Rows of parents and listed values replace their placeholders, after
 * the range of an incremental resource.
 */
import {SelectorError} from '../../core/errors.ts';
import type {Expression} from '../../core/expression.ts';
import {Decimal, type JsonValue, stringify, textOf} from '../../core/json/json.ts';
import {ownValue} from '../../core/own.ts';
import type {Path} from '../../core/path/path.ts';
import type {QueryScalar, QueryValue} from '../../http/url.ts';
import {segment, segments} from '../../http/url.ts';
import type {Range} from '../../resource/incremental/range.ts';
import type {PartitionRequest} from '../../resource/partitions/partitioned.ts';
import {type Binding, resourceOf, rowOf} from '../../resource/partitions/partitions.ts';
import type {RequestTemplate} from '../../resource/partitions/plan.ts';
import type {ResolvedEndpoint} from '../compile/resolve.ts';
import {bodyOf} from '../endpoint/body.ts';
import {withRange} from '../incremental/range.ts';
import {fill} from '../placeholders/braces.ts';
import {pageNames} from '../placeholders/cursor-in-path.ts';
import {leadsElsewhere, onlyPlaceholder} from '../placeholders/in-path.ts';
import {alternatives, parseIncluded, type Reference, type RowReference} from '../placeholders/reference.ts';
import {mapLeaves} from '../tree.ts';
import {pageTemplate} from './page-template.ts';
import type {Relation} from './relation.ts';
import {expressionsIn, withExpressions} from './request-expressions.ts';
import {requestValues} from './request-values.ts';

/**
 * `name` is the resource of the requests. Without a relation, only the range is filled in. A plain path in
 * `include` leads into the row of the first of `branches`.
 */
export function requestTemplate(
	name: string,
	endpoint: ResolvedEndpoint,
	{references, include, batch}: Pick<Relation, 'references' | 'include' | 'batch'>,
	branches: readonly string[] = [],
): RequestTemplate {
	const included = include.map(text => includedIn(text, branches));
	const all = expressionsIn(endpoint);
	const isLate = ([, {names}]: [string, Expression]): boolean => pageNames.some(name => names.has(name));
	const expressions = new Map([...all].filter(each => !isLate(each)));
	const ofPages = pageTemplate(
		name,
		endpoint,
		(endpoint.values_in_path ?? []).map(value => value.name),
		new Map([...all].filter(isLate)),
	);

	function valuesOf(placeholder: string, bindings: readonly Binding[]): JsonValue[] {
		const reference = references.get(placeholder);
		if (!reference) return [];
		return bindings.map(binding => boundValue(reference, binding) ?? fail(placeholder, reference, binding));
	}

	function fail(placeholder: string, reference: Reference, binding: Binding): never {
		const row = 'resource' in reference ? rowOf(binding, reference.resource) : undefined;
		const keys = row ? `; its fields: ${Object.keys(row).join(', ')}` : '';
		throw new SelectorError(
			`${name}: ${binding.where}: no value for {${placeholder}}${keys}. With on_missing: skip such rows ` +
				'are left out',
		);
	}

	// In one text, the values of a batch are joined.
	function joined(text: string, bindings: readonly Binding[], spell: Spell, separator: string): string {
		return fill(text, placeholder =>
			references.has(placeholder)
				? valuesOf(placeholder, bindings)
						.map(value => spell(value, placeholder))
						.join(separator)
				: undefined,
		);
	}

	/** The values themselves if a text is one placeholder and nothing else. */
	function whole(text: string, bindings: readonly Binding[]): JsonValue[] | undefined {
		const placeholder = text.slice(1, -1);
		return text.startsWith('{') && text.endsWith('}') && references.has(placeholder)
			? valuesOf(placeholder, bindings)
			: undefined;
	}

	function keyed(binding: Binding, spell: (placeholder: string, reference: Reference) => string): string {
		const values = [...references].map(([placeholder, reference]): [string, JsonValue] => [
			spell(placeholder, reference),
			boundValue(reference, binding) ?? null,
		]);
		return stringify(Object.fromEntries(values.sort(([one], [other]) => (one < other ? -1 : 1))));
	}

	function includedFrom(
		{resource, path}: RowReference,
		binding: Binding,
	): [column: string, value: JsonValue][] {
		const row = rowOf(binding, resource) ?? {};
		const value = path.first(row);
		if (value === undefined)
			throw new SelectorError(
				`${name}: ${binding.where}: no "${path.text}" to include; its fields: ` +
					`${Object.keys(row).join(', ')}. With on_missing: skip such rows are left out`,
			);
		const origin = resourceOf(binding, resource);
		return alternatives(resource).map(one => [columnName(one, path), one === origin ? value : null]);
	}

	function ranged(range: Range | undefined): ResolvedEndpoint {
		const {endpoint} = ofPages;
		const {incremental} = endpoint;
		return incremental && range ? withRange(name, endpoint, incremental, range) : endpoint;
	}

	function filledIn(ranged: ResolvedEndpoint, bindings: readonly Binding[]): PartitionRequest {
		const values = requestValues(ranged, bindings[0]);
		const endpoint = withExpressions(name, ranged, expressions, values);
		const perPage = ofPages.fillWith(values);
		const separator = batch?.separator ?? ',';
		const asText = (text: string): string => joined(text, bindings, textOf, separator);
		const asJson = (text: string): JsonValue => {
			const values = whole(text, bindings);
			if (!values) return asText(text);
			return batch ? values : (values[0] ?? null);
		};
		const inPath: Spell = (value, placeholder) => pathValue(value, name, references.get(placeholder));
		// A URL from a response is followed as it is. It gets credentials only if the client trusts its origin.
		const [link] = onlyPlaceholder(endpoint.path) === undefined ? [] : (whole(endpoint.path, bindings) ?? []);
		const isLink = typeof link === 'string' && /^https?:\/\//i.test(link);
		if (isLink && !URL.canParse(link))
			throw new SelectorError(`${name}: ${JSON.stringify(link)} is not a URL that can be followed`);
		const body = bodyOf({
			...(endpoint.json !== undefined && {json: leaves(endpoint.json, asJson)}),
			...(endpoint.data !== undefined && {data: leaves(endpoint.data, asText)}),
		});
		return {
			path: isLink ? link : joined(endpoint.path, bindings, inPath, encodeURI(separator)),
			...(isLink && {isLink}),
			...(perPage && {perPage}),
			params: leaves<Record<string, QueryValue>>(endpoint.params, text => {
				const [value, ...others] = whole(text, bindings) ?? [];
				return value !== undefined && others.length === 0 && !batch ? queryValue(value) : asText(text);
			}),
			headers: leaves(endpoint.headers, asText),
			...(body && {body}),
		};
	}

	return {
		isComplete(binding) {
			// Rows of other branches are not known yet.
			const isFilled = (reference: Reference): boolean =>
				'partition' in reference ||
				reference.isOptional ||
				rowOf(binding, reference.resource) === undefined ||
				boundValue(reference, binding) !== undefined;
			return (
				[...references.values()].every(isFilled) &&
				included.every(({resource, path}) => {
					const row = rowOf(binding, resource);
					return row === undefined || path.first(row) !== undefined;
				})
			);
		},
		values: binding => keyed(binding, placeholder => placeholder),
		key: binding =>
			keyed(binding, (placeholder, reference) =>
				'partition' in reference
					? placeholder
					: placeholder.replace(reference.resource, () => resourceOf(binding, reference.resource)),
			),
		...(included.length > 0 && {
			include: (binding: Binding) =>
				Object.fromEntries(included.flatMap(each => includedFrom(each, binding))),
		}),
		request: bindings => filledIn(ranged(bindings[0]?.range), bindings),
	};
}

/** Turns the value of a placeholder into text. */
type Spell = (value: JsonValue, placeholder: string) => string;

// A plain path leads into the row of the only parent.
function includedIn(text: string, [parent = '']: readonly string[]): RowReference {
	const included = parseIncluded(text);
	if ('problem' in included) throw new TypeError(included.problem);
	return {resource: parent, ...included};
}

function boundValue(reference: Reference, binding: Binding): JsonValue | undefined {
	const value =
		'partition' in reference
			? ownValue(binding.values, reference.partition)
			: reference.path.first(rowOf(binding, reference.resource) ?? null);
	return value === null ? undefined : value;
}

function leaves<T>(tree: T | ResolvedEndpoint['params'], replace: (text: string) => unknown): T {
	return mapLeaves(tree, leaf => (typeof leaf === 'string' ? replace(leaf) : leaf)) as T;
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

// Slashes of a value stay, as in dlt, unless its placeholder asks for one segment.
function pathValue(value: JsonValue, name: string, reference: Reference | undefined): string {
	const text = textOf(value);
	if (leadsElsewhere(text))
		throw new SelectorError(
			`${name}: ${JSON.stringify(text)} cannot stand in a path; ${without(text, reference)}`,
		);
	return reference?.isWhole ? segment(text) : segments(text);
}

function without(text: string, reference: Reference | undefined): string {
	if (!reference || !('resource' in reference)) return 'leave it out of the list';
	const {resource, path} = reference;
	const field = path.text.startsWith('[') ? path.text : `.${path.text}`;
	return (
		`leave such rows of ${resource} out by a step there: processing_steps: [{filter: "@${field} != ` +
		`'${text}'"}]`
	);
}

/**
 * The name of a column for an included value: `_users_id`; for a path into the row, `_users_address__city`.
 */
function columnName(parent: string, {text}: Path): string {
	const steps = text.split(/[.[\]'"$]+/).filter(Boolean);
	return `_${parent}_${steps.join('__')}`;
}
