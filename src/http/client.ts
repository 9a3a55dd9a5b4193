/** Sends requests to one API: credentials, retries and decoding, with one pool of connections. */

import {ConfigError} from '../core/errors.ts';
import type {LazyReading} from '../core/records/lazy-body.ts';
import {Secret} from '../core/secret.ts';
import type {Counts} from '../core/stage.ts';
import {type AttemptOptions, attempt, renew} from './attempt.ts';
import type {AuthContext, Authenticator, OutgoingRequest, PlainResponse} from './auth/authenticator.ts';
import {type Call, startCall} from './call.ts';
import {withCookies} from './connection/cookies.ts';
import {type Proxies, proxiesOf} from './connection/proxy.ts';
import {type Timeouts, withDefaults} from './connection/timeouts.ts';
import {type TlsOptions, tlsSettings} from './connection/tls.ts';
import {type Transport, transport} from './connection/transport.ts';
import {beginningOf, encodings} from './decode/bytes.ts';
import type {BodyPlace, DecodedPart, Decoder} from './decode/decoder.ts';
import {json} from './decode/json.ts';
import type {ClientEvent} from './events.ts';
import {Failure, statusFailure} from './failure.ts';
import {adaptiveConcurrency} from './policy/adaptive-concurrency.ts';
import {clock, type Sleep} from './policy/clock.ts';
import {quota} from './policy/quota.ts';
import {checkRateLimit, type RateLimit, rateLimiter} from './policy/rate-limit.ts';
import {checkRetry, MAX_RETRY_AFTER_MS, type RetryOptions} from './policy/retry.ts';
import type {RecordOptions} from './recording/folder.ts';
import {loadRecording} from './recording/load.ts';
import {tapeOf} from './recording/tape.ts';
import type {UnsentRequest} from './recording/unsent.ts';
import {type HttpRequest, lowerCased, withUser} from './request.ts';
import {applyRules, seenFailure, seenHead, seenPart} from './rules/apply-rules.ts';
import {looksAtBody, unseenBody} from './rules/body-rules.ts';
import {
	type Decide,
	type Judge,
	judge,
	type Outcome,
	type ResponseRule,
	type Seen,
} from './rules/response-rules.ts';
import {isTrusted} from './secrets/origin.ts';
import {redactUrl} from './secrets/redact.ts';
import {follow} from './signals.ts';

import {isUnixSocket, noUnixSockets, userOf} from './url.ts';

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

export interface SendOptions {
	readonly signal?: AbortSignal;
	/** Name of the resource: opens every message. */
	readonly label?: string;
	/** `requests`, `retries` and `bytesRead` are added to. */
	readonly counts?: Partial<Counts>;
	/** Keys down to the list of records, when a huge body may be streamed; `[]` when the body is the list. */
	readonly keys?: readonly string[];
	/** Go on inside a body: emits only the rows after this place. Needs `keys`. */
	readonly after?: BodyPlace;
	/** Records may stay text, as no stage looks at all of them. Only with `keys`. */
	readonly lazy?: LazyReading | undefined;
	/** @default json */
	readonly decoder?: Decoder;
	/**
	 * The caller would ask for less: an answer that says it is too large is not asked for again. @default false
	 */
	readonly canAskForLess?: boolean;
	/** Why a part that came with a status of success is none, if no rule has settled it. */
	readonly check?: (part: BodyPart) => Failure | undefined;
	/** Told of each failure after which the request is sent again. Must not throw. */
	readonly onRetry?: (failure: Failure) => void;
	/** Rules that go before the client's. */
	readonly judge?: Judge | undefined;
}

/**
 * A small body comes as one part `{value, last: true}`; a huge one as slices `{rows, value, place, last:
 * false}` and then `{rows, value, last: true}`, whose value is what stood around the list, with a list of the
 * last row in its place; in a slice, as much of that as has come, with `[]`.
 */
export interface BodyPart extends Omit<DecodedPart, 'size'> {
	/** A rule has settled what becomes of this answer. Its `value` is the body, if that is JSON. */
	readonly outcome?: Outcome;
	readonly response: {
		readonly status: number;
		/** Lower-case names; repeated ones joined by `, `. */
		readonly headers: Record<string, string>;
		/** After redirects. */
		readonly url: URL;
	};
}

export interface Client {
	readonly baseUrl: string;
	/** Origins besides its own that get credentials. @default [] */
	readonly trustedOrigins?: readonly string[];
	/** @default links are followed as they are */
	readonly rewriteLinks?: 'baseUrl' | undefined;
	/** Names of query parameters that its authenticator sets. @default [] */
	readonly secretParams?: readonly string[];
	/**
	 * The request goes out when the first part is asked for; its connection is free again once the parts are
	 * left.
	 */
	send(request: HttpRequest, options?: SendOptions): AsyncGenerator<BodyPart, void>;
	/**
	 * Whether a request may go out before it is needed, beside `others` that are about to, while `held` answers
	 * wait; see `maxConcurrency`.
	 */
	hasRoom(others: number, held: number): boolean;
	/**
	 * Sends a request as authenticators do: as it is, without credentials, rules or redirects.
	 * @internal
	 */
	fetchPlain(request: OutgoingRequest, signal: AbortSignal): Promise<PlainResponse>;
	/** Ends its connections, and with them whatever is under way. */
	close(): Promise<void>;
	[Symbol.asyncDispose](): Promise<void>;
}

