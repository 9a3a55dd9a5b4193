import assert from 'node:assert/strict';
import {once} from 'node:events';
import {createServer, type IncomingMessage} from 'node:http';
import type {AddressInfo} from 'node:net';
import {describe, it, mock, type TestContext} from 'node:test';
import {Provider} from 'oidc-provider';
import {RequestError} from '../../../src/core/errors.ts';
import type {OAuth2Options} from '../../../src/http/auth/oauth/oauth2.ts';
import {oauth2ClientCredentials} from '../../../src/http/auth/oauth/oauth2-client-credentials.ts';
import {get, serve, testClient, valueFrom} from '../server.ts';

type TokenAnswer = (
	form: string,
	headers: IncomingMessage['headers'],
	number: number,
) => [status: number, body: unknown] | undefined;

const counting: TokenAnswer = (_form, _headers, number) => [
	200,
	{access_token: `token-${number}`, token_type: 'Bearer', expires_in: 3600},
];

/** An API whose `/token` answers as told, and whose other paths want a token of the `accepted`. */
async function protectedApi(test: TestContext, answer: TokenAnswer = counting, accepted = /^Bearer token-/) {
	const forms: string[] = [];
	const seen: string[] = [];
	const {url} = await serve(test, async (request, response) => {
		if (request.url !== '/token') {
			const {authorization = ''} = request.headers;
			seen.push(authorization);
			return void response.writeHead(accepted.test(authorization) ? 200 : 401).end('[]');
		}
		let form = '';
		for await (const chunk of request) form += chunk;
		const [status, body] = answer(form, request.headers, forms.push(form) - 1) ?? [];
		if (status === undefined) return void response.destroy();
		response
			.writeHead(status, {'content-type': 'application/json'})
			.end(typeof body === 'string' ? body : JSON.stringify(body));
	});
	const make = (options: Partial<OAuth2Options> = {}) =>
		testClient(test, {
			baseUrl: url,
			auth: oauth2ClientCredentials({
				tokenUrl: `${url}/token`,
				clientId: 'me',
				clientSecret: 's3cret & more',
				...options,
			}),
		});
	return {url, forms, seen, make};
}

