/**
 * The fingerprints of the rows that a walk read last, in order: a page that begins among them again has known
 * rows.
 */
import type {JsonRecord} from '../../../core/page.ts';
import {type Identify, printOf} from './overlap.ts';

/** The rows of a page that were read before. */
export interface KnownRows {
	/**
	 * The number of consecutive rows at the beginning that were read. Rows before the remembered ones count as
	 * read.
	 */
	readonly head: number;
	/** By index: whether the row was read, and has not changed since. */
	readonly same: readonly boolean[];
	/** By index: whether the row was read, with the same or other values. */
	readonly read: readonly boolean[];
	/** The largest number of consecutive rows that came in the same order before. */
	readonly run: number;
}

export interface ReadRows {
	/** Adds rows that were read after all others. */
	add(records: readonly JsonRecord[]): void;
	known(records: readonly JsonRecord[]): KnownRows;
	/** Fingerprints of the last `count` rows. */
	tail(count: number): string[];
}

/** How many rows are remembered: some pages, and a bound on memory. */
const MOST = 10_000;

/** `tail` has the fingerprints of the rows that the run before read last. */
export function readRows(identify: Identify, tail: readonly string[] = []): ReadRows {
	const order = [...tail];
	let places = new Map(order.map((id, i) => [id, i]));
	// Only the identity of rows that an earlier run read is known, and not their content.
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
			// Rows before those with which an earlier run ended were read by that run.
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
