/** `sluice/formats`: file formats, for `dataset()` and for sinks with outputs of their own. */
export {type CsvFormatOptions, csvFormat} from '../../sinks/formats/csv/format.ts';
export type {
	Encoder,
	FileFormat,
	PartOptions,
	ReadOptions,
	Stretch,
	ValueRange,
} from '../../sinks/formats/format.ts';
export {gzipped} from '../../sinks/formats/gzip.ts';
export {jsonlFormat} from '../../sinks/formats/jsonl/format.ts';
export {type Compression, type ParquetOptions, parquetFormat} from '../../sinks/formats/parquet/format.ts';
export {RowSet} from '../../sinks/formats/row-set.ts';
