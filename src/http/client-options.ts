/** The options of a client, and what is wrong with them. */
import {ConfigError} from '../core/errors.ts';
import type {Secret} from '../core/secret.ts';
import type {Authenticator} from './auth/authenticator.ts';
import type {Proxies} from './connection/proxy.ts';
import type {Timeouts} from './connection/timeouts.ts';
import type {TlsOptions} from './connection/tls.ts';
import type {ClientEvent} from './events.ts';
import type {Sleep} from './policy/clock.ts';
import {checkRateLimit, type RateLimit} from './policy/rate-limit.ts';
import {checkRetry, type RetryOptions} from './policy/retry.ts';
import type {RecordOptions} from './recording/folder.ts';
import type {UnsentRequest} from './recording/unsent.ts';
import type {Decide, ResponseRule} from './rules/response-rules.ts';
import {isUnixSocket, noUnixSockets} from './url.ts';

export interface ClientOptions {
	/**
	 * Credentials and configured headers go to its origin only. `''`: every request says whole where it goes.
	 */
	readonly baseUrl: string;
	/** Sent with every request to a trusted origin. */
	readonly headers?: Record<string, string | Secret>;
	readonly auth?: Authenticator;
	readonly retry?: RetryOptions;
	/** What to do about certain answers; the first rule that fits decides. Those of a resource go first. */
	readonly responseActions?: readonly (ResponseRule | Decide)[];
	/** Spreads requests over time; tokens aside, all count. @default as fast as they come */
	readonly rateLimit?: RateLimit;
	/** All requests of this client, retries included; the next one fails. @default Infinity */
	readonly maxRequests?: number;
	readonly timeouts?: Timeouts;
	/** Connections to one origin; further requests wait for a free one. @default 8 */
	readonly connections?: number;
	/**
	 * Requests under way at once that are sent before they are needed: pages ahead, children of several parents.
	 * What is right within it is found out from how the server takes them. @default connections
	 */
	readonly maxConcurrency?: number;
	/**
	 * Bytes of answers that wait for their turn at most; one that is needed is read all the same. @default
	 * 67_108_864 (64 MiB)
	 */
	readonly maxBufferBytes?: number;
	/**
	 * Bodies above this are decoded while they come, in slices; measured after decompression. @default 4_194_304
	 * (4 MiB)
	 */
	readonly streamAboveBytes?: number;
	/**
	 * The most of one body that is held in memory at once; beyond it the request fails. @default 268_435_456
	 * (256 MiB)
	 */
	readonly maxBodyBytes?: number;
	/**
	 * Origins that get credentials and configured headers as that of `baseUrl` does:
	 * `https://files.example.com`. @default []
	 */
	readonly trustedOrigins?: readonly string[];
	/**
	 * `baseUrl`: next links to any other origin are followed at that of the endpoint, for an API behind a proxy
	 * that names itself wrongly. @default as they are
	 */
	readonly rewriteLinks?: 'baseUrl';
	/** Keeps cookies in memory, and sends them back to the site that set them. @default false */
	readonly cookies?: boolean;
	/**
	 * The proxy that requests, redirects and tokens go by: `http://user:password@proxy.example:3128`, or one for
	 * each protocol, such as `environmentProxies(process.env)`. @default null: none
	 */
	readonly proxy?: string | Secret | Proxies | null;
	/**
	 * Whom to trust over TLS, and who we are. @default the authorities of Node and `NODE_EXTRA_CA_CERTS`, no
	 * certificate
	 */
	readonly tls?: TlsOptions;
	/**
	 * Keeps every exchange in a folder, without secrets: for a bug report, or for a test. @default nothing is
	 * kept
	 */
	readonly record?: RecordOptions | undefined;
	/**
	 * Folder of such a recording, which answers in place of the network. Credentials are left out, and nobody
	 * waits. @default the network
	 */
	readonly replay?: string | undefined;
	/** @internal Sends nothing: is told of each request, which then fails. */
	readonly onUnsent?: ((request: UnsentRequest) => void) | undefined;
	/** Told about requests, retries and tokens. Must not throw. */
	readonly onEvent?: (event: ClientEvent) => void;
	/** @default 'sluice' */
	readonly userAgent?: string;
	/** Ends everything the client does. */
	readonly signal?: AbortSignal;
	/** @internal Replaces the clock's sleep in tests. */
	readonly sleep?: Sleep;
}

/** Throws on options that make no sense. */
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
