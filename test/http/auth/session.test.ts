import assert from 'node:assert/strict';
import type {IncomingMessage, ServerResponse} from 'node:http';
import {describe, it, mock, type TestContext} from 'node:test';
import type {RequestError} from '../../../src/core/errors.ts';
import {Secret} from '../../../src/core/secret.ts';
import {apiKey} from '../../../src/http/auth/api-key.ts';
import {type SessionOptions, session} from '../../../src/http/auth/session.ts';
import {several} from '../../../src/http/auth/several.ts';
import {get, serve, testClient, valueFrom} from '../server.ts';

type Answer = (response: ServerResponse, token: string) => void;

/**
 * A server whose `/login` answers with the next token, and whose other paths want the newest one, as
 * `tokenOf` finds it.
 */
async function loginServer(
	test: TestContext,
	answer: Answer,
	tokenOf: (request: IncomingMessage) => string | undefined,
) {
	const logins: string[] = [];
	let newest = '';
	const {url, requests} = await serve(test, async (request, response) => {
		if (!request.url?.startsWith('/login'))
			return void response.writeHead(tokenOf(request) === newest ? 200 : 401).end('[]');
		let body = '';
		for await (const chunk of request) body += chunk;
		newest = `token-${logins.push(`${request.method} ${request.url} ${request.headers['content-type']} ${body}`)}`;
		answer(response, newest);
	});
	const make = (options: Omit<SessionOptions, 'login'> & {login?: Partial<SessionOptions['login']>}) =>
		testClient(test, {
			baseUrl: url,
			auth: session({...options, login: {url: `${url}/login`, ...options.login}}),
		});
	const revoke = () => {
		newest = 'none';
	};
	return {url, requests, logins, make, revoke};
}

const bearerOf = ({headers}: IncomingMessage) => headers.authorization?.replace('Bearer ', '');
const inBody: Answer = (response, token) => void response.end(JSON.stringify({data: {token}}));

