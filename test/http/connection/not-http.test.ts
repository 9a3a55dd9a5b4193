import {deepStrictEqual, strictEqual} from 'node:assert/strict';
import {once} from 'node:events';
import {type AddressInfo, createServer} from 'node:net';
import {test} from 'node:test';
import {RequestError} from '../../../src/core/errors.ts';
import {client} from '../../../src/http/client.ts';

// Answers every connection with these bytes, and ends it.
async function answerTo(bytes: string): Promise<unknown> {
	const server = createServer(socket => {
		socket.on('error', () => {}).once('data', () => socket.end(bytes));
	});
	await once(server.listen(0, '127.0.0.1'), 'listening');
	const {port} = server.address() as AddressInfo;
	const api = client({baseUrl: `http://127.0.0.1:${port}`, retry: {maxRetries: 0}});
	try {
		const {value} = await api.send({method: 'GET', url: new URL(api.baseUrl)}).next();
		return value?.value;
	} finally {
		await api.close();
		server.close();
	}
}

test('an answer that is not HTTP is a failure of the connection, in words', async () => {
	for (const [bytes, told] of [
		['hello', / failed: the answer is not valid HTTP \(HPE_INVALID/],
		['HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n', / failed: the answer is not valid HTTP \(HPE_INVALID/],
		['', / failed: the server closed the connection/],
	] as const) {
		const error = await answerTo(bytes).catch((reason: unknown) => reason);
		strictEqual(error instanceof RequestError, true, String(error));
		strictEqual((error as RequestError).code, 'ERR_NETWORK');
		strictEqual(told.test((error as RequestError).message), true, (error as RequestError).message);
	}
});

test('a server of HTTP/1.0 that sends no length ends its answer by closing', async () => {
	deepStrictEqual(await answerTo('HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n[{"id":1}]'), [
		{id: 1},
	]);
});
