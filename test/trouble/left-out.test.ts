/** What a run leaves out since the one before it, which did not bring all to their end, has finished it. */
import {deepEqual, doesNotMatch, equal, match} from 'node:assert/strict';
import {readdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {type Workspace, workspace} from '../helpers/binary.ts';
import {startServer} from '../helpers/server.ts';

interface Scene {
	readonly place: Workspace;
	readonly asked: () => number;
	/** Whether the second resource answers. */
	mend(): void;
	configure(change?: {format?: string; type?: string}): Promise<void>;
}

async function scene(work: (scene: Scene) => Promise<void>): Promise<void> {
	let isWhole = false;
	let asked = 0;
	const server = await startServer([
		{
			path: '/first',
			respond: {
				fn: () => {
					asked++;
					return {json: [{id: 1, name: 'one'}]};
				},
			},
		},
		{
			path: '/second',
			respond: {fn: () => (isWhole ? {json: [{id: 2}]} : {status: 400, json: {error: 'no'}})},
		},
	]);
	await using place = await workspace();
	const resource = (name: string, more: object = {}) => ({
		name,
		write_disposition: 'append',
		endpoint: {path: name, paginator: 'single_page'},
		...more,
	});
	const configure: Scene['configure'] = ({format = 'jsonl', type} = {}) =>
		writeFile(
			join(place.path, 'sluice.json'),
			JSON.stringify({
				client: {base_url: server.url, retry: {max_retries: 0}},
				output: {format},
				resources: [
					resource('first', type === undefined ? {} : {columns: {id: {data_type: type}}}),
					resource('second'),
				],
			}),
		);
	await configure();
	try {
		await work({
			place,
			asked: () => asked,
			mend() {
				isWhole = true;
			},
			configure,
		});
	} finally {
		await server.close();
	}
}

async function rows(place: Workspace, name: string): Promise<number> {
	const folder = join(place.path, 'out', name);
	const files = (await readdir(folder)).filter(file => file.endsWith('.jsonl'));
	const texts = await Promise.all(files.map(file => readFile(join(folder, file), 'utf8')));
	return texts.join('').split('\n').filter(Boolean).length;
}

test('after a run in which one resource failed, the next one leaves out those that finished, and says since when', () =>
	scene(async ({place, asked, mend}) => {
		equal((await place.sluice(['run'])).code, 5);
		const again = await place.sluice(['run']);
		match(again.stderr, /^going on with the run of 20.*Z, in which second failed$/m);
		match(
			again.stderr,
			/^first: left out, as it finished in that run: it is as it was at 20.*Z; sluice run first reads it again$/m,
		);
		equal(asked(), 1);
		mend();
		const mended = await place.sluice(['run']);
		equal(mended.code, 0, mended.stderr);
		deepEqual([await rows(place, 'first'), await rows(place, 'second'), asked()], [1, 1, 1]);
		const anew = await place.sluice(['run']);
		doesNotMatch(anew.stderr, /going on|left out/, 'all had come to their end: this one begins anew');
		equal(asked(), 2);
	}));

test('a resource that fails for good does not keep the others left out for ever', () =>
	scene(async ({place, asked}) => {
		for (let run = 1; run <= 4; run++) equal((await place.sluice(['run'])).code, run === 1 ? 5 : 3);
		equal(asked(), 1);
		const {stderr} = await place.sluice(['run']);
		doesNotMatch(stderr, /going on|left out/);
		equal(asked(), 2);
	}));

test('a resource whose config has changed meanwhile is not taken for finished', () =>
	scene(async ({place, asked, configure}) => {
		equal((await place.sluice(['run'])).code, 5);
		await configure({type: 'text'});
		doesNotMatch((await place.sluice(['run'])).stderr, /first: left out/);
		equal(asked(), 2);
	}));

test('a resource that is to be in another format is not taken for finished', () =>
	scene(async ({place, asked, configure}) => {
		equal((await place.sluice(['run', '--full-refresh'])).code, 5);
		await configure({format: 'csv'});
		const {stderr} = await place.sluice(['run', '--full-refresh']);
		doesNotMatch(stderr, /first: left out/);
		equal(asked(), 2);
		deepEqual(
			(await readdir(join(place.path, 'out/first'))).map(name => name.replace(/^.*\./, '')),
			['csv'],
		);
	}));

test('a resource that is to be compressed is not taken for finished', () =>
	scene(async ({place, asked, configure}) => {
		await configure({format: 'jsonl'});
		equal((await place.sluice(['run', '--full-refresh'])).code, 5);
		for (const format of ['jsonl.gz', 'jsonl']) {
			await configure({format});
			doesNotMatch((await place.sluice(['run', '--full-refresh'])).stderr, /first: left out/);
			const names = await readdir(join(place.path, 'out/first'));
			deepEqual(
				names.map(name => name.replace(/^[^.]*\./, '')),
				[format],
			);
		}
		equal(asked(), 3);
	}));

test('runs are told apart by number: a clock that was set back or ahead changes nothing', () =>
	scene(async ({place, asked}) => {
		equal((await place.sluice(['run'])).code, 5);
		const folder = join(place.path, 'out/.sluice/runs');
		const [name = ''] = (await readdir(folder)).filter(each => each.endsWith('.json'));
		const stored = JSON.parse(await readFile(join(folder, name), 'utf8'));
		for (const startedAt of ['2999-01-01T00:00:00.000Z', '1999-01-01T00:00:00.000Z']) {
			await writeFile(join(folder, name), JSON.stringify({...stored, startedAt}));
			match((await place.sluice(['run'])).stderr, /first: left out/);
		}
		equal(asked(), 1);
		// A later run over other resources counts as well: what finished there is not read twice.
		equal((await place.sluice(['run', 'first'])).code, 0);
		match((await place.sluice(['run'])).stderr, /first: left out/);
		equal(asked(), 2);
	}));
