/** Sends requests to one API: credentials, retries and decoding, with one pool of connections. */
import {Secret} from '../core/secret.ts';
import type {Counts} from '../core/stage.ts';
import type {Authenticator, OutgoingRequest, PlainResponse} from './auth/authenticator.ts';
import {startCall} from './call.ts';
import {type ClientOptions, checkOptions} from './client-options.ts';
import {withCookies} from './connection/cookies.ts';
import {proxiesOf} from './connection/proxy.ts';
import {withDefaultTimeouts} from './connection/timeouts.ts';
import {tlsSettings} from './connection/tls.ts';
import {type Transport, transport} from './connection/transport.ts';
import {beginningOf, encodings} from './decode/bytes.ts';
import {Failure, statusFailure} from './failure.ts';
import {adaptiveConcurrency} from './policy/adaptive-concurrency.ts';
import {type Clock, clock} from './policy/clock.ts';
import {type Limits, limitsOf} from './policy/limits.ts';
import {loadRecording} from './recording/load.ts';
import {type Tape, tapeOf} from './recording/tape.ts';
import {type HttpRequest, lowerCased, withUser} from './request.ts';
import {judge} from './rules/response-rules.ts';
import {isTrusted} from './secrets/origin.ts';
import type {BodyPart, SendOptions} from './send-options.ts';
import {partsOf, type SendingEnvironment} from './sending.ts';
import {followSignals, type SignalScope} from './signals.ts';
import {userOf} from './url.ts';

export interface Client {
	readonly baseUrl: string;
	/** Further origins that get credentials. @default [] */
	readonly trustedOrigins?: readonly string[];
	/** The origin of next links, as in the options. @default links are followed as they are */
	readonly rewriteLinks?: 'baseUrl' | undefined;
	/** Names of query parameters that its authenticator sets. @default [] */
	readonly secretParams?: readonly string[];
	/**
	 * The request goes out when the caller asks for the first part. Its connection is free again once the
	 * caller has left the loop over the parts.
	 */
	send(request: HttpRequest, options?: SendOptions): AsyncGenerator<BodyPart, void>;
	/**
	 * Whether a request may go out before it is needed, beside `others` that are about to, while `held`
	 * responses wait; see `maxConcurrency`.
	 */
	hasRoom(others: number, held: number): boolean;
	/**
	 * Sends a request on behalf of an authenticator: as it is, without credentials, rules or redirects.
	 * @internal
	 */
	fetchPlain(request: OutgoingRequest, signal: AbortSignal): Promise<PlainResponse>;
	/** Closes its connections, and ends all requests under way. */
	close(): Promise<void>;
	[Symbol.asyncDispose](): Promise<void>;
}

const MIB = 1024 * 1024;
const ACCEPT = 'application/json, */*;q=0.5';
const PLAIN_BYTES = MIB;

/**
 * A client for the API at `baseUrl`. Close it at the end. Throws a `ConfigError` if options make no sense.
 * @example const api = client({baseUrl: 'https://api.example.com', auth: bearer(token)});
 */
export function client(options: ClientOptions): Client {
	checkOptions(options);
	return new HttpClient(options);
}

/**
 * A client that replays a recording. Its `baseUrl` is that of the recording, unless the options have one, and
 * it needs no credentials.
 * @example await using api = clientFromRecording('test/recordings/contacts');
 */
export function clientFromRecording(path: string, options: Partial<ClientOptions> = {}): Client {
	return client({baseUrl: loadRecording(path).baseUrl, ...options, replay: path});
}

class HttpClient implements Client {
	readonly baseUrl: string;
	readonly trustedOrigins: readonly string[];
	readonly rewriteLinks: 'baseUrl' | undefined;
	readonly secretParams: readonly string[];
	readonly hasRoom: Client['hasRoom'];
	/** Ends with the client. */
	readonly #life: SignalScope;
	readonly #environment: SendingEnvironment;
	#ownLimits: Limits | undefined;

	constructor(options: ClientOptions) {
		const tape = tapeOf(options);
		const auth = options.auth ? tape.authenticator(options.auth) : null;
		this.baseUrl = options.baseUrl;
		this.trustedOrigins = options.trustedOrigins ?? [];
		this.rewriteLinks = options.rewriteLinks;
		this.secretParams = auth?.secretParams ?? [];
		this.#life = followSignals(options.signal);
		this.#environment = this.#environmentOf(options, tape, auth);
		this.hasRoom = this.#environment.pace.hasRoom;
	}

