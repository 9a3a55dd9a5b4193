/** What a template gives itself, and what it takes from outside. */
import {clocks} from '../functions.ts';
import {type Node, nodesOf, partsOf, type Statement} from '../parse/nodes.ts';

/** The names that the template sets somewhere. */
export function setNames(body: readonly Statement[]): Set<string> {
	const names = new Set<string>();
	const visit = (statement: Statement): void => {
		if (statement.kind === 'set' || statement.kind === 'set-text' || statement.kind === 'for')
			for (const name of statement.names) names.add(name);
		if (statement.kind === 'for') names.add('loop');
		for (const inner of partsOf(statement)) visit(inner);
	};
	body.forEach(visit);
	return names;
}

export interface Needs {
	readonly names: ReadonlySet<string>;
	/** The template asks for the time, or for a new id. */
	readonly readsClock: boolean;
}

export function needsOf(body: readonly Statement[]): Needs {
	const names = new Set<string>();
	let readsClock = false;
	const visit = (node: Node, given: ReadonlySet<string>): void => {
		if (node.kind === 'name' && !given.has(node.name)) names.add(node.name);
		if (node.kind === 'function' && clocks.has(node.name)) readsClock = true;
		for (const inner of nodesOf(node)) visit(inner, given);
	};
	const walk = (statements: readonly Statement[], given: Set<string>): void => {
		for (const statement of statements) {
			if (statement.kind === 'for') {
				visit(statement.of, given);
				const inside = new Set([...given, ...statement.names, 'loop']);
				if (statement.only) visit(statement.only, inside);
				walk(statement.body, inside);
				walk(statement.none, new Set(given));
				continue;
			}
			if (statement.kind === 'if') visit(statement.test, given);
			else if (statement.kind === 'set-field' && !given.has(statement.name)) names.add(statement.name);
			if ('value' in statement) visit(statement.value, given);
			walk(partsOf(statement), given);
			if (statement.kind === 'set' || statement.kind === 'set-text')
				for (const name of statement.names) given.add(name);
		}
	};
	walk(body, new Set());
	return {names, readsClock};
}
