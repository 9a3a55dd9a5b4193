/**
 * Pages that are read once more, after the page that follows them. A page number cannot begin a few rows
 * earlier. But where a page ends as it did before the next one was read, nothing has moved over the edge
 * between the two. Where it does not, the walk goes back to a page with a row that is sure, and on from
 * there.
 */
import {ConfigError, PaginationError} from '../../../core/errors.ts';
import {rowsIn} from '../../../core/records/lazy-records.ts';
import type {RecordList} from '../../../core/records/record-list.ts';
import type {Seam} from '../../paging/paginator.ts';
import type {WalkPosition} from '../walk-options.ts';
import {identifyBy} from './overlap.ts';
import type {Joined, SeamOptions, Seams} from './seams.ts';

type RereadOptions = Pick<SeamOptions, 'paginator' | 'primaryKey' | 'warn'>;

/** How many rows are remembered: some pages, and a bound on memory. */
const MOST = 20_000;
/**
 * This many pages read in vain are normal; `MOST_ATTEMPTS` more are allowed for each page that was of use.
 */
const FREE_ATTEMPTS = 150;
const MOST_ATTEMPTS = 5;
/** The mark between the pages in a tail. No row has this fingerprint. */
const EDGE = '';

export function rereadChecks({paginator, primaryKey = [], warn}: RereadOptions): Seams {
	if (primaryKey.length === 0)
		throw new ConfigError('overlap of page_number needs a primary_key, by which rows are told apart');
	const identify = identifyBy(primaryKey);
	/** By key: whether all rows before it in the list were read, too. */
	let known: Map<string, boolean> | undefined;
	/** The last page whose rows are sure, and the page after it, which is not sure yet. */
	let base: readonly string[] = [];
	let ahead: readonly string[] = [];
	/** The answer that is being read. */
	let answer: {readonly position: WalkPosition; readonly ids: string[]; hasSure: boolean} | undefined;
	let isTold = false;
	let [attempts, arrived] = [0, 0];

	function restored(tail: readonly string[]): Map<string, boolean> {
		const edge = tail.indexOf(EDGE);
		base = edge < 0 ? tail : tail.slice(0, edge);
		ahead = edge < 0 ? [] : tail.slice(edge + 1);
		return new Map([...base.map(id => [id, true] as const), ...ahead.map(id => [id, false] as const)]);
	}

	function remember(rows: Map<string, boolean>, ids: readonly string[], isSure: boolean): void {
		for (const id of ids) rows.set(id, isSure || rows.get(id) === true);
		// A map keeps its keys in the order in which they were added.
		for (const id of rows.keys()) {
			if (rows.size <= MOST) break;
			rows.delete(id);
		}
	}

	function tell(standing: WalkPosition, what: string): void {
		if (isTold) return;
		isTold = true;
		warn(
			'list-moved',
			`${paginator.describe(standing.at)}: ${what}, so rows came or went while pages were read; ` +
				'the walk goes on after the last row that it knows',
		);
	}

	function inVain(): void {
		if (++attempts <= FREE_ATTEMPTS + MOST_ATTEMPTS * arrived) return;
		throw new PaginationError(
			`${attempts} pages brought nothing new: the list moves faster than it can be read, or the server ` +
				'ignores the page; sort it by a key that never changes, or page by a cursor',
		);
	}

	// What the page shows about the edge before it, or, if it is read once more, about the edge after it.
	function seamOf(standing: WalkPosition, ids: readonly string[], hasSure: boolean): Seam {
		const reread = paginator.reread?.(standing.at);
		if (!reread) {
			if (base.length > 0 && hasSure) tell(standing, 'it has rows of pages before it');
			return base.length === 0 || hasSure ? 'sure' : 'open';
		}
		if (ids.length > 0 && ids.at(-1) === base.at(-1)) return 'same';
		tell(standing, 'it does not end as it did before');
		inVain();
		return hasSure || reread.isFirst ? 'sure' : 'lost';
	}

	// Ends a page when all its rows are there.
	function close(rows: Map<string, boolean>, seam: Seam, ids: readonly string[]): void {
		if (seam === 'lost') return;
		if (seam === 'open') ahead = ids;
		else {
			base = seam === 'sure' ? ids : ahead.length > 0 ? ahead : base;
			ahead = [];
			remember(rows, base, true);
		}
	}

	function sift(standing: WalkPosition, records: RecordList, isLast: boolean): Joined {
		known ??= restored(standing.tail ?? []);
		if (answer?.position !== standing) answer = {position: standing, ids: [], hasSure: false};
		const before = known;
		const rows = rowsIn(records);
		const ids = rows.map(identify);
		const isOld = ids.map(id => before.has(id));
		const fresh = isOld.includes(true) ? rows.filter((_, i) => !isOld[i]) : records;
		const isForward = paginator.reread?.(standing.at) === undefined;
		// The loop guard decides what this page is.
		const isBase = isForward && ids.length === base.length && ids.every((id, i) => id === base[i]);
		if (isBase && paginator.mayRepeatFirst?.(standing.at)) return {records, repeated: 0, seam: 'sure'};
		answer.hasSure ||= ids.some(id => before.get(id) === true);
		answer.ids.push(...ids);
		remember(before, ids, false);
		if (fresh.length > 0) arrived++;
		else if (isForward && rows.length > 0) inVain();
		const joined = {records: fresh, repeated: rows.length - fresh.length};
		if (!isLast) return joined;
		const seam = seamOf(standing, answer.ids, answer.hasSure);
		close(before, seam, answer.ids);
		return {...joined, seam};
	}

	return {
		join: (standing, records, _repeated, whole) => sift(standing, records, whole !== undefined),
		more: (records, isLast) => (answer ? sift(answer.position, records, isLast) : {records, repeated: 0}),
		tail: () => (ahead.length > 0 ? [...base, EDGE, ...ahead] : [...base]).slice(-MOST),
	};
}
