/**
 * Rows of a parent, one partition each. A place among them says whose turn it is, so that a list that has
 * changed loses no row.
 */
import {type Cursor, recordName} from '../core/page.ts';
import {rowsIn} from '../core/records/lazy-records.ts';
import type {AncestorStates} from './ancestor-states.ts';
import type {Binding, OpenParent, Partitions, Position} from './partitions.ts';

export interface ParentRowsOptions {
	/** What tells a row from the others, as a text of `KEY_LENGTH`. Without it a place is an index. */
	readonly keyOf?: (binding: Binding) => string;
	/** Takes in what the pages change in the state. */
	readonly states?: AncestorStates;
	/** Told in words when a place names a row that is not on its page. */
	readonly onLost?: (message: string) => void;
}

export const KEY_LENGTH = 8;

/** Keys of rows that are done, as far back as they are remembered, one after the other. */
const MOST_DONE = 250 * KEY_LENGTH;

// `after` is the cursor that the page of the row comes right after. Places of older versions have no key.
type Place = {after?: Cursor; page?: number; row: number; key?: string; done?: string};

/** One partition for each row of a parent, while its pages come: at most one of them is held. */
export function rowsOf(
	name: string,
	open: OpenParent,
	{keyOf, onLost, states}: ParentRowsOptions = {},
): Partitions {
	return {
		async *from(place) {
			const start = place as Place | undefined;
			const named = keyOf && start?.key;
			let after: Position | undefined =
				start?.after === undefined ? undefined : {cursor: start.after, page: start.page ?? 0};
			let done = start?.done ?? '';
			// Rows that are done may stand on a later page than they did, if the list has changed.
			let skipped: ReadonlySet<string> = new Set();
			let isFirst = true;
			let isFound = named === undefined;
			for await (const {records, number, cursor, binding, state} of open(after)) {
				const stateBefore = states?.current();
				states?.add(name, state);
				const stateAfter = states?.current();
				const end = cursor === null || cursor === undefined ? cursor : {cursor, page: number + 1};
				const all = rowsIn(records).map(
					(record, row): Binding => ({
						rows: {...binding?.rows, [name]: record},
						...(binding?.chosen && {chosen: binding.chosen}),
						values: {},
						where: `${name}, ${recordName(row, number)}`,
					}),
				);
				const keys = keyOf && all.map(keyOf);
				let turns = all.map((_, row) => row);
				if (isFirst && (!keys || named === undefined || isUnchanged(keys, named, start))) {
					turns = turns.slice(start?.row ?? 0);
				} else if (isFirst && keys && named !== undefined) {
					skipped = new Set(split(done));
					if (!keys.includes(named)) onLost?.(lost(name, start?.page ?? 0));
				}
				if (keys && skipped.size > 0)
					turns = turns.filter(row => keys[row] === named || !skipped.has(keys[row] ?? ''));
				const own =
					keys && named !== undefined && !isFound ? turns.findIndex(row => keys[row] === named) : -1;
				if (own > 0) turns = [turns[own] as number, ...turns.slice(0, own), ...turns.slice(own + 1)];
				for (const [turn, row] of turns.entries()) {
					const key = keys?.[row];
					const before = done;
					if (key !== undefined) done = (done + key).slice(-MOST_DONE);
					const following = turns[turn + 1];
					const next =
						following === undefined
							? end && rowPlace(end, 0)
							: rowPlace(after, following, keys && {key: keys[following] ?? '', done});
					const resumes = named === undefined ? undefined : !isFound && key === named;
					isFound ||= resumes === true;
					yield {
						bindings: [all[row] as Binding],
						place: rowPlace(after, row, key === undefined ? undefined : {key, done: before}),
						...(key !== undefined && {key}),
						...(resumes !== undefined && {resumes}),
						...(next !== undefined && {next}),
						...(stateBefore &&
							stateAfter && {
								states: {before: stateBefore, after: following === undefined ? stateAfter : stateBefore},
							}),
					};
				}
				isFirst = false;
				after = end ?? undefined;
			}
		},
	};
}

// The same row in its place, and before it those that were there.
function isUnchanged(keys: readonly string[], named: string, start: Place | undefined): boolean {
	const {row = 0, done = ''} = start ?? {};
	const before = keys.slice(0, row).join('').slice(-MOST_DONE);
	return keys[row] === named && done.endsWith(before);
}

function split(done: string): string[] {
	return Array.from({length: done.length / KEY_LENGTH}, (_, i) =>
		done.slice(i * KEY_LENGTH, (i + 1) * KEY_LENGTH),
	);
}

function rowPlace(
	after: Position | undefined,
	row: number,
	known?: {readonly key: string; readonly done: string},
): Cursor {
	const {key, done = ''} = known ?? {};
	return {
		...(after && {after: after.cursor, page: after.page}),
		row,
		...(key !== undefined && {key}),
		...(done !== '' && {done}),
	};
}

function lost(name: string, page: number): string {
	return `the row of ${name} at which the run before broke off is not on page ${page + 1} any longer; the rows of that page that were not done are read from their beginning`;
}
