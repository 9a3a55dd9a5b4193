import assert from 'node:assert/strict';
import {connect} from 'node:net';
import {test} from 'node:test';
import {brotliDecompressSync, gunzipSync, inflateSync} from 'node:zlib';
import type {Answer} from './respond.ts';
import {type Route, type ScriptedServer, startServer} from './server.ts';

async function withServer(
	routes: readonly Route[],
	body: (server: ScriptedServer) => Promise<void>,
): Promise<void> {
	const server = await startServer(routes);
	try {
		await body(server);
	} finally {
		await server.close();
	}
}

const answering = (respond: Answer, body: (server: ScriptedServer) => Promise<void>): Promise<void> =>
	withServer([{path: '/', respond}], body);

/** The answer as it comes over the wire, up to the end of the connection. */
function raw(server: ScriptedServer): Promise<string> {
	return new Promise((resolve, reject) => {
		let text = '';
		const socket = connect(server.port, '127.0.0.1', () =>
			socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'),
		);
		socket.setEncoding('latin1');
		socket.on('data', chunk => {
			text += chunk;
		});
		socket.on('error', reject);
		socket.on('close', () => resolve(text));
	});
}

test('the first route that fits answers, and passes on to the next when its times are used up', async () => {
	const routes: Route[] = [
		{method: 'POST', path: '/r', respond: {text: 'posted'}},
		{path: '/r', times: 2, respond: {status: 503}},
		{path: '/r', respond: {json: {id: 1}}},
	];
	await withServer(routes, async ({url}) => {
		const statuses = [];
		for (let i = 0; i < 4; i++) statuses.push((await fetch(`${url}/r`)).status);
		assert.deepEqual(statuses, [503, 503, 200, 200]);
		assert.equal(await (await fetch(`${url}/r`, {method: 'POST'})).text(), 'posted');
	});
});

test('a request that no route fits gets 404 and is on record', async () => {
	await withServer([], async ({url, requests}) => {
		const response = await fetch(`${url}/nowhere?a=1`);
		assert.equal(response.status, 404);
		assert.deepEqual(await response.json(), {error: 'no route'});
		assert.equal(requests[0]!.path, '/nowhere');
	});
});

test('paths are compared undecoded', async () => {
	await withServer([{path: '/a%2Fb', respond: {text: 'raw'}}], async ({url}) => {
		assert.equal((await fetch(`${url}/a%2Fb`)).status, 200);
		assert.equal((await fetch(`${url}/a/b`)).status, 404);
	});
});

test('a match compares full lists of query values, headers in any case, and lets other parameters be', async () => {
	const routes: Route[] = [
		{path: '/', match: {query: {tag: ['a', 'b']}}, respond: {text: 'list'}},
		{path: '/', match: {query: {tag: 'a'}, headers: {'X-Id': '1'}}, respond: {text: 'one'}},
	];
	await withServer(routes, async ({url}) => {
		const text = async (search: string, id = '1'): Promise<string> =>
			(await fetch(`${url}/${search}`, {headers: {'x-id': id}})).text();
		assert.equal(await text('?tag=a&other=1&tag=b'), 'list');
		assert.equal(await text('?tag=a&other=1'), 'one');
		assert.match(await text('?tag=b&tag=a'), /no route/);
		assert.match(await text('?tag=a', '2'), /no route/);
	});
});

test('a match looks into JSON bodies by dot path and into form bodies by field', async () => {
	const routes: Route[] = [
		{method: 'POST', path: '/', match: {json: {'paging.page': 2}}, respond: {text: 'json'}},
		{method: 'POST', path: '/', match: {form: {page: '2'}}, respond: {text: 'form'}},
	];
	await withServer(routes, async ({url, requests}) => {
		const post = async (body: string | URLSearchParams): Promise<string> =>
			(await fetch(url, {method: 'POST', body})).text();
		assert.equal(await post('{"paging": {"page": 2}}'), 'json');
		assert.match(await post('{"paging": null}'), /no route/);
		assert.equal(await post(new URLSearchParams({page: '2'})), 'form');
		assert.match(await post(new URLSearchParams({page: '3'})), /no route/);
		assert.deepEqual(requests[0]!.json, {paging: {page: 2}});
		assert.deepEqual(requests[2]!.form, {page: ['2']});
		assert.equal(requests[2]!.body, 'page=2');
	});
});

test('a request is recorded with decoded query values in the order sent', async () => {
	await answering({}, async ({url, requests}) => {
		await fetch(`${url}/?q=a+b%2Bc&q=%C3%A9&empty=`);
		assert.deepEqual(requests[0]!.query, {q: ['a b+c', 'é'], empty: ['']});
		assert.equal(requests[0]!.method, 'GET');
		assert.equal('json' in requests[0]!, false);
	});
});

