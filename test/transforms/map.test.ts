import assert from 'node:assert/strict';
import {Writable} from 'node:stream';
import {test} from 'node:test';
import {StageError} from '../../src/core/errors.ts';
import type {JsonRecord} from '../../src/core/page.ts';
import {pipeline} from '../../src/core/pipeline.ts';
import {filter, filterPages, map, mapPages} from '../../transforms/map.ts';
import {pageOf, recordsThrough} from './pages.ts';

test('map puts another record in the place of each, and forgets the schema', () => {
	const schema = {columns: []};
	const page = mapPages(record => ({...record, full: `${record.first} ${record.last}`})).page({
		...pageOf([{first: 'Ada', last: 'Lovelace'}], 2),
		schema,
	});
	assert.deepEqual(page, pageOf([{first: 'Ada', last: 'Lovelace', full: 'Ada Lovelace'}], 2));
});

test('filter keeps the records for which it says true, and the schema', () => {
	const page = {...pageOf([{n: 1}, {n: 2}, {n: 3}]), schema: {columns: []}};
	assert.deepEqual(filterPages(record => Number(record.n) % 2 === 1).page(page), {
		...page,
		records: [{n: 1}, {n: 3}],
	});
	assert.equal(filterPages(() => true).page(page), page);
});

test('the function learns where the record came from', () => {
	const out = recordsThrough(
		mapPages((_record, place) => ({...place})),
		[{}],
		[{}, {}],
	);
	assert.deepEqual(out, [
		{resource: 'contacts', page: 0, index: 0},
		{resource: 'contacts', page: 1, index: 0},
		{resource: 'contacts', page: 1, index: 1},
	]);
});

test('an error in the function names the record, and keeps its cause', () => {
	const cause = new TypeError('no name');
	const fail = (): never => {
		throw cause;
	};
	for (const [name, definition] of [
		['map', mapPages(fail)],
		['filter', filterPages(fail)],
	] as const) {
		assert.throws(
			() => definition.page(pageOf([{}], 3)),
			error =>
				error instanceof StageError &&
				error.cause === cause &&
				error.message === `contacts: ${name}, record 1 of page 4: no name`,
		);
	}
});

test('a result that is no record, or a promise, is an error that says so', () => {
	for (const result of [undefined, null, 5, [{}]]) {
		const definition = mapPages(() => result as unknown as JsonRecord);
		assert.throws(
			() => definition.page(pageOf([{}])),
			/contacts: map, record 1 of page 1: the function must return a record, got/,
		);
	}
	const reject = async (): Promise<never> => {
		throw new Error('late');
	};
	assert.throws(
		() => mapPages(reject as unknown as () => JsonRecord).page(pageOf([{}])),
		/got a promise; .* async generator/,
	);
	assert.throws(
		() => filterPages(reject as unknown as () => boolean).page(pageOf([{}])),
		/must return true or false, got a promise/,
	);
});

test('both are stages', async () => {
	let written = 0;
	const last = new Writable({
		objectMode: true,
		write(page: {records: unknown[]}, _encoding, done) {
			written += page.records.length;
			done();
		},
	});
	await pipeline(
		[pageOf([{n: 1}, {n: 2}])],
		map(record => ({n: Number(record.n) * 2})),
		filter(record => record.n === 4),
		last,
	);
	assert.equal(written, 1);
});
