/** Recognizes expressions that a config can state without an expression. */

import {itemOf} from '../../template/methods/access.ts';
import {type Node, nodesOf} from '../../template/parse/nodes.ts';
import type {Template} from '../../template/template.ts';

/** A name and the keys after it: `response.data[0]`. */
export interface Chain {
	readonly root: string;
	readonly keys: readonly (string | number)[];
}

/** Texts and expressions in their order; `undefined` for a template with blocks. */
export function partsOf({body}: Pick<Template, 'body'>): (string | Node)[] | undefined {
	const parts: (string | Node)[] = [];
	for (const statement of body) {
		if (statement.kind === 'text') parts.push(statement.text);
		else if (statement.kind === 'output') parts.push(withoutDefaults(statement.value));
		else return undefined;
	}
	return parts;
}

/**
 * The node with `config.get('end', today_utc())` decided. Folding does not decide it, even if the value is
 * known, as its default is not.
 */
function withoutDefaults(node: Node): Node {
	switch (node.kind) {
		case 'function':
			return {...node, args: {...node.args, values: node.args.values.map(withoutDefaults)}};
		case 'filter':
			return {...node, of: withoutDefaults(node.of)};
		case 'method': {
			const of = withoutDefaults(node.of);
			const [key, otherwise] = node.args.values;
			const name = constantOf(key);
			if (node.name !== 'get' || of.kind !== 'constant' || typeof name !== 'string') return {...node, of};
			const value = itemOf(of.value, name);
			return value === undefined && otherwise ? otherwise : {kind: 'constant', value};
		}
		default:
			return node;
	}
}

/** The only expression of a template that prints nothing else. */
export function onlyNode(template: Pick<Template, 'body'>): Node | undefined {
	const parts = partsOf(template)?.filter(part => typeof part !== 'string' || part.trim() !== '');
	const [only] = parts ?? [];
	return parts?.length === 1 && typeof only === 'object' ? only : undefined;
}

/** Whether the node is a constant that counts as false, or an empty list or object. */
export function isEmpty(node: Node | undefined): boolean {
	if (node === undefined) return true;
	if (node.kind === 'constant') return !node.value || node.value === 'None';
	if (node.kind === 'dict') return node.entries.length === 0;
	return node.kind === 'list' && node.items.length === 0;
}

export function constantOf(node: Node | undefined): string | number | boolean | null | undefined {
	if (node?.kind !== 'constant') return undefined;
	const {value} = node;
	return value === null || ['string', 'number', 'boolean'].includes(typeof value)
		? (value as string | number | boolean | null)
		: undefined;
}

/**
 * The chain of a node, if it is one: `a.b`, `a['b']`, `a.get('b', {})`, and the same with an empty value in
 * place of a missing one (`a.b or ''`, `a.b if a.b else none`, `a.b | default('')`).
 */
export function chainOf(node: Node): Chain | undefined {
	switch (node.kind) {
		case 'name':
			return {root: node.name, keys: []};
		case 'item':
			return extended(node.of, constantOf(node.key));
		case 'method': {
			const [key, otherwise] = node.args.values;
			return node.name === 'get' && isEmpty(otherwise) ? extended(node.of, constantOf(key)) : undefined;
		}
		case 'filter': {
			const isPlain = ['default', 'd'].includes(node.name)
				? isEmpty(node.args.values[0])
				: ['string', 'tojson', 'safe'].includes(node.name);
			return isPlain ? chainOf(node.of) : undefined;
		}
		case 'logic':
			return node.operator === 'or' && isEmpty(node.right) ? chainOf(node.left) : undefined;
		case 'choice': {
			const chain = chainOf(node.yes);
			return chain && isEmpty(node.no) && asksFor(node.test, chain) ? chain : undefined;
		}
		default:
			return undefined;
	}
}

function extended(of: Node, key: unknown): Chain | undefined {
	const chain = typeof key === 'string' || typeof key === 'number' ? chainOf(of) : undefined;
	return chain && {root: chain.root, keys: [...chain.keys, key as string | number]};
}

/** Whether the test is true if the chain has a value: `x`, `'b' in a`, `x is not none`. */
function asksFor(test: Node, chain: Chain): boolean {
	if (test.kind === 'logic') return asksFor(test.left, chain) && asksFor(test.right, chain);
	if (test.kind === 'test')
		return (
			(test.name === 'defined') !== test.isNot &&
			['defined', 'none', 'undefined'].includes(test.name) &&
			leadsTo(test.of, chain)
		);
	if (test.kind === 'compare') {
		const [{operator, value} = {operator: '', value: undefined}] = test.rest;
		if (operator === 'in' && value) return leadsTo({kind: 'item', of: value, key: test.first, at: 0}, chain);
		return operator === '!=' && isEmpty(value) && leadsTo(test.first, chain);
	}
	return leadsTo(test, chain);
}

/** Whether the node is the chain, or a beginning of it. */
export function leadsTo(node: Node, chain: Chain): boolean {
	const other = chainOf(node);
	return (
		other !== undefined && other.root === chain.root && other.keys.every((key, at) => key === chain.keys[at])
	);
}

export function isSameChain(one: Chain | undefined, other: Chain | undefined): boolean {
	return (
		one !== undefined &&
		other !== undefined &&
		one.root === other.root &&
		one.keys.length === other.keys.length &&
		one.keys.every((key, at) => key === other.keys[at])
	);
}

/** Keys as a path in a config: `data.items[-1]['odd key']`. */
export function pathText(keys: readonly (string | number)[]): string {
	let text = '';
	for (const key of keys) {
		if (typeof key === 'number') text += `[${key}]`;
		else if (key === '*') text += '[*]';
		else if (/^[^\s.[\]'"*?()|&,$@]+$/.test(key)) text += text === '' ? key : `.${key}`;
		else text += `['${key.replace(/[\\']/g, '\\$&')}']`;
	}
	return text;
}

/** The names that the node reads. */
export function namesIn(node: Node): Set<string> {
	const names = new Set<string>();
	const visit = (inner: Node): void => {
		if (inner.kind === 'name') names.add(inner.name);
		nodesOf(inner).forEach(visit);
	};
	visit(node);
	return names;
}
