/** Follows the statements of a file in their order, and collects the configs that `rest_api_source` gets. */
import {isPlainObject, type PlainObject} from '../../config/tree.ts';
import {bind, type Call, Evaluator, parametersOf, type Scope} from './evaluator.ts';
import {childrenOf, type Node, partsOf, placeOf} from './syntax.ts';
import {DottedName, PythonFunction, truthOf, Unknown} from './values.ts';

export interface FoundConfig {
	/** The function that makes it, or the variable that it is assigned to. */
	readonly name: string;
	readonly config: PlainObject;
	readonly line: number;
}

export interface Found {
	readonly configs: readonly FoundConfig[];
	readonly remarks: readonly string[];
}

const makers = /^(rest_api_source|rest_api_resources|rest_api)$/;
const MOST_CALLS = 1000;
const DEEPEST = 20;

export function configsIn(root: Node, text: string): Found {
	const program = new Program(text);
	program.run(root);
	return program.found();
}

interface Frame {
	readonly scope: Scope;
	readonly name: string | undefined;
	returned?: {readonly value: unknown};
}

class Program {
	readonly #text: string;
	readonly #evaluator: Evaluator;
	readonly #functions = new Map<string, Node>();
	readonly #made = new Set<string>();
	readonly #configs: FoundConfig[] = [];
	/** Annotated configs that no call has got so far. */
	readonly #annotated = new Map<unknown, FoundConfig>();
	readonly #remarks = new Set<string>();
	readonly #global: Scope = new Map();
	#frame: Frame = {scope: this.#global, name: undefined};
	/** The variable of the assignment in progress. */
	#target: string | undefined;
	#calls = 0;
	#depth = 0;

	constructor(text: string) {
		this.#text = text;
		this.#evaluator = new Evaluator(text, (name, call) => this.#called(name, call));
	}

