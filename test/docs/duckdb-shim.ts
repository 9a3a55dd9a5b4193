/** What `duckdb -csv [file] -c SQL` prints, for machines without DuckDB's own command. */
import {DuckDBInstance} from '@duckdb/node-api';

const words = process.argv.slice(2).filter(word => !word.startsWith('-'));
const sql = words.pop() ?? '';
const instance = await DuckDBInstance.create(words[0] ?? ':memory:');
const connection = await instance.connect();
const reader = await connection.runAndReadAll(sql);
const cell = (value: unknown): string => {
	const text = value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
	return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
const lines = [reader.columnNames(), ...reader.getRowsJson()].map(row => row.map(cell).join(','));
process.stdout.write(`${lines.join('\n')}\n`);
connection.closeSync();
instance.closeSync();
