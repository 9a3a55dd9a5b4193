/** Adds up what the pages of a run brought, in their order, and says what each of them changes in the state. */
import {type JsonObject, type JsonValue, stringify} from '../../core/json.ts';
import {own} from '../../core/own.ts';
import type {Warn} from '../../core/warning.ts';
import {described, type Order} from './order.ts';
import type {Range} from './range.ts';
import {type IncrementalState, MOST_HASHES, type Reached, type RunState, storedState} from './state.ts';

/** The furthest value of a page, and the hashes of its rows there. */
export interface Found {
	readonly value: JsonValue;
	readonly hashes: readonly string[];
}

export interface Ledger {
	/** Takes in one page; `isLast` of its walk. Nothing when it changes nothing. */
	record(range: Range, found: Found | undefined, isLast: boolean): JsonObject | undefined;
}

interface Account {
	readonly run: RunState;
	reached: Reached;
	seen: Reached | undefined;
	/** What is stored now, as text. */
	stored: string;
}

/** `isAscending`: rows come in the order of their values, so that each page is a place to begin anew from. */
export function ledger(name: string, state: JsonObject, {compare}: Order, isAscending: boolean, warn?: Warn): Ledger {
	const accounts = new Map<string, Account>();
	let isTold = false;

	// The same parent may come twice in a run: it is walked anew then, but what is out stays out.
	function accountOf({key, run}: Range): Account {
		const open = accounts.get(key);
		if (open?.run === run) return open;
		const {run: _, ...reached} = storedState(name, state, key);
		const account = {
			run,
			reached: open?.reached ?? reached,
			seen: run.seen,
			stored: open?.stored ?? stringify(own(state, key) ?? {}),
		};
		accounts.set(key, account);
		return account;
	}

	return {
		record(range, found, isLast) {
			const account = accountOf(range);
			const isOver = isLast && range.isFinal;
			if (found) account.seen = further(account.seen, found, compare);
			if (account.seen && (isLast || isAscending)) account.reached = promoted(account, isOver, compare);
			const {reached, seen, run} = account;
			if (isLast && (reached.hashes?.length ?? 0) >= MOST_HASHES && !isTold) {
				isTold = true;
				warn?.({code: 'boundary-rows-repeat', resource: name, message: crowded(reached.last_value)});
			}
			const entry: IncrementalState = isOver ? reached : {...reached, run: {...run, ...(seen && {seen})}};
			const text = stringify(entry as JsonObject);
			if (text === account.stored) return undefined;
			account.stored = text;
			return {[range.key]: text === '{}' ? null : (entry as JsonObject)};
		},
	};
}

function crowded(value: JsonValue | undefined): string {
	const where = described(value ?? null);
	return `${MOST_HASHES.toLocaleString('en')} rows or more have ${where} as their cursor value, so some may come again with the next run; choose a finer cursor_path, or write_disposition: merge`;
}

function further(seen: Reached = {}, {value, hashes}: Found, compare: Order['compare']): Reached {
	const difference = seen.last_value === undefined ? 1 : compare(value, seen.last_value);
	if (difference < 0) return seen;
	return withHashes(value, difference > 0 ? hashes : [...(seen.hashes ?? []), ...hashes]);
}

// Whoever has seen all rows at the old boundary knows better which are there: a row may have changed, and changed back.
function promoted({reached, seen = {}}: Account, isOver: boolean, compare: Order['compare']): Reached {
	if (seen.last_value === undefined || reached.last_value === undefined) return seen;
	const difference = compare(seen.last_value, reached.last_value);
	if (difference < 0) return reached;
	if (difference > 0 || isOver) return seen;
	return withHashes(seen.last_value, [...(reached.hashes ?? []), ...(seen.hashes ?? [])]);
}

function withHashes(value: JsonValue, hashes: readonly string[]): Reached {
	const unique = [...new Set(hashes)].slice(0, MOST_HASHES);
	return {last_value: value, ...(unique.length > 0 && {hashes: unique})};
}
