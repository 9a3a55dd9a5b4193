/**
 * The mark that each commit of a stream has: the last STATE of the tap before its rows. Several streams commit
 * one after the other. A process may die in between, so each mark names all streams of its checkpoint.
 */
import {canonical} from '../../core/json/canonical.ts';
import type {JsonObject, JsonValue} from '../../core/json/json.ts';
import {isObject} from '../../core/path/path.ts';
import {findDatasets} from '../datasets/datasets.ts';

export type Mark = {
	/** The number of the checkpoint. */
	readonly number: number;
	/** The value of the last STATE message; null before the first. */
	readonly state: JsonValue;
	/** That of the checkpoint before. */
	readonly before: JsonValue;
	/** The streams of the checkpoint. */
	readonly streams: readonly string[];
	/** The version of the rows, for taps that send one. */
	readonly version?: JsonValue;
};

export interface TapProgress {
	/** The state from which the tap goes on; null: from the beginning. */
	readonly state: JsonValue;
	/** The number of the last checkpoint. */
	readonly number: number;
	/** Marks of streams whose commit is ahead of that state. */
	readonly ahead: ReadonlyMap<string, Mark>;
	/** Versions of the streams whose last run did not end. */
	readonly unfinished: ReadonlyMap<string, JsonValue | undefined>;
}

/** The key of the mark in the state of a resource. */
const KEY = 'singer';

export function asState(mark: Mark): JsonObject {
	return {[KEY]: mark as unknown as JsonObject};
}

export function markIn(state: JsonObject | undefined): Mark | undefined {
	const mark = state?.[KEY];
	return isObject(mark) ? (mark as unknown as Mark) : undefined;
}

/** The standing of all streams below a folder. */
export async function tapProgressIn(root: string): Promise<TapProgress> {
	const marks = new Map<string, Mark>();
	const unfinished = new Map<string, JsonValue | undefined>();
	for (const {commit, error} of await findDatasets({path: root, local: root, others: []})) {
		if (error) throw error;
		for (const [stream, {state, isFinished}] of commit?.progress ?? []) {
			const mark = markIn(state);
			if (mark) marks.set(stream, mark);
			if (mark && !isFinished) unfinished.set(stream, mark.version);
		}
	}
	const number = Math.max(0, ...[...marks.values()].map(mark => mark.number));
	const last = [...marks.values()].find(mark => mark.number === number);
	if (!last) return {state: null, number: 0, ahead: new Map(), unfinished};
	const isWhole = last.streams.every(stream => marks.get(stream)?.number === number);
	if (isWhole) return {state: last.state, number, ahead: new Map(), unfinished};
	return {
		state: last.before,
		number,
		unfinished,
		ahead: new Map([...marks].filter(([, mark]) => mark.number === number)),
	};
}

export function isSameState(one: JsonValue, other: JsonValue): boolean {
	return canonical(one) === canonical(other);
}
