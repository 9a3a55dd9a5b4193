/** Locks of datasets: advisory ones, which end with the connection of their holder, on any machine. */
import {StateError} from '../../../src/core/errors.ts';
import type {Database} from '../sql/database.ts';

const KEY = 'hashtextextended($1, 0)';

function keyOf(schema: string, dataset: string): string {
	return `sluice:${JSON.stringify([schema, dataset])}`;
}

/** Takes the lock, or fails with the name of its holder. */
export async function lock(db: Database, schema: string, dataset: string): Promise<void> {
	const key = keyOf(schema, dataset);
	const {rows} = await db.run(`SELECT pg_try_advisory_lock(${KEY}) AS ok`, [key]);
	if (rows[0]?.ok === true) return;
	const who = (await lockOwner(db, schema, dataset)) ?? 'another process, which began just now';
	throw new StateError(
		`${dataset}: is being written by ${who}. Nothing was changed. Wait for it; or, if it is gone for ` +
			'certain, end its connection with pg_terminate_backend',
	);
}

export async function unlock(db: Database, schema: string, dataset: string): Promise<void> {
	await db.run(`SELECT pg_advisory_unlock(${KEY})`, [keyOf(schema, dataset)]);
}

/** The connection that has the lock, in words. */
export async function lockOwner(db: Database, schema: string, dataset: string): Promise<string | undefined> {
	const {rows} = await db.run(
		`SELECT l.pid, a.application_name AS name, a.client_addr::text AS host, a.backend_start::text AS since
		FROM pg_locks l LEFT JOIN pg_stat_activity a USING (pid)
		WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
			AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
			AND ((l.classid::bigint << 32) | l.objid::bigint) = ${KEY}`,
		[keyOf(schema, dataset)],
	);
	const [found] = rows;
	if (!found) return undefined;
	const host = typeof found.host === 'string' ? ` on ${found.host}` : '';
	return `${found.name || 'a connection'}${host}, connection ${found.pid}, since ${found.since}`;
}
