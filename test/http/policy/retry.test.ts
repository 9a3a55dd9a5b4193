import assert from 'node:assert/strict';
import {createServer} from 'node:net';
import {describe, it} from 'node:test';
import {ConfigError, DecodeError, RequestError} from '../../../src/core/errors.ts';
import {requestedWaitMs} from '../../../src/http/policy/retry-after.ts';
import {answers, get, serve, testClient, valueFrom} from '../server.ts';

const fixed = {jitter: 'none'} as const;

describe('retry', () => {
	it('tries again after 429 and 5xx, waiting 1, 2 and 4 seconds, and counts what it did', async test => {
		const {url} = await serve(test, answers(429, 500, 503, [200, '{"ok":true}']));
		const api = testClient(test, {baseUrl: url, retry: fixed});
		const counts = {};
		assert.deepEqual(await valueFrom(api, get(url), {counts}), {ok: true});
		assert.deepEqual(api.waits, [1000, 2000, 4000]);
		assert.deepEqual(counts, {requests: 4, retries: 3, bytesRead: 11});
	});

	it('gives up after maxRetries, without a last wait, and tells the whole story', async test => {
		const {url, requests} = await serve(test, answers([503, '{"error":  "down"}']));
		const api = testClient(test, {baseUrl: url, retry: {maxRetries: 2}});
		await assert.rejects(
			valueFrom(api, get(`${url}/v1/contacts?api_key=k123&offset=300`), {label: 'contacts'}),
			(error: RequestError) => {
				assert.ok(error instanceof RequestError);
				assert.match(
					error.message,
					/^contacts: GET http:\/\/127\.0\.0\.1:\d+\/v1\/contacts\?api_key=\*\*\*&offset=300 answered 503 after 3 attempts in \d+\.\d s: \{"error": "down"\}$/,
				);
				assert.deepEqual([error.code, error.status, error.attempts], ['ERR_HTTP_STATUS', 503, 3]);
				return true;
			},
		);
		assert.equal(requests.length, 3);
		assert.equal(api.waits.length, 2);
	});

	for (const status of [400, 401, 403, 404, 410, 422]) {
		it(`does not try ${status} again`, async test => {
			const {url, requests} = await serve(test, answers([status, 'no']));
			await assert.rejects(valueFrom(testClient(test, {baseUrl: url}), get(url)), {status});
			assert.equal(requests.length, 1);
		});
	}

	it('tries exactly the status codes it was given', async test => {
		const {url, requests} = await serve(test, answers(409, 500));
		await assert.rejects(valueFrom(testClient(test, {baseUrl: url, retry: {statusCodes: [409]}}), get(url)), {
			status: 500,
		});
		assert.equal(requests.length, 2);
	});

	it('tries a POST again, with the same body', async test => {
		const bodies: string[] = [];
		const {url} = await serve(test, async (request, response, number) => {
			let text = '';
			for await (const chunk of request) text += chunk;
			bodies.push(text);
			response.writeHead(number === 0 ? 502 : 200).end('[]');
		});
		await valueFrom(
			testClient(test, {baseUrl: url}),
			get(url, {method: 'POST', body: {json: {id: 12345678901234567890n}}}),
		);
		assert.deepEqual(bodies, ['{"id":12345678901234567890}', '{"id":12345678901234567890}']);
	});

	for (const [what, body, headers] of [
		['JSON that ends early', '{"data": [1, 2', {}],
		['a broken body', '{"data": oops}', {}],
		['HTML with status 200', '<!doctype html><title>Maintenance</title>', {'content-type': 'text/html'}],
		['an empty body with status 200', '', {}],
		['a body that is not the gzip it says', 'hello', {'content-encoding': 'gzip'}],
	] as const) {
		it(`tries again after ${what}`, async test => {
			const {url} = await serve(test, answers([200, body, headers], [200, '{"fine":1}']));
			assert.deepEqual(await valueFrom(testClient(test, {baseUrl: url}), get(url)), {fine: 1});
		});
	}

	it('says what came instead of JSON', async test => {
		const {url} = await serve(
			test,
			answers([200, '<!doctype html>\n<title>Log in</title>', {'content-type': 'text/html; charset=utf-8'}]),
		);
		await assert.rejects(
			valueFrom(testClient(test, {baseUrl: url, retry: {maxRetries: 0}}), get(`${url}/a`), {
				label: 'contacts',
			}),
			(error: Error) => {
				assert.ok(error instanceof DecodeError);
				assert.match(
					error.message,
					/^contacts: GET \S+\/a answered 200 with markup instead of JSON \(text\/html; charset=utf-8\): <!doctype html> <title>Log in<\/title>$/,
				);
				return true;
			},
		);
	});

	it('says how much came of JSON that ends early', async test => {
		const {url} = await serve(test, answers([200, '{"data": [1, 2', {'content-type': 'application/json'}]));
		await assert.rejects(
			valueFrom(testClient(test, {baseUrl: url, retry: {maxRetries: 0}}), get(url)),
			/answered 200 with JSON that ends early, 14 bytes received \(application\/json\)/,
		);
	});

	it('tries again after a reset in the middle of a body', async test => {
		const {url} = await serve(test, (_request, response, number) => {
			if (number > 0) return void response.end('[1]');
			response.writeHead(200, {'content-length': '100'});
			response.write('[', () => response.destroy());
		});
		assert.deepEqual(await valueFrom(testClient(test, {baseUrl: url}), get(url)), [1]);
	});

	it('tries again after a body that is shorter than its Content-Length', async test => {
		let connections = 0;
		const server = createServer(socket => {
			connections++;
			socket.once('data', () =>
				socket.end(
					`HTTP/1.1 200 OK\r\ncontent-length: ${connections === 1 ? 50 : 3}\r\nconnection: close\r\n\r\n[1]`,
				),
			);
		});
		await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
		test.after(() => server.close());
		const url = `http://127.0.0.1:${(server.address() as {port: number}).port}`;
		assert.deepEqual(await valueFrom(testClient(test, {baseUrl: url}), get(url)), [1]);
		assert.equal(connections, 2);
	});

	it('says in words that nobody listens', async test => {
		const {url, server} = await serve(test, answers(200));
		await new Promise(resolve => server.close(resolve));
		const api = testClient(test, {baseUrl: url});
		await assert.rejects(valueFrom(api, get(url)), (error: RequestError) => {
			assert.match(
				error.message,
				/cannot reach 127\.0\.0\.1:\d+: connection refused \(ECONNREFUSED\) after 4 attempts .* Is the server running/,
			);
			assert.deepEqual([error.code, error.status, error.attempts], ['ERR_NETWORK', undefined, 4]);
			return true;
		});
	});

	it('says in words that a host does not exist, and tries again since names come and go', async test => {
		const api = testClient(test, {baseUrl: 'http://nowhere.invalid', retry: {maxRetries: 1}});
		await assert.rejects(
			valueFrom(api, get('http://nowhere.invalid/a')),
			/cannot reach nowhere\.invalid:80: (no such host \(ENOTFOUND\)|the name server does not answer \(EAI_AGAIN\)) after 2 attempts/,
		);
	});

	it('does not try again what can never be sent', async test => {
		const api = testClient(test, {baseUrl: 'http://127.0.0.1:1', headers: {'bad name': 'x'}});
		await assert.rejects(valueFrom(api, get('http://127.0.0.1:1')), {code: 'ERR_NETWORK', attempts: 1});
	});

	it('reports each try and each wait, without secrets', async test => {
		const {url} = await serve(test, answers([503, 'x'], [200, '[]']));
		const api = testClient(test, {baseUrl: url, retry: fixed});
		await valueFrom(api, get(`${url}/?token=t0ps3cret`), {label: 'contacts'});
		assert.deepEqual(
			api.events.map(event => [
				event.type,
				'attempt' in event && event.attempt,
				'status' in event && event.status,
				'reason' in event && event.reason,
			]),
			[
				['request', 1, 503, false],
				['retry', 1, false, 'answered 503'],
				['request', 2, 200, false],
			],
		);
		assert.ok(!JSON.stringify(api.events).includes('t0ps3cret'));
	});

	it('waits at random below the step with full jitter, and never above maxDelayMs', async test => {
		const {url} = await serve(test, answers(503));
		const api = testClient(test, {baseUrl: url, retry: {maxRetries: 20, delayMs: 100, maxDelayMs: 500}});
		await assert.rejects(valueFrom(api, get(url)));
		assert.equal(api.waits.length, 20);
		assert.ok(
			api.waits.every((ms, index) => ms >= 0 && ms <= Math.min(500, 100 * 2 ** index)),
			String(api.waits),
		);
		assert.ok(new Set(api.waits).size > 5, String(api.waits));
	});
});

