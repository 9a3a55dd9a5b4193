/**
 * How far a resource has been read: the state that is stored between two runs, and after each page of a run.
 */
import {StateError} from '../../core/errors.ts';
import type {JsonObject, JsonValue} from '../../core/json/json.ts';
import {ownValue} from '../../core/own.ts';
import {isObject} from '../../core/path/path.ts';
import {HASH_CHARACTERS, type Hashes} from './hashes.ts';

/** A position in the order of cursor values, and hashes of the rows at it that were delivered. */
export type Reached = {
	/** The furthest value. */
	last_value?: JsonValue;
	/**
	 * Hashes of the rows with exactly this value, to tell them from rows that come later. At most a million.
	 */
	hashes?: Hashes;
};

/** An unfinished run. */
export type RunState = {
	/** Where it began, without the lag: stays the same while it is resumed. */
	start_value?: JsonValue;
	/** Hashes of the rows at `start_value` that an earlier run brought. */
	start_hashes?: Hashes;
	/** Where the last window of a run in windows ends. */
	end_value?: JsonValue;
	/** The furthest so far. */
	seen?: Reached;
};

/**
 * The state of an incremental resource is a JSON object with one of these for each parent (key: the cursor
 * path and the values that the request takes from the parent, `updated_at {"resources.users.id":7}`), or one
 * for all rows (key: the cursor path).
 *
 * `last_value` is where a new run begins: everything before it has been delivered. It moves at the end of a
 * run (of a parent), and of each window; in ascending `row_order` it moves with each page. `run` exists while
 * a run is under way, or was interrupted: a run that resumes at the cursor of a page goes on with it, and a
 * run that begins anew ignores it.
 *
 * An entry takes some 150 bytes a parent, and none is removed: a parent that comes back would be read from
 * the beginning.
 *
 * ```json
 * {"updated_at": {"last_value": "2024-05-01T10:00:00Z", "hashes": ["b6WSu3bUVkwSl5Yj"]}}
 * ```
 */
export type IncrementalState = Reached & {
	run?: RunState;
	/** Hashes of rows beyond the present, which each run reads again. */
	future?: Hashes;
};

/**
 * Above this number of rows at the boundary, they come again, and a warning reports it. It bounds the memory,
 * about 100 bytes a row, and the state, 16 bytes a row.
 */
export const MOST_HASHES = 1_000_000;

/** The state of a resource under a key. Throws `StateError` when it has another form. */
export function storedState(name: string, state: JsonObject, key: string): IncrementalState {
	const value = ownValue(state, key) ?? {};
	if (
		isObject(value) &&
		isReached(value) &&
		isHashes(value.future) &&
		(value.run === undefined || isRun(value.run))
	)
		return value as IncrementalState;
	throw new StateError(
		`${name}: the state under ${JSON.stringify(key)} is not one of an incremental resource, or files of ` +
			'it are gone; reset it to begin anew',
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
