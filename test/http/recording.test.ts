import {deepEqual, doesNotMatch, equal, match, ok, rejects} from 'node:assert/strict';
import {readdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {TestContext} from 'node:test';
import {test} from 'node:test';
import {gzipSync} from 'node:zlib';
import fc from 'fast-check';
import {Secret} from '../../src/core/secret.ts';
import type {Warning} from '../../src/core/warning.ts';
import {apiKey} from '../../src/http/auth/api-key.ts';
import {digest} from '../../src/http/auth/digest.ts';
import {oauth1} from '../../src/http/auth/oauth/oauth1.ts';
import {oauth2ClientCredentials} from '../../src/http/auth/oauth/oauth2-client-credentials.ts';
import {session} from '../../src/http/auth/session.ts';
import {client, clientFromRecording} from '../../src/http/client.ts';
import type {ClientOptions} from '../../src/http/client-options.ts';
import {cleaner} from '../../src/http/recording/cleaner.ts';
import {matches, replaceMatches} from '../../src/http/recording/spellings.ts';
import type {HttpRequest} from '../../src/http/request.ts';
import {temporaryFolder} from '../helpers/folder.ts';
import {get, type Handler, partsOf, serve} from './server.ts';

/** What each request comes to: its value, or what went wrong. */
async function outcomes(options: ClientOptions, requests: readonly HttpRequest[], keys?: string[]) {
	const api = client(options);
	const results: unknown[] = [];
	try {
		for (const request of requests) {
			try {
				const rows: unknown[] = [];
				for await (const part of api.send(request, keys ? {keys, label: 'rows'} : {label: 'rows'}))
					rows.push(part.rows ? part.rows.length : part.value);
				results.push(rows);
			} catch (error) {
				results.push((error as Error).message.replace(/ in [\d.]+ s/, ''));
			}
		}
	} finally {
		await api.close();
	}
	return results;
}

/** Records requests to a server, and replays them once it is gone. */
async function recordAndReplay(
	test: TestContext,
	handler: Handler,
	{
		paths = ['/rows'],
		options = () => ({}),
		keys,
		maxBytes,
	}: {
		paths?: readonly string[];
		options?: (url: string) => Partial<ClientOptions>;
		keys?: string[];
		maxBytes?: number;
	} = {},
) {
	const folder = await temporaryFolder();
	test.after(() => folder[Symbol.asyncDispose]());
	const path = join(folder.path, 'tape');
	const {url, requests, server} = await serve(test, handler);
	const asked = paths.map(each => get(`${url}${each}`));
	const warnings: Warning[] = [];
	const record = {path, onWarning: (warning: Warning) => void warnings.push(warning)};
	const quick = {baseUrl: url, sleep: async () => {}, ...options(url)};
	const first = await outcomes({...quick, record: {...record, maxBytes}}, asked, keys);
	const sent = requests.length;
	server.closeAllConnections();
	await new Promise(resolve => server.close(resolve));
	const {sleep: _, ...same} = quick;
	const again = await outcomes({...same, replay: path}, asked, keys);
	return {first, again, sent, path, warnings, url, all: await everything(path)};
}

async function everything(folder: string): Promise<string> {
	const found = await readdir(folder, {recursive: true, withFileTypes: true});
	const files = found.filter(each => each.isFile()).map(each => join(each.parentPath, each.name));
	return (await Promise.all(files.map(file => readFile(file, 'latin1')))).join('\n');
}

const json = {'content-type': 'application/json'};

test('a request that was sent again is answered in the same order, and nobody waits', async context => {
	const {first, again, sent} = await recordAndReplay(
		context,
		(_, response, number) => {
			if (number === 0) response.writeHead(503, {'retry-after': '1000'}).end('busy');
			else if (number === 1) response.destroy();
			else if (number === 2) {
				response.writeHead(200, {...json, 'content-length': '100'}).write('[1');
				setImmediate(() => response.destroy());
			} else response.writeHead(200, json).end('[1,2]');
		},
		{options: () => ({retry: {maxRetryAfterMs: 10_000_000}})},
	);
	deepEqual([first, again, sent], [[[[1, 2]]], [[[1, 2]]], 4]);
});

test('a failure that stays is told in the same words', async context => {
	const {first, again} = await recordAndReplay(
		context,
		(request, response) => {
			if (request.url === '/gone') response.writeHead(404, json).end('{"error":"no such thing"}');
			else response.destroy();
		},
		{paths: ['/gone', '/cut'], options: () => ({retry: {maxRetries: 1}})},
	);
	match(String(first[0]), /answered 404: \{"error":"no such thing"\}/);
	match(String(first[1]), /failed: .* after 2 attempts/);
	deepEqual(again, first);
});

test('redirects are followed in a replay as well, without the signature in them', async context => {
	const {first, again, all} = await recordAndReplay(context, (request, response) => {
		if (request.url === '/rows')
			response.writeHead(302, {location: '/file?X-Amz-Signature=5a6b7c8d9e0f&part=1'}).end();
		else response.writeHead(200, json).end('[3]');
	});
	deepEqual([first, again], [[[[3]]], [[[3]]]]);
	doesNotMatch(all, /5a6b7c8d9e0f/);
});

test('a huge body is replayed in slices', async context => {
	const rows = Array.from({length: 60_000}, (_, id) => ({id, text: 'x'.repeat(100)}));
	const body = JSON.stringify({data: rows});
	const {first, again, path} = await recordAndReplay(
		context,
		(_, response) => response.writeHead(200, json).end(body),
		{keys: ['data']},
	);
	const count = (results: unknown) =>
		(results as unknown[][])[0]?.reduce<number>((sum, each) => sum + (Number(each) || 0), 0);
	equal(count(first), 60_000);
	equal(count(again), 60_000);
	equal(await readFile(join(path, 'bodies/000001.json'), 'utf8'), body);
});

test('a secret that stands across two pieces of a huge body is replaced', async context => {
	const secret = 'across-pieces-1234567890';
	new Secret(secret);
	const filler = `"${'y'.repeat(1000)}",`.repeat(1500);
	const {all, again} = await recordAndReplay(context, async (_, response) => {
		response.writeHead(200, json);
		response.write(`[${filler}"a ${secret.slice(0, 9)}`);
		await new Promise(resolve => setTimeout(resolve, 50));
		response.end(`${secret.slice(9)} b","last"]`);
	});
	ok(!all.includes(secret));
	const value = (again as unknown[][][])[0]?.[0] as string[];
	deepEqual(value.slice(-2), ['a *** b', 'last']);
});

test('a token that a server gives is not recorded, nor is it asked for again', async context => {
	const token = 'granted-token-abcdef';
	const {first, again, all, sent} = await recordAndReplay(
		context,
		(request, response) => {
			if (request.url !== '/token') {
				const ok = request.headers.authorization === `Bearer ${token}`;
				response.writeHead(ok ? 200 : 401, json).end(JSON.stringify([`for ${token}`]));
				return;
			}
			response.writeHead(200, {...json, 'content-encoding': 'gzip'});
			response.end(gzipSync(JSON.stringify({access_token: token, token_type: 'bearer', expires_in: 3600})));
		},
		{
			options: url => ({
				auth: oauth2ClientCredentials({
					tokenUrl: `${url}/token`,
					clientId: 'me',
					clientSecret: 'client-secret-xyz',
				}),
			}),
		},
	);
	deepEqual([first, again, sent], [[[[`for ${token}`]]], [[['for ***']]], 2]);
	doesNotMatch(all, /granted-token|client-secret-xyz/);
	match(all, /"access_token":"\*\*\*"/);
});

test('a session, a digest and a signature in the query need no credentials in a replay', async context => {
	const secrets = /login-pw-0001|session-token-0001|digest-pw-0001|consumer-secret-1|oauth_nonce=[^*]/;
	const login = await recordAndReplay(
		context,
		(request, response) => {
			const isLogin = request.url === '/login';
			if (isLogin) response.writeHead(200, json).end('{"mine":{"word":"session-token-0001"}}');
			else response.writeHead(request.headers['x-mine'] ? 200 : 401, json).end('[1]');
		},
		{
			options: url => ({
				auth: session({
					login: {url: `${url}/login`, body: {json: {user: 'u', password: 'login-pw-0001'}}},
					token: {path: 'mine.word'},
					send: {in: 'header', name: 'x-mine', prefix: ''},
				}),
			}),
		},
	);
	deepEqual([login.first, login.again], [[[[1]]], [[[1]]]]);
	const challenged = await recordAndReplay(
		context,
		(request, response) => {
			if (request.headers.authorization) response.writeHead(200, json).end('[2]');
			else response.writeHead(401, {'www-authenticate': 'Digest realm="r", nonce="n", qop="auth"'}).end();
		},
		{options: () => ({auth: digest({username: 'u', password: 'digest-pw-0001'})})},
	);
	deepEqual([challenged.first, challenged.again], [[[[2]]], [[[2]]]]);
	const signed = await recordAndReplay(context, (_, response) => response.writeHead(200, json).end('[3]'), {
		paths: ['/rows?page=1'],
		options: () => ({
			auth: oauth1({consumerKey: 'ck', consumerSecret: 'consumer-secret-1', in: 'query'}),
		}),
	});
	deepEqual([signed.first, signed.again], [[[[3]]], [[[3]]]]);
	for (const {all} of [login, challenged, signed]) doesNotMatch(all, secrets);
});

test('the recording ends at its bound, and the run goes on', async context => {
	const {first, again, warnings, path} = await recordAndReplay(
		context,
		(_, response) => response.writeHead(200, json).end(JSON.stringify(['z'.repeat(3000)])),
		{
			paths: ['/1', '/2', '/3'],
			maxBytes: 5000,
		},
	);
	equal(first.length, 3);
	deepEqual(again[0], first[0]);
	match(
		String(again[2]),
		/\/3 is not in the recording in .*tape\. The recording ended before its run did: it has 5000 bytes \(--record-max-bytes\)/,
	);
	deepEqual(
		warnings.map(({code}) => code),
		['recording-ended'],
	);
	match(
		warnings[0]?.message ?? '',
		/the recording in .*tape ended here: it has 5000 bytes .*; the run goes on without it/,
	);
	equal(JSON.parse(await readFile(join(path, 'recording.json'), 'utf8')).exchanges.length, 1);
});

test('a request that is not recorded names the nearest one', async context => {
	const {path, url} = await recordAndReplay(
		context,
		(_, response) => response.writeHead(200, json).end('[]'),
		{
			paths: ['/users?page=1', '/contacts?page=1&limit=50'],
		},
	);
	const [other, twice, again] = await outcomes({baseUrl: url, replay: path}, [
		get(`${url}/contacts?page=2&limit=50`),
		get(`${url}/users?page=1`),
		get(`${url}/users?page=1`),
	]);
	match(
		String(other),
		/contacts\?page=2&limit=50 is not in the recording in .*tape\. The nearest is GET http.*\/contacts\?page=1&limit=50/,
	);
	deepEqual(twice, [[]]);
	match(String(again), /users\?page=1 is asked for once more than the recording in .*tape has it: once/);
});

test('a client of a recording needs its folder and nothing else', async context => {
	const {path, url} = await recordAndReplay(
		context,
		(_, response) => response.writeHead(200, json).end('[7]'),
		{
			options: () => ({auth: apiKey({in: 'query', name: 'mine', value: 'api-key-000111'})}),
		},
	);
	await using api = clientFromRecording(path);
	equal(api.baseUrl, url);
	const parts = await partsOf(api, get(`${url}/rows`));
	deepEqual(
		parts.map(({value}) => value),
		[[7]],
	);
	await rejects(async () => client({baseUrl: url, record: {path}, replay: path}), /and not both/);
	await writeFile(join(path, 'recording.json'), '{"version":99}');
	await rejects(async () => clientFromRecording(path), /version 99, and this Sluice reads version 1/);
});

test('a path that has an ordinary word is found, also where that word was a secret', async context => {
	const {path, url} = await recordAndReplay(
		context,
		(_, response) => response.writeHead(200, json).end('[8]'),
		{
			paths: ['/acme/acmeists?page=1'],
		},
	);
	// As if `acme` had been the password of the run that was recorded.
	const index = join(path, 'recording.json');
	await writeFile(index, (await readFile(index, 'utf8')).replaceAll('acme', '***'));
	const asked = ['/acme/acmeists?page=1', '/acme/other/acmeists?page=1'].map(each => get(`${url}${each}`));
	const [found, other] = await outcomes({baseUrl: url, replay: path}, asked);
	deepEqual(found, [[8]]);
	match(String(other), /other\/acmeists\?page=1 is not in the recording/);
});

test('a body that broke off does so again', async context => {
	const {first, again} = await recordAndReplay(
		context,
		(_, response) => {
			response.writeHead(200, {...json, 'content-length': '100'}).write('[1');
			setTimeout(() => response.destroy(), 20);
		},
		{options: () => ({retry: {maxRetries: 0}})},
	);
	match(String(first[0]), /failed: the server (cut|closed) the connection/);
	deepEqual(again, first);
});

test('headers and parameters are hidden that only an authenticator or a name shows to be secret', async context => {
	const {all, again} = await recordAndReplay(
		context,
		(_, response) => response.writeHead(200, json).end('[5]'),
		{
			options: () => ({
				headers: {'x-api-key': 'named-header-value'},
				auth: {
					apply(request) {
						request.headers['x-odd'] = 'odd-header-value';
						request.url = new URL(`${request.url.href}?odd=odd-param-value`);
					},
				},
			}),
		},
	);
	doesNotMatch(all, /named-header-value|odd-header-value|odd-param-value/);
	match(all, /"x-odd":"\*\*\*"/);
	deepEqual(again, [[[5]]]);
});

test('cookies are neither recorded nor needed', async context => {
	const {first, again, all, sent} = await recordAndReplay(
		context,
		({headers}, response) => {
			if (headers.cookie === 'sid=cookie-value-0123') response.writeHead(200, json).end('[1]');
			else response.writeHead(302, {location: '/rows', 'set-cookie': 'sid=cookie-value-0123; Path=/'}).end();
		},
		{options: () => ({cookies: true})},
	);
	deepEqual([first, again, sent], [[[[1]]], [[[1]]], 2]);
	doesNotMatch(all, /cookie-value-0123/);
});

test('a body in UTF-16 that has a secret is withheld, and one that cannot be searched', async context => {
	const secret = 'utf16-secret-000';
	new Secret(secret);
	const {warnings, all} = await recordAndReplay(
		context,
		(request, response) => {
			const type = {'content-type': 'application/json; charset=utf-16le'};
			if (request.url === '/wide') response.writeHead(200, type).end(Buffer.from(`["${secret}"]`, 'utf16le'));
			else response.writeHead(200, {...json, 'content-encoding': 'gzip'}).end('this is not gzip');
		},
		{paths: ['/wide', '/broken'], options: () => ({retry: {maxRetries: 0}})},
	);
	deepEqual(
		warnings.map(({message}) => message.replace(/^.*\/(wide|broken)/, '$1')),
		[
			'wide: a secret stands in it, and cannot be replaced as it is no text in UTF-8',
			'broken: its gzip data cannot be unpacked, so a secret in it could not be found',
		],
	);
	ok(!all.includes(Buffer.from(secret, 'utf16le').toString('latin1')));
});

test('a secret that becomes known late is removed from what was written before', async context => {
	const late = 'late-secret-987654';
	const {all, again} = await recordAndReplay(
		context,
		(request, response) => {
			if (request.url === '/second') new Secret(late);
			response.writeHead(200, {...json, 'x-mark': late}).end(JSON.stringify([late]));
		},
		{paths: ['/first', '/second']},
	);
	ok(!all.includes(late));
	deepEqual(again, [[['***']], [['***']]]);
});

test('a recording that names a file elsewhere is refused', async context => {
	const {path, url} = await recordAndReplay(context, (_, response) =>
		response.writeHead(200, json).end('[1]'),
	);
	const index = join(path, 'recording.json');
	const text = await readFile(index, 'utf8');
	for (const file of ['../../secret.json', '/etc/passwd', 'bodies/../x']) {
		await writeFile(index, text.replace('bodies/000001.json', file));
		await rejects(async () => client({baseUrl: url, replay: path}), /damaged: exchange 1 of its list/);
	}
	await writeFile(index, text.replace('bodies/000001.json', 'bodies/000009.json'));
	const [missing] = await outcomes({baseUrl: url, replay: path}, [get(`${url}/rows`)]);
	match(String(missing), /GET .*rows was answered with a body that the recording has lost: ENOENT/);
});

test('an unfinished recording is refused', async () => {
	await using folder = await temporaryFolder();
	await writeFile(join(folder.path, 'recording.json.part'), '');
	await rejects(
		async () => client({baseUrl: 'https://x.example', replay: folder.path}),
		/this recording has no end: its run was killed, or goes on\. Delete the folder/,
	);
});

test('however a text is cut, no secret stays in it', () => {
	const secrets = ['abcab', 'abcabcab', 'a-long-secret-of-many-letters', '12345678', '4321'];
	const wanted = secrets
		.map(bytes => ({bytes, isShort: bytes.length < 8}))
		.sort((a, b) => b.bytes.length - a.bytes.length);
	const word = fc.constantFrom(...secrets, 'a', 'abc', ' ', '-', '12', '"', 'secret-of');
	fc.assert(
		fc.property(fc.array(word, {maxLength: 12}), fc.array(fc.nat(6), {maxLength: 60}), (words, sizes) => {
			const text = words.join('');
			const {feed, end} = cleaner(wanted);
			const pieces: Buffer[] = [];
			let from = 0;
			for (const size of sizes) {
				pieces.push(feed(Buffer.from(text.slice(from, from + size))));
				from += size;
			}
			pieces.push(feed(Buffer.from(text.slice(from))), end());
			const clean = Buffer.concat(pieces).toString();
			for (const {bytes, isShort} of wanted) ok(isShort || !clean.includes(bytes), `${text} → ${clean}`);
			equal(clean, replaceMatches(text, matches(text, wanted)));
		}),
		{numRuns: 2000},
	);
});
