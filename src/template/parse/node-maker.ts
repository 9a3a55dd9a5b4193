/** Makes our nodes of the parser's, with their places. Refuses what no evaluation could do. */

import {TemplateError} from '../errors.ts';
import {filters} from '../filters.ts';
import {functions} from '../functions.ts';
import {methodNames} from '../methods/access.ts';
import {tests} from '../tests.ts';
import {float} from '../values/numbers.ts';
import type {Comparison, Operator} from '../values/operators.ts';
import type {Value} from '../values/values.ts';
import type {Parsed, Token} from './jinja.ts';
import type {Arguments, Node} from './nodes.ts';
import type {Places} from './places.ts';
import type {Word} from './tokens.ts';

export const constants: ReadonlyMap<string, Value> = new Map<string, Value>([
	['true', true],
	['True', true],
	['false', false],
	['False', false],
	['none', null],
	['None', null],
]);
const comparisons: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=', 'in', 'not in']);
const none: Arguments = {values: [], named: []};

export class NodeMaker {
	readonly places: Places;
	readonly #source: string;

	constructor(source: string, places: Places) {
		this.#source = source;
		this.places = places;
	}

	/** A name that stands for itself. */
	name({type, value}: Parsed): string {
		if (type === 'Identifier') this.places.place('Identifier', String(value));
		return String(value);
	}

	node(node: Parsed): Node {
		switch (node.type) {
			case 'StringLiteral':
				return {kind: 'constant', value: String(node.value)};
			case 'IntegerLiteral':
			case 'FloatLiteral':
				return {kind: 'constant', value: this.#number()};
			case 'Identifier': {
				const name = String(node.value);
				const at = this.places.place('Identifier', name);
				if (constants.has(name)) return {kind: 'constant', value: constants.get(name)};
				return {kind: 'name', name, at};
			}
			case 'ArrayLiteral':
			case 'TupleLiteral': {
				const items = (node.value as readonly Parsed[]).map(item => this.node(item));
				return {kind: 'list', items, isTuple: node.type === 'TupleLiteral'};
			}
			case 'ObjectLiteral': {
				const at = this.places.next();
				const entries = [...(node.value as ReadonlyMap<Parsed, Parsed>)].map(([key, value]) => ({
					key: this.node(key),
					value: this.node(value),
				}));
				return {kind: 'dict', entries, at};
			}
			case 'UnaryExpression':
				return {
					kind: 'unary',
					operator: part(node.operator).value as '-' | '+' | 'not',
					at: placeOf(node.operator),
					of: this.node(part(node.argument)),
				};
			case 'BinaryExpression':
				return this.#binary(node);
			case 'Ternary': {
				const yes = this.node(part(node.trueExpr));
				const test = this.node(part(node.condition));
				return {kind: 'choice', test, yes, no: this.node(part(node.falseExpr))};
			}
			case 'SelectExpression': {
				const yes = this.node(part(node.lhs));
				return {
					kind: 'choice',
					test: this.node(part(node.test)),
					yes,
					no: {kind: 'constant', value: undefined},
				};
			}
			case 'MemberExpression':
				return this.#member(node);
			case 'CallExpression':
				return this.#call(node);
			case 'FilterExpression':
				return this.#filter(node);
			case 'TestExpression': {
				const of = this.node(part(node.operand));
				return this.#test(of, String(part(node.test).value), node.negate === true, none);
			}
			default:
				return this.refuse('this cannot stand in an expression', this.places.next());
		}
	}

	#number(): Value {
		const digits = this.places.numeral();
		const value = Number(digits);
		if (!digits.includes('.')) return Number.isSafeInteger(value) ? value : BigInt(digits);
		return float(value);
	}

