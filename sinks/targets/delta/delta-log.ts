/**
 * Commits of a dataset as entries in the logs of its Delta tables. The entry of the main table decides whether
 * a commit counts: it names the record of the commit in `txn`. The entries of its lists follow, and the process
 * that opens the dataset next adds those that a dead process has left out. Where another program has changed
 * files or columns of a table, nothing more is written to it.
 */
import {randomUUID} from 'node:crypto';
import {StateError} from '../../../src/core/errors.ts';
import type {JsonObject} from '../../../src/core/json/json.ts';
import type {Commit} from '../../../src/state/commit.ts';
import type {Store} from '../../../src/state/store.ts';
import {LostCommitError, type RecoverOptions, type TableLog} from '../store/table-log.ts';
import {addOf, metaDataOf, PROTOCOL, removeOf} from './actions.ts';
import {deltaSchema} from './schema.ts';
import {DeltaTable, type Entry} from './table.ts';

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

	async recover(records: AsyncIterable<Commit>, {mayWrite}: RecoverOptions): Promise<Commit | undefined> {
		for await (const record of records) {
			const {base} = stateIn(record, this.#name) ?? {base: -1};
			const entries = await this.#table(this.#name).after(base);
			if (!entries.some(entry => txnIn(entry, this.#name) === record.version)) continue;
			if (!mayWrite) return record;
			this.#accept(this.#name, entries, base, record);
			for (const table of othersIn(record, this.#name)) await this.#redo(table, record);
			return record;
		}
		if (mayWrite) await this.#refuseForeign(this.#name);
		return undefined;
	}

	async prepare(next: Commit, last: Commit | undefined): Promise<Commit> {
		const delta: {[table: string]: JsonObject} = {};
		for (const table of next.tables) {
			if (!last?.tables.includes(table)) await this.#refuseForeign(table);
			const base = this.#versions.get(table) ?? -1;
			this.#accept(table, await this.#table(table).after(base), base, undefined);
			const id = (last && stateIn(last, table)?.id) ?? randomUUID();
			delta[table] = {
				id,
				schema: deltaSchema(next.schemas.get(table)),
				base: this.#versions.get(table) ?? -1,
			};
		}
		return {...next, targetState: {...last?.targetState, delta}};
	}

	async publish(next: Commit, last: Commit | undefined): Promise<Commit> {
		await this.#put(this.#name, next, last);
		// The commit counts from here on. An entry that cannot be added is added by the next process.
		for (const table of othersIn(next, this.#name))
			await this.#put(table, next, last).catch(error => {
				throw error instanceof LostCommitError ? new StateError(error.message) : error;
			});
		return next;
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
	async #put(table: string, next: Commit, last: Commit | undefined): Promise<void> {
		const log = this.#table(table);
		const before = last && stateIn(last, table);
		for (;;) {
			const version = (this.#versions.get(table) ?? -1) + 1;
			if (await log.put(version, actionsOf(table, next, before?.schema))) {
				this.#versions.set(table, version);
				return;
			}
			const entries = await log.after(version - 1);
			// The response was lost, and the entry was not.
			const isThere = entries.some(entry => txnIn(entry, table) === next.version);
			this.#accept(table, entries, version - 1, isThere ? next : undefined);
			if (isThere) return;
		}
	}

	/** Adds the entry of a list that a dead process has left out. */
	async #redo(table: string, record: Commit): Promise<void> {
		const {base} = stateIn(record, table) ?? {base: -1};
		const log = this.#table(table);
		for (;;) {
			const entries = await log.after(base);
			this.#accept(table, entries, base, record);
			if (entries.some(entry => txnIn(entry, table) === record.version)) return;
			const version = (entries.at(-1)?.version ?? base) + 1;
			if (!(await log.put(version, actionsOf(table, record, undefined)))) continue;
			this.#versions.set(table, version);
			return;
		}
	}

	/** Notes entries after `base`. Throws for those of others, except the entry of the commit `own`. */
	#accept(table: string, entries: readonly Entry[], base: number, own: Commit | undefined): void {
		for (const entry of entries) {
			const version = txnIn(entry, table);
			if (version !== undefined && version === own?.version) continue;
			const where = `${this.#store.location}/${table}`;
			if (version !== undefined)
				throw new LostCommitError(
					`${where}: another process committed to it in the meantime; nothing of this run was added. Run it again`,
				);
			if (entry.actions.some(({add, remove, metaData, protocol}) => add ?? remove ?? metaData ?? protocol))
				throw new LostCommitError(
					`${where}: another program has changed it (entry ${entry.version} of its log), and which rows are whose is not known. ` +
						'Nothing was added. Let other programs read and vacuum it only; restore its version before, or write to another place',
				);
		}
		this.#versions.set(table, entries.at(-1)?.version ?? base);
	}

	#table(name: string): DeltaTable {
		const table = this.#tables.get(name) ?? new DeltaTable(this.#store, name);
		this.#tables.set(name, table);
		return table;
	}
}

/** `schemaBefore`: the schema that the log has already; without it, the entry has the schema in any case. */
function actionsOf(table: string, next: Commit, schemaBefore: string | undefined): object[] {
	const now = Date.parse(next.at);
	const state = stateIn(next, table);
	const appears = new Set(next.add);
	const added = next.parts.filter(
		part => part.table === table && part.kind === 'rows' && appears.has(part.path),
	);
	// Refused rows are in a folder with an underscore, which readers of Delta do not see.
	const removed = next.remove.filter(path => path.startsWith(`${table}/`) && !path.startsWith(`${table}/_`));
	const isFirst = state?.base === -1;
	return [
		{commitInfo: {timestamp: now, operation: 'WRITE', engineInfo: 'sluice'}},
		...(isFirst ? [PROTOCOL] : []),
		...(state && (isFirst || schemaBefore !== state.schema) ? [metaDataOf(state.id, state.schema, now)] : []),
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
