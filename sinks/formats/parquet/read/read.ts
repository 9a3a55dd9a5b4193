/** The records of a Parquet file, one row group at a time. The package hyparquet decodes its pages. */
import zlib from 'node:zlib';
import type {CompressionCodec, DecodedArray, FileMetaData, SchemaElement} from 'hyparquet';
import {SinkError} from '../../../../src/core/errors.ts';
import type {JsonValue} from '../../../../src/core/json/json.ts';
import type {JsonRecord} from '../../../../src/core/page.ts';
import type {Column, Schema} from '../../../../src/core/schema/schema.ts';
import type {ReadOptions, Stretch, ValueRange} from '../../format.ts';
import {readError} from '../../text.ts';
import {recordMaker} from '../../text-values.ts';
import {codecNames} from '../compression.ts';
import type {RowGroup} from '../footer.ts';
import type {Element, Leaf} from '../schema.ts';
import type {ChunkInfo} from '../write/pages.ts';
import {type DecodeValue, valueDecoder} from './decode-values.ts';
import {type OpenedFile, openParquetFile} from './open-file.ts';

const MOST_ROWS = 10_000;

export async function* parquetRows(
	path: string,
	options: ReadOptions = {},
): AsyncGenerator<readonly JsonRecord[], void> {
	for await (const stretch of parquetStretches(path, options)) yield* stretch.read();
}

export async function* parquetStretches(
	path: string,
	options: ReadOptions = {},
): AsyncGenerator<Stretch, void> {
	const file = await openParquetFile(path);
	try {
		for (const group of file.groups)
			yield {
				rows: group.rows,
				extremes: name => extremesOf(file, group, name, options.schema),
				read: () => groupRows(file, group, options),
			};
	} finally {
		await file.close();
	}
}

function extremesOf(
	file: OpenedFile,
	{chunks}: RowGroup,
	name: string,
	schema: Schema | undefined,
): ValueRange | undefined {
	const leaf = file.schema.leaves.find(({path}) => path.length === 1 && path[0] === name);
	const found = leaf && chunks[leaf.index]?.extremes;
	if (!leaf || !found) return undefined;
	const column = schema?.columns.find(one => one.name === name) ?? leaf.column;
	const decode = valueDecoder(leaf.column, column, `${file.path}: column ${JSON.stringify(name)}`);
	return {
		least: decode(storedValue(found.least, leaf)),
		greatest: decode(storedValue(found.greatest, leaf)),
	};
}

function storedValue(bytes: Buffer, {physical, column}: Leaf): unknown {
	switch (physical) {
		case 'BOOLEAN':
			return bytes[0] === 1;
		case 'INT32':
			return bytes.readInt32LE();
		case 'INT64':
			return bytes.readBigInt64LE();
		case 'DOUBLE':
			return bytes.readDoubleLE();
		default:
			return column.type === 'text' || column.type === 'json' ? bytes.toString() : bytes;
	}
}

/** The records of one row group. */
export async function* groupRows(
	file: OpenedFile,
	group: RowGroup,
	{schema, columns, signal}: ReadOptions = {},
): AsyncGenerator<readonly JsonRecord[], void> {
	const wanted = sourcesOf(file, schema, columns);
	const decoded = await decode(file, group, wanted, signal);
	const make = recordMaker(wanted.map(source => source.name));
	for (let from = 0; from < group.rows; from += MOST_ROWS) {
		signal?.throwIfAborted();
		const to = Math.min(group.rows, from + MOST_ROWS);
		const batch: JsonRecord[] = [];
		for (let row = from; row < to; row++)
			batch.push(make(index => valueAt(decoded[index], wanted[index], row)));
		yield batch;
	}
}

/** The source of the values of a column; absent when the file does not have the column. */
interface Source {
	readonly name: string;
	/** The index among the columns of the file. */
	readonly at: number;
	readonly decode: DecodeValue | undefined;
}

function sourcesOf(
	file: OpenedFile,
	schema: Schema | undefined,
	names: readonly string[] | undefined,
): Source[] {
	const known = schema?.columns ?? file.schema.columns;
	const places = new Map(file.schema.columns.map((column, index) => [column.name, index]));
	return (names ?? known.map(column => column.name)).map(name => {
		const at = places.get(name) ?? -1;
		const stored = file.schema.columns[at];
		const column = known.find(one => one.name === name) ?? stored;
		return {
			name,
			at,
			decode:
				stored && column && valueDecoder(stored, column, `${file.path}: column ${JSON.stringify(name)}`),
		};
	});
}

function valueAt(values: DecodedArray | undefined, source: Source | undefined, row: number): JsonValue {
	const value: unknown = values?.[row];
	return value === null || value === undefined || !source?.decode ? null : source.decode(value);
}

