/**
 * Commits of a dataset as entries in the logs of its Delta tables. The entry of the main table decides whether
 * a commit counts: it names the record of the commit in `txn`. The entries of its lists follow, and the process
 * that opens the dataset next adds those that a dead process has left out.
 *
 * Other programs may write to the tables. A record gets the files that the log has now; a commit that meets
 * entries of others comes after them, unless they have changed what it rests on.
 */
import {StateError} from '../../../src/core/errors.ts';
import type {Commit, Part} from '../../../src/state/commit.ts';
import type {Store} from '../../../src/state/store.ts';
import type {PartRange} from '../../../src/state/target.ts';
import {LostCommitError, type PartReader, type RecoverOptions, type TableLog} from '../store/table-log.ts';
import {refuseConflicts, refuseRewritten, txnIn, txnOf} from './conflicts.ts';
import {addedParts, entryOf, partitionColumnsOf} from './entry.ts';
import {ownForm} from './foreign-file.ts';
import {isForeign, liveParts} from './live-parts.ts';
import {mixedIn, refuseMixed, withMixed} from './mixed-runs.ts';
import {checkSettings} from './protocol.ts';
import {rangesIn} from './ranges.ts';
import {addedColumns, refuseOtherTypes} from './schema.ts';
import type {Snapshot} from './snapshot.ts';
import {statsOf} from './stats.ts';
import {DeltaTable} from './table.ts';

export function deltaLog(store: Store, name: string): TableLog {
	return new DeltaLog(store, name);
}

class DeltaLog implements TableLog {
	readonly keepsRemoved = true;
	readonly #store: Store;
	readonly #name: string;
	readonly #tables = new Map<string, DeltaTable>();

	constructor(store: Store, name: string) {
		this.#store = store;
		this.#name = name;
	}

	async recover(records: AsyncIterable<Commit>, {mayWrite}: RecoverOptions): Promise<Commit | undefined> {
		const version = txnOf(await this.#table(this.#name).snapshot(), this.#name);
		if (version === undefined) {
			if (mayWrite) await this.#refuseForeign(this.#name);
			return undefined;
		}
		const record = await this.#record(records, version);
		let current = record;
		for (const table of record.tables) {
			const isCommitted = txnOf(await this.#table(table).snapshot(), table) === record.version;
			if (!isCommitted && !mayWrite) continue;
			if (!isCommitted) await this.#redo(table, record);
			current = await this.#live(current, table);
		}
		return current;
	}

	async prepare(next: Commit, last: Commit | undefined): Promise<Commit> {
		for (const table of next.tables) {
			const log = this.#table(table);
			const isKnown = last?.tables.includes(table) === true;
			// Once the main table has its entry, those of the others must follow.
			if (!isKnown || table !== this.#name) {
				const entries = await log.update();
				if (isKnown) refuseConflicts(entries, {table, where: log.location, next});
				else await this.#refuseForeign(table);
			}
			const snapshot = await log.snapshot();
			const removes = next.remove.some(path => path.startsWith(`${table}/`));
			if (snapshot.metaData) checkSettings(snapshot.metaData, removes, log.location);
			partitionColumnsOf(next, {table, where: log.location, snapshot});
		}
		refuseMixed(next, last, `${this.#store.location}/${this.#name}`);
		return withMixed(next, mixedIn(last));
	}

	async publish(next: Commit, last: Commit | undefined, readPart: PartReader): Promise<Commit> {
		await this.#put(this.#name, next, last, readPart);
		// The commit counts from here on. An entry that cannot be added is added by the next process.
		for (const table of othersIn(next, this.#name))
			await this.#put(table, next, last, readPart).catch(error => {
				throw error instanceof LostCommitError ? new StateError(error.message) : error;
			});
		let current = next;
		for (const table of next.tables) {
			current = await this.#live(current, table);
			await this.#checkpoint(table, Date.parse(next.at));
		}
		return current;
	}

	async readable(part: Part, file: string, record: Commit | undefined): Promise<string> {
		if (!isForeign(part) || !record) return file;
		const log = this.#table(part.table);
		const {metaData, files} = await log.snapshot();
		const schema = record.schemas.get(part.table);
		const partitions = metaData?.partitionColumns ?? [];
		const added = addedColumns(metaData?.schemaString ?? '{"fields":[]}', schema, partitions);
		const values = files.get(part.path.slice(part.table.length + 1))?.partitionValues ?? {};
		return ownForm(part, file, {schema, added, values, where: log.location});
	}

	async ranges(part: Part): Promise<ReadonlyMap<string, PartRange>> {
		const {files} = await this.#table(part.table).snapshot();
		const {stats} = files.get(part.path.slice(part.table.length + 1)) ?? {};
		return rangesIn(stats ?? undefined, !isForeign(part));
	}

	async #record(records: AsyncIterable<Commit>, version: number): Promise<Commit> {
		// Records without an entry are newer: their processes have died, or another one was first.
		for await (const record of records) {
			if (record.version === version) return record;
			if (record.version < version) break;
		}
		throw new StateError(
			`${this.#store.location}/_sluice: the record of commit ${version} of ${this.#name} is gone, and ` +
				'with it the place to go on from. Nothing was changed. Restore the folder _sluice, or read all ' +
				'again into another place',
		);
	}

	async #refuseForeign(table: string): Promise<void> {
		const snapshot = await this.#table(table).snapshot();
		if (snapshot.version === -1 || txnOf(snapshot, table) !== undefined) return;
		throw new StateError(
			`${this.#store.location}/${table}: is a Delta table that Sluice has not written. Nothing was ` +
				'changed. Give the resource another table_name, or write to another place',
		);
	}

