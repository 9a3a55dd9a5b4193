/** Which proxy a request goes by: one that was set, or what the usual variables of the environment say. */
import {ConfigError} from '../../core/errors.ts';
import {Secret} from '../../core/secret.ts';
import {messageOf} from '../../core/stage.ts';
import {noUnixSockets} from '../url.ts';
import {noProxy} from './no-proxy.ts';

/** Proxies as text, and where each comes from, for messages. */
export interface Proxies {
	/** For `http:` URLs. */
	readonly http?: NamedProxy | undefined;
	/** For `https:` URLs. */
	readonly https?: NamedProxy | undefined;
	/** Hosts that are reached without a proxy. */
	readonly noProxy?: string | undefined;
}

export interface NamedProxy {
	/**
	 * `http://user:password@proxy.example:3128`; without `http://` it means the same. `socks5://` and `socks5h://`
	 * are the same too: the proxy looks up names.
	 */
	readonly url: string;
	/** `HTTPS_PROXY` */
	readonly from: string;
}

export interface ProxyServer {
	/** Without credentials. */
	readonly url: URL;
	/** `http://proxy.example:3128` */
	readonly name: string;
	readonly from: string;
	/** Value of `Proxy-Authorization`. */
	readonly authorization: Secret | undefined;
	/** What a SOCKS proxy is told. */
	readonly login: {readonly username: string; readonly password: Secret} | undefined;
}

export interface Choice {
	readonly proxy: ProxyServer | undefined;
	/** What has decided, if anything has. */
	readonly from: string | undefined;
}

/**
 * What the variables say. Lower case wins, as in curl; `ALL_PROXY` is for what has none of its own; an empty
 * one means none.
 * @example client({baseUrl, proxy: environmentProxies(process.env)})
 */
export function environmentProxies(env: NodeJS.Dict<string>): Proxies {
	const variable = (name: string): NamedProxy | undefined => {
		for (const from of [name.toLowerCase(), name]) {
			const url = env[from];
			if (url !== undefined) return {url: url.trim(), from};
		}
		return undefined;
	};
	const all = variable('ALL_PROXY');
	return {
		http: variable('HTTP_PROXY') ?? all,
		https: variable('HTTPS_PROXY') ?? all,
		noProxy: variable('NO_PROXY')?.url,
	};
}

/** Proxies of an option; a text is one for all URLs. */
export function proxiesOf(option: string | Secret | Proxies | null | undefined): Proxies {
	if (option === undefined || option === null) return {};
	if (typeof option !== 'string' && !(option instanceof Secret)) return option;
	const named = {url: typeof option === 'string' ? option : option.reveal(), from: 'proxy'};
	return {http: named, https: named};
}

/** The choice for each URL. Throws on a proxy that cannot be used. */
export function proxyChoice(proxies: Proxies): (url: URL) => Choice {
	const http = proxies.http && parseProxy(proxies.http);
	const https = proxies.https && parseProxy(proxies.https);
	const isExcepted = noProxy(proxies.noProxy ?? '');
	return url => {
		const proxy = url.protocol === 'https:' ? https : http;
		if (!proxy) return {proxy, from: undefined};
		return isExcepted(url) ? {proxy: undefined, from: 'NO_PROXY'} : {proxy, from: proxy.from};
	};
}

/** Whether any request may go by a proxy. */
export function areAny({http, https}: Proxies): boolean {
	return Boolean(http?.url) || Boolean(https?.url);
}

function parseProxy({url: text, from}: NamedProxy): ProxyServer | undefined {
	if (text === '') return undefined;
	if (/^(?:https?\+)?unix:/i.test(text)) throw unusable(from, `names a Unix socket. ${noUnixSockets}`);
	const href = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`;
	// The text may hold a password, which nobody has recognized if it cannot be read.
	if (!URL.canParse(href)) throw unusable(from, 'is no URL such as http://proxy.example:3128');
	const url = new URL(href);
	if (url.password !== '') new Secret(url.password);
	if (/^socks4a?:$/.test(url.protocol))
		throw unusable(from, `names a SOCKS4 proxy; Sluice speaks SOCKS5: socks5://${url.host}`);
	if (!/^https?:$|^socks(5h?)?:$/.test(url.protocol))
		throw unusable(from, `starts with ${url.protocol}//; a proxy is http://, https:// or socks5://`);
	if (url.hostname === '') throw unusable(from, 'is no URL such as http://proxy.example:3128');
	const login = loginOf(url, from);
	if (isSocks(url) && url.port === '') url.port = '1080';
	return {
		url: new URL(`${url.protocol}//${url.host}`),
		name: `${url.protocol}//${url.host}`,
		from,
		authorization: login && basicOf(login),
		login,
	};
}

/** Whether it speaks SOCKS and no HTTP. */
export function isSocks({protocol}: URL): boolean {
	return protocol.startsWith('socks');
}

function basicOf({username, password}: NonNullable<ProxyServer['login']>): Secret {
	return new Secret(`Basic ${Buffer.from(`${username}:${password.reveal()}`).toString('base64')}`);
}

function loginOf(url: URL, from: string): ProxyServer['login'] {
	if (url.username === '') return undefined;
	try {
		const [username, password] = [url.username, url.password].map(decodeURIComponent);
		if (isSocks(url) && !password) throw new Error('a SOCKS proxy wants a password too');
		return {username: username ?? '', password: new Secret(password ?? '')};
	} catch (error) {
		const why =
			error instanceof URIError ? 'a % in the user name or the password is written %25' : messageOf(error);
		throw unusable(from, `has credentials that cannot be sent: ${why}`);
	}
}

function unusable(from: string, message: string): ConfigError {
	return new ConfigError(`${from} ${message}. client.proxy: null (proxy: null) goes without a proxy`);
}
