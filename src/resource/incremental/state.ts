/** How far a resource has been read: what is stored between two runs, and after each page of a run. */
import {StateError} from '../../core/errors.ts';
import type {JsonObject, JsonValue} from '../../core/json/json.ts';
import {ownValue} from '../../core/own.ts';
import {isObject} from '../../core/path/path.ts';
import {HASH_CHARACTERS, type Hashes} from './hashes.ts';

/** A place in the order of cursor values, and which rows there are out already. */
export type Reached = {
	/** The furthest value. */
	last_value?: JsonValue;
	/**
	 * Of the rows with exactly this value, so that they are told from those that come later. At most a million.
	 */
	hashes?: Hashes;
};

/** A run that has not come to its end. */
export type RunState = {
	/** Where it began, without the lag: stays the same while it is resumed. */
	start_value?: JsonValue;
	/** Hashes of the rows at `start_value` that an earlier run brought. */
	start_hashes?: Hashes;
	/** Of a run in windows: where the last one ends. */
	end_value?: JsonValue;
	/** The furthest so far. */
	seen?: Reached;
};

/**
 * The state of an incremental resource is a JSON object with one of these for each parent (key: the cursor
 * path and the values that the request takes from the parent, `updated_at {"resources.users.id":7}`), or one
 * for all rows (key: the cursor path).
 *
 * `last_value` is where a new run begins: everything before it is out. It moves at the end of a run (of a
 * parent), and of each window; in ascending `row_order` with each page. `run` is there while a run is under
 * way, or was left in its middle: who resumes it at the cursor of a page goes on with it, and who begins anew
 * leaves it aside.
 *
 * It takes some 150 bytes a parent, and none is forgotten: one that comes back would be read from the
 * beginning.
 *
 * ```json
 * {"updated_at": {"last_value": "2024-05-01T10:00:00Z", "hashes": ["b6WSu3bUVkwSl5Yj"]}}
 * ```
 */
export type IncrementalState = Reached & {run?: RunState};

/**
 * Above it, rows at the boundary come again, and a warning says so. It bounds the memory, about 100 bytes a
 * row, and the state, 16 bytes a row.
 */
export const MOST_HASHES = 1_000_000;

/** What is stored of a resource under a key. Throws `StateError` when it is something else. */
export function storedState(name: string, state: JsonObject, key: string): IncrementalState {
	const value = ownValue(state, key) ?? {};
	if (isObject(value) && isReached(value) && (value.run === undefined || isRun(value.run)))
		return value as IncrementalState;
	throw new StateError(
		`${name}: the state under ${JSON.stringify(key)} is not one of an incremental resource, or files of it are gone; reset it to begin anew`,
	);
}

function isRun(value: JsonValue): boolean {
	if (!isObject(value) || !isHashes(value.start_hashes)) return false;
	return value.seen === undefined || (isObject(value.seen) && isReached(value.seen));
}

function isReached({last_value, hashes}: JsonObject): boolean {
	return last_value !== null && isHashes(hashes);
}

function isHashes(value: JsonValue | undefined): boolean {
	return value === undefined || (Array.isArray(value) && value.every(isText));
}

function isText(item: JsonValue): boolean {
	return typeof item === 'string' && item.length % HASH_CHARACTERS === 0;
}
