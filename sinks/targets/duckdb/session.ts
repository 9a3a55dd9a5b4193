/** A file of DuckDB that this process has open. DuckDB locks it, so no other process writes to it. */
import {link, rm} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import type {DuckDBConnection, DuckDBInstance, DuckDBValue} from '@duckdb/node-api';
import {ConfigError, SchemaError, SinkError, SluiceError, StateError} from '../../../src/core/errors.ts';
import type {JsonRecord} from '../../../src/core/page.ts';
import {messageOf} from '../../../src/core/stage.ts';
import {parquetFormat} from '../../formats/parquet/format.ts';
import {fileOutput} from '../../output/output.ts';
import type {Database, FoundColumn, Loading, SqlResult, SqlValue, Unloading} from '../sql/database.ts';
import {quoted, RUN} from '../sql/names.ts';
import {cellReader, cellText, conversion, isSame, typeOf} from './types.ts';

const MOST_NAME_BYTES = 1000;

type Duckdb = typeof import('@duckdb/node-api');

// The name is not in the import itself: a bundler would resolve it, and with it the binaries for all systems.
const PACKAGE = '@duckdb/node-api';

async function driver(): Promise<Duckdb> {
	try {
		return await import(PACKAGE);
	} catch (error) {
		throw new ConfigError(
			`a database of DuckDB needs a package: npm install @duckdb/node-api (${messageOf(error)})`,
		);
	}
}

export async function openSession(path: string, shown: string, isReadOnly: boolean): Promise<Session> {
	const duckdb = await driver();
	let instance: DuckDBInstance | undefined;
	try {
		instance = await duckdb.DuckDBInstance.create(path, {
			access_mode: isReadOnly ? 'READ_ONLY' : 'READ_WRITE',
		});
		return new Session(shown, duckdb, instance, await instance.connect());
	} catch (error) {
		instance?.closeSync();
		throw opening(error, shown);
	}
}

function opening(error: unknown, shown: string): Error {
	const text = messageOf(error);
	if (/lock/i.test(text)) {
		const [, pid] = /PID (\d+)/.exec(text) ?? [];
		return new StateError(
			`${shown}: is open in another process${pid ? ` (${pid})` : ''}, and DuckDB lets one process write ` +
				'to a file. Nothing was changed. Close it there, or wait',
		);
	}
	return new SinkError(`${shown}: cannot be opened: ${text}`, {cause: error});
}

export class Session implements Database {
	readonly names = {most: MOST_NAME_BYTES, foldsCase: true};
	readonly types = {bytes: 'BLOB', json: 'VARCHAR', run: 'VARCHAR'};
	readonly rowNumber = 'rowid';
	readonly typeOf = typeOf;
	readonly conversion = conversion;
	readonly isSame = isSame;
	readonly #shown: string;
	readonly #duckdb: Duckdb;
	readonly #instance: DuckDBInstance;
	readonly #connection: DuckDBConnection;
	readonly #staged = new Set<string>();
	#turn: Promise<unknown> = Promise.resolve();

	constructor(shown: string, duckdb: Duckdb, instance: DuckDBInstance, connection: DuckDBConnection) {
		this.#shown = shown;
		this.#duckdb = duckdb;
		this.#instance = instance;
		this.#connection = connection;
	}

	close(): void {
		this.#connection.closeSync();
		this.#instance.closeSync();
	}

	table(name: string): string {
		return `main.${quoted(name)}`;
	}

