/**
 * Compares the rows of several parents. A server that ignores the parent gives every one the same rows, a
 * redirect may lead to the rows of another one, and a message may stand where the others have a list.
 */
import {type JsonObject, type JsonValue, stringify} from '../../core/json/json.ts';
import type {JsonRecord, Page} from '../../core/page.ts';
import {lastRecord, rowsIn} from '../../core/records/lazy-records.ts';
import type {RecordList} from '../../core/records/record-list.ts';
import type {Warn} from '../../core/warning.ts';
import {pagePrint} from '../walk/repeats/page-fingerprint.ts';
import {areDistinct, identity} from '../walk/repeats/row-identity.ts';
import type {Partition} from './partitions.ts';

export interface SameChildren {
	/** Takes the first page of each partition that has rows, as the server sent it. */
	first(partition: Partition, page: Page): void;
	/** Warns before the walk ends. */
	tell(): void;
}

/** The first pages of so many parents are compared; a bound on memory. */
const MOST_PARENTS = 10_000;
const FEW_ROWS = 2;
/** Two parents may well have one tag, or the same two members. */
const MANY_ROWS = 5;

export function sameChildren(resource: string, warn: Warn | undefined): SameChildren {
	const identityOf = identity();
	const owners = new Map<string, Partition>();
	let columns: readonly string[] | undefined;
	let stranger: string | undefined;
	let odd: string | undefined;
	let [parents, repeats, rows] = [0, 0, 0];

	// A page with one row may be a message in place of a list.
	function look(partition: Partition, records: RecordList): void {
		const keys = Object.keys(lastRecord(records) ?? {});
		if (records.length > 1) columns ??= keys;
		else if (columns && columns.length > 1 && !keys.some(key => columns?.includes(key)))
			odd ??= `${whereOf(partition)}: its one row has no key of the rows of others: ${stringify(lastRecord(records) as JsonObject).slice(0, 200)}`;
	}

	return {
		first(partition, {records}) {
			if (!warn || records.length === 0 || owners.size >= MOST_PARENTS) return;
			parents++;
			rows = records.length;
			look(partition, records);
			const print = pagePrint(records, records.length).text;
			const other = owners.get(print);
			if (!other) owners.set(print, partition);
			else if (areDistinct(rowsIn(records), identityOf)) {
				repeats++;
				stranger ??= strangerIn(rowsIn(records), partition, other);
			}
		},
		tell() {
			const isSame = repeats > 0 && repeats === parents - 1 && rows >= (parents > 2 ? FEW_ROWS : MANY_ROWS);
			const same =
				`all ${parents} requests got the same ${rows} rows; does the server ignore what differs between ` +
				'them?';
			const what = isSame ? same : stranger;
			[repeats, stranger] = [0, undefined];
			const RIGHT = 'If the rows are right, set repeated_page: keep in the paginator';
			if (what !== undefined) warn?.({code: 'same-children', resource, message: `${what} ${RIGHT}`});
			if (odd !== undefined) warn?.({code: 'odd-row', resource, message: `${odd}. ${RIGHT}`});
			odd = undefined;
		},
	};
}

const reference = /(^|_)parent(_|$)|_id$|Id$|ID$|_key$/;

// Two parents have the same rows, and each row names one of the two as its parent: the other one has rows
// that are not its own.
function strangerIn(rows: readonly JsonRecord[], one: Partition, other: Partition): string | undefined {
	const [mine, theirs] = [one, other].map(parentOf);
	const [first, ...others] = rows as readonly JsonObject[];
	if (!mine || !theirs || !first || others.length === 0) return undefined;
	for (const [key, value] of Object.entries(first)) {
		if (!reference.test(key) || !others.every(row => row[key] === value)) continue;
		for (const [name, own] of Object.entries(theirs)) {
			if (own === mine[name] || !isWord(own) || (value !== own && value !== mine[name])) continue;
			const [owner, guest] = value === own ? [other, one] : [one, other];
			return `${whereOf(guest)}: got the rows of ${whereOf(owner)}; ${key} is ${String(value)} in all of them.`;
		}
	}
	return undefined;
}

function parentOf({bindings}: Partition): JsonRecord | undefined {
	const found = bindings.length === 1 ? Object.values(bindings[0]?.rows ?? {}) : [];
	return found.at(-1);
}

function whereOf({bindings}: Partition): string {
	return bindings[0]?.where ?? 'a request';
}

function isWord(value: JsonValue | undefined): boolean {
	return (
		typeof value === 'number' || typeof value === 'bigint' || (typeof value === 'string' && value !== '')
	);
}