describe('Retry-After', () => {
	it('is waited for when it is longer than the own step', async test => {
		const {url} = await serve(
			test,
			answers(
				[429, '', {'retry-after': '30'}],
				[429, '', {'retry-after': '0'}],
				[503, '', {'retry-after': '1'}],
				[200, '[]'],
			),
		);
		const api = testClient(test, {baseUrl: url, retry: fixed});
		await valueFrom(api, get(url));
		assert.deepEqual(api.waits, [30_000, 2000, 4000]);
	});

	it('of the first 429 is believed though the own step is longer', async test => {
		const {url} = await serve(
			test,
			answers([429, '', {'retry-after': '0.25'}], [429, '', {'retry-after': '0.25'}], [200, '[]']),
		);
		const api = testClient(test, {baseUrl: url, retry: fixed});
		await valueFrom(api, get(url));
		assert.deepEqual(api.waits, [250, 2000]);
	});

	it('beyond maxRetryAfterMs fails at once and names the option', async test => {
		const {url, requests} = await serve(test, answers([429, 'slow down', {'retry-after': '7200'}]));
		const api = testClient(test, {baseUrl: url});
		await assert.rejects(
			valueFrom(api, get(url)),
			/answered 429: slow down\. The server asks to wait 7200 s, longer than retry\.max_retry_after \(maxRetryAfterMs\) allows \(3600 s\)/,
		);
		assert.equal(requests.length, 1);
		assert.deepEqual(api.waits, []);
	});

	it('is read as seconds or as an HTTP date, and never as anything else', () => {
		const now = Date.parse('2025-03-01T12:00:00Z');
		for (const [text, expected] of [
			['2', 2000],
			[' 1.5 ', 1500],
			['0', 0],
			['-3', 0],
			['Sat, 01 Mar 2025 12:00:10 GMT', 10_000],
			['Sat, 01 Mar 2025 11:59:50 GMT', 0],
			['2025-03-01', 0],
			['soon', 0],
			['2, 5', 5000],
			['120, 120', 120_000],
			['2, Sat, 01 Mar 2025 12:00:10 GMT', 10_000],
			['Sat, 01 Mar 2025 12:00:10 GMT, Sat, 01 Mar 2025 12:00:20 GMT', 20_000],
			['2s', 2000],
			['500 ms', 500],
			['1m30s', 90_000],
			['2 minutes', 120_000],
			['3 bananas', 0],
			['PT1M30S', 90_000],
			['PT0.5S', 500],
			['P1DT1H', 90_000_000],
			['P', 0],
			['Sat Mar  1 12:00:10 2025', 10_000],
			['Saturday, 01-Mar-25 12:00:10 GMT', 10_000],
			['2025-03-01T12:00:10', 10_000],
			['2025-03-01 12:00:10', 10_000],
			['2025-03-01T13:00:10+01:00', 10_000],
			['Sat, 01 Mar 2025 13:00:10 +0100', 10_000],
			['', 0],
		] as const) {
			assert.equal(requestedWaitMs(429, {'retry-after': text}, now), expected, text);
		}
		assert.equal(requestedWaitMs(429, {}, now), 0);
		assert.equal(requestedWaitMs(429, {'retry-after': '2', 'retry-after-ms': '1500'}, now), 1500);
		assert.equal(requestedWaitMs(429, {'retry-after': '2', 'x-ms-retry-after-ms': 'soon'}, now), 2000);
	});
});

describe('retry options', () => {
	for (const retry of [
		{maxRetries: -1},
		{maxRetries: 1.5},
		{delayMs: -1},
		{factor: Number.NaN},
		{statusCodes: ['429'] as never},
		{jitter: 'half' as never},
	]) {
		it(`refuse ${JSON.stringify(retry)}`, test => {
			assert.throws(() => testClient(test, {baseUrl: 'http://h', retry}), ConfigError);
		});
	}
});
