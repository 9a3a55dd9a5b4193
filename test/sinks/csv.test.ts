import {deepEqual, equal, match, rejects, throws} from 'node:assert/strict';
import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {PassThrough} from 'node:stream';
import {text} from 'node:stream/consumers';
import {test} from 'node:test';
import {gunzipSync} from 'node:zlib';
import {DuckDBInstance} from '@duckdb/node-api';
import fc from 'fast-check';
import {csv} from '../../sinks/csv.ts';
import {Decimal, type JsonValue, stringify} from '../../src/core/json/json.ts';
import {pipeline} from '../../src/core/pipeline.ts';
import {query} from '../helpers/duckdb.ts';
import {temporaryFolder} from '../helpers/folder.ts';
import {breakingOff, pagesOf} from './pages.ts';

/** What a stream of CSV holds, line ends included. */
async function written(...lists: (readonly unknown[])[]): Promise<string> {
	const stream = new PassThrough();
	const result = text(stream);
	await pipeline(pagesOf(...lists), csv(stream));
	stream.end();
	return result;
}

test('fields are quoted where they must be, and a null is not an empty text', async () => {
	const rows = [
		{id: 1, text: 'plain', flag: true},
		{id: 2, text: '', flag: null},
		{id: 3, text: null, flag: false},
		{id: 4, text: 'a,b "c"\nd\re'},
		{id: 9007199254740993n, text: new Decimal('0.10000000000000000001'), flag: [1, {a: 'x"y'}]},
	];
	equal(
		await written(rows),
		[
			'id,text,flag',
			'1,plain,true',
			'2,"",',
			'3,,false',
			'4,"a,b ""c""\nd\re",',
			'9007199254740993,0.10000000000000000001,"[1,{""a"":""x\\""y""}]"',
			'',
		].join('\r\n'),
	);
});

test('columns are those of the schema, in its order, even when there is no row', async () => {
	const [page] = pagesOf([]);
	const schema = {columns: ['b', 'a'].map(name => ({name, type: 'text' as const, nullable: true}))};
	const stream = new PassThrough();
	await pipeline([{...page!, schema}], csv(stream, {delimiter: ';'}));
	equal(stream.end().read().toString(), 'b;a\r\n');
});

test('a column that comes late is added to the rows before it, for which a stream is too late', async () => {
	await using folder = await temporaryFolder();
	const path = join(folder.path, 'late.csv');
	const lists = [[{}], [{a: 'x\r\ny'}, {a: null}], [{b: 1}], [{'c"d': 'ü', a: '漢'}]];
	await pipeline(pagesOf(...lists), csv(path, {delimiter: '§'}));
	equal(await readFile(path, 'utf8'), 'a§b§"c""d"\r\n§§\r\n"x\r\ny"§§\r\n§§\r\n§1§\r\n漢§§ü\r\n');
	await rejects(
		written(...lists),
		/^SinkError: stdout: the column "b" of things appears after the header was written, in page 3/,
	);
	const gz = join(folder.path, 'late.csv.gz');
	await rejects(
		pipeline(pagesOf(...lists), csv(gz)),
		/late\.csv\.gz: the column "b".*a file without compression/,
	);
	deepEqual(await readdir(folder.path), ['late.csv']);
});

test('a file of many chunks is widened right', async () => {
	await using folder = await temporaryFolder();
	const path = join(folder.path, 'long.csv');
	const records = Array.from({length: 60_000}, (_, i) => ({
		id: i,
		note: i % 7 === 0 ? `"${i}",\r\nü` : `row ${i}, and so on`,
	}));
	await pipeline(pagesOf(records.slice(0, 50_000), records.slice(50_000), [{late: true}]), csv(path));
	deepEqual(
		await query(`select count(*)::int as n, sum(id)::varchar as ids, count(late)::int as late, count(distinct note)::int as notes
			from read_csv('${path}', header = true, quote = '"', escape = '"', delim = ',')`),
		[{n: 60_001, ids: String((60_000 * 59_999) / 2), late: 1, notes: 60_000}],
	);
});

test('gzip is a matter of the ending', async () => {
	await using folder = await temporaryFolder();
	const path = join(folder.path, 'a.csv.gz');
	await pipeline(pagesOf([{a: 1}], [{a: 2}]), csv(path));
	equal(gunzipSync(await readFile(path)).toString(), 'a\r\n1\r\n2\r\n');
});

test('a run that breaks off leaves no file', async () => {
	await using folder = await temporaryFolder();
	for (const name of ['a.csv', 'b.csv.gz']) {
		await rejects(pipeline(breakingOff([{a: 1}], [{b: 2}]), csv(join(folder.path, name))));
	}
	deepEqual(await readdir(folder.path), []);
});

test('a delimiter is one character that does not mean something else', () => {
	for (const delimiter of ['', ',,', '"', '\n'])
		throws(() => csv('x.csv', {delimiter}), /expected delimiter to be one character/);
	match(csv('x.csv', {delimiter: ']'}).constructor.name, /Writable/);
});

// Without a line end: DuckDB takes a header of two lines for a header and a row.
const names = ['a', 'b c', 'ü"x', 'd;e'];
const value = fc.oneof(
	fc.string({unit: 'grapheme'}),
	fc
		.array(fc.constantFrom('"', ',', ';', '\n', '\r', '\r\n', ' ', 'x', "'", '\\', '#'), {maxLength: 6})
		.map(parts => parts.join('')),
	fc.integer(),
	fc.bigInt(),
	fc.boolean(),
	fc.constant(null),
	fc.array(fc.string(), {maxLength: 2}),
	fc.record({k: fc.string()}),
);
const record = fc.dictionary(fc.constantFrom(...names), value, {
	maxKeys: names.length,
	noNullPrototype: true,
});

test('whatever is written is read again by DuckDB, cell for cell', async () => {
	await using folder = await temporaryFolder();
	const path = join(folder.path, 'any.csv');
	const connection = await (await DuckDBInstance.create()).connect();
	const literal = (sql: string): string => `'${sql.replaceAll("'", "''")}'`;
	const shape = fc.array(fc.array(record, {maxLength: 5}), {maxLength: 4});
	await fc.assert(
		fc.asyncProperty(shape, fc.constantFrom(',', ';', '\t', '|'), async (lists, delimiter) => {
			await pipeline(pagesOf(...lists), csv(path, {delimiter}));
			const columns = [...new Set(lists.flat().flatMap(row => Object.keys(row)))];
			if (columns.length === 0) {
				equal(await readFile(path, 'utf8'), '');
				return;
			}
			const types = columns.map(name => `${literal(name)}: 'VARCHAR'`).join(', ');
			const read = await connection.runAndReadAll(
				`from read_csv(${literal(path)}, auto_detect = false, header = true, delim = ${literal(delimiter)}, quote = '"',
					escape = '"', allow_quoted_nulls = false, columns = {${types}})`,
			);
			const wanted = lists.flat().map(row => columns.map(name => cell(row[name] as JsonValue | undefined)));
			deepEqual(
				read.getRowsJson().map(row => [...row]),
				wanted,
			);
		}),
		{numRuns: 200},
	);
	connection.closeSync();
});

function cell(value: JsonValue | undefined): string | null {
	if (value === null || value === undefined) return null;
	return typeof value === 'string' ? value : stringify(value);
}
