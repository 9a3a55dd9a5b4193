/**
 * The rows that a walk has read last, by fingerprint, in order: where a page begins again among them, they
 * are known.
 */
import type {JsonRecord} from '../../../core/page.ts';
import {type Identify, printOf} from './overlap.ts';

/** What a page has of rows that were read. */
export interface KnownRows {
	/** Rows at its head that were read, one after the other; those before what is remembered were read, too. */
	readonly head: number;
	/** By index: read already, and not changed since. */
	readonly same: readonly boolean[];
	/** By index: read already, as it is or with other values. */
	readonly read: readonly boolean[];
	/** Most rows in a row that follow one another in what was read as they do here. */
	readonly run: number;
}

export interface ReadRows {
	/** These were read after all others. */
	add(records: readonly JsonRecord[]): void;
	known(records: readonly JsonRecord[]): KnownRows;
	/** Fingerprints of the last `count` of them. */
	tail(count: number): string[];
}

/** Rows that are remembered: some pages, and a bound on memory. */
const MOST = 10_000;

/** `tail` are those that a run before has read last. */
export function readRows(identify: Identify, tail: readonly string[] = []): ReadRows {
	const order = [...tail];
	let places = new Map(order.map((id, i) => [id, i]));
	// Of rows that an earlier run has read, only who they are is known.
	const contents = new Map<string, string>();

	function trim(): void {
		for (const id of order.splice(0, order.length - MOST)) contents.delete(id);
		places = new Map(order.map((id, i) => [id, i]));
	}

	return {
		add(records) {
			for (const record of records) {
				const id = identify(record);
				places.set(id, order.length);
				order.push(id);
				contents.set(id, printOf(record));
			}
			if (order.length > 2 * MOST) trim();
		},
		known(records) {
			const ids = records.map(identify);
			const read = ids.map(id => places.has(id));
			const run = longestRun(ids.map(id => places.get(id)));
			const same = records.map(
				(record, i) => read[i] === true && contents.get(ids[i] ?? '') === printOf(record),
			);
			// What stands before the rows that an earlier run ended with, that run has read.
			const first = read.indexOf(true);
			const isOld = first > 0 && (places.get(ids[first] ?? '') ?? 0) < tail.length;
			if (isOld && run >= Math.min(2, tail.length)) read.fill(true, 0, first);
			const end = read.indexOf(false);
			return {head: end < 0 ? records.length : end, read, same, run};
		},
		tail: count => (count === 0 ? [] : order.slice(-count)),
	};
}

function longestRun(places: readonly (number | undefined)[]): number {
	let longest = 0;
	let run = 0;
	for (const [i, place] of places.entries()) {
		const before = places[i - 1];
		run = place === undefined ? 0 : run > 0 && before !== undefined && place === before + 1 ? run + 1 : 1;
		longest = Math.max(longest, run);
	}
	return longest;
}
