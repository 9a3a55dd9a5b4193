import assert from 'node:assert/strict';
import {Writable} from 'node:stream';
import {describe, test} from 'node:test';
import fc from 'fast-check';
import {ConfigError, StageError} from '../../src/core/errors.ts';
import {fingerprint, fingerprints} from '../../src/core/fingerprints.ts';
import {Decimal, type JsonValue, parse, stringify} from '../../src/core/json/json.ts';
import type {JsonRecord, Page} from '../../src/core/page.ts';
import {pipeline} from '../../src/core/pipeline.ts';
import {KeyTable} from '../../src/core/records/key-table.ts';
import {seenKeys} from '../../transforms/dedupe/seen-keys.ts';
import {type DedupeOptions, dedupe, dedupePages} from '../../transforms/dedupe.ts';
import {textRecords} from '../helpers/as-text.ts';
import {pageOf, recordsThrough, through} from './pages.ts';

const MEBIBYTE = 1024 ** 2;

// Exact from the first key to the last, and fingerprints from the first.
for (const maxExactKeys of [1000, 0]) {
	describe(`keys with maxExactKeys ${maxExactKeys}`, () => {
		const keep = (records: JsonRecord[], options?: DedupeOptions): JsonRecord[] =>
			recordsThrough(dedupePages({maxExactKeys, ...options}), records);

		test('the first of each key stays', () => {
			assert.deepEqual(keep([{id: 1, n: 'a'}, {id: 2}, {id: 1, n: 'b'}], {key: 'id'}), [
				{id: 1, n: 'a'},
				{id: 2},
			]);
		});

		test('values that print alike are different', () => {
			const values: JsonValue[] = [
				1,
				'1',
				true,
				'true',
				[1],
				'[1]',
				{a: 1},
				'{"a":1}',
				'\u0000#1',
				'\u00001',
				'\u0000true',
				'',
				{},
				[],
				0,
			];
			assert.equal(
				keep(
					values.map(id => ({id})),
					{key: 'id'},
				).length,
				values.length,
			);
		});

		test('values that are the same in different clothes are the same', () => {
			const pairs: [JsonValue, JsonValue][] = [
				[5, 5n],
				[0, -0],
				[2n ** 70n, BigInt(String(2n ** 70n))],
				[new Decimal('1.1234567890123456789'), new Decimal('1.1234567890123456789')],
				[new Decimal('1.2345678901234567890'), new Decimal('12345678901234567.89e-16')],
				[1e23, 10n ** 23n],
				[0.5, new Decimal('0.50')],
				[
					{a: 1, b: [2n ** 70n]},
					{b: [2n ** 70n], a: 1n},
				],
			];
			for (const [a, b] of pairs) {
				assert.equal(keep([{id: a}, {id: b}], {key: 'id'}).length, 1);
				assert.equal(
					keep([
						{x: a, y: 1},
						{y: 1, x: b},
					]).length,
					1,
				);
			}
		});

		test('exact numbers inside a whole record are neither texts nor each other', () => {
			const values: JsonValue[] = [
				2n ** 70n,
				String(2n ** 70n),
				new Decimal('0.10000000000000000001'),
				'0.10000000000000000001',
				0.1,
			];
			assert.equal(keep(values.map(x => ({x}))).length, values.length);
		});

		test('several fields together do not run into each other', () => {
			const pairs = [
				['a', 'b,c'],
				['a,b', 'c'],
				['1:a', 'b'],
				['1', ':ab'],
				[1, 11],
				[11, 1],
				['1', 11],
				['n1;', 1],
				[1, 'n1;'],
			];
			const records = pairs.map(([a, b]) => ({a, b}) as JsonRecord);
			assert.deepEqual(keep([...records, ...records], {key: ['a', 'b']}), records);
		});

		test('a record without a key is the same as no other', () => {
			const records = [{id: null}, {}, {id: null}, {}, {id: 1}];
			assert.deepEqual(keep([...records, {id: 1}], {key: 'id'}), records);
			assert.equal(keep([{a: 1}, {a: 1}, {a: 1, b: null}], {key: ['a', 'b']}).length, 3);
		});

		test('a key may be a path, or a name that looks like one', () => {
			assert.deepEqual(keep([{user: {id: 1}}, {user: {id: 1}}, {user: {id: 2}}], {key: 'user.id'}), [
				{user: {id: 1}},
				{user: {id: 2}},
			]);
			assert.deepEqual(keep([{'a.b': 1}, {'a.b': 1}], {key: 'a.b'}), [{'a.b': 1}]);
			assert.deepEqual(keep([{'order id': 1}, {'order id': 1}], {key: 'order id'}), [{'order id': 1}]);
		});
	});
}

