/**
 * A merge with the keys of the new rows in memory; of the earlier rows, only the columns of the key are read.
 */
import {SinkError} from '../../../src/core/errors.ts';
import {ownValue} from '../../../src/core/own.ts';
import type {JsonRecord} from '../../../src/core/page.ts';
import type {ReadOptions, ValueRange} from '../../formats/format.ts';
import {columnOf, type Key, keyReader} from './key.ts';
import {hasColumn, newRows, rankReader} from './new-rows.ts';
import {outranks, rankColumns} from './newest.ts';
import {compareRanks, rankOf} from './order.ts';
import {type MergeResult, mergeResult, startsOf} from './result.ts';
import {INSTALL, type MergePart, MOST_PAIRS, type Superseded, type SupersedeOptions} from './types.ts';

/** Facts about each key of the new rows, under one number each. */
interface Winners {
	readonly numbers: Map<Exclude<Key, undefined>, number>;
	readonly arrivals: number[];
	readonly gone: boolean[];
	/** Empty where only the order of arrival decides. */
	readonly ranks: (string | undefined)[];
	/** 1 where an earlier row has the key. */
	readonly met: Uint8Array;
	/**
	 * The least and the greatest value of each column of the key, as ranks; `undefined` for a column without an
	 * order.
	 */
	readonly bounds: readonly (Bounds | undefined)[];
}

interface Bounds {
	least: string | undefined;
	greatest: string | undefined;
}

export async function supersedeInMemory(
	options: SupersedeOptions & {guards: boolean},
	mostKeys: number,
): Promise<Superseded> {
	const {delta} = options;
	const outcome = mergeResult(delta);
	const {counts, dropDelta, dropStale, result} = outcome;
	const lost: {arrival: number; number: number; rank: string | undefined}[] = [];
	const winners = await winnersOf(options, mostKeys, {
		duplicate(arrival, number, rank) {
			counts.duplicates++;
			dropDelta(arrival);
			if (lost.length < MOST_PAIRS) lost.push({arrival, number, rank});
		},
		keyless(arrival, isGone) {
			if (isGone) dropDelta(arrival);
			else counts.inserted++;
		},
	});
	for (const {arrival, number, rank} of lost)
		if (rank === winners.ranks[number]) outcome.pair(arrival, winners.arrivals[number] ?? 0);
	const stale = await meetAll(winners, options, outcome);
	for (const [number, arrival] of winners.arrivals.entries()) {
		if (stale.has(number)) {
			dropStale(arrival);
			counts.duplicates++;
			continue;
		}
		const isMet = winners.met[number] === 1;
		if (winners.gone[number]) {
			dropDelta(arrival);
			if (isMet) counts.deleted++;
		} else if (isMet) counts.updated++;
		else counts.inserted++;
	}
	return result();
}

interface Events {
	duplicate(arrival: number, key: number, rank: string | undefined): void;
	keyless(arrival: number, isGone: boolean): void;
}

async function winnersOf(options: SupersedeOptions, mostKeys: number, events: Events): Promise<Winners> {
	const {delta, key, order, newest} = options;
	const numbers: Winners['numbers'] = new Map();
	const arrivals: number[] = [];
	const gone: boolean[] = [];
	const ranks: (string | undefined)[] = [];
	const bounds = key.map(name =>
		delta.every(({schema}) => isRanked(schema, name)) ? newBounds() : undefined,
	);
	const starts = startsOf(delta);
	for (const [index, part] of delta.entries()) {
		const {batches, keyOf, rankOf, isGone} = newRows(part, options);
		const widen = key.map((name, at) => bounder(name, part, bounds[at]));
		let arrival = starts[index] ?? 0;
		for await (const records of batches) {
			for (const record of records) {
				const here = arrival++;
				const value = keyOf(record);
				if (value === undefined) {
					events.keyless(here, isGone(record));
					continue;
				}
				const rank = rankOf(record);
				const known = numbers.get(value);
				if (known === undefined) {
					if (numbers.size >= mostKeys) throw tooMany(mostKeys);
					for (const grow of widen) grow(record);
					numbers.set(value, arrivals.length);
					arrivals.push(here);
					gone.push(isGone(record));
					if (order !== undefined || newest) ranks.push(rank);
				} else if (isLater(ranks[known], rank)) {
					events.duplicate(arrivals[known] ?? 0, known, ranks[known]);
					arrivals[known] = here;
					gone[known] = isGone(record);
					ranks[known] = rank;
				} else events.duplicate(here, known, rank);
			}
		}
	}
	return {numbers, arrivals, gone, ranks, met: new Uint8Array(arrivals.length), bounds};
}

