/**
 * The OAuth2 seed end to end: tokens of oidc-provider, over HTTP, for an API that asks it about each token.
 */
import {deepStrictEqual, doesNotMatch, match, rejects, strictEqual} from 'node:assert/strict';
import {generateKeyPairSync} from 'node:crypto';
import {createServer, type RequestListener, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {join} from 'node:path';
import {before, mock, test} from 'node:test';
import {Provider} from 'oidc-provider';
import {RequestError} from '../../src/core/errors.ts';
import type {Counts} from '../../src/core/stage.ts';
import {query} from '../helpers/duckdb.ts';
import {temporaryFolder} from '../helpers/folder.ts';
import {runConfig} from '../helpers/run-config.ts';

const seed = join(import.meta.dirname, '../../../fixtures/seeds/004_8f3a21b5cc3a2ac2.yaml');
const clientId = 'reader';
const clientSecret = 'correct horse: battery/staple+';
const rows = Array.from({length: 320}, (_, id) => ({id, name: `row ${id}`}));
const TOKEN_SECONDS = 600;
const {privateKey} = generateKeyPairSync('rsa', {modulusLength: 2048});

// Its advice on running it in production is not for us.
before(() => {
	mock.method(console, 'warn', () => {});
	mock.method(console, 'info', () => {});
});

interface World {
	readonly providerUrl: string;
	readonly apiUrl: string;
	/** Tokens given out so far. */
	readonly issued: () => number;
	/** Status of each answer of the API, in order. */
	readonly statuses: readonly number[];
}

interface WorldOptions {
	/** The token endpoint takes the secret in a Basic header only, not in the form. @default false */
	readonly basicOnly?: boolean;
	/** What a token must be good for. @default nothing */
	readonly scope?: string;
	/** Happens when a page is asked for, before its token is looked at. */
	readonly beforePage?: (offset: number, token: string, provider: Provider) => Promise<void> | void;
	/** Refuses every token. @default false */
	readonly trustsNobody?: boolean;
}

async function withWorld(options: WorldOptions, body: (world: World) => Promise<void>): Promise<void> {
	const {basicOnly = false, scope, beforePage, trustsNobody = false} = options;
	const common = {
		redirect_uris: [],
		response_types: [],
		grant_types: ['client_credentials'],
		token_endpoint_auth_method: 'client_secret_basic',
	};
	await using provider = await listening();
	await using api = await listening();
	let issued = 0;
	const oidc = new Provider(provider.url, {
		clients: [
			{...common, client_id: clientId, client_secret: clientSecret},
			{...common, client_id: 'api', client_secret: 'secret-of-the-api'},
		],
		clientAuthMethods: ['client_secret_basic', ...(basicOnly ? [] : ['client_secret_post'])],
		features: {
			clientCredentials: {enabled: true},
			introspection: {enabled: true},
			devInteractions: {enabled: false},
		},
		scopes: ['read:rows'],
		ttl: {ClientCredentials: TOKEN_SECONDS},
		jwks: {keys: [privateKey.export({format: 'jwk'})]},
		cookies: {keys: ['not used by this grant']},
	});
	oidc.on('client_credentials.saved', () => issued++);
	provider.serve(oidc.callback());

	async function isGood(token: string): Promise<boolean> {
		const response = await fetch(`${provider.url}/token/introspection`, {
			method: 'POST',
			headers: {authorization: `Basic ${Buffer.from('api:secret-of-the-api').toString('base64')}`},
			body: new URLSearchParams({token}),
		});
		const found = (await response.json()) as {active: boolean; scope?: string};
		return found.active && (scope === undefined || found.scope === scope) && !trustsNobody;
	}

	const statuses: number[] = [];
	api.serve(async (request, response) => {
		const {searchParams} = new URL(request.url ?? '/', api.url);
		const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
		const offset = Number(searchParams.get('offset'));
		await beforePage?.(offset, token, oidc);
		const status = (await isGood(token)) ? 200 : 401;
		statuses.push(status);
		response.writeHead(status, {'content-type': 'application/json'});
		response.end(
			JSON.stringify(
				status === 200
					? {data: rows.slice(offset, offset + Number(searchParams.get('limit'))), total: rows.length}
					: {error: 'invalid_token'},
			),
		);
	});
	await body({providerUrl: provider.url, apiUrl: api.url, issued: () => issued, statuses});
}

interface Listening extends AsyncDisposable {
	readonly url: string;
	serve(listener: RequestListener): void;
}

async function listening(): Promise<Listening> {
	const server: Server = createServer();
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		serve: listener => void server.on('request', listener),
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			await new Promise(resolve => server.close(resolve));
		},
	};
}