	#environmentOf(options: ClientOptions, tape: Tape, auth: Authenticator | null): SendingEnvironment {
		const {connections = 8, responseActions = [], maxConcurrency = connections} = options;
		const base = this.baseUrl === '' ? undefined : new URL(this.baseUrl);
		// The origin is computed once, as every request is compared with it.
		const origin = base?.origin;
		const user = base && userOf(base);
		const time = clock(options.sleep ?? tape.sleep);
		const {limiter, quota} = this.#limits(options, time, origin);
		return {
			transport: tape.transport(() => connect(options, connections, origin)),
			retry: options.retry ?? {},
			sleep: time.sleep,
			limiter,
			pace: adaptiveConcurrency({
				most: maxConcurrency,
				maxBufferBytes: options.maxBufferBytes ?? 64 * MIB,
				bindsAll: options.concurrencyBindsAll,
				onChange: requests => options.onEvent?.({type: 'concurrency', requests}),
			}),
			admit: admission(options.maxRequests ?? Number.POSITIVE_INFINITY),
			signal: this.#life.signal,
			onEvent: options.onEvent,
			origin,
			trustedOrigins: this.trustedOrigins,
			headers: headersOf(options),
			judges: responseActions.length > 0 ? [judge(responseActions)] : [],
			quota,
			streamAboveBytes: options.streamAboveBytes ?? 4 * MIB,
			maxBodyBytes: options.maxBodyBytes ?? 256 * MIB,
			userFor: url => (origin !== undefined && isTrusted(url, [origin]) ? user : undefined),
			authenticator: own => (own === undefined ? auth : own && tape.authenticator(own)),
			fetchPlain: (request, signal, counts) => this.#fetchPlain(request, signal, counts),
		};
	}

	#limits({rateLimit, limits, replay, onUnsent}: ClientOptions, time: Clock, origin?: string): Limits {
		if (limits) return limits;
		// Where nothing is sent, there is nothing to share.
		const isSent = replay === undefined && onUnsent === undefined;
		const {shared, ...alone} = rateLimit ?? {requests: Number.POSITIVE_INFINITY};
		this.#ownLimits = limitsOf(isSent || shared === undefined ? rateLimit : alone, time, origin);
		return this.#ownLimits;
	}

	send(request: HttpRequest, options: SendOptions = {}): AsyncGenerator<BodyPart, void> {
		return partsOf(this.#environment, request, options);
	}

	fetchPlain(request: OutgoingRequest, signal: AbortSignal): Promise<PlainResponse> {
		return this.#fetchPlain(request, signal, {});
	}

	async #fetchPlain(
		asked: OutgoingRequest,
		signal: AbortSignal,
		counts: Partial<Counts>,
	): Promise<PlainResponse> {
		const request = withUser(asked, this.#environment.userFor(asked.url));
		const call = startCall(this.#environment, {...request, signal, counts});
		try {
			return await call.tries.run(async () => {
				const incoming = await call.exchange(request);
				const {status, headers} = incoming;
				try {
					const text = await beginningOf(incoming, PLAIN_BYTES);
					const failure = statusFailure(status, headers, text);
					if (call.tries.isWorthwhile(failure)) throw failure;
					return {status, headers, text};
				} finally {
					incoming.end();
				}
			});
		} catch (error) {
			throw call.explain(error);
		} finally {
			call.end();
		}
	}

	async close(): Promise<void> {
		this.#life.abort(new Error('the client was closed'));
		this.#life.end();
		await Promise.all([this.#environment.transport.close(), this.#ownLimits?.close()]);
	}

	[Symbol.asyncDispose](): Promise<void> {
		return this.close();
	}
}

function connect(options: ClientOptions, connections: number, origin: string | undefined): Transport {
	const wire = transport({
		timeouts: withDefaultTimeouts(options.timeouts),
		connections,
		proxies: proxiesOf(options.proxy),
		tls: options.tls && tlsSettings(options.tls),
		origin,
		onProxy: options.onEvent,
	});
	return options.cookies ? withCookies(wire) : wire;
}

function headersOf({headers, userAgent = 'sluice'}: ClientOptions): Record<string, string> {
	return {
		accept: ACCEPT,
		'accept-encoding': encodings,
		'user-agent': userAgent,
		...lowerCased(revealed(headers)),
	};
}

/** Counts requests. Throws if there are more than the limit. */
function admission(maxRequests: number): () => void {
	let admitted = 0;
	return () => {
		if (++admitted > maxRequests) throw tooManyRequests(maxRequests);
	};
}

function tooManyRequests(maxRequests: number): Failure {
	return new Failure(
		`was not sent: this client has sent ${maxRequests} requests, as many as maxRequests allows`,
		{
			code: 'ERR_MAX_REQUESTS',
			retryable: false,
			advice: 'Raise max_requests, or read less in one run',
		},
	);
}

function revealed(headers: ClientOptions['headers'] = {}): Record<string, string> {
	return Object.fromEntries(
		Object.entries(headers).map(([name, value]) => [name, value instanceof Secret ? value.reveal() : value]),
	);
}
