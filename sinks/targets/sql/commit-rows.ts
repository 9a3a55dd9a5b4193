/** The rows of one commit, inside its transaction: what goes, what comes, and how they meet. */
import {StateError} from '../../../src/core/errors.ts';
import {stringify} from '../../../src/core/json/json.ts';
import type {Commit, Part} from '../../../src/state/commit.ts';
import type {CommitChange} from '../../../src/state/commits/next-commit.ts';
import type {SettledCounts} from '../../../src/state/settle.ts';
import type {FileFormat} from '../../formats/format.ts';
import {jsonlFormat} from '../../formats/jsonl/format.ts';
import type {Database} from './database.ts';
import type {Ledger} from './ledger.ts';
import {meetEarlier} from './merge.ts';
import {quoted, RUN, tableName} from './names.ts';
import {noteRun, REJECTS, RUNS} from './own-tables.ts';
import {ensureTable, type Table, tableOf} from './tables.ts';

export interface CommitRowsOptions {
	readonly db: Database;
	readonly dataset: string;
	readonly last: Commit | undefined;
	/** The record after the change, whose parts are not yet those of the ledger. */
	readonly next: Commit;
	readonly change: CommitChange;
	readonly ledger: Ledger;
	readonly format: FileFormat;
	/** The local file of a part. */
	fileOf(part: Part): string;
	/** A path for a file that is needed for a moment. */
	readonly scratch: string;
	/** The columns of a file in the format of parts. */
	columnsIn(path: string): Promise<readonly string[]>;
}

const NONE: SettledCounts = {inserted: 0, updated: 0, deleted: 0, stale: 0};

export class CommitRows {
	readonly #given: CommitRowsOptions;
	readonly #emptied = new Set<string>();

	constructor(given: CommitRowsOptions) {
		this.#given = given;
	}

	async make(): Promise<SettledCounts> {
		const {change, ledger} = this.#given;
		const {add = [], remove = [], settle} = change;
		const rows = add.filter(({kind, rows: count}) => kind === 'rows' && count > 0);
		if (settle?.disposition === 'replace') this.#noteEmptied();
		// DuckDB changes no table whose rows have changed in the same transaction.
		const tables = await this.#tables(rows);
		for (const part of remove) await this.#takeBack(part);
		if (settle?.disposition === 'replace') await this.#clear();
		if (add.length > 0) await this.#noteRun();
		for (const part of add)
			if (part.kind === 'rejects') {
				await this.#rejects(part);
				ledger.add(part);
			}
		if (settle?.merge && rows.length > 0) return this.#merge(rows, tables);
		for (const part of rows) ledger.add(part, await this.#load(part, tables));
		return {...NONE, inserted: rows.reduce((sum, part) => sum + part.rows, 0)};
	}

	// The rows of a run that starts over.
	async #takeBack(part: Part): Promise<void> {
		const {db, dataset, ledger} = this.#given;
		const {table, kind, run} = part;
		if (!(await this.#runs(part.resource)).includes(run))
			throw new StateError(
				`${dataset}: the rows of one earlier run in ${table} cannot be told from those of others; ` +
					'nothing was changed',
			);
		if (kind === 'rejects')
			await db.run(`DELETE FROM ${db.table(REJECTS)} WHERE dataset = $1 AND table_name = $2 AND run = $3`, [
				dataset,
				table,
				run,
			]);
		else await db.run(`DELETE FROM ${this.#sql(table)} WHERE ${quoted(RUN)} = $1`, [run]);
		ledger.remove(part);
	}

	#noteEmptied(): void {
		const {change, ledger, last} = this.#given;
		const others = (last?.parts ?? []).filter(
			part => part.resource !== change.resource && part.kind === 'rows',
		);
		for (const table of ledger.tablesOf(change.resource))
			if (!others.some(part => part.table === table)) this.#emptied.add(table);
	}

	async #clear(): Promise<void> {
		const {db, dataset, change, ledger} = this.#given;
		const {resource, run} = change;
		for (const table of ledger.tablesOf(resource)) {
			const own = `SELECT run FROM ${db.table(RUNS)} WHERE dataset = $1 AND resource = $2`;
			await db.run(`DELETE FROM ${this.#sql(table)} WHERE ${quoted(RUN)} IN (${own})`, [dataset, resource]);
		}
		await db.run(`DELETE FROM ${db.table(REJECTS)} WHERE dataset = $1 AND resource = $2`, [
			dataset,
			resource,
		]);
		await db.run(`DELETE FROM ${db.table(RUNS)} WHERE dataset = $1 AND resource = $2 AND run <> $3`, [
			dataset,
			resource,
			run,
		]);
		ledger.removeResource(resource);
	}

