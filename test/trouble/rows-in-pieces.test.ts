/**
 * Rows that come in pieces, as MediaWiki's `continue` gives them: put together where that is declared, else
 * told.
 */
import {deepEqual, doesNotMatch, equal, match} from 'node:assert/strict';
import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {type Workspace, workspace} from '../helpers/binary.ts';
import {startServer} from '../helpers/server.ts';

type Row = {readonly [key: string]: unknown};

const pieces: readonly (readonly Row[])[] = [
	[
		{pageid: 1, title: 'A', categories: ['x'], info: {views: 3}},
		{pageid: 2, title: 'B'},
	],
	[
		{pageid: 1, title: 'A', categories: ['x', 'y'], links: ['l'], info: {edits: 4}},
		{pageid: 2, title: 'B', links: ['m']},
	],
];

async function ran(pages: readonly (readonly Row[])[], resource: object, words: string[] = []) {
	const api = await startServer([
		{path: '/r', respond: {fn: ({query}) => ({json: pages[Number(query.page?.[0] ?? 1) - 1] ?? []})}},
	]);
	const config = {
		client: {base_url: api.url, paginator: {type: 'page_number', base_page: 1, total_path: null}},
		output: {format: 'jsonl'},
		resources: [{name: 'r', primary_key: 'pageid', endpoint: 'r', ...resource}],
	};
	try {
		await using place = await workspace({'sluice.json': JSON.stringify(config)});
		const run = await place.sluice(['run', ...words]);
		return {...run, rows: await read(place, 'r'), categories: await read(place, 'r__categories')};
	} finally {
		await api.close();
	}
}

async function read(place: Workspace, table: string): Promise<Row[]> {
	const folder = join(place.path, 'out', table);
	const names = await readdir(folder).catch(() => []);
	const texts = await Promise.all(names.map(name => readFile(join(folder, name), 'utf8')));
	return texts.flatMap(text =>
		text.split('\n').flatMap(line => (line === '' ? [] : [JSON.parse(line) as Row])),
	);
}

const whole = [
	{pageid: 1, title: 'A', categories: ['x', 'y'], info: {views: 3, edits: 4}, links: ['l']},
	{pageid: 2, title: 'B', links: ['m']},
];

for (const write_disposition of ['append', 'replace', 'merge']) {
	test(`${write_disposition}: keep: combined puts the fields of all rows of a key together`, async () => {
		const {rows, stderr, code} = await ran(pieces, {write_disposition, keep: 'combined'});
		equal(code, 0, stderr);
		deepEqual(rows, whole);
		doesNotMatch(stderr, /poorer-row/);
	});
}

test('so it is with lists that become tables, and a key by the name of its column', async () => {
	const {rows, categories, stderr} = await ran(
		pieces.map(page => page.map(({pageid, ...rest}) => ({pageId: pageid, ...rest}))),
		{keep: 'combined', nested: 'tables', naming: 'snake_case', primary_key: 'page_id'},
	);
	deepEqual(
		rows.map(({page_id, info__views, info__edits}) => [page_id, info__views, info__edits]),
		[
			[1, 3, 4],
			[2, undefined, undefined],
		],
		stderr,
	);
	deepEqual(
		categories.map(({value}) => value),
		['x', 'y'],
	);
});

const poorer: readonly (readonly Row[])[] = [
	[{pageid: 1, title: 'A', links: ['l']}],
	[{pageid: 1, title: 'A'}],
];

test('without it a run says which fields are lost, and fails with --strict', async () => {
	for (const resource of [{write_disposition: 'merge'}, {keep: 'last'}]) {
		const {stderr, code} = await ran(poorer, resource);
		match(stderr, /the same pageid, the one that stays has no links, .*keep: combined/);
		equal(code, 0, stderr);
		equal((await ran(poorer, resource, ['--strict'])).code, 1);
		doesNotMatch(
			(await ran([...poorer].reverse(), resource)).stderr,
			/keep: combined/,
			'the richer one stays',
		);
	}
	match((await ran(poorer.toReversed(), {})).stderr, /has no links, .*keep: combined/);
});

test('a newer version without a value is none that lost it, and a newer one that is left out is told', async () => {
	const versions = [[{pageid: 1, at: 1, note: 'x'}], [{pageid: 1, at: 2, note: null}]];
	const endpoint = {path: 'r', incremental: {cursor_path: 'at'}};
	const merged = await ran(versions, {endpoint, write_disposition: 'merge'});
	doesNotMatch(merged.stderr, /keep: combined/);
	equal(merged.rows[0]?.at, 2);
	match((await ran(versions, {endpoint})).stderr, /a newer cursor value, and was left out; set keep: last/);
	doesNotMatch((await ran(versions, {endpoint, keep: 'last'})).stderr, /left out; set keep/);
});
