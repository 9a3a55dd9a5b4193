/** Where pages go. */
export {type Sink, sink} from '../src/core/stage.ts';
export {type CsvOptions, csv} from './csv.ts';
export {supersede} from './dataset/merge/find-superseded.ts';
export type {MergeCounts, Part, Superseded, SupersedeOptions} from './dataset/merge/types.ts';
export {type DatasetOptions, type DatasetStream, dataset, type ResumePlace} from './dataset.ts';
export {csvFormat} from './formats/csv/format.ts';
export {
	type Encoder,
	type FileFormat,
	fileSink,
	type PartOptions,
	type ReadOptions,
	type Stretch,
	type ValueRange,
} from './formats/format.ts';
export {gzipped} from './formats/gzip.ts';
export {jsonlFormat} from './formats/jsonl/format.ts';
export {type Compression, type ParquetOptions, parquetFormat} from './formats/parquet/format.ts';
export {RowSet} from './formats/row-set.ts';
export {type JsonlOptions, jsonl} from './jsonl.ts';
export {fileOutput, type Output, streamOutput} from './output/output.ts';
export {parquet} from './parquet.ts';
