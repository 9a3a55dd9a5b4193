/** A target in a database: parts go into tables, and the record of the commit with them, in one transaction. */
import {mkdir, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {StateError} from '../../../src/core/errors.ts';
import {exists} from '../../../src/core/files/durable.ts';
import {type Column, seenColumns} from '../../../src/core/schema/schema.ts';
import {type Commit, type Part, pathsOf} from '../../../src/state/commit.ts';
import {type CommitChange, commitAfter} from '../../../src/state/commits/next-commit.ts';
import {stagedName} from '../../../src/state/folders/layout.ts';
import type {SettledCounts} from '../../../src/state/settle.ts';
import type {Target, WantedRows} from '../../../src/state/target.ts';
import type {FileFormat} from '../../formats/format.ts';
import {CommitRows} from './commit-rows.ts';
import {type Database, LostCommitError} from './database.ts';
import {Ledger} from './ledger.ts';
import {quoted, RUN, tableName} from './names.ts';
import {lastRecord, REJECTS, RUNS, takeVersion, writeRecord} from './own-tables.ts';
import {bringPart, forgetParts, keepPart} from './pending.ts';

export interface SqlTargetOptions {
	readonly db: Database;
	readonly name: string;
	/** The address without its password. */
	readonly shown: string;
	/** The folder of the dataset in the spool. */
	readonly spool: string;
	readonly writer: string;
	readonly format: FileFormat;
	/** The columns of a file in the format of parts. */
	columnsIn(path: string): Promise<readonly string[]>;
	/** Gives the lock and the connection back. */
	release(): Promise<void>;
}

/** Opens a dataset whose lock this process has. */
export async function openSqlTarget(options: SqlTargetOptions): Promise<Target> {
	const {db, name, spool, writer} = options;
	const staging = join(spool, writer);
	// Only dead processes had files here: this one has the lock.
	await rm(spool, {recursive: true, force: true});
	await mkdir(staging, {recursive: true, mode: 0o700});
	return new SqlTarget(options, staging, await db.exclusive(() => lastRecord(db, name)));
}

class SqlTarget implements Target {
	readonly name: string;
	readonly location: string;
	readonly place: string;
	readonly spool: string;
	readonly settles = true;
	readonly missing: readonly Part[] = [];
	readonly #given: SqlTargetOptions;
	readonly #staging: string;
	#last: Commit | undefined;
	#isHalfWay = false;
	#copies = 0;
	#turn: Promise<unknown> = Promise.resolve();
	#queue: Promise<unknown> = Promise.resolve();
	#closing: Promise<void> | undefined;

	constructor(given: SqlTargetOptions, staging: string, last: Commit | undefined) {
		this.#given = given;
		this.#staging = staging;
		this.#last = last;
		this.name = given.name;
		this.place = given.shown;
		this.location = `${given.shown} ${given.name}`;
		this.spool = given.spool;
	}

	get last(): Commit | undefined {
		return this.#last;
	}

	get isHalfWay(): boolean {
		return this.#isHalfWay;
	}

	rejects(): string {
		return `${this.place} ${REJECTS}`;
	}

	stage(path: string): string {
		return stagedName(this.#staging, path);
	}

	async fetch(part: Part, wanted: WantedRows = {}): Promise<string> {
		const file = this.stage(part.path);
		if (await exists(file)) return file;
		const {db, name} = this.#given;
		if (!pathsOf(this.#last?.pending).has(part.path)) return this.#copied(part, wanted);
		if (await db.exclusive(() => bringPart(db, name, part, file))) return file;
		throw new StateError(
			`${part.path}: the database has lost a part of a run that has not ended. Begin it anew with ` +
				'--full-refresh',
		);
	}

	exclusively<T>(work: () => Promise<T>): Promise<T> {
		const result = this.#turn.then(work);
		this.#turn = result.catch(() => {});
		return result;
	}

	async commit(change: CommitChange): Promise<Commit> {
		if (this.#closing)
			throw new StateError(`${this.name}: was closed, and given free; nothing more is committed`);
		const result = this.#queue.then(() => this.#commit(change));
		this.#queue = result.catch(() => {});
		return result;
	}

	close(): Promise<void> {
		this.#closing ??= this.#close();
		return this.#closing;
	}

	async #close(): Promise<void> {
		await this.#queue;
		try {
			await rm(this.spool, {recursive: true, force: true});
		} finally {
			await this.#given.release();
		}
	}

	async #commit(change: CommitChange): Promise<Commit> {
		if (this.#isHalfWay)
			throw new StateError(
				`${this.name}: the answer to the commit before this one was lost; the next run finds out ` +
					'whether it is in the database',
			);
		const {db, name, format} = this.#given;
		for (const part of change.add ?? []) await this.fetch(part);
		const planned = commitAfter(this.#last, change, {name});
		const ledger = new Ledger(this.#last?.parts, format.extension);
		let counts: SettledCounts | undefined;
		let next = planned;
		try {
			await db.transaction(async () => {
				await takeVersion(db, name, planned.version);
				counts = await this.#rows(change, planned, ledger);
				await this.#keepPending(planned);
				const {retired: _, ...plain} = planned;
				next = {...plain, data: 0, parts: ledger.entries(planned)};
				await writeRecord(db, name, next);
			});
		} catch (error) {
			this.#isHalfWay = error instanceof LostCommitError;
			throw error;
		}
		this.#last = next;
		if (counts) change.settle?.onCounts?.(counts);
		for (const part of change.add ?? []) await rm(this.stage(part.path), {force: true});
		return next;
	}

	#rows(change: CommitChange, next: Commit, ledger: Ledger): Promise<SettledCounts> {
		const {db, name, format, columnsIn} = this.#given;
		return new CommitRows({
			...{db, dataset: name, last: this.#last, next, change, ledger, format, columnsIn},
			fileOf: part => this.stage(part.path),
			scratch: this.#scratch(),
		}).make();
	}

	async #keepPending({pending}: Commit): Promise<void> {
		const {db, name} = this.#given;
		const before = pathsOf(this.#last?.pending);
		for (const part of pending)
			if (!before.has(part.path)) await keepPart(db, name, part, this.stage(part.path));
		if (before.size > 0) await forgetParts(db, name, pending);
	}

	/** A file with the rows of a part that are in a table. */
	async #copied({table, resource, run}: Part, {columns, most}: WantedRows): Promise<string> {
		const {db, name, format} = this.#given;
		const path = this.#scratch(format.extension);
		const schema = this.#last?.schemas.get(table);
		const own = tableName(table, db.names);
		const there = await db.exclusive(() => db.columns(own));
		const isWanted = ({name: column}: Column): boolean =>
			(!columns || columns.length === 0 || columns.includes(column)) &&
			there?.has(this.#column(column)) === true;
		const known = (schema ? seenColumns(schema).columns : []).filter(isWanted);
		// The name of a run has nothing that would have to be quoted, but that of a resource may.
		const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
		const others = `SELECT run FROM ${db.table(RUNS)} WHERE dataset = ${text(name)} AND resource = ${text(resource)}`;
		const which = run === 'earlier' ? `IN (${others})` : `= ${text(run)}`;
		await db.exclusive(() =>
			db.unload({
				path,
				columns: known.map(column => ({sql: quoted(this.#column(column.name)), column})),
				from:
					`FROM ${db.table(own)} WHERE ${quoted(RUN)} ` +
					`${which}${most === undefined ? '' : ` LIMIT ${most}`}`,
			}),
		);
		return path;
	}

	#column(name: string): string {
		return tableName(name, this.#given.db.names);
	}

	#scratch(extension = 'part'): string {
		this.#copies++;
		return join(this.#staging, `copy-${this.#copies}.${extension}`);
	}
}
