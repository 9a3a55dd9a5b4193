/** One connection to PostgreSQL. It has the locks of all datasets of its process, and commits for them. */
import {createReadStream, createWriteStream} from 'node:fs';
import {pipeline} from 'node:stream/promises';
import type {Client} from 'pg';
import {ConfigError, SinkError} from '../../../src/core/errors.ts';
import {messageOf} from '../../../src/core/stage.ts';
import type {Database, FoundColumn, Loading, SqlResult, SqlValue, Unloading} from '../sql/database.ts';
import {LostCommitError} from '../sql/database.ts';
import {quoted, ROW, RUN} from '../sql/names.ts';
import {explained, isAnswered} from './errors.ts';
import {headerLine} from './format.ts';
import {cellText, conversion, typeOf} from './types.ts';

/** Names beyond it are cut by the server. */
const MOST_NAME_BYTES = 63;
const CONNECT_MS = 30_000;
// A firewall forgets a connection that is silent for long, as while an API answers slowly.
const KEEP_ALIVE_MS = 30_000;

// A server, a database or a user may have others, and values are read as texts. Before version 12, a double needs
// 3 more digits to be exact; since then, each number above 0 means the same.
const settings = [
	"TimeZone = 'UTC'",
	"DateStyle = 'ISO, YMD'",
	'extra_float_digits = 3',
	"bytea_output = 'hex'",
] as const;

export interface SessionOptions {
	readonly url: string;
	readonly shown: string;
	readonly schema: string;
	/** Shown to others in `pg_stat_activity`. */
	readonly application: string;
}

interface Drivers {
	readonly pg: Pick<typeof import('pg'), 'Client'>;
	readonly copy: typeof import('pg-copy-streams');
}

// The names are not in the imports themselves: a bundler would demand packages that nobody needs.
const PACKAGES = ['pg', 'pg-copy-streams'] as const;

async function drivers(): Promise<Drivers> {
	try {
		const [pg, copy] = await Promise.all(PACKAGES.map(name => import(name)));
		return {pg: pg.default ?? pg, copy: copy.default ?? copy};
	} catch (error) {
		throw new ConfigError(
			`a database of PostgreSQL needs two packages: npm install pg pg-copy-streams (${messageOf(error)})`,
		);
	}
}

export async function openSession(options: SessionOptions): Promise<Session> {
	const {pg, copy} = await drivers();
	let client: Client;
	try {
		client = new pg.Client({
			connectionString: options.url,
			application_name: options.application,
			connectionTimeoutMillis: CONNECT_MS,
			keepAlive: true,
			keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
		});
	} catch (error) {
		throw new ConfigError(`${options.shown}: is no address of PostgreSQL: ${messageOf(error)}`);
	}
	const session = new Session(options, client, copy);
	await session.begin();
	return session;
}

export class Session implements Database {
	readonly names = {most: MOST_NAME_BYTES, foldsCase: false};
	// JSON as text: it may have what `jsonb` refuses.
	readonly types = {
		bytes: 'bytea',
		json: 'json',
		run: "text DEFAULT nullif(current_setting('sluice.run', true), '')",
	};
	readonly rowNumber = quoted(ROW);
	readonly typeOf = typeOf;
	readonly conversion = conversion;
	readonly #options: SessionOptions;
	readonly #client: Client;
	readonly #copy: Drivers['copy'];
	#lost: Error | undefined;
	#turn: Promise<unknown> = Promise.resolve();

	constructor(options: SessionOptions, client: Client, copy: Drivers['copy']) {
		this.#options = options;
		this.#client = client;
		this.#copy = copy;
		client.on('error', error => {
			this.#lost ??= error;
		});
	}

	isSame(found: string, wanted: string): boolean {
		return found === wanted;
	}

