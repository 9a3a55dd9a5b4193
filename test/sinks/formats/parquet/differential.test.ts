import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {Column} from '../../../../src/core/schema/schema.ts';
import {ask, query, readRows, values, write} from './files.ts';

const ROWS = 200_000;

const columns: Column[] = [
	{name: 'id', type: 'bigint', nullable: false},
	{name: 'large', type: 'bigint', nullable: true},
	{name: 'double', type: 'double', nullable: true},
	{name: 'flag', type: 'bool', nullable: true},
	{name: 'instant', type: 'timestamp', nullable: true},
	{name: 'day', type: 'date', nullable: false},
	{name: 'clock', type: 'time', nullable: true},
	{name: 'country', type: 'text', nullable: false},
	{name: 'note', type: 'text', nullable: true},
	{name: 'price', type: 'decimal', precision: 9, scale: 2, nullable: true},
	{name: 'exact', type: 'decimal', precision: 30, scale: 6, nullable: true},
	{name: 'extra', type: 'json', nullable: true},
	{name: 'nothing', type: 'text', nullable: true},
	{name: 'list', type: 'list', nullable: true, items: {name: '', type: 'bigint', nullable: true}},
	{
		name: 'place',
		type: 'struct',
		nullable: true,
		fields: [
			{name: 'city', type: 'text', nullable: true},
			{name: 'floor', type: 'double', nullable: false},
		],
	},
];

// A small generator of our own, so that every run sees the same rows.
let state = 20240105;
function random(): number {
	state = (state + 0x6d2b79f5) | 0;
	let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
	mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
	return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}

function below(limit: number): number {
	return Math.floor(random() * limit);
}

function pick<T>(list: readonly T[]): T {
	return list[below(list.length)] as T;
}

function maybe<T>(value: T): T | null {
	return random() < 0.1 ? null : value;
}

const countries = ['Norge', 'Österreich', '日本', 'España', '', '🇩🇰 Danmark', '\uffee', 'zz'];
const notes = ['', 'a\u0000b', 'é', '\uff71\uff72', '👩‍👩‍👧 family', '😀', '漢字', `${'long '.repeat(40)}`];
const doubles = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0, 5e-324, 1e300];
const bigints = [2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n, 0, -1];
const extras = [[], [1], {}, {a: {b: [null]}}, 'text', 0, false];
const start = Date.UTC(1900, 0, 1);
const span = Date.UTC(2101, 0, 1) - start;

// Values drift with the id, so that row groups differ and filters can skip some of them.
function record(id: number) {
	const block = Math.floor(id / 5000);
	const drift = id / ROWS;
	const moment = new Date(start + Math.floor((drift * 0.9 + random() * 0.1) * span)).toISOString();
	const micros = String(below(1e6)).padStart(6, '0');
	const high = Math.floor((drift * 0.8 + random() * 0.2 - 0.5) * 2 ** 32);
	return {
		id,
		large: maybe(random() < 0.0003 ? pick(bigints) : (BigInt(high) << 32n) | BigInt(below(2 ** 32))),
		double: maybe(random() < 0.0002 ? pick(doubles) : (drift + random() * 0.1 - 0.5) * 1e6),
		flag: block % 3 === 0 ? maybe(true) : maybe(random() < 0.5),
		instant: maybe(`${moment.slice(0, 19)}.${micros}Z`),
		day: moment.slice(0, 10),
		clock: maybe(random() < 0.5 ? moment.slice(11, 19) : moment.slice(11, 23)),
		country: countries[(block + below(2)) % countries.length] as string,
		note:
			block % 4 === 0
				? null
				: maybe(random() < 0.2 ? pick(notes) : `${pick(countries)} ${block} ${below(1e6)}`),
		price: maybe(((drift - 0.5) * 1.9e7 + below(1e5) / 100).toFixed(2)),
		exact: maybe(
			`${drift < 0.5 ? '-' : ''}${Math.floor(Math.abs(drift - 0.5) * 1e9) + below(1e7)}${String(below(1e9)).padStart(9, '0')}.${micros}`,
		),
		extra: maybe(random() < 0.01 ? pick(extras) : {id: block * 1000 + below(1000)}),
		nothing: null,
		list: maybe(Array.from({length: below(4)}, () => maybe(below(100)))),
		place: maybe({city: maybe(pick(countries)), floor: below(20) / 2}),
	};
}

type Row = ReturnType<typeof record>;

