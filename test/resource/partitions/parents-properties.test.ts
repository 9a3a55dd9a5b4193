/**
 * Any graph of resources with several parents: the same combinations as by definition, in order, and from any
 * cursor on the rest.
 */
import {deepStrictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import type {JsonRecord} from '../../../src/core/page.ts';
import {type Api, read} from './family.ts';

/**
 * Rows of each resource by name, and of several in turn by all their names: what a combination is made of.
 */
type Rows = {readonly [resource: string]: string};

interface Node {
	readonly name: string;
	/** Each a resource, or several in turn. */
	readonly lines: readonly (readonly string[])[];
	/** How many rows there are for the n-th combination, over and over. */
	readonly sizes: readonly number[];
}

interface Graph {
	readonly nodes: readonly Node[];
	readonly api: Api;
	/** Rows of the last resource, as they should come. */
	readonly expected: readonly string[];
	/** Combinations that it is read for. */
	readonly combinations: number;
}

const pathOf = ({name, lines}: Node): string =>
	[name, ...lines.map(line => `{resources.${line.join('|')}.id}`)].join('/');

/** By definition: all combinations of rows, less those with two rows of one resource. */
function graphOf(nodes: readonly Node[]): Graph | undefined {
	const all = new Map<string, Rows[]>();
	const api: {[path: string]: JsonRecord[]} = {};
	let combinations = 0;
	const has = (resource: string, wanted: string): boolean =>
		resource === wanted ||
		(nodes.find(({name}) => name === resource)?.lines ?? []).some(line =>
			line.every(one => has(one, wanted)),
		);
	for (const {name, lines: named, sizes} of nodes) {
		let bindings: {own: string[]; rows: Rows}[] = [{own: [], rows: {}}];
		// A resource that each row of another comes with has no order of its own.
		const lines = named.filter(
			line => !named.some(other => other !== line && other.every(one => has(one, line.join()))),
		);
		for (const line of lines) {
			const rows = line.flatMap(one =>
				(all.get(one) ?? []).map(row => ({
					id: row[one] as string,
					row: {...row, [line.join('|')]: row[one] as string},
				})),
			);
			bindings = bindings.flatMap(({own, rows: before}) =>
				rows
					.filter(({row}) => Object.entries(row).every(([key, value]) => (before[key] ?? value) === value))
					.map(({id, row}) => ({own: [...own, id], rows: {...before, ...row}})),
			);
		}
		combinations = bindings.length;
		const found: Rows[] = [];
		for (const [index, {own, rows}] of bindings.entries()) {
			const ids = Array.from(
				{length: sizes[index % sizes.length] as number},
				(_, i) => `${name}${found.length + i}`,
			);
			const filled = named.map(line => (lines.includes(line) ? own[lines.indexOf(line)] : rows[line.join()]));
			api[[name, ...filled].join('/')] = ids.map(id => ({id}));
			found.push(...ids.map(id => ({...rows, [name]: id})));
		}
		all.set(name, found);
		if (found.length > 40) return undefined;
	}
	const last = nodes.at(-1)?.name ?? '';
	return {nodes, api, expected: (all.get(last) ?? []).map(row => row[last] as string), combinations};
}

const sizes = fc.array(fc.constantFrom(0, 1, 1, 2, 3), {minLength: 1, maxLength: 4});

// Two roots, children of theirs, and what combines those: one line or several, rows of one resource or of two
// in turn.
const graphs: fc.Arbitrary<Graph> = fc
	.record({
		sizes: fc.array(sizes, {minLength: 7, maxLength: 7}),
		c: fc.constantFrom([['a']], [['b']], [['a'], ['b']], [['a', 'b']]),
		d: fc.constantFrom([['a']], [['b']], [['c']], [['b'], ['a']]),
		e: fc.constantFrom([['c']], [['d']], [['a']], [['c', 'd']]),
		f: fc.constantFrom(
			[['c'], ['d']],
			[['d'], ['c']],
			[['d'], ['e']],
			[['c'], ['b'], ['d']],
			[['c', 'd']],
			[['e'], ['d'], ['c']],
		),
		g: fc.constantFrom<string[][]>([['f']], [['f'], ['b']], [['b'], ['f']], [['f'], ['e']], [['a'], ['f']]),
	})
	.map(({sizes: [a, b, c, d, e, f, g] = [], ...lines}) => {
		const some = (all: number[] | undefined): number[] => all ?? [1];
		return graphOf([
			{name: 'a', lines: [], sizes: some(a)},
			{name: 'b', lines: [], sizes: some(b)},
			{name: 'c', lines: lines.c, sizes: some(c)},
			{name: 'd', lines: lines.d, sizes: some(d)},
			{name: 'e', lines: lines.e, sizes: some(e)},
			{name: 'f', lines: lines.f, sizes: some(f)},
			{name: 'g', lines: lines.g, sizes: some(g)},
		]);
	})
	.filter(graph => graph !== undefined);

const resourcesOf = ({nodes}: Graph): object[] =>
	nodes.map(node => ({name: node.name, endpoint: {path: pathOf(node)}}));

const isRefused = (error: unknown): boolean =>
	error instanceof Error && /not every row of/.test(error.message);

test('every combination comes once and in order, alone or together, at any concurrency, and from any cursor on', async () => {
	await fc.assert(
		fc.asyncProperty(graphs, fc.constantFrom(1, 4), fc.nat(), async (graph, concurrency, pick) => {
			const resources = resourcesOf(graph);
			const alone = await read(graph.api, resources, {names: ['g'], concurrency}).catch((error: unknown) => {
				if (isRefused(error)) return undefined;
				throw error;
			});
			fc.pre(alone !== undefined);
			const ids = (rows: readonly JsonRecord[] = []): unknown[] => rows.map(({id}) => id);
			deepStrictEqual(ids(alone.rows.g), graph.expected);
			const together = await read(graph.api, resources, {concurrency});
			deepStrictEqual(together.rows.g, alone.rows.g);
			const pages = alone.pages.g ?? [];
			if (pages.length === 0) return;
			const at = pick % pages.length;
			const cursor = pages[at]?.cursor;
			if (cursor === null || cursor === undefined) return;
			const rest = await read(graph.api, resources, {names: ['g'], concurrency, cursor});
			deepStrictEqual(
				rest.rows.g,
				pages.slice(at + 1).flatMap(({records}) => [...records]),
			);
		}),
		{numRuns: 60},
	);
});
