/** PostgreSQL as a target. */
import {createHash} from 'node:crypto';
import {join} from 'node:path';
import type {Target} from '../../../src/state/target.ts';
import type {
	CommittedDataset,
	FoundInTarget,
	TargetOpening,
	TargetPlace,
} from '../../../src/state/target-place.ts';
import type {FileFormat} from '../../formats/format.ts';
import {auditTables} from '../sql/audit.ts';
import {datasetsIn, lastRecord, makeOwnTables} from '../sql/own-tables.ts';
import {openSqlTarget} from '../sql/sql-target.ts';
import {copyFormat, headerOf} from './format.ts';
import {lock, lockOwner, unlock} from './locks.ts';
import {openSession, type Session} from './session.ts';

interface Shared {
	readonly session: Promise<Session>;
	users: number;
}

export function postgresTarget({schema}: {readonly schema: string}) {
	/** A process has one connection for all its datasets in one database. */
	const sessions = new Map<string, Shared>();

	function sessionOf({url, shown, writer}: TargetOpening): Shared {
		const known = sessions.get(writer);
		if (known) return known;
		const application = `sluice ${writer}`;
		const session = openSession({url, shown, schema, application}).then(async opened => {
			try {
				await prepare(opened, schema);
				return opened;
			} catch (error) {
				await opened.close();
				throw error;
			}
		});
		session.catch(() => sessions.delete(writer));
		const made = {session, users: 0};
		sessions.set(writer, made);
		return made;
	}

	async function open(opening: TargetOpening): Promise<Target> {
		const {name, shown, writer} = opening;
		const shared = sessionOf(opening);
		shared.users++;
		let isIn = true;
		const leave = async (): Promise<void> => {
			if (!isIn) return;
			isIn = false;
			shared.users--;
			if (shared.users > 0) return;
			sessions.delete(writer);
			await (await shared.session.catch(() => undefined))?.close();
		};
		try {
			const db = await shared.session;
			await db.exclusive(() => lock(db, schema, name));
			const release = async (): Promise<void> => {
				// Where the connection is lost, the lock is gone with it.
				await db.exclusive(() => unlock(db, schema, name)).catch(() => {});
				await leave();
			};
			try {
				return await openSqlTarget({
					...{db, name, shown, writer, release, format: copyFormat, columnsIn: headerOf},
					spool: join(opening.spool, folderOf(schema, name)),
				});
			} catch (error) {
				await release();
				throw error;
			}
		} catch (error) {
			await leave();
			throw error;
		}
	}

	async function reading<T>({url, shown}: TargetPlace, work: (db: Session) => Promise<T>): Promise<T> {
		const db = await openSession({url, shown, schema, application: 'sluice'});
		try {
			return await work(db);
		} finally {
			await db.close();
		}
	}

	const format: FileFormat = copyFormat;
	return {
		format,
		open,
		list: (place: TargetPlace): Promise<readonly FoundInTarget[]> =>
			reading(place, async db => {
				const found: FoundInTarget[] = [];
				for (const name of await datasetsIn(db)) {
					const commit = await lastRecord(db, name);
					found.push({name, commit, isBeingWritten: (await lockOwner(db, schema, name)) !== undefined});
				}
				return found;
			}),
		audit: (place: TargetPlace, {commit}: CommittedDataset): Promise<readonly string[]> =>
			reading(place, db => auditTables(db, commit)),
	};
}

async function prepare(db: Session, schema: string): Promise<void> {
	const lockKey = "hashtextextended('sluice tables', 0)";
	// Two processes that make the same table at once would both fail.
	await db.run(`SELECT pg_advisory_lock(${lockKey})`);
	try {
		const {rows} = await db.run('SELECT 1 AS there FROM pg_namespace WHERE nspname = $1', [schema]);
		if (rows.length === 0) await db.run(`CREATE SCHEMA ${db.table('').replace(/\.""$/, '')}`);
		await makeOwnTables(db);
	} finally {
		await db.run(`SELECT pg_advisory_unlock(${lockKey})`);
	}
}

function folderOf(schema: string, name: string): string {
	return createHash('sha256')
		.update(JSON.stringify([schema, name]))
		.digest('hex')
		.slice(0, 16);
}