	run(sql: string, values: readonly SqlValue[] = []): Promise<SqlResult> {
		return this.#attempt(async () => {
			const given = values.map(
				(value): DuckDBValue => (value instanceof Uint8Array ? this.#duckdb.blobValue(value) : value),
			);
			const result = await this.#connection.runAndReadAll(sql, given.length > 0 ? given : undefined);
			return {rows: result.getRowObjectsJS(), count: Math.max(result.rowsChanged, 0)};
		});
	}

	exclusive<T>(work: () => Promise<T>): Promise<T> {
		const result = this.#turn.then(work);
		this.#turn = result.catch(() => {});
		return result;
	}

	transaction<T>(work: () => Promise<T>): Promise<T> {
		return this.exclusive(async () => {
			await this.run('BEGIN TRANSACTION');
			try {
				const result = await work();
				// Where it fails, DuckDB has taken the whole transaction back.
				await this.run('COMMIT');
				return result;
			} catch (error) {
				await this.#connection.run('ROLLBACK').catch(() => {});
				throw error;
			} finally {
				await this.#dropStaged();
			}
		});
	}

	// A table that stays is replaced when its name is used again: the commit itself has not failed.
	async #dropStaged(): Promise<void> {
		for (const name of this.#staged)
			await this.#connection.run(`DROP TABLE IF EXISTS ${name}`).then(
				() => this.#staged.delete(name),
				() => {},
			);
	}

	async columns(table: string): Promise<ReadonlyMap<string, FoundColumn> | undefined> {
		const {rows} = await this.run(
			`SELECT column_name AS name, data_type AS type, is_nullable FROM duckdb_columns()
			WHERE database_name = current_database() AND schema_name = 'main' AND lower(table_name) = lower($1)`,
			[table],
		);
		if (rows.length === 0) return undefined;
		return new Map(
			rows.map(({name, type, is_nullable}) => [
				String(name),
				{type: String(type), isNullable: is_nullable === true},
			]),
		);
	}

	async stage(name: string, like: string): Promise<void> {
		this.#staged.add(name);
		await this.run(
			`CREATE OR REPLACE TEMPORARY TABLE ${name} AS SELECT * EXCLUDE (${quoted(RUN)}) FROM ${like} LIMIT 0`,
		);
	}

	// DuckDB keeps statistics of all tables, and joins by hash.
	async analyze(): Promise<void> {}

	async index(): Promise<void> {}

	async load(table: string, {path, names, run}: Loading): Promise<number> {
		const file = await this.#plain(path);
		try {
			const from = [...names.keys()].map(quoted);
			const into = [...names.values()].map(quoted);
			if (run !== undefined) into.push(quoted(RUN));
			const cells = [...from, ...(run === undefined ? [] : [text(run)])];
			const source = `read_parquet(${text(file)})`;
			const {count} = await this.run(
				`INSERT INTO ${table} (${into.join(', ')}) SELECT ${cells.join(', ')} FROM ${source}`,
			);
			return count;
		} finally {
			if (file !== path) await rm(file, {force: true});
		}
	}

	// DuckDB takes some signs in a path for a pattern.
	async #plain(path: string): Promise<string> {
		if (!/[*?[\]{}]/.test(path)) return path;
		const file = join(dirname(path), 'load.parquet');
		await rm(file, {force: true});
		await link(path, file);
		return file;
	}

	async unload({columns, from, path}: Unloading): Promise<void> {
		const cells = columns.map(({sql, column}) => cellText(sql, column)).join(', ');
		const schema = {columns: columns.map(({column}) => ({...column, nullable: true}))};
		const readers = schema.columns.map(column => ({name: column.name, read: cellReader(column)}));
		const output = fileOutput(path);
		await output.open();
		try {
			const encoder = parquetFormat().encoder(output);
			const result = await this.#attempt(() => this.#connection.stream(`SELECT ${cells} ${from}`));
			let number = 0;
			for await (const rows of result.yieldRows()) {
				const records = rows.map(
					(row): JsonRecord =>
						Object.fromEntries(readers.map(({name, read}, at) => [name, read(row[at] ?? null)])),
				);
				await encoder.write({resource: path, number: number++, records, schema});
			}
			if (number === 0) await encoder.write({resource: path, number, records: [], schema});
			await encoder.finish();
			await output.close();
		} catch (error) {
			await output.discard();
			throw error;
		}
	}

	async #attempt<T>(work: () => Promise<T>): Promise<T> {
		try {
			return await work();
		} catch (error) {
			if (error instanceof SluiceError) throw error;
			const message = messageOf(error);
			if (/^(?:Conversion|Constraint|Out of Range|Invalid Input) Error/.test(message))
				throw new SchemaError(
					`${this.#shown}: DuckDB cannot hold a value: ${message}. Nothing of this commit was added. ` +
						'Declare another type in columns',
				);
			throw new SinkError(`${this.#shown}: ${message}. Nothing of this commit was added`, {cause: error});
		}
	}
}

function text(value: string): string {
	return `'${value.replaceAll("'", "''")}'`;
}