	/** Adds the entry of one table. Where others were first, it comes after theirs. */
	async #put(table: string, next: Commit, last: Commit | undefined, readPart: PartReader): Promise<void> {
		const log = this.#table(table);
		const stats = new Map<string, string>();
		for (const part of addedParts(next, table)) stats.set(part.path, await statsOf(await readPart(part)));
		const common = {table, where: log.location};
		for (;;) {
			const snapshot = await log.snapshot();
			if (await log.put(entryOf(next, {...common, snapshot, last, stats}))) return;
			const entries = await log.update();
			// The response was lost, and the entry was not.
			if (entries.some(entry => txnIn(entry, table) === next.version)) return;
			refuseConflicts(entries, {...common, next});
		}
	}

	/** Adds the entry of a list that a dead process has left out. */
	async #redo(table: string, record: Commit): Promise<void> {
		const log = this.#table(table);
		const common = {table, where: log.location};
		for (;;) {
			const snapshot = await log.snapshot();
			if (txnOf(snapshot, table) === record.version) return;
			refuseRewritten({...common, next: record}, snapshot);
			const entry = entryOf(record, {...common, snapshot, last: undefined, stats: new Map()});
			if (await log.put(entry)) return;
			await log.update();
		}
	}

	/** The record, with the files that the table has now. */
	async #live(record: Commit, table: string): Promise<Commit> {
		const log = this.#table(table);
		const snapshot: Snapshot = await log.snapshot();
		const {parts, mixed} = await liveParts(record, {table, snapshot, store: this.#store});
		if (snapshot.metaData)
			refuseOtherTypes(snapshot.metaData.schemaString, record.schemas.get(table), log.location);
		return parts === record.parts ? record : withMixed({...record, parts}, [...mixedIn(record), ...mixed]);
	}

	// No commit needs one: it saves the time of readers.
	async #checkpoint(table: string, now: number): Promise<void> {
		await this.#table(table)
			.checkpoint(now)
			.catch(error => {
				if (!(error instanceof StateError)) throw error;
			});
	}

	#table(name: string): DeltaTable {
		const table = this.#tables.get(name) ?? new DeltaTable(this.#store, name);
		this.#tables.set(name, table);
		return table;
	}
}

function othersIn({tables}: Commit, name: string): string[] {
	return tables.filter(table => table !== name);
}
