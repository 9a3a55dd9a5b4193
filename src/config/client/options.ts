/** Turns the `client` of a config into options of the library. */
import {PLACEHOLDER} from '../../core/secret.ts';
import type {ClientOptions} from '../../http/client-options.ts';
import type {Proxies} from '../../http/connection/proxy.ts';
import {responseRule} from '../endpoint/response-actions.ts';
import {concurrencyOfClient, MOST_FOUND, PARALLELIZED} from '../inherit.ts';
import type {Config} from '../schema/config.ts';
import {withoutUndefined} from '../tree.ts';
import {proxiesFor} from './proxies.ts';
import {tlsOptions} from './tls.ts';

type ClientConfig = Config['client'];

export interface ClientSurroundings {
	/** The folder from which relative paths of files start. */
	readonly folder: string;
	/** The proxies in the environment. */
	readonly proxies: Proxies | undefined;
	/** The file of `NODE_EXTRA_CA_CERTS`. */
	readonly extraAuthorities: string | undefined;
	/** Whether the run is a replay, which needs no certificates. */
	readonly isReplay: boolean;
}

export function clientOptions(
	config: ClientConfig,
	{folder, proxies, extraAuthorities, isReplay}: ClientSurroundings,
): ClientOptions {
	const {headers, retry, timeouts, response_actions, rate_limit, max_requests, max_body_bytes} = config;
	const {max_buffer, trusted_origins, rewrite_links, cookies, tls} = config;
	const concurrency = concurrencyOfClient(config) as number | undefined;
	return {
		baseUrl: config.base_url,
		...(headers && {headers}),
		...(retry && {retry: retryOptions(retry)}),
		...(timeouts && {timeouts: timeoutOptions(timeouts)}),
		...(response_actions && {responseActions: response_actions.map(responseRule)}),
		...(rate_limit && {
			rateLimit: rateLimitOptions(rate_limit),
		}),
		...(max_requests != null && {maxRequests: max_requests}),
		...(max_body_bytes !== undefined && {maxBodyBytes: max_body_bytes}),
		...(trusted_origins && {trustedOrigins: trusted_origins}),
		...(rewrite_links && {rewriteLinks: 'baseUrl'}),
		...(cookies && {cookies}),
		...(tls && !isReplay && !hasStandIn(tls) && {tls: tlsOptions(tls, folder, extraAuthorities)}),
		proxy: proxiesFor(config.proxy, proxies),
		...(max_buffer !== undefined && {maxBufferBytes: max_buffer}),
		maxConcurrency: Math.max(concurrency ?? MOST_FOUND, PARALLELIZED),
		concurrencyBindsAll: concurrency === undefined,
		connections: Math.max(8, concurrency ?? MOST_FOUND),
	};
}

/** How many resources that do not depend on one another a run reads at once. */
export function familiesAtOnce(client: ClientConfig): number {
	return concurrencyOfClient(client) === undefined ? MOST_FOUND : 1;
}

// A placeholder for a secret is not a certificate.
function hasStandIn(tls: object): boolean {
	return Object.values(tls).includes(PLACEHOLDER);
}

export function rateLimitOptions({
	requests,
	per,
	burst,
	shared,
	key,
}: NonNullable<ClientConfig['rate_limit']>): NonNullable<ClientOptions['rateLimit']> {
	return {
		...{requests, perMs: per * 1000, burst},
		...(shared != null && {shared}),
		...(key != null && {sharedKey: key}),
	};
}

type RetryConfig = NonNullable<ClientConfig['retry']>;

function retryOptions({
	max_retries: maxRetries,
	factor,
	delay,
	max_delay,
	status_codes: statusCodes,
	jitter,
	max_retry_after,
}: RetryConfig): NonNullable<ClientOptions['retry']> {
	return withoutUndefined({
		maxRetries,
		factor,
		delayMs: milliseconds(delay),
		maxDelayMs: milliseconds(max_delay),
		statusCodes,
		jitter: jitter === undefined ? undefined : jitter ? ('full' as const) : ('none' as const),
		maxRetryAfterMs: milliseconds(max_retry_after),
	});
}

type TimeoutConfig = NonNullable<ClientConfig['timeouts']>;

function timeoutOptions({
	connect,
	headers,
	body_idle,
	total,
}: TimeoutConfig): NonNullable<ClientOptions['timeouts']> {
	return withoutUndefined({
		connectMs: milliseconds(connect),
		headersMs: milliseconds(headers),
		bodyIdleMs: milliseconds(body_idle),
		totalMs: milliseconds(total),
	});
}

function milliseconds(seconds: number | undefined): number | undefined {
	return seconds === undefined ? undefined : seconds * 1000;
}
