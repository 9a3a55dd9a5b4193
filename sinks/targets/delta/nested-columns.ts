/**
 * Parquet files with maps and lists of texts, which the columns of datasets never are: the checkpoints of Delta
 * tables. All fields may be null.
 */
import types, {type ThriftStruct} from 'parquetjs-lite/gen-nodejs/parquet_types.js';
import {codec, formatCode} from '../../formats/parquet/compression.ts';
import type {Leaf, Physical} from '../../formats/parquet/schema.ts';
import {serializeThrift} from '../../formats/parquet/thrift.ts';
import {Levels} from '../../formats/parquet/write/levels.ts';
import {type EncodedChunk, PageWriter} from '../../formats/parquet/write/pages.ts';

export type NestedField = {readonly name: string} & (
	| {readonly kind: 'text' | 'long' | 'int' | 'bool'}
	| {readonly kind: 'texts' | 'map'}
	| {readonly kind: 'struct'; readonly fields: readonly NestedField[]}
);

const physical = {text: 'BYTE_ARRAY', long: 'INT64', int: 'INT32', bool: 'BOOLEAN'} as const;
const MAGIC = Buffer.from('PAR1');
/** Records of one row group. */
const GROUP_ROWS = 20_000;
const {ConvertedType: converted, FieldRepetitionType: repetition} = types;

/** Values of one leaf, with their levels. */
class LeafColumn {
	readonly path: readonly string[];
	readonly kind: keyof typeof physical;
	readonly #leaf: Leaf;
	#levels: Levels;
	#values: unknown[] = [];

	constructor(
		path: readonly string[],
		kind: keyof typeof physical,
		maxDefinition: number,
		maxRepetition = 0,
	) {
		this.path = path;
		this.kind = kind;
		this.#leaf = {label: path.join('.'), maxDefinition, maxRepetition} as Leaf;
		this.#levels = new Levels(this.#leaf);
	}

