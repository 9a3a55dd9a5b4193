/**
 * Lines of descent: which rows come with each row of a resource. What a placeholder names is a node: a
 * resource, or several whose rows come one after the other, as `posts|pages`.
 */

/** The nodes that the placeholders of a resource name, in order. */
export type NodesOf = (resource: string) => readonly string[];

/** The resources of a node: one, or several in their order. */
export function alternatives(node: string): readonly string[] {
	return node.split('|');
}

/** Whether every row of a node is one of `wanted`, or comes with one. */
export function comesWith(
	node: string,
	wanted: string,
	nodesOf: NodesOf,
	way: readonly string[] = [],
): boolean {
	if (node === wanted) return true;
	if (way.includes(node)) return false;
	const further = [...way, node];
	const several = alternatives(node);
	return several.length > 1
		? several.every(one => comesWith(one, wanted, nodesOf, further))
		: nodesOf(node).some(parent => comesWith(parent, wanted, nodesOf, further));
}

/** Of some nodes, those that come with none of the others, in order: the others are their ancestors. */
export function nearest(named: readonly string[], nodesOf: NodesOf): string[] {
	return named.filter(node => !named.some(other => other !== node && comesWith(other, node, nodesOf)));
}

/** The node, and all that some rows of it come with, however far. */
export function descent(node: string, nodesOf: NodesOf, seen: Set<string> = new Set()): Set<string> {
	if (seen.has(node)) return seen;
	seen.add(node);
	for (const above of aboveOf(node, nodesOf)) descent(above, nodesOf, seen);
	return seen;
}

/** What the rows of two nodes have in common, as near as can be. */
export function common(one: string, other: string, nodesOf: NodesOf): string[] {
	const theirs = descent(other, nodesOf);
	const found = new Set<string>();
	const seen = new Set<string>();
	const look = (node: string): void => {
		if (seen.has(node)) return;
		seen.add(node);
		if (theirs.has(node)) found.add(node);
		else for (const above of aboveOf(node, nodesOf)) look(above);
	};
	look(one);
	return [...found];
}

function aboveOf(node: string, nodesOf: NodesOf): readonly string[] {
	const several = alternatives(node);
	return several.length > 1 ? several : nodesOf(node);
}
