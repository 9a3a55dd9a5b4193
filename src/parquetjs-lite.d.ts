/** The parts of parquetjs-lite that the Parquet sink stands on; the package ships no types. */
declare module 'parquetjs-lite' {
	/** Only `sinks/formats/parquet/schema.ts` reads columns, and says there what they hold. */
	type ParquetField = import('../sinks/formats/parquet/schema.ts').Element['field'];

	export interface ParquetFieldDefinition {
		type?: string;
		typeLength?: number;
		optional?: boolean;
		repeated?: boolean;
		fields?: {[key: string]: ParquetFieldDefinition};
	}

	class ParquetSchema {
		constructor(definition: {[key: string]: ParquetFieldDefinition});
		readonly fields: {[key: string]: ParquetField};
		readonly fieldList: ParquetField[];
	}

	class ParquetEnvelopeWriter {
		constructor(
			schema: ParquetSchema,
			write: (bytes: Buffer) => Promise<void>,
			close: () => Promise<void>,
			fileOffset: number,
			options: {pageIndex: boolean},
		);
		readonly offset: number;
		writeHeader(): Promise<void>;
		writeSection(bytes: Buffer): Promise<void>;
	}

	const parquetjs: {ParquetSchema: typeof ParquetSchema; ParquetEnvelopeWriter: typeof ParquetEnvelopeWriter};
	export default parquetjs;
}

declare module 'parquetjs-lite/gen-nodejs/parquet_types.js' {
	export interface ThriftStruct {
		write(protocol: object): void;
		read(protocol: object): void;
	}

	export interface PageHeaderStruct extends ThriftStruct {
		type: number;
		uncompressed_page_size: number;
		compressed_page_size: number;
		data_page_header: {num_values: number; encoding: number} | null;
		dictionary_page_header: {num_values: number; encoding: number} | null;
	}

	export interface SchemaElementStruct extends ThriftStruct {
		type: number | null;
		type_length: number | null;
		repetition_type: number | null;
		name: string | Buffer;
		num_children: number | null;
		converted_type: number | null;
		scale: number | null;
		precision: number | null;
	}

	/** 64 bits, read: `Number()` makes a number of it. */
	export interface Int64 {
		valueOf(): number;
	}

	/** Bytes that are no UTF-8 come as they are, others as the text they spell. */
	export interface StatisticsStruct extends ThriftStruct {
		null_count: Int64 | null;
		min_value: string | Buffer | null;
		max_value: string | Buffer | null;
	}

	export interface ColumnMetaDataStruct extends ThriftStruct {
		codec: number;
		num_values: Int64;
		total_uncompressed_size: Int64;
		total_compressed_size: Int64;
		data_page_offset: Int64;
		dictionary_page_offset: Int64 | null;
		statistics: StatisticsStruct | null;
	}

	export interface FileMetaDataStruct extends ThriftStruct {
		schema: SchemaElementStruct[];
		num_rows: Int64;
		column_orders: {TYPE_ORDER: unknown}[] | null;
		key_value_metadata: {key: string | Buffer; value: string | Buffer | null}[] | null;
		row_groups: {num_rows: Int64; columns: {meta_data: ColumnMetaDataStruct}[]}[];
	}

	type StructClass<Struct = ThriftStruct> = new (fields?: {[name: string]: unknown}) => Struct;
	type Codes<Name extends string> = {readonly [name in Name]: number};

	const types: {
		readonly Type: Codes<'BOOLEAN' | 'INT32' | 'INT64' | 'DOUBLE' | 'BYTE_ARRAY' | 'FIXED_LEN_BYTE_ARRAY'>;
		readonly ConvertedType: Codes<
			'UTF8' | 'LIST' | 'MAP' | 'DECIMAL' | 'DATE' | 'TIME_MICROS' | 'TIMESTAMP_MICROS' | 'INT_64' | 'JSON'
		>;
		readonly FieldRepetitionType: Codes<'REQUIRED' | 'OPTIONAL' | 'REPEATED'>;
		readonly Encoding: Codes<'PLAIN' | 'RLE' | 'RLE_DICTIONARY'>;
		readonly CompressionCodec: Codes<'UNCOMPRESSED' | 'SNAPPY' | 'GZIP' | 'BROTLI' | 'ZSTD'>;
		readonly PageType: Codes<'DATA_PAGE' | 'DICTIONARY_PAGE'>;
		readonly PageHeader: StructClass<PageHeaderStruct>;
		readonly DataPageHeader: StructClass;
		readonly DictionaryPageHeader: StructClass;
		readonly Statistics: StructClass;
		readonly ColumnMetaData: StructClass;
		readonly ColumnChunk: StructClass;
		readonly RowGroup: StructClass;
		readonly SchemaElement: StructClass;
		readonly FileMetaData: StructClass<FileMetaDataStruct>;
		readonly ColumnOrder: StructClass;
		readonly TypeDefinedOrder: StructClass;
		readonly LogicalType: StructClass;
		readonly StringType: StructClass;
		readonly ListType: StructClass;
		readonly DecimalType: StructClass;
		readonly DateType: StructClass;
		readonly TimeType: StructClass;
		readonly TimestampType: StructClass;
		readonly TimeUnit: StructClass;
		readonly MicroSeconds: StructClass;
		readonly IntType: StructClass;
		readonly JsonType: StructClass;
		readonly KeyValue: StructClass;
	};
	export default types;
}

declare module 'parquetjs-lite/lib/util.js' {
	import type {ThriftStruct} from 'parquetjs-lite/gen-nodejs/parquet_types.js';

	const util: {
		/** Fills the struct and returns how many bytes it took. */
		decodeThrift(struct: ThriftStruct, bytes: Buffer, offset: number): number;
	};
	export default util;
}

declare module 'parquetjs-lite/lib/compression.js' {
	const compression: {
		inflate(method: 'SNAPPY', bytes: Buffer): Buffer;
		deflate(method: 'SNAPPY', bytes: Uint8Array): Uint8Array;
	};
	export default compression;
}
