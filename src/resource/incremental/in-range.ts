/** Selects the rows of a page that a run takes, and finds how far they reach. */
import {SelectorError} from '../../core/errors.ts';
import type {JsonValue} from '../../core/json/json.ts';
import {type JsonRecord, type Page, recordName} from '../../core/page.ts';
import type {Path} from '../../core/path/path.ts';
import {type Hashes, hashOf, packHashes} from './hashes.ts';
import {excerptOfValue, type Order} from './order.ts';
import type {NewestRows} from './progress.ts';
import type {Range} from './range.ts';

export interface TakeOptions {
	readonly cursorPath: Path;
	readonly order: Order;
	readonly onMissing: 'raise' | 'include' | 'exclude';
	/** Whether a row without a value came in an earlier window of the run, by the hash of the row. */
	readonly isRepeat?: ((range: Range, hash: string, isNull: boolean) => boolean) | undefined;
	/** Whether rows at the start are compared with rows that earlier runs brought. */
	readonly deduplicates: boolean;
	/** Whether rows before the start are taken. */
	readonly takesOlder: boolean;
	/** Whether a value is beyond the present, where the state does not move. */
	readonly isFuture?: ((value: JsonValue) => boolean) | undefined;
	/** The direction of the cursor values from one row to the next, when the API promises an order. */
	readonly direction?: 'onward' | 'back' | undefined;
}

export interface Taken {
	readonly page: Page;
	readonly found: NewestRows | undefined;
	/** By the order of the rows, no later page has a row that is wanted. */
	readonly isEnough: boolean;
	/** How many rows without a value were left out. */
	readonly excluded: number;
	/** No row of the page has the field. */
	readonly isFieldGone: boolean;
	/** How many rows without a value were taken. */
	readonly valueless: number;
	/** Hashes of the rows without a value in the last window, which the next run may read again. */
	readonly unplaced: Hashes;
	/** How many of the rows without a value were dropped, as they came in an earlier window. */
	readonly repeated: number;
	/** The first value beyond the present, and hashes of the rows with such values. */
	readonly future: {readonly value: JsonValue; readonly hashes: Hashes} | undefined;
	/** How many rows were dropped, as they are before the start or beyond the end. */
	readonly outOfRange: number;
}

export function rowsInRange(
	page: Page,
	range: Range,
	{cursorPath, order, onMissing, isRepeat, isFuture, deduplicates, takesOlder, direction}: TakeOptions,
): Taken {
	const {start, end, hasStart, hasEnd, run, known} = range;
	const records: JsonRecord[] = [];
	let top: {value: JsonValue; rows: JsonRecord[]} | undefined;
	let before: JsonValue | undefined;
	let isEnough = false;
	let outOfRange = 0;
	let valueless = 0;
	let repeated = 0;
	let excluded = 0;
	let fieldless = 0;
	// Rows without a value may come after all others, so the walk cannot end early.
	const canEnd = onMissing !== 'include';
	const unplaced: string[] = [];
	let future: {value: JsonValue; hashes: string[]} | undefined;
	const isFirst =
		start !== undefined && run.start_value !== undefined && order.compare(start, run.start_value) === 0;

	// A window that was not finished is read again, and so are its rows.
	function isOut(hash: string): boolean {
		return isFirst && known.has(hash);
	}

	function isTaken(record: JsonRecord, value: JsonValue): boolean {
		if (direction && before !== undefined && isAgainst(order.compare(value, before), direction))
			throw new SelectorError(
				`its rows are not in row_order: ${excerptOfValue(value)} comes after ${excerptOfValue(before)}; ` +
					'leave row_order out',
			);
		before = value;
		const fromStart = start === undefined ? 1 : order.compare(value, start);
		const toEnd = end === undefined ? -1 : order.compare(value, end);
		isEnough ||=
			canEnd &&
			((direction === 'back' && fromStart < 0) ||
				(direction === 'onward' && (toEnd > 0 || (toEnd === 0 && !hasEnd))));
		const isTooOld = !takesOlder && (fromStart < 0 || (fromStart === 0 && !hasStart));
		if (isTooOld || toEnd > 0 || (toEnd === 0 && !hasEnd)) {
			outOfRange++;
			return false;
		}
		if (isFuture?.(value)) {
			future ??= {value, hashes: []};
			if (!deduplicates) return true;
			const hash = hashOf(record);
			future.hashes.push(hash);
			return !known.has(hash);
		}
		const ahead = top === undefined ? 1 : order.compare(value, top.value);
		if (ahead > 0) top = {value, rows: [record]};
		else if (ahead === 0) top?.rows.push(record);
		if (known.size === 0 || run.start_value === undefined || order.compare(value, run.start_value) !== 0)
			return true;
		return !known.has(hashOf(record));
	}

	for (const [index, record] of page.records.entries()) {
		try {
			const value = cursorPath.first(record);
			// An empty text does not compare with times or names.
			if (value == null || value === '') {
				if (onMissing === 'raise') throw missing(cursorPath, record);
				if (value === undefined) fieldless++;
				if (onMissing !== 'include') {
					excluded++;
					continue;
				}
				valueless++;
				const hash = isRepeat || deduplicates ? hashOf(record) : '';
				if (deduplicates && range.isFinal) unplaced.push(hash);
				if (isRepeat?.(range, hash, value === null) || isOut(hash)) repeated++;
				else records.push(record);
			} else if (isTaken(record, value)) records.push(record);
		} catch (error) {
			if (!(error instanceof SelectorError)) throw error;
			throw new SelectorError(`${page.resource}: ${recordName(index, page.number)}: ${error.message}`, {
				cause: error,
			});
		}
	}
	return {
		// The page is the same object where no row was left out, since it may still hold the text that it came
		// in.
		page: records.length === page.records.length ? page : {...page, records},
		found: top && {value: top.value, hashes: deduplicates ? packHashes(top.rows.map(hashOf)) : []},
		isEnough,
		future: future && {value: future.value, hashes: packHashes(future.hashes)},
		outOfRange,
		valueless,
		excluded,
		isFieldGone: fieldless > 0 && fieldless === page.records.length,
		unplaced: packHashes(unplaced),
		repeated,
	};
}

function isAgainst(difference: number, direction: 'onward' | 'back'): boolean {
	return direction === 'onward' ? difference < 0 : difference > 0;
}

function missing(path: Path, record: JsonRecord): SelectorError {
	const keys = Object.keys(record).slice(0, 12).join(', ');
	return new SelectorError(
		`no value at the cursor_path "${path.text}"; its fields: ${keys}. Set on_cursor_value_missing to ` +
			'include or exclude such rows',
	);
}
