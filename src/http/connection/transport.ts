/**
 * One request and its answer over undici: connections, timeouts of each phase, bytes. Redirects, retries and
 * meaning come above.
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
	/** Resolves with the headers; rejects with a `Failure`, or with the reason of the signal. */
	exchange(request: OutgoingRequest, options: ExchangeOptions): Promise<Incoming>;
	/** Ends every connection at once. */
	close(): Promise<void>;
}

export interface ExchangeOptions {
	readonly signal: AbortSignal;
	/** Name of the resource. */
	readonly label?: string | undefined;
	/** Called for each piece of the body as it comes over the wire. */
	onBytes?(bytes: number): void;
	/** Called once, when the answer has been read or given up. */
	onEnd?(end: {status?: number; bytes: number; durationMs: number; error?: unknown}): void;
}

/** An answer whose body has not been read. Whoever gets it calls `end()`. */
export interface Incoming {
	readonly method: string;
	readonly status: number;
	/** Lower-case names; repeated ones joined by `, `. */
	readonly headers: Record<string, string>;
	/** Each `Set-Cookie` by itself, as joined ones cannot be told apart. */
	readonly setCookies: readonly string[];
	readonly url: URL;
	/** As it comes over the wire; can be read once. */
	readonly body: AsyncIterable<Uint8Array>;
	/**
	 * The start of the body: all of it when it has no more than so many bytes, else just more, and `body` has
	 * the rest.
	 */
	gather(limitBytes: number): Promise<Gathered>;
	/** Stops the total timeout while nobody takes what has been read. */
	pause(): void;
	resume(): void;
	/** Lets go of what is unread. */
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

// By `dispatch`, since undici's `request` makes a stream of every body: a tenth of what reading small pages
// costs.
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
				// While it waited for a connection.
				if (isOver) controller.abort(new Error('given up'));
			},
			onResponseStart(_, statusCode, received) {
				// 103 and its like come before the answer.
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

// A proxy that asks the server itself is told the whole URL.
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
