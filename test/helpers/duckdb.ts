/** DuckDB, as the reader of our files that did not write them. */
import {DuckDBInstance, type Json} from '@duckdb/node-api';

/** Rows of one query. Integers beyond 32 bits come as text, digit for digit. */
export async function query(sql: string): Promise<Record<string, Json>[]> {
	const instance = await DuckDBInstance.create(':memory:');
	try {
		const connection = await instance.connect();
		try {
			return (await connection.runAndReadAll(sql)).getRowObjectsJson();
		} finally {
			connection.closeSync();
		}
	} finally {
		instance.closeSync();
	}
}
