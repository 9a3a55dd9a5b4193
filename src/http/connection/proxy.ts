/** The proxy for a request: a configured one, or one from the usual environment variables. */
import {ConfigError} from '../../core/errors.ts';
import {Secret} from '../../core/secret.ts';
import {messageOf} from '../../core/stage.ts';
import {noUnixSockets} from '../url.ts';
import {noProxy} from './no-proxy.ts';

/** Proxies as text with their origins, for messages. */
export interface Proxies {
	/** The proxy for `http:` URLs. */
	readonly http?: NamedProxy | undefined;
	/** The proxy for `https:` URLs. */
	readonly https?: NamedProxy | undefined;
	/** A list of hosts that are reached without a proxy. */
	readonly noProxy?: string | undefined;
}

export interface NamedProxy {
	/**
	 * The address, such as `http://user:password@proxy.example:3128`. `http://` may be left out. `socks5://`
	 * and `socks5h://` mean the same: the proxy looks up names.
	 */
	readonly url: string;
	/** The variable or option that set it, such as `HTTPS_PROXY`. */
	readonly from: string;
}

export interface ProxyServer {
	/** The address without credentials. */
	readonly url: URL;
	/** The address in messages, such as `http://proxy.example:3128`. */
	readonly name: string;
	readonly from: string;
	/** Value of `Proxy-Authorization`. */
	readonly authorization: Secret | undefined;
	/** The credentials for a SOCKS proxy. */
	readonly login: {readonly username: string; readonly password: Secret} | undefined;
}

export interface Choice {
	readonly proxy: ProxyServer | undefined;
	/** The variable or option that decided, if any. */
	readonly from: string | undefined;
}

/**
 * The proxies in environment variables. A lower-case name takes precedence, as in curl. `ALL_PROXY` is for
 * protocols without a variable of their own. An empty variable means no proxy.
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

/** The proxies of an option. A text is one proxy for all URLs. */
export function proxiesOf(option: string | Secret | Proxies | null | undefined): Proxies {
	if (option === undefined || option === null) return {};
	if (typeof option !== 'string' && !(option instanceof Secret)) return option;
	const named = {url: typeof option === 'string' ? option : option.reveal(), from: 'proxy'};
	return {http: named, https: named};
}

/** Returns the function that chooses the proxy for a URL. Throws if a proxy cannot be used. */
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

/** Whether any request may use a proxy. */
export function areAny({http, https}: Proxies): boolean {
	return Boolean(http?.url) || Boolean(https?.url);
}

function parseProxy({url: text, from}: NamedProxy): ProxyServer | undefined {
	if (text === '') return undefined;
	if (/^(?:https?\+)?unix:/i.test(text)) throw unusable(from, `names a Unix socket. ${noUnixSockets}`);
	const href = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`;
	// The message leaves out the text: it may hold a password, which cannot be found in a text that is no URL.
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

/** Whether the proxy speaks SOCKS rather than HTTP. */
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
