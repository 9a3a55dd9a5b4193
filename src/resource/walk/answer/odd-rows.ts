/**
 * Rows unlike the others of their list. A server that fails while it sends may end the list with an error or
 * a summary; the last row of each answer is compared with the first row of the walk.
 */
import {DecodeError} from '../../../core/errors.ts';
import {type JsonObject, type JsonValue, stringify} from '../../../core/json/json.ts';
import {isObject} from '../../../core/path/path.ts';
import {firstRecords, lastRecord, linesOf, rowsIn} from '../../../core/records/lazy-records.ts';
import type {RecordList} from '../../../core/records/record-list.ts';
import type {Warn} from '../../../core/warning.ts';
import {errorSign, isBareError, isIdentified} from '../../completeness/error-signs.ts';

export interface OddRows {
	/** Takes rows of an answer, in their order. */
	add(records: RecordList): void;
	/** Checks the last row of an answer. Throws `DecodeError` where it is an error. */
	endAnswer(isText: boolean): void;
	/** Warns of records without a field, once, before the walk ends. */
	tell(): void;
}

interface Options {
	readonly name: string;
	/** The author says that nothing is an error. */
	readonly isOff: boolean;
	/** The author says that each line is a row. */
	readonly isEachLine: boolean;
	readonly warn: Warn | undefined;
}

const trouble =
	/\b(error|exception|abort(ed)?|fatal|failed|failure|timed? ?out|limit (reached|exceeded))\b|exception/i;
const summary = /^\s*(#|--|\.\.\.|…|(total|summary|eof|end|truncated)\b|\d+ (of \d+ )?rows)/i;
const failedType = /^(error|exception|fault|failure|aborted)$/i;

export function oddRows({name, isOff, isEachLine, warn}: Options): OddRows {
	let first: JsonObject | undefined;
	/** The first row, where the second is unlike it. */
	let odd: JsonObject | undefined;
	let last: JsonObject | undefined;
	let [count, empty] = [0, 0];
	let isTold = false;

	function fail(row: JsonObject): never {
		throw new DecodeError(
			`the last row is an error, unlike the rows before it: ${shown(row)}. If it is a row, set ` +
				'error_path: null',
		);
	}

	// The first row, or the second where the first is no row of the same list.
	function firstOf(records: RecordList): JsonObject | undefined {
		const [one, two] = rowsIn(firstRecords(records, 2)).map(row => objectIn(row));
		if (isOff || !one || !two || records.length < 3 || !isUnlike(one, two)) return one;
		odd = one;
		return two;
	}

	// In a list of several kinds, the last row may be one of the kind of the first.
	function compareEnds(row: JsonObject): void {
		if (odd && sharesKey(row, odd)) first = odd;
		else if (odd) doubtOf('first', odd);
		odd = undefined;
	}

	function doubtOf(which: 'first' | 'last', row: JsonObject): void {
		if (isTold) return;
		isTold = true;
		const message =
			`the ${which} row is unlike the ${which === 'first' ? 'second' : 'first'}, and was taken for a row: ` +
			`${shown(row)}. It may be a summary or a sign that the list is not whole`;
		warn?.({code: 'odd-row', resource: name, message});
	}

	return {
		add(records) {
			if (records.length === 0) return;
			first ??= firstOf(records);
			last = objectIn(lastRecord(records));
			count += records.length;
			empty += emptyIn(records);
		},
		endAnswer(isText) {
			if (isOff || !first || !last) return;
			const row = last;
			last = undefined;
			if (count === 1) {
				if (isText && !isEachLine && isBareError(row) && errorSign(row)?.isSure) fail(row);
				return;
			}
			compareEnds(row);
			const doubt = isUnlike(row, first) ? unlike(row) : isText ? ofText(row, first) : ofNulls(row, first);
			if (doubt === 'error') fail(row);
			if (doubt === 'doubt') doubtOf('last', row);
		},
		tell() {
			if (empty === 0 || empty === count) return;
			const message = `${empty} of ${count} records have no field at all`;
			warn?.({code: 'empty-records', resource: name, message});
		},
	};
}

// With one key, rows may be of any kind.
function isUnlike(row: JsonObject, first: JsonObject): boolean {
	const keys = Object.keys(row);
	return Object.keys(first).length > 1 && keys.length > 0 && !sharesKey(row, first);
}

function sharesKey(one: JsonObject, other: JsonObject): boolean {
	return Object.keys(one).some(key => Object.hasOwn(other, key));
}

function unlike(row: JsonObject): 'error' | 'doubt' {
	const isFailed = Object.entries(row).some(
		([key, value]) => /^(type|kind|status|state|level)$/i.test(key) && failedType.test(String(value)),
	);
	return !isIdentified(row) && (isFailed || errorSign(row)?.isSure === true) ? 'error' : 'doubt';
}

// All rows of CSV have the same columns. A sentence in a column of numbers is no value of it.
function ofText(row: JsonObject, first: JsonObject): 'error' | 'doubt' | undefined {
	const [key] = Object.keys(first);
	if (key === undefined || !isNumber(first[key]) || isNumber(row[key])) return undefined;
	const texts = Object.values(row).filter(value => typeof value === 'string');
	if (texts.some(text => trouble.test(text))) return 'error';
	return typeof row[key] === 'string' && summary.test(row[key]) ? 'doubt' : undefined;
}

// A database that fails may give rows of the right shape, with nothing in them.
function ofNulls(row: JsonObject, first: JsonObject): 'doubt' | undefined {
	const values = Object.values(row);
	const isNone = values.length > 1 && values.every(value => value === null);
	return isNone && Object.values(first).some(value => value !== null) ? 'doubt' : undefined;
}

function isNumber(value: JsonValue | undefined): boolean {
	return typeof value === 'number' || (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value));
}

// Records as text need no parsing for this.
function emptyIn(records: RecordList): number {
	const lines = linesOf(records);
	if (!lines) return rowsIn(records).filter(row => isObject(row) && Object.keys(row).length === 0).length;
	const text = Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength);
	let found = text.indexOf('{}\n') === 0 ? 1 : 0;
	for (let at = text.indexOf('\n{}\n'); at >= 0; at = text.indexOf('\n{}\n', at + 3)) found++;
	return found;
}

function objectIn(row: JsonValue | undefined): JsonObject | undefined {
	return isObject(row) ? (row as JsonObject) : undefined;
}

function shown(row: JsonObject): string {
	return stringify(row).slice(0, 200);
}
