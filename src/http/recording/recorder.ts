/** A transport that records every exchange of another transport. */
import {setImmediate as turn} from 'node:timers/promises';
import {StrictError} from '../../core/warning.ts';
import type {OutgoingRequest} from '../auth/authenticator.ts';
import type {ExchangeOptions, Incoming, Transport} from '../connection/transport.ts';
import {Failure} from '../failure.ts';
import type {BodyFile} from './body-file.ts';
import {cleanCookie, cleanHeaders, cleanRequest, cleanText, type Signed} from './clean-request.ts';
import type {RecordingFolder} from './folder.ts';
import type {Exchange, RecordedFailure} from './format.ts';

/** The most bodies that are checked at once. Beyond it, requests wait. */
const MOST_UNDER_WAY = 8;

export function recordingTransport(
	inner: Transport,
	folder: RecordingFolder,
	signed: (request: OutgoingRequest) => Signed | undefined,
): Transport {
	const underWay = new Set<Promise<void>>();
	let asked = 0;
	// An error outside of any request is thrown by the next request.
	let trouble: {readonly error: unknown} | undefined;

	function startOf(request: OutgoingRequest, {label}: ExchangeOptions) {
		const number = ++asked;
		const startedAt = Date.now();
		return (): Exchange => ({
			number,
			...(label !== undefined && {resource: label}),
			atMs: startedAt - folder.startedAt.getTime(),
			tookMs: Date.now() - startedAt,
			request: cleanRequest(request, signed(request)),
		});
	}

	async function exchange(request: OutgoingRequest, options: ExchangeOptions): Promise<Incoming> {
		if (trouble) throw trouble.error;
		if (!folder.isOpen) return inner.exchange(request, options);
		while (underWay.size >= MOST_UNDER_WAY) await Promise.race(underWay);
		options.signal.throwIfAborted();
		const beginning = startOf(request, options);
		let incoming: Incoming;
		try {
			incoming = await inner.exchange(request, options);
		} catch (error) {
			if (error instanceof Failure) writing(() => folder.add({...beginning(), failure: failureOf(error)}));
			throw error;
		}
		const body = folder.body(beginning().number, incoming.headers);
		return watched(incoming, body, options, end => {
			const work = kept(incoming, body, {told: beginning, ...end}).catch(error => {
				trouble ??= {error};
			});
			underWay.add(work);
			work.finally(() => underWay.delete(work));
		});
	}

	function watched(
		incoming: Incoming,
		body: BodyFile,
		{label}: ExchangeOptions,
		onEnd: (end: BodyEnd) => void,
	): Incoming {
		let failure: Failure | undefined;
		let isWhole = false;
		let isOver = false;
		const recordChunk = (chunk: Uint8Array): void => {
			if (folder.count(chunk.length, label)) writing(() => body.push(chunk));
			else body.drop();
		};
		const failed = (error: unknown): unknown => {
			if (error instanceof Failure) failure = error;
			return error;
		};
		const inside = incoming.body[Symbol.asyncIterator]();
		const iterator: AsyncIterableIterator<Uint8Array> = {
			async next() {
				try {
					const next = await inside.next();
					if (next.done) isWhole = true;
					else recordChunk(next.value);
					return next;
				} catch (error) {
					throw failed(error);
				}
			},
			async return() {
				await inside.return?.();
				return {value: undefined, done: true};
			},
			[Symbol.asyncIterator]: () => iterator,
		};
		return {
			...incoming,
			body: iterator,
			async gather(limitBytes) {
				try {
					const gathered = await incoming.gather(limitBytes);
					for (const chunk of gathered.chunks) recordChunk(chunk);
					isWhole ||= gathered.isAll;
					return gathered;
				} catch (error) {
					throw failed(error);
				}
			},
			end(error) {
				incoming.end(error);
				if (isOver) return;
				isOver = true;
				onEnd({failure, isWhole});
			},
		};
	}

	async function kept(
		{status, headers, setCookies}: Incoming,
		body: BodyFile,
		{told, failure, isWhole}: BodyEnd & {told: () => Exchange},
	): Promise<void> {
		// The caller may find a secret in the response, and hide it.
		await turn();
		if (!folder.isOpen) return body.drop();
		const saved = await finished(body);
		if (saved === 'lost') return;
		const exchange: Exchange = {
			...told(),
			response: {
				status,
				headers: cleanHeaders(headers),
				...(setCookies.length > 0 && {setCookies: setCookies.map(cleanCookie)}),
				...(saved && {body: {...saved, bytes: body.bytes, ...(!isWhole && !failure && {isPart: true})}}),
			},
			...(failure && {failure: failureOf(failure)}),
		};
		writing(() => folder.add(exchange));
		if (saved?.withheld !== undefined) folder.warnOf(saved, exchange);
	}

	async function finished(body: BodyFile) {
		try {
			return await body.finish();
		} catch (error) {
			failedToWrite(error);
			return 'lost';
		}
	}

	// A full disk ends the recording, but not the run.
	function writing(work: () => void): void {
		try {
			work();
		} catch (error) {
			failedToWrite(error);
		}
	}

	function failedToWrite(error: unknown): void {
		if (error instanceof StrictError || !(error instanceof Error)) throw error;
		folder.end(`it cannot be written: ${error.message}`);
	}

	return {
		exchange,
		async close() {
			await inner.close();
			while (underWay.size > 0) await Promise.all(underWay);
			await folder.close();
			if (trouble) throw trouble.error;
		},
	};
}

interface BodyEnd {
	readonly failure: Failure | undefined;
	readonly isWhole: boolean;
}

function failureOf({message, details}: Failure): RecordedFailure {
	const {code, retryable, detail, advice} = details;
	return {
		message: cleanText(message),
		code,
		retryable,
		...(detail !== undefined && {detail: cleanText(detail)}),
		...(advice !== undefined && {advice: cleanText(advice)}),
	};
}
