/**
 * Turns the rest of a template into placeholders of a request: `{resources.users.id}`,
 * `{incremental.start_value}`.
 */

import {doubled} from '../../config/placeholders/braces.ts';
import type {Node} from '../../template/parse/nodes.ts';
import type {Template} from '../../template/template.ts';
import {expressionOf} from './expressions.ts';
import {type Chain, chainOf, constantOf, isEmpty, isSameChain, partsOf, pathText} from './nodes.ts';
import {LeftOut} from './outcome.ts';
import {formatName} from './time-formats.ts';
import {kindOf} from './value-kind.ts';
import {itemsNode, valueNode} from './value-nodes.ts';

/** Marks the page token until the paginator knows its place. */
export const TOKEN = '\ue000token\ue000';

/** The place of a page, as the paginator of the stream has it. */
export interface Token {
	/** Its name in a config: `page`. */
	readonly name: 'page' | 'offset' | 'cursor';
	/** Its value on the first page, where Airbyte has none; `undefined` for a cursor. */
	readonly first?: number;
	/** Whether Airbyte knows it on the first page too. */
	readonly isFirstKnown: boolean;
}

/** The values that a request of a stream may contain. */
export interface RequestValues {
	/** Placeholders by the key of the slice: `user_id` → `resources.users.id`. */
	readonly slice: ReadonlyMap<string, string>;
	/** Keys of the slice with the bounds of the window, and their format in Airbyte. */
	readonly window?: {readonly start: string; readonly end: string; readonly format: string};
	readonly token?: Token;
}

const slices: ReadonlySet<string> = new Set(['stream_slice', 'stream_partition', 'stream_interval']);

/** Makes the texts of one request, and records which values they use. */
export class Placeholders {
	readonly #values: RequestValues;
	/** Formats of the bounds in the request. */
	readonly formats = new Set<string>();
	/** Keys of the slice that a step reads, and the slice does not have. */
	readonly missing = new Set<string>();
	/** Whether an expression of the request reads the place of the page. */
	readsToken = false;
	/** Expressions of the endpoint, by their names. */
	readonly expressions = new Map<string, string>();

	constructor(values: RequestValues) {
		this.#values = values;
	}

	get usesWindow(): boolean {
		return this.formats.size > 0;
	}

	/** A bound of the window as a whole value. */
	bound(which: 'start' | 'end'): string {
		const {window} = this.#values;
		if (!window) throw new LeftOut('a request asks for a window, and the stream has none');
		this.formats.add(formatName(window.format));
		return `{incremental.${which}_value}`;
	}

	/** A text of a request in the form of a config, with doubled literal braces. */
	literal(text: string): string {
		return text
			.split(/(\$\{[^{}]*\})/)
			.map((part, at) => (at % 2 === 1 ? part : doubled(part)))
			.join('');
	}

	/**
	 * The text of a template with placeholders in it. `what` is its name in messages, and `name` that of its
	 * expressions, if it needs some.
	 */
	text(template: Template, what: string, name = what): string {
		const parts = partsOf(template);
		if (!parts) return this.#expression(template, what, name);
		const isWhole = parts.length === 1;
		return parts
			.map(part => {
				if (typeof part === 'string') return this.literal(part);
				const text = this.#text(part);
				if (text !== undefined) return text;
				// The body is JSON, where a text that only contains values means something else.
				if (what === 'body' && !isWhole) throw new LeftOut(`${what}: an expression`, template.source);
				return this.#expression(template, what, name, part);
			})
			.join('');
	}

