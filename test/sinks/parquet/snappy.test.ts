import assert from 'node:assert/strict';
import {randomBytes} from 'node:crypto';
import {test} from 'node:test';
import fc from 'fast-check';
import compression from 'parquetjs-lite/lib/compression.js';
import {compressSnappy} from '../../../sinks/parquet/snappy.ts';

function restored(bytes: Buffer): Buffer {
	return compression.inflate('SNAPPY', compressSnappy(bytes));
}

test('any bytes come back, however long the stretches that repeat and those that do not', () => {
	const piece = fc.record({bytes: fc.uint8Array({maxLength: 300}), times: fc.integer({min: 1, max: 200})});
	fc.assert(
		fc.property(fc.array(piece, {maxLength: 30}), fc.nat(70_000), (pieces, far) => {
			const repeated = pieces.flatMap(({bytes, times}) => Array<Uint8Array>(times).fill(bytes));
			const bytes = Buffer.concat([...repeated, randomBytes(far), ...pieces.map(({bytes}) => bytes)]);
			assert.ok(restored(bytes).equals(bytes));
		}),
		{numRuns: 300},
	);
});

test('literals and copies of every length around their limits come back', () => {
	for (let length = 0; length < 700; length++) {
		const noise = randomBytes(length);
		const bytes = Buffer.concat([noise, noise, Buffer.alloc(length, 7), noise]);
		assert.ok(restored(bytes).equals(bytes), `${length} bytes`);
	}
});

test('what repeats becomes short, and noise grows by less than a hundredth', () => {
	const text = Buffer.from('Called back on Monday, wants the yearly plan. '.repeat(20_000));
	assert.ok(compressSnappy(text).length < text.length / 15);
	const noise = randomBytes(1_000_000);
	assert.ok(compressSnappy(noise).length < noise.length * 1.01);
});

test('a page is not changed by the pages after it', () => {
	const first = compressSnappy(Buffer.alloc(1000, 1));
	const kept = Buffer.from(first);
	compressSnappy(randomBytes(5000));
	assert.ok(first.equals(kept));
});
