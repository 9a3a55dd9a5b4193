/** What becomes of values and levels that were stored before their column changed. */
import {describeType} from '../../src/core/definition.ts';
import {SinkError} from '../../src/core/errors.ts';
import {Chunk} from './chunk.ts';
import {decimalText, readBigEndian} from './decimals.ts';
import {beside, missing, relevel, sharedSteps} from './levels.ts';
import type {FileSchema, Leaf} from './schema.ts';
import {type ValueWriter, valueWriter} from './values.ts';

/** Where the entries of a leaf come from in a row group that was laid out by an older schema. */
export type Origin =
	/** The same leaf. `changed` when it may now be null in more places, or has a wider type. */
	| {readonly kind: 'kept' | 'changed'; readonly leaf: Leaf}
	/** A leaf of the same struct, in the older schema and in the newer one. */
	| {readonly kind: 'beside'; readonly leaf: Leaf; readonly now: Leaf}
	| {readonly kind: 'missing'};

/** The origins of every leaf of `schema`, in order. */
export function origins(schema: FileSchema, old: FileSchema): Origin[] {
	const now = byPath(schema.leaves);
	const before = byPath(old.leaves);
	return schema.leaves.map(leaf => {
		const same = before.get(pathKey(leaf));
		if (same) return {kind: isKept(same, leaf) ? 'kept' : 'changed', leaf: same};
		const near = neighbour(leaf, old.leaves);
		const nearNow = near && now.get(pathKey(near));
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

/** The chunks of a row group that is still in memory, laid out by a newer schema. */
export function adapt(chunks: readonly Chunk[], rows: number, schema: FileSchema, old: FileSchema): Chunk[] {
	const from = origins(schema, old);
	return schema.leaves.map(leaf => {
		const origin = from[leaf.index];
		const chunk = origin && origin.kind !== 'missing' ? chunks[origin.leaf.index] : undefined;
		if (!origin || origin.kind === 'missing' || !chunk) return new Chunk(leaf, missing(leaf, rows));
		if (origin.kind === 'beside')
			return new Chunk(leaf, beside(relevel(chunk.levels, origin.leaf, origin.now), origin.now, leaf));
		const {store} = chunk.writer;
		const writer = isWider(chunk.leaf, leaf) ? widened(store.encode(0, store.count), chunk.leaf, leaf) : chunk.writer;
		return new Chunk(leaf, origin.kind === 'kept' ? chunk.levels : relevel(chunk.levels, chunk.leaf, leaf), writer);
	});
}

/** Encoded values of one leaf as values of another; the very same bytes where the type did not change. */
export function widen(values: Buffer, from: Leaf, to: Leaf): Buffer {
	if (!isWider(from, to)) return values;
	const {store} = widened(values, from, to);
	return store.encode(0, store.count);
}

/** Whole numbers and decimals, read from their bytes and stored in a wider column. */
export function widened(bytes: Buffer, from: Leaf, to: Leaf): ValueWriter {
	const writer = valueWriter(to);
	const scale = from.column.type === 'decimal' ? from.column.scale : 0;
	const values: (number | string)[] = [];
	for (let at = 0; at < bytes.length; at += from.width) {
		const digits = readDigits(bytes, at, from);
		values.push(to.column.type === 'double' ? Number(digits) : decimalText(digits, scale));
	}
	const taken = writer.append(values, values.length);
	if (taken < values.length)
		throw new SinkError(
			`column ${JSON.stringify(to.label)} became ${describeType(to.column)}, which cannot hold ${values[taken]} of an earlier row; declare it wider`,
		);
	return writer;
}

function readDigits(bytes: Buffer, at: number, {physical, width}: Leaf): bigint {
	if (physical === 'INT32') return BigInt(bytes.readInt32LE(at));
	return physical === 'INT64' ? bytes.readBigInt64LE(at) : readBigEndian(bytes, at, width);
}
