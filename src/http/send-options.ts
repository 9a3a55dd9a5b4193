/** The options of one request through a client, and the parts of its response. */
import type {LazyReading} from '../core/records/lazy-body.ts';
import type {Counts} from '../core/stage.ts';
import type {BodyPlace, DecodedPart, Decoder} from './decode/decoder.ts';
import type {Failure} from './failure.ts';
import type {Judge, Outcome} from './rules/response-rules.ts';

export interface SendOptions {
	readonly signal?: AbortSignal;
	/** Name of the resource. Every message begins with it. */
	readonly label?: string;
	/** The client adds to `requests`, `retries` and `bytesRead`. */
	readonly counts?: Partial<Counts>;
	/** Keys down to the list of records, if a huge body may be streamed; `[]` if the body is the list. */
	readonly keys?: readonly string[];
	/** A place inside the body: only the rows after it are emitted. Needs `keys`. */
	readonly after?: BodyPlace;
	/** Lets records stay text, as no stage looks at all of them. Needs `keys`. */
	readonly lazy?: LazyReading | undefined;
	/** The decoder of the response. @default json */
	readonly decoder?: Decoder;
	/**
	 * The caller can ask for less: a request is not repeated if its response says that it is too large.
	 * @default false
	 */
	readonly canAskForLess?: boolean;
	/** Returns the failure of a part whose status is success, unless a rule has settled it. */
	readonly check?: (part: BodyPart) => Failure | undefined;
	/** Gets each failure after which the request is sent again. Must not throw. */
	readonly onRetry?: (failure: Failure) => void;
	/** Rules that go before those of the client. */
	readonly judge?: Judge | undefined;
}

/**
 * A small body is one part `{value, last: true}`. A huge one comes as slices
 * `{rows, value, place, last: false}` and a last part `{rows, value, last: true}`. The value of a slice is
 * the part of the body around the list, as far as it has come, with `[]` for the list. The value of the last
 * part is the whole of it, with a list of only the last row.
 */
export interface BodyPart extends Omit<DecodedPart, 'size'> {
	/** The outcome by a rule, if one has settled this response. `value` is then the body, if that is JSON. */
	readonly outcome?: Outcome;
	readonly response: {
		readonly status: number;
		/** Lower-case names. The values of a repeated header are joined by `, `. */
		readonly headers: Record<string, string>;
		/** The URL after redirects. */
		readonly url: URL;
	};
}
