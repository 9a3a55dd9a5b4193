/** One request and its answer over undici: connections, timeouts of each phase, bytes. Redirects, retries and meaning come above. */
import type {Readable} from 'node:stream';
import {Agent, request as undiciRequest} from 'undici';
import type {OutgoingRequest} from './auth/authenticator.ts';
import {networkFailure} from './network.ts';
import {follow} from './signals.ts';
import {deadline, type Timeouts} from './timeouts.ts';

export interface Transport {
	/** Resolves with the headers; rejects with a `Failure`, or with the reason of the signal. */
	exchange(request: OutgoingRequest, options: ExchangeOptions): Promise<Incoming>;
	/** Ends every connection at once. */
	close(): Promise<void>;
}

export interface ExchangeOptions {
	readonly signal: AbortSignal;
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
	readonly url: URL;
	/** As it comes over the wire; can be read once. */
	readonly body: AsyncIterable<Uint8Array>;
	/** The start of the body: all of it when it has no more than so many bytes, else just more, and `body` has the rest. */
	gather(limitBytes: number): Promise<Gathered>;
	/** Stops the total timeout while nobody takes what has been read. */
	pause(): void;
	resume(): void;
	/** Lets go of what is unread. */
	end(error?: unknown): void;
}

export interface Gathered {
	readonly chunks: Uint8Array[];
	readonly isAll: boolean;
}

export function transport(timeouts: Required<Timeouts>, connections: number): Transport {
	const {connectMs, headersMs, bodyIdleMs, totalMs} = timeouts;
	const agent = new Agent({
		connections,
		connect: {timeout: connectMs},
		headersTimeout: headersMs,
		bodyTimeout: bodyIdleMs,
	});

	async function exchange(request: OutgoingRequest, {signal, onBytes, onEnd}: ExchangeOptions): Promise<Incoming> {
		const {method, url, headers, body} = request;
		const scope = follow(signal);
		const total = deadline(totalMs, failure => scope.abort(failure));
		const startedAt = performance.now();
		let bytes = 0;
		let status: number | undefined;
		let ended = false;

		function finish(error?: unknown): void {
			if (ended) return;
			ended = true;
			total.pause();
			scope.end();
			const durationMs = performance.now() - startedAt;
			onEnd?.({bytes, durationMs, ...(status !== undefined && {status}), ...(error !== undefined && {error})});
		}

		try {
			const answer = await undiciRequest(url, {
				dispatcher: agent,
				method: method as 'GET',
				headers,
				body: body ?? null,
				signal: scope.signal,
			});
			status = answer.statusCode;
			// An answer given up is destroyed, and nobody else may be listening to it.
			answer.body.on('error', () => {});
			const count = (chunk: Uint8Array): void => {
				bytes += chunk.length;
				onBytes?.(chunk.length);
			};
			async function* wire(): AsyncGenerator<Uint8Array> {
				try {
					for await (const chunk of answer.body) {
						count(chunk);
						yield chunk;
					}
				} catch (error) {
					throw networkFailure(error, url, timeouts);
				}
			}
			return {
				method,
				status,
				headers: joined(answer.headers),
				url,
				body: wire(),
				async gather(limitBytes) {
					try {
						return await gather(answer.body, limitBytes, count);
					} catch (error) {
						throw networkFailure(error, url, timeouts);
					}
				},
				pause: total.pause,
				resume() {
					if (!ended) total.resume();
				},
				end(error) {
					finish(error);
					answer.body.destroy();
				},
			};
		} catch (error) {
			const failure = networkFailure(error, url, timeouts);
			finish(failure);
			throw failure;
		}
	}

	return {exchange, close: () => agent.destroy()};
}

// By events, which cost a third of what async iteration does: nearly every body is read by this alone.
function gather(body: Readable, limitBytes: number, count: (chunk: Uint8Array) => void): Promise<Gathered> {
	return new Promise((resolve, reject) => {
		const chunks: Uint8Array[] = [];
		let size = 0;
		const leave = (): void => {
			body.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose);
		};
		const onData = (chunk: Uint8Array): void => {
			count(chunk);
			chunks.push(chunk);
			size += chunk.length;
			if (size <= limitBytes) return;
			body.pause();
			leave();
			resolve({chunks, isAll: false});
		};
		const onEnd = (): void => {
			leave();
			resolve({chunks, isAll: true});
		};
		const onError = (error: Error): void => {
			leave();
			reject(error);
		};
		const onClose = (): void => onError(new Error('the answer was given up'));
		body.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose);
	});
}

function joined(headers: Record<string, string | string[] | undefined>): Record<string, string> {
	const result: Record<string, string> = {};
	for (const [name, value] of Object.entries(headers)) {
		if (value !== undefined) result[name] = Array.isArray(value) ? value.join(', ') : value;
	}
	return result;
}
