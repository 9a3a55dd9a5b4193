/** A file of DuckDB as a target. */
import {createHash} from 'node:crypto';
import {mkdir} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {ConfigError, StateError} from '../../../src/core/errors.ts';
import {exists} from '../../../src/core/files/durable.ts';
import type {Target} from '../../../src/state/target.ts';
import type {
	CommittedDataset,
	FoundInTarget,
	TargetOpening,
	TargetPlace,
} from '../../../src/state/target-place.ts';
import {parquetFormat} from '../../formats/parquet/format.ts';
import {auditTables} from '../sql/audit.ts';
import {datasetsIn, lastRecord, makeOwnTables} from '../sql/own-tables.ts';
import {openSqlTarget} from '../sql/sql-target.ts';
import {openSession, type Session} from './session.ts';

interface Shared {
	readonly writer: string;
	readonly session: Promise<Session>;
	users: number;
}

// The lock of DuckDB is one between processes: within this one, a file has one writer at a time.
const open = new Map<string, Shared>();

const format = parquetFormat();

const GONE = 'the file is gone, with all rows';

export function duckdbTarget() {
	return {
		format,
		open: openDataset,
		list: (place: TargetPlace): Promise<readonly FoundInTarget[]> =>
			reading(place, [], async db => {
				const found: FoundInTarget[] = [];
				for (const name of await datasetsIn(db))
					found.push({name, commit: await lastRecord(db, name), isBeingWritten: false});
				return found;
			}),
		audit: (place: TargetPlace, {commit}: CommittedDataset): Promise<readonly string[]> =>
			reading(place, [GONE], db => auditTables(db, commit)),
	};
}

const SERVICES: Readonly<Record<string, string>> = {
	md: 'MotherDuck',
	motherduck: 'MotherDuck',
	ducklake: 'DuckLake',
};

function pathOf({url, shown}: TargetPlace): string {
	const path = url.slice(url.indexOf(':') + 1);
	const [, word = ''] = /^([a-z]+):/i.exec(basename(path)) ?? [];
	const service = SERVICES[word.toLowerCase()];
	if (service === undefined) return path;
	throw new ConfigError(
		`output ${shown}: ${service} is not supported, only files of DuckDB. Nothing was written. Write to ` +
			`a file or to Parquet, and let ${service} read it`,
	);
}

async function reading<T>(place: TargetPlace, none: T, work: (db: Session) => Promise<T>): Promise<T> {
	const path = pathOf(place);
	if (!(await exists(path))) return none;
	const db = await openSession(path, place.shown, true);
	try {
		return await work(db);
	} finally {
		db.close();
	}
}

function sharedOf(opening: TargetOpening): Shared {
	const {shown, writer} = opening;
	const path = pathOf(opening);
	const known = open.get(path);
	if (known && known.writer !== writer)
		throw new StateError(
			`${shown}: is being written by another run of this process. Nothing was changed. Wait for it`,
		);
	if (known) return known;
	const session = begun(path, shown);
	session.catch(() => open.delete(path));
	const made = {writer, session, users: 0};
	open.set(path, made);
	return made;
}

async function begun(path: string, shown: string): Promise<Session> {
	await mkdir(dirname(path), {recursive: true});
	const db = await openSession(path, shown, false);
	try {
		await makeOwnTables(db);
		return db;
	} catch (error) {
		db.close();
		throw error;
	}
}

async function openDataset(opening: TargetOpening): Promise<Target> {
	const {name, shown, writer} = opening;
	const shared = sharedOf(opening);
	shared.users++;
	let isIn = true;
	const release = async (): Promise<void> => {
		if (!isIn) return;
		isIn = false;
		shared.users--;
		if (shared.users > 0) return;
		open.delete(pathOf(opening));
		(await shared.session.catch(() => undefined))?.close();
	};
	try {
		const db = await shared.session;
		return await openSqlTarget({
			...{db, name, shown, writer, release, format},
			spool: join(opening.spool, createHash('sha256').update(name).digest('hex').slice(0, 16)),
			columnsIn: async path => ((await format.typed?.columns(path)) ?? []).map(column => column.name),
		});
	} catch (error) {
		await release();
		throw error;
	}
}
