/**
 * Commits of a dataset as entries in the logs of its Delta tables. The entry of the main table decides whether
 * a commit counts: it names the record of the commit in `txn`. The entries of its lists follow, and the process
 * that opens the dataset next adds those that a dead process has left out. Other programs may add and compact files
 * in between.
 */
import {randomUUID} from 'node:crypto';
import {StateError} from '../../../src/core/errors.ts';
import type {JsonObject} from '../../../src/core/json/json.ts';
import {type Commit, type Part, pathsOf} from '../../../src/state/commit.ts';
import type {Store} from '../../../src/state/store.ts';
import {LostCommitError, type TableLog} from '../store/table-log.ts';
import {type AddFile, addOf, metaDataOf, PROTOCOL, removeOf} from './actions.ts';
import {deltaSchema} from './schema.ts';
import {DeltaTable, type Entry, filesChanged} from './table.ts';

/** What a record stores of each table. */
interface TableState {
	readonly id: string;
	readonly schema: string;
	/** The last entry that was read before the commit; -1 before the first. */
	readonly base: number;
}

export function deltaLog(store: Store, name: string): TableLog {
	return new DeltaLog(store, name);
}

class DeltaLog implements TableLog {
	readonly keepsRemoved = true;
	readonly #store: Store;
	readonly #name: string;
	readonly #tables = new Map<string, DeltaTable>();
	/** The last entry of each table that is known. */
	readonly #versions = new Map<string, number>();

	constructor(store: Store, name: string) {
		this.#store = store;
		this.#name = name;
	}

