/** Imports record filters and transformations as `processing_steps`. */
import {asObject, isPlainObject, type PlainObject} from '../../config/tree.ts';
import {Template} from '../../template/template.ts';
import {conditionOf} from './conditions.ts';
import {isSettled, type Known} from './known.ts';
import {chainOf, namesIn, onlyNode, partsOf, pathText} from './nodes.ts';
import {type Differences, LeftOut} from './outcome.ts';

/** The filter as a step; `undefined` if it passes all records. */
export function filterOf(filter: unknown, above: Known): PlainObject | undefined {
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
	if (condition === undefined) throw new LeftOut('record filter: an expression', template.source);
	return {filter: condition};
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

export function stepsOf(transformations: unknown, above: Known, differences: Differences): PlainObject[] {
	const list = Array.isArray(transformations) ? transformations.map(asObject) : [];
	return list.flatMap(transformation => {
		const known = above.in(transformation);
		switch (transformation.type) {
			case 'AddFields':
				return added(transformation, known, differences);
			case 'RemoveFields':
				return removed(transformation, known);
			case 'CustomTransformation':
				throw new LeftOut('Python: transformation', String(transformation.class_name));
			default:
				throw new LeftOut(`record step: ${String(transformation.type)}`);
		}
	});
}

function always(condition: unknown, known: Known, what: string): boolean {
	if (condition === undefined || condition === null || condition === '') return true;
	const value = known.value(condition, what);
	if (value instanceof Template) throw new LeftOut(`${what}: an expression`, value.source);
	return Boolean(value);
}

function removed({field_pointers: pointers, condition}: PlainObject, known: Known): PlainObject[] {
	if (!always(condition, known, 'condition of a removed field')) return [];
	const fields = (Array.isArray(pointers) ? pointers : []).map(pointer => {
		const keys = [pointer].flat().map(part => known.text(part, 'removed field'));
		if (keys.some(key => key.includes('*')))
			throw new LeftOut('removed fields: by a pattern', keys.join('.'));
		return pathText(keys);
	});
	return fields.length > 0 ? [{remove: fields}] : [];
}

function added({fields, condition}: PlainObject, known: Known, differences: Differences): PlainObject[] {
	if (!always(condition, known, 'condition of an added field')) return [];
	const list = Array.isArray(fields) ? fields.map(asObject) : [];
	// One step for each field, as a later one may read the field of an earlier one.
	return list.map(field => {
		const keys = [field.path].flat().map(part => known.text(part, 'added field'));
		const [name = '', ...rest] = keys;
		if (rest.length > 0) throw new LeftOut('added field: inside another one', keys.join('.'));
		return {add: {[name]: addedValue(field, known.in(field), differences)}};
	});
}

function addedValue(
	{value: given, value_type: type}: PlainObject,
	known: Known,
	differences: Differences,
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
	return textOf(value);
}

/** A text with fields of the record in it. */
function textOf(template: Template): string {
	const parts = partsOf(template);
	const names = new Set(parts?.flatMap(part => (typeof part === 'string' ? [] : [...namesIn(part)])));
	if (!parts) throw new LeftOut('added field: an expression', template.source);
	const slice = [...names].find(name => /^stream_(slice|interval|partition)$/.test(name));
	if (slice !== undefined)
		throw new LeftOut('added field: a value of the parent, the partition or the window', template.source);
	const [first] = parts;
	if (parts.length === 1 && typeof first !== 'string')
		throw new LeftOut('added field: an expression', template.source);
	return parts
		.map(part => {
			if (typeof part === 'string') return braced(part);
			const chain = chainOf(part);
			if (chain?.root !== 'record' || chain.keys.length === 0)
				throw new LeftOut('added field: an expression', template.source);
			return `{${pathText(chain.keys)}}`;
		})
		.join('');
}

function braced(text: string): string {
	return text
		.split(/(\$\{[^{}]*\})/)
		.map((part, at) => (at % 2 === 1 ? part : part.replace(/[{}]/g, '$&$&')))
		.join('');
}
