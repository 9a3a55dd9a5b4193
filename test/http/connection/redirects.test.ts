import assert from 'node:assert/strict';
import type {IncomingMessage} from 'node:http';
import {describe, it, type TestContext} from 'node:test';
import {apiKey} from '../../../src/http/auth/api-key.ts';
import {bearer} from '../../../src/http/auth/bearer.ts';
import {isTrusted} from '../../../src/http/secrets/origin.ts';
import {answers, get, serve, testClient, valueFrom} from '../server.ts';

async function twoOrigins(test: TestContext, status = 302) {
	const foreign = await serve(test, answers([200, '["there"]']));
	const own = await serve(
		test,
		answers([status, 'moved', {location: `${foreign.url}/there`, 'set-cookie': 'session=abc'}]),
	);
	return {foreign, own};
}

// Everything that could carry a secret: names beside those that any client sends.
function carried({headers, url}: IncomingMessage): string[] {
	const harmless = ['accept', 'accept-encoding', 'user-agent', 'host', 'connection'];
	return [
		...Object.keys(headers).filter(name => !harmless.includes(name)),
		...(url?.includes('?') ? [url] : []),
	];
}

describe('a redirect', () => {
	it('on the same origin keeps credentials, headers and the query key, once', async test => {
		const {url, requests} = await serve(
			test,
			answers([301, '', {location: '/b?api_key=old&x=1'}], [200, '[]']),
		);
		const api = testClient(test, {
			baseUrl: url,
			headers: {'X-Tenant': '7'},
			auth: apiKey({name: 'api_key', value: 'k-e-y', in: 'query'}),
		});
		await valueFrom(api, get(`${url}/a`));
		assert.equal(requests[1]?.url, '/b?x=1&api_key=k-e-y');
		assert.equal(requests[1]?.headers['x-tenant'], '7');
	});

	for (const auth of [
		bearer('tok-en-1'),
		apiKey({name: 'X-Api-Key', value: 'tok-en-2'}),
		apiKey({name: 'sid', value: 'tok-en-3', in: 'cookie'}),
		apiKey({name: 'k', value: 'tok-en-4', in: 'query'}),
	]) {
		it('to another origin carries no credentials, no configured headers and no cookies', async test => {
			const {foreign, own} = await twoOrigins(test);
			const api = testClient(test, {baseUrl: own.url, headers: {'X-Tenant': '7', Cookie: 'a=b'}, auth});
			assert.deepEqual(await valueFrom(api, get(`${own.url}/a`, {headers: {'X-More': '8'}})), ['there']);
			assert.ok(carried(own.requests[0]!).length > 0);
			assert.deepEqual(carried(foreign.requests[0]!), []);
		});
	}

	it('to a trusted origin carries everything', async test => {
		const {foreign, own} = await twoOrigins(test);
		const api = testClient(test, {baseUrl: own.url, auth: bearer('tok-en')});
		await valueFrom(api, get(`${own.url}/a`, {trustedOrigins: [foreign.url]}));
		assert.equal(foreign.requests[0]?.headers.authorization, 'Bearer tok-en');
	});

	for (const [status, method, expected] of [
		[301, 'POST', 'GET'],
		[302, 'POST', 'GET'],
		[303, 'POST', 'GET'],
		[303, 'PUT', 'GET'],
		[302, 'HEAD', 'HEAD'],
		[307, 'POST', 'POST'],
		[308, 'POST', 'POST'],
	] as const) {
		it(`${status} turns ${method} into ${expected}`, async test => {
			const {url, requests} = await serve(test, answers([status, '', {location: 'b'}], [200, '[]']));
			const body = method === 'HEAD' ? {} : {body: {json: {q: 1}}};
			await valueFrom(testClient(test, {baseUrl: url}), get(`${url}/a/`, {method, ...body}));
			assert.deepEqual([requests[1]?.method, requests[1]?.url], [expected, '/a/b']);
			assert.equal(requests[1]?.headers['content-length'], expected === 'POST' ? '7' : undefined);
		});
	}

	it('in circles ends after ten', async test => {
		const {url, requests} = await serve(test, answers([302, '', {location: '/again'}]));
		await assert.rejects(
			valueFrom(testClient(test, {baseUrl: url}), get(url)),
			/was redirected more than 10 times/,
		);
		assert.equal(requests.length, 11);
	});

	it('to something that is no web address fails', async test => {
		const {url} = await serve(test, answers([302, '', {location: 'file:///etc/passwd'}]));
		await assert.rejects(
			valueFrom(testClient(test, {baseUrl: url}), get(url)),
			/was redirected to "file:\/\/\/etc\/passwd"/,
		);
	});

	it('tells the URL that it came to', async test => {
		const {foreign, own} = await twoOrigins(test);
		const parts = testClient(test, {baseUrl: own.url}).send(get(own.url));
		assert.equal((await parts.next()).value?.response.url.href, `${foreign.url}/there`);
		await parts.return();
	});
});

describe('a request to an origin of its own', () => {
	it('carries nothing, and a 401 says why', async test => {
		const {url} = await serve(test, answers([200, '[]']));
		const foreign = await serve(test, answers([401, 'who are you?']));
		const api = testClient(test, {baseUrl: url, headers: {'X-Tenant': '7'}, auth: bearer('tok-en')});
		await assert.rejects(
			valueFrom(api, get(`${foreign.url}/next`)),
			/answered 401: who are you\?\. Credentials were not sent, since they are for http:\/\/127/,
		);
		assert.deepEqual(carried(foreign.requests[0]!), []);
	});
});

describe('isTrusted', () => {
	for (const [url, origin, expected] of [
		['https://h/a', 'https://h', true],
		['https://h:8443/a', 'https://h', false],
		['https://h.evil.com/', 'https://h', false],
		['https://h@evil.com/', 'https://h', false],
		['http://h/', 'https://h', false],
		['https://h/', 'http://h', true],
		['https://h:444/', 'http://h', false],
	] as const) {
		it(`${expected ? 'lets' : 'does not let'} ${url} see what is for ${origin}`, () =>
			assert.equal(isTrusted(new URL(url), [origin]), expected));
	}
});
