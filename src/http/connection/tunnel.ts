/** Connections through a proxy to servers with TLS: they use undici's own agent, within our timeouts. */
import type {Dispatcher} from 'undici';
import connectMethod from 'undici/lib/api/api-connect.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js';
import type {ProxyServer} from './proxy.ts';
import {ProxyRefusal, ProxyTrouble} from './proxy-failure.ts';
import type {RouteOptions, Tunnel} from './routes.ts';

export function tunnelAgent(
	{url, authorization}: ProxyServer,
	servername: string | undefined,
	{timeouts, connections, tls}: RouteOptions,
): Tunnel {
	const {connectMs, headersMs, bodyIdleMs} = timeouts;
	const dispatcher = new ProxyAgent({
		uri: url.href,
		...(authorization && {token: authorization.reveal()}),
		connections,
		headersTimeout: headersMs,
		bodyTimeout: bodyIdleMs,
		requestTls: {timeout: connectMs, ...tls?.connect, ...(servername !== undefined && {servername})},
		proxyTls: {timeout: connectMs, ...(tls && {secureContext: tls.connect.secureContext})},
		// CONNECT is part of the connection, so it has the same timeout.
		clientFactory: (origin, options) => telling(new Pool(origin, {...options, headersTimeout: connectMs})),
	});
	return {dispatcher, close: () => dispatcher.destroy()};
}

// Later, an error on the way to the proxy looks like one between the proxy and the server. Only here can they
// be distinguished.
function telling(pool: Pool): Pool {
	const connect = async (options: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> => {
		const answer = await connectMethod.call(pool, options).catch(error => {
			throw new ProxyTrouble(error);
		});
		const {statusCode, headers, socket} = answer;
		if (statusCode === 200) return answer;
		socket.on('error', () => {}).destroy();
		throw new ProxyRefusal(statusCode, headers);
	};
	return Object.assign(pool, {connect});
}
