/** The pages of one column chunk: cut to a limited size and compressed, each after its header. */
import types from 'parquetjs-lite/gen-nodejs/parquet_types.js';
import {SinkError} from '../../../../src/core/errors.ts';
import {type Codec, type Compression, codecFor} from '../compression.ts';
import {bitWidth, encodeRleBitPacked} from '../rle-bit-packed.ts';
import type {Leaf} from '../schema.ts';
import {serializeThrift} from '../thrift.ts';
import type {Chunk} from './chunk.ts';
import type {Levels} from './levels.ts';
import {type Extremes, extremes} from './statistics.ts';
import type {ValueStore} from './values.ts';

/** The footer's data about a chunk that is written, or about to be. */
export interface ChunkInfo {
	/** Position in the file. */
	start: number;
	/** The codec of all its pages. */
	readonly compression: Compression;
	/** Bytes of the dictionary page before the data pages; 0 without one. */
	readonly dictionaryBytes: number;
	readonly compressedBytes: number;
	readonly uncompressedBytes: number;
	/** The number of entries, including nulls and empty lists. */
	readonly entries: number;
	readonly nulls: number;
	readonly extremes: Extremes | undefined;
}

export interface EncodedChunk {
	readonly parts: readonly Buffer[];
	readonly info: ChunkInfo;
}

/** Bytes of values after which a page ends, before compression; a value is never split. */
const PAGE_BYTES = 1024 * 1024;
/** Sizes in headers are signed 32-bit numbers. */
const LARGEST_PAGE = 2 ** 31 - 1;

export async function encodeChunk({leaf, levels, writer}: Chunk, codec: Codec): Promise<EncodedChunk> {
	const {store} = writer;
	const pages = new PageWriter(leaf, codec);
	const dictionary = store.kind === 'text' ? store.dictionary() : undefined;
	if (dictionary) await pages.addDictionary(dictionary.encode(0, dictionary.count), dictionary.count);
	let value = 0;
	for (let entry = 0; entry < levels.count; ) {
		const page = cut(leaf, levels, store, entry, value);
		await pages.addData(levels, entry, page.entry, store.encode(value, page.value), dictionary !== undefined);
		({entry, value} = page);
	}
	return pages.finish(levels.count - store.count, extremes(store));
}

/** Entries that are skipped in one step where the page goes on after them. */
const STRIDE = 1024;

// The end of the page that begins at an entry: the first row after enough bytes.
function cut(
	leaf: Leaf,
	levels: Levels,
	store: ValueStore,
	from: number,
	fromValue: number,
): {entry: number; value: number} {
	const {count, repetitions} = levels;
	let value = fromValue;
	let bytes = 0;
	for (let entry = from, step = STRIDE; ; ) {
		if (entry === count || (bytes >= PAGE_BYTES && (!repetitions || repetitions[entry] === 0)))
			return {entry, value};
		const next = Math.min(entry + step, count);
		const nextValue = value + valuesIn(leaf, levels, entry, next);
		const more = next - entry + store.sizeOf(value, nextValue);
		if (step > 1 && bytes + more >= PAGE_BYTES) step = 1;
		else {
			entry = next;
			value = nextValue;
			bytes += more;
		}
	}
}

function valuesIn({maxDefinition}: Leaf, {definitions}: Levels, from: number, to: number): number {
	if (!definitions) return to - from;
	let count = 0;
	for (let entry = from; entry < to; entry++) if (definitions[entry] === maxDefinition) count++;
	return count;
}

/** Collects the pages of one chunk. */
export class PageWriter {
	readonly #leaf: Leaf;
	readonly #wanted: Codec;
	/** The codec, which the first page decides. */
	#codec: Codec | undefined;
	readonly #parts: Buffer[] = [];
	#dictionaryBytes = 0;
	#compressedBytes = 0;
	#uncompressedBytes = 0;
	#entries = 0;

	constructor(leaf: Leaf, codec: Codec) {
		this.#leaf = leaf;
		this.#wanted = codec;
	}

	async addDictionary(values: Buffer, count: number): Promise<void> {
		await this.#add(values, {
			type: types.PageType.DICTIONARY_PAGE,
			dictionary_page_header: new types.DictionaryPageHeader({
				num_values: count,
				encoding: types.Encoding.PLAIN,
			}),
		});
		this.#dictionaryBytes = this.#compressedBytes;
	}

	/** A page of the entries `[from, to)`, with their values already encoded. */
	async addData(levels: Levels, from: number, to: number, values: Buffer, indexed: boolean): Promise<void> {
		const {definitions, repetitions} = levels;
		const parts: Buffer[] = [];
		if (repetitions) parts.push(...packed(repetitions, from, to, this.#leaf.maxRepetition));
		if (definitions) parts.push(...packed(definitions, from, to, this.#leaf.maxDefinition));
		parts.push(values);
		this.#entries += to - from;
		await this.#add(parts.length === 1 ? values : Buffer.concat(parts), {
			type: types.PageType.DATA_PAGE,
			data_page_header: new types.DataPageHeader({
				num_values: to - from,
				encoding: indexed ? types.Encoding.RLE_DICTIONARY : types.Encoding.PLAIN,
				definition_level_encoding: types.Encoding.RLE,
				repetition_level_encoding: types.Encoding.RLE,
			}),
		});
	}

	finish(nulls: number, extremes: Extremes | undefined): EncodedChunk {
		const info = {
			start: 0,
			compression: (this.#codec ?? this.#wanted).name,
			dictionaryBytes: this.#dictionaryBytes,
			compressedBytes: this.#compressedBytes,
			uncompressedBytes: this.#uncompressedBytes,
			entries: this.#entries,
			nulls,
			extremes,
		};
		return {parts: this.#parts, info};
	}

	async #add(body: Buffer, fields: {[name: string]: unknown}): Promise<void> {
		if (body.length > LARGEST_PAGE)
			throw new SinkError(
				`column ${JSON.stringify(this.#leaf.label)}: one row holds ${body.length} bytes, and Parquet's ` +
					'limit is 2 GiB; leave the column out',
			);
		this.#codec ??= await codecFor(this.#wanted, body);
		const compressed = await this.#codec.compress(body);
		const header = new types.PageHeader({
			...fields,
			uncompressed_page_size: body.length,
			compressed_page_size: compressed.length,
		});
		const bytes = serializeThrift(header);
		this.#parts.push(bytes, compressed);
		this.#compressedBytes += bytes.length + compressed.length;
		this.#uncompressedBytes += bytes.length + body.length;
	}
}

// The length of packed levels comes before them, in four bytes.
function packed(levels: Uint8Array, from: number, to: number, most: number): [Buffer, Buffer] {
	const body = encodeRleBitPacked(levels, from, to, bitWidth(most));
	const length = Buffer.allocUnsafe(4);
	length.writeUInt32LE(body.length);
	return [length, body];
}
