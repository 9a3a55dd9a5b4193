import assert from 'node:assert/strict';
import {getEventListeners, once} from 'node:events';
import type {ServerResponse} from 'node:http';
import {createServer as createTcpServer} from 'node:net';
import {describe, it} from 'node:test';
import {Secret} from '../../src/core/secret.ts';
import {client} from '../../src/http/client.ts';
import {answers, get, partsOf, serve, testClient, valueFrom} from './server.ts';

const noRetry = {maxRetries: 0};

describe('client', () => {
	it('answers with one part that has the value, the status, the headers and a fingerprint', async test => {
		const {url} = await serve(test, (_request, response) => {
			response.setHeader('Link', ['<a>; rel="next"', '<b>; rel="prev"']);
			response.setHeader('X-Total', '2');
			response.end('\uFEFF{"id": 12345678901234567890}');
		});
		const api = testClient(test, {baseUrl: url});
		const parts = await partsOf(api, get(`${url}/a`));
		assert.equal(parts.length, 1);
		const {value, last, response, fingerprint} = parts[0]!;
		assert.deepEqual(
			[value, last, response.status, response.url.href],
			[{id: 12345678901234567890n}, true, 200, `${url}/a`],
		);
		assert.equal(response.headers.link, '<a>; rel="next", <b>; rel="prev"');
		assert.equal(response.headers['x-total'], '2');
		assert.equal((await partsOf(api, get(`${url}/b`)))[0]!.fingerprint, fingerprint);
	});

	it('leaves no listener on a signal when a request has ended, and Node sees no leak in those of many at once', async test => {
		const warnings: Error[] = [];
		const onWarning = (warning: Error): void => void warnings.push(warning);
		process.on('warning', onWarning);
		test.after(() => process.off('warning', onWarning));
		const held: ServerResponse[] = [];
		const {url} = await serve(test, (_request, response) => {
			if (held.push(response) % 12 === 0) for (const one of held) one.end('[]');
		});
		const {signal} = new AbortController();
		const {signal: life} = new AbortController();
		const api = testClient(test, {baseUrl: url, connections: 12, signal: life});
		for (const options of [{}, {signal}])
			await Promise.all(Array.from({length: 12}, (_, i) => partsOf(api, get(`${url}/${i}`), options)));
		await new Promise(setImmediate);
		assert.deepEqual(warnings, []);
		assert.deepEqual(
			[signal, life].map(one => getEventListeners(one, 'abort').length),
			[0, 1],
		);
	});

	it('sends headers of client and request, the request first, whatever their case', async test => {
		const {url, requests} = await serve(test, answers([200, '[]']));
		const api = testClient(test, {
			baseUrl: url,
			headers: {'X-Key': new Secret('s3cret'), 'X-Version': '1', Accept: 'text/json'},
		});
		await valueFrom(api, get(url, {headers: {'x-version': '2'}}));
		const {headers} = requests[0]!;
		assert.deepEqual(
			[headers['x-key'], headers['x-version'], headers.accept, headers['user-agent']],
			['s3cret', '2', 'text/json', 'sluice'],
		);
		assert.equal(headers['accept-encoding'], 'gzip, deflate, br');
	});

	it('sends forms in their order, and raw bodies untouched', async test => {
		const got: string[] = [];
		const {url} = await serve(test, async (request, response) => {
			let text = '';
			for await (const chunk of request) text += chunk;
			got.push(`${request.headers['content-type']} ${text}`);
			response.end('[]');
		});
		const api = testClient(test, {baseUrl: url});
		await valueFrom(
			api,
			get(url, {
				method: 'POST',
				body: {
					form: [
						['b', '1 2'],
						['a', '+'],
						['b', '3'],
					],
				},
			}),
		);
		await valueFrom(
			api,
			get(url, {method: 'POST', body: {raw: '<x/>'}, headers: {'Content-Type': 'text/xml'}}),
		);
		assert.deepEqual(got, ['application/x-www-form-urlencoded b=1%202&a=%2B&b=3', 'text/xml <x/>']);
	});

	it('uses one connection for requests in a row, also after empty and refused answers', async test => {
		const {url, requests} = await serve(
			test,
			answers([200, '[]'], 204, [404, 'x'], [302, '', {location: '/b'}], [200, '[]'], [200, '[]']),
		);
		const api = testClient(test, {baseUrl: url, connections: 1});
		assert.deepEqual(await valueFrom(api, get(url)), []);
		assert.equal(await valueFrom(api, get(url)), null);
		await assert.rejects(valueFrom(api, get(url)), {status: 404});
		assert.deepEqual(await valueFrom(api, get(url)), []);
		assert.equal(await valueFrom(api, get(url, {method: 'HEAD'})), null);
		assert.equal(requests.length, 6);
		assert.equal(new Set(requests.map(request => request.socket)).size, 1);
	});

	it('never has more requests under way than it has connections', async test => {
		const held: ServerResponse[] = [];
		let most = 0;
		const {url} = await serve(test, (_request, response) => {
			held.push(response);
			most = Math.max(most, held.length);
			if (held.length === 3)
				setImmediate(() => {
					for (const waiting of held.splice(0)) waiting.end('[]');
				});
		});
		const api = testClient(test, {baseUrl: url, connections: 3});
		await Promise.all(Array.from({length: 21}, () => valueFrom(api, get(url))));
		assert.equal(most, 3);
	});

	it('gives a hint with 401, 403 and 404', async test => {
		const {url} = await serve(test, (request, response) =>
			response.writeHead(Number(request.url?.slice(1))).end(),
		);
		const api = testClient(test, {baseUrl: url});
		await assert.rejects(
			valueFrom(api, get(`${url}/401`)),
			/answered 401\. No auth is set: check which credentials the API wants$/,
		);
		await assert.rejects(
			valueFrom(api, get(`${url}/403`, {auth: {apply() {}}})),
			/are not allowed to read this/,
		);
		await assert.rejects(valueFrom(api, get(`${url}/404`)), /Check the base URL and the path/);
	});

	it('hides secrets by value wherever the server echoes them', async test => {
		const {url} = await serve(test, (request, response) =>
			response.writeHead(400).end(`bad key ${request.headers['x-key']}`),
		);
		const api = testClient(test, {baseUrl: url, headers: {'x-key': new Secret('hunter2hunter2')}});
		await assert.rejects(valueFrom(api, get(url)), (error: Error) => {
			assert.match(error.message, /bad key \*\*\*/);
			return true;
		});
	});

	it('reads an error page that is compressed, and survives one that is broken', async test => {
		const {gzipSync} = await import('node:zlib');
		const headers = {'content-encoding': 'gzip'};
		const {url} = await serve(
			test,
			answers([400, gzipSync('wrong offset'), headers], [400, 'not gzip', headers]),
		);
		const api = testClient(test, {baseUrl: url});
		await assert.rejects(valueFrom(api, get(url)), /answered 400: wrong offset/);
		await assert.rejects(valueFrom(api, get(url)), /answered 400$/);
	});

	it('refuses options that make no sense, naming them', () => {
		assert.throws(() => client({baseUrl: 'example.com'}), /baseUrl .*"example.com"/);
		assert.throws(
			() => client({baseUrl: 'http://h', connections: 0}),
			/connections must be an integer from 1 up, got 0/,
		);
		assert.throws(
			() => client({baseUrl: 'http://h', maxBufferBytes: -1}),
			/maxBufferBytes must be an integer from 0 up, got -1/,
		);
		assert.throws(() => client({baseUrl: 'http://h', timeouts: {totalMs: 0}}), /timeouts\.totalMs/);
	});
});

