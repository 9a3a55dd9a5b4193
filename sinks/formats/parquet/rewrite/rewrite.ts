/**
 * Updates row groups that are already in the file to a schema that came later. The old bytes stay in the
 * file, without a reference.
 */
import types from 'parquetjs-lite/gen-nodejs/parquet_types.js';
import util from 'parquetjs-lite/lib/util.js';
import {type Codec, codec} from '../compression.ts';
import type {RowGroup} from '../footer.ts';
import {bitWidth, decodeRleBitPacked} from '../rle-bit-packed.ts';
import type {FileSchema, Leaf} from '../schema.ts';
import {keepsOrder} from '../type-widening.ts';
import type {Body} from '../write/body.ts';
import {Levels, levelsOfSibling, nullLevels, raiseLevels} from '../write/levels.ts';
import {type ChunkInfo, type EncodedChunk, PageWriter} from '../write/pages.ts';
import {extremes} from '../write/statistics.ts';
import {isWider, type Origin, originsOf, widen, widenedValues} from './widen-values.ts';

/** A row group in the file, with the schema with which it was written. */
export interface StoredGroup extends RowGroup {
	readonly schema: FileSchema;
}

/** A page before compression. */
export interface StoredPage {
	readonly isDictionary: boolean;
	/** The number of entries, or of distinct values of a dictionary. */
	readonly count: number;
	/** The values are indexes into the dictionary. */
	readonly indexed: boolean;
	readonly levels: Levels;
	readonly values: Buffer;
}

const nothing = Buffer.alloc(0);

/** Where the chunks of a row group are, and how chunks that fit are copied. */
export interface ChunkSource {
	read(chunk: ChunkInfo, column: string): Promise<Buffer>;
	keep(chunk: ChunkInfo): Promise<ChunkInfo>;
}

/**
 * The row group with a newer schema: chunks that still fit are kept, the others written anew, one at a time.
 */
export async function rewriteRowGroup(
	group: StoredGroup,
	schema: FileSchema,
	body: Body,
	codec: Codec,
): Promise<StoredGroup> {
	if (group.schema === schema) return group;
	return renewFrom(
		{read: (chunk, column) => body.read(chunk, column), keep: async chunk => chunk},
		group,
		schema,
		body,
		codec,
	);
}

/** The same for a row group of another file. */
export async function renewFrom(
	source: ChunkSource,
	group: StoredGroup,
	schema: FileSchema,
	body: Body,
	codec: Codec,
): Promise<StoredGroup> {
	const from = originsOf(schema, group.schema);
	const chunks: ChunkInfo[] = [];
	for (const leaf of schema.leaves)
		chunks.push(await renewChunk(source, leaf, from[leaf.index], group, body, codec));
	return {rows: group.rows, schema, chunks};
}

async function renewChunk(
	source: ChunkSource,
	leaf: Leaf,
	origin: Origin | undefined,
	{rows, chunks}: StoredGroup,
	body: Body,
	codec: Codec,
): Promise<ChunkInfo> {
	const old = origin && origin.kind !== 'missing' ? chunks[origin.leaf.index] : undefined;
	if (!origin || origin.kind === 'missing' || !old) return body.place(await nullChunk(leaf, rows, codec));
	if (origin.kind === 'kept') return source.keep(old);
	const bytes = await source.read(old, leaf.label);
	if (origin.kind === 'beside') return body.place(await nullChunkBeside(bytes, old, origin, leaf, codec));
	return body.place(await changedChunk(bytes, old, origin.leaf, leaf, codec));
}

// A chunk of nulls, for a column that the row group does not have.
async function nullChunk(leaf: Leaf, rows: number, codec: Codec): Promise<EncodedChunk> {
	const pages = new PageWriter(leaf, codec);
	await pages.addData(nullLevels(leaf, rows), 0, rows, nothing, false);
	return pages.finish(rows, undefined);
}

