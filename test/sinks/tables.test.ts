import assert from 'node:assert/strict';
import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {jsonlFormat} from '../../sinks/jsonl.ts';
import {tableFolders} from '../../sinks/tables.ts';
import type {Page} from '../../src/core/page.ts';
import {pipeline} from '../../src/core/pipeline.ts';
import {temporaryFolder} from '../helpers/folder.ts';

const child = (number: number, value: number): Page => ({resource: 't__xs', number, records: [{value}]});

function page(number: number, tables?: readonly Page[]): Page {
	return {resource: 't', number, records: [{id: number}], ...(tables && {tables})};
}

async function tree(folder: string): Promise<Record<string, string>> {
	const files: Record<string, string> = {};
	for (const entry of await readdir(folder, {recursive: true, withFileTypes: true})) {
		if (!entry.isFile()) continue;
		const path = join(entry.parentPath, entry.name);
		const [table = ''] = path.slice(folder.length + 1).split('/');
		files[table] = (files[table] ?? '') + (await readFile(path, 'utf8'));
	}
	return files;
}

test('each table gets a folder beside that of the records, with one part for all pages', async () => {
	await using folder = await temporaryFolder();
	const pages = [page(0), page(1, [child(1, 10)]), page(2, [child(2, 20)])];
	const summary = await pipeline(pages, tableFolders(jsonlFormat, join(folder.path, 't')));
	const files = await tree(folder.path);
	assert.deepEqual(files, {t: '{"id":0}\n{"id":1}\n{"id":2}\n', t__xs: '{"value":10}\n{"value":20}\n'});
	assert.equal(summary.written, 3);
	assert.equal(summary.bytesWritten, Object.values(files).join('').length);
});

test('rows of a list that were refused are kept beside it, and counted', async () => {
	await using folder = await temporaryFolder();
	const rejections = [{record: {value: 'x'}, reason: 'no number', page: 0, index: 0}];
	const summary = await pipeline([page(0, [{...child(0, 1), rejections}])], tableFolders(jsonlFormat, join(folder.path, 't')));
	assert.equal(summary.rejected, 1);
	assert.match((await tree(folder.path)).t__xs ?? '', /no number/);
});

test('after a failure nothing is left of any table', async () => {
	await using folder = await temporaryFolder();
	async function* failing(): AsyncGenerator<Page> {
		yield page(0, [child(0, 1)]);
		throw new Error('lost');
	}
	await assert.rejects(pipeline(failing(), tableFolders(jsonlFormat, join(folder.path, 't'))), /lost/);
	assert.deepEqual(await tree(folder.path), {});
});

test('replace also replaces the tables that have no rows any more, and nothing else', async () => {
	await using folder = await temporaryFolder();
	const path = join(folder.path, 't');
	await pipeline([page(0, [child(0, 1), {...child(0, 2), resource: 't__ys'}])], tableFolders(jsonlFormat, path));
	await writeFile(join(folder.path, 't__xs/notes.txt'), 'mine');
	await mkdir(join(folder.path, 'tt__xs'));
	await writeFile(join(folder.path, 'tt__xs/20240101T000000Z-abcd.jsonl'), 'other');
	await pipeline([page(1, [{...child(0, 3), resource: 't__ys'}])], tableFolders(jsonlFormat, path, {mode: 'replace'}));
	assert.deepEqual(await tree(folder.path), {t: '{"id":1}\n', t__xs: 'mine', t__ys: '{"value":3}\n', tt__xs: 'other'});
});

test('add keeps what is there', async () => {
	await using folder = await temporaryFolder();
	const path = join(folder.path, 't');
	for (const number of [1, 2]) await pipeline([page(number, [child(0, number)])], tableFolders(jsonlFormat, path));
	assert.equal((await tree(folder.path)).t__xs?.length, '{"value":1}\n{"value":2}\n'.length);
});
