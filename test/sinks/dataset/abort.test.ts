/** Runs that are aborted when all their rows have come, while these are joined or merged. */
import {deepEqual, equal, rejects} from 'node:assert/strict';
import {readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {setImmediate} from 'node:timers/promises';
import {datasetSink} from '../../../sinks/dataset/dataset-sink.ts';
import {dataset} from '../../../sinks/dataset.ts';
import type {FileFormat, PartOptions} from '../../../sinks/formats/format.ts';
import {jsonlFormat} from '../../../sinks/formats/jsonl/format.ts';
import type {JsonRecord, Page} from '../../../src/core/page.ts';
import {pipeline} from '../../../src/core/pipeline.ts';
import {sink} from '../../../src/core/stage.ts';
import type {Disposition} from '../../../src/state/commit.ts';
import {openDataset} from '../../../src/state/dataset.ts';
import {beginRun, runName} from '../../../src/state/resume.ts';
import {normalize} from '../../../transforms/normalize.ts';
import {query} from '../../helpers/duckdb.ts';
import {temporaryFolder} from '../../helpers/folder.ts';
import {pagesOf} from '../pages.ts';

async function idsIn(root: string): Promise<unknown[]> {
	return (await query(`select id::int as id from '${root}/things/*.jsonl' order by id`)).map(({id}) => id);
}

const inHome = (root: string, folder: string) => readdir(join(root, '.sluice/things', folder));

test('an abort is over when the merge is: nothing is committed once the dataset is free for others', async () => {
	await using folder = await temporaryFolder();
	const write = (ids: readonly number[], format = jsonlFormat, signal = new AbortController().signal) => {
		const last = dataset(folder.path, 'things', {format, disposition: 'merge', key: 'id'});
		return pipeline(pagesOf(ids.map(id => ({id}))), normalize(), last, {signal});
	};
	await write([0, 1, 2]);
	const controller = new AbortController();
	let isReading = false;
	// Takes no notice of the signal, as a disk that hangs would not.
	async function* deaf(path: string): AsyncGenerator<readonly JsonRecord[]> {
		isReading = true;
		controller.abort(new Error('enough'));
		for (let i = 0; i < 100; i++) await setImmediate();
		yield* jsonlFormat.rows(path);
		isReading = false;
	}
	await rejects(write([0], {...jsonlFormat, rows: deaf}, controller.signal), /^Error: enough/);
	equal(isReading, false);
	deepEqual(await inHome(folder.path, 'log'), ['000000000001.json']);
	deepEqual([await inHome(folder.path, 'lock'), await inHome(folder.path, 'staging')], [[], []]);
	await write([0, 3]);
	deepEqual(await idsIn(folder.path), [0, 1, 2, 3]);
});

interface RunOptions {
	readonly disposition: Disposition;
	readonly format?: FileFormat;
	readonly signal?: AbortSignal;
	readonly definition?: string;
}

/** A row a page, each of which is a checkpoint; goes on where the last one broke off. */
async function run(
	root: string,
	ids: readonly number[],
	{disposition, format = jsonlFormat, definition = '', ...more}: RunOptions,
) {
	const opened = await openDataset({root, name: 'things', writer: runName(new Date())});
	try {
		const begun = await beginRun(opened, {resource: 'things', disposition, definition});
		const common = {dataset: opened, resource: 'things', table: 'things', format, merge: {key: ['id']}};
		const target = datasetSink({...common, run: begun, checkpoint: {rows: 1}});
		const pages = pagesOf(...ids.map(id => [{id}])).map(
			(page, i): Page => ({...page, cursor: ids[i + 1] === undefined ? null : {i}}),
		);
		const left = pages.slice(begun.progress.pages);
		const summary = await pipeline(left, normalize(), sink(target), more).catch(error => ({error}));
		return {how: begun.how, left: left.length, kept: target.report.kept, ...summary};
	} finally {
		await opened.close();
	}
}

for (const [what, disposition, seen] of [
	['rows', 'merge', [0, 1, 2]],
	['without', 'merge', [0, 1, 2]],
	['join', 'replace', [0, 1, 2]],
	// As after any checkpoint.
	['join', 'append', [0, 0, 1, 2, 3, 4]],
] as const) {
	test(`a run with ${disposition} that is aborted in \`${what}\` ends at once, keeps all pages, and the next one asks for none`, async () => {
		await using folder = await temporaryFolder();
		await run(folder.path, [0, 1, 2], {disposition: 'append'});
		const controller = new AbortController();
		const reason = new Error('enough');
		// Never ends but by the signal.
		const hang = (signal: AbortSignal | undefined): Promise<never> =>
			new Promise((_, reject) => {
				signal?.addEventListener('abort', () => reject(signal.reason));
				controller.abort(reason);
			});
		const format: FileFormat = {
			...jsonlFormat,
			...(what === 'rows' && {
				async *rows(_: string, {signal}: PartOptions = {}) {
					yield await hang(signal);
				},
			}),
			...(what === 'join' && {join: (_, __, {signal} = {}) => hang(signal)}),
			...(what === 'without' && {without: (_, __, ___, {signal} = {}) => hang(signal)}),
		};
		const aborted = await run(folder.path, [0, 3, 4], {disposition, format, signal: controller.signal});
		deepEqual({...aborted}, {how: 'new', left: 3, kept: 3, error: reason});
		deepEqual(await idsIn(folder.path), seen);
		deepEqual([await inHome(folder.path, 'lock'), await inHome(folder.path, 'staging')], [[], []]);
		const next = await run(folder.path, [0, 3, 4], {disposition});
		deepEqual([next.how, next.left, 'error' in next], ['resumed', 0, false]);
		const after = {merge: [0, 1, 2, 3, 4], replace: [0, 3, 4], append: [0, 0, 1, 2, 3, 4]};
		deepEqual(await idsIn(folder.path), after[disposition]);
	});
}

test('an abort that comes after the last commit changes nothing of it, and says nothing of going on', async () => {
	await using folder = await temporaryFolder();
	const controller = new AbortController();
	const opened = await openDataset({root: folder.path, name: 'things', writer: 'a'});
	const commit = opened.commit.bind(opened);
	const watched = {
		...opened,
		get last() {
			return opened.last;
		},
		async commit(change: Parameters<typeof commit>[0]) {
			const committed = await commit(change);
			if (change.progress?.isFinished) controller.abort(new Error('enough'));
			return committed;
		},
	};
	const begun = await beginRun(opened, {resource: 'things', disposition: 'append', definition: ''});
	const target = datasetSink({
		dataset: watched,
		run: begun,
		resource: 'things',
		table: 'things',
		format: jsonlFormat,
	});
	const pages = pagesOf([{id: 0}]).map((page): Page => ({...page, cursor: null}));
	await rejects(pipeline(pages, normalize(), sink(target), {signal: controller.signal}), /enough/);
	await opened.close();
	deepEqual([await idsIn(folder.path), opened.last?.version, target.report.kept], [[0], 1, undefined]);
	equal(opened.last?.progress.get('things')?.isFinished, true);
});
