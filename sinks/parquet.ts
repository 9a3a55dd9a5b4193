/** The stage that writes Parquet: columns with types, for DuckDB, pandas, Spark and other readers. */
import type {Writable} from 'node:stream';
import {sink} from '../src/core/stage.ts';
import {fileSink} from './formats/format.ts';
import {type ParquetOptions, parquetFormat} from './formats/parquet/format.ts';
import {fileOutput} from './output/output.ts';

/**
 * A stage that writes pages into one Parquet file. Pages need a schema, so `normalize()` comes before it. The
 * file appears when it is whole. Later pages may bring new columns, make a column nullable, or widen it from
 * bigint to double or decimal, or a decimal to more digits: earlier row groups are updated at the end.
 * Properties that the schema does not name are left out. A file without any column gets one, `json`, without
 * values, since readers refuse files without columns.
 * @example await pipeline(contacts, normalize(), parquet('contacts.parquet', {compression: 'gzip'}));
 */
export function parquet(path: string, options: ParquetOptions = {}): Writable {
	return sink(fileSink(parquetFormat(options), fileOutput(path)));
}
