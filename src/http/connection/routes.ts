/** The way to each origin: straight, or by a proxy, with connections that are kept for the next request. */
import type {Dispatcher} from 'undici';
// By its path, as all of undici takes 7 % more CPU time of a start.
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
	/** Of the base URL, for which `tls.serverName` is meant. */
	readonly origin?: string | undefined;
	/** Told once for each origin for which a proxy is set. */
	readonly onProxy?: ((event: ProxyEvent) => void) | undefined;
}

export interface Route {
	readonly dispatcher: Dispatcher;
	/** By which it goes. */
	readonly proxy?: ProxyServer | undefined;
	/**
	 * The request is sent to the proxy itself, which asks the server; else the connection leads to the server.
	 */
	readonly isForwarded?: boolean;
	/** The name that the server is asked for, where it is not its host. */
	readonly servername?: string | undefined;
}

/** What a proxy leads through, to any server. */
export interface Tunnel {
	readonly dispatcher: Dispatcher;
	close(): Promise<void>;
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
	const tunnels = new Map<string, Promise<Tunnel>>();
	const told = new Set<string>();

	function tell({origin}: URL, proxy: ProxyServer | undefined, from: string): void {
		if (told.has(origin)) return;
		told.add(origin);
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
			// Many proxies let nobody through to port 80, and read what is sent to it.
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
