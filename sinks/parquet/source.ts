/**
 * Where the values of a page come from: its records, or, where nobody has touched them, the text that they
 * came in.
 */

import type {JsonRecord} from '../../src/core/page.ts';
import {cellsOf, parsedOf} from '../../src/core/records/lazy-records.ts';
import type {Cells, Shape} from '../../src/core/records/value-index.ts';
import {type Viewed, viewed} from './bytes.ts';
import type {Chunk} from './chunk.ts';
import type {FileSchema, Node} from './schema.ts';
import {type Misfit, shred, shredCells} from './shred.ts';

export interface Source {
	/** The text that values stand in, if they do. */
	readonly text: Viewed | undefined;
	/** The first in `[from, to)` that is no record. */
	findStranger(from: number, to: number): {readonly record: unknown; readonly index: number} | undefined;
	/**
	 * Hands the values of one column in `[from, to)` to its chunks. Returns the first record that does not fit.
	 */
	shred(node: Node, from: number, to: number, chunks: readonly Chunk[]): Misfit | undefined;
}

export function sourceOf(records: readonly JsonRecord[], schema: FileSchema): Source {
	const cells = cellsOf(records);
	return cells && schema.nodes.every(node => node.kind === 'leaf')
		? cellSource(cells, schema)
		: recordSource(parsedOf(records));
}

function recordSource(records: readonly unknown[]): Source {
	return {
		text: undefined,
		findStranger(from, to) {
			for (let index = from; index < to; index++) {
				const record = records[index];
				if (typeof record !== 'object' || record === null || Array.isArray(record)) return {record, index};
			}
			return undefined;
		},
		shred: (node, from, to, chunks) => shred(node, records, from, to, chunks),
	};
}

function cellSource(cells: Cells, schema: FileSchema): Source {
	const keys = keysOf(cells.shape, schema);
	return {
		text: viewed(cells.bytes),
		findStranger: () => undefined,
		shred(node, from, to, chunks) {
			const index = node.kind === 'leaf' ? node.leaf.index : -1;
			const chunk = chunks[index];
			return chunk && shredCells(node, cells, keys[index] as number, from, to, chunk);
		},
	};
}

interface Keys {
	readonly shape: Shape;
	/** The shape had so many names. */
	readonly names: number;
	readonly numbers: readonly number[];
}

const known = new WeakMap<FileSchema, Keys>();

// The number of the key of each leaf, or -1.
function keysOf(shape: Shape, schema: FileSchema): readonly number[] {
	const last = known.get(schema);
	if (last?.shape === shape && last.names === shape.names.length) return last.numbers;
	const numbers = schema.columns.map(({name}) => shape.indexOf(name));
	known.set(schema, {shape, names: shape.names.length, numbers});
	return numbers;
}
