/** Where pages go. */
export {type Sink, sink} from '../src/core/stage.ts';
export {type CsvOptions, csv, csvFormat} from './csv.ts';
export {type DatasetOptions, dataset} from './dataset/writable.ts';
export {type Encoder, type FileFormat, fileSink} from './file.ts';
export {type JsonlOptions, jsonl, jsonlFormat} from './jsonl.ts';
export {fileOutput, type Output, streamOutput} from './output.ts';
export {type Compression, type ParquetOptions, parquet, parquetFormat} from './parquet.ts';
