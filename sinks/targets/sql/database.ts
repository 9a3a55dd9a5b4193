/** What Sluice needs of a database. One connection, which one process uses for all its tables. */
import type {Column} from '../../../src/core/schema/schema.ts';
import type {NameRules} from './names.ts';

export type SqlValue = string | number | Uint8Array | null;
export type SqlRow = Readonly<Record<string, unknown>>;

export interface SqlResult {
	readonly rows: readonly SqlRow[];
	/** The number of rows that the statement returned or changed. */
	readonly count: number;
}

export interface FoundColumn {
	/** As `typeOf()` writes it. */
	readonly type: string;
	readonly isNullable: boolean;
}

/** The columns of a file, and their names in the table. */
export interface Loading {
	readonly path: string;
	/** Names in the table by names in the file. */
	readonly names: ReadonlyMap<string, string>;
	/** The run of the rows; absent for a table that has no column for it. */
	readonly run?: string;
}

export interface Unloading {
	/** The rest of the query: `FROM … WHERE …`. */
	readonly from: string;
	/** Expressions, and the columns of the file with their types. */
	readonly columns: readonly {readonly sql: string; readonly column: Column}[];
	readonly path: string;
}

export interface Database {
	readonly names: NameRules;
	/** The types of bytes, of a JSON text, and of the column with the run of a row. */
	readonly types: {readonly bytes: string; readonly json: string; readonly run: string};
	/** The column or expression that numbers the rows of a table from `stage()`. */
	readonly rowNumber: string;
	/** The name of a table with its schema, in quotes. */
	table(name: string): string;
	/** Runs one statement; values are `$1`, `$2` in it. */
	run(sql: string, values?: readonly SqlValue[]): Promise<SqlResult>;
	/**
	 * Commits what `work` does, or nothing of it. Calls wait for each other. Fails with `LostCommitError` if the
	 * answer to the commit was lost.
	 */
	transaction<T>(work: () => Promise<T>): Promise<T>;
	/** Runs reading work between transactions. */
	exclusive<T>(work: () => Promise<T>): Promise<T>;
	/** The columns of a table; `undefined` if there is no such table. */
	columns(table: string): Promise<ReadonlyMap<string, FoundColumn> | undefined>;
	typeOf(column: Column): string;
	/** Whether a type in `columns()` is what `typeOf()` writes. */
	isSame(found: string, wanted: string): boolean;
	/** The expression that turns a column of one type into another without a loss; `undefined` if none does. */
	conversion(name: string, from: string, to: string): string | undefined;
	/** Makes a table with the columns of another one but that of the run, for this transaction. */
	stage(name: string, like: string): Promise<void>;
	/** Tells the planner of a new table. */
	analyze(table: string): Promise<void>;
	/** Makes it fast to find rows by these columns. */
	index(table: string, columns: readonly string[]): Promise<void>;
	/** Adds the rows of a file to a table. Returns their number. */
	load(table: string, loading: Loading): Promise<number>;
	/** Writes rows into a file in the format of parts. */
	unload(unloading: Unloading): Promise<void>;
}

/** The connection broke while the database committed: whether it did is not known here. */
export class LostCommitError extends Error {
	override readonly name = 'LostCommitError';
}
