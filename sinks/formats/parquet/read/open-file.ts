/** Opens a Parquet file that Sluice wrote: its columns, and where the chunks of its row groups are. */
import {type FileHandle, open} from 'node:fs/promises';
import types, {
	type ColumnMetaDataStruct,
	type FileMetaDataStruct,
	type SchemaElementStruct,
} from 'parquetjs-lite/gen-nodejs/parquet_types.js';
import util from 'parquetjs-lite/lib/util.js';
import {SinkError} from '../../../../src/core/errors.ts';
import type {Column} from '../../../../src/core/schema/schema.ts';
import {readError} from '../../text.ts';
import {compressionOf} from '../compression.ts';
import type {RowGroup} from '../footer.ts';
import {type Forms, MARKS} from '../forms.ts';
import {type FileSchema, fileSchema} from '../schema.ts';
import type {ChunkInfo} from '../write/pages.ts';

export interface OpenedFile {
	readonly path: string;
	readonly schema: FileSchema;
	readonly groups: readonly RowGroup[];
	/** The forms of its columns; absent where it has none of the type, or a time as text. */
	readonly forms: Partial<Forms>;
	read(position: number, length: number): Promise<Buffer<ArrayBuffer>>;
	close(): Promise<void>;
}

const MAGIC = 'PAR1';
/** The length of the footer, and the magic bytes. */
const END_BYTES = 8;

export async function openParquetFile(path: string): Promise<OpenedFile> {
	let handle: FileHandle | undefined;
	try {
		handle = await open(path);
		return await readFooter(path, handle);
	} catch (error) {
		await handle?.close();
		throw readError(path, error);
	}
}

async function readFooter(path: string, handle: FileHandle): Promise<OpenedFile> {
	const {size} = await handle.stat();
	const read = (position: number, length: number): Promise<Buffer<ArrayBuffer>> =>
		readFrom(handle, path, position, length);
	const end =
		size < MAGIC.length + END_BYTES ? Buffer.alloc(END_BYTES) : await read(size - END_BYTES, END_BYTES);
	const length = end.readUInt32LE(0);
	if (end.toString('latin1', 4) !== MAGIC || length > size - END_BYTES - MAGIC.length)
		throw new SinkError(`${path} is not a Parquet file, or not whole`);
	const footer = new types.FileMetaData();
	util.decodeThrift(footer, await read(size - END_BYTES - length, length), 0);
	return {path, ...contents(path, footer), read, close: () => handle.close()};
}

async function readFrom(
	handle: FileHandle,
	path: string,
	position: number,
	length: number,
): Promise<Buffer<ArrayBuffer>> {
	const buffer = Buffer.from(new ArrayBuffer(length));
	let filled = 0;
	while (filled < length) {
		const {bytesRead} = await handle.read(buffer, filled, length - filled, position + filled);
		if (bytesRead === 0)
			throw new SinkError(`${path} ends at ${position + filled} bytes, before its footer says so`);
		filled += bytesRead;
	}
	return buffer;
}

function contents(path: string, footer: FileMetaDataStruct): Pick<OpenedFile, 'schema' | 'groups' | 'forms'> {
	const [root, ...elements] = footer.schema;
	const found = typesOf(footer);
	const columns = columnsOf(elements.values(), root?.num_children ?? 0, path, found);
	const groups = footer.row_groups.map(group => ({
		rows: Number(group.num_rows),
		chunks: group.columns.map(chunk => chunkInfo(chunk.meta_data, path)),
	}));
	return {schema: fileSchema(columns), groups, forms: found.forms};
}

/** The types in the footer, whose elements are read in order. */
interface Types {
	/** Marked types by the number of their leaf. */
	readonly marked: {readonly [leaf: number]: 'json' | 'time'};
	forms: Partial<Forms>;
	leaf: number;
}

function typesOf({key_value_metadata: pairs}: FileMetaDataStruct): Types {
	const marks = pairs?.find(({key}) => key.toString() === MARKS)?.value?.toString();
	return {marked: marks === undefined ? {} : JSON.parse(marks), forms: {}, leaf: 0};
}

function noted<Type extends 'json' | 'time'>(found: Types, type: Type, form: Forms[Type]): {type: Type} {
	found.forms = {...found.forms, [type]: form};
	return {type};
}