async function decode(
	file: OpenedFile,
	group: RowGroup,
	wanted: readonly Source[],
	signal: AbortSignal | undefined,
): Promise<readonly (DecodedArray | undefined)[]> {
	const {parquetScan} = await import('hyparquet');
	try {
		const {metadata, names} = describe(file, group);
		const scan = await parquetScan({
			file: {
				byteLength: Number.MAX_SAFE_INTEGER,
				slice: async (start, end = start) => (await file.read(start, end - start)).buffer,
			},
			metadata,
			compressors,
			utf8: false,
			useOffsetIndex: false,
			parsers: {
				stringFromBytes: bytes => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(),
			},
		});
		const decoded: (DecodedArray | undefined)[] = [];
		for (const {at} of wanted) {
			signal?.throwIfAborted();
			const column = names[at];
			decoded.push(
				column === undefined ? undefined : await scan.readColumn({column, rowStart: 0, rowEnd: group.rows}),
			);
		}
		return decoded;
	} catch (error) {
		throw readError(file.path, error, signal);
	}
}

/**
 * The description of one row group for hyparquet. Columns have numbers for names, so that no name of a user's
 * column can become a key of an object or collide with another. All types but text are left out, so that
 * hyparquet returns the exact stored values.
 */
function describe(file: OpenedFile, group: RowGroup): {metadata: FileMetaData; names: readonly string[]} {
	const schema: SchemaElement[] = [{name: 'root', num_children: file.schema.columns.length}];
	const paths: string[][] = [];
	const rest = file.schema.elements.values();
	const names = addElements(rest, file.schema.columns.length, [], schema, paths);
	const metadata: FileMetaData = {
		version: 2,
		schema,
		num_rows: BigInt(group.rows),
		metadata_length: 0,
		row_groups: [
			{
				total_byte_size: 0n,
				num_rows: BigInt(group.rows),
				columns: group.chunks.map((chunk, index) => ({
					file_offset: BigInt(chunk.start),
					meta_data: {
						type: (file.schema.leaves[index] as Leaf).physical,
						encodings: [],
						path_in_schema: paths[index] ?? [],
						codec: codecName(chunk, file.path),
						num_values: BigInt(chunk.entries),
						total_uncompressed_size: BigInt(chunk.uncompressedBytes),
						total_compressed_size: BigInt(chunk.compressedBytes),
						data_page_offset: BigInt(chunk.start + chunk.dictionaryBytes),
						...(chunk.dictionaryBytes > 0 && {dictionary_page_offset: BigInt(chunk.start)}),
					},
				})),
			},
		],
	};
	return {metadata, names};
}

function addElements(
	elements: Iterator<Element>,
	count: number,
	parent: readonly string[],
	schema: SchemaElement[],
	paths: string[][],
): string[] {
	const names: string[] = [];
	for (let i = 0; i < count; i++) {
		const {field, column} = (elements.next() as IteratorYieldResult<Element>).value;
		const name = `column${schema.length}`;
		names.push(name);
		const path = [...parent, name];
		schema.push({
			name,
			repetition_type: field.repetitionType,
			...(field.isNested
				? {num_children: field.fieldCount ?? 0}
				: {
						type: field.primitiveType as Leaf['physical'],
						...(field.typeLength && {type_length: field.typeLength}),
					}),
			...annotation(column),
		});
		if (field.isNested) addElements(elements, field.fieldCount ?? 0, path, schema, paths);
		else paths.push(path);
	}
	return names;
}

// hyparquet makes a text once for each entry of a dictionary; all other types are converted here.
function annotation(column: Column | undefined): Pick<SchemaElement, 'converted_type'> {
	if (column?.type === 'list') return {converted_type: 'LIST'};
	return column?.type === 'text' || column?.type === 'json' ? {converted_type: 'UTF8'} : {};
}

function codecName({compression}: ChunkInfo, path: string): CompressionCodec {
	if (compression === 'zstd' && !compressors.ZSTD)
		throw new SinkError(
			`cannot read ${path} back: it is compressed with zstd, which needs Node 22.15 or newer`,
		);
	return codecNames[compression];
}

type Decompress = (bytes: Uint8Array) => Uint8Array;

const {zstdDecompressSync} = zlib as {zstdDecompressSync?: Decompress};
const compressors = {
	GZIP: (bytes: Uint8Array) => zlib.gunzipSync(bytes),
	BROTLI: (bytes: Uint8Array) => zlib.brotliDecompressSync(bytes),
	...(zstdDecompressSync && {ZSTD: (bytes: Uint8Array) => zstdDecompressSync(bytes)}),
};
