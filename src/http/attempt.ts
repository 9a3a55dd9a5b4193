/**
 * One try of a request: it waits for its turn, adds credentials, follows redirects, and fails on any status
 * but success.
 */
import {SluiceError} from '../core/errors.ts';
import {messageOf} from '../core/stage.ts';
import type {AuthContext, Authenticator, OutgoingRequest} from './auth/authenticator.ts';
import type {Incoming} from './connection/transport.ts';
import {firstText} from './decode/bytes.ts';
import {Failure, RATE_LIMIT_ADVICE, statusFailure} from './failure.ts';
import type {Left, Turn} from './policy/quota.ts';
import {remainingOf, requestedWaitMs} from './policy/retry-after.ts';
import {type HttpRequest, outgoingRequest} from './request.ts';
import {secretPart} from './secrets/foreign-secrets.ts';
import {isTrusted} from './secrets/origin.ts';

export interface AttemptOptions {
	/** The origin of the base URL, if there is one. */
	readonly origin: string | undefined;
	/** The `name:password` of the base URL, for URLs of its origin. */
	userFor(url: URL): string | undefined;
	/** Headers of the client, with lower-case names. */
	readonly headers: Record<string, string>;
	readonly auth: Authenticator | null;
	readonly context: AuthContext;
	/**
	 * Shared by all tries of one request, so that credentials are renewed only once. `sent` is the last request
	 * that carried them.
	 */
	readonly renewal: {done: boolean; sent?: OutgoingRequest | undefined};
	/** Waits for a turn. */
	reserve(): Promise<Turn>;
	/**
	 * Takes the rest of a rate limit from a response. Returns whether the limiter holds back later requests for
	 * it.
	 */
	told(turn: Turn, left: Left): boolean;
	/** Delays all requests of the client. */
	penalize(ms: number): void;
	/** The longest delay that a server may ask for. */
	readonly maxRetryAfterMs: number;
	exchange(request: OutgoingRequest): Promise<Incoming>;
	/** Rules about responses, if there are any. */
	readonly rules?: ErrorRules | undefined;
}

/** Rules about responses that are no success. */
export interface ErrorRules {
	/** Whether a rule needs the body of such a response. If so, it is read whole, up to `mostBytes`. */
	looksAt(answer: Pick<Incoming, 'status' | 'headers'>): boolean;
	readonly mostBytes: number;
	/**
	 * Whether a rule decides about the response. If so, and if it is a redirect, the redirect is not followed.
	 */
	decides(failure: Failure): boolean;
}

const MOST_REDIRECTS = 10;
const redirects = [301, 302, 303, 307, 308];
// Enough for the message. An error page is rarely longer, so its connection can be used again.
const ERROR_BODY_BYTES = 16 * 1024;

/**
 * Resolves with a response of status 2xx, whose body is unread. Throws a `Failure` for every other status.
 */
export async function attempt(request: HttpRequest, options: AttemptOptions): Promise<Incoming> {
	let current = request;
	let setsCookies = false;
	for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
		const {sent, response, trusted} = await sendOnce(current, options);
		const {status, headers} = response;
		if (status >= 200 && status < 300) return response;
		setsCookies ||= response.setCookies.length > 0;
		const location = redirects.includes(status) ? headers.location : undefined;
		const body = await refused(response, options.rules);
		const failure = statusFailure(
			status,
			headers,
			body,
			advice(status, trusted, options.auth, trustedOrigins(request, options)),
		);
		if (location === undefined || options.rules?.decides(failure)) throw failure;
		current = redirected(current, sent, status, location);
	}
	throw new Failure(`was redirected more than ${MOST_REDIRECTS} times, last to ${current.url.host}`, {
		code: 'ERR_HTTP_STATUS',
		retryable: false,
		...(setsCookies && {advice: 'The server sets a cookie, and may want it back: try client.cookies: true'}),
	});
}

interface Sent {
	readonly sent: OutgoingRequest;
	readonly response: Incoming;
	readonly trusted: boolean;
}

async function sendOnce(request: HttpRequest, options: AttemptOptions): Promise<Sent> {
	const {auth, context, renewal, maxRetryAfterMs} = options;
	const trusted = isTrusted(request.url, trustedOrigins(request, options));
	// The wait comes before the credentials, which might expire during it.
	const turn = await options.reserve();
	const secret = trusted ? undefined : secretPart(request);
	if (secret !== undefined)
		throw new Failure(`was not sent: its ${secret} has a secret, which ${request.url.origin} may not see`, {
			code: 'ERR_AUTH',
			retryable: false,
			advice: `A link or a redirect leads there. ${elsewhere}`,
		});
	const sent = outgoingRequest(request, options.headers, trusted, options.userFor(request.url));
	if (auth && trusted) await authenticating(() => auth.apply(sent, context), context);
	renewal.sent = trusted ? sent : undefined;
	const response = await (trusted ? options.exchange(sent) : foreign(() => options.exchange(sent), options));
	if (trusted) {
		const waitMs = requestedWaitMs(response.status, response.headers, Date.now());
		const left = remainingOf(response.headers, Date.now());
		const isPaced = left !== undefined && options.told(turn, left) && response.status < 400;
		if (!isPaced && waitMs <= maxRetryAfterMs) options.penalize(waitMs);
	}
	return {sent, response, trusted};
}