	/** A placeholder for the value of the template, or of one node of it. */
	#expression(template: Template, what: string, name: string, node?: Node): string {
		if (what === 'body' && !node) throw new LeftOut(`${what}: an expression`, template.source);
		// Python prints a time in a form of its own.
		const value: Node | undefined =
			node && kindOf(node) === 'time'
				? {kind: 'binary', operator: '~', left: node, right: {kind: 'constant', value: ''}, at: 0}
				: node;
		const body = value ? [{kind: 'output' as const, value}] : template.body;
		const {source} = template;
		const text = expressionOf({body, source}, {what, texts: this, names: []});
		const key = name.replace(/\W+/g, '_').replace(/^_+|_+$/g, '') || 'value';
		for (let number = 1; ; number++) {
			const unique = number === 1 ? key : `${key}_${number}`;
			const known = this.expressions.get(unique);
			if (known !== undefined && known !== text) continue;
			this.expressions.set(unique, text);
			return `{expressions.${unique}}`;
		}
	}

	/**
	 * A value of the slice, or a bound of the window, in an expression of a config. `isLater`: the request is
	 * made, and if it names no window, there is none.
	 */
	value({keys}: Chain, isLater: boolean): Node | undefined {
		const {window, slice} = this.#values;
		const key = keys.join('.');
		const which = key === window?.start ? 'start' : key === window?.end ? 'end' : undefined;
		if (window && which)
			return isLater && !this.usesWindow ? undefined : this.#boundNode(which, window.format);
		for (let length = keys.length; length > 0; length--) {
			const placeholder = slice.get(keys.slice(0, length).join('.'));
			if (placeholder !== undefined) return valueNode(placeholder, keys.slice(length));
		}
		if (!isLater || keys.length !== 1 || /^(parent_slice|extra_fields)$/.test(key)) return undefined;
		this.missing.add(key);
		return {kind: 'constant', value: null};
	}

	// In the format of the request, or in that of the manifest if the two differ.
	#boundNode(which: 'start' | 'end', format: string): Node {
		const bound = itemsNode('incremental', [`${which}_value`]);
		if (this.formats.size === 0) this.formats.add(formatName(format));
		if (this.formats.has(formatName(format))) return bound;
		const args = {values: [bound, {kind: 'constant', value: format} as const], named: []};
		return {kind: 'function', name: 'format_datetime', args, at: 0};
	}

	#text(node: Node): string | undefined {
		const constant = constantOf(node);
		if (constant !== undefined) return this.literal(constant === null ? '' : String(constant));
		return this.#placeholder(node);
	}

	/** Whether the node reads the slice or a bound of the window, which both always exist. */
	#isThere(node: Node): boolean {
		const of = node.kind === 'test' && node.name === 'defined' && !node.isNot ? node.of : node;
		const chain = chainOf(of);
		if (!chain || !slices.has(chain.root)) return false;
		const {window} = this.#values;
		const [key, ...more] = chain.keys;
		return (
			more.length === 0 &&
			window !== undefined &&
			[undefined, window.start, window.end].includes(key as string)
		);
	}

	#placeholder(node: Node): string | undefined {
		const chain = chainOf(node);
		const simple = chain && this.#chain(chain);
		if (simple !== undefined) return simple;
		if (node.kind === 'logic' && node.operator === 'or') return this.#first(node.left, node.right);
		if (node.kind === 'choice') {
			if (this.#isThere(node.test)) return this.#text(node.yes);
			const [test, yes] = [chainOf(node.test), chainOf(node.yes)];
			return isSameChain(test, yes) ? this.#first(node.yes, node.no) : undefined;
		}
		if (node.kind === 'binary' && (node.operator === '+' || node.operator === '~')) {
			if (node.operator === '+' && [node.left, node.right].some(isNumber)) return undefined;
			const [left, right] = [this.#text(node.left), this.#text(node.right)];
			return left === undefined || right === undefined ? undefined : left + right;
		}
		if (node.kind === 'filter' && ['default', 'd'].includes(node.name))
			return this.#first(node.of, node.args.values[0]);
		if (node.kind === 'method' && node.name === 'get') {
			const [key, otherwise] = node.args.values;
			return key && this.#first({kind: 'item', of: node.of, key, at: node.at}, otherwise);
		}
		if (node.kind === 'function' && node.name === 'sanitize_url') return this.#segment(node.args.values[0]);
		return this.#formatted(node);
	}

	/** A value whose slashes are encoded too. */
	#segment(node: Node | undefined): string | undefined {
		const text = node && this.#placeholder(node);
		return text !== undefined && /^\{(resources|partitions)\.[^{}]*\}$/.test(text)
			? text.replace(/\}$/, '|segment}')
			: undefined;
	}

	// The replacement for a missing value does not matter if the value always exists, but it does for a token.
	#first(node: Node, otherwise: Node | undefined): string | undefined {
		const text = this.#placeholder(node);
		if (text !== TOKEN) return text;
		const constant = constantOf(otherwise);
		const {first} = this.#values.token ?? {};
		const isFirst = constant === undefined ? otherwise === undefined : String(constant) === String(first);
		return isFirst || (isEmpty(otherwise) && constant !== 0 && constant !== '0') ? text : undefined;
	}

	/** The place of the page in an expression. `otherwise` replaces it on the first page. */
	token(otherwise?: Node): Node | undefined {
		const {token} = this.#values;
		if (!token) return undefined;
		this.readsToken = true;
		const name: Node = {kind: 'name', name: token.name, at: 0};
		const constant = otherwise && constantOf(otherwise);
		if (token.first === undefined) return otherwise ? undefined : name;
		if (token.isFirstKnown || (constant !== undefined && constant === token.first)) return name;
		if (otherwise) return undefined;
		const first: Node = {kind: 'constant', value: token.first};
		const test: Node = {kind: 'compare', first: name, rest: [{operator: '!=', value: first}], at: 0};
		return {kind: 'choice', test, yes: name, no: {kind: 'constant', value: null}};
	}

	#chain({root, keys}: Chain): string | undefined {
		if (root === 'next_page_token') return TOKEN;
		if (!slices.has(root)) return undefined;
		const key = keys.join('.');
		const {window} = this.#values;
		if (window && key === window.start) return this.bound('start');
		if (window && key === window.end) return this.bound('end');
		for (let length = keys.length; length > 0; length--) {
			const placeholder = this.#values.slice.get(keys.slice(0, length).join('.'));
			if (placeholder === undefined) continue;
			const rest = pathText(keys.slice(length));
			// A request cannot hold a whole row.
			if (rest === '' && /^resources\.[^.[\]]+$/.test(placeholder)) return undefined;
			// Only a row has values inside.
			if (rest !== '' && !placeholder.startsWith('resources.')) return undefined;
			return `{${placeholder}${rest === '' || rest.startsWith('[') ? '' : '.'}${rest}}`;
		}
		// No slice has such a key, so the value is missing.
		return root === 'stream_interval' && keys.length === 1 ? '' : undefined;
	}

	/** A bound in another format: `format_datetime(…)`, `timestamp(…)`, `….strftime(…)`, `….split('T')[0]`. */
	#formatted(node: Node): string | undefined {
		const {of, format} = formatting(node) ?? {};
		const chain = of && chainOf(of);
		if (!chain || format === undefined || !slices.has(chain.root)) return undefined;
		const {window} = this.#values;
		const key = chain.keys.join('.');
		if (!window || (key !== window.start && key !== window.end)) return undefined;
		this.formats.add(formatName(format));
		return `{incremental.${key === window.start ? 'start' : 'end'}_value}`;
	}
}

