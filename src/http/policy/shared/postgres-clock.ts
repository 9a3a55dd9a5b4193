/** The shared clock in PostgreSQL: a row for each key. The lock of the row puts the processes in order. */
import {setTimeout as delay} from 'node:timers/promises';
import type {Client} from 'pg';
import {type Moment, PATIENCE_MS, type SharedClock, type SharedClockOptions} from './shared-clock.ts';

const TABLE = 'sluice_rate_clocks';
// After a crash of the server the table is empty: processes notice it by `since`.
const CREATE = `CREATE UNLOGGED TABLE IF NOT EXISTS ${TABLE} (key text PRIMARY KEY,
	free double precision NOT NULL, closed double precision NOT NULL, since double precision NOT NULL,
	sent double precision[] NOT NULL DEFAULT '{}', granted double precision)`;
// It is the same everywhere in a statement.
const NOW = 'extract(epoch FROM statement_timestamp())::double precision * 1000';
const [INTERVAL, AHEAD, LEAD] = [2, 3, 4].map(each => `$${each}::double precision`);
const AT = `greatest(${NOW} + ${LEAD}, c.closed, c.free - ${AHEAD})`;
const RESERVE = `INSERT INTO ${TABLE} AS c (key, free, closed, since)
	VALUES ($1, ${NOW} + ${LEAD} + ${INTERVAL}, 0, ${NOW})
	ON CONFLICT (key) DO UPDATE SET free = greatest(c.free, ${AT}) + ${INTERVAL}
	RETURNING greatest(${NOW} + ${LEAD}, c.closed, c.free - ${INTERVAL} - ${AHEAD}) AS at,
		${NOW} AS now, c.closed, c.since`;
const [MOST, IN_MS] = ['$2::integer', '$3::double precision'];
const [SINCE, UNUSED] = ['$4::double precision', '$5::double precision'];
// The last departures, in order. One that was not used gives up its time: then an older one counts again, so
// twice as many are kept.
const SENT = `array_remove(c.sent, ${UNUSED})`;
const LEAVES = `greatest(${NOW} + $6::double precision, (${SENT})[cardinality(${SENT})] + 0.001)`;
const freeAt = (sent: string): string =>
	`coalesce((${sent})[cardinality(${sent}) - ${MOST} + 1] + ${IN_MS}, 0)`;
const IS_GRANTED = `(c.since = ${SINCE} AND c.closed <= ${NOW} AND ${freeAt(SENT)} <= ${LEAVES})`;
const KEPT = `(${SENT})[greatest(1, cardinality(${SENT}) - 2 * ${MOST} + 2):]`;
// What is returned are the values after the change.
const DEPART = `UPDATE ${TABLE} AS c SET granted = CASE WHEN ${IS_GRANTED} THEN ${LEAVES} END,
		sent = CASE WHEN ${IS_GRANTED} THEN (${KEPT}) || ${LEAVES} ELSE ${SENT} END
	WHERE key = $1
	RETURNING ${NOW} AS now, c.closed, c.since, c.granted, ${freeAt('c.sent')} AS free_at`;
const MOVE = `INSERT INTO ${TABLE} AS c (key, free, closed, since)
	VALUES ($1, ${NOW} + $2::double precision, ${NOW} + $3::double precision, ${NOW})
	ON CONFLICT (key) DO UPDATE
	SET free = greatest(c.free, excluded.free), closed = greatest(c.closed, excluded.closed)`;

const CONNECT_MS = 5000;
const STATEMENT_MS = 10_000;
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 1000;

type Row = Record<string, unknown>;

/** `PgClient` is the class `Client` of the package pg. */
export function postgresClock(
	PgClient: typeof Client,
	{url, key, patienceMs = PATIENCE_MS}: SharedClockOptions,
): SharedClock {
	let connected: Promise<Client> | undefined;
	// A connection of PostgreSQL has one statement at a time.
	let last: Promise<unknown> = Promise.resolve();
	const closing = new AbortController();

	async function connect(): Promise<Client> {
		const client = new PgClient({
			connectionString: url,
			application_name: 'sluice rate limit',
			connectionTimeoutMillis: CONNECT_MS,
			query_timeout: STATEMENT_MS,
			keepAlive: true,
		});
		// The next statement meets the error too.
		client.on('error', () => {
			connected = undefined;
		});
		await client.connect();
		await createTable(client);
		return client;
	}

	function run(sql: string, ...values: number[]): Promise<Row> {
		const mine = last.then(() => runNow(sql, values));
		last = mine.catch(() => {});
		return mine;
	}

	async function runNow(sql: string, values: readonly number[]): Promise<Row> {
		const until = Date.now() + patienceMs;
		for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
			closing.signal.throwIfAborted();
			connected ??= connect();
			const mine = connected;
			try {
				const client = await mine;
				const {rows} = await client.query<Row>(sql, [key, ...values]);
				return rows[0] ?? {};
			} catch (error) {
				if (connected === mine) connected = undefined;
				mine
					.then(
						client => client.end(),
						() => {},
					)
					.catch(() => {});
				if (isRefusal(error) || Date.now() + waitMs >= until) throw error;
				await delay(waitMs, undefined, {signal: closing.signal});
			}
		}
	}

	return {
		async reserve(intervalMs, aheadMs, leadMs = 0) {
			const row = await run(RESERVE, intervalMs, aheadMs, leadMs);
			return {at: Number(row.at), ...momentIn(row)};
		},
		async depart({most, inMs, leadMs, since, unused = 0}) {
			const row = await run(DEPART, most, inMs, since, unused, leadMs);
			const at = row.granted == null ? undefined : Number(row.granted);
			return {...momentIn(row), at, freeAt: Number(row.free_at ?? 0)};
		},
		async closeFor(ms) {
			await run(MOVE, 0, ms);
		},
		async postpone(ms) {
			await run(MOVE, ms, 0);
		},
		async close() {
			closing.abort(new Error('the client was closed'));
			await (await connected?.catch(() => undefined))?.end().catch(() => {});
		},
	};
}

function momentIn({now, closed, since}: Row): Moment {
	return {now: Number(now ?? 0), closedUntil: Number(closed ?? 0), since: Number(since ?? 0)};
}

// Of two processes that create the same table at once, one gets one of these: the catalog has the row, the type
// or the table already.
const CREATED = ['23505', '42710', '42P07'];

async function createTable(client: Client): Promise<void> {
	try {
		await client.query(CREATE);
	} catch (error) {
		if (!CREATED.includes(codeOf(error))) throw error;
	}
}

// The server answered, and would answer the same again. Codes of class 08, 53 and 57 pass.
function isRefusal(error: unknown): boolean {
	const code = codeOf(error);
	return /^[\dA-Z]{5}$/.test(code) && !/^(?:08|40|53|57)/.test(code) && code !== 'EPIPE';
}

function codeOf(error: unknown): string {
	return String((error as {code?: unknown} | null)?.code ?? '');
}
