/**
 * The source that `cursor_value` of a `CursorPagination` reads: a place in the response, a header, or the
 * last record.
 */
import {isPlainObject} from '../../config/tree.ts';
import type {JsonValue} from '../../core/json/json.ts';
import type {Node} from '../../template/parse/nodes.ts';
import {type Chain, chainOf, constantOf, isEmpty, namesIn, pathText} from './nodes.ts';

export type CursorSource =
	| {
			readonly kind: 'body';
			readonly path: string;
			readonly chain: Chain;
			/** The JSON text with the cursor, if the expression makes one. */
			readonly within?: JsonAround;
	  }
	| {readonly kind: 'link'; readonly relation: string}
	| {readonly kind: 'header'; readonly name: string}
	/** A value that is counted up: `response.page + 1`. */
	| {readonly kind: 'count'; readonly path: string; readonly by: number};

/** An object that contains the cursor, as the variables of GraphQL do. */
export interface JsonAround {
	readonly keys: readonly string[];
	/** The fixed values in the object, by their keys. */
	readonly rest: readonly (readonly [keys: readonly string[], value: JsonValue])[];
}

/** The source of a cursor. `selector` leads to the records. */
export function cursorSource(node: Node, selector: string): CursorSource | undefined {
	const chain = chainOf(node);
	if (chain) return ofChain(chain, selector);
	const link = linkIn(node) ?? jsonAround(node);
	if (link) return link;
	if (node.kind === 'choice' || node.kind === 'logic') {
		const inner = node.kind === 'choice' ? node.yes : node.left;
		const found = cursorSource(inner, selector);
		const other = node.kind === 'choice' ? node.no : node.right;
		if (found?.kind === 'body') return either(found, other, selector);
	}
	if (node.kind === 'binary' && node.operator === '+') {
		const [of, by] = [unwrapped(node.left), constantOf(node.right)];
		const counted = chainOf(of);
		if (counted?.root === 'response' && typeof by === 'number')
			return {kind: 'count', path: pathText(counted.keys), by};
	}
	return undefined;
}

function ofChain(chain: Chain, selector: string): CursorSource | undefined {
	const {root, keys} = chain;
	if (root === 'response' && keys.length > 0) return {kind: 'body', path: pathText(keys), chain};
	if (root === 'last_record' && keys.length > 0) {
		const list = selector === '$' ? '$' : selector;
		const rest = pathText(keys);
		return {kind: 'body', path: `${list}[-1]${rest.startsWith('[') ? '' : '.'}${rest}`, chain};
	}
	if (root !== 'headers') return undefined;
	const [name, relation, url, ...others] = keys;
	if (
		name === 'link' &&
		typeof relation === 'string' &&
		(url === 'url' || url === 'cursor') &&
		others.length === 0
	)
		return {kind: 'link', relation};
	return typeof name === 'string' && keys.length === 1 ? {kind: 'header', name} : undefined;
}

/** The first of two paths that has a value: `response.a or response.b`. */
function either(
	found: CursorSource & {kind: 'body'},
	node: Node,
	selector: string,
): CursorSource | undefined {
	const other = cursorSource(node, selector);
	if (other?.kind !== 'body') return undefined;
	const [mine, theirs] = [found.chain.keys, other.chain.keys];
	const isDeep = [mine, theirs].every(keys => keys.every(key => typeof key === 'string'));
	const [last, otherLast] = [mine.at(-1), theirs.at(-1)];
	if (!isDeep || last === otherLast) return undefined;
	return {...found, path: `$..['${String(last)}','${String(otherLast)}']`};
}

// A link that is taken out of a Link header, or a parameter that is taken out of a link.
function linkIn(node: Node): CursorSource | undefined {
	const names = namesIn(node);
	if (names.size !== 1) return undefined;
	if (names.has('headers')) {
		const text = JSON.stringify(node, (_, value: unknown) =>
			typeof value === 'bigint' ? String(value) : value,
		);
		return /"value":"link"/i.test(text) ? {kind: 'link', relation: 'next'} : undefined;
	}
	const cut = cutFrom(node);
	const chain = cut && chainOf(cut);
	return chain?.root === 'response' ? {kind: 'body', path: pathText(chain.keys), chain} : undefined;
}

/** The link from which a parameter is taken by `split` or `regex_search`. */
export function cutFrom(node: Node): Node | undefined {
	if (node.kind === 'filter' && node.name === 'regex_search') return node.of;
	if (node.kind === 'choice') return cutFrom(node.yes);
	if (node.kind === 'item') return cutFrom(node.of);
	if (node.kind === 'method' && node.name === 'split')
		return cutFrom(node.of) ?? (namesIn(node.of).has('response') ? node.of : undefined);
	return undefined;
}

function unwrapped(node: Node): Node {
	return node.kind === 'filter' && node.name === 'int' ? unwrapped(node.of) : node;
}

const CURSOR = '\ue000cursor\ue000';

/** The object in an expression such as `'{"after": "' + response.next + '"}'`. */
function jsonAround(node: Node): CursorSource | undefined {
	if (node.kind === 'choice') return isEmpty(node.no) ? jsonAround(node.yes) : undefined;
	const pieces = joined(node);
	const chains = pieces.flatMap(piece => (typeof piece === 'string' ? [] : (chainOf(piece) ?? [])));
	const [chain] = chains;
	if (chains.length !== 1 || chain?.root !== 'response') return undefined;
	let object: unknown;
	try {
		object = JSON.parse(pieces.map(piece => (typeof piece === 'string' ? piece : CURSOR)).join(''));
	} catch {
		return undefined;
	}
	const leaves = [...leavesOf(object, [])];
	const keys = leaves.find(([, value]) => value === CURSOR)?.[0];
	if (!isPlainObject(object) || !keys) return undefined;
	const rest = leaves.filter(([, value]) => value !== CURSOR) as [string[], JsonValue][];
	return {kind: 'body', path: pathText(chain.keys), chain, within: {keys, rest}};
}

/** The parts of a concatenation of texts. */
function joined(node: Node): (string | Node)[] {
	if (node.kind === 'binary' && (node.operator === '+' || node.operator === '~'))
		return [...joined(node.left), ...joined(node.right)];
	const constant = constantOf(node);
	return [typeof constant === 'string' ? constant : node];
}

function* leavesOf(value: unknown, keys: readonly string[]): Generator<[string[], unknown]> {
	if (!isPlainObject(value)) yield [[...keys], value];
	else for (const [key, item] of Object.entries(value)) yield* leavesOf(item, [...keys, key]);
}
