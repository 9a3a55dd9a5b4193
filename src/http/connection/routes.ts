/** The way to each origin, direct or through a proxy, with connections that are kept for the next request. */
import type {Dispatcher} from 'undici';
// The import names the file, as all of undici takes 7 % more CPU time at the start.
import Agent from 'undici/lib/dispatcher/agent.js';
import type {ProxyEvent} from '../events.ts';
import {areAny, isSocks, type Proxies, type ProxyServer, proxyChoice} from './proxy.ts';
import type {Timeouts} from './timeouts.ts';
import type {TlsSettings} from './tls.ts';

export interface RouteOptions {
	readonly timeouts: Required<Timeouts>;
	readonly connections: number;
	readonly proxies?: Proxies | undefined;
	readonly tls?: TlsSettings | undefined;
	/** The origin of the base URL, to which `tls.serverName` applies. */
	readonly origin?: string | undefined;
	/** Called once for each origin that has a configured proxy. */
	readonly onProxy?: ((event: ProxyEvent) => void) | undefined;
}

export interface Route {
	readonly dispatcher: Dispatcher;
	/** The proxy on the way, if there is one. */
	readonly proxy?: ProxyServer | undefined;
	/** The proxy gets the request itself and asks the server. Otherwise the connection leads to the server. */
	readonly isForwarded?: boolean;
	/** The server name for TLS, if it is not the host. */
	readonly servername?: string | undefined;
}

/** A way through one proxy to any server. */
export interface Tunnel {
	readonly dispatcher: Dispatcher;
	close(): Promise<void>;
}

export interface Routes {
	/** A promise only if a proxy is set. */
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
	const tunnels = new Map<string, Promise<Tunnel>>();
	const reported = new Set<string>();

	function tell({origin}: URL, proxy: ProxyServer | undefined, from: string): void {
		if (reported.has(origin)) return;
		reported.add(origin);
		onProxy?.({type: 'proxy', origin, proxy: proxy?.name ?? null, from});
	}

	async function tunnel(proxy: ProxyServer, servername: string | undefined): Promise<Tunnel> {
		if (isSocks(proxy.url)) {
			const {socksAgent} = await import('./socks.ts');
			return socksAgent(proxy, options);
		}
		const {tunnelAgent} = await import('./tunnel.ts');
		return tunnelAgent(proxy, servername, options);
	}

	return {
		async to(url) {
			const {proxy, from} = choose(url);
			if (from !== undefined) tell(url, proxy, from);
			if (!proxy) return directly(url);
			// Many proxies refuse a tunnel to port 80, and inspect the traffic to that port.
			const isBySocks = isSocks(proxy.url);
			if (url.protocol === 'http:' && !isBySocks) return {...straight, proxy, isForwarded: true};
			const {servername} = directly(url);
			const key = isBySocks ? proxy.url.href : `${proxy.url.href} ${servername}`;
			const known = tunnels.get(key) ?? tunnel(proxy, servername);
			tunnels.set(key, known);
			const {dispatcher} = await known;
			return {dispatcher, proxy, ...(isBySocks && {servername})};
		},
		async close() {
			const made = await Promise.allSettled(tunnels.values());
			const all = made.flatMap(each => (each.status === 'fulfilled' ? [each.value] : []));
			await Promise.all([agent.destroy(), ...all.map(each => each.close())]);
		},
	};
}