	async begin(): Promise<void> {
		try {
			await this.#client.connect();
			for (const setting of settings) await this.run(`SET ${setting}`);
			// The connection is silent while the API is read.
			await this.run(
				"SELECT set_config(name, '0', false) FROM pg_settings WHERE name IN ('idle_session_timeout', " +
					"'idle_in_transaction_session_timeout')",
			);
		} catch (error) {
			await this.close();
			throw explained(error, this.#options.shown);
		}
	}

	async close(): Promise<void> {
		await this.#client.end().catch(() => {});
	}

	table(name: string): string {
		return `${quoted(this.#options.schema)}.${quoted(name)}`;
	}

	async run(sql: string, values: readonly SqlValue[] = []): Promise<SqlResult> {
		return this.#attempt(async () => {
			const {rows, rowCount} = await this.#client.query(sql, [...values]);
			return {rows, count: rowCount ?? 0};
		});
	}

	exclusive<T>(work: () => Promise<T>): Promise<T> {
		const result = this.#turn.then(work);
		this.#turn = result.catch(() => {});
		return result;
	}

	transaction<T>(work: () => Promise<T>): Promise<T> {
		return this.exclusive(async () => {
			await this.run('BEGIN');
			let result: T;
			try {
				result = await work();
			} catch (error) {
				await this.#client.query('ROLLBACK').catch(() => {});
				throw error;
			}
			await this.#commit();
			return result;
		});
	}

	async #commit(): Promise<void> {
		let command: string;
		try {
			({command} = await this.#client.query('COMMIT'));
		} catch (error) {
			if (isAnswered(error)) throw explained(error, this.#options.shown);
			throw new LostCommitError(
				`${this.#options.shown}: the connection broke during a commit (${messageOf(error)}). Run again: ` +
					'the next run finds out whether it is in the database',
				{cause: error},
			);
		}
		// The answer of a transaction in which a statement failed.
		if (command !== 'COMMIT')
			throw new SinkError(
				`${this.#options.shown}: the database took the transaction back. Nothing of this commit was added`,
			);
	}

	async columns(table: string): Promise<ReadonlyMap<string, FoundColumn> | undefined> {
		const {rows} = await this.run(
			`SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS required
			FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
			LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
			WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')`,
			[this.#options.schema, table],
		);
		if (rows.length === 0) return undefined;
		const found = rows.filter(({name}) => name !== null);
		return new Map(
			found.map(({name, type, required}) => [
				String(name),
				{type: String(type), isNullable: required !== true},
			]),
		);
	}

	async stage(name: string, like: string): Promise<void> {
		await this.run(`CREATE TEMPORARY TABLE ${name} (LIKE ${like}) ON COMMIT DROP`);
		await this.run(
			`ALTER TABLE ${name} DROP COLUMN ${quoted(RUN)}, ADD COLUMN ${quoted(ROW)} bigint GENERATED ` +
				'ALWAYS AS IDENTITY',
		);
	}

	async analyze(table: string): Promise<void> {
		await this.run(`ANALYZE ${table}`);
	}

	async index(table: string, columns: readonly string[]): Promise<void> {
		await this.run(`CREATE INDEX ON ${table} (${columns.map(quoted).join(', ')})`);
	}

	async load(table: string, {path, names, run}: Loading): Promise<number> {
		const columns = [...names.values()].map(quoted).join(', ');
		if (run !== undefined) await this.run("SELECT set_config('sluice.run', $1, true)", [run]);
		return this.#attempt(async () => {
			const stream = this.#client.query(
				this.#copy.from(
					`COPY ${table} (${columns}) FROM STDIN WITH (FORMAT csv, HEADER true, ENCODING 'UTF8')`,
				),
			);
			await pipeline(createReadStream(path, {highWaterMark: 256 * 1024}), stream);
			return stream.rowCount;
		});
	}

	async unload({columns, from, path}: Unloading): Promise<void> {
		const cells = columns.map(({sql, column}) => cellText(sql, column)).join(', ');
		const output = createWriteStream(path, {mode: 0o600});
		output.write(headerLine(columns.map(({column}) => column.name)));
		await this.#attempt(async () => {
			const stream = this.#client.query(
				this.#copy.to(`COPY (SELECT ${cells} ${from}) TO STDOUT WITH (FORMAT csv)`),
			);
			await pipeline(stream, output);
		});
	}

	async #attempt<T>(work: () => Promise<T>): Promise<T> {
		try {
			if (this.#lost) throw this.#lost;
			return await work();
		} catch (error) {
			throw explained(error, this.#options.shown);
		}
	}
}