// Parents come before their children.
function columnsOf(
	elements: Iterator<SchemaElementStruct>,
	count: number,
	path: string,
	found: Types,
): Column[] {
	return Array.from({length: count}, () => {
		const {value, done} = elements.next();
		if (done) throw stranger(path, 'its schema ends early');
		return columnOf(value, elements, path, found);
	});
}

function columnOf(
	element: SchemaElementStruct,
	elements: Iterator<SchemaElementStruct>,
	path: string,
	found: Types,
): Column {
	const name = element.name.toString();
	const common = {name, nullable: element.repetition_type === types.FieldRepetitionType.OPTIONAL};
	const children = element.num_children ?? 0;
	if (children === 0) return scalarOf(element, common, path, found);
	if (element.converted_type !== types.ConvertedType.LIST)
		return {...common, type: 'struct', fields: columnsOf(elements, children, path, found)};
	const [list] = columnsOf(elements, 1, path, found);
	const [items] = list?.type === 'struct' ? list.fields : [];
	if (!items) throw stranger(path, `its column ${JSON.stringify(name)} is a list of another making`);
	return {...common, type: 'list', items};
}

function scalarOf(
	element: SchemaElementStruct,
	common: Pick<Column, 'name' | 'nullable'>,
	path: string,
	found: Types,
): Column {
	const {ConvertedType, Type} = types;
	const mark = found.marked[found.leaf++];
	if (mark === 'json') return {...common, ...noted(found, 'json', 'text')};
	if (mark === 'time') return {...common, ...noted(found, 'time', 'bigint')};
	switch (element.converted_type) {
		case ConvertedType.UTF8:
			return {...common, type: 'text'};
		case ConvertedType.JSON:
			return {...common, ...noted(found, 'json', 'json')};
		case ConvertedType.INT_64:
			return {...common, type: 'bigint'};
		case ConvertedType.DATE:
			return {...common, type: 'date'};
		case ConvertedType.TIME_MICROS:
			return {...common, ...noted(found, 'time', 'time')};
		case ConvertedType.TIMESTAMP_MICROS:
			return {...common, type: 'timestamp'};
		case ConvertedType.DECIMAL:
			return {...common, type: 'decimal', precision: element.precision ?? 0, scale: element.scale ?? 0};
		case null:
		case undefined:
			if (element.type === Type.BOOLEAN) return {...common, type: 'bool'};
			if (element.type === Type.DOUBLE) return {...common, type: 'double'};
			if (element.type === Type.BYTE_ARRAY) return {...common, type: 'binary'};
	}
	throw stranger(path, `its column ${JSON.stringify(common.name)} has a type that Sluice does not write`);
}

function stranger(path: string, why: string): SinkError {
	return new SinkError(`${path} was not written by Sluice: ${why}`);
}

function chunkInfo(metadata: ColumnMetaDataStruct, path: string): ChunkInfo {
	const {statistics, codec} = metadata;
	const compression = compressionOf(codec);
	if (!compression) throw stranger(path, 'it is compressed in a way that Sluice does not use');
	const data = Number(metadata.data_page_offset);
	const start = Number(metadata.dictionary_page_offset ?? data);
	const least = statistics?.min_value ?? undefined;
	const greatest = statistics?.max_value ?? undefined;
	return {
		start,
		compression,
		dictionaryBytes: data - start,
		compressedBytes: Number(metadata.total_compressed_size),
		uncompressedBytes: Number(metadata.total_uncompressed_size),
		entries: Number(metadata.num_values),
		nulls: Number(statistics?.null_count ?? 0),
		extremes:
			least === undefined || greatest === undefined
				? undefined
				: {least: bytesOf(least), greatest: bytesOf(greatest)},
	};
}

function bytesOf(value: string | Buffer): Buffer {
	return typeof value === 'string' ? Buffer.from(value) : value;
}

/** The number of rows in a file, from its footer. */
export async function parquetCount(path: string): Promise<number> {
	const file = await openParquetFile(path);
	try {
		return file.groups.reduce((sum, {rows}) => sum + rows, 0);
	} finally {
		await file.close();
	}
}
