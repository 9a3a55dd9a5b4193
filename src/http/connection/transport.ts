/**
 * One request and its response over undici: connections, the timeouts of each phase, and bytes. Redirects,
 * retries and decoding are the work of the callers.
 */
import type {Dispatcher} from 'undici';
import type {OutgoingRequest} from '../auth/authenticator.ts';
import {headerText} from '../header-text.ts';
import {bodyQueue, type Gathered} from './body-queue.ts';
import {networkFailure} from './network-failure.ts';
import {credentialsInHeader, ProxyRefusal} from './proxy-failure.ts';
import {type Route, type RouteOptions, routes} from './routes.ts';
import {deadline, type Timeouts} from './timeouts.ts';

export interface Transport {
	/** Resolves with the headers. Rejects with a `Failure`, or with the reason of the signal. */
	exchange(request: OutgoingRequest, options: ExchangeOptions): Promise<Incoming>;
	/** Ends every connection at once. */
	close(): Promise<void>;
}

export interface ExchangeOptions {
	readonly signal: AbortSignal;
	/** Name of the resource. */
	readonly label?: string | undefined;
	/** Called for each piece of the body, with its bytes on the wire. */
	onBytes?(bytes: number): void;
	/** Called once, after the response has been read or given up. */
	onEnd?(end: {status?: number; bytes: number; durationMs: number; error?: unknown}): void;
}

/** A response with an unread body. The caller has to call `end()`. */
export interface Incoming {
	readonly method: string;
	readonly status: number;
	/** Lower-case names. The values of a repeated header are joined by `, `. */
	readonly headers: Record<string, string>;
	/** Each `Set-Cookie` on its own, as joined ones cannot be separated again. */
	readonly setCookies: readonly string[];
	readonly url: URL;
	/** The bytes on the wire. They can be read once. */
	readonly body: AsyncIterable<Uint8Array>;
	/**
	 * The start of the body: all of it if it has at most `limitBytes`, else slightly more than that, and `body`
	 * has the rest.
	 */
	gather(limitBytes: number): Promise<Gathered>;
	/** Pauses the total timeout while the caller does not read. */
	pause(): void;
	resume(): void;
	/** Drops the unread rest. */
	end(error?: unknown): void;
}

export function transport(options: RouteOptions): Transport {
	const {timeouts} = options;
	const ways = routes(options);
	return {
		exchange: (request, options) =>
			new Promise((resolve, reject) => {
				const start = (route: Route): void => {
					if (route.proxy && request.headers['proxy-authorization'] !== undefined)
						throw credentialsInHeader();
					exchange(route, request, {...options, timeouts, resolve, reject});
				};
				const route = ways.to(request.url);
				if (route instanceof Promise) route.then(start).catch(reject);
				else start(route);
			}),
		close: ways.close,
	};
}

interface Exchange extends ExchangeOptions {
	readonly timeouts: Required<Timeouts>;
	resolve(incoming: Incoming): void;
	reject(error: unknown): void;
}

// This uses `dispatch`, since undici's `request` makes a stream of every body, which is a tenth of the cost
// of reading small pages.
function exchange(
	route: Route,
	request: OutgoingRequest,
	{signal, timeouts, onBytes, onEnd, resolve, reject}: Exchange,
): void {
	const {method, url, headers} = request;
	const startedAt = performance.now();
	let controller: Dispatcher.DispatchController | undefined;
	let status: number | undefined;
	let bytes = 0;
	let isWhole = false;
	let isOver = false;

	const body = bodyQueue({pause: () => controller?.pause(), resume: () => controller?.resume()});
	const total = deadline(timeouts.totalMs, stop);
	const onAbort = (): void => stop(signal.reason);
	signal.addEventListener('abort', onAbort);

	function finish(error?: unknown): void {
		if (isOver) return;
		isOver = true;
		total.pause();
		signal.removeEventListener('abort', onAbort);
		const durationMs = performance.now() - startedAt;
		onEnd?.({bytes, durationMs, ...(status !== undefined && {status}), ...(error !== undefined && {error})});
	}

	function fail(error: unknown): void {
		finish(error);
		body.fail(error);
		reject(error);
	}

	function stop(reason: unknown): void {
		fail(reason);
		if (!isWhole) controller?.abort(new Error('given up'));
	}

	if (signal.aborted) {
		onAbort();
		return;
	}
	route.dispatcher.dispatch(
		{...target(route, url, headers), method: method as 'GET', body: request.body ?? null},
		{
			onRequestStart(started) {
				controller = started;
				// The exchange ended while it waited for a connection.
				if (isOver) controller.abort(new Error('given up'));
			},
			onResponseStart(_, statusCode, received) {
				// Statuses such as 103 come before the response.
				if (statusCode < 200) return;
				status = statusCode;
				if (statusCode === 407 && route.isForwarded) {
					stop(networkFailure(new ProxyRefusal(statusCode, received), url, timeouts, route));
					return;
				}
				resolve({
					method,
					status,
					headers: joined(received),
					setCookies: [received['set-cookie'] ?? []].flat(),
					url,
					body,
					gather: body.gather,
					pause: total.pause,
					resume() {
						if (!isOver) total.resume();
					},
					end(error) {
						finish(error);
						if (!isWhole) stop(new Error('the rest of the answer was left'));
					},
				});
			},
			onResponseData(_, chunk) {
				bytes += chunk.length;
				onBytes?.(chunk.length);
				body.push(chunk);
			},
			onResponseEnd() {
				isWhole = true;
				body.finish();
			},
			onResponseError(_, error) {
				fail(networkFailure(error, url, timeouts, {...route, isAnswered: status !== undefined}));
			},
		},
	);
}

// A proxy that forwards the request needs the whole URL.
function target(
	{proxy, servername, isForwarded = false}: Route,
	{origin, pathname, search, host}: URL,
	headers: Record<string, string>,
) {
	const path = `${pathname}${search}`;
	if (!proxy || !isForwarded) return {origin, path, headers, ...(servername !== undefined && {servername})};
	const credentials = proxy.authorization && {'proxy-authorization': proxy.authorization.reveal()};
	return {origin: proxy.url.origin, path: `${origin}${path}`, headers: {host, ...headers, ...credentials}};
}

function joined(headers: Record<string, string | string[] | undefined>): Record<string, string> {
	const result: Record<string, string> = {};
	for (const [name, value] of Object.entries(headers)) {
		if (value !== undefined) result[name] = headerText(Array.isArray(value) ? value.join(', ') : value);
	}
	return result;
}
