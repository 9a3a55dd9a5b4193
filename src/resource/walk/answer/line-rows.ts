/** Rows inside lines of JSON: a selector finds them in each line. */
import {SelectorError} from '../../../core/errors.ts';
import type {JsonValue} from '../../../core/json/json.ts';
import type {JsonRecord} from '../../../core/page.ts';
import {isObject, parsePath} from '../../../core/path/path.ts';
import {selector as compileSelector, type Selector} from '../../../core/path/selector.ts';
import type {RecordList} from '../../../core/records/record-list.ts';

export interface TakenLines {
	readonly records: RecordList;
	/** The number of rows, including those that are null. */
	readonly received: number;
	readonly nulls: number;
}

export interface LineRows {
	/** The rows of some lines. Remembers the lines that have none. */
	rowsOf(selector: Selector, lines: readonly JsonValue[]): TakenLines;
	/**
	 * Throws where a body has lines, but neither this body nor one before had a row. `rows` counts the rows of
	 * this body.
	 */
	checkFound(selector: Selector, rows: number, lines: number): void;
	/** The number of lines without rows that the author has not allowed. */
	readonly others: number;
	/** Keys of such lines. */
	readonly keys: ReadonlySet<string>;
}

/** Whether a selector does not look into lines: each line is a row. */
export function takesWholeLines(selector: Selector): boolean {
	return selector.keys?.length === 0;
}

/**
 * The selector for one line. A filter at its beginning applies to the list of lines: `[?(@.type ==
 * 'row')].data`.
 */
export function lineSelector(
	selector: Selector,
): (line: JsonValue) => ReturnType<Selector['select']> | undefined {
	const isFilter = beginsWithList.test(selector.text);
	const path = parsePath(selector.text);
	const own = isFilter ? compileSelector(selector.text) : selector;
	return line => {
		const body = isFilter ? [line] : line;
		return path.all(body).length === 0 ? undefined : own.select(body);
	};
}

const beginsWithList = /^\$?\[\s*[?*]/;
const MOST_KEYS = 20;

/** `areAllowed`: lines without rows are not reported. */
export function lineRows(areAllowed: boolean): LineRows {
	const keys = new Set<string>();
	let others = 0;
	let hadRow = false;
	let last: JsonValue = null;
	let select: ReturnType<typeof lineSelector> | undefined;

	function take(selector: Selector, lines: readonly JsonValue[]): TakenLines {
		if (takesWholeLines(selector)) {
			hadRow ||= lines.length > 0;
			return {...selector.take(lines), received: lines.length};
		}
		select ??= lineSelector(selector);
		const records: JsonRecord[] = [];
		let nulls = 0;
		for (const line of lines) {
			const found = select(line);
			if (found === undefined) pass(line, selector);
			else {
				nulls += found.nulls;
				for (const record of found.records) records.push(record);
			}
		}
		hadRow ||= records.length > 0;
		return {records, nulls, received: records.length + nulls};
	}

	// The lines that a filter leaves out are left out on purpose.
	function pass(line: JsonValue, {text}: Selector): void {
		last = line;
		if (areAllowed || beginsWithList.test(text)) return;
		others++;
		if (isObject(line)) for (const key of Object.keys(line)) if (keys.size < MOST_KEYS) keys.add(key);
	}

	return {
		rowsOf: take,
		checkFound({text}, rows, lines) {
			if (areAllowed || hadRow || rows > 0 || others === 0) return;
			const found = isObject(last)
				? `found: ${Object.keys(last).slice(0, 12).join(', ')}`
				: 'they are no objects';
			throw new SelectorError(
				`no ${JSON.stringify(text)} in any of the ${lines} lines; ${found}. ` +
					'If lines without it have no rows, set missing_rows: empty',
			);
		},
		get others() {
			return others;
		},
		keys,
	};
}
