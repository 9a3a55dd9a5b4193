/** The way to each origin: straight, or by a proxy, with connections that are kept for the next request. */
import type {Dispatcher} from 'undici';
import Agent from 'undici/lib/dispatcher/agent.js';
import type {ProxyEvent} from './events.ts';
import {areAny, type HttpProxy, type Proxies, proxyChoice} from './proxy.ts';
import type {Timeouts} from './timeouts.ts';
import type {TlsSettings} from './tls.ts';

export interface RouteOptions {
	readonly timeouts: Required<Timeouts>;
	readonly connections: number;
	readonly proxies?: Proxies | undefined;
	readonly tls?: TlsSettings | undefined;
	/** Of the base URL, for which `tls.serverName` is meant. */
	readonly origin?: string | undefined;
	/** Told once for each origin for which a proxy is set. */
	readonly onProxy?: ((event: ProxyEvent) => void) | undefined;
}

export interface Route {
	readonly dispatcher: Dispatcher;
	/** By which it goes. */
	readonly proxy?: HttpProxy | undefined;
	/**
	 * The request is sent to the proxy itself, which asks the server; else the connection leads to the server.
	 */
	readonly isForwarded?: boolean;
	/** The name that the server is asked for, where it is not its host. */
	readonly servername?: string | undefined;
}

export interface Routes {
	/** A promise only where a proxy is set. */
	to(url: URL): Route | Promise<Route>;
	close(): Promise<void>;
}

export function routes(options: RouteOptions): Routes {
	const {timeouts, connections, proxies = {}, tls, origin, onProxy} = options;
	const agent = new Agent({
		connections,
		connect: {timeout: timeouts.connectMs, ...tls?.connect},
		headersTimeout: timeouts.headersMs,
		bodyTimeout: timeouts.bodyIdleMs,
	});
	const straight = {dispatcher: agent};
	const named = {...straight, servername: tls?.serverName};
	const directly = (url: URL): Route =>
		named.servername !== undefined && url.origin === origin ? named : straight;
	if (!areAny(proxies)) return {to: directly, close: () => agent.destroy()};

	const choose = proxyChoice(proxies);
	const tunnels = new Map<string, Promise<Dispatcher>>();
	const told = new Set<string>();

	function tell({origin}: URL, proxy: HttpProxy | undefined, from: string): void {
		if (told.has(origin)) return;
		told.add(origin);
		onProxy?.({type: 'proxy', origin, proxy: proxy?.url.origin ?? null, from});
	}

	async function tunnel(proxy: HttpProxy, servername: string | undefined): Promise<Dispatcher> {
		const {tunnelAgent} = await import('./tunnel.ts');
		return tunnelAgent(proxy, servername, options);
	}

	return {
		async to(url) {
			const {proxy, from} = choose(url);
			if (from !== undefined) tell(url, proxy, from);
			if (!proxy) return directly(url);
			// Many proxies let nobody through to port 80, and read what is sent to it.
			if (url.protocol === 'http:') return {...straight, proxy, isForwarded: true};
			const {servername} = directly(url);
			// For https there is one proxy.
			const key = servername ?? '';
			const known = tunnels.get(key) ?? tunnel(proxy, servername);
			tunnels.set(key, known);
			return {dispatcher: await known, proxy};
		},
		async close() {
			const made = await Promise.allSettled(tunnels.values());
			const all = made.flatMap(each => (each.status === 'fulfilled' ? [each.value] : []));
			await Promise.all([agent, ...all].map(each => each.destroy()));
		},
	};
}
