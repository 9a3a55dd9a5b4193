/**
 * The interface of decoders, which turn the bytes of one response into values. JSON, JSON Lines, CSV, XML and
 * custom decoders implement it.
 */

import type {JsonValue} from '../../core/json/json.ts';
import type {LazyReading} from '../../core/records/lazy-body.ts';
import type {RecordList} from '../../core/records/record-list.ts';
import type {Incoming} from '../connection/transport.ts';

/**
 * Yields a small body whole, or a huge one in slices. Throws a `Failure` that describes a body of another
 * kind.
 */
export type Decoder = (response: Incoming, options: DecodeOptions) => AsyncGenerator<DecodedPart, void>;

export interface DecodeOptions {
	/** Keys down to the list of records, if it may be read while it streams; `[]` if the body is the list. */
	readonly keys?: readonly string[] | undefined;
	/** A place inside the body: the rows before it are skipped, after a check that they are still the same. */
	readonly after?: BodyPlace | undefined;
	/** Lets records stay text, as no stage looks at all of them. Needs `keys`. */
	readonly lazy?: LazyReading | undefined;
	/** Larger bodies are streamed, if there are keys. The size is that after decompression. */
	readonly streamAboveBytes: number;
	/** The most bytes in memory at once. A body that needs more is an error. */
	readonly maxBodyBytes: number;
}

export interface DecodedPart {
	/**
	 * The body. If it comes in slices, this is the part around the rows: as far as it has come, with an empty
	 * list in their place, and in the last part with a list of the last row, where a cursor may be. The same
	 * applies to a body with `records`.
	 */
	readonly value?: JsonValue;
	readonly rows?: JsonValue[];
	/** All records of a body, if they stay text. */
	readonly records?: RecordList;
	readonly place?: BodyPlace;
	readonly last: boolean;
	/**
	 * Bytes of the body, without its encodings, that this part was read from. They bound the memory of parts
	 * that wait for their turn.
	 */
	readonly size: number;
	readonly fingerprint?: string;
	/** The body that `value` was read from, if it is UTF-8, for a caller that passes its text on. */
	readonly bytes?: Uint8Array;
	/**
	 * Set in the last part: the number of characters that could not be read in the charset of the body, and
	 * became U+FFFD.
	 * @default 0
	 */
	readonly replaced?: number;
	/**
	 * Set if each row is a line with a JSON document of its own, to which the selector applies: the number of
	 * lines of the body by the end of this part.
	 */
	readonly lines?: number;
	/** The body that `value` was read from, if it is not JSON, for rules. */
	readonly text?: string;
}

/**
 * A place inside a body: the number of rows that have been read from its list, and their fingerprint. It is
 * plain JSON.
 */
export interface BodyPlace {
	readonly rows: number;
	readonly print: string;
}
