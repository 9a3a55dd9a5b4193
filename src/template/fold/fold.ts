/** Does beforehand what is known, and leaves the rest of a template as it is. */

import {Fault, Missing} from '../errors.ts';
import {compiled, language} from '../evaluate/compile.ts';
import {Run} from '../evaluate/evaluation.ts';
import {clocks} from '../functions.ts';
import {type Arguments, type Node, nodesOf, partsOf, type Statement} from '../parse/nodes.ts';
import {isTrue} from '../values/operators.ts';
import {textOf} from '../values/python-text.ts';
import {type Scope, type Value, wasMadeHere} from '../values/values.ts';

const nothing: ReadonlySet<string> = new Set();

/** `set` has the names that the template sets itself, so that they are not known from outside. */
export class ConstantFolder {
	readonly #known: Map<string, Value>;
	readonly #clock: (() => Date) | undefined;
	/** Names that the template sets once, at its top. */
	readonly #steady: ReadonlySet<string>;

	constructor(
		body: readonly Statement[],
		known: Scope,
		set: ReadonlySet<string>,
		clock: (() => Date) | undefined,
	) {
		this.#known = new Map(
			Object.entries(known as {[name: string]: Value}).filter(([name]) => !set.has(name)),
		);
		this.#clock = clock;
		this.#steady = steadyNames(body);
	}

	statements(body: readonly Statement[]): Statement[] {
		const folded = body.flatMap(statement => this.#statement(statement));
		const joined: Statement[] = [];
		for (const statement of folded) {
			const last = joined.at(-1);
			if (statement.kind === 'text' && last?.kind === 'text')
				joined[joined.length - 1] = {kind: 'text', text: last.text + statement.text};
			else joined.push(statement);
		}
		return joined;
	}

	#statement(statement: Statement): readonly Statement[] {
		switch (statement.kind) {
			case 'text':
				return [statement];
			case 'output': {
				const value = this.node(statement.value);
				return value.kind === 'constant'
					? [{kind: 'text', text: textOf(value.value)}]
					: [{...statement, value}];
			}
			case 'set': {
				const value = this.node(statement.value);
				const [name = ''] = statement.names;
				if (value.kind !== 'constant' || statement.names.length > 1 || !this.#steady.has(name))
					return [{...statement, value}];
				this.#known.set(name, value.value);
				return [];
			}
			case 'set-field':
				return [{...statement, value: this.node(statement.value)}];
			case 'set-text':
				return [{...statement, body: this.statements(statement.body)}];
			case 'if': {
				const test = this.node(statement.test);
				const [yes, no] = [this.statements(statement.yes), this.statements(statement.no)];
				if (test.kind !== 'constant') return [{...statement, test, yes, no}];
				return isTrue(test.value) ? yes : no;
			}
			case 'for': {
				const [of, only] = [this.node(statement.of), statement.only && this.node(statement.only)];
				return [
					{
						...statement,
						of,
						only,
						body: this.statements(statement.body),
						none: this.statements(statement.none),
					},
				];
			}
		}
	}

	node(node: Node): Node {
		switch (node.kind) {
			case 'constant':
			case 'error':
				return node;
			case 'name':
				return this.#known.has(node.name) ? {kind: 'constant', value: this.#known.get(node.name)} : node;
			case 'logic': {
				const left = this.node(node.left);
				const right = this.node(node.right);
				if (left.kind !== 'constant') return left.kind === 'error' ? left : {...node, left, right};
				return isTrue(left.value) === (node.operator === 'or') ? left : right;
			}
			case 'choice': {
				const test = this.node(node.test);
				const [yes, no] = [this.node(node.yes), this.node(node.no)];
				if (test.kind !== 'constant') return test.kind === 'error' ? test : {...node, test, yes, no};
				return isTrue(test.value) ? yes : no;
			}
			case 'list':
				return {...node, items: node.items.map(item => this.node(item))};
			case 'dict': {
				const entries = node.entries.map(({key, value}) => ({key: this.node(key), value: this.node(value)}));
				return {...node, entries};
			}
			default:
				return this.#computed(this.#withFolded(node));
		}
	}

	#withFolded(
		node: Exclude<Node, {kind: 'constant' | 'error' | 'name' | 'logic' | 'choice' | 'list' | 'dict'}>,
	): Node {
		switch (node.kind) {
			case 'item':
				return {...node, of: this.node(node.of), key: this.node(node.key)};
			case 'slice':
				return {...node, of: this.node(node.of), bounds: node.bounds.map(bound => bound && this.node(bound))};
			case 'function':
				return {...node, args: this.#arguments(node.args)};
			case 'method':
			case 'filter':
			case 'test':
				return {...node, of: this.node(node.of), args: this.#arguments(node.args)};
			case 'unary':
				return {...node, of: this.node(node.of)};
			case 'binary':
				return {...node, left: this.node(node.left), right: this.node(node.right)};
			case 'compare': {
				const rest = node.rest.map(({operator, value}) => ({operator, value: this.node(value)}));
				return {...node, first: this.node(node.first), rest};
			}
		}
	}

	#arguments({values, named}: Arguments): Arguments {
		return {
			values: values.map(value => this.node(value)),
			named: named.map(({name, value}) => ({name, value: this.node(value)})),
		};
	}

	#computed(node: Node): Node {
		if (!this.#isKnown(node)) return node;
		const run = new Run({}, this.#clock ?? (() => new Date(0)), language);
		try {
			const value = compiled(node, nothing)(run);
			// A list that the template makes may be changed by it, so it is made anew each time.
			return wasMadeHere(value) ? node : {kind: 'constant', value};
		} catch (error) {
			if (error instanceof Fault || error instanceof Missing) return {kind: 'error', error, at: run.at};
			throw error;
		}
	}

	#isKnown(node: Node): boolean {
		if (node.kind === 'name') return false;
		if (node.kind === 'function' && clocks.has(node.name) && (!this.#clock || node.name === 'generate_uuid'))
			return false;
		return nodesOf(node).every(inner => this.#isKnown(inner));
	}
}

function steadyNames(body: readonly Statement[]): Set<string> {
	const counts = new Map<string, number>();
	const visit = (statement: Statement, isTop: boolean): void => {
		if (statement.kind === 'set' || statement.kind === 'set-text' || statement.kind === 'for')
			for (const name of statement.names) counts.set(name, (counts.get(name) ?? 0) + (isTop ? 1 : 2));
		if (statement.kind === 'for') for (const name of statement.names) counts.set(name, 2);
		for (const inner of partsOf(statement)) visit(inner, false);
	};
	for (const statement of body) visit(statement, true);
	return new Set([...counts].filter(([, count]) => count === 1).map(([name]) => name));
}