test('{{BASE}} becomes the address in header values and bodies', async () => {
	await answering(
		{headers: {Link: '<{{BASE}}/2>; rel="next"'}, json: {next: '{{BASE}}/2'}},
		async ({url}) => {
			const response = await fetch(url);
			assert.equal(response.headers.get('link'), `<${url}/2>; rel="next"`);
			assert.deepEqual(await response.json(), {next: `${url}/2`});
		},
	);
});

test('a function makes the answer of the request; one that throws is seen as status 500', async () => {
	const fn = (request: {query: Record<string, string[]>}): Answer => {
		if (!request.query.n) throw new Error('no n');
		return {json: {n: Number(request.query.n[0])}};
	};
	await withServer([{path: '/', respond: {fn}}], async ({url}) => {
		assert.deepEqual(await (await fetch(`${url}/?n=7`)).json(), {n: 7});
		const failed = await fetch(url);
		assert.equal(failed.status, 500);
		assert.match(await failed.text(), /no n/);
	});
});

test('exact numbers are written digit for digit', async () => {
	await answering({json: {id: 9007199254740993n}}, async ({url}) => {
		assert.equal(await (await fetch(url)).text(), '{"id":9007199254740993}');
	});
});

test('chunks arrive in order as one chunked body', async () => {
	await answering({chunks: ['{"data":', 5, '[1', ',2]}']}, async server => {
		const response = await fetch(server.url);
		assert.equal(response.headers.get('transfer-encoding'), 'chunked');
		assert.deepEqual(await response.json(), {data: [1, 2]});
		assert.match(await raw(server), /8\r\n\{"data":\r\n2\r\n\[1\r\n4\r\n,2\]\}\r\n0\r\n\r\n$/);
	});
});

for (const [encoding, decompress] of Object.entries({
	gzip: gunzipSync,
	br: brotliDecompressSync,
	deflate: inflateSync,
})) {
	test(`${encoding} compresses the body and says so`, async () => {
		await answering({json: {data: 'ä'.repeat(1000)}, [encoding]: true}, async server => {
			const response = await fetch(server.url);
			assert.equal(response.headers.get('content-encoding'), encoding);
			assert.deepEqual(await response.json(), {data: 'ä'.repeat(1000)});
			const body = Buffer.from((await raw(server)).split('\r\n\r\n').slice(1).join('\r\n\r\n'), 'latin1');
			assert.match(decompress(body).toString(), /^\{"data":"ä{1000}"\}$/);
		});
	});
}

test('base64 bodies are sent byte for byte', async () => {
	await answering({base64: Buffer.from([0, 255, 128]).toString('base64')}, async ({url}) => {
		assert.deepEqual([...new Uint8Array(await (await fetch(url)).arrayBuffer())], [0, 255, 128]);
	});
});

test('close drops the connection without an answer', async () => {
	await answering({close: true}, async server => {
		await assert.rejects(fetch(server.url), TypeError);
		assert.equal(await raw(server), '');
		assert.equal(server.requests.length, 2);
	});
});

for (const bytes of [0, 5]) {
	test(`reset_after ${bytes} cuts the body there, after a head that promised all of it`, async () => {
		await answering({text: '0123456789', reset_after: bytes}, async server => {
			const response = await fetch(server.url);
			assert.equal(response.status, 200);
			await assert.rejects(response.text(), TypeError);
			const [head, body] = (await raw(server)).split('\r\n\r\n');
			assert.match(head!, /content-length: 10/);
			assert.equal(body, '0123456789'.slice(0, bytes));
		});
	});
}

test('reset_after counts over all chunks, and leaves the body without its end', async () => {
	await answering({chunks: ['abc', 'def', 'ghi'], reset_after: 5}, async server => {
		await assert.rejects((await fetch(server.url)).text(), TypeError);
		assert.match(await raw(server), /\r\n\r\n3\r\nabc\r\n2\r\nde\r\n$/);
	});
});

test('stall sends the head and never ends, until close() destroys the socket', async () => {
	const server = await startServer([{path: '/', respond: {text: 'begin', stall: true}}]);
	const response = await fetch(server.url);
	const reader = response.body!.getReader();
	assert.equal(Buffer.from((await reader.read()).value!).toString(), 'begin');
	const rest = assert.rejects(reader.read(), TypeError);
	await server.close();
	await rest;
});

test('close() ends a delay of an hour', async () => {
	const server = await startServer([{path: '/', respond: {delay_ms: 3_600_000}}]);
	const answer = assert.rejects(fetch(server.url), TypeError);
	while (server.requests.length === 0) await new Promise(setImmediate);
	await server.close();
	await answer;
});

test('requests at once are all on record, in order of arrival', async () => {
	await answering({text: 'x'}, async ({url, requests}) => {
		const texts = await Promise.all([1, 2, 3].map(async () => (await fetch(url)).text()));
		assert.deepEqual(texts, ['x', 'x', 'x']);
		const times = requests.map(({at}) => at);
		assert.equal(times.length, 3);
		assert.deepEqual(
			times,
			times.toSorted((a, b) => a - b),
		);
	});
});
