import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {type CsvLeniency, csvReader} from '../../src/core/csv.ts';
import {workspace} from '../helpers/binary.ts';
import {startServer} from '../helpers/server.ts';

function read(text: string, options: CsvLeniency = {}, delimiter = ',', size = text.length): unknown[] {
	const reader = csvReader(delimiter, true, options);
	for (let at = 0; at < text.length; at += size)
		for (const _ of reader.read(text.slice(at, at + size), () => 100));
	reader.end();
	return reader.take();
}

describe('CSV that is not by the book', () => {
	for (const end of ['\n', '\r\n', '\r']) {
		it(`has lines before the header skipped that end in ${JSON.stringify(end)}`, () => {
			const text = ['Report "of 2024', 'a;b;c', '', 'a,b', '1,2'].join(end);
			for (const size of [1, 2, 100])
				assert.deepEqual(read(text, {skipRows: 3}, ',', size), [{a: '1', b: '2'}]);
		});
	}

	it('is refused with lines before the header, naming skip_rows', () => {
		assert.throws(() => read('Report\na,b\n'), /line 2: 2 fields, where 1 were expected; skip_rows/);
	});

	it('has short rows filled up where that is declared, and long ones refused', () => {
		assert.deepEqual(read('a,b\n1\n1,2,\n', {ragged: 'pad'}), [
			{a: '1', b: null},
			{a: '1', b: '2'},
		]);
		assert.throws(() => read('a,b\n1,2,3\n', {ragged: 'pad'}), /line 2: 3 fields, where 2 were expected/);
		assert.throws(() => read('a,b\n1\n'), /1 fields, where 2 were expected; ragged: pad/);
	});

	for (const size of [1, 3, 100]) {
		it(`leaves out rows at the end that are none, in pieces of ${size}`, () => {
			const text = 'a,b\n1,2\n3,4\nTotal,6\nMade today\n';
			assert.deepEqual(read(text, {skipFooter: 2}, ',', size), [
				{a: '1', b: '2'},
				{a: '3', b: '4'},
			]);
		});
	}

	it('has no rows where the footer is all there is, and names the line of a row that is wrong', () => {
		assert.deepEqual(read('a,b\nTotal,0\n', {skipFooter: 1}), []);
		assert.throws(() => read('a,b\n1,2,3\n4,5\nTotal,9\n', {skipFooter: 1}), /line 2: 3 fields/);
	});

	it('takes quotes for characters like any other where that is declared', () => {
		assert.deepEqual(read('a;b;c\n1;"OPEN text;3\n2;x"y";4\n', {quotes: 'none'}, ';'), [
			{a: '1', b: '"OPEN text', c: '3'},
			{a: '2', b: 'x"y"', c: '4'},
		]);
		assert.throws(() => read('a;b\n1;"OPEN\n', {}, ';'), /never closes; quotes: none/);
	});

	it('keeps quotes within quoted fields where that is declared', () => {
		assert.deepEqual(read('a,b\n"x "y" z",2\n"p\\"q\\" r",3\n', {quotes: 'lenient'}), [
			{a: 'x "y" z', b: '2'},
			{a: 'p\\"q\\" r', b: '3'},
		]);
		assert.throws(() => read('a,b\n"x "y" z",2\n'), /follows a closing quote; quotes: lenient/);
	});

	it('gets names for columns without one and for second ones where that is declared', () => {
		assert.deepEqual(read('id,id,,id_2\n1,2,3,4\n', {names: 'lenient'}), [
			{id: '1', id_3: '2', column_3: '3', id_2: '4'},
		]);
		assert.throws(() => read('id,id\n'), /two columns named "id"; names: lenient/);
	});

	it('is read by a config that declares all of it', async context => {
		const body = 'sep=;\nid;id;\n1;"a "b" c";\n2\n';
		const server = await startServer([
			{path: '/rows', respond: {headers: {'content-type': 'text/csv'}, text: body}},
		]);
		context.after(() => server.close());
		await using place = await workspace({
			'sluice.yaml': `client: {base_url: "${server.url}", paginator: single_page}
resources:
  - name: rows
    endpoint: {format: {type: csv, delimiter: auto, skip_rows: 1, ragged: pad, quotes: lenient, names: lenient}}
`,
		});
		const {code, stdout, stderr} = await place.sluice(['read', 'rows']);
		assert.equal(code, 0, stderr);
		assert.equal(
			stdout,
			'{"id":"1","id_2":"a \\"b\\" c","column_3":null}\n{"id":"2","id_2":null,"column_3":null}\n',
		);
	});
});
