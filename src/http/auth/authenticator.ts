/** The interface of authenticators. A custom one is an object with `apply()`. */
import type {Secret} from '../../core/secret.ts';

/** A request on its way out. An authenticator may change its headers and replace its URL. */
export interface OutgoingRequest {
	readonly method: string;
	url: URL;
	/** Their names are in lower case. */
	readonly headers: Record<string, string>;
	readonly body: string | undefined;
}

export interface Authenticator {
	/**
	 * Adds credentials. The client calls it for every try and every redirect, and only for origins that may see
	 * them.
	 */
	apply(request: OutgoingRequest, context: AuthContext): void | Promise<void>;
	/**
	 * The client calls it once per request, after a 401: the next `apply()` should use newer credentials than
	 * this request carried. `answer` has the challenge of the server.
	 */
	refresh?(
		rejected: OutgoingRequest,
		context: AuthContext,
		answer: Pick<PlainResponse, 'status' | 'headers'>,
	): void | Promise<void>;
	/** Names of query parameters that hold a secret. They are hidden wherever a URL is shown. */
	readonly secretParams?: readonly string[];
}

/** The functions of a client that an authenticator may use. */
export interface AuthContext {
	/** Ends with the request that waits for the credentials. */
	readonly signal: AbortSignal;
	/**
	 * Sends a request as it is, without credentials or redirects, through the client's connections and with its
	 * retries. Resolves for every status that is not retried. The text is cut at 1 MiB.
	 */
	fetch(request: OutgoingRequest, signal?: AbortSignal): Promise<PlainResponse>;
	/**
	 * Reports to the client's `onEvent` that a token was fetched. `expiresInMs` counts from now; it is
	 * `Infinity` when only a 401 ends the token.
	 */
	tokenFetched(url: string, expiresInMs: number): void;
}

export interface PlainResponse {
	readonly status: number;
	readonly headers: Record<string, string>;
	readonly text: string;
}

/** A credential. A plain string is wrapped in a `Secret` at once. */
export type Credential = string | Secret;
