import {ConfigError} from '../../core/errors.ts';
import {messageOf} from '../../core/stage.ts';
import {choice} from '../fields.ts';
import {defineFormat} from '../format.ts';

export const parquet = defineFormat({
	type: 'parquet',
	summary: 'Columns with types, read by DuckDB, pandas, Spark and the rest.',
	endings: ['parquet', 'pq'],
	isTyped: true,
	needs: 'index',
	mayBeGzip: false,
	fields: {
		compression: choice(['none', 'gzip', 'snappy', 'brotli', 'zstd'], {
			optional: true,
			doc: 'Of the pages in the files; zstd needs Node 22.15. Default: snappy.',
		}),
		jsonAs: choice(['text', 'json'], {
			optional: true,
			doc: 'Parquet: json columns as text, or annotated as JSON, which Polars reads as bytes. Default: text.',
		}),
		timeAs: choice(['time', 'text', 'bigint'], {
			optional: true,
			doc: 'Parquet: time columns as they are, or as text or microseconds for Spark. Default: time.',
		}),
	},
	// Loading it takes as long as loading everything else.
	async make(options) {
		const {parquetFormat} = await import('../../../sinks/formats/parquet/format.ts');
		try {
			return parquetFormat(options);
		} catch (error) {
			throw new ConfigError(messageOf(error));
		}
	},
});
