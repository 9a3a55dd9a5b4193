/** How one request is sent through a client, and what comes back. */
import type {LazyReading} from '../core/records/lazy-body.ts';
import type {Counts} from '../core/stage.ts';
import type {BodyPlace, DecodedPart, Decoder} from './decode/decoder.ts';
import type {Failure} from './failure.ts';
import type {Judge, Outcome} from './rules/response-rules.ts';

export interface SendOptions {
	readonly signal?: AbortSignal;
	/** Name of the resource: opens every message. */
	readonly label?: string;
	/** `requests`, `retries` and `bytesRead` are added to. */
	readonly counts?: Partial<Counts>;
	/** Keys down to the list of records, when a huge body may be streamed; `[]` when the body is the list. */
	readonly keys?: readonly string[];
	/** Go on inside a body: emits only the rows after this place. Needs `keys`. */
	readonly after?: BodyPlace;
	/** Records may stay text, as no stage looks at all of them. Only with `keys`. */
	readonly lazy?: LazyReading | undefined;
	/** @default json */
	readonly decoder?: Decoder;
	/**
	 * The caller would ask for less: an answer that says it is too large is not asked for again. @default false
	 */
	readonly canAskForLess?: boolean;
	/** Why a part that came with a status of success is none, if no rule has settled it. */
	readonly check?: (part: BodyPart) => Failure | undefined;
	/** Told of each failure after which the request is sent again. Must not throw. */
	readonly onRetry?: (failure: Failure) => void;
	/** Rules that go before the client's. */
	readonly judge?: Judge | undefined;
}

/**
 * A small body comes as one part `{value, last: true}`; a huge one as slices `{rows, value, place, last:
 * false}` and then `{rows, value, last: true}`, whose value is what stood around the list, with a list of the
 * last row in its place; in a slice, as much of that as has come, with `[]`.
 */
export interface BodyPart extends Omit<DecodedPart, 'size'> {
	/** A rule has settled what becomes of this answer. Its `value` is the body, if that is JSON. */
	readonly outcome?: Outcome;
	readonly response: {
		readonly status: number;
		/** Lower-case names; repeated ones joined by `, `. */
		readonly headers: Record<string, string>;
		/** After redirects. */
		readonly url: URL;
	};
}