	push(repetition: number, definition: number, value?: unknown): void {
		this.#levels.add(repetition, definition);
		if (definition === this.#leaf.maxDefinition) this.#values.push(value);
	}

	async flush(): Promise<EncodedChunk> {
		const {count} = this.#levels;
		const writer = new PageWriter(this.#leaf, codec('snappy'));
		await writer.addData(this.#levels, 0, count, plain(this.kind, this.#values), false);
		const nulls = count - this.#values.length;
		this.#levels = new Levels(this.#leaf);
		this.#values = [];
		return writer.finish(nulls, undefined);
	}
}

function plain(kind: keyof typeof physical, values: readonly unknown[]): Buffer {
	switch (kind) {
		case 'text':
			return Buffer.concat(values.flatMap(value => lengthAndText(Buffer.from(value as string))));
		case 'long': {
			const bytes = Buffer.alloc(values.length * 8);
			for (const [at, value] of values.entries()) bytes.writeBigInt64LE(BigInt(value as number), at * 8);
			return bytes;
		}
		case 'int': {
			const bytes = Buffer.alloc(values.length * 4);
			for (const [at, value] of values.entries()) bytes.writeInt32LE(value as number, at * 4);
			return bytes;
		}
		case 'bool': {
			const bytes = Buffer.alloc(Math.ceil(values.length / 8));
			for (const [at, value] of values.entries())
				if (value === true) bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (1 << (at & 7));
			return bytes;
		}
	}
}

function lengthAndText(text: Buffer): [Buffer, Buffer] {
	const length = Buffer.alloc(4);
	length.writeUInt32LE(text.length);
	return [length, text];
}

/** Writes a value into the leaves below a field. */
type Shred = (value: unknown, definition: number) => void;

interface Build {
	readonly elements: ThriftStruct[];
	readonly leaves: LeafColumn[];
}

/** A file with these records. */
export async function nestedFile(
	fields: readonly NestedField[],
	records: Iterable<{readonly [name: string]: unknown}>,
): Promise<{readonly bytes: Buffer; readonly rows: number}> {
	const build: Build = {elements: [], leaves: []};
	const shreds = fields.map(field => ({name: field.name, shred: shredOf(field, [], 0, build)}));
	const parts: Buffer[] = [MAGIC];
	const groups: ThriftStruct[] = [];
	let [at, rows, inGroup] = [MAGIC.length, 0, 0];
	const flush = async (): Promise<void> => {
		const chunks: ThriftStruct[] = [];
		let bytes = 0;
		for (const leaf of build.leaves) {
			const {parts: pages, info} = await leaf.flush();
			chunks.push(chunkOf(leaf, {...info, start: at}));
			parts.push(...pages);
			at += info.compressedBytes;
			bytes += info.uncompressedBytes;
		}
		groups.push(new types.RowGroup({num_rows: inGroup, total_byte_size: bytes, columns: chunks}));
		inGroup = 0;
	};
	for (const record of records) {
		for (const {name, shred} of shreds) shred(record[name], 0);
		rows++;
		if (++inGroup === GROUP_ROWS) await flush();
	}
	if (inGroup > 0) await flush();
	parts.push(footerOf(fields.length, build.elements, groups, rows));
	return {bytes: Buffer.concat(parts), rows};
}

function shredOf(field: NestedField, parent: readonly string[], level: number, build: Build): Shred {
	const path = [...parent, field.name];
	const {name, kind} = field;
	if (kind === 'struct') {
		build.elements.push(element(name, repetition.OPTIONAL, {num_children: field.fields.length}));
		const inner = field.fields.map(each => ({
			name: each.name,
			shred: shredOf(each, path, level + 1, build),
		}));
		return (value, definition) => {
			const isNull = value === null || value === undefined;
			for (const each of inner)
				each.shred(
					isNull ? undefined : (value as {[name: string]: unknown})[each.name],
					isNull ? definition : definition + 1,
				);
		};
	}
	if (kind === 'map' || kind === 'texts') return repeatedOf(field.name, kind, path, level, build);
	build.elements.push(
		element(name, repetition.OPTIONAL, {
			type: types.Type[physical[kind] as Physical],
			...(kind === 'text' && {converted_type: converted.UTF8}),
		}),
	);
	const leaf = new LeafColumn(path, kind, level + 1);
	build.leaves.push(leaf);
	return (value, definition) =>
		value === null || value === undefined ? leaf.push(0, definition) : leaf.push(0, definition + 1, value);
}

function repeatedOf(
	name: string,
	kind: 'map' | 'texts',
	path: readonly string[],
	level: number,
	build: Build,
): Shred {
	const inner = kind === 'map' ? 'key_value' : 'list';
	const text = {type: types.Type.BYTE_ARRAY, converted_type: converted.UTF8};
	const annotation = {num_children: 1, converted_type: kind === 'map' ? converted.MAP : converted.LIST};
	build.elements.push(
		element(name, repetition.OPTIONAL, annotation),
		element(inner, repetition.REPEATED, {num_children: kind === 'map' ? 2 : 1}),
		...(kind === 'map' ? [element('key', repetition.REQUIRED, text)] : []),
		element(kind === 'map' ? 'value' : 'element', repetition.OPTIONAL, text),
	);
	const keys = kind === 'map' ? new LeafColumn([...path, inner, 'key'], 'text', level + 2, 1) : undefined;
	const last = kind === 'map' ? 'value' : 'element';
	const values = new LeafColumn([...path, inner, last], 'text', level + 3, 1);
	build.leaves.push(...(keys ? [keys] : []), values);
	return (value, definition) => {
		const isNull = value === null || value === undefined;
		const entries = isNull
			? []
			: Array.isArray(value)
				? value.map(each => ['', each])
				: Object.entries(value);
		if (entries.length === 0) {
			for (const leaf of keys ? [keys, values] : [values]) leaf.push(0, isNull ? definition : definition + 1);
			return;
		}
		for (const [index, [key, each]] of entries.entries()) {
			const again = index === 0 ? 0 : 1;
			keys?.push(again, definition + 2, key);
			const isAbsent = each === null || each === undefined;
			values.push(again, isAbsent ? definition + 2 : definition + 3, each);
		}
	};
}

function element(name: string, repetition_type: number, more: {[name: string]: unknown}): ThriftStruct {
	return new types.SchemaElement({name, repetition_type, ...more});
}

function chunkOf({path, kind}: LeafColumn, info: EncodedChunk['info']): ThriftStruct {
	const {RLE, PLAIN} = types.Encoding;
	return new types.ColumnChunk({
		file_offset: info.start,
		meta_data: new types.ColumnMetaData({
			type: types.Type[physical[kind] as Physical],
			encodings: [RLE, PLAIN],
			path_in_schema: [...path],
			codec: formatCode(info.compression),
			num_values: info.entries,
			total_uncompressed_size: info.uncompressedBytes,
			total_compressed_size: info.compressedBytes,
			data_page_offset: info.start,
		}),
	});
}

function footerOf(children: number, elements: ThriftStruct[], groups: ThriftStruct[], rows: number): Buffer {
	const metadata = serializeThrift(
		new types.FileMetaData({
			version: 1,
			schema: [new types.SchemaElement({name: 'root', num_children: children}), ...elements],
			num_rows: rows,
			row_groups: groups,
			created_by: 'sluice, with parquetjs-lite',
		}),
	);
	const length = Buffer.alloc(4);
	length.writeUInt32LE(metadata.length);
	return Buffer.concat([metadata, length, MAGIC]);
}
