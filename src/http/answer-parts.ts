/** One response, in the parts that its decoder yields. */
import {type AttemptOptions, attempt} from './attempt.ts';
import type {Incoming} from './connection/transport.ts';
import type {DecodedPart, DecodeOptions, Decoder} from './decode/decoder.ts';
import type {AdaptiveConcurrency} from './policy/adaptive-concurrency.ts';
import type {HttpRequest} from './request.ts';
import {looksAtBody} from './rules/body-rules.ts';
import type {Judge} from './rules/response-rules.ts';
import type {BodyPart} from './send-options.ts';

export interface ReadOptions {
	readonly decoder: Decoder;
	readonly decode: DecodeOptions;
	/** Rules that may need the body. */
	readonly judges: readonly Judge[];
	readonly pace: AdaptiveConcurrency;
}

/** A response whose connection is in use until its last part has come, or until it is closed. */
export class AnswerParts {
	readonly #incoming: Incoming;
	readonly #decoded: AsyncGenerator<DecodedPart, void>;
	readonly #options: ReadOptions;
	/** Makes room for another request. */
	readonly #leave: () => void;
	#isPaused = false;

	private constructor(incoming: Incoming, options: ReadOptions, leave: () => void) {
		this.#incoming = incoming;
		this.#leave = leave;
		this.#options = options;
		this.#decoded = options.decoder(incoming, options.decode);
	}

	/** Sends the request. Throws if the response is no success. */
	static async open(
		request: HttpRequest,
		attempts: AttemptOptions,
		options: ReadOptions,
	): Promise<AnswerParts> {
		const leave = await options.pace.enter(attempts.context.signal);
		let incoming: Incoming | undefined;
		try {
			incoming = await attempt(request, attempts);
			return new AnswerParts(incoming, heldForRules(incoming, options), leave);
		} catch (error) {
			leave();
			incoming?.end(error);
			throw error;
		}
	}

	async next(): Promise<BodyPart> {
		const {status, headers, url} = this.#incoming;
		if (this.#isPaused) this.#incoming.resume();
		this.#isPaused = false;
		try {
			const {value: part} = await this.#decoded.next();
			if (!part) throw new TypeError('the decoder ended without a last part');
			this.#arrived(part);
			return {...part, response: {status, headers, url}};
		} catch (error) {
			this.#leave();
			this.#incoming.end(error);
			throw error;
		}
	}

	#arrived({last, size}: DecodedPart): void {
		const {pace, decode} = this.#options;
		// While the first slice of a body waits, up to this many bytes of the others wait behind it.
		pace.took(last ? size : Math.max(size, decode.streamAboveBytes));
		this.#leave();
		if (last) {
			this.#incoming.end();
			return;
		}
		// While a stage works on a slice, the total timeout of the request is paused.
		this.#isPaused = true;
		this.#incoming.pause();
	}

	/** Drops the unread rest. */
	async close(): Promise<void> {
		try {
			await this.#decoded.return();
		} finally {
			this.#leave();
			this.#incoming.end();
		}
	}
}

// Rules see a body only if it is held in memory as a whole.
function heldForRules(incoming: Incoming, options: ReadOptions): ReadOptions {
	const {judges, decode} = options;
	if (decode.after !== undefined || !looksAtBody(judges, incoming)) return options;
	return {...options, decode: {...decode, streamAboveBytes: decode.maxBodyBytes}};
}
