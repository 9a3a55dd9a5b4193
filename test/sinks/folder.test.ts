import {deepEqual, equal, match, rejects} from 'node:assert/strict';
import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {type FolderOptions, folder, rejectsFolder} from '../../sinks/folder.ts';
import {jsonlFormat} from '../../sinks/jsonl.ts';
import type {Page} from '../../src/core/page.ts';
import {pipeline} from '../../src/core/pipeline.ts';
import {query} from '../helpers/duckdb.ts';
import {temporaryFolder} from '../helpers/folder.ts';
import {breakingOff, pagesOf} from './pages.ts';

const at = (day: number): Date => new Date(Date.UTC(2026, 0, day));

async function add(path: string, id: number, options: FolderOptions, rejected = false): Promise<void> {
	const [page] = pagesOf([{id}]);
	const rejections = [{record: {id}, reason: 'no', page: 0, index: 0}];
	await pipeline([{...(page as Page), ...(rejected && {rejections})}], folder(jsonlFormat, path, options));
}

test('every run adds a part, named by its time', async () => {
	await using place = await temporaryFolder();
	const path = join(place.path, 'things');
	await add(path, 2, {now: at(2)});
	await add(path, 1, {now: at(1)}, true);
	const [first = '', second = '', rejected = ''] = (await readdir(path)).sort();
	match(first, /^20260101T000000Z-[0-9a-f]{4}\.jsonl$/);
	match(second, /^20260102T000000Z-/);
	equal(rejected, '_rejects');
	deepEqual(await readdir(rejectsFolder(path)), [first], 'rejects have the name of their part');
	deepEqual(await query(`select id::int as id from '${path}/*.jsonl' order by id`), [{id: 1}, {id: 2}]);
});

test('replace removes the parts before it and their rejects, and nothing else', async () => {
	await using place = await temporaryFolder();
	const path = join(place.path, 'things');
	await add(path, 1, {now: at(1)}, true);
	await writeFile(join(path, 'notes.txt'), 'mine');
	await add(path, 2, {mode: 'replace', now: at(2)}, true);
	const names = (await readdir(path)).sort();
	deepEqual([names.length, names[1], names[2]], [3, '_rejects', 'notes.txt']);
	equal(await readFile(join(path, names[0] ?? ''), 'utf8'), '{"id":2}\n');
	deepEqual(await readdir(rejectsFolder(path)), [names[0]]);
});

test('a run that breaks off keeps what was there, and leaves nothing of its own', async () => {
	await using place = await temporaryFolder();
	const path = join(place.path, 'things');
	await rejects(pipeline(breakingOff([{id: 1}]), folder(jsonlFormat, path)));
	deepEqual(await readdir(place.path), []);
	await add(path, 1, {});
	const before = await readdir(path, {recursive: true});
	await rejects(pipeline(breakingOff([{id: 2}]), folder(jsonlFormat, path, {mode: 'replace'})));
	deepEqual(await readdir(path, {recursive: true}), before);
});

test('a part that cannot be removed is named: its rows would count twice', async () => {
	await using place = await temporaryFolder();
	const path = join(place.path, 'things');
	await mkdir(join(path, '20260101T000000Z-0000.jsonl'), {recursive: true});
	await rejects(
		add(path, 2, {mode: 'replace'}),
		/^SinkError: cannot remove .*20260101T000000Z-0000\.jsonl, whose rows the new part replaces: .*\. Remove it by hand$/,
	);
});
