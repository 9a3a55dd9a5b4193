/** The source of the values of a page: its records, or, as long as they are not parsed, their text. */

import type {KeyTable} from '../../../../src/core/records/key-table.ts';
import {rowsIn, valueIndexOf} from '../../../../src/core/records/lazy-records.ts';
import type {RecordList} from '../../../../src/core/records/record-list.ts';
import type {ValueIndex} from '../../../../src/core/records/value-index.ts';
import type {FileSchema, SchemaNode} from '../schema.ts';
import {type Viewed, withView} from './byte-strings.ts';
import type {Chunk} from './chunk.ts';
import {type Misfit, splitIndexedIntoLevels, splitIntoLevels} from './record-levels.ts';

export interface ColumnSource {
	/** The text with the values, if there is one. */
	readonly text: Viewed | undefined;
	/** The first item in `[from, to)` that is no record. */
	findStranger(from: number, to: number): {readonly record: unknown; readonly index: number} | undefined;
	/**
	 * Passes the values of one column in `[from, to)` to its chunks. Returns the first record that does not
	 * fit.
	 */
	splitIntoLevels(node: SchemaNode, from: number, to: number, chunks: readonly Chunk[]): Misfit | undefined;
}

export function sourceOf(records: RecordList, schema: FileSchema): ColumnSource {
	const index = valueIndexOf(records);
	return index && schema.nodes.every(node => node.kind === 'leaf')
		? indexSource(index, schema)
		: recordSource(rowsIn(records));
}

function recordSource(records: readonly unknown[]): ColumnSource {
	return {
		text: undefined,
		findStranger(from, to) {
			for (let index = from; index < to; index++) {
				const record = records[index];
				if (typeof record !== 'object' || record === null || Array.isArray(record)) return {record, index};
			}
			return undefined;
		},
		splitIntoLevels: (node, from, to, chunks) => splitIntoLevels(node, records, from, to, chunks),
	};
}

function indexSource(values: ValueIndex, schema: FileSchema): ColumnSource {
	const keys = keysOf(values.keys, schema);
	return {
		text: withView(values.bytes),
		findStranger: () => undefined,
		splitIntoLevels(node, from, to, chunks) {
			const index = node.kind === 'leaf' ? node.leaf.index : -1;
			const chunk = chunks[index];
			return chunk && splitIndexedIntoLevels(node, values, keys[index] as number, from, to, chunk);
		},
	};
}

interface Keys {
	readonly table: KeyTable;
	/** The number of names in the table at that time. */
	readonly names: number;
	readonly numbers: readonly number[];
}

const known = new WeakMap<FileSchema, Keys>();

// The number of the key of each leaf, or -1.
function keysOf(table: KeyTable, schema: FileSchema): readonly number[] {
	const last = known.get(schema);
	if (last?.table === table && last.names === table.names.length) return last.numbers;
	const numbers = schema.columns.map(({name}) => table.indexOf(name));
	known.set(schema, {table, names: table.names.length, numbers});
	return numbers;
}