/** Runs the seed, and returns what it read with what it counted. */
async function runSeed({apiUrl, providerUrl}: World, set: readonly string[] = [], secret = clientSecret) {
	await using folder = await temporaryFolder();
	const results: Record<string, Counts> = await runConfig(seed, {
		env: {CLIENT_ID: clientId, CLIENT_SECRET: secret},
		set: [
			'client.concurrency=1',
			`client.base_url=${apiUrl}`,
			`client.auth.token_url=${providerUrl}/token`,
			...set,
		],
		output: folder.path,
		sleep: async () => {},
	});
	const read = await query(
		`select id::int as id, name from read_parquet('${folder.path}/resource_name/*.parquet') order by id`,
	);
	return {read, counts: results.resource_name};
}

test('one token serves all pages', async () => {
	await withWorld({}, async world => {
		const {read, counts} = await runSeed(world);
		deepStrictEqual(read, rows);
		deepStrictEqual(world.statuses, [200, 200, 200, 200]);
		strictEqual(world.issued(), 1);
		strictEqual(counts?.requests, 5, 'the token request is counted');
	});
});

test('a server that takes the secret in a Basic header only is met halfway; client_auth: basic goes there at once', async () => {
	await withWorld({basicOnly: true}, async world => {
		const asGiven = await runSeed(world);
		deepStrictEqual(asGiven.read, rows);
		strictEqual(asGiven.counts?.requests, 6, 'a refused token request comes on top');
		const direct = await runSeed(world, ['client.auth.client_auth=basic']);
		deepStrictEqual(direct.read, rows);
		strictEqual(direct.counts?.requests, 5);
	});
});

test('access_token_request_data asks for the scope that the API wants', async () => {
	await withWorld({scope: 'read:rows'}, async world => {
		await rejects(runSeed(world), /401/);
		const {read} = await runSeed(world, ['client.auth.access_token_request_data={scope: "read:rows"}']);
		deepStrictEqual(read, rows);
	});
});

test('a token is renewed before it expires, so that no request is refused', async context => {
	context.mock.timers.enable({apis: ['Date'], now: Date.now()});
	const beforePage = (offset: number): void => {
		if (offset === 100) context.mock.timers.tick((TOKEN_SECONDS - 29) * 1000);
	};
	await withWorld({beforePage}, async world => {
		const {read} = await runSeed(world);
		deepStrictEqual(read, rows);
		deepStrictEqual(world.statuses, [200, 200, 200, 200]);
		strictEqual(world.issued(), 2);
	});
});

test('a token that has expired on the way is renewed once, and the page asked for again', async context => {
	context.mock.timers.enable({apis: ['Date'], now: Date.now()});
	let over = false;
	const beforePage = (offset: number): void => {
		if (offset !== 200 || over) return;
		over = true;
		context.mock.timers.tick((TOKEN_SECONDS + 1) * 1000);
	};
	await withWorld({beforePage}, async world => {
		const {read} = await runSeed(world);
		deepStrictEqual(read, rows);
		deepStrictEqual(world.statuses, [200, 200, 401, 200, 200]);
		strictEqual(world.issued(), 2);
	});
});

test('a token that is revoked in mid-walk costs one refused page and one new token', async () => {
	let revoked = false;
	const beforePage = async (offset: number, token: string, provider: Provider): Promise<void> => {
		if (offset !== 100 || revoked) return;
		revoked = true;
		await (await provider.ClientCredentials.find(token))?.destroy();
	};
	await withWorld({beforePage}, async world => {
		const {read} = await runSeed(world);
		deepStrictEqual(read, rows);
		deepStrictEqual(world.statuses, [200, 401, 200, 200, 200]);
		strictEqual(world.issued(), 2);
	});
});

test('an API that refuses the new token too is not asked a third time', async () => {
	await withWorld({trustsNobody: true}, async world => {
		await rejects(runSeed(world), (error: unknown) => {
			match(String(error), /^RequestError: resource_name: GET .*\/v1\/resource\S* answered 401/);
			strictEqual((error as RequestError).status, 401);
			return true;
		});
		deepStrictEqual(world.statuses, [401, 401]);
		strictEqual(world.issued(), 2);
	});
});

test('a wrong secret is told at the token endpoint, without the secret, and the API is never asked', async () => {
	await withWorld({}, async world => {
		await rejects(runSeed(world, [], 'wrong-secret-of-mine'), (error: unknown) => {
			strictEqual((error as RequestError).code, 'ERR_AUTH');
			match(
				(error as RequestError).message,
				/no OAuth2 token: POST .*\/token answered 40[01].*Check client_id, client_secret/,
			);
			doesNotMatch(JSON.stringify(error) + String((error as Error).stack), /wrong-secret-of-mine/);
			return error instanceof RequestError;
		});
		deepStrictEqual(world.statuses, []);
		strictEqual(world.issued(), 0);
	});
});