describe('timeouts', () => {
	it('say that the headers did not come', async test => {
		const {url} = await serve(test, () => {});
		const api = testClient(test, {baseUrl: url, retry: noRetry, timeouts: {headersMs: 50}});
		await assert.rejects(valueFrom(api, get(url)), {
			code: 'ERR_TIMEOUT',
			message: /timed out: no answer within 0\.05 s \(headersMs\)/,
		});
	});

	it('say that the body stood still', async test => {
		const {url} = await serve(test, (_request, response) => void response.write('[1,'));
		const api = testClient(test, {baseUrl: url, retry: noRetry, timeouts: {bodyIdleMs: 50}});
		await assert.rejects(valueFrom(api, get(url)), {
			code: 'ERR_TIMEOUT',
			message: /the body stood still for 0\.05 s \(bodyIdleMs\)/,
		});
	});

	it('say that the whole took too long, though something came all the time', async test => {
		const {url} = await serve(test, (_request, response) => {
			const timer = setInterval(() => response.write(' '), 5);
			response.on('close', () => clearInterval(timer));
		});
		const api = testClient(test, {baseUrl: url, retry: noRetry, timeouts: {totalMs: 80}});
		await assert.rejects(valueFrom(api, get(url)), {
			code: 'ERR_TIMEOUT',
			message: /not finished within 0\.08 s \(totalMs\)/,
		});
	});

	it('say that there was no connection, TLS included', async test => {
		const server = createTcpServer(() => {});
		await once(server.listen(0, '127.0.0.1'), 'listening');
		test.after(() => server.close());
		const url = `https://127.0.0.1:${(server.address() as {port: number}).port}`;
		const api = testClient(test, {baseUrl: url, retry: noRetry, timeouts: {connectMs: 50}});
		await assert.rejects(valueFrom(api, get(url)), {
			code: 'ERR_TIMEOUT',
			message: /no connection to 127\.0\.0\.1:\d+ within 0\.05 s \(connectMs\)/,
		});
	});

	it('are tried again', async test => {
		const {url} = await serve(test, (_request, response, number) => {
			if (number > 0) response.end('[1]');
		});
		assert.deepEqual(
			await valueFrom(testClient(test, {baseUrl: url, timeouts: {headersMs: 50}}), get(url)),
			[1],
		);
	});
});

