/**
 * The seeds, each as it stands in its file, from a server with the habits they speak of into Parquet files.
 */
import {deepStrictEqual, ok, strictEqual} from 'node:assert/strict';
import {readdir} from 'node:fs/promises';
import {basename, join} from 'node:path';
import {test} from 'node:test';
import type {Counts} from '../src/core/stage.ts';
import {query} from './helpers/duckdb.ts';
import {temporaryFolder} from './helpers/folder.ts';
import type {Answer} from './helpers/respond.ts';
import {runConfig} from './helpers/run-config.ts';
import {type RecordedRequest, type Route, type ScriptedServer, startServer} from './helpers/server.ts';

const seeds = join(import.meta.dirname, '../../fixtures/seeds');
const files = (await readdir(seeds)).filter(name => name.endsWith('.yaml')).sort();
const env = {API_KEY: 'the-api-key', CLIENT_ID: 'the-client-id', CLIENT_SECRET: 'the-client-secret'};
const paths: Record<string, readonly string[]> = {
	'003_67d57657d26e5af1.yaml': ['conversations', 'contacts', 'conversation_parts', 'teams', 'companies'],
};
const columns =
	'{analytics_id: {data_type: text, nullable: false}, customer_id: {data_type: bigint, nullable: true}}';

const DISTINCT = 249;
const REPEATED = 2;
// Rows 100 and 201 are the ones before them again: a row came in while the pages were read, and shifted the
// others.
const rows = Array.from({length: DISTINCT + REPEATED}, (_, place) => {
	const id = place - (place >= 100 ? 1 : 0) - (place >= 201 ? 1 : 0);
	return {
		id,
		analytics_id: `a-${id}`,
		customer_id: id % 3 === 0 ? null : 9_000_000_000_000_000 + id,
		name: `row ${id}`,
	};
});

interface Habits {
	readonly total: boolean;
}

/**
 * An API with offset pages that is over capacity once at offset 100, and says "too many requests" once at
 * offset 200.
 */
function routes(path: string, {total}: Habits): Route[] {
	const failing = (offset: number, answer: Answer): Route => ({
		path,
		times: 1,
		match: {query: {offset: String(offset)}},
		respond: answer,
	});
	const page = ({query, headers}: RecordedRequest): Answer => {
		const authorized = query.api_key?.[0] === env.API_KEY || headers.authorization === 'Bearer the-token';
		if (!authorized) return {status: 401, json: {error: 'who are you?'}};
		const offset = Number(query.offset?.[0]);
		return {
			json: {data: rows.slice(offset, offset + Number(query.limit?.[0])), ...(total && {total: rows.length})},
		};
	};
	return [
		failing(100, {status: 503, text: 'over capacity'}),
		failing(200, {status: 429, headers: {'retry-after': '2'}, json: {error: 'too many requests'}}),
		{path, respond: {fn: page}},
	];
}

const token: Route = {
	method: 'POST',
	path: '/oauth/token',
	match: {
		form: {grant_type: 'client_credentials', client_id: env.CLIENT_ID, client_secret: env.CLIENT_SECRET},
	},
	respond: {json: {access_token: 'the-token', token_type: 'Bearer', expires_in: 3600}},
};

interface Run {
	readonly server: ScriptedServer;
	readonly output: string;
	readonly results: Record<string, Counts>;
	readonly waitsMs: readonly number[];
}

async function runSeed(
	file: string,
	names: readonly string[],
	set: readonly string[],
	habits: Habits,
	look: (run: Run) => Promise<void>,
) {
	await using folder = await temporaryFolder();
	const server = await startServer([token, ...names.flatMap(name => routes(`/v1/${name}`, habits))]);
	const waitsMs: number[] = [];
	try {
		// The order of the requests is compared.
		const overrides = [`client.base_url=${server.url}`, 'client.concurrency=1', ...set];
		if (file.startsWith('004')) overrides.push(`client.auth.token_url=${server.url}/oauth/token`);
		const results = await runConfig(join(seeds, file), {
			env,
			set: overrides,
			output: folder.path,
			sleep: async ms => void waitsMs.push(ms),
		});
		await look({server, output: folder.path, results, waitsMs});
	} finally {
		await server.close();
	}
}

test('all seeds are here', () => strictEqual(files.length, 5));

