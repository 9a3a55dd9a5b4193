/** What a template reads from outside: names, and the keys after them. */
import {expressionsOf, type Node, nodesOf, partsOf, type Statement} from '../parse/nodes.ts';

/** A name and the constant keys after it: `['resources', 'users', 'id']`. */
export type ReadPath = readonly [name: string, ...keys: (string | number)[]];

/** All paths that the template reads, each as long as its keys are constant. Names that it sets are among them. */
export function readsOf(body: readonly Statement[]): ReadPath[] {
	const found: ReadPath[] = [];
	const visit = (node: Node): void => {
		const path = pathOf(node);
		if (path) found.push(path);
		else for (const inner of nodesOf(node)) visit(inner);
	};
	const walk = (statement: Statement): void => {
		expressionsOf(statement).forEach(visit);
		partsOf(statement).forEach(walk);
	};
	body.forEach(walk);
	return found;
}

function pathOf(node: Node): ReadPath | undefined {
	if (node.kind === 'name') return [node.name];
	const isGet = node.kind === 'method' && node.name === 'get' && node.args.values.length === 1;
	const key = node.kind === 'item' ? node.key : isGet ? node.args.values[0] : undefined;
	if (key?.kind !== 'constant' || !(typeof key.value === 'string' || typeof key.value === 'number'))
		return undefined;
	const owner = node.kind === 'item' || node.kind === 'method' ? pathOf(node.of) : undefined;
	return owner && [...owner, key.value];
}
