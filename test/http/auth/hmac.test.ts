import assert from 'node:assert/strict';
import {createHash, createHmac} from 'node:crypto';
import {it, mock} from 'node:test';
import {type HmacOptions, hmac} from '../../../src/http/auth/hmac.ts';
import {get, serve, testClient, valueFrom} from '../server.ts';

it('signs method, path, query, time and body, so that the server can check them', async test => {
	const {url, requests} = await serve(test, async (request, response) => {
		let body = '';
		for await (const chunk of request) body += chunk;
		const [path, query] = (request.url ?? '').split('?');
		const hash = createHash('sha256').update(body).digest('hex');
		const text = [request.method, path, query ?? '', request.headers['x-time'], hash].join('\n');
		const expected = createHmac('sha256', 's3cret-key').update(text).digest('hex');
		const valid = request.headers['x-signature'] === expected && request.headers['x-key'] === 'id-1';
		response.writeHead(valid ? 200 : 401).end('[]');
	});
	const auth = hmac({
		secret: 's3cret-key',
		key: 'id-1',
		header: 'X-Signature',
		timestampHeader: 'X-Time',
		keyHeader: 'X-Key',
	});
	const api = testClient(test, {baseUrl: url, auth});
	await valueFrom(api, get(`${url}/a%20b/c?x=1&y=a%2Cb`));
	await valueFrom(api, get(`${url}/a`, {method: 'POST', body: {json: {name: 'Jörg'}}}));
	assert.equal(requests.length, 2);
	assert.ok(Math.abs(Number(requests[0]?.headers['x-time']) - Date.now() / 1000) < 60);
});

for (const [what, options, text, algorithm, encoding] of [
	[
		'all parts of the request',
		{template: '{method}|{host}|{path}|{query}|{body}'},
		'POST|HOST|/p|q=1|{"a":1}',
		'sha256',
		'hex',
	],
	[
		'the whole URL in base64',
		{template: '{url}', encoding: 'base64'},
		'http://HOST/p?q=1',
		'sha256',
		'base64',
	],
	[
		'key and milliseconds',
		{template: '{key}:{timestamp}', key: 'k', timestampFormat: 'milliseconds'},
		'k:1700000000123',
		'sha256',
		'hex',
	],
	[
		'ISO time by another hash',
		{template: '{timestamp}', timestampFormat: 'iso', algorithm: 'sha512'},
		'2023-11-14T22:13:20.123Z',
		'sha512',
		'hex',
	],
] as const satisfies readonly (readonly [string, Partial<HmacOptions>, string, string, 'hex' | 'base64'])[]) {
	it(`signs ${what}`, async test => {
		const {url, requests} = await serve(test, (_request, response) => response.end('[]'));
		mock.timers.enable({apis: ['Date'], now: 1_700_000_000_123});
		test.after(() => mock.timers.reset());
		const api = testClient(test, {
			baseUrl: url,
			auth: hmac({secret: 's3cret-key', header: 'authorization', ...options}),
		});
		await valueFrom(api, get(`${url}/p?q=1`, {method: 'POST', body: {json: {a: 1}}}));
		const expected = createHmac(algorithm, 's3cret-key')
			.update(text.replace('HOST', new URL(url).host))
			.digest(encoding);
		assert.equal(requests[0]?.headers.authorization, expected);
	});
}

it('signs each try anew', async test => {
	const signatures: unknown[] = [];
	mock.timers.enable({apis: ['Date'], now: 1_700_000_000_000});
	test.after(() => mock.timers.reset());
	const {url} = await serve(test, (request, response, number) => {
		signatures.push(request.headers['x-signature']);
		mock.timers.setTime(1_700_000_060_000);
		response.writeHead(number === 0 ? 503 : 200).end('[]');
	});
	await valueFrom(
		testClient(test, {baseUrl: url, auth: hmac({secret: 's3cret-key', header: 'X-Signature'})}),
		get(url),
	);
	assert.equal(new Set(signatures).size, 2);
});

it('refuses a template with an unknown part, and an unknown hash', () => {
	const make = (options: Partial<HmacOptions>) => hmac({secret: 's3cret-key', header: 'x', ...options});
	assert.throws(
		() => make({template: '{method} {nonce}'}),
		/\{nonce\} is no part of a request; there are: method, host, path/,
	);
	assert.throws(() => make({algorithm: 'sha257'}), /no hash is called "sha257"/);
	assert.throws(() => make({secret: ''}), /needs a secret/);
	assert.throws(() => make({header: ''}), /needs a header/);
});