for (const file of files) {
	const names = paths[file] ?? ['resource'];
	const tables = paths[file] ?? ['resource_name'];

	for (const total of [true, false]) {
		test(`${basename(file, '.yaml')} reads every row once ${total ? 'from' : 'without'} a stated total, over a 503 and a 429`, async () => {
			await runSeed(file, names, [], {total}, async ({server, output, results, waitsMs}) => {
				deepStrictEqual(Object.keys(results), tables);
				for (const [i, table] of tables.entries()) {
					const parquet = `read_parquet('${output}/${table}/*.parquet')`;
					const found = await query(`select id, analytics_id, customer_id, name from ${parquet} order by id`);
					const expected = new Map(rows.map(row => [row.id, row]));
					deepStrictEqual(
						found,
						[...expected.values()].map(row => ({
							...row,
							id: String(row.id),
							customer_id: row.customer_id === null ? null : String(row.customer_id),
						})),
					);
					const {written, duplicates, retries} = results[table] ?? {};
					deepStrictEqual(
						{written, duplicates, retries},
						{written: DISTINCT, duplicates: REPEATED, retries: 2},
					);
					const offsets = server.requests
						.filter(({path}) => path === `/v1/${names[i]}`)
						.map(({query}) => [query.offset?.[0], query.limit?.[0]]);
					deepStrictEqual(offsets, [
						['0', '100'],
						['100', '100'],
						['100', '100'],
						['200', '100'],
						['200', '100'],
						// Only an empty page is an end, where no total is stated.
						...(total ? [] : [[String(rows.length), '100']]),
					]);
				}
				strictEqual(waitsMs.length, 2 * tables.length);
				// The server's word is a floor under the wait, never a way around it.
				ok(waitsMs.every((wait, i) => (i % 2 === 0 ? wait <= 1000 : wait >= 2000)));
			});
		});
	}

	test(`${basename(file, '.yaml')} proves itself on every request${file.startsWith('004') ? ', with one token for all' : ''}`, async () => {
		await runSeed(file, names, [], {total: true}, async ({server}) => {
			const data = server.requests.filter(({method}) => method === 'GET');
			const oauth = file.startsWith('004');
			ok(data.every(({query}) => query.api_key?.[0] === (oauth ? undefined : env.API_KEY)));
			ok(data.every(({headers}) => headers.authorization === (oauth ? 'Bearer the-token' : undefined)));
			strictEqual(server.requests.length - data.length, oauth ? 1 : 0);
		});
	});
}

test("the seeds' words about a schema are columns: text not nullable, bigint nullable", async () => {
	const file = files.at(-1) ?? '';
	await runSeed(
		file,
		['resource'],
		[`resource_defaults.columns=${columns}`],
		{total: true},
		async ({output}) => {
			const [part = ''] = (await readdir(join(output, 'resource_name'))).filter(name =>
				name.endsWith('.parquet'),
			);
			const leaves = await query(
				`select name, type, repetition_type from parquet_schema('${output}/resource_name/${part}') ` +
					'where num_children is null order by name',
			);
			deepStrictEqual(leaves, [
				{name: 'analytics_id', type: 'BYTE_ARRAY', repetition_type: 'REQUIRED'},
				{name: 'customer_id', type: 'INT64', repetition_type: 'OPTIONAL'},
				{name: 'id', type: 'INT64', repetition_type: 'REQUIRED'},
				{name: 'name', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL'},
			]);
			const types = await query(
				`describe select analytics_id, customer_id from read_parquet('${output}/resource_name/*.parquet')`,
			);
			deepStrictEqual(
				types.map(({column_type}) => column_type),
				['VARCHAR', 'BIGINT'],
			);
		},
	);
});

test('a second run of a seed replaces the files of the first', async () => {
	const file = files[0] ?? '';
	await using folder = await temporaryFolder();
	const server = await startServer(routes('/v1/resource', {total: true}));
	try {
		const options = {env, set: [`client.base_url=${server.url}`], output: folder.path, sleep: async () => {}};
		await runConfig(join(seeds, file), options);
		const first = await readdir(join(folder.path, 'resource_name'));
		await runConfig(join(seeds, file), options);
		const second = await readdir(join(folder.path, 'resource_name'));
		strictEqual(first.length, 1);
		strictEqual(second.length, 1);
		const [counted] = await query(
			`select count(*)::int as n from read_parquet('${folder.path}/resource_name/*.parquet')`,
		);
		strictEqual(counted?.n, DISTINCT);
	} finally {
		await server.close();
	}
});