/**
 * Asks the authenticator for newer credentials, once for all tries of a request. Returns `false` when it has
 * none.
 */
export async function renewCredentials(
	{auth, context, renewal}: AttemptOptions,
	answer: Pick<Incoming, 'status' | 'headers'>,
): Promise<boolean> {
	const {done, sent} = renewal;
	if (done || !sent || !auth?.refresh) return false;
	renewal.done = true;
	await authenticating(() => auth.refresh?.(sent, context, answer), context);
	return true;
}

const elsewhere =
	'If this origin may have credentials, list it in client.trusted_origins (trustedOrigins); ' +
	'if it is the same API behind a proxy, set client.rewrite_links: base_url (rewriteLinks)';

// If a host is in no config, the message has to say where its name came from.
async function foreign(exchange: () => Promise<Incoming>, {origin}: AttemptOptions): Promise<Incoming> {
	try {
		return await exchange();
	} catch (error) {
		if (!(error instanceof Failure)) throw error;
		const from =
			`A link or a redirect ${origin === undefined ? 'of the server' : `from ${origin}`} leads there. ` +
			`${elsewhere}`;
		const advice =
			error.details.advice === undefined
				? from
				: `${error.details.advice.replace(/[?]?$/, end => end || '.')} ${from}`;
		throw new Failure(error.message, {...error.details, advice});
	}
}

function trustedOrigins(
	{trustedOrigins: named = []}: HttpRequest,
	{origin}: AttemptOptions,
): readonly string[] {
	return origin === undefined ? named : [origin, ...named];
}

// An error of an authenticator becomes a failure of this request, unless it is an error of Sluice already.
async function authenticating(work: () => void | Promise<void>, {signal}: AuthContext): Promise<void> {
	try {
		await work();
	} catch (error) {
		if (error instanceof SluiceError || error instanceof Failure || signal.aborted) throw error;
		const message = `was not sent: its authenticator failed: ${messageOf(error)}`;
		throw new Failure(message, {code: 'ERR_AUTH', retryable: false, cause: error});
	}
	signal.throwIfAborted();
}

// Reads the message in a response without records, and drops the rest.
async function refused(response: Incoming, rules: ErrorRules | undefined): Promise<string> {
	const isWanted = rules?.looksAt(response) ?? false;
	const mostBytes = isWanted && rules ? Math.max(rules.mostBytes, ERROR_BODY_BYTES) : ERROR_BODY_BYTES;
	try {
		const {text, isAll} = await firstText(response, mostBytes);
		if (isWanted && !isAll) throw tooLongToJudge(response, mostBytes);
		return text;
	} catch (error) {
		// A broken error page does not hide its status.
		if (error instanceof Failure && !error.details.isRuled) return '';
		throw error;
	} finally {
		response.end();
	}
}

function tooLongToJudge({status, headers}: Incoming, mostBytes: number): Failure {
	return new Failure(
		`answered ${status} with a body of more than ${mostBytes} bytes, which response_actions cannot see`,
		{
			code: 'ERR_HTTP_STATUS',
			retryable: false,
			isRuled: true,
			status,
			headers,
			advice: 'Raise client.max_body_bytes (maxBodyBytes), or decide by status_code and header',
		},
	);
}

function redirected(
	request: HttpRequest,
	{method, url}: OutgoingRequest,
	status: number,
	location: string,
): HttpRequest {
	const target = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
	if (!target || !/^https?:$/.test(target.protocol)) {
		const message = `was redirected to ${JSON.stringify(location)}, which is no URL to go to`;
		throw new Failure(message, {code: 'ERR_HTTP_STATUS', retryable: false, status});
	}
	const keepsMethod =
		status === 307 ||
		status === 308 ||
		method === 'GET' ||
		method === 'HEAD' ||
		(status !== 303 && method !== 'POST');
	if (keepsMethod) return {...request, url: target};
	const {body: _, ...rest} = request;
	return {...rest, method: 'GET', url: target};
}

function advice(
	status: number,
	trusted: boolean,
	auth: Authenticator | null,
	origins: readonly string[],
): string | undefined {
	if ((status === 401 || status === 403) && !trusted) {
		return (
			`Credentials were not sent, since they are for ${[...new Set(origins)].join(' and ')} only, and a ` +
			`link or a redirect of the server leads here. ${elsewhere}`
		);
	}
	if ((status === 401 || status === 403) && !auth)
		return 'No auth is set: check which credentials the API wants';
	if (status === 401) return 'The server does not accept the credentials: check auth';
	if (status === 403) return 'The credentials are not allowed to read this: check their permissions';
	if (status === 404) return 'Check the base URL and the path';
	if (status === 429) return RATE_LIMIT_ADVICE;
	return undefined;
}
