/** Splits records into the values and levels of every leaf below a column. */
import {NULL} from '../../../../src/core/json/ascii.ts';
import type {ValueIndex} from '../../../../src/core/records/value-index.ts';
import type {SchemaNode} from '../schema.ts';
import type {Chunk} from './chunk.ts';

/** A record whose form differs from that of its column. */
export interface Misfit {
	readonly node: SchemaNode;
	readonly value: unknown;
	/** Index of the record. */
	readonly index: number;
}

type Rows = readonly unknown[];

/**
 * Passes the values of one column in `records[from..to)` to its chunks. Returns the first record that does
 * not fit.
 */
export function splitIntoLevels(
	node: SchemaNode,
	records: Rows,
	from: number,
	to: number,
	chunks: readonly Chunk[],
): Misfit | undefined {
	if (node.kind !== 'leaf') return shredNested(node, records, from, to, chunks);
	const chunk = chunks[node.leaf.index];
	if (!chunk) return undefined;
	return node.nullable
		? shredOptional(node, records, from, to, chunk)
		: shredRequired(node, records, from, to, chunk);
}

function shredRequired(
	node: SchemaNode,
	records: Rows,
	from: number,
	to: number,
	chunk: Chunk,
): Misfit | undefined {
	const {values, levels} = chunk;
	const read = reader(node.name);
	for (let index = from; index < to; index++) {
		const value = read(records[index], node.name);
		if (value === null || value === undefined) return {node, value, index};
		values[index - from] = value;
	}
	levels.count += to - from;
	chunk.waiting = to - from;
	return undefined;
}

function shredOptional(
	node: SchemaNode,
	records: Rows,
	from: number,
	to: number,
	chunk: Chunk,
): Misfit | undefined {
	const {values, levels} = chunk;
	levels.reserve(to - from);
	const {definitions} = levels;
	if (!definitions) return undefined;
	const read = reader(node.name);
	const {name} = node;
	let at = levels.count;
	let waiting = 0;
	for (let index = from; index < to; index++) {
		const value = read(records[index], name);
		if (value === null || value === undefined) definitions[at++] = 0;
		else {
			definitions[at++] = 1;
			values[waiting++] = value;
		}
	}
	levels.count = at;
	chunk.waiting = waiting;
	return undefined;
}

/**
 * The same for a column without inner columns, from records whose values are in text. `key` is the number of
 * the column's key, -1 without one.
 */
export function splitIndexedIntoLevels(
	node: SchemaNode,
	{bytes, spans, stride}: ValueIndex,
	key: number,
	from: number,
	to: number,
	chunk: Chunk,
): Misfit | undefined {
	const {levels} = chunk;
	levels.reserve(to - from);
	chunk.reservePlaces(to - from);
	const {definitions} = levels;
	const {places} = chunk;
	const isKnown = key >= 0 && 2 * key < stride;
	let waiting = 0;
	let at = levels.count;
	for (let index = from; index < to; index++) {
		const cell = index * stride + 2 * key;
		const start = isKnown ? (spans[cell] as number) : 0;
		const isThere = start !== 0 && bytes[start] !== NULL;
		if (definitions) definitions[at++] = isThere ? 1 : 0;
		else if (!isThere) return {node, value: null, index};
		if (!isThere) continue;
		places[waiting++] = start;
		places[waiting++] = spans[cell + 1] as number;
	}
	levels.count += to - from;
	chunk.waiting = waiting / 2;
	return undefined;
}

type Take = (record: unknown, name: string) => unknown;

// A plain look-up finds `toString` in every object; names that objects do not inherit are safe, and faster.
function reader(name: string): Take {
	return name in Object.prototype ? takeOwn : readPlain;
}

function readPlain(record: unknown, name: string): unknown {
	return (record as {readonly [name: string]: unknown})[name];
}

function takeOwn(record: unknown, name: string): unknown {
	return Object.hasOwn(record as object, name) ? readPlain(record, name) : undefined;
}

function shredNested(
	node: SchemaNode,
	records: Rows,
	from: number,
	to: number,
	chunks: readonly Chunk[],
): Misfit | undefined {
	const read = reader(node.name);
	for (let index = from; index < to; index++) {
		const wrong = walk(node, read(records[index], node.name), 0, chunks);
		if (wrong) return {...wrong, index};
	}
	return undefined;
}

// `repetition` is the level of the first entry below; the items of a list after the first have the level of
// the list.
function walk(
	node: SchemaNode,
	value: unknown,
	repetition: number,
	chunks: readonly Chunk[],
): Omit<Misfit, 'index'> | undefined {
	if (value === null || value === undefined) {
		if (!node.nullable) return {node, value};
		empty(node, repetition, node.definition - 1, chunks);
		return undefined;
	}
	if (node.kind === 'leaf') {
		const chunk = chunks[node.leaf.index];
		chunk?.levels.add(repetition, node.definition);
		if (chunk) chunk.values[chunk.waiting++] = value;
		return undefined;
	}
	if (node.kind === 'list') return walkList(node, value, repetition, chunks);
	if (typeof value !== 'object' || Array.isArray(value)) return {node, value};
	for (const field of node.fields) {
		const wrong = walk(field, takeOwn(value, field.name), repetition, chunks);
		if (wrong) return wrong;
	}
	return undefined;
}

function walkList(
	node: SchemaNode & {kind: 'list'},
	value: unknown,
	repetition: number,
	chunks: readonly Chunk[],
): Omit<Misfit, 'index'> | undefined {
	if (!Array.isArray(value)) return {node, value};
	if (value.length === 0) empty(node, repetition, node.definition, chunks);
	for (let i = 0; i < value.length; i++) {
		const wrong = walk(node.item, value[i], i === 0 ? repetition : node.repetition, chunks);
		if (wrong) return wrong;
	}
	return undefined;
}

// Adds one entry without a value for every leaf below.
function empty(node: SchemaNode, repetition: number, definition: number, chunks: readonly Chunk[]): void {
	if (node.kind === 'leaf') chunks[node.leaf.index]?.levels.add(repetition, definition);
	else if (node.kind === 'list') empty(node.item, repetition, definition, chunks);
	else for (const field of node.fields) empty(field, repetition, definition, chunks);
}
