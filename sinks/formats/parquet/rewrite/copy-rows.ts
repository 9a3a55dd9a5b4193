/**
 * Copies rows of a stored row group into the one that is being filled: column by column, in their encoded
 * form, without making records.
 */
import {SinkError} from '../../../../src/core/errors.ts';
import type {RowGroup} from '../footer.ts';
import type {OpenedFile} from '../read/open-file.ts';
import {decodeIndexes} from '../rle-bit-packed.ts';
import {type ByteStringsBuffer, type Viewed, withView} from '../write/byte-strings.ts';
import type {Chunk} from '../write/chunk.ts';
import type {TextBuffer} from '../write/dictionary.ts';
import type {ValueStore} from '../write/values.ts';
import {type StoredPage, storedPages} from './rewrite.ts';

/** `chunks` must have the same columns; `isKept` is called with the number of a row in the group. */
export async function copyRows(
	file: OpenedFile,
	group: RowGroup,
	chunks: readonly Chunk[],
	isKept: (row: number) => boolean,
): Promise<void> {
	for (const chunk of chunks) {
		const info = group.chunks[chunk.leaf.index];
		if (!info)
			throw new SinkError(
				`${file.path}: column ${JSON.stringify(chunk.leaf.label)} is not in every row group`,
			);
		const bytes = await file.read(info.start, info.compressedBytes);
		let texts = noTexts;
		let row = -1;
		for await (const page of storedPages(bytes, info, chunk.leaf)) {
			if (page.isDictionary) {
				texts = textsOf(page);
				continue;
			}
			const kept = takeLevels(page, chunk, row, isKept);
			row = kept.row;
			takeValues(page, chunk.writer.store, kept, texts);
		}
	}
}

/** The values of a dictionary page. */
interface Texts extends Viewed {
	/** Where each value begins, at its length; the last entry is the end of all. */
	readonly starts: Uint32Array;
}

const noTexts: Texts = {...withView(new Uint8Array()), starts: new Uint32Array(1)};

function textsOf({values, count}: StoredPage): Texts {
	const starts = new Uint32Array(count + 1);
	for (let i = 0, at = 0; i < count; i++) {
		at += 4 + values.readUInt32LE(at);
		starts[i + 1] = at;
	}
	return {...withView(values), starts};
}

/** The values of a page that are kept, by number. */
interface Kept {
	readonly values: Int32Array;
	/** The number of values of the page, kept or not, without nulls. */
	readonly of: number;
	/** The row in which the page ends. */
	readonly row: number;
}

/** Adds the levels of the rows that are kept. */
function takeLevels(
	{levels, count}: StoredPage,
	chunk: Chunk,
	before: number,
	isKept: (row: number) => boolean,
): Kept {
	const {definitions, repetitions} = levels;
	const {maxDefinition} = chunk.leaf;
	const target = chunk.levels;
	target.reserve(count);
	const values = new Int32Array(count);
	let copied = 0;
	let value = 0;
	let row = before;
	let keeping = row >= 0 && isKept(row);
	for (let entry = 0; entry < count; entry++) {
		if (!repetitions || repetitions[entry] === 0) keeping = isKept(++row);
		const hasValue = !definitions || definitions[entry] === maxDefinition;
		if (keeping) {
			if (target.definitions && definitions) target.definitions[target.count] = definitions[entry] ?? 0;
			if (target.repetitions && repetitions) target.repetitions[target.count] = repetitions[entry] ?? 0;
			target.count++;
			if (hasValue) values[copied++] = value;
		}
		if (hasValue) value++;
	}
	return {values: values.subarray(0, copied), of: value, row};
}

function takeValues(page: StoredPage, store: ValueStore, {values: kept, of}: Kept, texts: Texts): void {
	const {values} = page;
	switch (store.kind) {
		case 'text':
			if (page.indexed)
				takeIndexed(decodeIndexes(values.subarray(1), of, values[0] ?? 0), store, kept, texts);
			else takeBytes(values, store, kept);
			break;
		case 'bytes':
			takeBytes(values, store, kept);
			break;
		case 'boolean':
			store.reserve(kept.length);
			for (const index of kept) store.items[store.count++] = ((values[index >> 3] ?? 0) >> (index & 7)) & 1;
			break;
		case 'int32':
			store.reserve(kept.length);
			for (const index of kept) store.items[store.count++] = values.readInt32LE(index * 4);
			break;
		case 'int64':
			store.reserve(kept.length);
			for (const index of kept) {
				const at = store.count++ * 2;
				store.words[at] = values.readInt32LE(index * 8);
				store.words[at + 1] = values.readInt32LE(index * 8 + 4);
			}
			break;
		case 'double':
			store.reserve(kept.length);
			for (const index of kept) store.items[store.count++] = values.readDoubleLE(index * 8);
			break;
		case 'fixed':
			for (const index of kept) store.addFrom(values, index * store.width);
	}
}

function takeIndexed(indexes: Int32Array, store: TextBuffer, kept: Int32Array, texts: Texts): void {
	for (const index of kept) {
		const number = indexes[index] ?? 0;
		store.addFrom(texts, (texts.starts[number] ?? 0) + 4, texts.starts[number + 1] ?? 0);
	}
}

// The length of each value is before it, so skipped values have to be read over.
function takeBytes(values: Buffer, store: TextBuffer | ByteStringsBuffer, kept: Int32Array): void {
	const source = withView(values);
	let at = 0;
	let passed = 0;
	for (const index of kept) {
		for (; passed < index; passed++) at += 4 + values.readUInt32LE(at);
		const from = at + 4;
		at = from + values.readUInt32LE(at);
		passed++;
		store.addFrom(source, from, at);
	}
}