describe('an abort', () => {
	const reason = new Error('enough');

	it('before the request sends nothing', async test => {
		const {url, requests} = await serve(test, answers([200, '[]']));
		await assert.rejects(
			valueFrom(testClient(test, {baseUrl: url}), get(url), {signal: AbortSignal.abort(reason)}),
			reason,
		);
		assert.equal(requests.length, 0);
	});

	it('while waiting for the headers ends at once', async test => {
		const controller = new AbortController();
		const {url} = await serve(test, () => controller.abort(reason));
		await assert.rejects(
			valueFrom(testClient(test, {baseUrl: url}), get(url), {signal: controller.signal}),
			reason,
		);
	});

	it('in the middle of a body ends at once', async test => {
		const controller = new AbortController();
		const {url} = await serve(
			test,
			(_request, response) => void response.write('[1,', () => setImmediate(() => controller.abort(reason))),
		);
		await assert.rejects(
			valueFrom(testClient(test, {baseUrl: url}), get(url), {signal: controller.signal}),
			reason,
		);
	});

	it('while waiting for a free connection ends at once, and sends nothing', async test => {
		const controller = new AbortController();
		const {url, requests} = await serve(test, (_request, response) => {
			controller.abort(reason);
			// Late enough for the other to be sent, were it not given up.
			setImmediate(() => response.end('[]'));
		});
		const api = testClient(test, {baseUrl: url, connections: 1});
		const first = valueFrom(api, get(url));
		await assert.rejects(valueFrom(api, get(`${url}/second`), {signal: controller.signal}), reason);
		await first;
		await valueFrom(api, get(`${url}/third`));
		assert.deepEqual(
			requests.map(request => request.url),
			['/', '/third'],
		);
	});

	it('in the wait between two tries ends at once', async test => {
		const controller = new AbortController();
		const {url, requests} = await serve(test, answers([503, '', {'retry-after': '600'}]));
		const api = client({
			baseUrl: url,
			onEvent: ({type}) => type === 'retry' && setImmediate(() => controller.abort(reason)),
		});
		test.after(() => api.close());
		await assert.rejects(valueFrom(api, get(url), {signal: controller.signal}), reason);
		assert.equal(requests.length, 1);
	});

	it('by closing the client ends what is under way', async test => {
		const {url} = await serve(test, () => void api.close());
		const api = testClient(test, {baseUrl: url});
		await assert.rejects(valueFrom(api, get(url)), /the client was closed/);
		await assert.rejects(valueFrom(api, get(url)), /the client was closed/);
	});

	it('leaves no listener on a signal that outlives the request', async test => {
		const {url} = await serve(test, answers([200, '[]']));
		const {signal} = new AbortController();
		let listeners = 0;
		const {addEventListener, removeEventListener} = signal;
		signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
			listeners++;
			addEventListener.apply(signal, args);
		};
		signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
			listeners--;
			removeEventListener.apply(signal, args);
		};
		await valueFrom(testClient(test, {baseUrl: url}), get(url), {signal});
		assert.equal(listeners, 0);
	});
});
