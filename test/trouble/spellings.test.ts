import {deepEqual, equal, match, rejects} from 'node:assert/strict';
import {createServer} from 'node:net';
import {type TestContext, test} from 'node:test';
import {workspace} from '../helpers/binary.ts';
import {startServer} from '../helpers/server.ts';
import {get, testClient, valueFrom} from '../http/server.ts';

const dollar = '$';

/** A server that writes what it is told, byte for byte; the request's path and its number say what. */
async function raw(test: TestContext, answer: (path: string, number: number) => string) {
	const paths: string[] = [];
	const server = createServer(socket => {
		socket.on('error', () => {});
		socket.on('data', data => {
			const path = String(data).split(' ')[1] ?? '';
			paths.push(path);
			socket.write(answer(path, paths.length), 'utf8');
		});
		test.after(() => socket.destroy());
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	test.after(() => server.close());
	const address = server.address();
	return {url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, paths};
}

const ok = (headers: string, body: string) =>
	`HTTP/1.1 200 OK\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

test('a Location and a Link in raw UTF-8 are encoded once', async test => {
	const {url, paths} = await raw(test, path =>
		path === '/rows'
			? 'HTTP/1.1 302 Found\r\nLocation: /café?q=€\r\nContent-Length: 0\r\n\r\n'
			: ok('Link: </é>; rel="next"\r\n', '[]'),
	);
	const api = testClient(test, {baseUrl: url});
	await valueFrom(api, get(`${url}/rows`));
	equal(paths[1], '/caf%C3%A9?q=%E2%82%AC');
	for await (const {response} of api.send(get(`${url}/x`))) equal(response.headers.link, '</é>; rel="next"');
});

test('an encoding that is none, and charsets as curl reads them', async test => {
	for (const headers of [
		...['none', 'utf-8', 'UTF8', 'identity', 'aws-chunked', 'none, identity'].map(
			name => `Content-Encoding: ${name}\r\n`,
		),
		...["'utf-8'", 'utf_8', 'UTF8', 'utf8mb4', '"utf-8"', 'none', 'us-ascii', 'ASCII', 'utf-8-sig'].map(
			name => `Content-Type: application/json; charset=${name}\r\n`,
		),
		'Content-Type: application/json charset=utf-8\r\n',
	]) {
		const {url} = await raw(test, () => ok(headers, '["é"]'));
		deepEqual(await valueFrom(testClient(test, {baseUrl: url}), get(url)), ['é'], headers);
	}
	const {url} = await raw(test, () => ok('Content-Encoding: lzma\r\n', '[]'));
	await rejects(
		valueFrom(testClient(test, {baseUrl: url}), get(url)),
		/content-encoding lzma, which is not known here/,
	);
});

test('a 100 Continue that nobody asked for is tried again on a fresh connection, and told by its name', async test => {
	const {url, paths} = await raw(
		test,
		(path, number) =>
			`${number === 1 || path === '/always' ? 'HTTP/1.1 100 Continue\r\n\r\n' : ''}${ok('', '[]')}`,
	);
	deepEqual(await valueFrom(testClient(test, {baseUrl: url}), get(`${url}/once`)), []);
	equal(paths.length, 2);
	const api = testClient(test, {baseUrl: url, retry: {maxRetries: 1}});
	await rejects(valueFrom(api, get(`${url}/always`)), /the server sent 100 Continue, which nobody asked for/);
});

test(`$${dollar}{X} is itself everywhere: in params, bodies, keys and headers`, async () => {
	const api = await startServer([{method: 'POST', path: '/rows', respond: {json: [{id: 1}]}}]);
	try {
		const text = `a$${dollar}{X}b`;
		const endpoint = {method: 'POST', params: {q: text}, json: {[text]: [text]}, headers: {'x-a': text}};
		const client = {base_url: api.url, headers: {'x-b': text}, paginator: 'single_page'};
		await using place = await workspace({
			'sluice.json': JSON.stringify({client, resources: [{name: 'rows', endpoint}]}),
		});
		const {code, stderr} = await place.sluice(['run']);
		equal(code, 0, stderr);
		const [request] = api.requests;
		const literal = `a${dollar}{X}b`;
		deepEqual([request?.query.q, request?.json], [[literal], {[literal]: [literal]}]);
		deepEqual([request?.headers['x-a'], request?.headers['x-b']], [literal, literal]);
	} finally {
		await api.close();
	}
});

test('check refuses placeholders in keys, headers that cannot be sent, and a config that holds itself', async () => {
	for (const [endpoint, message] of [
		[{json: {a: [{[`${dollar}{KEY}`]: 1}]}}, /json\.a\[0\].*\$\{KEY\} in a key is not filled in/],
		[{json: {'{resources.b.id}': 1}}, /\{resources\.b\.id\} in a key is not filled in/],
		[{headers: {Expect: '100-continue'}}, /the header Expect belongs to the connection/],
		[{headers: {'content-length': '5'}}, /the header content-length belongs to the connection/],
		[{headers: {'X Tenant:': 'a'}}, /"X Tenant:" is no name of a header/],
		[{headers: {'X-A': 'caf\u20ac'}}, /a header cannot hold the character U\+20AC/],
		[{auth: {type: 'api_key', name: 'X Key', api_key: 'abc'}}, /"X Key" is no name of a header/],
	] as const) {
		const config = {client: {base_url: 'http://h.example'}, resources: ['b', {name: 'rows', endpoint}]};
		await using place = await workspace({'sluice.json': JSON.stringify(config)});
		const {code, stderr} = await place.sluice(['check'], {env: {KEY: 'x'}});
		equal(code, 2, stderr);
		match(stderr, message);
	}
	const cyclic =
		"const json = {a: [1]}; json.a.push(json); export default {client: {base_url: 'http://h'}, " +
		"resources: [{name: 'r', endpoint: {json}}]};";
	await using place = await workspace({'sluice.config.mjs': cyclic});
	const {code, stderr} = await place.sluice(['check']);
	equal(code, 2, stderr);
	match(stderr, /resources\[0\]\.endpoint\.json\.a\[1\] holds itself/);
});

test('secrets stay as they are written, and no empty variable, BOM or long number hides them', async () => {
	const api = await startServer([{path: '/rows', respond: {json: [{id: 1}]}}]);
	try {
		const names = [
			'day',
			'at',
			'time',
			'local',
			'long',
			'text',
			'number',
			'first',
			'file',
			'lines',
			'deep.day',
		];
		const params = Object.fromEntries(names.map(name => [name, `${dollar}{secrets.${name}}`]));
		const config = {
			client: {base_url: api.url, paginator: 'single_page'},
			resources: [{name: 'rows', endpoint: {params}}],
		};
		const toml = [
			'day = 2024-01-31 # of birth',
			'at = 2024-01-31T10:00:00+02:00',
			'time = 07:30:00',
			'local = 2024-01-31 10:00:00.5',
			'long = 123456789012345678901234567890'.slice(0, 7 + 19),
			'text = "of the file"',
			'number = 12.50',
			'lines = """',
			'x = 2024-01-31',
			'"""',
			'[deep]',
			'day = 2024-02-01',
		].join('\n');
		await using place = await workspace({
			'sluice.json': JSON.stringify(config),
			'secrets.toml': toml,
			'.env': '\uFEFFFIRST=one\nFILE=two\n',
		});
		const {code, stderr} = await place.sluice(['run', '--env-file', '.env'], {env: {TEXT: '', FILE: ''}});
		equal(code, 0, stderr);
		deepEqual(
			names.map(name => api.requests[0]?.query[name]?.[0]),
			[
				...[
					'2024-01-31',
					'2024-01-31T10:00:00+02:00',
					'07:30:00',
					'2024-01-31 10:00:00.5',
					'1234567890123456789',
				],
				...['of the file', '12.50', 'one', 'two', 'x = 2024-01-31\n', '2024-02-01'],
			],
		);
	} finally {
		await api.close();
	}
});
