/** Makes our statements of the parser's. */
import type {Parsed} from './jinja.ts';
import {constants, type NodeMaker, part} from './node-maker.ts';
import type {Statement} from './nodes.ts';

export class StatementMaker {
	readonly #nodes: NodeMaker;

	constructor(nodes: NodeMaker) {
		this.#nodes = nodes;
	}

	statements(body: readonly Parsed[]): Statement[] {
		return body.flatMap(statement => this.#statement(statement) ?? []);
	}

	#statement(statement: Parsed): Statement | undefined {
		switch (statement.type) {
			case 'Comment':
				return undefined;
			case 'Set':
				return this.#set(statement);
			case 'If': {
				const test = this.#nodes.node(part(statement.test));
				const yes = this.statements(statement.body ?? []);
				return {kind: 'if', test, yes, no: this.statements(statement.alternate ?? [])};
			}
			case 'For':
				return this.#for(statement);
			default: {
				// A text and a literal in {{ }} look the same to the parser, and print the same.
				if (statement.type === 'StringLiteral') return {kind: 'text', text: String(statement.value)};
				return {kind: 'output', value: this.#nodes.node(statement)};
			}
		}
	}

	#set(statement: Parsed): Statement {
		const target = part(statement.assignee);
		const at = this.#nodes.places.place('Identifier', 'set');
		const value = statement.value as Parsed | null;
		if (target.type === 'MemberExpression') {
			const name = this.#nodes.name(part(target.object));
			const field = this.#nodes.name(part(target.property));
			if (target.computed || !value) this.#nodes.refuse('{% set %} takes a name here', at);
			return {kind: 'set-field', name, field, value: this.#nodes.node(value), at};
		}
		const names = this.#targets(target, at);
		return value
			? {kind: 'set', names, value: this.#nodes.node(value), at}
			: {kind: 'set-text', names, body: this.statements(statement.body ?? []), at};
	}

	#for(statement: Parsed): Statement {
		const at = this.#nodes.places.place('Identifier', 'for');
		const names = this.#targets(part(statement.loopvar), at);
		const select = part(statement.iterable);
		const hasCondition = select.type === 'SelectExpression';
		const of = this.#nodes.node(hasCondition ? part(select.lhs) : select);
		const only = hasCondition ? this.#nodes.node(part(select.test)) : undefined;
		const body = this.statements(statement.body ?? []);
		return {kind: 'for', names, of, only, body, none: this.statements(statement.defaultBlock ?? []), at};
	}

	#targets(target: Parsed, at: number): string[] {
		const targets = target.type === 'TupleLiteral' ? (target.value as readonly Parsed[]) : [target];
		if (targets.some(({type, value}) => type !== 'Identifier' || constants.has(String(value))))
			this.#nodes.refuse('a name must stand here', at);
		return targets.map(target => this.#nodes.name(target));
	}
}
