/** Changes the nodes of a template. */
import type {Arguments, Node, Statement} from '../parse/nodes.ts';

/** Returns the node in place of this one; `undefined`: the nodes inside it are changed. */
export type Rewrite = (node: Node) => Node | undefined;

export function rewritten(body: readonly Statement[], change: Rewrite): Statement[] {
	const node = (one: Node): Node => rewrittenNode(one, change);
	const all = (list: readonly Statement[]): Statement[] => list.map(statement);
	function statement(one: Statement): Statement {
		switch (one.kind) {
			case 'text':
				return one;
			case 'set-text':
				return {...one, body: all(one.body)};
			case 'if':
				return {...one, test: node(one.test), yes: all(one.yes), no: all(one.no)};
			case 'for':
				return {
					...one,
					of: node(one.of),
					only: one.only && node(one.only),
					body: all(one.body),
					none: all(one.none),
				};
			default:
				return {...one, value: node(one.value)};
		}
	}
	return all(body);
}

export function rewrittenNode(given: Node, change: Rewrite): Node {
	const changed = change(given);
	if (changed) return changed;
	const node = (one: Node): Node => rewrittenNode(one, change);
	const args = ({values, named}: Arguments): Arguments => ({
		values: values.map(node),
		named: named.map(({name, value}) => ({name, value: node(value)})),
	});
	switch (given.kind) {
		case 'constant':
		case 'error':
		case 'name':
			return given;
		case 'item':
			return {...given, of: node(given.of), key: node(given.key)};
		case 'slice':
			return {...given, of: node(given.of), bounds: given.bounds.map(bound => bound && node(bound))};
		case 'function':
			return {...given, args: args(given.args)};
		case 'method':
		case 'filter':
		case 'test':
			return {...given, of: node(given.of), args: args(given.args)};
		case 'unary':
			return {...given, of: node(given.of)};
		case 'binary':
		case 'logic':
			return {...given, left: node(given.left), right: node(given.right)};
		case 'compare': {
			const rest = given.rest.map(({operator, value}) => ({operator, value: node(value)}));
			return {...given, first: node(given.first), rest};
		}
		case 'choice':
			return {...given, test: node(given.test), yes: node(given.yes), no: node(given.no)};
		case 'list':
			return {...given, items: given.items.map(node)};
		case 'dict': {
			const entries = given.entries.map(({key, value}) => ({key: node(key), value: node(value)}));
			return {...given, entries};
		}
	}
}
