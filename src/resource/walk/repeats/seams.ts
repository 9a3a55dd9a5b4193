/**
 * Where one page ends and the next begins. Pages that are found by counting shift when rows come or go: here
 * it is noticed, and with `overlap` put right. A row is left out only if it is known to have been read; a
 * page is taken only if it begins among such rows.
 */
import {PaginationError} from '../../../core/errors.ts';
import type {JsonRecord} from '../../../core/page.ts';
import {rowsIn} from '../../../core/records/lazy-records.ts';
import type {RecordList} from '../../../core/records/record-list.ts';
import type {WarningCode} from '../../../core/warning.ts';
import type {PageStart, Paginator, Seam} from '../../paging/paginator.ts';
import type {WalkPosition} from '../walk-options.ts';
import {type LastRow, lastRow} from './last-row.ts';
import {identifyBy, printOf, repeatedPrints, tailOf} from './overlap.ts';
import {type ReadRows, readRows} from './recent-rows.ts';
import {rereadChecks} from './reread.ts';

export interface SeamOptions {
	readonly paginator: Paginator;
	/** Columns that tell rows apart. @default all of them */
	readonly primaryKey?: readonly string[] | undefined;
	readonly warn: (code: WarningCode, message: string) => void;
	/** The answer was asked for before the one before it was there. */
	readonly isAhead: () => boolean;
	/** Asks for nothing before its turn from here on. */
	readonly goInOrder: () => void;
	/** Pages that were read are asked for again, and with good reason. */
	readonly onSeek: () => void;
}

/** What becomes of the first rows of a page. */
export interface Joined {
	/** Those that are new. */
	readonly records: RecordList;
	/** How many had been read. */
	readonly repeated: number;
	/** The answer is of no use: to be asked for here instead. */
	readonly again?: WalkPosition;
	/** Where pages are read once more, of a page that is whole. */
	readonly seam?: Seam;
}

export interface Seams {
	/**
	 * Takes the first rows of an answer: `whole` has its body, if all of it is here. Of one in slices, those
	 * after the first too, while all that came was `repeated`.
	 */
	join(standing: WalkPosition, records: RecordList, repeated: number, whole?: Whole): Joined;
	/** Takes more rows of the same answer, `isLast`: all that are left. */
	more(records: RecordList, isLast: boolean): Joined;
	/** What the next page is told by; `records` were taken last. */
	tail(next: WalkPosition['at'], records: RecordList): string[] | undefined;
}

type Whole = Pick<PageStart, 'body' | 'headers'>;

// Rows of an answer in slices that are held for its tail.
const MOST_HELD = 10_000;
/** Answers in vain: so many are nothing unusual, and beyond them so many for each that was of use. */
const FREE_ATTEMPTS = 150;
const MOST_ATTEMPTS = 5;
/** Pages that are looked through on each side. */
const MOST_STEPS = 50;

export function seamChecks(options: SeamOptions): Seams {
	return options.paginator.reread ? rereadChecks(options) : sideBySide(options);
}

function sideBySide({paginator, primaryKey, warn, isAhead, goInOrder, onSeek}: SeamOptions): Seams {
	const identify = identifyBy(primaryKey);
	let read: ReadRows | undefined;
	let last: LastRow | undefined;
	let held: readonly JsonRecord[] = [];
	let length: number | undefined;
	let size = 0;
	// Rows of the page before.
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
			`${attempts} pages brought nothing new: the list moves faster than it can be read, or the server ignores the offset; sort it by a key that never changes, or page by a cursor`,
		);
	}

	function again(standing: WalkPosition): Joined {
		inVain();
		return {records: [], repeated: 0, again: standing};
	}

	function take(records: RecordList, repeated: number): Joined {
		if (records.length > 0) arrived++;
		last = paginator.byPosition && lastRow(records);
		pageSize = records.length;
		held = [];
		read?.add(rowsIn(records));
		return {records, repeated};
	}

	/** Without `overlap` a move can be told, if at all, and not put right. */
	function watch({at, seek}: WalkPosition, records: RecordList, whole: Whole | undefined): Joined {
		const place = paginator.byPosition?.(at);
		if (!place || seek) return take(records, 0);
		const before = length ?? place.length;
		const now = whole && place.stated(whole);
		const found = last?.indexIn(records) ?? -1;
		// A page of nothing but old rows is one that comes again.
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
				'some may be missing or come twice. Sort by a key that never changes, page by a cursor, or set overlap',
			);
			if (wasAhead) return again({at});
		}
		length = now ?? length;
		return take(records, 0);
	}

	/**
	 * Whether rows may have moved, where none was seen to come again. Those that were added behind this place
	 * move nothing. Others come again, unless they fill a page, or nothing tells them apart.
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
			return take(expected === 0 ? records : rows.slice(expected), expected);
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
		return take(fresh, rows.length - fresh.length);
	}

	/**
	 * The next place to look for the rows at: first to the side that a total speaks for, then to the other.
	 * Pages on the way have as many rows in common as were to come again.
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
			`${paginator.describe(from)}: none of the last rows that were read is there any longer; rows may be missing here or come twice`,
		);
		return {at: from};
	}

	return {
		join(standing, records, repeated, whole) {
			const place = paginator.byPosition?.(standing.at);
			if (place?.isChecked) return check(standing, place.rewound - repeated, records, whole);
			const {tail} = standing;
			if (!tail || records.length === 0) return watch(standing, records, whole);
			const again = repeatedPrints(rowsIn(records).slice(0, tail.length).map(printOf), tail);
			warn(
				'short-page',
				`${paginator.describe(standing.at)}: the page before was shorter than its limit, yet more rows followed; rows that came again and were left out: ${again}`,
			);
			return take(again === 0 ? records : rowsIn(records).slice(again), again);
		},
		more(records) {
			last = lastRow(records) ?? last;
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