	async #runs(resource: string): Promise<string[]> {
		const {db, dataset} = this.#given;
		const sql = `SELECT run FROM ${db.table(RUNS)} WHERE dataset = $1 AND resource = $2`;
		return (await db.run(sql, [dataset, resource])).rows.map(({run}) => String(run));
	}

	async #noteRun(): Promise<void> {
		const {
			db,
			dataset,
			change: {run, resource},
		} = this.#given;
		await noteRun(db, {run, dataset, resource});
	}

	/** The tables of new rows and, at the end of a run, all of its tables. */
	async #tables(rows: readonly Part[]): Promise<Map<string, Table>> {
		const {db, change, next, last} = this.#given;
		const wanted = new Set(rows.map(({table}) => table));
		if (change.settle) for (const table of change.tables ?? []) wanted.add(table);
		const tables = new Map<string, Table>();
		for (const name of wanted) {
			const schema = next.schemas.get(name);
			if (!schema) continue;
			const isKnown = last?.tables.includes(name) === true;
			const isEmptied = this.#emptied.has(name);
			tables.set(name, await ensureTable(db, name, schema, {isEmptied, isKnown}));
		}
		return tables;
	}

	async #load(part: Part, tables: ReadonlyMap<string, Table>, into?: string): Promise<number> {
		const {db, fileOf, columnsIn, change} = this.#given;
		const table = tables.get(part.table);
		if (!table) throw new TypeError(`no columns are known of ${part.table}`);
		const path = fileOf(part);
		const own = (await columnsIn(path)).map((name): [string, string] => [
			name,
			table.names.get(name) ?? name,
		]);
		return db.load(into ?? table.sql, {
			...{path, names: new Map(own)},
			...(into === undefined && {run: change.run}),
		});
	}

	async #rejects(part: Part): Promise<void> {
		const {db, dataset, fileOf} = this.#given;
		const sql = `INSERT INTO ${db.table(REJECTS)} VALUES ($1, $2, $3, $4, $5)`;
		for await (const lines of jsonlFormat.rows(fileOf(part)))
			for (const line of lines)
				await db.run(sql, [dataset, part.table, part.resource, part.run, stringify(line)]);
	}

	async #merge(rows: readonly Part[], tables: Map<string, Table>): Promise<SettledCounts> {
		const {db, change, ledger, next, format, scratch} = this.#given;
		const {settle, resource, run} = change;
		const main = tables.get(settle?.table ?? '');
		if (!settle?.merge || !main) throw new TypeError('a merge needs rows of the main table');
		const fresh = await this.#staged(main, rows, tables);
		const lists: {table: Table; fresh: string | undefined}[] = [];
		for (const name of next.tables) {
			if (name === main.name) continue;
			const table = tables.get(name) ?? (await tableOf(db, name, next.schemas.get(name)));
			if (table)
				lists.push({table, fresh: tables.has(name) ? await this.#staged(table, rows, tables) : undefined});
		}
		const resources = new Map<string, string>();
		const known = await db.run(`SELECT run, resource FROM ${db.table(RUNS)} WHERE dataset = $1`, [
			this.#given.dataset,
		]);
		for (const each of known.rows) resources.set(String(each.run), String(each.resource));
		const counts = await meetEarlier({
			...{db, merge: settle.merge, main, fresh, lists, format, scratch},
			onGone: (table, of, count) =>
				ledger.subtract(table, {resource: resources.get(of) ?? '', run: of}, count),
		});
		for (const {table, fresh: from} of [{table: main, fresh}, ...lists]) {
			if (from === undefined) continue;
			const names = [...table.names.values()].map(quoted);
			const {count} = await db.run(
				`INSERT INTO ${table.sql} (${[...names, quoted(RUN)].join(', ')}) SELECT ` +
					`${[...names, '$1'].join(', ')} FROM ${from}`,
				[run],
			);
			const own = rows.filter(part => part.table === table.name);
			const bytes = own.reduce((sum, part) => sum + part.bytes, 0);
			const [first] = own;
			if (first) ledger.add({...first, resource, run, bytes}, count);
		}
		if (main.isNew && settle.merge.key.length > 0)
			await db.index(
				main.sql,
				settle.merge.key.map(name => main.names.get(name) ?? name),
			);
		return counts;
	}

	/** The new rows of a table, in a table of their own. */
	async #staged(table: Table, rows: readonly Part[], tables: ReadonlyMap<string, Table>): Promise<string> {
		const {db} = this.#given;
		const name = quoted(`_sluice_new_${[...tables.keys()].indexOf(table.name)}`);
		await db.stage(name, table.sql);
		for (const part of rows) if (part.table === table.name) await this.#load(part, tables, name);
		await db.analyze(name);
		return name;
	}

	#sql(table: string): string {
		const {db} = this.#given;
		return db.table(tableName(table, db.names));
	}
}
