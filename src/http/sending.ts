/** One request through all its tries, up to the last part of its response. */
import type {Counts} from '../core/stage.ts';
import {AnswerParts} from './answer-parts.ts';
import {type AttemptOptions, renewCredentials} from './attempt.ts';
import type {Authenticator, OutgoingRequest, PlainResponse} from './auth/authenticator.ts';
import {type Call, type CallEnvironment, startCall} from './call.ts';
import type {BodyPlace} from './decode/decoder.ts';
import {json} from './decode/json.ts';
import {Failure} from './failure.ts';
import type {Quota} from './policy/quota.ts';
import {MAX_RETRY_AFTER_MS} from './policy/retry.ts';
import type {HttpRequest} from './request.ts';
import {applyRules, seenFailure, seenHead, seenPart} from './rules/apply-rules.ts';
import {looksAtBody, unseenBody} from './rules/body-rules.ts';
import type {Judge, Seen} from './rules/response-rules.ts';
import {redactUrl} from './secrets/redact.ts';
import type {BodyPart, SendOptions} from './send-options.ts';

/** The objects that all requests of a client share. */
export interface SendingEnvironment extends CallEnvironment {
	/** The origin of the base URL, if there is one. */
	readonly origin: string | undefined;
	readonly trustedOrigins: readonly string[];
	/** Headers of each request, with lower-case names. */
	readonly headers: Record<string, string>;
	readonly judges: readonly Judge[];
	readonly quota: Pick<Quota, 'told'>;
	readonly streamAboveBytes: number;
	readonly maxBodyBytes: number;
	/** The `name:password` of the base URL, for URLs of its origin. */
	userFor(url: URL): string | undefined;
	/** The authenticator of a request. `undefined` stands for that of the client. */
	authenticator(ofRequest: Authenticator | null | undefined): Authenticator | null;
	fetchPlain(request: OutgoingRequest, signal: AbortSignal, counts: Partial<Counts>): Promise<PlainResponse>;
}

/** Sends a request once the caller asks for the first part. */
export async function* partsOf(
	environment: SendingEnvironment,
	request: HttpRequest,
	options: SendOptions,
): AsyncGenerator<BodyPart, void> {
	const sending = new Sending(environment, request, options);
	try {
		for (let isLast = false; !isLast; ) {
			const part = await sending.next();
			isLast = part.last;
			yield part;
		}
	} catch (error) {
		throw sending.explain(error);
	} finally {
		await sending.close();
	}
}

class Sending {
	readonly #environment: SendingEnvironment;
	readonly #request: HttpRequest;
	readonly #options: SendOptions;
	readonly #judges: readonly Judge[];
	readonly #call: Call;
	readonly #attempts: AttemptOptions;
	/** The place after the last emitted row. */
	#place: BodyPlace | undefined;
	/** The parts of the response that is being read. */
	#parts: AnswerParts | undefined;
	/** Identifies the response once a part of it has come, as rules are asked about it several times. */
	#answer: object | undefined;

