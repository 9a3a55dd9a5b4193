import {defineTarget} from '../target.ts';

export const duckdb = defineTarget({
	type: 'duckdb',
	summary: 'Tables in a file of DuckDB, each run in transactions with its place: duckdb:file.db.',
	schemes: ['duckdb'],
	isPath: true,
	takes: 'parquet',
	fields: {},
	async make() {
		const {duckdbTarget} = await import('../../../sinks/targets/duckdb/target.ts');
		return duckdbTarget();
	},
});
