/**
 * Where one page ends and the next begins. Pages that are found by counting shift when rows are added or
 * removed: this is noticed, and with `overlap` corrected. A row is left out only if it is known to have been
 * read; a page is accepted only if it begins among such rows.
 */
import {PaginationError} from '../../../core/errors.ts';
import type {JsonRecord} from '../../../core/page.ts';
import {rowsIn} from '../../../core/records/lazy-records.ts';
import type {RecordList} from '../../../core/records/record-list.ts';
import type {WarningCode} from '../../../core/warning.ts';
import type {ByPosition, PageStart, Paginator, Seam} from '../../paging/paginator.ts';
import type {WalkPosition} from '../walk-options.ts';
import {type EdgeRows, edgeRows} from './edge-rows.ts';
import {type LastRow, lastRow} from './last-row.ts';
import {identifyBy, printOf, repeatedPrints, tailOf} from './overlap.ts';
import {type ReadRows, readRows} from './recent-rows.ts';
import {rereadChecks} from './reread.ts';

export interface SeamOptions {
	readonly paginator: Paginator;
	/** Columns that identify rows. @default all of them */
	readonly primaryKey?: readonly string[] | undefined;
	readonly warn: (code: WarningCode, message: string) => void;
	/** Whether the answer was requested before the one before it had come. */
	readonly isAhead: () => boolean;
	/** Whether answers after it have been requested. */
	readonly hasAhead: () => boolean;
	/** Requests nothing before its turn from now on, and drops such answers. */
	readonly goInOrder: () => void;
	/** Called when pages that were read are requested again on purpose. */
	readonly onSeek: () => void;
}

/** The result for the first rows of a page. */
export interface Joined {
	/** The new rows. */
	readonly records: RecordList;
	/** The number of rows that had been read. */
	readonly repeated: number;
	/** The answer is of no use, and the walk asks here instead. */
	readonly again?: WalkPosition;
	/** How a whole page follows the page before, where pages are read once more. */
	readonly seam?: Seam;
}

export interface Seams {
	/**
	 * Takes the first rows of an answer; `whole` has its body, if it is complete. For an answer in slices, it
	 * is called for the next slices too, as long as all rows that came were `repeated`.
	 */
	join(standing: WalkPosition, records: RecordList, repeated: number, whole?: Whole): Joined;
	/** Takes more rows of the same answer; `isLast`: they are the last. */
	more(records: RecordList, isLast: boolean): Joined;
	/** The fingerprints with which the next page is compared; `records` were taken last. */
	tail(next: WalkPosition['at'], records: RecordList): string[] | undefined;
}

type Whole = Pick<PageStart, 'body' | 'headers'>;

// How many rows of an answer in slices are held for its tail.
const MOST_HELD = 10_000;
/**
 * This many answers in vain are normal; beyond them, `MOST_ATTEMPTS` are allowed for each answer that was of
 * use.
 */
const FREE_ATTEMPTS = 150;
const MOST_ATTEMPTS = 5;
/** How many pages are searched on each side. */
const MOST_STEPS = 50;

export function seamChecks(options: SeamOptions): Seams {
	return options.paginator.reread ? rereadChecks(options) : sideBySide(options);
}

