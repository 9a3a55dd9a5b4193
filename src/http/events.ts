/** Events that a client reports while it works. URLs and texts are redacted. */
export type ClientEvent = RequestEvent | RetryEvent | WaitEvent | TokenEvent | ProxyEvent | ConcurrencyEvent;

/** A request has ended: its body has been read, or given up. Each redirect is a request of its own. */
export interface RequestEvent {
	readonly type: 'request';
	readonly label?: string;
	readonly method: string;
	readonly url: string;
	/** The number of the try, from 1. */
	readonly attempt: number;
	/** Absent if no response came. */
	readonly status?: number;
	/** Bytes of the body on the wire. */
	readonly bytes: number;
	readonly durationMs: number;
	/** The reason if the request failed. */
	readonly error?: string;
}

/** A failure that will be tried again after a wait. */
export interface RetryEvent {
	readonly type: 'retry';
	readonly label?: string;
	readonly method: string;
	readonly url: string;
	/** The attempt that failed, from 1. */
	readonly attempt: number;
	readonly waitMs: number;
	/** The failure, such as `answered 503`. */
	readonly reason: string;
}

/** A request waits for its turn, because of a configured rate limit or one that the server reported. */
export interface WaitEvent {
	readonly type: 'wait';
	readonly label?: string;
	readonly method: string;
	readonly url: string;
	readonly waitMs: number;
	/** The origin of the limit: `rate_limit` in the config, or the server. */
	readonly limit: 'config' | 'server';
}

/** An authenticator has a new token. */
export interface TokenEvent {
	readonly type: 'token';
	readonly url: string;
	readonly expiresInMs: number;
}

/** The first request to an origin for which a proxy is set. */
export interface ProxyEvent {
	readonly type: 'proxy';
	/** The origin, such as `https://api.example.com`. */
	readonly origin: string;
	/**
	 * The proxy, such as `http://proxy.example:3128`, without credentials; `null` if this origin is reached
	 * without one.
	 */
	readonly proxy: string | null;
	/** The setting that decided: `HTTPS_PROXY`, `NO_PROXY`, `client.proxy`. */
	readonly from: string;
}

/** The number of requests that may be under way at once, where Sluice finds it out, has changed. */
export interface ConcurrencyEvent {
	readonly type: 'concurrency';
	readonly requests: number;
}
