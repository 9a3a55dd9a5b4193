/** Converts stored values and levels after a change of their column. */

import {SinkError} from '../../../../src/core/errors.ts';
import {type JsonValue, stringify} from '../../../../src/core/json/json.ts';
import {describeType} from '../../../../src/core/schema/definition.ts';
import {valueDecoder} from '../read/decode-values.ts';
import type {FileSchema, Leaf} from '../schema.ts';
import {upgrade} from '../type-widening.ts';
import {Chunk} from '../write/chunk.ts';
import {levelsOfSibling, nullLevels, raiseLevels, sharedSteps} from '../write/levels.ts';
import {type ValueWriter, valueWriter} from '../write/values.ts';

/** Where the entries of a leaf come from in a row group with an older schema. */
export type Origin =
	/** The same leaf. `changed` when it may now be null in more places, or has a wider type. */
	| {readonly kind: 'kept' | 'changed'; readonly leaf: Leaf}
	/** A leaf of the same struct, in the older schema and in the newer one. */
	| {readonly kind: 'beside'; readonly leaf: Leaf; readonly now: Leaf}
	| {readonly kind: 'missing'};

/** The origins of every leaf of `schema`, in order. */
export function originsOf(schema: FileSchema, old: FileSchema): Origin[] {
	// Leaves that were taken over from the older schema need no look-up.
	const before = byPath(old.leaves.filter((leaf, index) => leaf !== schema.leaves[index]));
	let now: Map<string, Leaf> | undefined;
	return schema.leaves.map((leaf, index) => {
		if (leaf === old.leaves[index]) return {kind: 'kept', leaf};
		const same = before.get(pathKey(leaf));
		if (same) return {kind: isKept(same, leaf) ? 'kept' : 'changed', leaf: same};
		const near = neighbour(leaf, old.leaves);
		if (near) now ??= byPath(schema.leaves);
		const nearNow = near && now?.get(pathKey(near));
		return near && nearNow ? {kind: 'beside', leaf: near, now: nearNow} : {kind: 'missing'};
	});
}

function byPath(leaves: readonly Leaf[]): Map<string, Leaf> {
	return new Map(leaves.map(leaf => [pathKey(leaf), leaf]));
}

function pathKey({path}: Leaf): string {
	return JSON.stringify(path);
}

function isKept(old: Leaf, leaf: Leaf): boolean {
	return !isWider(old, leaf) && old.definitions.every((level, step) => level === leaf.definitions[step]);
}

/** Whether the values themselves change. */
export function isWider(old: Leaf, leaf: Leaf): boolean {
	return describeType(old.column) !== describeType(leaf.column);
}

function neighbour(leaf: Leaf, leaves: readonly Leaf[]): Leaf | undefined {
	if (leaf.path.length === 1) return undefined;
	let nearest: Leaf | undefined;
	let most = 0;
	for (const other of leaves) {
		const shared = sharedSteps(other, leaf);
		if (shared > most) {
			nearest = other;
			most = shared;
		}
	}
	return nearest;
}

/** Changes the chunks of a row group that is still in memory to a newer schema. */
export function adaptChunks(
	chunks: readonly Chunk[],
	rows: number,
	schema: FileSchema,
	old: FileSchema,
): Chunk[] {
	const from = originsOf(schema, old);
	return schema.leaves.map((leaf, index) => {
		const kept = leaf === old.leaves[index] ? chunks[index] : undefined;
		if (kept) return kept;
		const origin = from[leaf.index];
		const chunk = origin && origin.kind !== 'missing' ? chunks[origin.leaf.index] : undefined;
		if (!origin || origin.kind === 'missing' || !chunk) return new Chunk(leaf, nullLevels(leaf, rows));
		if (origin.kind === 'beside')
			return new Chunk(
				leaf,
				levelsOfSibling(raiseLevels(chunk.levels, origin.leaf, origin.now), origin.now, leaf),
			);
		const {store} = chunk.writer;
		const writer = isWider(chunk.leaf, leaf)
			? widenedValues(store.encode(0, store.count), store.count, chunk.leaf, leaf)
			: chunk.writer;
		return new Chunk(
			leaf,
			origin.kind === 'kept' ? chunk.levels : raiseLevels(chunk.levels, chunk.leaf, leaf),
			writer,
		);
	});
}

/**
 * Converts encoded values of one leaf to those of another; returns the same bytes where the type did not
 * change.
 */
export function widen(values: Buffer, count: number, from: Leaf, to: Leaf): Buffer {
	if (!isWider(from, to)) return values;
	if (to.column.type === 'text' || to.column.type === 'json')
		return plainTexts(upgraded(values, count, from, to), to);
	const {store} = widenedValues(values, count, from, to);
	return store.encode(0, store.count);
}

/** Encoded values in the form of a wider column. */
export function widenedValues(bytes: Buffer, count: number, from: Leaf, to: Leaf): ValueWriter {
	const writer = valueWriter(to);
	const values = upgraded(bytes, count, from, to);
	const appended = writer.append(values, values.length);
	if (appended < values.length) throw tooLarge(values[appended], to);
	return writer;
}

function upgraded(bytes: Buffer, count: number, from: Leaf, to: Leaf): JsonValue[] {
	const become = upgrade(from.column, to.column);
	if (!become)
		throw new SinkError(
			`column ${JSON.stringify(to.label)} cannot become ${describeType(to.column)} from ` +
				`${describeType(from.column)}`,
		);
	const decode = valueDecoder(from.column, from.column, to.label);
	return storedValues(bytes, count, from).map(stored => {
		const value = decode(stored);
		const next = become(value);
		if (next === undefined) throw tooLarge(value, to);
		return next;
	});
}

function tooLarge(value: unknown, {label, column}: Leaf): SinkError {
	return new SinkError(
		`column ${JSON.stringify(label)} became ${describeType(column)}, which cannot hold ${value} of an ` +
			'earlier row. ' +
			(column.type === 'double' ? 'Declare it as decimal or text' : 'Declare it wider'),
	);
}

function storedValues(bytes: Buffer, count: number, {physical, width, column}: Leaf): unknown[] {
	const all = (read: (index: number) => unknown): unknown[] =>
		Array.from({length: count}, (_, index) => read(index));
	switch (physical) {
		case 'BOOLEAN':
			return all(index => (((bytes[index >> 3] ?? 0) >> (index & 7)) & 1) === 1);
		case 'INT32':
			return all(index => bytes.readInt32LE(index * 4));
		case 'INT64':
			return all(index => bytes.readBigInt64LE(index * 8));
		case 'DOUBLE':
			return all(index => bytes.readDoubleLE(index * 8));
		case 'FIXED_LEN_BYTE_ARRAY':
			return all(index => bytes.subarray(index * width, (index + 1) * width));
	}
	let at = 0;
	return all(() => {
		const start = at + 4;
		at = start + bytes.readUInt32LE(at);
		return column.type === 'binary' ? bytes.subarray(start, at) : bytes.toString('utf8', start, at);
	});
}

// Texts with their lengths, as in pages without a dictionary, and in dictionaries.
function plainTexts(values: readonly JsonValue[], {column}: Leaf): Buffer {
	const parts = values.flatMap(value => {
		const text = Buffer.from(column.type === 'json' ? stringify(value) : (value as string));
		const length = Buffer.alloc(4);
		length.writeUInt32LE(text.length);
		return [length, text];
	});
	return Buffer.concat(parts);
}
