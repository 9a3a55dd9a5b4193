/**
 * Connections through a SOCKS5 proxy. undici's own agent for it ignores our limits and timeouts, so only its
 * handshake is used. The proxy looks up the names of servers.
 */
import type {Socket} from 'node:net';
import connector from 'undici/lib/core/connect.js';
import socks5, {type Socks5Client} from 'undici/lib/core/socks5-client.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import type {ProxyServer} from './proxy.ts';
import {ProxyTrouble} from './proxy-failure.ts';
import type {RouteOptions, Tunnel} from './routes.ts';
import {SocksRefusal} from './socks-failure.ts';

export function socksAgent(proxy: ProxyServer, {timeouts, connections, tls}: RouteOptions): Tunnel {
	const {connectMs, headersMs, bodyIdleMs} = timeouts;
	const toProxy = connector({timeout: connectMs});
	const toServer = connector({timeout: connectMs, ...tls?.connect});
	const opening = new Set<Socket>();

	async function tunnel(host: string, port: number): Promise<Socket> {
		const {hostname, port: proxyPort} = proxy.url;
		const where = {hostname: withoutBrackets(hostname), protocol: 'http:', port: proxyPort};
		const socket = await new Promise<Socket>((resolve, reject) => {
			const started = toProxy(where, (error, connected) => {
				if (connected) resolve(connected);
				else reject(new ProxyTrouble(error));
			});
			opening.add(started);
		});
		try {
			await handshake(socket, proxy, {host, port, timeoutMs: connectMs});
			return socket;
		} finally {
			opening.delete(socket);
		}
	}

	const agent = new Agent({
		connections,
		headersTimeout: headersMs,
		bodyTimeout: bodyIdleMs,
		connect(options, callback) {
			const {hostname, port, protocol} = options;
			const isTls = protocol === 'https:';
			tunnel(withoutBrackets(hostname), Number(port || (isTls ? 443 : 80))).then(
				httpSocket =>
					void (isTls ? toServer({...options, httpSocket}, callback) : callback(null, httpSocket)),
				error => callback(error, null),
			);
		},
	});
	return {
		dispatcher: agent,
		async close() {
			for (const socket of opening) socket.destroy();
			await agent.destroy();
		},
	};
}

interface Target {
	readonly host: string;
	readonly port: number;
	readonly timeoutMs: number;
}

async function handshake(
	socket: Socket,
	{login}: ProxyServer,
	{host, port, timeoutMs}: Target,
): Promise<void> {
	const client = new socks5.Socks5Client(
		socket,
		login && {username: login.username, password: login.password.reveal()},
	);
	// Later errors of the connection are reported by its user.
	client.on('error', () => {});
	const timer = setTimeout(() => socket.destroy(connectTimeout()), timeoutMs);
	try {
		client.handshake();
		await next(client, 'authenticated');
		client.connect(host, port);
		await next(client, 'connected');
	} catch (error) {
		socket.destroy();
		throw error;
	} finally {
		clearTimeout(timer);
	}
}

function next(client: Socks5Client, step: string): Promise<void> {
	return new Promise((resolve, reject) => {
		client.once(step, () => resolve());
		client.once('error', error =>
			reject(error.code?.startsWith('UND_ERR_SOCKS5') ? new SocksRefusal(error) : new ProxyTrouble(error)),
		);
		client.once('close', () =>
			reject(new SocksRefusal(Object.assign(new Error('closed'), {code: 'CLOSED'}))),
		);
	});
}

function connectTimeout(): Error {
	return Object.assign(new Error('the proxy does not answer'), {code: 'UND_ERR_CONNECT_TIMEOUT'});
}

function withoutBrackets(host: string): string {
	return host.replace(/^\[|\]$/g, '');
}
