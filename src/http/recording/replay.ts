/** A transport that takes responses from a recording, without a network. */
import {join} from 'node:path';
import type {OutgoingRequest} from '../auth/authenticator.ts';
import type {ExchangeOptions, Incoming, Transport} from '../connection/transport.ts';
import {Failure, type FailureDetails} from '../failure.ts';
import {
	type Exchange,
	HIDDEN,
	type RecordedFailure,
	type RecordedResponse,
	type Recording,
} from './format.ts';
import {mostAlike, patternOf, requestKey} from './matching.ts';
import {recordedBody} from './recorded-body.ts';

export function replayTransport(path: string, {exchanges, cut}: Recording): Transport {
	const byKey = new Map<string, Exchange[]>();
	for (const exchange of exchanges.toSorted((a, b) => a.number - b.number)) {
		const key = requestKey(exchange.request);
		const same = byKey.get(key);
		if (same) same.push(exchange);
		else byKey.set(key, [exchange]);
	}
	const next = new Map<string, number>();
	let patterns: (readonly [key: string, pattern: RegExp])[] | undefined;

	// A secret may be an ordinary word as well; the recording has `***` for each occurrence of it.
	function recordedKey(key: string): string {
		if (byKey.has(key)) return key;
		patterns ??= [...byKey.keys()]
			.filter(each => each.includes(HIDDEN))
			.map(each => [each, patternOf(each)] as const);
		for (const [recorded, pattern] of patterns) if (pattern.test(key)) return recorded;
		return key;
	}

	function take(request: OutgoingRequest): Exchange {
		const key = recordedKey(requestKey(request));
		const known = byKey.get(key);
		const count = next.get(key) ?? 0;
		next.set(key, count + 1);
		const found = known?.[count];
		if (found) return found;
		const ended = cut === null ? '' : `. The recording ended before its run did: ${cut}`;
		if (known) {
			const times = known.length === 1 ? 'once' : `${known.length} times`;
			throw unknown(`is asked for once more than the recording in ${path} has it: ${times}${ended}`);
		}
		const like = mostAlike(
			request,
			exchanges.map(each => each.request),
		);
		const hint = like
			? `The nearest is ${like.method} ` +
				`${like.url}${like.body === undefined ? '' : ` with ${excerpt(like.body)}`}`
			: 'It has no request at all';
		const body = request.body === undefined ? '' : ` with this body`;
		throw unknown(`is not in the recording in ${path}${body}${ended}`, hint);
	}

	async function exchange(request: OutgoingRequest, options: ExchangeOptions): Promise<Incoming> {
		const {signal, onBytes, onEnd} = options;
		signal.throwIfAborted();
		const startedAt = performance.now();
		let bytes = 0;
		let isOver = false;
		const finish = (status?: number, error?: unknown): void => {
			if (isOver) return;
			isOver = true;
			const durationMs = performance.now() - startedAt;
			onEnd?.({
				bytes,
				durationMs,
				...(status !== undefined && {status}),
				...(error !== undefined && {error}),
			});
		};
		try {
			const {response, failure} = take(request);
			if (!response) throw failureOf(failure);
			return answer(request, response, failure);
		} catch (error) {
			finish(undefined, error);
			throw error;
		}

		function answer(
			{method, url}: OutgoingRequest,
			{status, headers, setCookies = [], body}: RecordedResponse,
			failure: RecordedFailure | undefined,
		): Incoming {
			const file = body?.file === undefined ? undefined : join(path, body.file);
			const content = recordedBody(
				file,
				count => {
					signal.throwIfAborted();
					bytes += count;
					onBytes?.(count);
				},
				() => {
					if (body?.withheld !== undefined)
						throw unknown(
							`was answered with a body that the recording in ${path} does not have: ${body.withheld}`,
						);
					if (failure) throw failureOf(failure);
					if (body?.isPart) throw unknown(`was answered with more than the recording in ${path} has`);
				},
			);
			return {
				method,
				status,
				headers: body?.decoded === undefined ? {...headers} : decoded(headers),
				setCookies,
				url,
				body: content,
				gather: content.gather,
				pause() {},
				resume() {},
				end(error) {
					finish(status, error);
					content.return?.();
				},
			};
		}
	}

	return {exchange, async close() {}};
}

function decoded({'content-encoding': _, ...headers}: Readonly<Record<string, string>>) {
	return headers;
}

function failureOf(failure: RecordedFailure | undefined): Failure {
	const {message, code, ...rest} = failure ?? {message: 'failed', code: 'ERR_NETWORK', retryable: false};
	return new Failure(message, {...rest, code: code as FailureDetails['code']});
}

function unknown(message: string, advice?: string): Failure {
	return new Failure(message, {code: 'ERR_NOT_RECORDED', retryable: false, ...(advice && {advice})});
}

function excerpt(body: string): string {
	return body.length > 200 ? `${body.slice(0, 200)} …` : body;
}
