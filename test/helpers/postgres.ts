/** A PostgreSQL of its own for a test, where this machine has its programs (Debian: `postgresql`). */
import {execFile, execFileSync} from 'node:child_process';
import {chmod, chown, mkdtemp, readdir, rm} from 'node:fs/promises';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import pg from 'pg';

const run = promisify(execFile);
const VERSIONS = '/usr/lib/postgresql';

/** Why a test is skipped; `false` where the programs are there. */
export const lacksPostgres: string | false = await lacking();

async function lacking(): Promise<string | false> {
	if ((await binaries()) === undefined) return 'this machine has no PostgreSQL';
	// As root, the server is run by the user that its package makes.
	if (process.getuid?.() === 0 && idOf('postgres') === undefined) return 'there is no user postgres';
	return false;
}

async function binaries(): Promise<string | undefined> {
	const versions = await readdir(VERSIONS).catch(() => []);
	const newest = versions.sort((a, b) => Number(b) - Number(a))[0];
	return newest === undefined ? undefined : join(VERSIONS, newest, 'bin');
}

function idOf(user: string): {uid: number; gid: number} | undefined {
	try {
		const id = (flag: string) => Number(execFileSync('id', [flag, user], {encoding: 'utf8'}));
		return {uid: id('-u'), gid: id('-g')};
	} catch {
		return undefined;
	}
}

export interface Postgres extends AsyncDisposable {
	/** The address of a database, with a password. */
	readonly url: string;
	query(sql: string): Promise<Record<string, unknown>[]>;
	/** A value alone. */
	one(sql: string): Promise<unknown>;
	stop(): Promise<void>;
	start(): Promise<void>;
}

/** The password in addresses, which no message may show. */
export const PASSWORD = 'open-sesame-17';

/** `await using db = await postgres()` */
export async function postgres(): Promise<Postgres> {
	const programs = (await binaries()) ?? '';
	const folder = await mkdtemp(join(tmpdir(), 'sluice-postgres-'));
	const user = process.getuid?.() === 0 ? idOf('postgres') : undefined;
	await chmod(folder, 0o700);
	if (user) await chown(folder, user.uid, user.gid);
	const as = {cwd: folder, ...(user ?? {})};
	const data = join(folder, 'data');
	const port = await freePort();
	const url = `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/postgres`;
	await run(join(programs, 'initdb'), ['-D', data, '-A', 'trust', '-U', 'postgres', '-N', '-E', 'UTF8'], as);
	const flags = `-p ${port} -c listen_addresses=127.0.0.1 -k ${folder} -c fsync=off`;
	const start = async (): Promise<void> => {
		const words = ['-D', data, '-o', flags, '-l', join(folder, 'log'), '-w', '-t', '120', 'start'];
		await run(join(programs, 'pg_ctl'), words, as);
	};
	const stop = async (): Promise<void> => {
		await run(join(programs, 'pg_ctl'), ['-D', data, '-m', 'immediate', '-w', 'stop'], as);
	};
	const query = async (sql: string): Promise<Record<string, unknown>[]> => {
		const client = new pg.Client({connectionString: url});
		await client.connect();
		try {
			return (await client.query(sql)).rows;
		} finally {
			await client.end();
		}
	};
	await start();
	return {
		url,
		query,
		one: async sql => Object.values((await query(sql))[0] ?? {})[0],
		stop,
		start,
		async [Symbol.asyncDispose]() {
			await stop().catch(() => {});
			await rm(folder, {recursive: true, force: true});
		},
	};
}

function freePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const server = createServer();
		server.on('error', reject);
		server.listen(0, '127.0.0.1', () => {
			const address = server.address();
			server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
		});
	});
}