const MIB = 1024 * 1024;
const ACCEPT = 'application/json, */*;q=0.5';
const PLAIN_BYTES = MIB;

/** A client for the API at `baseUrl`. Close it at the end. */
export function client(options: ClientOptions): Client {
	const {
		baseUrl,
		retry = {},
		connections = 8,
		streamAboveBytes = 4 * MIB,
		maxBodyBytes = 256 * MIB,
	} = options;
	const {trustedOrigins = [], rewriteLinks} = options;
	const {
		userAgent = 'sluice',
		onEvent,
		rateLimit,
		responseActions = [],
		maxRequests = Number.POSITIVE_INFINITY,
	} = options;
	const ownPace = adaptiveConcurrency(
		options.maxConcurrency ?? connections,
		options.maxBufferBytes ?? 64 * MIB,
	);
	checkOptions(options);
	// Every request compares with it.
	const origin = baseUrl === '' ? undefined : new URL(baseUrl).origin;
	const user = baseUrl === '' ? undefined : userOf(new URL(baseUrl));
	const userFor = (url: URL) => (origin !== undefined && isTrusted(url, [origin]) ? user : undefined);
	const tape = tapeOf(options);
	const auth = options.auth ? tape.authenticator(options.auth) : null;
	const life = follow(options.signal);
	const time = clock(options.sleep ?? tape.sleep);
	const ownQuota = quota(time);
	const limiter = rateLimiter(rateLimit ?? {requests: Number.POSITIVE_INFINITY}, time, ownQuota);
	const ownJudges = responseActions.length > 0 ? [judge(responseActions)] : [];
	let admitted = 0;
	const connect = (): Transport => {
		const wire = transport({
			timeouts: withDefaults(options.timeouts),
			connections,
			proxies: proxiesOf(options.proxy),
			tls: options.tls && tlsSettings(options.tls),
			origin,
			onProxy: onEvent,
		});
		return options.cookies ? withCookies(wire) : wire;
	};
	const environment = {
		transport: tape.transport(connect),
		retry,
		sleep: time.sleep,
		limiter,
		pace: ownPace,
		admit() {
			if (++admitted > maxRequests) throw tooManyRequests(maxRequests);
		},
		signal: life.signal,
		onEvent,
	};
	const headers = {
		accept: ACCEPT,
		'accept-encoding': encodings,
		'user-agent': userAgent,
		...lowerCased(revealed(options.headers)),
	};

	async function* send(asked: HttpRequest, options: SendOptions = {}): AsyncGenerator<BodyPart, void> {
		const request = {...asked, trustedOrigins: [...(asked.trustedOrigins ?? []), ...trustedOrigins]};
		const {label, counts = {}, signal, keys, after, canAskForLess} = options;
		const judges = options.judge ? [options.judge, ...ownJudges] : ownJudges;
		// Rules want to see values.
		const lazy = judges.length === 0 ? options.lazy : undefined;
		if (after && !keys) throw new TypeError('send() can go on after a place only with the keys of the list');
		const authenticator =
			request.auth === undefined ? auth : request.auth && tape.authenticator(request.auth);
		const call = startCall(environment, {
			...request,
			label,
			counts,
			signal,
			secretParams: authenticator?.secretParams,
			canAskForLess,
			onRetry: options.onRetry,
		});
		const attempts: AttemptOptions = {
			origin,
			userFor,
			headers,
			auth: authenticator,
			context: contextOf(call, counts),
			renewal: {done: false},
			reserve: call.reserve,
			penalize: limiter.penalize,
			told: ownQuota.told,
			maxRetryAfterMs: retry.maxRetryAfterMs ?? MAX_RETRY_AFTER_MS,
			exchange: call.exchange,
			...(judges.length > 0 && {rules: errorRules(judges, maxBodyBytes)}),
		};
		let place = after;
		let parts: AsyncGenerator<BodyPart, void> | undefined;
		// The answer that the parts are of, once one of them is here.
		let answer: object | undefined;

		// A slice is a run of its own within the one budget of tries: after a failure the body is read again up to
		// the last place.
		async function nextPart(): Promise<BodyPart> {
			const isFresh = parts === undefined;
			if (isFresh) answer = undefined;
			parts ??= read(request, attempts, {...options, ...(place && {after: place}), lazy, judges});
			try {
				const {value} = await parts.next();
				if (!value) throw new TypeError('the decoder ended without a last part');
				answer = value.response.headers;
				const whole = judges.length > 0 ? seenPart(value, value.response) : undefined;
				// Of a body that comes as rows, rules see status and headers, before a row of it goes out. Where it is
				// read on after a place, its beginning has been judged.
				const isUnseen = value.rows !== undefined && place === undefined;
				const head = judges.length > 0 && isFresh && (isUnseen ? unseenBody : seenHead)(value.response);
				const seen = whole ?? (head || undefined);
				const ruled = seen && (await settled(seen, value.response.url));
				const failure = ruled ? undefined : options.check?.(value);
				if (failure) throw failure;
				return ruled ?? value;
			} catch (error) {
				await parts?.return();
				parts = undefined;
				const seen = error instanceof Failure && !error.details.isRuled ? seenFailure(error) : undefined;
				const part = seen && (await settled({...seen, answer}, request.url, error as Failure));
				if (part) return part;
				throw error;
			}
		}

		// The part that an answer is by the rules, or the next one after a renewal; nothing when it stays what it
		// is.
		async function settled(seen: Seen, url: URL, failure?: Failure): Promise<BodyPart | undefined> {
			const outcome = await applyRules(seen, {
				judges,
				isFirst: place === after,
				renew: () => renew(attempts, seen),
				...(failure && {failure}),
			});
			if (outcome !== 'again') {
				const {status, headers} = seen;
				const value = seen.isUnseen ? null : (seen.value ?? null);
				return outcome && {value, last: true, outcome, response: {status, headers: {...headers}, url}};
			}
			await parts?.return();
			parts = undefined;
			return nextPart();
		}

		try {
			for (let last = false; !last; ) {
				call.signal.throwIfAborted();
				const part = await call.tries.run(nextPart);
				place = part.place ?? place;
				last = part.last;
				yield part;
			}
		} catch (error) {
			throw call.explain(error);
		} finally {
			await parts?.return();
			call.end();
		}
	}

	async function* read(
		request: HttpRequest,
		attempts: AttemptOptions,
		{keys, after, lazy, decoder = json, judges}: SendOptions & {readonly judges: readonly Judge[]},
	): AsyncGenerator<BodyPart, void> {
		const incoming = await attempt(request, attempts);
		const {status, headers, url} = incoming;
		try {
			// Rules see a body only when it is held.
			const isHeld = after === undefined && looksAtBody(judges, incoming);
			const limits = {streamAboveBytes: isHeld ? maxBodyBytes : streamAboveBytes, maxBodyBytes};
			for await (const part of decoder(incoming, {keys, after, lazy, ...limits})) {
				// Of a body in slices, so much waits behind the first of them.
				ownPace.took(part.last ? part.size : Math.max(part.size, streamAboveBytes));
				// While somebody works on a slice, the clock of the request stands still.
				if (part.last) incoming.end();
				else incoming.pause();
				yield {...part, response: {status, headers, url}};
				incoming.resume();
			}
		} catch (error) {
			incoming.end(error);
			throw error;
		} finally {
			incoming.end();
		}
	}

	function contextOf(call: Call, counts: Partial<Counts>): AuthContext {
		return {
			signal: call.signal,
			fetch: (request, signal = call.signal) => fetchPlain(request, signal, counts),
			tokenFetched: (url, expiresInMs) => onEvent?.({type: 'token', url: redactUrl(url), expiresInMs}),
		};
	}

	async function fetchPlain(
		asked: OutgoingRequest,
		signal: AbortSignal,
		counts: Partial<Counts>,
	): Promise<PlainResponse> {
		const request = withUser(asked, userFor(asked.url));
		const call = startCall(environment, {...request, signal, counts});
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

	async function close(): Promise<void> {
		life.abort(new Error('the client was closed'));
		life.end();
		await environment.transport.close();
	}

	const {secretParams = []} = auth ?? {};
	return {
		baseUrl,
		trustedOrigins,
		rewriteLinks,
		secretParams,
		send,
		hasRoom: ownPace.hasRoom,
		fetchPlain: (request, signal) => fetchPlain(request, signal, {}),
		close,
		[Symbol.asyncDispose]: close,
	};
}

/**
 * A client that answers from a recording: its `baseUrl` is that of the recording, unless it is given, and it
 * needs no credentials.
 * @example await using api = clientFromRecording('test/recordings/contacts');
 */
export function clientFromRecording(path: string, options: Partial<ClientOptions> = {}): Client {
	return client({baseUrl: loadRecording(path).baseUrl, ...options, replay: path});
}

function errorRules(judges: readonly Judge[], mostBytes: number): AttemptOptions['rules'] {
	return {
		mostBytes,
		looksAt: answer => looksAtBody(judges, answer),
		decides(failure) {
			const seen = seenFailure(failure);
			return seen !== undefined && judges.some(judge => judge(seen) !== undefined);
		},
	};
}

function checkOptions(options: ClientOptions): void {
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
