/** Failures at a proxy. Their messages name the proxy and the key or variable that set it. */
import {Failure} from '../failure.ts';
import type {ProxyServer} from './proxy.ts';

/** The connection to the proxy failed. `cause` is the reason. */
export class ProxyTrouble extends Error {
	constructor(cause: unknown) {
		super('the connection to the proxy failed', {cause});
	}
}

/** The proxy refused a CONNECT with a status other than 200. */
export class ProxyRefusal extends Error {
	readonly status: number;
	readonly headers: Readonly<Record<string, string | string[] | undefined>>;

	constructor(status: number, headers: ProxyRefusal['headers'] = {}) {
		super(`the proxy answered ${status}`);
		this.status = status;
		this.headers = headers;
	}
}

/** The name of a proxy in messages. */
export function nameOfProxy({name, from}: ProxyServer): string {
	return `the proxy ${name} (${from})`;
}

/** What to do about a proxy that cannot be reached. */
export function unreachableProxy({from}: ProxyServer): string {
	return `Is the proxy of ${from} running, and is its port right? ${withoutCredentials}`;
}

export function refusedByProxy({status, headers}: ProxyRefusal, proxy: ProxyServer, url: URL): Failure {
	const names = [headers['proxy-authenticate'] ?? ''].flat().join(', ');
	return new Failure(`was refused by ${nameOfProxy(proxy)}: it answered ${status} for ${url.host}`, {
		code: 'ERR_NETWORK',
		// A retry would bring the same refusal for other statuses.
		retryable: status >= 500 || status === 408 || status === 429,
		advice:
			status === 407
				? credentialsFor(proxy, names)
				: status < 500
					? `Ask who runs it. ${withoutCredentials}`
					: `It cannot reach ${url.host}`,
	});
}

export function credentialsInHeader(): Failure {
	return new Failure('was not sent: a header proxy-authorization would get to the server too', {
		code: 'ERR_AUTH',
		retryable: false,
		advice: 'Write the credentials of the proxy into its URL, in client.proxy (proxy) or HTTPS_PROXY',
	});
}

export const withoutCredentials =
	'NO_PROXY names hosts that need no proxy, client.proxy: null (proxy: null) goes without';

function credentialsFor({url, from, authorization}: ProxyServer, schemes: string): string {
	if (schemes !== '' && !/\bbasic\b/i.test(schemes)) {
		const [scheme = ''] = schemes.split(/[\s,]/);
		return (
			`It wants credentials by ${scheme}, and Sluice sends them by Basic only: run a local proxy that ` +
			`does ${scheme}`
		);
	}
	if (authorization) return `It does not accept the user name and the password in ${from}`;
	return `It wants credentials: write them into ${from}, as in ${url.protocol}//user:password@${url.host}`;
}
