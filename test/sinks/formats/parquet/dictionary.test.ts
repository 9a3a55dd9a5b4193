import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {decodeIndexes} from '../../../../sinks/formats/parquet/rle-bit-packed.ts';
import {equalBytes, withView} from '../../../../sinks/formats/parquet/write/byte-strings.ts';
import {TextBuffer} from '../../../../sinks/formats/parquet/write/dictionary.ts';
import {CROWDED, DictionaryTable, ESCAPED} from '../../../../sinks/formats/parquet/write/dictionary-table.ts';

function find(entries: DictionaryTable, text: string, plain = true): number {
	const bytes = Buffer.from(`"${text}"`);
	return entries.find(withView(bytes), 1, bytes.length - 1, plain);
}

function textsOf({encode}: {encode(from: number, to: number): Buffer}, count: number): string[] {
	return Array.from({length: count}, (_, index) => encode(index, index + 1).toString('utf8', 4));
}

/** What is in a store, as a reader sees it. */
function contents(store: TextBuffer): string[] {
	const dictionary = store.dictionary();
	if (!dictionary) return textsOf({encode: (from, to) => store.encode(from, to)}, store.count);
	const texts = textsOf({encode: (from, to) => dictionary.encode(from, to)}, dictionary.count);
	const page = store.encode(0, store.count);
	return [...decodeIndexes(page.subarray(1), store.count, page[0] ?? 0)].map(index => texts[index] ?? 'none');
}

const short = fc.oneof(
	fc.string({maxLength: 9}),
	fc.constantFrom('a', 'b', 'aaaa', 'aaaab', 'aaaabaaaa'),
	fc.string({minLength: 130, maxLength: 300}),
);

test('every distinct value has one number, in the order they came, however small the table was', () => {
	fc.assert(
		fc.property(fc.array(short, {maxLength: 300}), fc.constantFrom(2, 4, 1024), (texts, slots) => {
			const entries = new DictionaryTable(slots);
			const numbers = new Map<string, number>();
			for (const text of texts) {
				const escaped = text.includes('\\');
				const number = find(entries, text);
				if (escaped) assert.equal(number, ESCAPED);
				else {
					if (!numbers.has(text)) numbers.set(text, numbers.size);
					assert.equal(number, numbers.get(text));
				}
			}
			assert.deepEqual(
				textsOf({encode: (from, to) => entries.values.encode(from, to)}, entries.values.count),
				[...numbers.keys()],
			);
			entries.clear();
			assert.equal(find(entries, 'c'), 0);
		}),
	);
});

// Of so many, about nine pairs have the same hash.
test('of two hundred thousand values each is found again, in a table that was begun anew', () => {
	const entries = new DictionaryTable(2);
	for (let round = 0; round < 2; round++) {
		for (let i = 0; i < 200_000; i++) assert.equal(find(entries, `value ${i}`), i);
		for (let i = 0; i < 200_000; i += 7) assert.equal(find(entries, `value ${i}`), i);
		entries.clear();
	}
});

test('values that all collide are too many at some time, and then stand one by one', () => {
	class Worst extends DictionaryTable {
		override find(...[source, from, to, plain]: Parameters<DictionaryTable['find']>): number {
			return this.values.count === 300 ? CROWDED : super.find(source, from, to, plain);
		}
	}
	const store = new TextBuffer(new Worst());
	const texts = Array.from({length: 1000}, (_, index) => `${index % 400}`);
	for (const text of texts) store.add(text);
	assert.equal(store.dictionary(), undefined);
	assert.deepEqual(contents(store), texts);
});

test('texts and the same texts from a page share their numbers', () => {
	fc.assert(
		fc.property(fc.array(fc.tuple(fc.nat(2), fc.oneof(short, fc.string({unit: 'binary'})))), steps => {
			const store = new TextBuffer();
			const all = [...steps, ...steps];
			const expected = all.map(([way, text]) => {
				const bytes = Buffer.from(text);
				if (way === 0) store.add(text);
				else if (way === 1) store.addFrom(withView(bytes), 0, bytes.length);
				else assert.equal(store.addPlain(withView(bytes), 0, bytes.length), !text.includes('\\'));
				return way === 2 && text.includes('\\') ? undefined : bytes.toString();
			});
			const distinct = new Set(expected.filter(text => text !== undefined));
			if (distinct.size > 0) assert.equal(store.dictionary()?.count, distinct.size);
			assert.deepEqual(
				contents(store),
				expected.filter(text => text !== undefined),
			);
		}),
	);
});

test('a dictionary that does not pay after 4000 values is given up, and rests for eight row groups', () => {
	const store = new TextBuffer();
	for (let i = 0; i < 5000; i++) store.add(`${i}`);
	assert.equal(store.dictionary(), undefined);
	assert.deepEqual(
		contents(store),
		Array.from({length: 5000}, (_, i) => `${i}`),
	);
	for (let group = 1; group <= 8; group++) {
		store.clear();
		for (let i = 0; i < 10; i++) store.add('a');
		assert.equal(store.dictionary()?.count, group < 8 ? undefined : 1);
		assert.deepEqual(contents(store), Array(10).fill('a'));
	}
});

test('a dictionary holds 4 MiB of texts and no more', () => {
	const store = new TextBuffer();
	const mebibyte = 'é'.repeat(2 ** 19);
	const texts = Array.from({length: 12}, (_, index) => `${index % 5} ${mebibyte}`);
	for (const text of texts.slice(0, 3)) for (let i = 0; i < 3; i++) store.add(text);
	assert.equal(store.dictionary()?.count, 3);
	store.clear();
	for (const text of texts) store.add(text);
	assert.equal(store.dictionary(), undefined);
	assert.deepEqual(contents(store), texts);
});

test('bytes are the same only if all of them are', () => {
	const text = Buffer.from('xabcdefghijklmnopqrstuvwxyz');
	for (let length = 0; length < 26; length++) {
		const other = Buffer.from(text.subarray(1, 1 + length));
		const isSame = (): boolean => equalBytes(withView(text).view, 1, withView(other).view, 0, length);
		assert.ok(isSame());
		for (let at = 0; at < length; at++) {
			other[at]! ^= 1;
			assert.ok(!isSame(), `${length} ${at}`);
			other[at]! ^= 1;
		}
	}
});
