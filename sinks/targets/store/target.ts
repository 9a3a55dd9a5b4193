/** A target in a store: its parts are objects, and so is each record of its log. */
import {createHash} from 'node:crypto';
import {rm} from 'node:fs/promises';
import {join} from 'node:path';
import {StateError} from '../../../src/core/errors.ts';
import {exists} from '../../../src/core/files/durable.ts';
import {type Commit, type Part, pathsOf} from '../../../src/state/commit.ts';
import {type CommitChange, commitAfter} from '../../../src/state/commits/next-commit.ts';
import {stagedName} from '../../../src/state/folders/layout.ts';
import {forEach} from '../../../src/state/in-parallel.ts';
import {Turns} from '../../../src/state/lock/turns.ts';
import type {Store} from '../../../src/state/store.ts';
import type {PartRange, Target, WantedRows} from '../../../src/state/target.ts';
import {refuseOverwriting} from './conditional-puts.ts';
import {writeManifests} from './manifest.ts';
import {PartCopies} from './part-copies.ts';
import {RecordLog} from './record-log.ts';
import {filesAlone, LostCommitError, type TableLog} from './table-log.ts';
import {writerFolder} from './writer-folder.ts';

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
	await refuseOverwriting(store);
	const log = new RecordLog(store, name);
	await log.open();
	const found = await tables.recover(log.newestFirst(), {mayWrite: true});
	const last = tables.keepsRemoved ? found : await claimed(log, found, options);
	const pendingFolder = pendingIn(name, tables);
	const keys = await keysBelow(store, [...(last?.tables ?? []).map(table => `${table}/`), pendingFolder]);
	const missing = [
		...(last?.parts ?? []).filter(({path}) => !keys.has(path)),
		...(last?.pending ?? []).filter(({path}) => !keys.has(`${pendingFolder}${path}`)),
	];
	if (last && !tables.keepsRemoved) {
		await store.remove(leftBehind(keys, last, pendingFolder));
		// A process may have died between its commit and its manifests.
		await writeManifests(store, name, last, undefined);
	}
	// Two datasets of one process have the same writer.
	const own = createHash('sha256').update(name).digest('hex').slice(0, 16);
	const folder = await writerFolder(join(spool, own), writer);
	const suffix = last && !tables.keepsRemoved ? String(last.version) : writer.slice(-4);
	return new StoreTarget({store, name, folder, suffix, tables, log, pendingFolder, last, missing});
}

/** Where parts are that readers must not see yet; empty where they go by a log. */
export function pendingIn(name: string, {keepsRemoved}: TableLog): string {
	return keepsRemoved ? '' : `_sluice/${encodeURIComponent(name)}/pending/`;
}

async function keysBelow(store: Store, prefixes: readonly string[]): Promise<Set<string>> {
	const found = new Set<string>();
	for (const prefix of prefixes)
		if (prefix !== '') for await (const key of store.list(prefix)) found.add(key);
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
function leftBehind(
	keys: ReadonlySet<string>,
	{version, parts, pending}: Commit,
	pendingFolder: string,
): string[] {
	const listed = new Set([...pathsOf(parts), ...pending.map(({path}) => `${pendingFolder}${path}`)]);
	return [...keys].filter(key => {
		const owner = /-\d{5,}_(\d+)\.[a-z.]+$/.exec(key)?.[1];
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
	/** Where parts are that readers must not see yet; empty where they go by a log. */
	readonly pendingFolder: string;
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
	readonly #pendingFolder: string;
	readonly #commits = new Turns();
	readonly #turns = new Turns();
	readonly #copies: PartCopies;
	#last: Commit | undefined;
	#isUnderWay = false;
	#closing: Promise<void> | undefined;

	constructor({store, name, folder, suffix, tables, log, pendingFolder, last, missing}: Opened) {
		this.name = name;
		this.place = store.location;
		this.location = `${store.location}/${name}`;
		this.spool = folder;
		this.suffix = suffix;
		this.missing = missing;
		this.#store = store;
		this.#tables = tables;
		this.#log = log;
		this.#pendingFolder = pendingFolder;
		this.#last = last;
		this.#copies = new PartCopies(store);
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

	async fetch(part: Part, wanted: WantedRows = {}): Promise<string> {
		const {path} = part;
		const staged = this.stage(path);
		if (await exists(staged)) return staged;
		const record = this.#last;
		const isShown = record?.parts.some(each => each.path === path) === true;
		return this.#copies.get(part, {
			key: isShown ? path : `${this.#pendingFolder}${path}`,
			file: stagedName(join(this.spool, 'copies'), path),
			wanted,
			...(part.sha256 === '' && {convert: async file => this.#tables.readable?.(part, file, record) ?? file}),
		});
	}

	async ranges(part: Part): Promise<ReadonlyMap<string, PartRange>> {
		return (await this.#tables.ranges?.(part)) ?? new Map();
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
		const known = this.#keysIn(last);
		const fresh = [...this.#keysIn(next)].filter(([key]) => !known.has(key));
		await this.#clear(next.tables.filter(table => !last?.tables.includes(table)));
		await forEach(fresh, async ([key, part]) => this.#store.upload(key, await this.fetch(part)));
		this.#isUnderWay = true;
		try {
			await this.#log.add(next);
			this.#last = await this.#tables.publish(next, last, part => this.fetch(part, {columns: []}));
			this.#isUnderWay = false;
		} catch (error) {
			if (error instanceof LostCommitError) {
				this.#isUnderWay = false;
				await this.#store.remove(fresh.map(([key]) => key));
			}
			throw error;
		}
		await this.#tidy(this.#last, last);
		return this.#last;
	}

	/** Removes what no reader needs: local copies of visible parts, old records, parts that were never seen. */
	async #tidy(next: Commit, last: Commit | undefined): Promise<void> {
		await forEach(next.parts, ({path}) => rm(this.stage(path), {force: true}));
		const stays = this.#keysIn(next);
		const seen = pathsOf(this.#tables.keepsRemoved ? last?.parts : []);
		const gone = [...this.#keysIn(last).keys()].filter(key => !stays.has(key) && !seen.has(key));
		if (!this.#tables.keepsRemoved) await writeManifests(this.#store, this.name, next, last);
		if (gone.length > 0) await this.#store.remove(gone);
		await this.#log.prune();
	}

	/** The parts of a commit by their keys. */
	#keysIn(commit: Commit | undefined): Map<string, Part> {
		return new Map([
			...(commit?.parts ?? []).map(part => [part.path, part] as const),
			...(commit?.pending ?? []).map(part => [`${this.#pendingFolder}${part.path}`, part] as const),
		]);
	}

	/** Removes what a dead process has left in tables that no commit knows yet. */
	async #clear(tables: readonly string[]): Promise<void> {
		if (this.#tables.keepsRemoved || !this.#last || tables.length === 0) return;
		const keys = await keysBelow(
			this.#store,
			tables.map(table => `${table}/`),
		);
		await this.#store.remove(leftBehind(keys, this.#last, this.#pendingFolder));
	}
}
