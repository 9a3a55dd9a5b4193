/** Datasets without any API: parts of a few lines of text. */
import {readdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {partMaker} from '../../sinks/dataset/parts/parts.ts';
import {jsonlFormat} from '../../sinks/formats/jsonl/format.ts';
import {writeWhole} from '../../sinks/output/write-whole.ts';
import type {Part, ResourceProgress} from '../../src/state/commit.ts';
import {type Dataset, openDataset} from '../../src/state/dataset.ts';

let named = 0;

/** Writes a staged part that holds one line, as runs do. */
export async function staged(
	dataset: Dataset,
	line: string,
	{table = 'contacts', run = 'run-1', path}: {table?: string; run?: string; path?: string} = {},
): Promise<Part> {
	const maker = partMaker({dataset, resource: 'contacts', run: '20261120T000000Z-0000', named: named++});
	const folder = {table, path: path ?? table, kind: 'rows', format: jsonlFormat} as const;
	const part = await maker.make(folder, 1, output =>
		writeWhole(output, () => output.write(Buffer.from(`${line}\n`))),
	);
	return {...part, run};
}

export function open(root: string, writer: string): Promise<Dataset> {
	return openDataset({root, name: 'contacts', writer});
}

/** The lines that a reader of the table sees, sorted. */
export async function lines(root: string, table = 'contacts'): Promise<string[]> {
	const names = (await readdir(join(root, table), {recursive: true})).filter(name => name.endsWith('.jsonl'));
	const texts = await Promise.all(names.map(name => readFile(join(root, table, name), 'utf8')));
	return texts.map(text => text.trimEnd()).sort();
}

export function standing(more: Partial<ResourceProgress> = {}): ResourceProgress {
	return {
		run: 'run-1',
		startedAt: '2026-11-20T00:00:00.000Z',
		disposition: 'append',
		isFinished: false,
		cursor: {offset: 1},
		pages: 1,
		parts: 1,
		state: {},
		before: {},
		definition: 'one',
		...more,
	};
}

/** Makes the lock of a dataset look as if its process had been killed. */
export async function buryAlive({layout}: Dataset): Promise<void> {
	const [name = ''] = await readdir(layout.lock);
	const path = join(layout.lock, name);
	const holder = JSON.parse(await readFile(path, 'utf8'));
	await writeFile(path, JSON.stringify({...holder, start: 'another boot:1'}));
}

/** Everything below a folder with the content of files, to see that nothing has changed. */
export async function contents(folder: string): Promise<Record<string, string>> {
	const entries = await readdir(folder, {recursive: true, withFileTypes: true});
	const files = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
	return Object.fromEntries(
		await Promise.all(files.map(async path => [path, await readFile(path, 'utf8')] as const)),
	);
}