	#binary(node: Parsed): Node {
		const operator = part(node.operator);
		const left = this.node(part(node.left));
		// The parser makes a new token of `not in`.
		const at = operator.value === 'not in' ? this.places.place('Identifier', 'not') : placeOf(operator);
		const right = this.node(part(node.right));
		if (operator.value === 'and' || operator.value === 'or')
			return {kind: 'logic', operator: operator.value, left, right};
		if (!comparisons.has(operator.value))
			return {kind: 'binary', operator: operator.value as Operator, left, right, at};
		const next = {operator: operator.value as Comparison, value: right};
		// `1 < x < 5` goes on from the comparison before, unless brackets stand around that one.
		if (left.kind === 'compare' && !this.places.isBracketed(at, left.at))
			return {...left, rest: [...left.rest, next]};
		return {kind: 'compare', first: left, rest: [next], at};
	}

	#member(node: Parsed): Node {
		const of = this.node(part(node.object));
		const at = this.places.next();
		const property = part(node.property);
		if (property.type === 'SliceExpression') {
			const bounds = [property.start, property.stop, property.step].map(bound => bound && this.node(bound));
			return {kind: 'slice', of, bounds, at};
		}
		if (node.computed) return {kind: 'item', of, key: this.node(property), at};
		if (property.type === 'IntegerLiteral') return {kind: 'item', of, key: this.node(property), at};
		const name = String(property.value);
		return {
			kind: 'item',
			of,
			at: this.places.place('Identifier', name),
			key: {kind: 'constant', value: name},
		};
	}

	#call(node: Parsed): Node {
		const callee = part(node.callee);
		if (callee.type === 'MemberExpression' && !callee.computed && callee.property?.type === 'Identifier') {
			const of = this.node(part(callee.object));
			const name = String(callee.property.value);
			const at = this.places.place('Identifier', name);
			if (!methodNames.has(name))
				this.refuse(`there is no method ${name}; known are ${[...methodNames].sort().join(', ')}`, at);
			return {kind: 'method', of, name, at, args: this.#arguments(node.args ?? [], at)};
		}
		const name = callee.type === 'Identifier' ? String(callee.value) : '';
		const at = callee.type === 'Identifier' ? this.places.place('Identifier', name) : this.places.next();
		if (!Object.hasOwn(functions, name))
			this.refuse(`there is no function ${name}; known are ${Object.keys(functions).join(', ')}`, at);
		return {kind: 'function', name, at, args: this.#arguments(node.args ?? [], at)};
	}

	#filter(node: Parsed): Node {
		const of = this.node(part(node.operand));
		const filter = part(node.filter);
		const isCall = filter.type === 'CallExpression';
		const name = String((isCall ? part(filter.callee) : filter).value);
		const at = this.places.place('Identifier', name);
		const args = isCall ? this.#arguments(filter.args ?? [], at) : none;
		const test = /^is( not)? (.*)$/.exec(name);
		if (test) return this.#test(of, test[2] ?? '', test[1] !== undefined, args, at);
		if (!Object.hasOwn(filters, name))
			this.refuse(`there is no filter ${name}; known are ${Object.keys(filters).sort().join(', ')}`, at);
		return {kind: 'filter', of, name, args, at};
	}

	#test(
		of: Node,
		name: string,
		isNot: boolean,
		args: Arguments,
		at = this.places.place('Identifier', name),
	): Node {
		if (!Object.hasOwn(tests, name))
			this.refuse(`there is no test ${name}; known are ${Object.keys(tests).sort().join(', ')}`, at);
		return {kind: 'test', of, name, isNot, args, at};
	}

	#arguments(args: readonly Parsed[], at: number): Arguments {
		const values: Node[] = [];
		const named: {name: string; value: Node}[] = [];
		for (const argument of args) {
			if (argument.type === 'KeywordArgumentExpression')
				named.push({name: this.name(part(argument.key)), value: this.node(argument.value as Parsed)});
			else if (/Spread/.test(argument.type))
				this.refuse('* and ** take no lists apart here; name each value', at);
			else values.push(this.node(argument));
		}
		return {values, named};
	}

	refuse(message: string, at: number): never {
		throw new TemplateError(message, this.#source, at);
	}
}

export function part<Part>(value: Part | undefined): Part {
	if (value === undefined) throw new TypeError('a node of the parser lacks a part');
	return value;
}

function placeOf(token: Token | undefined): number {
	return (token as Word | undefined)?.at ?? 0;
}