const id = fc.oneof(
	fc.constantFrom<JsonValue>(1, '1', 5, 5n, null, true, 'true', '', 2n ** 70n, '\u0000#1'),
	fc.nat(20),
	fc.nat(20).map(String),
	fc.array(fc.nat(2), {maxLength: 2}),
);
const pages = fc.array(fc.array(fc.record({id, n: fc.nat(3)}), {maxLength: 8}), {maxLength: 8});

// Keys as a Map tells them apart, spelled in another way than the code's.
function spell(value: JsonValue): unknown {
	return typeof value === 'object'
		? JSON.stringify({list: value})
		: typeof value === 'string'
			? `text ${value}`
			: `${typeof value === 'bigint' ? 'number' : typeof value} ${value}`;
}

test('over any pages, at any change from exact keys to fingerprints, it keeps what a Map would keep', () => {
	fc.assert(
		fc.property(
			pages,
			fc.nat(12),
			fc.constantFrom<'first' | 'last'>('first', 'last'),
			(pages, maxExactKeys, keep) => {
				const all = pages.flat();
				const kept = new Map<unknown, JsonRecord>();
				for (const record of all) {
					const key = record.id === null ? record : spell(record.id as JsonValue);
					if (keep === 'last' || !kept.has(key)) kept.set(key, record);
				}
				const expected = new Set(kept.values());
				const definition = dedupePages({key: 'id', maxExactKeys, keep});
				const out = through(definition, ...pages);
				assert.deepEqual(
					out.map(page => page.records),
					pages.map(records => records.filter(record => expected.has(record))),
				);
				assert.deepEqual(
					out.map(({number, cursor}) => [number, cursor]),
					pages.map((_, number) => [number, {page: number}]),
				);
				assert.equal(definition.counts?.duplicates, all.length - expected.size);
			},
		),
		{numRuns: 500},
	);
});

test('two million keys in a row, and as numbers, have two million fingerprints', () => {
	const set = fingerprints(1024 * MEBIBYTE);
	for (let n = 0; n < 1_000_000; n++) assert.ok(set.add(String(n).padStart(16, '0')));
	for (let n = 0; n < 1_000_000; n++) assert.ok(set.add(`\u0000#${n}`));
	assert.equal(set.size, 2_000_000);
	for (let n = 0; n < 1_000_000; n += 97) assert.equal(set.add(String(n).padStart(16, '0')), false);
	assert.ok(set.bytes / set.size < 50);
});

test('every bit of a fingerprint depends on every character', () => {
	const text = 'contact-0000000123';
	const [before, after] = [new Uint32Array(4), new Uint32Array(4)];
	fingerprint(text, before);
	for (let at = 0; at < text.length; at++) {
		fingerprint(
			`${text.slice(0, at)}${String.fromCharCode(text.charCodeAt(at) ^ 1)}${text.slice(at + 1)}`,
			after,
		);
		for (let word = 0; word < 4; word++) {
			const flipped = (before[word]! ^ after[word]!).toString(2).replace(/[^1]/g, '').length;
			assert.ok(flipped >= 5 && flipped <= 27, `${flipped} bits of word ${word} change with character ${at}`);
		}
	}
});

test('keys that are few but long leave the exact stage before they fill the memory', () => {
	const seen = seenKeys(1000, 2 * MEBIBYTE);
	const long = (n: number): string => `${n} ${'x'.repeat(5000)}`;
	for (let n = 0; n < 900; n++) assert.equal(seen.add(long(n)), true);
	for (let n = 0; n < 900; n++) assert.equal(seen.add(long(n)), false);
});