	constructor(environment: SendingEnvironment, asked: HttpRequest, options: SendOptions) {
		const {label, counts = {}, signal, keys, after, canAskForLess, onRetry, judge} = options;
		if (after && !keys) throw new TypeError('send() can go on after a place only with the keys of the list');
		this.#environment = environment;
		this.#options = options;
		this.#request = {
			...asked,
			trustedOrigins: [...(asked.trustedOrigins ?? []), ...environment.trustedOrigins],
		};
		this.#judges = judge ? [judge, ...environment.judges] : environment.judges;
		this.#place = after;
		const auth = environment.authenticator(asked.auth);
		this.#call = startCall(environment, {
			method: asked.method,
			url: asked.url,
			label,
			counts,
			signal,
			secretParams: auth?.secretParams,
			canAskForLess,
			onRetry,
		});
		this.#attempts = this.#attemptsBy(auth, counts);
	}

	#attemptsBy(auth: Authenticator | null, counts: Partial<Counts>): AttemptOptions {
		const {origin, userFor, headers, limiter, quota, retry, maxBodyBytes, onEvent, fetchPlain} =
			this.#environment;
		const {signal, reserve, exchange} = this.#call;
		return {
			origin,
			userFor,
			headers,
			auth,
			context: {
				signal,
				fetch: (request, ownSignal = signal) => fetchPlain(request, ownSignal, counts),
				tokenFetched: (url, expiresInMs) => onEvent?.({type: 'token', url: redactUrl(url), expiresInMs}),
			},
			renewal: {done: false},
			reserve,
			penalize: limiter.penalize,
			told: quota.told,
			maxRetryAfterMs: retry.maxRetryAfterMs ?? MAX_RETRY_AFTER_MS,
			exchange,
			rules: this.#judges.length > 0 ? errorRules(this.#judges, maxBodyBytes) : undefined,
		};
	}

	/** The next part, after as many tries as needed. */
	async next(): Promise<BodyPart> {
		this.#call.signal.throwIfAborted();
		const part = await this.#call.tries.run(() => this.#next());
		this.#place = part.place ?? this.#place;
		return part;
	}

	explain(error: unknown): unknown {
		return this.#call.explain(error);
	}

	async close(): Promise<void> {
		await this.#parts?.close();
		this.#call.end();
	}

	// Each slice is a run of its own within the one budget of tries: after a failure the body is read again up
	// to the last place.
	async #next(): Promise<BodyPart> {
		try {
			const isFresh = this.#parts === undefined;
			this.#parts ??= await this.#open();
			const part = await this.#parts.next();
			this.#answer = part.response.headers;
			const seen = this.#judges.length > 0 ? this.#seen(part, isFresh) : undefined;
			const ruled = seen && (await this.#settled(seen, part.response.url));
			const failure = ruled ? undefined : this.#options.check?.(part);
			if (failure) throw failure;
			return ruled ?? part;
		} catch (error) {
			await this.#leave();
			const seen = error instanceof Failure && !error.details.isRuled ? seenFailure(error) : undefined;
			const part =
				seen && (await this.#settled({...seen, answer: this.#answer}, this.#request.url, error as Failure));
			if (part) return part;
			throw error;
		}
	}

	#open(): Promise<AnswerParts> {
		const {keys, lazy, decoder = json} = this.#options;
		const {streamAboveBytes, maxBodyBytes, pace} = this.#environment;
		const judges = this.#judges;
		this.#answer = undefined;
		return AnswerParts.open(this.#request, this.#attempts, {
			decoder,
			judges,
			pace,
			decode: {
				keys,
				after: this.#place,
				// Rules need parsed values.
				lazy: judges.length === 0 ? lazy : undefined,
				streamAboveBytes,
				maxBodyBytes,
			},
		});
	}

	async #leave(): Promise<void> {
		const parts = this.#parts;
		this.#parts = undefined;
		await parts?.close();
	}

	// If a body comes as rows, rules see the status and headers before the first row is emitted. If the body is
	// read on after a place, they have already seen its beginning.
	#seen(part: BodyPart, isFresh: boolean): Seen | undefined {
		const whole = seenPart(part, part.response);
		if (whole || !isFresh) return whole;
		const isUnseen = part.rows !== undefined && this.#place === undefined;
		return (isUnseen ? unseenBody : seenHead)(part.response);
	}

	// The part that the rules make of a response, or the next part after a renewal; `undefined` if the rules
	// leave the response as it is.
	async #settled(seen: Seen, url: URL, failure?: Failure): Promise<BodyPart | undefined> {
		const outcome = await applyRules(seen, {
			judges: this.#judges,
			isFirst: this.#place === this.#options.after,
			renew: () => renewCredentials(this.#attempts, seen),
			...(failure && {failure}),
		});
		if (outcome === 'again') {
			await this.#leave();
			return this.#next();
		}
		const {status, headers} = seen;
		const value = seen.isUnseen ? null : (seen.value ?? null);
		return outcome && {value, last: true, outcome, response: {status, headers: {...headers}, url}};
	}
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
