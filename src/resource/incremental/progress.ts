/**
 * Adds up what the pages of a run brought, in their order, and returns what each page changes in the state.
 */
import type {JsonObject, JsonValue} from '../../core/json/json.ts';
import {ownValue} from '../../core/own.ts';
import type {Warn} from '../../core/warning.ts';
import {countOf, type Hashes, joinHashes, removeHashes} from './hashes.ts';
import {excerptOfValue, isSame, type Order} from './order.ts';
import type {Range} from './range.ts';
import {type IncrementalState, MOST_HASHES, type Reached, type RunState, storedState} from './state.ts';

/** The furthest value of a page, and the hashes of the rows that have it. */
export interface NewestRows {
	readonly value: JsonValue;
	readonly hashes: Hashes;
}

export interface CursorProgress {
	/**
	 * Takes in one page; `isLast`: it is the last page of its walk. Returns `undefined` when the state does not
	 * change. `future`: hashes of rows of the page beyond the present.
	 */
	record(
		range: Range,
		found: NewestRows | undefined,
		isLast: boolean,
		future?: Hashes,
	): JsonObject | undefined;
}

interface Account {
	readonly run: RunState;
	reached: Reached;
	seen: Reached | undefined;
	/** What came since `reached` was last updated. */
	fresh: Reached | undefined;
	/** Hashes of rows beyond the present, of this run and of the run before. */
	future: Hashes;
	readonly futureBefore: Hashes;
	/** The state that is stored now. */
	stored: IncrementalState | undefined;
}

/** `isAscending`: rows come in the order of their values, so that a run can begin anew after each page. */
export function trackProgress(
	name: string,
	state: JsonObject,
	{compare}: Order,
	isAscending: boolean,
	warn?: Warn,
): CursorProgress {
	const accounts = new Map<string, Account>();
	let isTold = false;

	// The same parent may come twice in a run: it is read anew then, and rows that were delivered are not
	// delivered again.
	function accountOf({key, run}: Range): Account {
		const open = accounts.get(key);
		if (open?.run === run) return open;
		const {run: before, future: futureBefore = [], ...stored} = storedState(name, state, key);
		const reached = open?.reached ?? stored;
		const account = {
			run,
			reached,
			seen: run.seen,
			fresh: run.seen && unlike(run.seen, reached),
			future: open?.future ?? (run === before ? futureBefore : []),
			futureBefore,
			stored: open ? open.stored : (ownValue(state, key) as IncrementalState | undefined),
		};
		accounts.set(key, account);
		return account;
	}

	// Without the hashes that a resumed run had taken in before it broke off.
	function unlike(seen: Reached, {last_value, hashes = []}: Reached): Reached {
		if (
			last_value === undefined ||
			seen.last_value === undefined ||
			compare(seen.last_value, last_value) !== 0
		)
			return seen;
		return withHashes(seen.last_value, removeHashes(seen.hashes ?? [], hashes));
	}

	return {
		record(range, found, isLast, future = []) {
			const account = accountOf(range);
			const isOver = isLast && range.isFinal;
			account.future = joinHashes(account.future, future, MOST_HASHES);
			if (found) {
				account.seen = further(account.seen, found, compare);
				account.fresh = further(account.fresh, found, compare);
			}
			if (isOver) account.reached = ended(account, compare);
			else if (account.fresh?.last_value !== undefined && (isLast || isAscending)) {
				const {last_value: value, hashes = []} = account.fresh;
				account.reached = further(account.reached, {value, hashes}, compare);
				account.fresh = undefined;
			}
			const {reached, seen, run} = account;
			if (isLast && !isTold && countOf(reached.hashes) >= MOST_HASHES) {
				isTold = true;
				warn?.({code: 'boundary-rows-repeat', resource: name, message: crowded(reached.last_value)});
			}
			const beyond = isOver ? account.future : joinHashes(account.futureBefore, account.future, MOST_HASHES);
			const entry: IncrementalState = {
				...reached,
				...(beyond.length > 0 && {future: beyond}),
				...(!isOver && {run: {...run, ...(seen && {seen})}}),
			};
			if (isAlike(entry, account.stored ?? {})) return undefined;
			account.stored = entry;
			return {[range.key]: Object.keys(entry).length === 0 ? null : (entry as JsonObject)};
		},
	};
}

function crowded(value: JsonValue | undefined): string {
	const where = excerptOfValue(value ?? null);
	return (
		`${MOST_HASHES.toLocaleString('en')} rows or more have ${where} as their cursor value, so some may ` +
		'come again with the next run; choose a finer cursor_path, or write_disposition: merge'
	);
}

function further(before: Reached = {}, {value, hashes}: NewestRows, compare: Order['compare']): Reached {
	const difference = before.last_value === undefined ? 1 : compare(value, before.last_value);
	if (difference < 0) return before;
	return withHashes(value, difference > 0 ? hashes : joinHashes(before.hashes ?? [], hashes, MOST_HASHES));
}

// A run that has seen all rows at the old boundary has the newer list of them: a row may have changed, and
// changed back.
function ended({reached, seen}: Account, compare: Order['compare']): Reached {
	if (seen?.last_value === undefined) return reached;
	if (reached.last_value === undefined || compare(seen.last_value, reached.last_value) >= 0) return seen;
	return reached;
}

function withHashes(value: JsonValue, hashes: Hashes): Reached {
	const kept = countOf(hashes) > MOST_HASHES ? joinHashes([], hashes, MOST_HASHES) : hashes;
	return {last_value: value, ...(kept.length > 0 && {hashes: kept})};
}

// Unchanged texts are the same objects, so comparing them is quick however many there are.
function isAlike(a: unknown, b: unknown): boolean {
	if (a === b) return true;
	if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
	const [one, other] = [Object.entries(a), Object.entries(b)];
	if (one.length !== other.length) return false;
	if (Object.getPrototypeOf(a) !== Object.prototype && !Array.isArray(a))
		return isSame(a as JsonValue, b as JsonValue);
	return one.every(([key, value]) => isAlike(value, (b as {[key: string]: unknown})[key]));
}
