/**
 * Rows of a parent, one partition each. A place names the row whose turn it is and the rows that are done, so
 * that a list that has changed loses no row.
 */
import {type Cursor, recordName} from '../../core/page.ts';
import {rowsIn} from '../../core/records/lazy-records.ts';
import type {KnownHashes} from '../incremental/hashes.ts';
import type {AncestorStates} from './ancestor-states.ts';
import {type Done, endsWith, isDone, isFullText, KEY_LENGTH, withKey} from './done-parents.ts';
import {
	type Binding,
	type BoundPage,
	joinedWith,
	type OpenParent,
	type Partition,
	type Partitions,
	type Position,
} from './partitions.ts';

export interface ParentRowsOptions {
	/** The key of a row, as a text of `KEY_LENGTH`. Without it, a place is an index. */
	readonly keyOf?: (binding: Binding) => string;
	/** Adds the changes of the pages to the state. */
	readonly states?: AncestorStates;
	/** Gets a message when the list of parents differs from the one that the place describes. */
	readonly onLost?: (message: string) => void;
}

/**
 * `after` is the cursor before the page of the row. Without a `key`, all rows of the page before `row` are
 * done; where the list had changed (`isAnew`), rows of other pages are done, too. Places of older versions
 * have no `done`.
 */
type ParentPlace = {after?: Cursor; page?: number; row: number; key?: string; done?: Done; isAnew?: true};

interface ParentPage {
	readonly after: Position | undefined;
	readonly bindings: readonly Binding[];
	readonly keys: readonly string[] | undefined;
	readonly page: BoundPage;
}

interface Begin {
	readonly row?: number;
	readonly done?: Done;
	/** Rows that are left out. */
	readonly skipped?: KnownHashes;
	/** Rows that are done. One that comes again shows that the list has changed: this reading ends before its page. */
	readonly moved?: KnownHashes;
	/** The first partition is the one that was interrupted. */
	readonly resumes?: boolean;
}

/**
 * One partition for each row of a parent, while its pages come; at most one page is held.
 * @example rowsOf('posts', cursor => walkOfPosts(cursor))
 */
export function rowsOf(
	name: string,
	open: OpenParent,
	{keyOf, onLost, states}: ParentRowsOptions = {},
): Partitions {
	async function* read(at?: Position): AsyncGenerator<ParentPage> {
		let after = at;
		for await (const page of open(at)) {
			const {records, number, binding, cursor} = page;
			const bindings = rowsIn(records).map(
				(record, row): Binding => ({
					rows: {...binding?.rows, [name]: record},
					...(binding?.chosen && {chosen: binding.chosen}),
					values: {},
					where: `${name}, ${recordName(row, number)}`,
				}),
			);
			yield {after, bindings, keys: keyOf && bindings.map(keyOf), page};
			after = cursor === null || cursor === undefined ? undefined : {cursor, page: number + 1};
		}
	}

	/**
	 * The rows in order, from a row of the first page on, without those that are `skipped`. Returns the rows that
	 * are done if the list has changed.
	 */
	async function* inOrder(
		pages: AsyncIterable<ParentPage>,
		{row: from = 0, done: earlier = [], skipped, moved, resumes: atFirst}: Begin = {},
	): AsyncGenerator<Partition, Done | undefined> {
		let [first, done, resumes] = [from, earlier, atFirst];
		const way = skipped ? {isAnew: true as const} : {};
		for await (const {after, bindings, keys, page} of pages) {
			if (moved && keys?.slice(first).some(key => moved.has(key))) return done;
			const before = states?.current();
			states?.add(name, page.state);
			const whole = states?.current();
			const turns = bindings.map((_, row) => row).slice(first);
			const rows = keys && skipped ? turns.filter(row => !skipped.has(keys[row] ?? '')) : turns;
			for (const [turn, row] of rows.entries()) {
				const known = keys && {key: keys[row] ?? '', done, ...way};
				if (known) done = withKey(done, known.key);
				const following = rows[turn + 1];
				const next =
					following !== undefined
						? placeOf(after, following, known && {...known, key: keys?.[following] ?? '', done})
						: endOf(page, after, known && {done, ...way});
				// A place at the end of a page is looked up on that page, so it goes with the state before it.
				const isBefore = following !== undefined || (known !== undefined && next !== null);
				yield {
					bindings: [bindings[row] as Binding],
					place: placeOf(after, row, known),
					...(known && {key: known.key}),
					...(resumes !== undefined && {resumes}),
					...(next !== undefined && {next}),
					...(before && whole && {states: {before, after: isBefore ? before : whole}}),
				};
				if (resumes) resumes = false;
			}
			first = 0;
		}
		return undefined;
	}

	/** The interrupted row, wherever it is now, and then all rows that are not done, from the beginning. */
	async function* anew(
		place: ParentPlace & {done: Done},
		onPage: ParentPage | undefined,
	): AsyncGenerator<Partition> {
		const {key} = place;
		let {done} = place;
		const own = key === undefined ? undefined : (found(onPage, key) ?? (await lookedFor(key)));
		onLost?.(changed(name, key !== undefined && !own, done));
		if (key !== undefined && own) {
			const rest = withKey(done, key);
			// The interrupted row comes before all others, wherever it is.
			yield {
				bindings: [own],
				key,
				resumes: true,
				place: placeOf(undefined, 0, {key, done, isAnew: true}),
				next: placeOf(undefined, 0, {done: rest, isAnew: true}),
				...(states && {states: {before: states.current(), after: states.current()}}),
			};
			done = rest;
		}
		yield* inOrder(read(), {done, skipped: isDone(done), resumes: false});
	}

	async function lookedFor(key: string): Promise<Binding | undefined> {
		for await (const page of read()) {
			const own = found(page, key);
			if (own) return own;
		}
		return undefined;
	}

	return {
		async *from(place) {
			const start = place as ParentPlace | undefined;
			const at = start?.after === undefined ? undefined : {cursor: start.after, page: start.page ?? 0};
			if (!keyOf || !start || !isKnown(start)) {
				yield* inOrder(read(at), {row: start?.row ?? 0});
				return;
			}
			const pages = read(at);
			const {value: first} = await pages.next();
			if (first && isUnchanged(first, start)) {
				const {row, done = [], key, isAnew} = start;
				const left = yield* inOrder(joinedWith(first, pages), {
					row,
					done,
					[isAnew ? 'skipped' : 'moved']: isDone(done),
					...(key !== undefined && {resumes: true}),
				});
				if (left) yield* anew({row: 0, done: left}, undefined);
				return;
			}
			await pages.return(undefined);
			yield* anew({...start, done: start.done ?? []}, first ?? undefined);
		},
	};
}

