/** Refusals of a SOCKS proxy. Their messages name the proxy and the key or variable that set it. */
import {Failure} from '../failure.ts';
import type {ProxyServer} from './proxy.ts';
import {nameOfProxy, withoutCredentials} from './proxy-failure.ts';

/** The proxy was reached, but opened no way to the server. */
export class SocksRefusal extends Error {
	/** A code of undici, such as `UND_ERR_SOCKS5_REPLY_5`; `CLOSED` if the proxy hung up. */
	readonly code: string;

	constructor(cause: Error & {readonly code?: string}) {
		super(cause.message, {cause});
		this.code = cause.code ?? '';
	}
}

// The replies by the last byte of the code (RFC 1928 §6).
const replies: Readonly<Record<string, readonly [words: string, isLasting?: boolean]>> = {
	1: ['it failed'],
	2: ['its rules forbid it', true],
	3: ['it finds no way to the network'],
	4: ['it cannot reach the host, or does not know its name'],
	5: ['the server refuses the connection'],
	6: ['the way is too long'],
	7: ['it does not open connections', true],
	8: ['it does not know this kind of address', true],
};

export function refusedBySocks({code, cause}: SocksRefusal, proxy: ProxyServer, url: URL): Failure {
	const {login, from, url: address} = proxy;
	const [words, isLasting] = replies[/REPLY_(\d+)$/.exec(code)?.[1] ?? ''] ?? [];
	const [why, advice] = words
		? [words, isLasting ? `Ask who runs it. ${withoutCredentials}` : `Check the host. ${withoutCredentials}`]
		: code === 'UND_ERR_SOCKS5_AUTH_FAILED'
			? ['the login failed', `It does not accept the user name and the password in ${from}`]
			: code.startsWith('UND_ERR_SOCKS5_AUTH')
				? login
					? ['it takes no user name and password', `Leave them out of ${from}, or ask who runs it`]
					: [
							'it wants credentials',
							`Write them into ${from}, as in ${address.protocol}//user:password@${address.host}`,
						]
				: code === 'CLOSED'
					? ['it hung up', withoutCredentials]
					: [
							'it does not speak SOCKS5',
							`Is it an HTTP proxy? Then write http://${address.host} into ${from}`,
						];
	return new Failure(`was refused by ${nameOfProxy(proxy)} for ${url.host}: ${why}`, {
		code: 'ERR_NETWORK',
		retryable: code === 'CLOSED' || (words !== undefined && !isLasting),
		advice,
		cause,
	});
}
