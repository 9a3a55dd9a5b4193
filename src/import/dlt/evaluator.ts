/** The values of expressions, as far as the file itself tells them. It runs no Python. */
import {isPlainObject} from '../../config/tree.ts';
import {literal} from '../imported-request.ts';
import {variableName} from '../openapi/parameters.ts';
import {called} from './calls.ts';
import {partsOfString, stringValue, unescaped} from './python-strings.ts';
import {childrenOf, type Node, partsOf, placeOf} from './syntax.ts';
import {DottedName, PythonFunction, truthOf, Unknown} from './values.ts';

export type Scope = Map<string, unknown>;

export interface Call {
	readonly values: readonly unknown[];
	readonly named: {readonly [name: string]: unknown};
}

/** Calls a function of the file; `undefined` if the name is none. */
export type CallOwn = (name: string, call: Call, scope: Scope) => {readonly value: unknown} | undefined;

const MOST_DEPTH = 200;
const MOST_ITEMS = 10_000;

export class Evaluator {
	readonly text: string;
	readonly #callOwn: CallOwn;
	#depth = 0;
	#items = 0;

	constructor(text: string, callOwn: CallOwn) {
		this.text = text;
		this.#callOwn = callOwn;
	}

	source({from, to}: Node): string {
		return this.text.slice(from, to);
	}

	unknown(node: Node): Unknown {
		return new Unknown(this.source(node), placeOf(this.text, node.from).line);
	}

