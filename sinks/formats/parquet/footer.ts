/** The footer: the schema with the type of every column, and where the chunks of every row group are. */
import types, {type ThriftStruct} from 'parquetjs-lite/gen-nodejs/parquet_types.js';
import type {Column} from '../../../src/core/schema/schema.ts';
import {formatCode} from './compression.ts';
import {annotatedColumn, defaultForms, type Forms, leafTypes, MARKS} from './forms.ts';
import type {Element, FileSchema, Leaf} from './schema.ts';
import {serializeThrift} from './thrift.ts';
import type {ChunkInfo} from './write/pages.ts';

/** A row group in the file. */
export interface RowGroup {
	readonly rows: number;
	/** One chunk per leaf, in the order of the schema. */
	readonly chunks: readonly ChunkInfo[];
}

const MAGIC = 'PAR1';
const VERSION = 2;

export function footer(schema: FileSchema, groups: readonly RowGroup[], forms: Forms = defaultForms): Buffer {
	const marked = leafTypes(schema, forms);
	const metadata = serializeThrift(
		new types.FileMetaData({
			version: VERSION,
			schema: [rootElement(schema), ...schema.elements.map(each => element(each, forms))],
			num_rows: groups.reduce((sum, group) => sum + group.rows, 0),
			row_groups: groups.map(group => rowGroup(schema, group)),
			created_by: 'sluice, with parquetjs-lite',
			...(Object.keys(marked).length > 0 && {key_value_metadata: [keyValue(MARKS, JSON.stringify(marked))]}),
			// Without column orders, readers must not use the extremes.
			column_orders: schema.leaves.map(
				() => new types.ColumnOrder({TYPE_ORDER: new types.TypeDefinedOrder()}),
			),
		}),
	);
	const end = Buffer.alloc(8);
	end.writeUInt32LE(metadata.length);
	end.write(MAGIC, 4);
	return Buffer.concat([metadata, end]);
}

function rootElement({columns}: FileSchema): ThriftStruct {
	return new types.SchemaElement({name: 'root', num_children: columns.length});
}

function keyValue(key: string, value: string): ThriftStruct {
	return new types.KeyValue({key, value});
}

function element({field, column: held}: Element, forms: Forms): ThriftStruct {
	const column = held && annotatedColumn(held, forms);
	const common = {name: field.name, repetition_type: types.FieldRepetitionType[field.repetitionType]};
	if (field.isNested)
		return new types.SchemaElement({...common, num_children: field.fieldCount, ...annotation(column)});
	return new types.SchemaElement({
		...common,
		type: types.Type[field.primitiveType as Leaf['physical']],
		type_length: field.typeLength,
		...annotation(column),
	});
}

const {ConvertedType: converted} = types;

// Both forms: the logical type for current readers, the converted type for old ones.
function annotation(column: Column | undefined): {[name: string]: unknown} {
	switch (column?.type) {
		case 'text':
			return {
				converted_type: converted.UTF8,
				logicalType: new types.LogicalType({STRING: new types.StringType()}),
			};
		case 'json':
			return {
				converted_type: converted.JSON,
				logicalType: new types.LogicalType({JSON: new types.JsonType()}),
			};
		case 'bigint':
			return {
				converted_type: converted.INT_64,
				logicalType: new types.LogicalType({INTEGER: new types.IntType({bitWidth: 64, isSigned: true})}),
			};
		case 'date':
			return {
				converted_type: converted.DATE,
				logicalType: new types.LogicalType({DATE: new types.DateType()}),
			};
		case 'time':
			return {
				converted_type: converted.TIME_MICROS,
				logicalType: new types.LogicalType({
					TIME: new types.TimeType({isAdjustedToUTC: false, unit: micros()}),
				}),
			};
		case 'timestamp':
			return {
				converted_type: converted.TIMESTAMP_MICROS,
				logicalType: new types.LogicalType({
					TIMESTAMP: new types.TimestampType({isAdjustedToUTC: true, unit: micros()}),
				}),
			};
		case 'decimal': {
			const {precision, scale} = column;
			const logicalType = new types.LogicalType({DECIMAL: new types.DecimalType({precision, scale})});
			return {converted_type: converted.DECIMAL, precision, scale, logicalType};
		}
		case 'list':
			return {
				converted_type: converted.LIST,
				logicalType: new types.LogicalType({LIST: new types.ListType()}),
			};
		default:
			return {};
	}
}

function micros(): ThriftStruct {
	return new types.TimeUnit({MICROS: new types.MicroSeconds()});
}

function rowGroup(schema: FileSchema, {rows, chunks}: RowGroup): ThriftStruct {
	return new types.RowGroup({
		num_rows: rows,
		total_byte_size: chunks.reduce((sum, chunk) => sum + chunk.uncompressedBytes, 0),
		columns: chunks.flatMap((chunk, index) => {
			const leaf = schema.leaves[index];
			return leaf ? [columnChunk(leaf, chunk)] : [];
		}),
	});
}

function columnChunk(leaf: Leaf, chunk: ChunkInfo): ThriftStruct {
	const {RLE, PLAIN, RLE_DICTIONARY} = types.Encoding;
	const hasDictionary = chunk.dictionaryBytes > 0;
	return new types.ColumnChunk({
		file_offset: chunk.start,
		meta_data: new types.ColumnMetaData({
			type: types.Type[leaf.physical],
			encodings: hasDictionary ? [RLE, PLAIN, RLE_DICTIONARY] : [RLE, PLAIN],
			path_in_schema: leaf.path,
			codec: formatCode(chunk.compression),
			num_values: chunk.entries,
			total_uncompressed_size: chunk.uncompressedBytes,
			total_compressed_size: chunk.compressedBytes,
			data_page_offset: chunk.start + chunk.dictionaryBytes,
			dictionary_page_offset: hasDictionary ? chunk.start : undefined,
			statistics: new types.Statistics({
				null_count: chunk.nulls,
				min_value: chunk.extremes?.least,
				max_value: chunk.extremes?.greatest,
			}),
		}),
	});
}