function isLater(before: string | undefined, rank: string | undefined): boolean {
	if (before === undefined) return true;
	return rank !== undefined && compareRanks(rank, before) >= 0;
}

function tooMany(mostKeys: number): SinkError {
	return new SinkError(
		`a merge of more than ${mostKeys.toLocaleString('en')} keys at once needs DuckDB: ${INSTALL}, or ` +
			'merge in smaller steps. Nothing was changed',
	);
}

function newBounds(): Bounds {
	return {least: undefined, greatest: undefined};
}

function isRanked(schema: MergePart['schema'], name: string): boolean {
	const column = columnOf(schema, name);
	return column === undefined || rankOf(column) !== undefined;
}

function bounder(
	name: string,
	{schema}: MergePart,
	bounds: Bounds | undefined,
): (record: JsonRecord) => void {
	const column = columnOf(schema, name);
	const rank = column && rankOf(column);
	if (!bounds || !rank) return () => {};
	return record => {
		const value = rank(ownValue(record, name) ?? null);
		if (bounds.least === undefined || compareRanks(value, bounds.least) < 0) bounds.least = value;
		if (bounds.greatest === undefined || compareRanks(value, bounds.greatest) > 0) bounds.greatest = value;
	};
}

/**
 * Drops the earlier rows that have one of the keys. Where rows have ranks, it returns the numbers of keys
 * with a newer earlier row.
 */
async function meetAll(
	winners: Winners,
	options: SupersedeOptions & {guards: boolean},
	{dropBase}: MergeResult,
): Promise<ReadonlySet<number>> {
	const stale = new Set<number>();
	if (winners.numbers.size === 0) return stale;
	const candidates: {part: MergePart; row: number; number: number}[] = [];
	for (const part of options.base) {
		const rankOf = options.guards ? rankReader(options, part) : undefined;
		await meet(part, winners, options, (number, row, record) => {
			if (!rankOf) return dropBase(part, row);
			if (outranks(rankOf(record), winners.ranks[number])) stale.add(number);
			candidates.push({part, row, number});
		});
	}
	for (const {part, row, number} of candidates) if (!stale.has(number)) dropBase(part, row);
	return stale;
}

// Compares the keys of an earlier part, and skips stretches whose values cannot match.
async function meet(
	part: MergePart,
	winners: Winners,
	given: SupersedeOptions & {guards: boolean},
	found: (number: number, row: number, record: JsonRecord) => void,
): Promise<void> {
	const {key, format, guards, signal} = given;
	const {path, schema, rows} = part;
	if (key.some(name => columnOf(schema, name) === undefined)) return;
	const readKey = keyReader(key, schema);
	const wanted = guards
		? [...new Set([...key, ...rankColumns(given)])].filter(name => hasColumn(part, name))
		: key;
	const options: ReadOptions = {schema, columns: wanted, signal};
	const stretches = format.stretches?.(path, options) ?? [
		{rows, extremes: () => undefined, read: () => format.rows(path, options)},
	];
	let first = 0;
	for await (const stretch of stretches) {
		signal?.throwIfAborted();
		if (key.every((name, at) => overlaps(stretch.extremes(name), part, name, winners.bounds[at]))) {
			let row = first;
			for await (const records of stretch.read()) {
				for (const record of records) {
					const value = readKey(record);
					const number = value === undefined ? undefined : winners.numbers.get(value);
					if (number !== undefined) {
						winners.met[number] = 1;
						found(number, row, record);
					}
					row++;
				}
			}
		}
		first += stretch.rows;
	}
}

function overlaps(
	range: ValueRange | undefined,
	{schema}: MergePart,
	name: string,
	bounds: Bounds | undefined,
): boolean {
	const column = columnOf(schema, name);
	const rank = column && rankOf(column);
	if (!range || !rank || bounds?.least === undefined || bounds.greatest === undefined) return true;
	return (
		compareRanks(rank(range.greatest), bounds.least) >= 0 &&
		compareRanks(rank(range.least), bounds.greatest) <= 0
	);
}