	value(node: Node, scope: Scope): unknown {
		if (this.#depth > MOST_DEPTH) return this.unknown(node);
		this.#depth++;
		try {
			return this.#value(node, scope);
		} finally {
			this.#depth--;
		}
	}

	#value(node: Node, scope: Scope): unknown {
		const parts = partsOf(node);
		const [first, second, third] = parts;
		switch (node.name) {
			case 'String':
				return stringValue(this.source(node));
			case 'ContinuedString':
				return this.#joined(
					parts.map(part => this.value(part, scope)),
					node,
				);
			case 'FormatString':
				return this.#format(node, scope);
			case 'Number':
				return numberOf(this.source(node)) ?? this.unknown(node);
			case 'Boolean':
				return this.source(node) === 'True';
			case 'None':
				return null;
			case 'ParenthesizedExpression':
				return first ? this.value(first, scope) : this.unknown(node);
			case 'ArrayExpression':
			case 'TupleExpression':
			case 'SetExpression':
				return this.#list(node, scope);
			case 'DictionaryExpression':
				return this.#dict(node, scope);
			case 'VariableName': {
				const name = this.source(node);
				return scope.has(name) ? scope.get(name) : new DottedName(name);
			}
			case 'MemberExpression':
				return this.#member(node, scope);
			case 'CallExpression':
				return this.#call(node, scope);
			case 'BinaryExpression':
				return this.#binary(node, scope);
			case 'UnaryExpression': {
				const inner = parts.at(-1) && this.value(parts.at(-1) as Node, scope);
				const sign = this.source(node)[0];
				if (sign === '-' && typeof inner === 'number') return -inner;
				if (/^not\b/.test(this.source(node))) return negated(inner) ?? this.unknown(node);
				return this.unknown(node);
			}
			case 'ConditionalExpression': {
				const truth = second && truthOf(this.value(second, scope));
				const chosen = truth === undefined ? undefined : truth ? first : third;
				return chosen ? this.value(chosen, scope) : this.unknown(node);
			}
			case 'ArrayComprehensionExpression':
			case 'ComprehensionExpression':
				return this.#comprehension(node, scope);
			case 'LambdaExpression':
				return new PythonFunction('lambda', parametersOf(node, this.text), this.source(node));
			default:
				return this.unknown(node);
		}
	}

	#joined(texts: readonly unknown[], node: Node): unknown {
		return texts.every(text => typeof text === 'string') ? texts.join('') : this.unknown(node);
	}

	#format(node: Node, scope: Scope): unknown {
		const {body, start, prefix} = partsOfString(this.source(node));
		const plain = (text: string): string =>
			literal((prefix.includes('r') ? text : unescaped(text)).replaceAll('{{', '{').replaceAll('}}', '}'));
		let at = node.from + start;
		let text = '';
		for (const part of partsOf(node)) {
			if (part.name !== 'FormatReplacement') continue;
			const [inner, ...more] = partsOf(part);
			const value = inner && more.length === 0 ? this.value(inner, scope) : undefined;
			text += plain(this.text.slice(at, part.from));
			if (typeof value === 'string' || typeof value === 'number') text += String(value);
			else if (value instanceof Unknown || value instanceof DottedName || value === undefined)
				text += `\${${variableName(inner ? this.source(inner) : 'value')}}`;
			else return this.unknown(node);
			at = part.to;
		}
		return text + plain(this.text.slice(at, node.from + start + body.length));
	}

	#list(node: Node, scope: Scope): unknown[] {
		const items: unknown[] = [];
		let isSpread = false;
		for (const part of childrenOf(node)) {
			if (part.name === '*') isSpread = true;
			else if (/^[A-Z]/.test(part.name) && part.name !== 'Comment') {
				const value = this.value(part, scope);
				if (isSpread && Array.isArray(value)) items.push(...value);
				else items.push(value);
				isSpread = false;
			}
		}
		return items;
	}

	#dict(node: Node, scope: Scope): unknown {
		const result: {[key: string]: unknown} = {};
		let key: unknown;
		let isSpread = false;
		for (const part of childrenOf(node)) {
			if (part.name === '**') isSpread = true;
			if (!/^[A-Z]/.test(part.name) || part.name === 'Comment') continue;
			const value = this.value(part, scope);
			if (isSpread) {
				if (isPlainObject(value)) Object.assign(result, value);
				else return this.unknown(node);
				isSpread = false;
			} else if (key === undefined) {
				if (typeof value !== 'string' && typeof value !== 'number') return this.unknown(node);
				key = value;
			} else {
				result[String(key)] = value;
				key = undefined;
			}
		}
		return result;
	}

	#member(node: Node, scope: Scope): unknown {
		const [owner, property] = partsOf(node);
		if (!owner || !property) return this.unknown(node);
		const value = this.value(owner, scope);
		if (property.name === 'PropertyName') {
			const name = this.source(property);
			if (!(value instanceof DottedName)) return this.unknown(node);
			const path = `${value.path}.${name}`;
			return path === 'dlt.secrets.value' || path === 'dlt.config.value'
				? this.unknown(node)
				: new DottedName(path);
		}
		const key = this.value(property, scope);
		if (value instanceof DottedName) return lookedUp(value.path, key) ?? this.unknown(node);
		if (Array.isArray(value) && typeof key === 'number')
			return value.length > 0 ? (value.at(key) ?? this.unknown(node)) : this.unknown(node);
		if (isPlainObject(value) && typeof key === 'string' && Object.hasOwn(value, key)) return value[key];
		return this.unknown(node);
	}

	#call(node: Node, scope: Scope): unknown {
		const [callee, argList] = partsOf(node);
		if (!callee || !argList) return this.unknown(node);
		const call = this.#arguments(argList, scope);
		if (callee.name === 'VariableName') {
			const own = this.#callOwn(this.source(callee), call, scope);
			if (own) return own.value;
		}
		if (callee.name === 'MemberExpression') {
			const [owner, property] = partsOf(callee);
			if (owner && property?.name === 'PropertyName') {
				const value = this.value(owner, scope);
				const name = this.source(property);
				const path = value instanceof DottedName ? `${value.path}.${name}` : undefined;
				const own = path !== undefined && this.#callOwn(name, call, scope);
				if (own) return own.value;
				const result = called({path, name, owner: value}, call);
				return result === undefined ? this.unknown(node) : result;
			}
		}
		const name = this.source(callee);
		const result = called({path: name, name, owner: undefined}, call);
		return result === undefined ? this.unknown(node) : result;
	}

	#arguments(argList: Node, scope: Scope): Call {
		const values: unknown[] = [];
		const named: {[name: string]: unknown} = {};
		const children = childrenOf(argList);
		for (let i = 0; i < children.length; i++) {
			const child = children[i] as Node;
			if (!/^[A-Z]/.test(child.name) || child.name === 'Comment' || child.name === 'AssignOp') continue;
			const value = children[i + 2];
			if (child.name === 'VariableName' && children[i + 1]?.name === 'AssignOp' && value) {
				named[this.source(child)] = this.value(value, scope);
				i += 2;
				continue;
			}
			const one = this.value(child, scope);
			const before = children[i - 1]?.name;
			if (before === '**' && isPlainObject(one)) Object.assign(named, one);
			else if (before === '*' && Array.isArray(one)) values.push(...one);
			else values.push(one);
		}
		return {values, named};
	}

	#binary(node: Node, scope: Scope): unknown {
		const [left, operator, right] = childrenOf(node).filter(({name}) => name !== 'Comment');
		if (!left || !right || !operator) return this.unknown(node);
		const a = this.value(left, scope);
		const sign = this.source(operator);
		if (sign === 'or' || sign === 'and') {
			const truth = truthOf(a);
			if (truth === undefined) return sign === 'or' ? a : this.unknown(node);
			return truth === (sign === 'or') ? a : this.value(right, scope);
		}
		const b = this.value(right, scope);
		if (sign === '+' && typeof a === 'string' && typeof b === 'string') return a + b;
		if (sign === '+' && Array.isArray(a) && Array.isArray(b)) return [...a, ...b];
		if (sign === '|' && isPlainObject(a) && isPlainObject(b)) return {...a, ...b};
		if (sign === '==' || sign === '!=') {
			if ([a, b].some(value => truthOf(value) === undefined)) return this.unknown(node);
			return (a === b) === (sign === '==');
		}
		if (typeof a !== 'number' || typeof b !== 'number') return this.unknown(node);
		const results: {readonly [sign: string]: number} = {'+': a + b, '-': a - b, '*': a * b, '/': a / b};
		return results[sign] ?? this.unknown(node);
	}

	/** `[f(x) for x in LIST if …]`, with one `for`. */
	#comprehension(node: Node, scope: Scope): unknown {
		const parts = childrenOf(node);
		const at = parts.findIndex(({name}) => name === 'for');
		const inAt = parts.findIndex(({name}) => name === 'in');
		const [body] = parts.slice(0, at).filter(({name}) => /^[A-Z]/.test(name));
		const list = parts[inAt + 1];
		if (!body || !list || at < 0 || parts.slice(at + 1).some(({name}) => name === 'for'))
			return this.unknown(node);
		const items = this.value(list, scope);
		if (!Array.isArray(items)) return this.unknown(node);
		const names = parts.slice(at + 1, inAt).filter(({name}) => name === 'VariableName');
		const ifAt = parts.findIndex(({name}, i) => i > inAt && name === 'if');
		const test = ifAt < 0 ? undefined : parts[ifAt + 1];
		const results: unknown[] = [];
		for (const item of items) {
			if (++this.#items > MOST_ITEMS) return this.unknown(node);
			const inner = new Map(scope);
			bind(
				names.map(each => this.source(each)),
				item,
				inner,
			);
			const truth = test ? truthOf(this.value(test, inner)) : true;
			if (truth === undefined) return this.unknown(node);
			if (truth) results.push(this.value(body, inner));
		}
		return results;
	}
}

