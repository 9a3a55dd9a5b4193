/** Small servers and clients for the tests beside this file. */
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import type {TestContext} from 'node:test';
import {type Client, client} from '../../src/http/client.ts';
import type {ClientOptions} from '../../src/http/client-options.ts';
import type {ClientEvent} from '../../src/http/events.ts';
import type {HttpRequest} from '../../src/http/request.ts';
import type {BodyPart, SendOptions} from '../../src/http/send-options.ts';

export type Handler = (request: IncomingMessage, response: ServerResponse, number: number) => void;

/**
 * A server on a free port that hands each request with its number, from 0, to the handler; closed with the
 * test.
 */
export async function serve(
	test: TestContext,
	handler: Handler,
): Promise<{url: string; requests: IncomingMessage[]; server: Server}> {
	const requests: IncomingMessage[] = [];
	const server = createServer((request, response) => {
		requests.push(request);
		handler(request, response, requests.length - 1);
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	test.after(() => {
		server.closeAllConnections();
		server.close();
	});
	return {url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, server};
}

/** Answers in turn, the last one again and again. */
export function answers(
	...list: readonly (number | [status: number, body: string | Buffer, headers?: Record<string, string>])[]
): Handler {
	return (_request, response, number) => {
		const answer = list[Math.min(number, list.length - 1)]!;
		const [status, body = '', headers = {}] = typeof answer === 'number' ? [answer] : answer;
		response.writeHead(status, headers).end(body);
	};
}

export interface TestClient extends Client {
	readonly events: ClientEvent[];
	/** What it would have slept. */
	readonly waits: number[];
}

/** A client that does not sleep between tries, closed with the test. */
export function testClient(test: TestContext, options: ClientOptions): TestClient {
	const events: ClientEvent[] = [];
	const waits: number[] = [];
	const made = client({
		onEvent: event => events.push(event),
		sleep: async ms => {
			waits.push(ms);
		},
		...options,
	});
	test.after(() => made.close());
	return Object.assign(made, {events, waits});
}

export function get(url: string, more: Partial<HttpRequest> = {}): HttpRequest {
	return {method: 'GET', url: new URL(url), ...more};
}

/** All parts of one request. */
export async function partsOf(api: Client, request: HttpRequest, options?: SendOptions): Promise<BodyPart[]> {
	const parts: BodyPart[] = [];
	for await (const part of api.send(request, options)) parts.push(part);
	return parts;
}

/** The value of a request that is answered by one small body. */
export async function valueFrom(api: Client, request: HttpRequest, options?: SendOptions): Promise<unknown> {
	return (await partsOf(api, request, options)).at(-1)?.value;
}
