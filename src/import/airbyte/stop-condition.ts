/** Imports `stop_condition` of a `CursorPagination`, if a paginator can express it. */
import type {Node} from '../../template/parse/nodes.ts';
import {type Chain, chainOf, constantOf, isEmpty, pathText} from './nodes.ts';

export interface Stop {
	/** Path to a true/false value for whether more pages follow. */
	hasMorePath?: string;
	/** Whether a page without records is the last one. */
	atEmptyPage?: true;
	/** A page with fewer records than this is the last one. */
	atShortPage?: number;
}

/**
 * The end of the pages; `undefined` if no paginator can express it. `cursor` is the place of the cursor: a
 * missing cursor always ends the pages. `records` leads to the rows.
 */
export function stopOf(
	node: Node | undefined,
	cursor: Chain | undefined,
	records: readonly unknown[],
): Stop | undefined {
	if (node === undefined) return {};
	if (node.kind === 'constant') return isEmpty(node) ? {} : undefined;
	if (node.kind === 'logic') return ofBoth(node, cursor, records);
	if (isMissing(node, chain => isCursor(chain, cursor)) || (cursor?.root === 'headers' && isNoLink(node)))
		return {};
	if (isMissing(node, chain => isRows(chain, records))) return {atEmptyPage: true};
	return sizeOf(node, records) ?? flagOf(node);
}

function ofBoth(
	node: Node & {kind: 'logic'},
	cursor: Chain | undefined,
	records: readonly unknown[],
): Stop | undefined {
	const [left, right] = [stopOf(node.left, cursor, records), stopOf(node.right, cursor, records)];
	if (node.operator === 'and') {
		// If one of the conditions is implied, both together are.
		const isImplied = [left, right].some(stop => stop && Object.keys(stop).length === 0);
		return isImplied ? {} : undefined;
	}
	if (!left || !right) return undefined;
	if (
		left.hasMorePath !== undefined &&
		right.hasMorePath !== undefined &&
		left.hasMorePath !== right.hasMorePath
	)
		return undefined;
	return {...left, ...right};
}

// The objects on the path to the cursor count too: without its object there is no cursor.
function isCursor(chain: Chain, cursor: Chain | undefined): boolean {
	if (!cursor) return false;
	return (
		chain.root === cursor.root &&
		chain.keys.length > 0 &&
		chain.keys.length <= cursor.keys.length &&
		chain.keys.every((key, at) => same(key, cursor.keys[at]))
	);
}

/**
 * The forms `'rel="next"' not in headers.Link`, `not (headers.Link | regex_search('rel=next'))`,
 * `not headers.Link`.
 */
function isNoLink(node: Node): boolean {
	const isLink = (inner: Node): boolean => {
		const chain = chainOf(inner);
		return chain?.root === 'headers' && same(chain.keys[0], 'link');
	};
	if (node.kind === 'unary' && node.operator === 'not')
		return (
			isLink(node.of) || (node.of.kind === 'filter' && node.of.name === 'regex_search' && isLink(node.of.of))
		);
	if (node.kind !== 'compare' || node.rest.length > 1) return false;
	const [{operator, value} = {operator: '', value: undefined}] = node.rest;
	return (
		operator === 'not in' &&
		value !== undefined &&
		isLink(value) &&
		/rel=/.test(String(constantOf(node.first)))
	);
}

// Names of headers are equal in any case.
function same(one: unknown, other: unknown): boolean {
	return String(one).toLowerCase() === String(other).toLowerCase();
}

function isRows({root, keys}: Chain, records: readonly unknown[]): boolean {
	if (root === 'last_record') return true;
	return (
		root === 'response' && keys.length === records.length && keys.every((key, at) => key === records[at])
	);
}

/** Whether the node tests for any missing value of the response. */
export function isAnyMissing(node: Node): boolean {
	return isMissing(node, ({root}) => root === 'response');
}

/** The forms `not x`, `x is none`, `x == ''`, `x == []`, `'key' not in x`, `x | length == 0`. */
function isMissing(node: Node, isWanted: (chain: Chain) => boolean): boolean {
	const reads = (inner: Node): boolean => {
		const chain = chainOf(
			inner.kind === 'filter' && ['length', 'count'].includes(inner.name) ? inner.of : inner,
		);
		return chain !== undefined && isWanted(chain);
	};
	switch (node.kind) {
		case 'unary':
			return node.operator === 'not' && (reads(node.of) || isThere(node.of, isWanted));
		case 'test':
			return (
				reads(node.of) &&
				(node.isNot ? ['defined', 'true'] : ['none', 'undefined', 'false']).includes(node.name)
			);
		case 'compare': {
			const [{operator, value} = {operator: '', value: undefined}, ...rest] = node.rest;
			if (!value || rest.length > 0) return false;
			if (operator === 'not in') return reads({kind: 'item', of: value, key: node.first, at: 0});
			return operator === '==' && isEmpty(value) && reads(node.first);
		}
		default:
			return false;
	}
}

function isThere(node: Node, isWanted: (chain: Chain) => boolean): boolean {
	if (node.kind !== 'compare') return false;
	const [{operator, value} = {operator: '', value: undefined}] = node.rest;
	const chain = value && chainOf({kind: 'item', of: value, key: node.first, at: 0});
	return operator === 'in' && chain !== undefined && isWanted(chain);
}

/** The size in `last_page_size == 0`, `last_page_size < 100`, `response.data | length < 100`. */
function sizeOf(node: Node, records: readonly unknown[]): Stop | undefined {
	if (node.kind !== 'compare' || node.rest.length > 1) return undefined;
	const {operator, value} = node.rest[0] ?? {};
	const {first} = node;
	const size = constantOf(value);
	const counted =
		first.kind === 'filter' && ['length', 'count'].includes(first.name) ? chainOf(first.of) : undefined;
	const isSize = (counted && isRows(counted, records)) || isLastPageSize(first);
	if (!isSize || size === undefined) return undefined;
	const number = Number(size);
	if (operator === '==' || operator === '<=') return number === 0 ? {atEmptyPage: true} : undefined;
	if (operator !== '<' && operator !== '!=') return undefined;
	return number === 1 ? {atEmptyPage: true} : {atEmptyPage: true, atShortPage: number};
}

function isLastPageSize(node: Node): boolean {
	return node.kind === 'name' && node.name === 'last_page_size';
}

/** The flag in `not response.has_more`, `response.has_more == false`, `response.has_more is false`. */
function flagOf(node: Node): Stop | undefined {
	const of = flagNode(node);
	const chain = of && chainOf(of);
	if (chain?.root !== 'response' || chain.keys.length === 0) return undefined;
	return {hasMorePath: pathText(chain.keys)};
}

function flagNode(node: Node): Node | undefined {
	if (node.kind === 'unary' && node.operator === 'not') return withoutDefault(node.of);
	if (node.kind === 'test' && (node.isNot ? node.name === 'true' : node.name === 'false'))
		return withoutDefault(node.of);
	if (node.kind !== 'compare' || node.rest.length > 1) return undefined;
	const {operator, value} = node.rest[0] ?? {};
	const constant = constantOf(value);
	const isFalse = operator === '==' ? constant === false : operator === '!=' && constant === true;
	return isFalse ? withoutDefault(node.first) : undefined;
}

// `get('has_more', true)` goes on without the flag, as does a paginator with a path and a cursor.
function withoutDefault(node: Node): Node {
	if (node.kind !== 'method' || node.name !== 'get') return node;
	return {...node, args: {values: node.args.values.slice(0, 1), named: []}};
}
