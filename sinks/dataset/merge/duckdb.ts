/**
 * A merge by DuckDB, for more keys than memory should hold: it joins the columns of the key and finds the
 * rows with equal keys.
 */
import {mkdtemp, rm} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import type {DuckDBConnection, DuckDBValue} from '@duckdb/node-api';
import {SinkError} from '../../../src/core/errors.ts';
import {messageOf} from '../../../src/core/stage.ts';
import {RowSet} from '../../formats/row-set.ts';
import {type Ranked, relations} from './duckdb-relations.ts';
import {mergeResult, partOfRow, startsOf} from './result.ts';
import {MOST_PAIRS, type Superseded} from './types.ts';

const SETTINGS = {memory_limit: '256MB', threads: '2', preserve_insertion_order: 'false'};

const INTERRUPT_MS = 100;

/** The package, an optional peer dependency. */
export type Duckdb = typeof import('@duckdb/node-api');

export async function supersedeByDuckdb(options: Ranked, duckdb: Duckdb): Promise<Superseded> {
	const [first] = options.delta;
	if (!first) return mergeResult([]).result();
	const folder = await mkdtemp(join(dirname(first.path), '.merge-'));
	try {
		return await withConnection(duckdb, folder, options.signal, connection =>
			merge(options, connection, folder),
		);
	} finally {
		await rm(folder, {recursive: true, force: true});
	}
}

async function withConnection<Result>(
	{DuckDBInstance}: Duckdb,
	folder: string,
	signal: AbortSignal | undefined,
	work: (connection: DuckDBConnection) => Promise<Result>,
): Promise<Result> {
	const instance = await DuckDBInstance.create(':memory:', {...SETTINGS, temp_directory: folder});
	let connection: DuckDBConnection | undefined;
	let interrupts: NodeJS.Timeout | undefined;
	const interrupt = (): void => {
		connection?.interrupt();
		// An interrupt between two queries has no effect.
		interrupts = setTimeout(interrupt, INTERRUPT_MS);
	};
	signal?.addEventListener('abort', interrupt);
	try {
		signal?.throwIfAborted();
		connection = await instance.connect();
		return await work(connection);
	} catch (error) {
		signal?.throwIfAborted();
		if (error instanceof SinkError) throw error;
		throw new SinkError(`the merge by DuckDB failed, and nothing was changed: ${messageOf(error)}`, {
			cause: error,
		});
	} finally {
		signal?.removeEventListener('abort', interrupt);
		clearTimeout(interrupts);
		connection?.closeSync();
		instance.closeSync();
	}
}

async function merge(options: Ranked, connection: DuckDBConnection, folder: string): Promise<Superseded> {
	const {base, delta, guards, signal} = options;
	const {counts, dropBase, dropDelta, dropStale, pair, result} = mergeResult(delta);
	const {keys, fresh, present} = await relations(options, folder);
	await connection.run(`CREATE TEMP TABLE fresh AS ${fresh}`);
	await connection.run(`CREATE TEMP TABLE winners AS ${winners(keys)}`);

	if (guards && base.length > 0) {
		await connection.run(`CREATE TEMP TABLE stale AS ${stale(keys, present)}`);
		await connection.run('DELETE FROM winners WHERE number IN (SELECT number FROM stale)');
		await each(connection, 'SELECT number FROM stale', number => dropStale(Number(number)));
	}

	await each(
		connection,
		`SELECT number FROM fresh ANTI JOIN winners USING (number) WHERE ${hasKey(keys)}`,
		number => {
			counts.duplicates++;
			dropDelta(Number(number));
		},
	);
	const same = `fresh.number <> winners.number AND fresh.rank IS NOT DISTINCT FROM winners.rank LIMIT ${MOST_PAIRS}`;
	const pairs = `SELECT fresh.number, winners.number FROM fresh JOIN winners USING (${keys.join(', ')}) WHERE ${same}`;
	await each(connection, pairs, (gone, kept) => pair(Number(gone), Number(kept)));
	await each(connection, `SELECT number, gone FROM fresh WHERE NOT (${hasKey(keys)})`, (number, isGone) => {
		if (isGone) dropDelta(Number(number));
		else counts.inserted++;
	});
	let staying = 0;
	await each(connection, 'SELECT count(*) FROM winners WHERE NOT gone', count => {
		staying = Number(count);
	});
	await each(connection, 'SELECT number FROM winners WHERE gone', number => dropDelta(Number(number)));

	const starts = startsOf(base);
	const met = new RowSet(delta.reduce((sum, part) => sum + part.rows, 0));
	const meeting =
		`SELECT base.number, winners.number, winners.gone FROM (${present}) base JOIN winners USING ` +
		`(${keys.join(', ')})`;
	if (base.length > 0)
		await each(connection, meeting, (number, winner, isGone) => {
			const {part, row} = partOfRow(Number(number), base, starts);
			dropBase(part, row);
			if (met.has(Number(winner))) return;
			met.add(Number(winner));
			if (isGone) counts.deleted++;
			else counts.updated++;
		});
	counts.inserted += staying - counts.updated;
	signal?.throwIfAborted();
	return result();
}

// The greatest rank of each key, then the last of the rows that have it. A missing rank counts as the least.
function winners(keys: readonly string[]): string {
	const list = keys.join(', ');
	return `
		SELECT ${keys.map(key => `fresh.${key}`).join(', ')}, max(number) AS number, arg_max(gone, number) AS gone, any_value(rank) AS rank
		FROM fresh JOIN (SELECT ${list}, max(rank) AS best FROM fresh WHERE ${hasKey(keys)} GROUP BY ${list}) ranked USING (${list})
		WHERE fresh.rank IS NOT DISTINCT FROM ranked.best
		GROUP BY ALL`;
}

// Winners that are older than an earlier row with the same key.
function stale(keys: readonly string[], present: string): string {
	const list = keys.join(', ');
	return `
		SELECT winners.number
		FROM winners JOIN (SELECT ${list}, max(rank) AS best FROM (${present}) base GROUP BY ${list}) there USING (${list})
		WHERE there.best > winners.rank`;
}

function hasKey(keys: readonly string[]): string {
	return keys.map(key => `${key} IS NOT NULL`).join(' AND ');
}

// Reads the rows of a query while it runs.
async function each(
	connection: DuckDBConnection,
	sql: string,
	take: (...values: DuckDBValue[]) => void,
): Promise<void> {
	const result = await connection.stream(sql);
	for (
		let chunk = await result.fetchChunk();
		chunk && chunk.rowCount > 0;
		chunk = await result.fetchChunk()
	) {
		const columns = chunk.getColumns();
		for (let row = 0; row < chunk.rowCount; row++) take(...columns.map(column => column[row] ?? null));
	}
}