/** Binds the names of a `for` to an item of its list. */
export function bind(names: readonly string[], item: unknown, scope: Scope): void {
	const [only, ...others] = names;
	if (only !== undefined && others.length === 0) scope.set(only, item);
	else if (Array.isArray(item)) for (const [i, name] of names.entries()) scope.set(name, item[i]);
}

function negated(value: unknown): boolean | undefined {
	const truth = truthOf(value);
	return truth === undefined ? undefined : !truth;
}

function numberOf(source: string): number | undefined {
	const value = Number(source.replaceAll('_', ''));
	return Number.isFinite(value) ? value : undefined;
}

/** `dlt.secrets["a.b"]`, `dlt.config["a"]` and `os.environ["A"]`. */
function lookedUp(path: string, key: unknown): string | undefined {
	if (typeof key !== 'string') return undefined;
	if (/(^|\.)secrets$/.test(path)) return `\${secrets.${key}}`;
	if (/(^|\.)config$/.test(path)) return `\${${variableName(key)}}`;
	return /(^|\.)environ$/.test(path) ? `\${${key}}` : undefined;
}

/** Names of the parameters of a function or lambda. */
export function parametersOf(node: Node, text: string): string[] {
	const list = partsOf(node).find(({name}) => name === 'ParamList');
	if (!list) return [];
	return childrenOf(list)
		.filter(({name, prevSibling}) => name === 'VariableName' && prevSibling?.name !== 'AssignOp')
		.map(({from, to}) => text.slice(from, to));
}