	async recover(records: AsyncIterable<Commit>): Promise<Commit | undefined> {
		for await (const record of records) {
			const {base} = stateIn(record, this.#name) ?? {base: -1};
			const entries = await this.#table(this.#name).after(base);
			if (!entries.some(entry => txnIn(entry, this.#name) === record.version)) continue;
			for (const table of othersIn(record, this.#name)) await this.#redo(table, record);
			return this.#withOthers(record, base);
		}
		await this.#refuseForeign(this.#name);
		return undefined;
	}

	async prepare(next: Commit, last: Commit | undefined): Promise<Commit> {
		let prepared = next;
		const delta: {[table: string]: JsonObject} = {};
		for (const table of next.tables) {
			const base = this.#versions.get(table) ?? -1;
			if (!last?.tables.includes(table)) await this.#refuseForeign(table);
			const entries = await this.#table(table).after(base);
			prepared = this.#besides(prepared, table, entries);
			this.#versions.set(table, entries.at(-1)?.version ?? base);
			const id = (last && stateIn(last, table)?.id) ?? randomUUID();
			const schema = deltaSchema(next.schemas.get(table));
			delta[table] = {id, schema, base: this.#versions.get(table) ?? -1};
		}
		return {...prepared, targetState: {...last?.targetState, delta}};
	}

	async publish(next: Commit, last: Commit | undefined): Promise<Commit> {
		let published = await this.#put(this.#name, next, last);
		for (const table of othersIn(next, this.#name)) published = await this.#put(table, published, last);
		return published;
	}

	async #refuseForeign(table: string): Promise<void> {
		const entries = await this.#table(table).after(-1);
		if (entries.length === 0 || entries.some(entry => txnIn(entry, table) !== undefined)) return;
		throw new StateError(
			`${this.#store.location}/${table}: is a Delta table that Sluice has not written. Nothing was changed. ` +
				'Give the resource another table_name, or write to another place',
		);
	}

	/** Adds the entry of one table. Where others were first, it comes after theirs. */
	async #put(table: string, commit: Commit, last: Commit | undefined): Promise<Commit> {
		const log = this.#table(table);
		let next = commit;
		for (;;) {
			const version = (this.#versions.get(table) ?? -1) + 1;
			const before = last && stateIn(last, table);
			const isPut = await log.put(version, actionsOf(table, next, before));
			if (isPut) {
				this.#versions.set(table, version);
				return next;
			}
			const entries = await log.after(version - 1);
			const own = entries.find(entry => txnIn(entry, table) === next.version);
			if (!own) next = this.#besides(next, table, entries);
			this.#versions.set(table, entries.at(-1)?.version ?? version);
			// The response was lost, and the entry was not.
			if (own) return next;
		}
	}

	/** Adds the entry of a list that a dead process has left out. */
	async #redo(table: string, record: Commit): Promise<void> {
		const state = stateIn(record, table);
		if (!state) return;
		const log = this.#table(table);
		for (;;) {
			const entries = await log.after(state.base);
			if (entries.some(entry => (txnIn(entry, table) ?? 0) >= record.version)) return;
			const version = (entries.at(-1)?.version ?? state.base) + 1;
			if (await log.put(version, actionsOf(table, record, undefined))) return;
		}
	}

	/** The commit with what others have changed since its base. */
	async #withOthers(record: Commit, base: number): Promise<Commit> {
		let commit = record;
		for (const table of record.tables) {
			const from = table === this.#name ? base : (stateIn(record, table)?.base ?? -1);
			const entries = await this.#table(table).after(from);
			this.#versions.set(table, entries.at(-1)?.version ?? from);
			const ofOthers = entries.filter(entry => txnIn(entry, table) === undefined);
			commit = this.#merged(commit, table, ofOthers);
		}
		return commit;
	}

	// Entries of another process of Sluice, or a removal of files that this commit replaces, end it.
	#besides(next: Commit, table: string, entries: readonly Entry[]): Commit {
		if (entries.length === 0) return next;
		const where = `${this.#store.location}/${table}`;
		if (entries.some(entry => txnIn(entry, table) !== undefined))
			throw new LostCommitError(
				`${where}: another process committed to it in the meantime; nothing of this run was added. Run it again`,
			);
		if (entries.some(({actions}) => actions.some(({metaData}) => metaData !== undefined)))
			throw new LostCommitError(
				`${where}: another program has changed its columns in the meantime; nothing of this run was added. Run it again`,
			);
		const {removed} = filesChanged(entries, table);
		if (next.remove.some(path => removed.has(path)))
			throw new LostCommitError(
				`${where}: another program has rewritten files that this run replaces; nothing of it was added. Run it again`,
			);
		return this.#merged(next, table, entries);
	}

	#merged(commit: Commit, table: string, entries: readonly Entry[]): Commit {
		const {added, removed} = filesChanged(entries, table);
		if (added.size === 0 && removed.size === 0) return commit;
		const known = pathsOf(commit.parts);
		const parts = commit.parts.filter(({path}) => !removed.has(path));
		const resources = new Set(commit.parts.filter(part => part.table === table).map(part => part.resource));
		const [resource = commit.resource] = resources;
		const foreign = [...added].filter(([path]) => !known.has(path));
		if (foreign.length > 0 && resources.size > 1)
			throw new StateError(
				`${this.#store.location}/${table}: another program has rewritten files of several resources, and which rows are whose is lost. ` +
					'Read all again with --full-refresh, or give each resource a table_name of its own',
			);
		return {
			...commit,
			parts: [...parts, ...foreign.map(([path, add]) => this.#foreignPart(path, add, {table, resource}))],
		};
	}

	#foreignPart(
		path: string,
		{size, stats}: AddFile,
		{table, resource}: {table: string; resource: string},
	): Part {
		const rows: unknown = stats ? JSON.parse(stats).numRecords : undefined;
		if (typeof rows !== 'number')
			throw new StateError(
				`${this.#store.location}/${path}: another program has added it without the number of its rows. ` +
					'Let that program write statistics, or write to another place',
			);
		return {path, table, kind: 'rows', resource, run: 'another program', rows, bytes: size, sha256: ''};
	}

	#table(name: string): DeltaTable {
		const table = this.#tables.get(name) ?? new DeltaTable(this.#store, name);
		this.#tables.set(name, table);
		return table;
	}
}

function actionsOf(table: string, next: Commit, before: TableState | undefined): object[] {
	const now = Date.parse(next.at);
	const state = stateIn(next, table);
	const appears = new Set(next.add);
	const added = next.parts.filter(
		part => part.table === table && part.kind === 'rows' && appears.has(part.path),
	);
	// Refused rows are in a folder with an underscore, which readers of Delta do not see.
	const removed = next.remove.filter(path => path.startsWith(`${table}/`) && !path.startsWith(`${table}/_`));
	const isFirst = state?.base === -1;
	const isChanged = isFirst || (before !== undefined && before.schema !== state?.schema);
	return [
		{commitInfo: {timestamp: now, operation: 'WRITE', engineInfo: 'sluice'}},
		...(isFirst ? [PROTOCOL] : []),
		...(state && isChanged ? [metaDataOf(state.id, state.schema, now)] : []),
		{txn: {appId: appIdOf(table), version: next.version, lastUpdated: now}},
		...added.map(part => addOf(part, now)),
		...removed.map(path => removeOf(path, table, now)),
	];
}

function appIdOf(table: string): string {
	return `sluice/${table}`;
}

function txnIn({actions}: Entry, table: string): number | undefined {
	return actions.find(({txn}) => txn?.appId === appIdOf(table))?.txn?.version;
}

function stateIn({targetState}: Commit, table: string): TableState | undefined {
	const delta = targetState?.delta as {readonly [table: string]: TableState} | undefined;
	return delta?.[table];
}

function othersIn({tables}: Commit, name: string): string[] {
	return tables.filter(table => table !== name);
}
