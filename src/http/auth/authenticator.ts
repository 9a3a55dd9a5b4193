/** The one thing an authenticator has to be; a user's own is an object with `apply()`. */
import type {Secret} from '../../core/secret.ts';

/** A request on its way out. An authenticator may change its headers and replace its URL. */
export interface OutgoingRequest {
	readonly method: string;
	url: URL;
	/** Lower-case names. */
	readonly headers: Record<string, string>;
	readonly body: string | undefined;
}

export interface Authenticator {
	/** Adds credentials. Called for every try and every redirect, and only for origins that may see them. */
	apply(request: OutgoingRequest, context: AuthContext): void | Promise<void>;
	/**
	 * Called once per request, after a 401: the next `apply()` should use newer credentials than this request
	 * carried. The answer says what the server wants.
	 */
	refresh?(
		rejected: OutgoingRequest,
		context: AuthContext,
		answer: Pick<PlainResponse, 'status' | 'headers'>,
	): void | Promise<void>;
	/** Names of query parameters that hold a secret, hidden wherever a URL is shown. */
	readonly secretParams?: readonly string[];
}

/** What a client lends to an authenticator. */
export interface AuthContext {
	/** Ends with the request that waits. */
	readonly signal: AbortSignal;
	/**
	 * Sends a request as it is, without credentials or redirects, through the client's connections and with its
	 * retries. Resolves for every status that is not retried; the text is cut at 1 MiB.
	 */
	fetch(request: OutgoingRequest, signal?: AbortSignal): Promise<PlainResponse>;
	/**
	 * Tells the client's `onEvent` that a token was fetched. `expiresInMs` counts from now; `Infinity` when only
	 * a 401 will end it.
	 */
	tokenFetched(url: string, expiresInMs: number): void;
}

export interface PlainResponse {
	readonly status: number;
	readonly headers: Record<string, string>;
	readonly text: string;
}

/** A credential: a plain string is wrapped in a `Secret` at once. */
export type Credential = string | Secret;
