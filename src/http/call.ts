/** The bookkeeping of one request through all its tries: counts, events, retries and the final error. */
import type {Counts} from '../core/stage.ts';
import type {OutgoingRequest} from './auth/authenticator.ts';
import type {ExchangeOptions, Incoming, Transport} from './connection/transport.ts';
import type {ClientEvent} from './events.ts';
import {Failure, publicError} from './failure.ts';
import type {AdaptiveConcurrency} from './policy/adaptive-concurrency.ts';
import type {Sleep} from './policy/clock.ts';
import {isTooMuch, saysTooMuch} from './policy/payload-too-large.ts';
import type {Turn} from './policy/quota.ts';
import type {RateLimiter} from './policy/rate-limit.ts';
import {type Retrier, type RetryOptions, retrier} from './policy/retry.ts';
import {redactUrl} from './secrets/redact.ts';
import {firstOf} from './signals.ts';

/** The objects that all calls of a client share. */
export interface CallEnvironment {
	readonly transport: Transport;
	readonly retry: RetryOptions;
	readonly sleep: Sleep;
	readonly limiter: RateLimiter;
	readonly pace: AdaptiveConcurrency;
	/** Counts a request that is about to go out. Throws if there were too many. */
	admit(): void;
	/** Ends with the client. */
	readonly signal: AbortSignal;
	readonly onEvent: ((event: ClientEvent) => void) | undefined;
}

export interface CallOptions {
	readonly method: string;
	readonly url: URL;
	readonly label?: string | undefined;
	readonly counts?: Partial<Counts> | undefined;
	readonly signal?: AbortSignal | undefined;
	readonly secretParams?: readonly string[] | undefined;
	readonly canAskForLess?: boolean | undefined;
	readonly onRetry?: ((failure: Failure) => void) | undefined;
}

export interface Call {
	readonly signal: AbortSignal;
	readonly tries: Retrier;
	/** Waits for a turn. */
	reserve(): Promise<Turn>;
	exchange(request: OutgoingRequest): Promise<Incoming>;
	/** The error to throw: the reason of an abort, or the last failure with the failures before it. */
	explain(error: unknown): unknown;
	end(): void;
}

export function startCall(
	environment: CallEnvironment,
	{method, url, label, counts = {}, signal, secretParams, canAskForLess = false, onRetry}: CallOptions,
): Call {
	const {transport, retry, sleep, limiter, pace, admit, onEvent} = environment;
	const scope = firstOf(environment.signal, signal);
	const startedAt = performance.now();
	const who = label === undefined ? {} : {label};
	// The last request on the wire. A redirect or the authenticator may have changed it.
	let sent: {readonly method: string; readonly url: URL} = {method, url};
	const shown = () => ({...who, method: sent.method, url: redactUrl(sent.url, secretParams)});

	const tries = retrier(retry, {
		signal: scope.signal,
		sleep,
		isHopeless: failure => canAskForLess && saysTooMuch(failure),
		onRetry(failure, attempt, waitMs) {
			onRetry?.(failure);
			counts.retries = (counts.retries ?? 0) + 1;
			if (isPushedBack(failure)) pace.pushedBack();
			if (failure.details.limited) limiter.penalize(waitMs);
			onEvent?.({type: 'retry', ...shown(), attempt, waitMs, reason: failure.message});
		},
	});

	function reporting(onEvent: (event: ClientEvent) => void): NonNullable<ExchangeOptions['onEnd']> {
		const attempt = tries.failures() + 1;
		const {method, url} = sent;
		return ({error, ...end}) =>
			onEvent({
				type: 'request',
				...who,
				method,
				url: redactUrl(url, secretParams),
				attempt,
				...end,
				...(error !== undefined && {error: error instanceof Error ? error.message : String(error)}),
			});
	}

	pace.began();
	return {
		signal: scope.signal,
		tries,
		reserve: () =>
			limiter.reserve({
				signal: scope.signal,
				onWait: (waitMs, limit) => onEvent?.({type: 'wait', ...shown(), waitMs, limit}),
			}),
		exchange(request) {
			sent = request;
			admit();
			counts.requests = (counts.requests ?? 0) + 1;
			const onBytes = (bytes: number): void => {
				counts.bytesRead = (counts.bytesRead ?? 0) + bytes;
			};
			const sentAt = performance.now();
			const incoming = transport.exchange(request, {
				signal: scope.signal,
				label,
				onBytes,
				...(onEvent && {onEnd: reporting(onEvent)}),
			});
			incoming.then(
				({status}) => status < 400 && pace.answered(performance.now() - sentAt),
				() => {},
			);
			return incoming;
		},
		explain(error) {
			if (scope.signal.aborted) return scope.signal.reason;
			if (!(error instanceof Failure)) return error;
			const elapsedMs = performance.now() - startedAt;
			return publicError(error, {
				...shown(),
				attempts: tries.failures(),
				elapsedMs,
				isTooMuch: isTooMuch(error),
			});
		},
		end() {
			pace.ended();
			scope.end();
		},
	};
}

function isPushedBack({details: {code, status, limited, isRateLimit}}: Failure): boolean {
	return (
		limited !== undefined ||
		isRateLimit === true ||
		status === 429 ||
		status === 503 ||
		code === 'ERR_TIMEOUT' ||
		code === 'ERR_NETWORK'
	);
}