test('when the memory is used up the error says who, how much, and what to do', () => {
	const ids = Array.from({length: 200_000}, (_, id) => ({id}));
	for (const keep of ['first', 'last'] as const) {
		assert.throws(
			() => recordsThrough(dedupePages({key: 'id', keep, maxMemoryBytes: MEBIBYTE}), ids),
			error =>
				error instanceof StageError &&
				/^contacts: dedupe holds \d+ keys.*maxMemoryBytes \(1 MiB\) allows\. Raise it/.test(error.message),
		);
	}
});

test("keep: 'last' frees the records that newer ones replace", () => {
	const big = 'x'.repeat(100_000);
	const pages = Array.from({length: 200}, (_, n) => [{id: n % 5, n, big}]);
	const out = recordsThrough(dedupePages({key: 'id', keep: 'last', maxMemoryBytes: MEBIBYTE}), ...pages);
	assert.deepEqual(
		out.map(record => record.n),
		[195, 196, 197, 198, 199],
	);
});

test("keep: 'last' lets no page through before the end, since its cursor would promise what is not written", () => {
	const definition = dedupePages({key: 'id', keep: 'last'});
	assert.equal(definition.page(pageOf([{id: 1}])), undefined);
	assert.deepEqual([...definition.flush!()], [pageOf([{id: 1}])]);
});

test('records that are text keep what they would keep as values, whatever their keys', () => {
	const key = fc.oneof(
		fc.integer({min: 0, max: 5}),
		fc.constantFrom<JsonValue>(
			null,
			'',
			'1',
			'a',
			'é\u0000',
			'\u0000a',
			1.5,
			1e21,
			10n ** 21n,
			12345678901234567890n,
			true,
			[1],
			{a: 1},
		),
		fc
			.constantFrom('1.2345678901234567890', '1.234567890123456789', '0.1234567890123456789e1')
			.map(digits => new Decimal(digits)),
	);
	const rows = fc.array(fc.record({id: key, b: key, n: fc.integer()}, {requiredKeys: ['n']}), {
		minLength: 1,
		maxLength: 6,
	});
	fc.assert(
		fc.property(
			fc.array(rows, {maxLength: 4}),
			fc.constantFrom('id', ['id', 'b'], ['b', 'n'], []),
			(pages, fields) => {
				const keys = new KeyTable();
				const asText = pages.map(records => textRecords(stringify(records as JsonValue), keys) ?? []);
				const [one, other] = [dedupePages({key: fields}), dedupePages({key: fields})];
				assert.deepEqual(
					recordsThrough(one, ...asText),
					recordsThrough(
						other,
						...pages.map(records => parse(stringify(records as JsonValue)) as JsonRecord[]),
					),
				);
				assert.deepEqual(one.counts, other.counts);
			},
		),
		{numRuns: 2000},
	);
});

test('a page in which nothing is dropped goes on as it is', () => {
	const definition = dedupePages({key: 'id'});
	const page = pageOf([{id: 1}]);
	assert.equal(definition.page(page), page);
});

test('wrong options are all named at once', () => {
	const options = {
		key: '',
		keep: 'newest',
		maxExactKeys: 2 ** 24,
		maxMemoryBytes: 1,
	} as unknown as DedupeOptions;
	assert.throws(
		() => dedupe(options),
		error => error instanceof ConfigError && error.issues.length === 4,
	);
});

for (const keep of ['first', 'last'] as const) {
	test(`as a stage that keeps the ${keep}, duplicates are in the summary`, async () => {
		const ids: JsonValue[] = [];
		const last = new Writable({
			objectMode: true,
			write(page: Page, _encoding, done) {
				ids.push(...page.records.map(record => record.n as JsonValue));
				done();
			},
		});
		const pages = [
			pageOf([
				{id: 1, n: 1},
				{id: 2, n: 2},
			]),
			pageOf([{id: 1, n: 3}], 1),
		];
		const summary = await pipeline(pages, dedupe({key: 'id', keep}), last);
		assert.deepEqual(ids, keep === 'first' ? [1, 2] : [2, 3]);
		assert.equal(summary.duplicates, 1);
	});
}
