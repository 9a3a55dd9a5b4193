/** Where pages go. */
export {type Sink, sink} from '../src/core/stage.ts';
export {type CsvOptions, csv, csvFormat} from './csv.ts';
export {type Encoder, type FileFormat, fileSink} from './file.ts';
export {type FolderOptions, folder} from './folder.ts';
export {type JsonlOptions, jsonl, jsonlFormat} from './jsonl.ts';
export {fileOutput, type Output, streamOutput} from './output.ts';
export {type Compression, type ParquetOptions, parquet, parquetFormat} from './parquet.ts';
export {tableFolders} from './tables.ts';
