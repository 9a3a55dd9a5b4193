/** What a client reports while it works. URLs and texts are redacted. */
export type ClientEvent = RequestEvent | RetryEvent | WaitEvent | TokenEvent | ProxyEvent;

/** A request has ended: its body has been read, or given up. Each redirect is one of its own. */
export interface RequestEvent {
	readonly type: 'request';
	readonly label?: string;
	readonly method: string;
	readonly url: string;
	/** From 1. */
	readonly attempt: number;
	/** Absent when no answer came. */
	readonly status?: number;
	/** Of the body, over the wire. */
	readonly bytes: number;
	readonly durationMs: number;
	/** Why it counts as failed. */
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
	/** `answered 503` */
	readonly reason: string;
}

/** A request waits for its turn: of a rate limit that was set, or one that the server has told. */
export interface WaitEvent {
	readonly type: 'wait';
	readonly label?: string;
	readonly method: string;
	readonly url: string;
	readonly waitMs: number;
	/** Whose limit: the `rate_limit` of the config, or one that the server has told. */
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
	/** `https://api.example.com` */
	readonly origin: string;
	/** `http://proxy.example:3128`, without credentials; `null`: this origin is reached without one. */
	readonly proxy: string | null;
	/** What has decided: `HTTPS_PROXY`, `NO_PROXY`, `client.proxy`. */
	readonly from: string;
}
