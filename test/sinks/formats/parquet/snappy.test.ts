import assert from 'node:assert/strict';
import {randomBytes} from 'node:crypto';
import {test} from 'node:test';
import fc from 'fast-check';
import {codec} from '../../../../sinks/formats/parquet/compression.ts';
import {compressSnappy} from '../../../../sinks/formats/parquet/snappy.ts';

// The package that reads Snappy for us knows nothing of what writes it.
async function comesBack(bytes: Buffer): Promise<number> {
	const compressed = compressSnappy(bytes);
	assert.ok(bytes.equals(await codec('snappy').decompress(compressed)));
	return compressed.length;
}

const piece = fc.oneof(
	fc.uint8Array({minLength: 1, maxLength: 90}),
	fc
		.tuple(fc.uint8Array({minLength: 1, maxLength: 5}), fc.nat(140))
		.map(([bytes, times]) =>
			Uint8Array.from({length: bytes.length * (times + 1)}, (_, index) => bytes[index % bytes.length] ?? 0),
		),
);

test('whatever is compressed comes back, however often and however far away its parts are repeated', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.array(piece, {maxLength: 30}),
			fc.array(fc.nat(29), {maxLength: 60}),
			async (pieces, order) => {
				await comesBack(Buffer.concat([...pieces, ...order.map(index => pieces[index] ?? Buffer.alloc(0))]));
			},
		),
		{numRuns: 1000},
	);
});

test('distances up to 64 KiB and beyond, and runs of any length, come back', async () => {
	const text = Buffer.from('Customer Number 4711');
	for (const gap of [0, 1, 2040, 2047, 2048, 65_510, 65_515, 65_516, 65_535, 65_536, 70_000, 200_000])
		await comesBack(Buffer.concat([text, randomBytes(gap), text, text]));
	for (let length = 0; length < 300; length++) {
		await comesBack(Buffer.alloc(length, 'a'));
		await comesBack(Buffer.concat([randomBytes(20), Buffer.alloc(length, 'ab'), randomBytes(length)]));
	}
});

test('what repeats becomes small, and what does not hardly grows', async () => {
	assert.ok((await comesBack(Buffer.alloc(3_000_000, 'ab'))) < 150_000);
	const numbers = Array.from({length: 40_000}, (_, index) => `Customer Number ${index}`).join();
	assert.ok((await comesBack(Buffer.from(numbers))) < numbers.length / 3);
	assert.ok((await comesBack(randomBytes(1_000_000))) < 1_000_200);
});