	run(root: Node): void {
		this.#statements(root, this.#frame);
		// A source is a function that only dlt calls.
		for (const name of this.#functions.keys())
			if (!this.#made.has(name)) this.#invoke(name, {values: [], named: {}});
	}

	found(): Found {
		const left = [...this.#annotated.values()];
		return {configs: [...this.#configs, ...left], remarks: [...this.#remarks]};
	}

	#statements(body: Node, frame: Frame): void {
		for (const statement of partsOf(body)) {
			if (frame.returned) return;
			this.#statement(statement, frame);
		}
	}

	#statement(node: Node, frame: Frame): void {
		switch (node.name) {
			case 'AssignStatement':
				this.#assign(node, frame.scope);
				break;
			case 'ExpressionStatement':
			case 'YieldStatement':
				this.#expressions(node, frame.scope);
				break;
			case 'ReturnStatement': {
				const [value] = partsOf(node);
				frame.returned = {value: value ? this.#evaluator.value(value, frame.scope) : null};
				break;
			}
			case 'FunctionDefinition':
				this.#define(node, frame.scope);
				break;
			case 'DecoratedStatement':
				for (const part of partsOf(node))
					if (part.name === 'FunctionDefinition') this.#define(part, frame.scope);
				break;
			case 'IfStatement':
				this.#if(node, frame);
				break;
			case 'ForStatement':
				this.#for(node, frame);
				break;
			case 'WithStatement':
			case 'TryStatement': {
				const [body] = partsOf(node).filter(({name}) => name === 'Body');
				if (body) this.#statements(body, frame);
				break;
			}
			default:
		}
	}

	#expressions(node: Node, scope: Scope): void {
		for (const part of partsOf(node)) if (!this.#mutates(part, scope)) this.#evaluator.value(part, scope);
	}

	/** `resources.append(…)`, `.extend(…)` and `.update(…)`. */
	#mutates(node: Node, scope: Scope): boolean {
		const [callee, argList] = partsOf(node);
		if (node.name !== 'CallExpression' || callee?.name !== 'MemberExpression' || !argList) return false;
		const [owner, method] = partsOf(callee);
		const name = method && this.#text.slice(method.from, method.to);
		if (!owner || !/^(append|extend|update)$/.test(name ?? '')) return false;
		const target = this.#evaluator.value(owner, scope);
		const [first] = partsOf(argList);
		const value = first && this.#evaluator.value(first, scope);
		if (name === 'append' && Array.isArray(target)) target.push(value);
		else if (name === 'extend' && Array.isArray(target) && Array.isArray(value)) target.push(...value);
		else if (name === 'update' && isPlainObject(target) && isPlainObject(value)) Object.assign(target, value);
		else return false;
		return true;
	}

	#assign(node: Node, scope: Scope): void {
		const children = childrenOf(node).filter(({name}) => name !== 'Comment');
		const at = children.findIndex(({name}) => name === 'AssignOp');
		const [target] = children;
		const given = children
			.slice(at + 1)
			.filter(({name}) => /^[A-Z]/.test(name) && name !== 'AssignOp')
			.at(-1);
		if (!target || !given || at < 0) return;
		if (target.name === 'VariableName') {
			const name = this.#text.slice(target.from, target.to);
			this.#target = name;
			const value = this.#evaluator.value(given, scope);
			this.#target = undefined;
			// A value that is not known has the name of its variable.
			scope.set(name, value instanceof Unknown ? new Unknown(name, value.line) : value);
			const type = children.find(each => each.name === 'TypeDef');
			if (type && /RESTAPIConfig/.test(this.#text.slice(type.from, type.to)) && isPlainObject(value))
				this.#annotated.set(value, {name, config: value, line: placeOf(this.#text, node.from).line});
		} else if (target.name === 'MemberExpression') {
			const [owner, key] = partsOf(target);
			const object = owner && this.#evaluator.value(owner, scope);
			const name = key && this.#evaluator.value(key, scope);
			const value = this.#evaluator.value(given, scope);
			if (isPlainObject(object) && typeof name === 'string') object[name] = value;
		}
	}

	#define(node: Node, scope: Scope): void {
		const [name] = partsOf(node).filter(part => part.name === 'VariableName');
		if (!name) return;
		const text = this.#text.slice(name.from, name.to);
		this.#functions.set(text, node);
		scope.set(
			text,
			new PythonFunction(text, parametersOf(node, this.#text), this.#text.slice(node.from, node.to)),
		);
	}

	#if(node: Node, frame: Frame): void {
		const children = childrenOf(node);
		for (let i = 0; i < children.length; i++) {
			const {name} = children[i] as Node;
			if (name === 'else') {
				this.#statements(children[i + 1] as Node, frame);
				return;
			}
			if (name !== 'if' && name !== 'elif') continue;
			const test = children[i + 1] as Node;
			const body = children[i + 2];
			const isMain = /__name__/.test(this.#text.slice(test.from, test.to));
			const truth = isMain ? true : truthOf(this.#evaluator.value(test, frame.scope));
			if (truth === undefined) {
				this.#remarks.add(
					`line ${placeOf(this.#text, test.from).line}: whether ` +
						`"${this.#text.slice(test.from, test.to)}" holds is not known; it is taken as false`,
				);
				continue;
			}
			if (truth && body) {
				this.#statements(body, frame);
				return;
			}
		}
	}

	#for(node: Node, frame: Frame): void {
		const children = childrenOf(node);
		const inAt = children.findIndex(({name}) => name === 'in');
		const names = children.slice(0, inAt).filter(({name}) => name === 'VariableName');
		const list = children[inAt + 1];
		const body = children.find(({name}) => name === 'Body');
		const items = list && this.#evaluator.value(list, frame.scope);
		if (!Array.isArray(items) || !body) return;
		for (const item of items.slice(0, MOST_CALLS)) {
			bind(
				names.map(({from, to}) => this.#text.slice(from, to)),
				item,
				frame.scope,
			);
			this.#statements(body, frame);
		}
	}

	#called(name: string, {values, named}: Call): {readonly value: unknown} | undefined {
		if (makers.test(name)) {
			const given = values[0] ?? named.config ?? (name === 'rest_api' ? named : undefined);
			const line = 0;
			if (isPlainObject(given)) {
				this.#annotated.delete(given);
				const already = this.#configs.some(({config}) => config === given);
				const label = this.#frame.name ?? this.#target ?? name;
				if (!already) this.#configs.push({name: label, config: given, line});
			}
			return {value: new DottedName(name)};
		}
		return this.#functions.has(name) ? this.#invoke(name, {values, named}) : undefined;
	}

	#invoke(name: string, {values, named}: Call): {readonly value: unknown} | undefined {
		const node = this.#functions.get(name);
		const body = node && partsOf(node).find(part => part.name === 'Body');
		if (!node || !body || ++this.#calls > MOST_CALLS || this.#depth > DEEPEST) return undefined;
		this.#made.add(name);
		const scope: Scope = new Map(this.#global);
		for (const [i, parameter] of parametersOf(node, this.#text).entries())
			scope.set(parameter, named[parameter] ?? values[i] ?? this.#usual(node, parameter));
		const before = this.#frame;
		const frame: Frame = {scope, name};
		this.#frame = frame;
		this.#depth++;
		try {
			this.#statements(body, frame);
		} finally {
			this.#depth--;
			this.#frame = before;
		}
		return frame.returned ?? {value: null};
	}

	/** The default of a parameter. `dlt.secrets.value` is the secret with the name of the parameter. */
	#usual(node: Node, parameter: string): unknown {
		const list = partsOf(node).find(({name}) => name === 'ParamList');
		const children = list ? childrenOf(list) : [];
		const at = children.findIndex(
			({name, from, to}) => name === 'VariableName' && this.#text.slice(from, to) === parameter,
		);
		const next = children.slice(at + 1).filter(({name}) => name !== 'TypeDef');
		const value = next[0]?.name === 'AssignOp' ? next[1] : undefined;
		if (!value) return new Unknown(parameter, placeOf(this.#text, node.from).line);
		const source = this.#text.slice(value.from, value.to);
		if (/secrets\.value$/.test(source)) return `\${secrets.${parameter}}`;
		if (/config\.value$/.test(source)) return new Unknown(parameter, placeOf(this.#text, node.from).line);
		return this.#evaluator.value(value, this.#global);
	}
}