// A sum of numbers is no text.
function isNumber(node: Node): boolean {
	return kindOf(node) === 'number';
}

function formatting(node: Node): {of: Node; format: string} | undefined {
	if (node.kind === 'filter' && ['int', 'string'].includes(node.name)) return formatting(node.of);
	if (node.kind === 'function') {
		const [of, format] = node.args.values;
		const text = constantOf(format ?? node.args.named.find(({name}) => name === 'format')?.value);
		if (node.name === 'format_datetime' && of && typeof text === 'string') return {of, format: text};
		if (node.name === 'timestamp' && of) return {of, format: '%s'};
	}
	if (node.kind === 'method' && node.name === 'strftime') {
		const text = constantOf(node.args.values[0]);
		if (node.of.kind !== 'function')
			return typeof text === 'string' ? {of: node.of, format: text} : undefined;
		const [of] = node.of.args.values;
		return node.of.name === 'str_to_datetime' && of && typeof text === 'string'
			? {of, format: text}
			: undefined;
	}
	if (node.kind === 'item' && constantOf(node.key) === 0 && node.of.kind === 'method')
		return node.of.name === 'split' && constantOf(node.of.args.values[0]) === 'T'
			? {of: node.of.of, format: '%Y-%m-%d'}
			: undefined;
	if (node.kind === 'slice' && constantOf(node.bounds[1]) === 10 && !node.bounds[0] && !node.bounds[2])
		return {of: node.of, format: '%Y-%m-%d'};
	return undefined;
}
