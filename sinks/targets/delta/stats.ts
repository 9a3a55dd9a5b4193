/**
 * Statistics of a file for its entry in the log, by which readers skip files. They come from the footer; a
 * column whose extremes could mislead a reader has none. Source: github.com/delta-io/delta, PROTOCOL.md,
 * "Per-file Statistics".
 */
import {Decimal, type JsonObject, type JsonValue, stringify} from '../../../src/core/json/json.ts';
import {decimalText, readBigEndian} from '../../formats/parquet/decimals.ts';
import {type OpenedFile, openParquetFile} from '../../formats/parquet/read/open-file.ts';
import type {Leaf} from '../../formats/parquet/schema.ts';

/** As other writers do; more would make entries of wide tables large. */
const MOST_COLUMNS = 32;

/** The text of `stats` for a file of Sluice. */
export async function statsOf(path: string): Promise<string> {
	const file = await openParquetFile(path);
	try {
		return statsIn(file);
	} finally {
		await file.close();
	}
}

function statsIn({schema, groups}: OpenedFile): string {
	const [minValues, maxValues, nullCount] = [emptyObject(), emptyObject(), emptyObject()];
	const rows = groups.reduce((sum, group) => sum + group.rows, 0);
	const leaves = schema.leaves.filter(leaf => leaf.maxRepetition === 0);
	for (const leaf of leaves.slice(0, MOST_COLUMNS)) {
		const chunks = groups.flatMap(({chunks}) => chunks[leaf.index] ?? []);
		put(
			nullCount,
			leaf.path,
			chunks.reduce((sum, {nulls}) => sum + nulls, 0),
		);
		const known = chunks.filter(({nulls, entries}) => nulls < entries);
		const least = known.map(({extremes}) => extremes && storedValue(extremes.least, leaf));
		const greatest = known.map(({extremes}) => extremes && storedValue(extremes.greatest, leaf));
		const texts = [textOf(least, leaf, 'least'), textOf(greatest, leaf, 'greatest')] as const;
		if (texts[0] === undefined || texts[1] === undefined) continue;
		put(minValues, leaf.path, texts[0]);
		put(maxValues, leaf.path, texts[1]);
	}
	return stringify({numRecords: rows, minValues, maxValues, nullCount});
}

type Comparable = number | bigint | Buffer;

function storedValue(bytes: Buffer, {physical}: Leaf): Comparable {
	switch (physical) {
		case 'INT32':
			return bytes.readInt32LE();
		case 'INT64':
			return bytes.readBigInt64LE();
		case 'DOUBLE':
			return bytes.readDoubleLE();
		case 'FIXED_LEN_BYTE_ARRAY':
			return readBigEndian(bytes, 0, bytes.length);
		default:
			return bytes;
	}
}

/** The least or the greatest of the values in JSON; `undefined` where one is not known or cannot be told. */
function textOf(
	values: readonly (Comparable | undefined)[],
	{column}: Leaf,
	which: 'least' | 'greatest',
): JsonValue | undefined {
	const sign = which === 'least' ? 1 : -1;
	let found: Comparable | undefined;
	for (const value of values) {
		if (value === undefined) return undefined;
		if (found === undefined || sign * compare(value, found) < 0) found = value;
	}
	if (found === undefined) return undefined;
	switch (column.type) {
		case 'text':
		case 'json':
		case 'time':
			return Buffer.isBuffer(found) ? found.toString() : undefined;
		case 'bigint':
			return found as bigint;
		case 'double':
			return doubleOf(found as number);
		case 'decimal':
			return new Decimal(decimalText(BigInt(found as number | bigint), column.scale));
		case 'date':
			return dayOf(found as number);
		case 'timestamp':
			return instantOf(found as bigint, which);
		default:
			// Readers keep no order of bytes, nor of true and false.
			return undefined;
	}
}

function compare(one: Comparable, other: Comparable): number {
	if (Buffer.isBuffer(one) && Buffer.isBuffer(other)) return Buffer.compare(one, other);
	return one < other ? -1 : one > other ? 1 : 0;
}

// JSON has no infinity. JavaScript writes -0 as 0, which some readers take for a greater number.
function doubleOf(value: number): JsonValue | undefined {
	if (!Number.isFinite(value)) return undefined;
	return Object.is(value, -0) ? new Decimal('-0.0') : value;
}

const DAY_MS = 86_400_000;
/** The years that a text of four digits holds. */
const FIRST_MS = Date.parse('0001-01-01');
const LAST_MS = Date.UTC(9999, 11, 31);

function dayOf(days: number): string | undefined {
	return isoText(days * DAY_MS)?.slice(0, 10);
}

// Readers know milliseconds only: the range is widened to whole ones.
function instantOf(micros: bigint, which: 'least' | 'greatest'): string | undefined {
	const rest = ((micros % 1000n) + 1000n) % 1000n;
	const floor = Number((micros - rest) / 1000n);
	return isoText(which === 'greatest' && rest > 0n ? floor + 1 : floor);
}

function isoText(ms: number): string | undefined {
	return ms >= FIRST_MS && ms <= LAST_MS ? new Date(ms).toISOString() : undefined;
}

// Names of columns may be those of inherited properties.
function emptyObject(): JsonObject {
	return Object.create(null) as JsonObject;
}

function put(object: JsonObject, [name = '', ...rest]: readonly string[], value: JsonValue): void {
	if (rest.length === 0) {
		object[name] = value;
		return;
	}
	object[name] ??= emptyObject();
	put(object[name] as JsonObject, rest, value);
}
