/** Where pages go. */
export {type Sink, sink} from '../src/core/stage.ts';
export {type CsvOptions, csv, csvFormat} from './csv.ts';
export {supersede} from './dataset/merge/find-superseded.ts';
export type {MergeCounts, Part, Superseded, SupersedeOptions} from './dataset/merge/types.ts';
export {type DatasetOptions, type DatasetStream, dataset, type ResumePlace} from './dataset.ts';
export {
	type Encoder,
	type FileFormat,
	fileSink,
	type PartOptions,
	type ReadOptions,
	type Stretch,
	type ValueRange,
} from './formats/format.ts';
export {RowSet} from './formats/row-set.ts';
export {type JsonlOptions, jsonl, jsonlFormat} from './jsonl.ts';
export {gzipped} from './output/gzip.ts';
export {fileOutput, type Output, streamOutput} from './output/output.ts';
export {type Compression, type ParquetOptions, parquet, parquetFormat} from './parquet.ts';
