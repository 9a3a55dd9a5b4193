/**
 * Finds the rows that come with each row of a resource. A placeholder names a node: a resource, or several
 * whose rows come one after the other, as `posts|pages`.
 *
 * Example: comments name users and posts, and posts name users too. Then comments have one nearest parent,
 * posts. Each row of posts comes with one row of users, so users are its ancestors, and are read for posts
 * only.
 */
import {alternatives} from '../placeholders/reference.ts';

export class Ancestry {
	readonly #namedBy: (resource: string) => readonly string[];

	/** `namedBy` returns the nodes in the placeholders of a resource, in order. */
	constructor(namedBy: (resource: string) => readonly string[]) {
		this.#namedBy = namedBy;
	}

	/** The nodes that a resource is read for, one for each branch. Other nodes come with their rows. */
	nearestParents(resource: string): string[] {
		const named = this.#namedBy(resource);
		return named.filter(node => !named.some(other => other !== node && this.comesWith(other, node)));
	}

	/** Whether every row of a node is a row of `wanted`, or comes with one. */
	comesWith(node: string, wanted: string, way: readonly string[] = []): boolean {
		if (node === wanted) return true;
		if (way.includes(node)) return false;
		const isOneOf = (above: string): boolean => this.comesWith(above, wanted, [...way, node]);
		const several = alternatives(node);
		return several.length > 1 ? several.every(isOneOf) : this.#namedBy(node).some(isOneOf);
	}

	/** The node, and all nodes whose rows come with some of its rows, at any distance. */
	withAncestors(node: string, seen: Set<string> = new Set()): Set<string> {
		if (seen.has(node)) return seen;
		seen.add(node);
		for (const parent of this.#parentsOf(node)) this.withAncestors(parent, seen);
		return seen;
	}

	/** The nearest nodes that the rows of two nodes share. */
	shared(one: string, other: string): string[] {
		const theirs = this.withAncestors(other);
		const found = new Set<string>();
		const seen = new Set<string>();
		const look = (node: string): void => {
			if (seen.has(node)) return;
			seen.add(node);
			if (theirs.has(node)) found.add(node);
			else for (const parent of this.#parentsOf(node)) look(parent);
		};
		look(one);
		return [...found];
	}

	/** The path from a resource back to itself, if it depends on itself. */
	cycleOf(resource: string): string[] | undefined {
		return this.#wayTo(resource, resource, new Set());
	}

	#wayTo(from: string, to: string, seen: Set<string>): string[] | undefined {
		for (const parent of this.#namedBy(from).flatMap(alternatives)) {
			if (parent === to) return [from, to];
			if (seen.has(parent)) continue;
			seen.add(parent);
			const rest = this.#wayTo(parent, to, seen);
			if (rest) return [from, ...rest];
		}
		return undefined;
	}

	#parentsOf(node: string): readonly string[] {
		const several = alternatives(node);
		return several.length > 1 ? several : this.#namedBy(node);
	}
}
