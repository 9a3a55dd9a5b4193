/** A server on this machine for the browser that returns from a sign-in. */
import {createServer, type Server, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {ConfigError} from '../../../core/errors.ts';
import {messageOf} from '../../../core/stage.ts';
import {page} from './html.ts';
import type {Redirect} from './redirect.ts';

/** The request of the returning browser. */
export interface Returned {
	readonly params: URLSearchParams;
	/** Shows the outcome to the person. Resolves once it is sent. */
	reply(outcome: {readonly title: string; readonly text: string; readonly failed?: boolean}): Promise<void>;
}

export interface Loopback extends AsyncDisposable {
	/** The address as the server knows it, with the port. */
	readonly uri: string;
	/** The first request to the address. Later ones, and requests to other addresses, get a short page. */
	returned(signal: AbortSignal): Promise<Returned>;
}

export async function loopback({host, port, path, uri}: Redirect): Promise<Loopback> {
	const server = createServer();
	await listen(server, host, port);
	let take: ((returned: Returned) => void) | undefined;
	const arrived = new Promise<Returned>(resolve => {
		take = resolve;
	});
	server.on('request', ({method, url = '/'}, response) => {
		const asked = new URL(url, `http://${host === '::1' ? '[::1]' : host}`);
		const params = asked.searchParams;
		if (asked.pathname !== path || !(params.has('code') || params.has('error') || params.has('state')))
			return void send(response, 404, {title: 'Nothing here', text: 'Only a sign-in leads to this address.'});
		if (method !== 'GET')
			return void send(response, 405, {title: 'Not like this', text: 'A browser comes here by a link.'});
		if (!take) return void send(response, 410, {title: 'Too late', text: 'This sign-in has had its answer.'});
		take({params, reply: outcome => send(response, outcome.failed ? 400 : 200, outcome)});
		take = undefined;
	});
	const {port: got} = server.address() as AddressInfo;
	return {
		uri: uri(got),
		returned: signal =>
			new Promise((resolve, reject) => {
				const leave = (): void => reject(signal.reason);
				signal.throwIfAborted();
				signal.addEventListener('abort', leave, {once: true});
				void arrived.then(returned => {
					signal.removeEventListener('abort', leave);
					resolve(returned);
				});
			}),
		async [Symbol.asyncDispose]() {
			const closed = new Promise(resolve => server.close(resolve));
			server.closeAllConnections();
			await closed;
		},
	};
}

async function listen(server: Server, host: string, port: number): Promise<void> {
	try {
		await new Promise<void>((resolve, reject) => {
			server.once('error', reject);
			server.listen(port, host, resolve);
		});
	} catch (error) {
		const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
		const advice = isTaken
			? 'Another program uses it: end that one, or give another redirect_port, which the provider may ' +
				'have to know'
			: 'Give another redirect_port';
		throw new ConfigError(
			`no browser can come back to ${host}, port ${port}: ${messageOf(error)}. ${advice}`,
		);
	}
}

function send(
	response: ServerResponse,
	status: number,
	outcome: {readonly title: string; readonly text: string},
): Promise<void> {
	return new Promise(resolve => {
		response.once('close', () => resolve());
		response.writeHead(status, {
			'content-type': 'text/html; charset=utf-8',
			'cache-control': 'no-store',
			'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
			'referrer-policy': 'no-referrer',
			connection: 'close',
		});
		response.end(page(outcome), () => resolve());
	});
}