function found(page: ParentPage | undefined, key: string): Binding | undefined {
	return page?.bindings[page.keys?.indexOf(key) ?? -1];
}

// Places of older versions have no keys, or shorter ones.
function isKnown({key, done}: ParentPlace): boolean {
	return (key === undefined || key.length === KEY_LENGTH) && (key !== undefined || Array.isArray(done));
}

// Whether the row is in its place, after the same rows as before.
function isUnchanged({keys = []}: ParentPage, {row, key, done = [], isAnew}: ParentPlace): boolean {
	if (row > keys.length || (key !== undefined && keys[row] !== key)) return false;
	const before = keys.slice(0, row);
	if (isFullText(done)) return true;
	const known = isDone(done);
	if (isAnew) return before.every(one => known.has(one));
	// A row that is done and comes after this one has moved.
	return endsWith(done, before) && !keys.slice(row).some(one => known.has(one));
}

type KnownPlace = Pick<ParentPlace, 'key' | 'done' | 'isAnew'>;

function placeOf(after: Position | undefined, row: number, known: KnownPlace = {}): Cursor {
	const {key, done = [], isAnew} = known;
	return {
		...(after && {after: after.cursor, page: after.page}),
		row,
		...(key !== undefined && {key}),
		...((done.length > 0 || key === undefined) && Object.keys(known).length > 0 && {done}),
		...(isAnew && {isAnew}),
	};
}

// The place where a page is done. The keys of its rows show the next run whether the list has changed.
function endOf(
	{cursor, number, records}: BoundPage,
	after: Position | undefined,
	known: KnownPlace | undefined,
): Cursor | undefined {
	if (cursor === null || cursor === undefined) return cursor;
	return known ? placeOf(after, records.length, known) : placeOf({cursor, page: number + 1}, 0);
}

function changed(name: string, isGone: boolean, done: Done): string {
	return `the list of ${name} has changed since the run before broke off${
		isGone ? `, and the row of ${name} at which it broke off is gone` : ''
	}: the list is read again, and its rows that were done are left out${
		isFullText(done) ? '; beyond the first million they may come twice' : ''
	}`;
}
