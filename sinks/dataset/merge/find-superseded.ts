/** Finds the rows of a dataset that new rows with the same key replace, for `write_disposition: merge`. */
import {ConfigError, SinkError} from '../../../src/core/errors.ts';
import type {Duckdb} from './duckdb.ts';
import {supersedeInMemory} from './in-memory.ts';
import {requireColumn} from './new-rows.ts';
import {withOrder} from './newest.ts';
import {INSTALL, type Superseded, type SupersedeOptions} from './types.ts';

/** With more new rows than this, DuckDB is worth its start. */
const MANY_ROWS = 100_000;

/**
 * Returns the dropped rows of each part; writes nothing.
 * @example const {counts} = await supersede({base, delta, key: ['id'], format: parquetFormat()});
 */
export async function supersede(given: SupersedeOptions): Promise<Superseded> {
	const {key, engine = 'auto', mostKeys = 1_000_000, signal} = given;
	if (key.length === 0) throw new ConfigError('supersede: expected key to name at least one column');
	signal?.throwIfAborted();
	const base = given.base.filter(part => part.rows > 0);
	const delta = given.delta.filter(part => part.rows > 0);
	for (const name of key) requireColumn(delta, name, 'key');
	const options = withOrder({...given, base, delta});
	const rows = delta.reduce((sum, part) => sum + part.rows, 0);
	if (engine === 'duckdb' || (engine === 'auto' && rows > MANY_ROWS)) {
		const duckdb = await installedDuckdb();
		if (duckdb) return (await import('./duckdb.ts')).supersedeByDuckdb(options, duckdb);
		if (engine === 'duckdb')
			throw new SinkError(`a merge by DuckDB needs a package that is not installed: ${INSTALL}`);
	}
	return supersedeInMemory(options, mostKeys);
}

// The name is not in the import itself: a bundler would resolve it, and with it the binaries for all systems.
const PACKAGE = '@duckdb/node-api';

async function installedDuckdb(): Promise<Duckdb | undefined> {
	try {
		return await import(PACKAGE);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return undefined;
		throw error;
	}
}
