/** Imports record filters and transformations as `processing_steps`. */
import {asObject, isPlainObject, type PlainObject} from '../../config/tree.ts';
import type {Node} from '../../template/parse/nodes.ts';
import {Template} from '../../template/template.ts';
import {conditionOf} from './conditions.ts';
import {expressionOf} from './expressions.ts';
import {isSettled, type Known} from './known.ts';
import {knownSteps} from './known-records.ts';
import {chainOf, onlyNode, partsOf, pathText} from './nodes.ts';
import {type Differences, LeftOut} from './outcome.ts';
import type {Placeholders} from './placeholders.ts';
import type {Request} from './requester.ts';
import {kindOf} from './value-kind.ts';

/** What the steps of a stream share. */
interface Around {
	readonly request: Request;
	readonly differences: Differences;
	readonly texts: Placeholders;
}

/** The filter as a step; `undefined` if it passes all records. */
export function filterOf(filter: unknown, above: Known, texts: Placeholders): PlainObject | undefined {
	if (!isPlainObject(filter)) return undefined;
	if (filter.type !== 'RecordFilter') throw new LeftOut('Python: record filter', String(filter.class_name));
	const known = above.in(filter);
	const template = known.template(String(filter.condition ?? ''), 'record filter');
	if (isSettled(template)) {
		const value = template.literal({});
		if (value) return undefined;
		throw new LeftOut('record filter: lets no record through', String(filter.condition));
	}
	const node = onlyNode(template);
	const condition = node && conditionOf(node, 'record');
	if (condition !== undefined) return {filter: condition};
	const what = 'record filter';
	return {filter: expressionOf(template, {what, texts, names: ['record'], isLater: true})};
}

/** Whether a filter only drops records before the start of the window. */
export function isStartFilter(filter: unknown, above: Known, cursorField: string, start: string): boolean {
	if (!isPlainObject(filter) || filter.type !== 'RecordFilter') return false;
	const template = above.in(filter).template(String(filter.condition ?? ''), 'record filter');
	const node = onlyNode(template);
	if (node?.kind !== 'compare' || node.rest.length > 1) return false;
	const [{operator, value} = {operator: '', value: undefined}] = node.rest;
	const record = chainOf(node.first);
	const bound = value && startChain(value);
	return (
		(operator === '>=' || operator === '>') &&
		record?.root === 'record' &&
		record.keys.join('.') === cursorField &&
		bound === start
	);
}

function startChain(node: Parameters<typeof chainOf>[0]): string | undefined {
	const plain =
		node.kind === 'method' && node.name === 'get'
			? {...node, args: {...node.args, values: node.args.values.slice(0, 1)}}
			: node;
	const chain = chainOf(plain);
	return chain && /^stream_(slice|interval|partition)$/.test(chain.root) ? chain.keys.join('.') : undefined;
}

export function stepsOf(transformations: unknown, above: Known, around: Around): PlainObject[] {
	const list = Array.isArray(transformations) ? transformations.map(asObject) : [];
	return list.flatMap(transformation => {
		const known = above.in(transformation);
		switch (transformation.type) {
			case 'AddFields':
				return added(transformation, known, around);
			case 'RemoveFields':
				return removed(transformation, known, around);
			case 'KeysToLower':
				return [{map: LOWER_KEYS}];
			case 'CustomTransformation':
				return knownSteps(transformation, {...around, known});
			default:
				throw new LeftOut(`record step: ${String(transformation.type)}`);
		}
	});
}

const LOWER_KEYS =
	'{% set o = {} %}{% for key, value in record | items %}{% set _ = o.update({key | lower: value}) %}' +
	'{% endfor %}{{ o }}';

function removed(
	{field_pointers: pointers, condition}: PlainObject,
	known: Known,
	{texts}: Around,
): PlainObject[] {
	const fields = (Array.isArray(pointers) ? pointers : []).map(pointer => {
		const keys = [pointer].flat().map(part => known.text(part, 'removed field'));
		if (keys[0] === '**' && keys.length <= 2 && !keys[1]?.includes('*')) return keys.join('.');
		if (keys.some(key => key.includes('*') && key !== '*'))
			throw new LeftOut('removed fields: by a pattern', keys.join('.'));
		return pathText(keys);
	});
	if (fields.length === 0) return [];
	const what = 'condition of a removed field';
	const when = isGiven(condition) ? known.value(condition, what) : true;
	if (!(when instanceof Template)) return when ? [{remove: fields}] : [];
	// Airbyte applies the condition to all values, whatever the names are.
	if (fields.some(field => field !== '**')) throw new LeftOut(`${what}: an expression`, when.source);
	const renamed = {property: 'value'};
	return [{remove: {fields, when: expressionOf(when, {what, texts, names: ['value'], renamed})}}];
}