// A chunk of nulls for a new leaf in a struct: an older leaf of the struct shows where the struct itself is
// null.
async function nullChunkBeside(
	bytes: Buffer,
	info: ChunkInfo,
	{leaf: old, now}: Origin & {kind: 'beside'},
	leaf: Leaf,
	codec: Codec,
): Promise<EncodedChunk> {
	const pages = new PageWriter(leaf, codec);
	let nulls = 0;
	for await (const page of storedPages(bytes, info, old)) {
		if (page.isDictionary) continue;
		const levels = levelsOfSibling(raiseLevels(page.levels, old, now), now, leaf);
		await pages.addData(levels, 0, levels.count, nothing, false);
		nulls += levels.count;
	}
	return pages.finish(nulls, undefined);
}

// The same entries, for a leaf that may be null in more places, or whose type is wider.
async function changedChunk(
	bytes: Buffer,
	info: ChunkInfo,
	old: Leaf,
	leaf: Leaf,
	codec: Codec,
): Promise<EncodedChunk> {
	const pages = new PageWriter(leaf, codec);
	for await (const page of storedPages(bytes, info, old)) {
		if (page.isDictionary) {
			await pages.addDictionary(widen(page.values, page.count, old, leaf), page.count);
			continue;
		}
		const levels = raiseLevels(page.levels, old, leaf);
		const values = page.indexed ? page.values : widen(page.values, valuesOf(page, old), old, leaf);
		await pages.addData(levels, 0, levels.count, values, page.indexed);
	}
	return pages.finish(info.nulls, changedExtremes(info, old, leaf));
}

function valuesOf({levels: {definitions}, count}: StoredPage, {maxDefinition}: Leaf): number {
	if (!definitions) return count;
	let values = 0;
	for (let entry = 0; entry < count; entry++) if (definitions[entry] === maxDefinition) values++;
	return values;
}

// Where the conversion keeps the order, the extremes stay the extremes.
function changedExtremes({extremes: both}: ChunkInfo, old: Leaf, leaf: Leaf): ChunkInfo['extremes'] {
	if (!both || !isWider(old, leaf)) return both;
	if (!keepsOrder(old.column, leaf.column)) return undefined;
	return extremes(widenedValues(Buffer.concat([both.least, both.greatest]), 2, old, leaf).store);
}

/** The pages of a chunk, one after another. */
export async function* storedPages(bytes: Buffer, info: ChunkInfo, leaf: Leaf): AsyncGenerator<StoredPage> {
	const {decompress} = codec(info.compression);
	for (let at = 0; at < bytes.length; ) {
		const header = new types.PageHeader();
		at += util.decodeThrift(header, bytes, at);
		const body = await decompress(bytes.subarray(at, at + header.compressed_page_size));
		at += header.compressed_page_size;
		const isDictionary = header.dictionary_page_header !== null;
		const {num_values: count, encoding} = header.dictionary_page_header ??
			header.data_page_header ?? {num_values: 0, encoding: types.Encoding.PLAIN};
		const levels = new Levels(leaf, count);
		const values = isDictionary ? body : readLevels(body, leaf, count, levels);
		yield {isDictionary, count, indexed: encoding === types.Encoding.RLE_DICTIONARY, levels, values};
	}
}

// Reads the levels at the beginning of a page, and returns its values.
function readLevels(body: Buffer, leaf: Leaf, count: number, levels: Levels): Buffer {
	let rest = body;
	const next = (most: number): Uint8Array => {
		const length = rest.readUInt32LE(0);
		const found = decodeRleBitPacked(rest.subarray(4, 4 + length), count, bitWidth(most));
		rest = rest.subarray(4 + length);
		return found;
	};
	levels.count = count;
	if (levels.repetitions) levels.repetitions = next(leaf.maxRepetition);
	if (levels.definitions) levels.definitions = next(leaf.maxDefinition);
	return rest;
}
