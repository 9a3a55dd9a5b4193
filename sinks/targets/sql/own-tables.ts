/** The tables of Sluice itself, in the schema of the rows. */
import {StateError} from '../../../src/core/errors.ts';
import {type Commit, parseCommit, serializeCommit} from '../../../src/state/commit.ts';
import type {Database} from './database.ts';

/** One row for each dataset: its last commit. */
export const COMMITS = '_sluice_commits';
/** Which resource a run was of. */
export const RUNS = '_sluice_runs';
/** Parts of runs that have not ended, as bytes. */
export const PENDING = '_sluice_pending';
/** Refused rows. */
export const REJECTS = '_sluice_rejects';

/** Makes those of them that are not there. */
export async function makeOwnTables(db: Database): Promise<void> {
	const {bytes, json} = db.types;
	const all = {
		[COMMITS]: 'dataset text PRIMARY KEY, version bigint NOT NULL, record text NOT NULL',
		[RUNS]: 'run text PRIMARY KEY, dataset text NOT NULL, resource text NOT NULL',
		[PENDING]:
			`dataset text NOT NULL, path text NOT NULL, number integer NOT NULL, bytes ${bytes} NOT NULL, ` +
			'PRIMARY KEY (dataset, path, number)',
		[REJECTS]:
			'dataset text NOT NULL, table_name text NOT NULL, resource text NOT NULL, run text NOT NULL, reject ' +
			`${json} NOT NULL`,
	};
	for (const [name, columns] of Object.entries(all))
		if (!(await db.columns(name))) await db.run(`CREATE TABLE IF NOT EXISTS ${db.table(name)} (${columns})`);
}

export async function lastRecord(db: Database, dataset: string): Promise<Commit | undefined> {
	const {rows} = await db.run(`SELECT record FROM ${db.table(COMMITS)} WHERE dataset = $1`, [dataset]);
	const [found] = rows;
	return found && parseCommit(String(found.record), `${COMMITS}, dataset ${dataset}`);
}

/** The names of all datasets. */
export async function datasetsIn(db: Database): Promise<string[]> {
	if (!(await db.columns(COMMITS))) return [];
	const {rows} = await db.run(`SELECT dataset FROM ${db.table(COMMITS)} ORDER BY dataset`);
	return rows.map(({dataset}) => String(dataset));
}

/**
 * Takes the next version. It decides which of two writers commits: the second finds another version, and
 * fails.
 */
export async function takeVersion(db: Database, dataset: string, version: number): Promise<void> {
	const table = db.table(COMMITS);
	const {count} =
		version === 1
			? await db.run(`INSERT INTO ${table} VALUES ($1, 1, '') ON CONFLICT DO NOTHING`, [dataset])
			: await db.run(`UPDATE ${table} SET version = $2 WHERE dataset = $1 AND version = $3`, [
					dataset,
					version,
					version - 1,
				]);
	if (count === 1) return;
	throw new StateError(
		`${dataset}: another process committed in the meantime; nothing of this commit was added. Run again`,
	);
}

/** Notes of which resource a run is. Its name alone tells its rows from those of others, in all datasets. */
export async function noteRun(
	db: Database,
	{run, dataset, resource}: {readonly run: string; readonly dataset: string; readonly resource: string},
): Promise<void> {
	const table = db.table(RUNS);
	await db.run(`INSERT INTO ${table} VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, [run, dataset, resource]);
	const [found] = (await db.run(`SELECT dataset, resource FROM ${table} WHERE run = $1`, [run])).rows;
	if (found?.dataset === dataset && found.resource === resource) return;
	throw new StateError(
		`${dataset}: the run ${run} of ${resource} has the name of one of ${found?.resource} in ` +
			`${found?.dataset}; nothing of this commit was added. Run again, and if that fails too, with ` +
			'--full-refresh',
	);
}

export async function writeRecord(db: Database, dataset: string, commit: Commit): Promise<void> {
	const sql = `UPDATE ${db.table(COMMITS)} SET record = $2 WHERE dataset = $1`;
	await db.run(sql, [dataset, serializeCommit(commit)]);
}
