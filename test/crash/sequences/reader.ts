/** Reads tables as anybody would: DuckDB, over all files that a glob finds. */
import {readdir, readlink} from 'node:fs/promises';
import {join} from 'node:path';
import {type DuckDBConnection, DuckDBInstance} from '@duckdb/node-api';
import {parse} from '../../../src/core/json/json.ts';
import {lineOf} from './model.ts';

export interface Reader {
	/** One line for each row of a table, sorted; nothing when files went away meanwhile, and one has to look again. */
	read(root: string, table: string): Promise<string[] | undefined>;
	close(): void;
}

type Fields = Readonly<Record<string, unknown>>;

const endings = ['parquet', 'jsonl', 'jsonl.gz', 'csv', 'csv.gz'] as const;

export async function openReader(): Promise<Reader> {
	const instance = await DuckDBInstance.create(':memory:', {threads: '1'});
	const connection = await instance.connect();
	return {
		async read(root, table) {
			const folder = join(root, table);
			try {
				const target = await readlink(folder);
				const names = await readdir(folder, {recursive: true});
				const found = endings.filter(ending =>
					names.some(name => name.endsWith(`.${ending}`) && !name.includes('_rejects')),
				);
				const rows: Fields[] = [];
				for (const ending of found)
					rows.push(...(await rowsOf(connection, `${folder}/**/*.${ending}`, ending)));
				// Whoever lists a folder that has just been replaced may find it half empty.
				if ((await readlink(folder)) !== target) return undefined;
				return rows.map(table.endsWith('__lines') ? listLine : line).sort();
			} catch (error) {
				if (isGone(error)) return undefined;
				throw error;
			}
		},
		close() {
			connection.closeSync();
			instance.closeSync();
		},
	};
}

async function rowsOf(connection: DuckDBConnection, glob: string, ending: string): Promise<Fields[]> {
	const from = ending.startsWith('parquet')
		? `read_parquet('${glob}', union_by_name = true, hive_partitioning = false)`
		: ending.startsWith('csv')
			? `read_csv('${glob}', all_varchar = true, union_by_name = true, header = true, hive_partitioning = ` +
				"false, quote = '\"', escape = '\"', delim = ',')"
			: `read_ndjson_objects('${glob}', hive_partitioning = false)`;
	const rows: Fields[] = (await connection.runAndReadAll(`select * from ${from}`)).getRowObjectsJson();
	return ending.startsWith('jsonl') ? rows.map(({json}) => parse(String(json)) as Fields) : rows;
}

function isGone(error: unknown): boolean {
	const {code, message = ''} = error as NodeJS.ErrnoException;
	return code === 'ENOENT' || /No files found|No such file|Cannot open file/.test(message);
}

// A value that does not fit its column stands in one beside it, and naming makes another name.
function fieldOf(row: Fields, name: string): unknown {
	const names = name === 'fullName' ? ['fullName', 'full_name'] : [name];
	for (const key of Object.keys(row))
		if (
			names.some(each => key === each || key.startsWith(`${each}__v_`)) &&
			row[key] !== null &&
			row[key] !== ''
		)
			return row[key];
	return undefined;
}

function line(row: Fields): string {
	return lineOf(name => fieldOf(row, name));
}

function listLine(row: Fields): string {
	return `${fieldOf(row, 'tag')} ${Number(fieldOf(row, 'n'))}`;
}
