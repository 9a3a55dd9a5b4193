/**
 * What turns the bytes of one answer into values. JSON is one decoder; JSON Lines, CSV, XML and yours fit the
 * same hole.
 */

import type {JsonValue} from '../../core/json/json.ts';
import type {LazyReading} from '../../core/records/lazy-body.ts';
import type {RecordList} from '../../core/records/record-list.ts';
import type {Incoming} from '../connection/transport.ts';

/** Yields a small body whole, or a huge one in slices. Throws a `Failure` that says what came instead. */
export type Decoder = (response: Incoming, options: DecodeOptions) => AsyncGenerator<DecodedPart, void>;

export interface DecodeOptions {
	/**
	 * Keys down to the list of records, when it may be read while it streams; `[]` when the body is the list.
	 */
	readonly keys?: readonly string[] | undefined;
	/** Skip the rows before this place, after checking that they are the same as when it was taken. */
	readonly after?: BodyPlace | undefined;
	/** Records may stay text, as no stage looks at all of them. Only with `keys`. */
	readonly lazy?: LazyReading | undefined;
	/** Larger bodies are streamed, if there are keys. Measured after decompression. */
	readonly streamAboveBytes: number;
	/** The most that is held in memory at once; more is an error. */
	readonly maxBodyBytes: number;
}

export interface DecodedPart {
	/**
	 * The body. Of one in slices, what stands around the rows: as far as it has come, with an empty list in
	 * their place, and in the last part with a list of the last row, where a cursor may be. The same for one with
	 * `records`.
	 */
	readonly value?: JsonValue;
	readonly rows?: JsonValue[];
	/** All records of a body, where they stay text. */
	readonly records?: RecordList;
	readonly place?: BodyPlace;
	readonly last: boolean;
	/**
	 * Bytes of the body, without its encodings, that this part was read from: what waits for its turn is bounded
	 * by them.
	 */
	readonly size: number;
	readonly fingerprint?: string;
	/** The body that `value` was read from, when it is UTF-8: for whoever wants to pass its text on. */
	readonly bytes?: Uint8Array;
	/**
	 * In the last part: so many characters of the body could not be read in its charset, and are U+FFFD.
	 * @default 0
	 */
	readonly replaced?: number;
	/**
	 * The rows are lines, each a JSON document of its own, and a selector is about each of them: so many lines
	 * of the body have come by the end of this part.
	 */
	readonly lines?: number;
	/** The body that `value` was read from, when it is no JSON: for rules about it. */
	readonly text?: string;
}

/**
 * A place inside a body: so many rows of its list have been read, and this is their fingerprint. Plain JSON.
 */
export interface BodyPlace {
	readonly rows: number;
	readonly print: string;
}