describe('oauth2ClientCredentials', () => {
	it('sends the form with the credentials first, and further fields after them', async test => {
		const {url, forms, seen, make} = await protectedApi(test);
		const api = make({request: {scope: 'read write', audience: 'https://api'}});
		const counts = {};
		await valueFrom(api, get(url), {counts});
		assert.deepEqual(forms, [
			'client_id=me&client_secret=s3cret+%26+more&grant_type=client_credentials&scope=read+write&audience=https%3A%2F%2Fapi',
		]);
		assert.deepEqual(seen, ['Bearer token-0']);
		assert.deepEqual(counts, {requests: 2, bytesRead: 68}, 'the token request counts');
		assert.deepEqual(
			api.events.map(event => event.type),
			['request', 'token', 'request'],
		);
	});

	it('sends the content type of a form', async test => {
		let type: string | undefined;
		const {url, make} = await protectedApi(test, (form, headers, number) => {
			type = headers['content-type'];
			return counting(form, headers, number);
		});
		await valueFrom(make(), get(url));
		assert.match(type ?? '', /^application\/x-www-form-urlencoded/);
	});

	it('fetches one token for twenty requests at once', async test => {
		const {url, forms, seen, make} = await protectedApi(test);
		const api = make();
		await Promise.all(Array.from({length: 20}, () => valueFrom(api, get(url))));
		assert.deepEqual([forms.length, seen.length], [1, 20]);
	});

	it('renews once when twenty requests get a 401 for the same token', async test => {
		const {url, forms, seen, make} = await protectedApi(test, counting, /token-[1-9]/);
		const api = make();
		await Promise.all(Array.from({length: 20}, () => valueFrom(api, get(url))));
		assert.equal(forms.length, 2);
		assert.equal(seen.filter(header => header === 'Bearer token-1').length, 20);
	});

	it('does not renew for a 401 that comes after another request has renewed', async test => {
		let tokens = 0;
		let late = () => {};
		const {url} = await serve(test, (request, response) => {
			if (request.url === '/token') return void response.end(`{"access_token":"token-${tokens++}"}`);
			if (request.headers.authorization !== 'Bearer token-0') return void response.end('[]');
			response.statusCode = 401;
			if (request.url === '/late') late = () => response.end();
			else response.end();
		});
		const api = testClient(test, {
			baseUrl: url,
			auth: oauth2ClientCredentials({tokenUrl: `${url}/token`, clientId: 'me', clientSecret: 's3cret'}),
		});
		const waiting = valueFrom(api, get(`${url}/late`));
		await valueFrom(api, get(`${url}/early`));
		late();
		await waiting;
		assert.equal(tokens, 2);
	});

	it('renews only once per request: a second 401 stands', async test => {
		const {url, forms, make} = await protectedApi(test, counting, /never/);
		await assert.rejects(valueFrom(make(), get(url)), {code: 'ERR_HTTP_STATUS', status: 401});
		assert.equal(forms.length, 2);
	});

	for (const [life, answered, keepsMs, renewsMs] of [
		['30 s before the end of a long life', 3600, 3_569_000, 3_571_000],
		['at 80 % of a short life', 60, 47_000, 49_000],
		['by the default when the answer does not say', undefined, 3_569_000, 3_571_000],
		['by the default when the answer says 0', 0, 3_569_000, 3_571_000],
		['also when the answer has the number as text', '60', 47_000, 49_000],
	] as const) {
		it(`renews ${life}`, async test => {
			const {url, forms, make} = await protectedApi(test, (_form, _headers, number) => [
				200,
				{access_token: `token-${number}`, expires_in: answered},
			]);
			const api = make();
			mock.timers.enable({apis: ['Date'], now: 1_700_000_000_000});
			test.after(() => mock.timers.reset());
			await valueFrom(api, get(url));
			mock.timers.setTime(1_700_000_000_000 + keepsMs);
			await valueFrom(api, get(url));
			assert.equal(forms.length, 1);
			mock.timers.setTime(1_700_000_000_000 + renewsMs);
			await valueFrom(api, get(url));
			assert.equal(forms.length, 2);
		});
	}

	for (const [first, refusal] of [
		['body', [401, {error: 'unauthorized'}]],
		['body', [400, {error: 'invalid_client'}]],
		['basic', [401, '']],
	] as const) {
		it(`tries the other way when the credentials in the ${first} get ${refusal[0]}, and keeps to it`, async test => {
			const wanted = first === 'body' ? 'basic' : 'body';
			const ways: string[] = [];
			const {url, make} = await protectedApi(test, (form, headers) => {
				const way = form.includes('client_secret')
					? 'body'
					: headers.authorization === `Basic ${btoa('me:s3cret+%26+more')}`
						? 'basic'
						: headers.authorization === `Basic ${btoa('me:s3cret & more')}`
							? 'plain'
							: 'none';
				ways.push(way);
				return way === wanted
					? [200, {access_token: `token-${ways.length}`, expires_in: 3600}]
					: [...refusal];
			});
			const auth = make({clientAuth: first});
			await valueFrom(auth, get(url));
			assert.deepEqual(ways, first === 'body' ? ['body', 'basic'] : ['basic', 'plain', 'body']);
		});
	}

	it('tries again when the token server is busy or cuts the connection', async test => {
		const {url, forms, make} = await protectedApi(test, (form, headers, number) => {
			if (number === 0) return undefined;
			return number === 1 ? [503, 'busy'] : counting(form, headers, number);
		});
		const api = make();
		await valueFrom(api, get(url));
		assert.deepEqual([forms.length, api.waits.length], [3, 2]);
	});

	for (const [what, answer, message] of [
		[
			'refuses',
			[403, {error: 'access_denied', error_description: 'not you'}],
			/answered 403 \{"error":"access_denied","error_description":"not you"\}\. Check client_id/,
		],
		[
			'answers without a token',
			[200, {token: 'x', ok: true}],
			/answered 200 without access_token; found: token, ok$/,
		],
		['answers with HTML', [200, '<html>'], /answered 200 <html>$/],
		['stays busy', [503, 'busy'], /answered 503 after 4 attempts/],
	] as const) {
		it(`names the token URL and what came when the server ${what}`, async test => {
			const {url, seen, make} = await protectedApi(test, () => [...answer]);
			await assert.rejects(valueFrom(make(), get(url)), (error: RequestError) => {
				assert.ok(error instanceof RequestError);
				assert.match(error.message, message);
				assert.match(error.message, /^no OAuth2 token: POST http:\/\/127\.0\.0\.1:\d+\/token /);
				assert.deepEqual([error.code, error.status], ['ERR_AUTH', answer[0]]);
				return true;
			});
			assert.deepEqual(seen, []);
		});
	}

	it('says no secret when the server echoes it', async test => {
		const {url, make} = await protectedApi(test, form => [403, `bad form ${form}`]);
		await assert.rejects(valueFrom(make(), get(url)), (error: Error) => {
			assert.match(error.message, /client_secret=\*\*\*&/);
			return true;
		});
	});

	it('fails no other request when the one that began the fetch is aborted', async test => {
		let release = () => {};
		const arrived = new Promise<void>(resolve => {
			release = resolve;
		});
		const {url} = await serve(test, (request, response) => {
			if (request.url !== '/token') return void response.end('[]');
			release();
			answerToken = () => response.end('{"access_token":"token-0"}');
		});
		let answerToken = () => {};
		const api = testClient(test, {
			baseUrl: url,
			auth: oauth2ClientCredentials({tokenUrl: `${url}/token`, clientId: 'me', clientSecret: 's3cret'}),
		});
		const first = new AbortController();
		const reason = new Error('enough');
		const aborted = assert.rejects(valueFrom(api, get(url), {signal: first.signal}), reason);
		const other = valueFrom(api, get(url));
		await arrived;
		first.abort(reason);
		await aborted;
		answerToken();
		assert.deepEqual(await other, []);
	});

	it('ends the fetch when nobody waits any more', async test => {
		const controller = new AbortController();
		const closed = new Promise<void>(resolve => {
			void serve(test, (_request, response) => {
				response.on('close', resolve);
				controller.abort(new Error('enough'));
			}).then(({url}) => {
				const api = testClient(test, {
					baseUrl: url,
					auth: oauth2ClientCredentials({tokenUrl: url, clientId: 'me', clientSecret: 's3cret'}),
				});
				return assert.rejects(valueFrom(api, get(url), {signal: controller.signal}), /enough/);
			});
		});
		await closed;
	});

	it('gets a token from a server that others wrote', async test => {
		const server = createServer((request, response) => callback(request, response));
		await once(server.listen(0, '127.0.0.1'), 'listening');
		test.after(() => void server.close(), {});
		const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
		const clients = (['client_secret_post', 'client_secret_basic'] as const).map(method => ({
			client_id: method,
			client_secret: 'a secret with spaces & signs',
			token_endpoint_auth_method: method,
			grant_types: ['client_credentials'],
			redirect_uris: [],
			response_types: [],
		}));
		const provider = new Provider(issuer, {
			clients,
			features: {clientCredentials: {enabled: true}, devInteractions: {enabled: false}},
		});
		const callback = provider.callback();
		const {url} = await serve(test, async ({headers}, response) => {
			const token = await provider.ClientCredentials.find(headers.authorization?.split(' ')[1] ?? '');
			response.writeHead(token ? 200 : 401).end(JSON.stringify([token?.clientId]));
		});
		for (const {client_id: clientId, client_secret: clientSecret} of clients) {
			const api = testClient(test, {
				baseUrl: url,
				auth: oauth2ClientCredentials({tokenUrl: `${issuer}/token`, clientId, clientSecret}),
			});
			assert.deepEqual(await valueFrom(api, get(url)), [clientId]);
		}
	});
});