function sideBySide(options: SeamOptions): Seams {
	const {paginator, primaryKey, warn, isAhead, hasAhead, goInOrder, onSeek} = options;
	const identify = identifyBy(primaryKey);
	let read: ReadRows | undefined;
	const edgesOf = edgeRows(primaryKey);
	let last: LastRow | undefined;
	let edges: EdgeRows | undefined;
	let held: readonly JsonRecord[] = [];
	let length: number | undefined;
	let size = 0;
	// The number of rows on the page before.
	let pageSize = 0;
	let isTold = false;
	let [attempts, arrived] = [0, 0];

	function tell(at: WalkPosition['at'], what: string, then: string): void {
		goInOrder();
		if (isTold) return;
		isTold = true;
		warn(
			'list-moved',
			`${paginator.describe(at)}: ${what}, so rows came or went while pages were read; ${then}`,
		);
	}

	function inVain(): void {
		if (++attempts <= FREE_ATTEMPTS + MOST_ATTEMPTS * arrived) return;
		throw new PaginationError(
			`${attempts} pages brought nothing new: the list moves faster than it can be read, or the server ` +
				'ignores the offset; sort it by a key that never changes, or page by a cursor',
		);
	}

	function again(standing: WalkPosition): Joined {
		inVain();
		return {records: [], repeated: 0, again: standing};
	}

	function join(records: RecordList, repeated: number): Joined {
		if (records.length > 0) arrived++;
		last = paginator.byPosition && lastRow(records);
		edges = paginator.byPosition && edgesOf(records);
		pageSize = records.length;
		held = [];
		read?.add(rowsIn(records));
		return {records, repeated};
	}

	/** Without `overlap`, a move can be noticed at best, and not corrected. */
	function watch(
		{at, seek}: WalkPosition,
		place: ByPosition | undefined,
		records: RecordList,
		whole: Whole | undefined,
	): Joined {
		if (!place || seek) return join(records, 0);
		if (hasAhead() && edges?.areIn(records)) goInOrder();
		const before = length ?? place.length;
		const now = whole && place.stated(whole);
		const found = last?.indexIn(records) ?? -1;
		// A page with known rows only is a page that comes again.
		const index = found < records.length - 1 ? found : -1;
		const isMoved = index >= 0 || (now !== undefined && before !== undefined && hasShifted(now - before));
		if (isMoved) {
			const what =
				index >= 0
					? `row ${index + 1} is the last one of the page before`
					: `the total went from ${before} to ${now}`;
			const wasAhead = isAhead();
			tell(
				at,
				what,
				'some may be missing or come twice. Sort by a key that never changes, page by a cursor, or set ' +
					'overlap',
			);
			if (wasAhead) return again({at});
		}
		length = now ?? length;
		return join(records, 0);
	}

	/**
	 * Whether rows may have moved, although none was seen to come again. Rows that were added behind this place
	 * move nothing. Rows added before it make others come again, unless they fill a page, or the rows look
	 * alike.
	 */
	function hasShifted(growth: number): boolean {
		return growth < 0 || (growth > 0 && (last === undefined || growth >= pageSize));
	}

	function check(
		standing: WalkPosition,
		rewound: number,
		records: RecordList,
		whole: Whole | undefined,
	): Joined {
		const {at, tail = [], seek} = standing;
		size = Math.max(size, records.length);
		read ??= readRows(identify, tail);
		const rows = rowsIn(records);
		const ids = rows.map(identify);
		const expected = repeatedPrints(ids, tail);
		if (tail.length === 0 || (expected >= rewound && !seek))
			return join(expected === 0 ? records : rows.slice(expected), expected);
		const found = read.known(rows);
		if (!whole && rows.length < rewound && found.run === rows.length)
			return {records: [], repeated: rows.length};
		const isSure = found.read.slice(0, rewound).includes(true) || found.run >= Math.min(2, tail.length);
		const wasAhead = isAhead();
		tell(
			at,
			'it does not begin with the rows that the page before ended with',
			isSure
				? 'the walk goes on in order, after the last row that it knows'
				: 'the walk looks for the row to go on after',
		);
		if (!isSure && wasAhead) return again({at, tail});
		if (!isSure) {
			onSeek();
			return again(elsewhere(standing, rows.length === 0, whole));
		}
		const fresh = rows.filter((_, i) => !(found.read[i] && (i < found.head || found.same[i])));
		if (fresh.length === 0) inVain();
		return join(fresh, rows.length - fresh.length);
	}

	/**
	 * The next place to search for the rows: first on the side that a total suggests, then on the other. Pages
	 * on the way have as many rows in common as were to come again.
	 */
	function elsewhere(
		{at, tail = [], seek}: WalkPosition,
		isEmpty: boolean,
		whole: Whole | undefined,
	): WalkPosition {
		const place = paginator.byPosition?.(at);
		const now = whole && place?.stated(whole);
		const hasGrown = now !== undefined && place?.length !== undefined && now > place.length;
		const {from, way, steps, isSecond} = seek ?? {from: at, way: hasGrown ? -1 : 1, steps: 0};
		const rows = Math.max(size - tail.length, tail.length);
		const isOver = steps >= MOST_STEPS || (way < 0 && isEmpty);
		const next = isOver ? undefined : place?.earlier?.(way * rows);
		if (next !== undefined)
			return {at: next, tail, seek: {from, way, steps: steps + 1, ...(isSecond && {isSecond})}};
		if (!isSecond) {
			const other = paginator.byPosition?.(from)?.earlier?.(-way * rows);
			if (other !== undefined)
				return {at: other, tail, seek: {from, way: way < 0 ? 1 : -1, steps: 1, isSecond: true}};
		}
		warn(
			'list-moved',
			`${paginator.describe(from)}: none of the last rows that were read is there any longer; rows may ` +
				'be missing here or come twice',
		);
		return {at: from};
	}

	return {
		join(standing, records, repeated, whole) {
			const place = paginator.byPosition?.(standing.at);
			if (place?.isChecked) return check(standing, place.rewound - repeated, records, whole);
			const {tail} = standing;
			if (!tail || records.length === 0) return watch(standing, place, records, whole);
			const again = repeatedPrints(rowsIn(records).slice(0, tail.length).map(printOf), tail);
			warn(
				'short-page',
				`${paginator.describe(standing.at)}: the page before was shorter than its limit, yet more rows ` +
					`followed; rows that came again and were left out: ${again}`,
			);
			return join(again === 0 ? records : rowsIn(records).slice(again), again);
		},
		more(records) {
			last = lastRow(records) ?? last;
			edges?.more(records);
			pageSize += records.length;
			if (paginator.overlap) held = [...held, ...rowsIn(records)].slice(-MOST_HELD);
			read?.add(rowsIn(records));
			return {records, repeated: 0};
		},
		tail(next, records) {
			const count = paginator.overlap?.(next) ?? 0;
			if (count === 0) return undefined;
			return read ? read.tail(count) : tailOf([...held, ...rowsIn(records)], count);
		},
	};
}
