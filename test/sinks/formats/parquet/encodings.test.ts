import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import types from 'parquetjs-lite/gen-nodejs/parquet_types.js';
import util from 'parquetjs-lite/lib/util.js';
import {
	decimalBytes,
	decimalText,
	readBigEndian,
	unscaled,
	writeBigEndian,
} from '../../../../sinks/formats/parquet/decimals.ts';
import {
	bitWidth,
	decodeRleBitPacked,
	encodeRleBitPacked,
} from '../../../../sinks/formats/parquet/rle-bit-packed.ts';
import {serializeThrift} from '../../../../sinks/formats/parquet/thrift.ts';
import {ByteStringsBuffer} from '../../../../sinks/formats/parquet/write/byte-strings.ts';

test('levels come back from their packed form, whatever runs they make', () => {
	const run = fc.tuple(fc.nat(7), fc.integer({min: 1, max: 40}));
	fc.assert(
		fc.property(fc.array(run, {maxLength: 40}), fc.nat(20), (runs, skipped) => {
			const levels = Uint8Array.from(runs.flatMap(([level, length]) => Array<number>(length).fill(level)));
			const from = Math.min(skipped, levels.length);
			const packed = encodeRleBitPacked(levels, from, levels.length, 3);
			assert.deepEqual(decodeRleBitPacked(packed, levels.length - from, 3), levels.slice(from));
		}),
	);
});

test('a million equal levels take a few bytes', () => {
	assert.ok(encodeRleBitPacked(new Uint8Array(1_000_000).fill(1), 0, 1_000_000, 1).length <= 5);
});

test('a bit width is the fewest bits that hold a number', () => {
	assert.deepEqual([0, 1, 2, 3, 4, 255, 256, 65_535].map(bitWidth), [0, 1, 2, 2, 3, 8, 9, 16]);
});

test('sizes of any length and lists of any length come back from the footer', () => {
	const size = fc.maxSafeNat();
	const groups = fc.array(fc.record({num_rows: size, total_byte_size: size}), {maxLength: 40});
	fc.assert(
		fc.property(groups, fc.string(), fc.boolean(), (written, name, isSigned) => {
			const logicalType = new types.LogicalType({INTEGER: new types.IntType({bitWidth: 64, isSigned})});
			const bytes = serializeThrift(
				new types.FileMetaData({
					version: -1,
					schema: [new types.SchemaElement({name, logicalType, num_children: 7})],
					num_rows: written.length,
					row_groups: written.map(fields => new types.RowGroup({...fields, columns: []})),
				}),
			);
			const footer = new types.FileMetaData();
			assert.equal(util.decodeThrift(footer, bytes, 0), bytes.length);
			const [element] = footer.schema;
			assert.equal(element?.name, name);
			assert.equal(element?.num_children, 7);
			assert.deepEqual(
				footer.row_groups.map(group => Number(group.num_rows)),
				written.map(group => group.num_rows),
			);
		}),
	);
});

test('a decimal comes back from its digits, and from its bytes', () => {
	const digits = fc.bigInt({min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n});
	fc.assert(
		fc.property(digits, fc.nat(38), (value, scale) => {
			const text = decimalText(value, scale);
			assert.match(text, /^-?\d+(\.\d+)?$/);
			assert.equal(BigInt(unscaled(text, 38, scale) ?? 'none'), value);
			const bytes = new Uint8Array(20);
			writeBigEndian(bytes, 2, 16, value);
			assert.equal(readBigEndian(bytes, 2, 16), value);
		}),
	);
});

test('a decimal with fewer decimals than the scale is filled up with zeros', () => {
	assert.equal(unscaled('12', 9, 2), 1200);
	assert.equal(unscaled('-0.5', 9, 2), -50);
	assert.equal(unscaled('0012.30', 9, 2), 1230);
	assert.equal(unscaled('1234567890123456789', 38, 2), 123456789012345678900n);
	assert.equal(unscaled('9999999.99', 9, 2), 999999999);
	assert.equal(unscaled('10000000', 9, 2), undefined);
});

test('decimals take as few bytes as their precision needs, and multiples of 8 above 16', () => {
	assert.deepEqual([2, 3, 9, 18, 19, 38, 39, 57, 58].map(decimalBytes), [1, 2, 4, 8, 9, 16, 24, 24, 32]);
});

test('texts of any length and script fit into the buffer that grows under them', () => {
	const store = new ByteStringsBuffer();
	const texts = Array.from({length: 4000}, (_, index) =>
		(['漢é😀a', 'é😀a', '😀a', '漢'][index % 4] ?? '').repeat((index * 7) % 130),
	);
	for (const text of texts) store.addText(text);
	for (const [index, text] of texts.entries())
		assert.equal(
			store
				.encode(index, index + 1)
				.subarray(4)
				.toString(),
			text,
		);
});