test(`${ROWS} realistic rows are read by DuckDB and hyparquet, value by value, and every filter finds what is there`, async t => {
	const records = Array.from({length: ROWS}, (_, id) => record(id));
	const batches = Array.from({length: ROWS / 500}, (_, index) => ({
		columns,
		records: records.slice(index * 500, index * 500 + 500),
	}));
	const path = await write(t, batches, {rowGroupRows: 7000});

	await t.test('hyparquet', async () => {
		const rows = await readRows(path);
		assert.equal(rows.length, ROWS);
		rows.forEach((row, index) => {
			check(row, inHyparquet(records[index] as Row));
		});
	});

	await t.test('DuckDB', async () => {
		const size = 50_000;
		for (let from = 0; from < ROWS; from += size) {
			const rows = await values(
				`select * from file where id >= ${from} and id < ${from + size} order by id`,
				path,
			);
			assert.equal(rows.length, size);
			rows.forEach((row, index) => {
				check(row, inDuck(records[from + index] as Row));
			});
		}
	});

	await t.test('filters', async () => {
		await query('create or replace temp table stored as select * from file', path);
		for (const {name, type} of columns) {
			if (type === 'list' || type === 'struct') continue;
			const filters = await filtersOf(name);
			const counts = filters.map(filter => `count(*) filter (where ${filter})::int`).join(', ');
			const [expected] = await values(`select ${counts} from stored`);
			const scans = filters.map(filter => `(select count(*)::int from file where ${filter})`).join(', ');
			const [found] = await values(`select ${scans}`, path);
			assert.deepEqual(
				Object.fromEntries(filters.map((filter, index) => [filter, found?.[index]])),
				Object.fromEntries(filters.map((filter, index) => [filter, expected?.[index]])),
			);
		}
		assert.equal(await ask('select count(*)::int from stored'), ROWS);
	});
});

// Literals are written by DuckDB itself: the extremes, and values from all over the file.
async function filtersOf(name: string): Promise<string[]> {
	const type = await ask(`select column_type from (describe stored) where column_name = '${name}'`);
	const rows = await values(
		`select v from (select ${name}::varchar as v, id from stored where ${name} is not null and id % 39989 = 7
		union all select min(${name})::varchar, -1 from stored union all select max(${name})::varchar, -2 from stored)
		where v is not null and not contains(v, chr(0)) order by id`,
	);
	const literals = rows.map(([value]) => `'${String(value).replaceAll("'", "''")}'::${type}`);
	const compared = [...new Set(literals)].flatMap(literal =>
		['=', '<', '>', '<=', '>='].map(operator => `${name} ${operator} ${literal}`),
	);
	return [...compared, `${name} is null`, `${name} is not null`];
}

// assert.deepEqual is asked only where something differs: it would take longer than all the rest.
function check(actual: unknown, expected: unknown): void {
	if (!same(actual, expected)) assert.deepEqual(actual, expected);
}

// hyparquet says undefined for some nulls.
function same(actual: unknown, expected: unknown): boolean {
	if (expected === null) return actual === null || actual === undefined;
	if (typeof expected !== 'object') return Object.is(actual, expected);
	if (typeof actual !== 'object' || actual === null || Array.isArray(actual) !== Array.isArray(expected))
		return false;
	const keys = Object.keys(expected);
	if (Object.keys(actual).length !== keys.length) return false;
	return keys.every(key =>
		same((actual as {[key: string]: unknown})[key], (expected as {[key: string]: unknown})[key]),
	);
}

function given<T, R>(value: T | null, change: (value: T) => R): R | null {
	return value === null ? null : change(value);
}

function inHyparquet(row: Row): unknown {
	return {
		...row,
		id: BigInt(row.id),
		large: given(row.large, BigInt),
		instant: given(
			row.instant,
			text => BigInt(Date.parse(`${text.slice(0, 19)}Z`)) * 1000n + BigInt(text.slice(20, 26)),
		),
		day: Date.parse(row.day) / 86_400_000,
		clock: given(row.clock, text => BigInt(Date.parse(`1970-01-01T${text}Z`)) * 1000n),
		price: given(row.price, text => Number(text.replace('.', '')) * 10 ** -2),
		exact: given(row.exact, text => Number(BigInt(text.replace('.', ''))) * 10 ** -6),
		extra: given(row.extra, value => JSON.stringify(value)),
		list: given(row.list, list => list.map(item => given(item, BigInt))),
	};
}

function inDuck(row: Row): unknown[] {
	return Object.values({
		...row,
		id: String(row.id),
		large: given(row.large, String),
		double: given(row.double, value => (Number.isFinite(value) ? value : String(value))),
		instant: given(
			row.instant,
			text => `${text.slice(0, 10)} ${text.slice(11, 26).replace(/\.?0+$/, '')}+00`,
		),
		clock: given(row.clock, text => (text.includes('.') ? text.replace(/\.?0+$/, '') : text)),
		exact: given(row.exact, text => text.replace(/^(-?)0+(?=\d)/, '$1')),
		extra: given(row.extra, value => JSON.stringify(value)),
		list: given(row.list, list => list.map(item => given(item, String))),
	});
}
