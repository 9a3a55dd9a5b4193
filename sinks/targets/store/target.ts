/** A target in a store: its parts are objects, and so is each record of its log. */
import {mkdir, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {StateError} from '../../../src/core/errors.ts';
import {exists} from '../../../src/core/files/durable.ts';
import {type Commit, type Part, pathsOf} from '../../../src/state/commit.ts';
import {forEach} from '../../../src/state/in-parallel.ts';
import {stagedName} from '../../../src/state/layout.ts';
import {type CommitChange, commitAfter} from '../../../src/state/next-commit.ts';
import type {Store} from '../../../src/state/store.ts';
import type {Target} from '../../../src/state/target.ts';
import {Turns} from '../../../src/state/turns.ts';
import {RecordLog} from './record-log.ts';
import {filesAlone, LostCommitError, type TableLog} from './table-log.ts';

export interface StoreTargetOptions {
	/** Closed with the target. */
	readonly store: Store;
	/** Name of the dataset and of its main table. */
	readonly name: string;
	/** Unique for each caller, and valid as a file name. */
	readonly writer: string;
	/** An existing local folder, for parts before their commit and for parts that are read again. */
	readonly spool: string;
	/** @default files alone */
	readonly tables?: TableLog;
}

/**
 * Opens a dataset in a store, or makes a new one. There is no lock: of two writers, the one that commits first
 * goes on, and the other one fails at its next commit, and has added nothing.
 */
export async function openStoreTarget(options: StoreTargetOptions): Promise<Target> {
	const {store, name, writer, spool, tables = filesAlone} = options;
	const log = new RecordLog(store, name);
	await log.open();
	const found = await tables.recover(log.newestFirst());
	const last = tables.keepsRemoved ? found : await claimed(log, found, options);
	const keys = await keysOf(store, last?.tables ?? []);
	const missing = [...(last?.parts ?? []), ...(last?.pending ?? [])].filter(({path}) => !keys.has(path));
	if (last && !tables.keepsRemoved) await store.remove(leftBehind(keys, last));
	const folder = join(spool, writer);
	await mkdir(folder, {mode: 0o700});
	const suffix = last && !tables.keepsRemoved ? String(last.version) : writer.slice(-4);
	return new StoreTarget({store, name, folder, suffix, tables, log, last, missing});
}

async function keysOf(store: Store, tables: readonly string[]): Promise<Set<string>> {
	const found = new Set<string>();
	for (const table of tables) for await (const key of store.list(`${table}/`)) found.add(key);
	return found;
}

// A record without changes: from here on, no process that has opened the dataset before can commit. The names
// of the parts of this process have the number of the record.
async function claimed(
	log: RecordLog,
	last: Commit | undefined,
	{name, writer}: Pick<StoreTargetOptions, 'name' | 'writer'>,
): Promise<Commit> {
	const change = {resource: '', run: writer};
	const claim = {...commitAfter(last, change, {name}), version: log.nextVersion};
	await log.add(claim);
	return claim;
}

// Parts that no commit lists, of processes that can commit no more. Readers of all files would see them.
function leftBehind(keys: ReadonlySet<string>, {version, parts, pending}: Commit): string[] {
	const listed = pathsOf([...parts, ...pending]);
	return [...keys].filter(key => {
		const owner = /-\d{5,}-(\d+)\.[a-z.]+$/.exec(key)?.[1];
		return owner !== undefined && Number(owner) < version && !listed.has(key);
	});
}

interface Opened {
	readonly store: Store;
	readonly name: string;
	readonly folder: string;
	readonly suffix: string;
	readonly tables: TableLog;
	readonly log: RecordLog;
	readonly last: Commit | undefined;
	readonly missing: readonly Part[];
}

class StoreTarget implements Target {
	readonly name: string;
	readonly location: string;
	readonly place: string;
	readonly spool: string;
	readonly suffix: string;
	readonly missing: readonly Part[];
	readonly #store: Store;
	readonly #tables: TableLog;
	readonly #log: RecordLog;
	readonly #commits = new Turns();
	readonly #turns = new Turns();
	/** Copies of committed parts that are here, or on their way. */
	readonly #copies = new Map<string, Promise<string>>();
	#last: Commit | undefined;
	#isUnderWay = false;
	#closing: Promise<void> | undefined;

	constructor({store, name, folder, suffix, tables, log, last, missing}: Opened) {
		this.name = name;
		this.place = store.location;
		this.location = `${store.location}/${name}`;
		this.spool = folder;
		this.suffix = suffix;
		this.missing = missing;
		this.#store = store;
		this.#tables = tables;
		this.#log = log;
		this.#last = last;
	}

	get last(): Commit | undefined {
		return this.#last;
	}

	get isHalfWay(): boolean {
		return this.#isUnderWay;
	}

	rejects(table: string): string {
		return `${this.place}/${table}/_rejects`;
	}

	stage(path: string): string {
		return stagedName(join(this.spool, 'staged'), path);
	}

	async fetch({path}: Part): Promise<string> {
		const staged = this.stage(path);
		if (await exists(staged)) return staged;
		const copy = this.#copies.get(path) ?? this.#copied(path);
		this.#copies.set(path, copy);
		return copy;
	}

	exclusively<T>(work: () => Promise<T>): Promise<T> {
		return this.#turns.run(work);
	}

	async commit(change: CommitChange): Promise<Commit> {
		if (this.#closing)
			throw new StateError(`${this.location}: was closed, and given free; nothing more is committed`);
		return this.#commits.run(() => this.#commit(change));
	}

	close(): Promise<void> {
		this.#closing ??= this.#close();
		return this.#closing;
	}

	async #close(): Promise<void> {
		await this.#commits.idle();
		try {
			await rm(this.spool, {recursive: true, force: true});
		} finally {
			await this.#store.close();
		}
	}

	async #commit(change: CommitChange): Promise<Commit> {
		if (this.#isUnderWay)
			throw new StateError(
				`${this.location}: a commit before this one failed half-way; the next run finishes it`,
			);
		const last = this.#last;
		const {version, ...after} = commitAfter(last, change, {name: this.name});
		const next = await this.#tables.prepare({version: this.#log.nextVersion, ...after}, last);
		const known = pathsOf([...(last?.parts ?? []), ...(last?.pending ?? [])]);
		const fresh = [...next.parts, ...next.pending].filter(({path}) => !known.has(path));
		await forEach(fresh, ({path}) => this.#store.upload(path, this.stage(path)));
		this.#isUnderWay = true;
		try {
			await this.#log.add(next);
			this.#last = await this.#tables.publish(next, last);
			this.#isUnderWay = false;
		} catch (error) {
			if (error instanceof LostCommitError) {
				this.#isUnderWay = false;
				await this.#store.remove(fresh.map(({path}) => path));
			}
			throw error;
		}
		await this.#tidy(this.#last, last);
		return this.#last;
	}

	/** Removes what no reader needs: local copies of visible parts, old records, parts that were never seen. */
	async #tidy(next: Commit, last: Commit | undefined): Promise<void> {
		await forEach(next.parts, ({path}) => rm(this.stage(path), {force: true}));
		const stays = pathsOf([...next.parts, ...next.pending]);
		const seen = this.#tables.keepsRemoved ? [] : (last?.parts ?? []);
		const gone = [...seen, ...(last?.pending ?? [])].filter(({path}) => !stays.has(path));
		if (gone.length > 0) await this.#store.remove(gone.map(({path}) => path));
		await this.#log.prune();
	}

	async #copied(path: string): Promise<string> {
		const file = stagedName(join(this.spool, 'copies'), path);
		await this.#store.download(path, file);
		return file;
	}
}
