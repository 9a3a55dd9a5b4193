/** The options of a client, and the checks of their values. */
import {ConfigError} from '../core/errors.ts';
import type {Secret} from '../core/secret.ts';
import type {Authenticator} from './auth/authenticator.ts';
import type {Proxies} from './connection/proxy.ts';
import type {Timeouts} from './connection/timeouts.ts';
import type {TlsOptions} from './connection/tls.ts';
import type {ClientEvent} from './events.ts';
import type {Sleep} from './policy/clock.ts';
import type {Limits} from './policy/limits.ts';
import {checkRateLimit, type RateLimit} from './policy/rate-limit.ts';
import {checkRetry, type RetryOptions} from './policy/retry.ts';
import type {RecordOptions} from './recording/folder.ts';
import type {UnsentRequest} from './recording/unsent.ts';
import type {Decide, ResponseRule} from './rules/response-rules.ts';
import {isUnixSocket, noUnixSockets} from './url.ts';

export interface ClientOptions {
	/**
	 * Credentials and configured headers go to its origin only. With `''`, every request has to name an
	 * absolute URL.
	 */
	readonly baseUrl: string;
	/** Headers of every request to a trusted origin. */
	readonly headers?: Record<string, string | Secret>;
	readonly auth?: Authenticator;
	readonly retry?: RetryOptions;
	/** Rules about responses. The first rule that fits decides. Those of a resource go before these. */
	readonly responseActions?: readonly (ResponseRule | Decide)[];
	/** Spreads requests over time. All requests count, except those for tokens. @default no limit */
	readonly rateLimit?: RateLimit;
	/** @internal Limits that several clients keep together, in place of `rateLimit`. The caller closes them. */
	readonly limits?: Limits | undefined;
	/** The limit for all requests of this client, retries included. The next one fails. @default Infinity */
	readonly maxRequests?: number;
	readonly timeouts?: Timeouts;
	/** Connections to one origin. Further requests wait for a free one. @default 8 */
	readonly connections?: number;
	/**
	 * The most requests under way at once that are sent before they are needed: pages ahead, and children of
	 * several parents. The client finds the right number below it from how the server responds. @default
	 * connections
	 */
	readonly maxConcurrency?: number;
	/**
	 * Whether requests that are needed at once wait, too, while as many as that are under way. @default false
	 */
	readonly concurrencyBindsAll?: boolean;
	/**
	 * The most bytes of responses that wait for their turn. A response that is needed at once is read all the
	 * same.
	 * @default 67_108_864 (64 MiB)
	 */
	readonly maxBufferBytes?: number;
	/**
	 * Larger bodies are decoded in slices while they arrive. The size is that after decompression.
	 * @default 4_194_304 (4 MiB)
	 */
	readonly streamAboveBytes?: number;
	/**
	 * The most bytes of one body in memory at once. A request that needs more fails.
	 * @default 268_435_456 (256 MiB)
	 */
	readonly maxBodyBytes?: number;
	/**
	 * Further origins that get credentials and configured headers, as the origin of `baseUrl` does:
	 * `https://files.example.com`. @default []
	 */
	readonly trustedOrigins?: readonly string[];
	/**
	 * With `baseUrl`, a next link to another origin is followed at the origin of the endpoint. This is for an
	 * API behind a proxy, whose links name the wrong host. @default links are followed as they are
	 */
	readonly rewriteLinks?: 'baseUrl';
	/** Keeps cookies in memory, and sends them back to the site that set them. @default false */
	readonly cookies?: boolean;
	/**
	 * The proxy for requests, redirects and tokens: `http://user:password@proxy.example:3128`, or one for each
	 * protocol, such as `environmentProxies(process.env)`. @default null: none
	 */
	readonly proxy?: string | Secret | Proxies | null;
	/**
	 * The authorities to trust over TLS, and the certificate of the client. @default the authorities of Node
	 * and `NODE_EXTRA_CA_CERTS`, no certificate
	 */
	readonly tls?: TlsOptions;
	/**
	 * Records every exchange in a folder, without secrets, for a bug report or a test. @default nothing is
	 * recorded
	 */
	readonly record?: RecordOptions | undefined;
	/**
	 * The folder of such a recording. The client takes responses from it instead of the network, sends no
	 * credentials and does not wait. @default the network
	 */
	readonly replay?: string | undefined;
	/** @internal Sends nothing: the function gets each request, which then fails. */
	readonly onUnsent?: ((request: UnsentRequest) => void) | undefined;
	/** Gets an event for each request, retry and token. Must not throw. */
	readonly onEvent?: (event: ClientEvent) => void;
	/** The header User-Agent. @default 'sluice' */
	readonly userAgent?: string;
	/** Ends all work of the client. */
	readonly signal?: AbortSignal;
	/** @internal Replaces the clock's sleep in tests. */
	readonly sleep?: Sleep;
}

/** Throws a `ConfigError` if options make no sense. */
export function checkOptions(options: ClientOptions): void {
	const {baseUrl, retry = {}, rateLimit, maxRequests = 1} = options;
	const {
		connections = 1,
		maxConcurrency = 1,
		maxBufferBytes = 0,
		streamAboveBytes = 0,
		maxBodyBytes = 1,
	} = options;
	if (URL.canParse(baseUrl) && isUnixSocket(new URL(baseUrl)))
		throw new ConfigError(`client(): ${noUnixSockets}`);
	if (baseUrl !== '' && (!URL.canParse(baseUrl) || !/^https?:$/.test(new URL(baseUrl).protocol))) {
		throw new ConfigError(
			`client() needs a baseUrl that starts with https:// or http://, got ${JSON.stringify(baseUrl)}`,
		);
	}
	for (const trusted of options.trustedOrigins ?? []) {
		if (!URL.canParse(trusted) || !/^https?:$/.test(new URL(trusted).protocol))
			throw new ConfigError(
				`trustedOrigins are origins such as https://files.example.com, got ${JSON.stringify(trusted)}`,
			);
	}
	checkRetry(retry);
	if (rateLimit) checkRateLimit(rateLimit);
	if (!(maxRequests >= 1))
		throw new ConfigError(`maxRequests must be a number from 1 up, got ${maxRequests}`);
	for (const [name, value, least] of [
		['connections', connections, 1],
		['maxConcurrency', maxConcurrency, 1],
		['maxBufferBytes', maxBufferBytes, 0],
		['streamAboveBytes', streamAboveBytes, 0],
		['maxBodyBytes', maxBodyBytes, 1],
	] as const) {
		if (!Number.isInteger(value) || value < least)
			throw new ConfigError(`${name} must be an integer from ${least} up, got ${value}`);
	}
}
