/** A proxy before a server that fails in ways a test chooses. */
import {once} from 'node:events';
import {createServer, type IncomingMessage, request, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';

/** What becomes of a request: an answer with this status in its place, or an answer that is lost. */
export type Fault = number | 'lost' | undefined;

export interface FaultyProxy extends AsyncDisposable {
	readonly url: string;
	/** Requests that had a fault. */
	readonly faults: number;
}

/** `faultOf` gets the number of the request, from 1. */
export async function faultyProxy(to: string, faultOf: (number: number) => Fault): Promise<FaultyProxy> {
	let number = 0;
	let faults = 0;
	const target = new URL(to);
	const server = createServer((asked, answer) => {
		const fault = faultOf(++number);
		if (fault !== undefined) faults++;
		if (typeof fault === 'number') refuse(asked, answer, fault);
		else forward(asked, answer, target, fault === 'lost');
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	const {port} = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		get faults() {
			return faults;
		},
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
}

function refuse(asked: IncomingMessage, answer: ServerResponse, status: number): void {
	asked.resume();
	asked.on('end', () => {
		answer.writeHead(status, {'content-type': 'text/plain'});
		answer.end(status === 403 ? 'the credentials have expired' : 'slow down');
	});
}

function forward(
	asked: IncomingMessage,
	answer: ServerResponse,
	{hostname, port}: URL,
	isLost: boolean,
): void {
	const {method, url: path, headers} = asked;
	const sent = request({hostname, port, method, path, headers}, got => {
		if (isLost) {
			got.resume();
			got.on('end', () => answer.destroy());
			return;
		}
		answer.writeHead(got.statusCode ?? 500, got.rawHeaders);
		got.pipe(answer);
	});
	sent.on('error', () => answer.destroy());
	asked.pipe(sent);
}
