/** Where pages go. */
export {type Sink, sink} from '../src/core/stage.ts';
export {type CsvOptions, csv, csvFormat} from './csv.ts';
export {type DatasetOptions, type DatasetStream, dataset, type ResumePlace} from './dataset/writable.ts';
export {
	type Encoder,
	type FileFormat,
	fileSink,
	type PartOptions,
	type ReadOptions,
	type Stretch,
	type ValueRange,
} from './file.ts';
export {gzipped} from './gzip.ts';
export {type JsonlOptions, jsonl, jsonlFormat} from './jsonl.ts';
export type {MergeCounts, Part, Superseded, SupersedeOptions} from './merge/part.ts';
export {supersede} from './merge/supersede.ts';
export {fileOutput, type Output, streamOutput} from './output.ts';
export {type Compression, type ParquetOptions, parquet, parquetFormat} from './parquet.ts';
export {RowSet} from './parts/row-set.ts';
