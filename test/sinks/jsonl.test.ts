import {deepEqual, equal, rejects} from 'node:assert/strict';
import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {PassThrough} from 'node:stream';
import {text} from 'node:stream/consumers';
import {test} from 'node:test';
import {gunzipSync} from 'node:zlib';
import fc from 'fast-check';
import {jsonl} from '../../sinks/jsonl.ts';
import {Decimal, type JsonValue, parse} from '../../src/core/json/json.ts';
import type {Page} from '../../src/core/page.ts';
import {pipeline} from '../../src/core/pipeline.ts';
import {query} from '../helpers/duckdb.ts';
import {temporaryFolder} from '../helpers/folder.ts';
import {breakingOff, pagesOf} from './pages.ts';

async function written(pages: readonly Page[]): Promise<string> {
	const stream = new PassThrough();
	const result = text(stream);
	await pipeline(pages, jsonl(stream));
	stream.end();
	return result;
}

test('a record is a line, and numbers keep their digits', async () => {
	const pages = pagesOf(
		[{id: 9007199254740993n, price: new Decimal('0.10000000000000000001')}],
		[],
		[{text: 'a\nb'}],
	);
	equal(await written(pages), '{"id":9007199254740993,"price":0.10000000000000000001}\n{"text":"a\\nb"}\n');
});

test('whatever is written is read again, line for line', async () => {
	const record = fc.dictionary(fc.string(), fc.jsonValue({noUnicodeString: false}), {noNullPrototype: true});
	await fc.assert(
		fc.asyncProperty(fc.array(fc.array(record, {maxLength: 4}), {maxLength: 4}), async lists => {
			const lines = (await written(pagesOf(...lists))).split('\n').slice(0, -1);
			deepEqual(
				lines.map(line => JSON.stringify(JSON.parse(line))),
				lists.flat().map(each => JSON.stringify(each)),
			);
		}),
		{numRuns: 100},
	);
});

test('a page larger than what is written at once is whole', async () => {
	const records = Array.from({length: 30_000}, (_, id) => ({id, text: 'x'.repeat(100)}));
	const lines = (await written(pagesOf(records))).trimEnd().split('\n');
	deepEqual([lines.length, parse(lines.at(-1) ?? '')], [30_000, records.at(-1)]);
});

test('a compressed file is whole, and read by its ending', async () => {
	await using folder = await temporaryFolder();
	const path = join(folder.path, 'a.jsonl.gz');
	await pipeline(pagesOf([{a: 1}], [{a: 2}]), jsonl(path));
	equal(gunzipSync(await readFile(path)).toString(), '{"a":1}\n{"a":2}\n');
	deepEqual(await query(`select sum(a)::int as a from '${path}'`), [{a: 3}]);
	await pipeline(pagesOf([{a: 1}]), jsonl(join(folder.path, 'plain.gz'), {gzip: false}));
	equal(await readFile(join(folder.path, 'plain.gz'), 'utf8'), '{"a":1}\n');
});

const refused: Page = {
	...(pagesOf([{id: 1}])[0] as Page),
	rejections: [
		{record: {id: null}, column: 'id', reason: 'null', page: 0, index: 1},
		{record: 'odd', reason: 'no object', page: 0, index: 2},
	],
};

test('refused records go to a file of their own, with what is known of them', async () => {
	await using folder = await temporaryFolder();
	const [path, rejectsPath] = [join(folder.path, 'a.jsonl'), join(folder.path, 'sub/bad.jsonl')];
	const {written: rows, rejected} = await pipeline([refused], jsonl(path, {rejects: rejectsPath}));
	deepEqual([rows, rejected], [1, 2]);
	deepEqual(
		(await readFile(rejectsPath, 'utf8'))
			.trimEnd()
			.split('\n')
			.map(line => JSON.parse(line) as JsonValue),
		[
			{resource: 'things', page: 0, index: 1, column: 'id', reason: 'null', record: {id: null}},
			{resource: 'things', page: 0, index: 2, reason: 'no object', record: 'odd'},
		],
	);
});

test('a run that breaks off leaves neither file', async () => {
	await using folder = await temporaryFolder();
	async function* pages(): AsyncGenerator<Page> {
		yield refused;
		yield* breakingOff([{id: 2}]);
	}
	for (const name of ['a.jsonl', 'b.jsonl.gz']) {
		await rejects(
			pipeline(pages(), jsonl(join(folder.path, name), {rejects: join(folder.path, 'sub/bad.jsonl')})),
			/broken off/,
		);
	}
	const controller = new AbortController();
	async function* aborted(): AsyncGenerator<Page> {
		for (let number = 0; ; number++) {
			yield {...refused, number};
			if (number === 3) controller.abort(new Error('enough'));
		}
	}
	await rejects(
		pipeline(aborted(), jsonl(join(folder.path, 'c.jsonl')), {signal: controller.signal}),
		/enough/,
	);
	deepEqual(await readdir(folder.path), []);
});