function isGiven(condition: unknown): boolean {
	return condition !== undefined && condition !== null && condition !== '';
}

function added({fields, condition}: PlainObject, known: Known, around: Around): PlainObject[] {
	const what = 'condition of an added field';
	const when = isGiven(condition) ? known.value(condition, what) : true;
	if (!(when instanceof Template) && !when) return [];
	const test = when instanceof Template ? onlyNode(when) : undefined;
	if (when instanceof Template && !test) throw new LeftOut(`${what}: an expression`, when.source);
	const list = Array.isArray(fields) ? fields.map(asObject) : [];
	// One step for each field, as a later one may read the field of an earlier one.
	return list.map(field => {
		const keys = [field.path].flat().map(part => known.text(part, 'added field'));
		const [name = '', ...rest] = keys;
		if (rest.length > 0) throw new LeftOut('added field: inside another one', keys.join('.'));
		const value = test
			? addedWhen(test, name, field, known.in(field), around)
			: addedValue(field, known.in(field), around);
		return {add: {[name]: value}};
	});
}

/** A field that is only set under a condition. */
function addedWhen(
	test: Node,
	name: string,
	{value: given, value_type: type}: PlainObject,
	known: Known,
	{differences, texts}: Around,
): unknown {
	const what = 'condition of an added field';
	const value = known.value(given, 'added field');
	const yes = value instanceof Template ? onlyNode(value) : ({kind: 'constant', value} as Node);
	if (!yes || (typeof value === 'object' && !(value instanceof Template)))
		throw new LeftOut(`${what}: an expression`, String(given));
	const key: Node = {kind: 'constant', value: name};
	const no: Node = {kind: 'item', of: {kind: 'name', name: 'record', at: 0}, key, at: 0};
	const node: Node = {
		kind: 'choice',
		test,
		yes: value instanceof Template ? printedNode(yes, type) : yes,
		no,
	};
	const source = value instanceof Template ? value.source : String(given);
	const body = [{kind: 'output', value: node} as const];
	differences.add('rows', `without a value, ${name} is null, where Airbyte leaves it out`);
	return {expression: expressionOf({body, source}, {what, texts, names: ['record'], isLater: true})};
}

function addedValue(
	{value: given, value_type: type}: PlainObject,
	known: Known,
	{differences, texts}: Pick<Around, 'differences' | 'texts'>,
): unknown {
	const value = known.value(given, 'added field');
	if (!(value instanceof Template)) {
		if (type === 'string') return braced(String(value ?? ''));
		return typeof value === 'string' ? braced(value) : value;
	}
	const node = onlyNode(value);
	const chain = node && chainOf(node);
	if (chain?.root === 'record' && chain.keys.length > 0) {
		if (type !== undefined && type !== 'string')
			differences.add('rows', `a copied field keeps its type, where Airbyte makes it ${String(type)}`);
		return {path: pathText(chain.keys)};
	}
	return textOf(value) ?? {expression: computed(value, type, {differences, texts})};
}

/** The expression of a computed field. Airbyte prints its value, and reads that text as a literal of Python. */
function computed(
	template: Template,
	type: unknown,
	{differences, texts}: Pick<Around, 'differences' | 'texts'>,
): string {
	const node = onlyNode(template);
	const kind = node === undefined ? 'text' : kindOf(node);
	if (kind === 'text' && type !== 'string')
		differences.add('rows', 'a computed text that reads as a number, a list or an object stays a text');
	const isPrinted = kind === 'time' || (type === 'string' && kind !== 'text');
	const change = (one: Node): Node => (isPrinted ? asText(one) : one);
	return expressionOf(template, {what: 'added field', texts, names: ['record'], isLater: true, change});
}

/** The node of a value in the type that the manifest wants. */
function printedNode(node: Node, type: unknown): Node {
	const kind = kindOf(node);
	return kind === 'time' || (type === 'string' && kind !== 'text') ? asText(node) : node;
}

function asText(node: Node): Node {
	return {kind: 'binary', operator: '~', left: node, right: {kind: 'constant', value: ''}, at: 0};
}

/** A text with fields of the record in it; `undefined` if there is more in it. */
function textOf(template: Template): string | undefined {
	const parts = partsOf(template);
	if (!parts || (parts.length === 1 && typeof parts[0] !== 'string')) return undefined;
	const texts = parts.map(part => {
		if (typeof part === 'string') return braced(part);
		const chain = chainOf(part);
		return chain?.root === 'record' && chain.keys.length > 0 ? `{${pathText(chain.keys)}}` : undefined;
	});
	return texts.includes(undefined) ? undefined : texts.join('');
}

function braced(text: string): string {
	return text
		.split(/(\$\{[^{}]*\})/)
		.map((part, at) => (at % 2 === 1 ? part : part.replace(/[{}]/g, '$&$&')))
		.join('');
}
