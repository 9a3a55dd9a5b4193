/**
 * A cookie jar around a transport: it keeps the cookies that servers set, and sends them back to the same
 * site. It is kept in memory only.
 */
import type {Cookie, CookieJar} from 'tough-cookie';
import {hideFleeting} from '../../core/secret.ts';
import type {OutgoingRequest} from '../auth/authenticator.ts';
import {Failure} from '../failure.ts';
import type {ExchangeOptions, Incoming, Transport} from './transport.ts';

// More than any browser keeps for one site. Without a limit, a server that sets another cookie with each
// response would fill the memory.
const MOST = 500;

/**
 * The same transport with a jar. Cookies follow domain, path, `Secure` and expiry, and go back only to the
 * port that set them. A cookie that came over https never goes over http. A cookie that the request sets
 * itself stays as it is.
 */
export function withCookies(transport: Transport): Transport {
	const jars = new Map<string, CookieJar>();
	const met = new Set<string>();
	let first: Promise<unknown> | undefined;

	async function exchange(request: OutgoingRequest, options: ExchangeOptions): Promise<Incoming> {
		// The first response often sets the cookie that all other requests need.
		if (first) await first;
		options.signal.throwIfAborted();
		const answer = exchangeNow(request, options);
		first ??= answer.catch(() => {});
		return answer;
	}

	async function exchangeNow(request: OutgoingRequest, options: ExchangeOptions): Promise<Incoming> {
		// Most APIs set no cookies, so the library is loaded only if the option is on.
		const library = await import('tough-cookie');
		const jar = jarFor(request.url, () => new library.CookieJar(undefined, {allowSecureOnLocal: false}));
		const cookie = joined(request.headers.cookie, jar.getCookiesSync(request.url.href));
		const headers = cookie === undefined ? request.headers : {...request.headers, cookie};
		const incoming = await transport.exchange({...request, headers}, options);
		try {
			for (const text of incoming.setCookies) keep(jar, library.Cookie.parse(text), request.url);
		} catch (error) {
			incoming.end(error);
			throw error;
		}
		return incoming;
	}

	function jarFor({port}: URL, make: () => CookieJar): CookieJar {
		const known = jars.get(port);
		if (known) return known;
		const made = make();
		jars.set(port, made);
		return made;
	}

	function keep(jar: CookieJar, cookie: Cookie | undefined, url: URL): void {
		if (!cookie) return;
		hideFleeting(cookie.value);
		if (url.protocol === 'https:') cookie.secure = true;
		const kept = jar.setCookieSync(cookie, url.href, {ignoreError: true});
		if (!kept) return;
		met.add(`${url.port} ${kept.domain} ${kept.path} ${kept.key}`);
		if (met.size <= MOST) return;
		throw new Failure(`was answered with one cookie more than the ${MOST} that are kept`, {
			code: 'ERR_HTTP_STATUS',
			retryable: false,
			advice:
				'Each answer sets cookies of new names; if the API works without them, take client.cookies away',
		});
	}

	return {exchange, close: transport.close};
}

function joined(given: string | undefined, kept: readonly Cookie[]): string | undefined {
	const names = new Set((given ?? '').split(/;\s*/).map(cookie => cookie.split('=', 1)[0]));
	const others = kept.filter(({key}) => !names.has(key)).map(cookie => cookie.cookieString());
	return [...(given ? [given] : []), ...others].join('; ') || undefined;
}
