import {deepEqual, rejects as refuses} from 'node:assert/strict';
import {readdir, readlink, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {test} from 'node:test';
import {csv} from '../../../sinks/csv.ts';
import {jsonl} from '../../../sinks/jsonl.ts';
import {parquet} from '../../../sinks/parquet.ts';
import type {Page} from '../../../src/core/page.ts';
import type {Schema} from '../../../src/core/schema/schema.ts';
import {temporaryFolder} from '../../helpers/folder.ts';

const folder = '/proc/self/fd';
const hasHandles = await readdir(folder).then(
	() => true,
	() => false,
);

const rejection = {record: {id: null}, reason: 'no id', page: 0, index: 0};
const schema: Schema = {columns: [{name: 'id', type: 'bigint', nullable: true}]};
const page: Page = {resource: 'r', number: 0, records: [{id: 1}], schema, rejections: [rejection]};

async function* failing(after: number): AsyncGenerator<Page> {
	for (let number = 0; number < after; number++) yield {...page, number};
	throw new Error('the API broke off');
}

async function openFiles(below: string): Promise<string[]> {
	const links = (await readdir(folder)).map(name => readlink(join(folder, name)).catch(() => ''));
	return (await Promise.all(links)).filter(path => path.startsWith(below));
}

test('a pipeline that fails leaves neither a file nor a handle of its rejects', {
	skip: !hasHandles,
}, async () => {
	await using place = await temporaryFolder();
	const path = (name: string): string => join(place.path, name);
	for (const pages of [0, 1, 3])
		for (const make of [jsonl, csv, parquet]) {
			const sink = make(path('r.out'), {rejects: path('bad.jsonl')});
			await refuses(pipeline(Readable.from(failing(pages)), sink), /broke off/);
			// A sink that is closed in the middle of a write ends a moment after the pipeline.
			if (!sink.closed) await new Promise(resolve => sink.once('close', resolve));
			deepEqual(await readdir(place.path), [], `${make.name} after ${pages} pages`);
			deepEqual(await openFiles(place.path), [], `${make.name} after ${pages} pages`);
		}
});

test('a place that cannot be written to leaves nothing of the other file', {skip: !hasHandles}, async () => {
	await using place = await temporaryFolder();
	const path = (name: string): string => join(place.path, name);
	await writeFile(path('none'), 'a file is no folder');
	for (const [target, rejects] of [
		['r.jsonl', 'none/bad.jsonl'],
		['none/r.jsonl', 'bad.jsonl'],
	] as const) {
		const sink = jsonl(path(target), {rejects: path(rejects)});
		await refuses(pipeline(Readable.from([page]), sink), /none/);
		if (!sink.closed) await new Promise(resolve => sink.once('close', resolve));
		deepEqual(await readdir(place.path), ['none']);
		deepEqual(await openFiles(place.path), []);
	}
});