describe('session', () => {
	it('takes the token from the body, and sends it as a bearer token', async test => {
		const {url, logins, make} = await loginServer(test, inBody, bearerOf);
		const api = make({login: {body: {json: {user: 'jane'}}}, token: {path: 'data.token'}});
		await valueFrom(api, get(url));
		await valueFrom(api, get(url));
		assert.deepEqual(logins, ['POST /login application/json {"user":"jane"}']);
	});

	it('takes the token from a header, and sends it in a header of that name', async test => {
		const {url, logins, make} = await loginServer(
			test,
			(response, token) => void response.setHeader('X-Auth-Token', token).end(),
			({headers}) => headers['x-auth-token'] as string,
		);
		const api = make({
			login: {method: 'PUT', body: {form: [['user', 'j & j']]}},
			token: {header: 'x-auth-token'},
			send: {name: 'X-Auth-Token'},
		});
		await valueFrom(api, get(url));
		assert.deepEqual(logins, ['PUT /login application/x-www-form-urlencoded user=j%20%26%20j']);
	});

	it('takes the token from a cookie among others with dates, also of a redirect, and sends this cookie only', async test => {
		const cookies = (token: string) => [
			`a=1; Expires=Wed, 21 Oct 2099 07:28:00 GMT; Path=/`,
			`sid=a,${token}; HttpOnly; Expires=Wed, 21 Oct 2099 07:28:00 GMT`,
			`sid2=x`,
		];
		const {url, logins, make} = await loginServer(
			test,
			(response, token) =>
				void response.writeHead(302, {location: '/home', 'set-cookie': cookies(token)}).end(),
			({headers}) => headers.cookie?.replace(/^sid=a,/, ''),
		);
		await valueFrom(make({token: {cookie: 'sid'}}), get(url));
		assert.equal(logins.length, 1);
	});

	it('puts the token in the query when told to, where messages hide it', async test => {
		const {url, make} = await loginServer(test, inBody, ({url = ''}) =>
			url.startsWith('/?')
				? (new URL(url, 'http://a').searchParams.get('session_key') ?? '')
				: 'not this one',
		);
		const api = make({token: {path: 'data.token'}, send: {in: 'query', name: 'session_key'}});
		await valueFrom(api, get(url));
		await assert.rejects(valueFrom(api, get(`${url}/other`)), (error: Error) => {
			assert.match(error.message, /\/other\?session_key=\*\*\* answered 401/);
			return true;
		});
	});

	it('logs in once for twenty requests, and once again when the session ends', async test => {
		const {url, logins, make, revoke} = await loginServer(test, inBody, bearerOf);
		const api = make({token: {path: 'data.token'}});
		const all = () => Promise.all(Array.from({length: 20}, () => valueFrom(api, get(url))));
		await all();
		assert.equal(logins.length, 1);
		revoke();
		await all();
		assert.equal(logins.length, 2);
	});

	it('logs in again before the time that was given is over', async test => {
		const {url, logins, make} = await loginServer(test, inBody, bearerOf);
		const api = make({token: {path: 'data.token'}, expiresInSeconds: 600});
		mock.timers.enable({apis: ['Date'], now: 1_700_000_000_000});
		test.after(() => mock.timers.reset());
		await valueFrom(api, get(url));
		mock.timers.setTime(1_700_000_000_000 + 569_000);
		await valueFrom(api, get(url));
		assert.equal(logins.length, 1);
		mock.timers.setTime(1_700_000_000_000 + 571_000);
		await valueFrom(api, get(url));
		assert.equal(logins.length, 2);
	});

	for (const [what, answer, token, message] of [
		[
			'is refused',
			response => void response.writeHead(403).end('bad password: hunter-22'),
			{path: 'token'},
			/answered 403 bad password: \*\*\*\. Check what it sends to log in$/,
		],
		[
			'is not there',
			response => void response.writeHead(404).end(),
			{path: 'token'},
			/answered 404 .* Check the URL/,
		],
		[
			'answers with other keys',
			inBody,
			{path: 'token'},
			/answered 200 without a token at "token"; found: data$/,
		],
		[
			'answers with HTML',
			response => void response.end('<html>'),
			{path: 'token'},
			/without a token at "token" in <html>$/,
		],
		['has no such header', inBody, {header: 'X-Token'}, /answered 200 without the header X-Token$/],
		['sets no such cookie', inBody, {cookie: 'sid'}, /answered 200 without the cookie sid$/],
	] as const satisfies readonly (readonly [string, Answer, SessionOptions['token'], RegExp])[]) {
		it(`fails with one clear error when the login ${what}`, async test => {
			const {url, logins, requests, make} = await loginServer(test, answer, bearerOf);
			const password = new Secret('hunter-22');
			const api = make({login: {body: {json: {password: password.reveal()}}}, token});
			await assert.rejects(valueFrom(api, get(url)), (error: RequestError) => {
				assert.equal(error.code, 'ERR_AUTH');
				assert.match(error.message, /^no login: POST http:\/\/127\.0\.0\.1:\d+\/login answered/);
				assert.match(error.message, message);
				return true;
			});
			assert.deepEqual([logins.length, requests.length], [1, 1]);
		});
	}
});

it('names the parameters that hold a secret, for tokens too short to be hidden by value', () => {
	const login = {url: 'https://a.b'};
	const inQuery = session({login, token: {path: 'token'}, send: {in: 'query', name: 'kode'}});
	assert.deepEqual(several([inQuery, apiKey({name: 'pin', value: '1', in: 'query'})]).secretParams, [
		'kode',
		'pin',
	]);
	assert.deepEqual(session({login, token: {path: 'token'}}).secretParams, []);
});

describe('several', () => {
	it('applies all in order, and renews the one that can', async test => {
		const {url, requests, logins, revoke} = await loginServer(test, inBody, bearerOf);
		const auth = several([
			apiKey({name: 'X-Key', value: 'key-1'}),
			session({login: {url: `${url}/login`}, token: {path: 'data.token'}}),
			apiKey({name: 'kode', value: 'hidden-kode', in: 'query'}),
		]);
		const api = testClient(test, {baseUrl: url, auth});
		await valueFrom(api, get(url));
		revoke();
		await valueFrom(api, get(url));
		assert.equal(logins.length, 2);
		const last = requests.at(-1);
		assert.deepEqual(
			[last?.url, last?.headers['x-key'], last?.headers.authorization],
			['/?kode=hidden-kode', 'key-1', 'Bearer token-2'],
		);
		assert.doesNotMatch(JSON.stringify(api.events), /hidden-kode/);
	});
});
