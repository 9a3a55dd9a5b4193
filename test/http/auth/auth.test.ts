import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {ConfigError, type RequestError} from '../../../src/core/errors.ts';
import {Secret} from '../../../src/core/secret.ts';
import {apiKey} from '../../../src/http/auth/api-key.ts';
import type {Authenticator} from '../../../src/http/auth/authenticator.ts';
import {basic} from '../../../src/http/auth/basic.ts';
import {bearer} from '../../../src/http/auth/bearer.ts';
import {answers, get, serve, testClient, valueFrom} from '../server.ts';

describe('credentials', () => {
	for (const [what, auth, url, headers, expected] of [
		['bearer', bearer('tok-1'), '/', {}, {authorization: 'Bearer tok-1'}],
		['bearer with a Secret', bearer(new Secret('tok-2')), '/', {}, {authorization: 'Bearer tok-2'}],
		[
			'basic in UTF-8',
			basic({username: 'jörg', password: 'p:w'}),
			'/',
			{},
			{authorization: `Basic ${Buffer.from('jörg:p:w').toString('base64')}`},
		],
		[
			'basic without a password',
			basic({username: 'sk_live', password: ''}),
			'/',
			{},
			{authorization: `Basic ${btoa('sk_live:')}`},
		],
		['apiKey by default', apiKey({value: 'raw key'}), '/', {}, {authorization: 'raw key'}],
		[
			'apiKey in a header, replacing one',
			apiKey({name: 'X-Api-Key', value: 'k'}),
			'/',
			{'x-api-key': 'old'},
			{'x-api-key': 'k'},
		],
		[
			'apiKey in the query, replacing one',
			apiKey({name: 'key', value: 'a b+c', in: 'query'}),
			'/?key=old&x=1&key=older',
			{},
			{},
		],
		[
			'apiKey in a cookie, beside others',
			apiKey({name: 'sid', value: 'v', in: 'cookie'}),
			'/',
			{cookie: 'a=1; sid=old; b=2'},
			{cookie: 'a=1; b=2; sid=v'},
		],
	] as const) {
		it(`are sent by ${what}`, async test => {
			const {url: base, requests} = await serve(test, answers([200, '[]']));
			await valueFrom(testClient(test, {baseUrl: base, auth}), get(base + url, {headers}));
			for (const [name, value] of Object.entries(expected)) assert.equal(requests[0]?.headers[name], value);
			assert.equal(requests[0]?.url, url.includes('?') ? '/?x=1&key=a%20b%2Bc' : '/');
		});
	}

	it('are not in messages: not by the name of their parameter, not by value', async test => {
		const {url} = await serve(test, (request, response) => response.writeHead(400).end(`no ${request.url}`));
		const api = testClient(test, {
			baseUrl: url,
			auth: apiKey({name: 'kode', value: 'v4lue of it', in: 'query'}),
		});
		await assert.rejects(valueFrom(api, get(url)), (error: Error) => {
			assert.match(error.message, /\?kode=\*\*\* answered 400: no \/\?kode=\*\*\*$/);
			return true;
		});
		assert.ok(!JSON.stringify(api.events).includes('v4lue'));
	});

	it('that are empty are refused at once', () => {
		assert.throws(() => bearer(''), /bearer\(\) needs a token, got an empty one/);
		assert.throws(() => apiKey({value: ''}), ConfigError);
		assert.throws(() => basic({username: '', password: ''}), ConfigError);
	});

	it('of a request replace those of the client, and null sends none', async test => {
		const {url, requests} = await serve(test, answers([200, '[]']));
		const api = testClient(test, {baseUrl: url, auth: bearer('tok-1')});
		await valueFrom(api, get(url, {auth: bearer('tok-2')}));
		await valueFrom(api, get(url, {auth: null}));
		assert.deepEqual(
			requests.map(request => request.headers.authorization),
			['Bearer tok-2', undefined],
		);
	});

	it('in the URL become a Basic header', async test => {
		const {url, requests} = await serve(test, answers([200, '[]']));
		await valueFrom(testClient(test, {baseUrl: url}), get(url.replace('//', '//me:p%40ss@')));
		assert.equal(requests[0]?.headers.authorization, `Basic ${btoa('me:p@ss')}`);
	});
});

describe("a user's own authenticator", () => {
	it('is an object with apply(), may be asynchronous, and signs each try anew', async test => {
		const {url, requests} = await serve(test, answers(503, [200, '[]']));
		let nonce = 0;
		const auth: Authenticator = {
			async apply(request) {
				request.headers['x-signature'] = `${request.method} ${request.url.pathname} ${++nonce}`;
			},
		};
		await valueFrom(testClient(test, {baseUrl: url, auth}), get(`${url}/a`));
		assert.deepEqual(
			requests.map(request => request.headers['x-signature']),
			['GET /a 1', 'GET /a 2'],
		);
	});

	it('that throws fails the request, which was not sent', async test => {
		const {url, requests} = await serve(test, answers([200, '[]']));
		const auth: Authenticator = {
			apply() {
				throw new Error('no key file');
			},
		};
		await assert.rejects(
			valueFrom(testClient(test, {baseUrl: url, auth}), get(url), {label: 'contacts'}),
			(error: RequestError) => {
				assert.match(
					error.message,
					/^contacts: GET \S+ was not sent: its authenticator failed: no key file$/,
				);
				assert.equal(error.code, 'ERR_AUTH');
				return true;
			},
		);
		assert.equal(requests.length, 0);
	});

	it('is asked to refresh once after a 401, and a second 401 stands', async test => {
		const {url, requests} = await serve(test, answers(401));
		let refreshed = 0;
		const auth: Authenticator = {
			apply() {},
			refresh() {
				refreshed++;
			},
		};
		await assert.rejects(
			valueFrom(testClient(test, {baseUrl: url, auth}), get(url)),
			/answered 401\. The server does not accept the credentials/,
		);
		assert.deepEqual([refreshed, requests.length], [1, 2]);
	});

	it('is not asked to refresh again by a later try of the same request', async test => {
		const {url, requests} = await serve(test, answers(401, 503, 401));
		let refreshed = 0;
		const auth: Authenticator = {
			apply() {},
			refresh() {
				refreshed++;
			},
		};
		await assert.rejects(valueFrom(testClient(test, {baseUrl: url, auth}), get(url)), {
			status: 401,
			attempts: 2,
		});
		assert.deepEqual([refreshed, requests.length], [1, 3]);
	});
});
