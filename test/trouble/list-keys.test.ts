/** Rows of lists name their record by its key: what becomes of them when that, or `nested`, changes. */
import {deepEqual, equal, match} from 'node:assert/strict';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {config, server, single} from '../cli/config.ts';
import {type Workspace, workspace} from '../helpers/binary.ts';
import {query} from '../helpers/duckdb.ts';
import type {Route} from '../helpers/server.ts';

type Hints = Readonly<Record<string, unknown>>;

async function scene() {
	let n = 0;
	const rows = () => ['a', 'b'].map(kind => ({id: kind, kind, lines: [{v: `${kind}${n}`, parts: [{v: n}]}]}));
	const fn = () => {
		n++;
		return {json: {data: rows()}};
	};
	const api = await server({path: '/a', respond: {fn}});
	const place = await workspace();
	const run = async (more: Hints, ...words: string[]) => {
		await writeFile(join(place.path, 'sluice.json'), config(api.url, [single('a', more)]));
		return place.sluice(['run', ...words]);
	};
	return {
		run,
		place,
		async [Symbol.asyncDispose]() {
			await api[Symbol.asyncDispose]();
			await place[Symbol.asyncDispose]();
		},
	};
}

async function lines({path}: Workspace): Promise<unknown[]> {
	const found = await query(`select v from '${path}/out/a__lines/*.parquet' order by v`);
	return found.map(({v}) => v);
}

const nested = 'tables';
const changes: [what: string, before: Hints, after: Hints, advice: RegExp][] = [
	['longer', {primary_key: 'id'}, {primary_key: ['id', 'kind']}, /by id, .* Keep to id, /],
	['shorter', {primary_key: ['id', 'kind']}, {primary_key: 'id'}, /by id, kind, .* Keep to id, kind, /],
	['new', {}, {primary_key: 'id'}, /by row_id, .* Keep to no primary_key, /],
];
for (const [what, before, after, advice] of changes)
	for (const write_disposition of ['append', 'merge'])
		test(`a primary key that is ${what} is refused where rows of lists have another (${write_disposition})`, async () => {
			await using it = await scene();
			equal((await it.run({...before, nested})).code, 0);
			const {code, stderr} = await it.run({...after, nested, write_disposition});
			equal(code, 2, stderr);
			match(stderr, /^sluice: a: the rows in out\/a__lines name their record by /m);
			match(stderr, advice);
			deepEqual(await lines(it.place), ['a1', 'b1']);
			equal((await it.run({...after, nested, write_disposition}, '--full-refresh')).code, 0);
			const again = await it.run({...after, nested, write_disposition: 'merge'});
			equal(again.code, 0, again.stderr);
			deepEqual(await lines(it.place), ['a3', 'b3']);
		});

test('with the same key, lists in lists go with their record', async () => {
	await using it = await scene();
	const merge = {primary_key: 'id', write_disposition: 'merge', nested};
	for (let i = 1; i <= 3; i++) {
		const {code, stderr} = await it.run(merge);
		equal(code, 0, stderr);
	}
	const deep = await query(`select v::int as v from '${it.place.path}/out/a__lines__parts/*.parquet'`);
	deepEqual(deep, [{v: 3}, {v: 3}]);
});

test('rows of lists go with their record also when lists are no tables any more', async () => {
	await using it = await scene();
	const merge = {primary_key: 'id', write_disposition: 'merge'};
	equal((await it.run({...merge, nested})).code, 0);
	const {code, stderr} = await it.run(merge);
	equal(code, 0, stderr);
	const files = (await it.place.visible()).filter(path => path.endsWith('.parquet'));
	deepEqual(
		files.map(path => path.split('/')[1]),
		['a'],
	);
});

/** Two resources that write to one table, each with one row of the same id. */
async function sharedScene() {
	const route = (name: string): Route => {
		let n = 0;
		const fn = () => ({json: {data: [{id: 1, kind: 'x', lines: [{v: `${name}${++n}`}]}]}});
		return {path: `/${name}`, respond: {fn}};
	};
	const api = await server(route('a'), route('more'));
	const place = await workspace();
	return {
		place,
		async run(a: Hints, more: Hints, ...words: string[]) {
			const resources = [single('a', {nested, ...a}), single('more', {nested, table_name: 'a', ...more})];
			await writeFile(join(place.path, 'sluice.json'), config(api.url, resources));
			return place.sluice(['run', ...words]);
		},
		async [Symbol.asyncDispose]() {
			await api[Symbol.asyncDispose]();
			await place[Symbol.asyncDispose]();
		},
	};
}

const byId = {primary_key: 'id'};
const byBoth = {primary_key: ['id', 'kind']};
const merge = {write_disposition: 'merge'};

test('another primary key is refused also where another resource has rows of lists in the table', async () => {
	await using it = await sharedScene();
	const replace = {write_disposition: 'replace'};
	equal((await it.run(byId, byId)).code, 0);
	const {code, stderr} = await it.run({...byBoth, ...merge}, {...byBoth, ...replace}, 'a');
	equal(code, 2, stderr);
	match(stderr, /^sluice: a: the rows in out\/a__lines name their record by id, .* Keep to id, /m);
	deepEqual(await lines(it.place), ['a1', 'more1']);
	const anew = await it.run({...byBoth, ...merge}, {...byBoth, ...replace}, '--full-refresh');
	equal(anew.code, 0, anew.stderr);
	const again = await it.run({...byBoth, ...merge}, {...byBoth, ...replace});
	equal(again.code, 0, again.stderr);
});

test('a merge is refused where rows of lists of another resource name their record by another key', async () => {
	await using it = await sharedScene();
	equal((await it.run(byId, byId, 'more')).code, 0);
	for (const words of [['a'], ['a', '--full-refresh']]) {
		const {code, stderr} = await it.run({...byBoth, ...merge}, byBoth, ...words);
		equal(code, 2, stderr);
		match(stderr, /^sluice: a: the rows of more in out\/a__lines name their record by id, /m);
		match(stderr, /begin anew with sluice run a more --full-refresh, /);
	}
	deepEqual(await lines(it.place), ['more1']);
});

test('a merge takes rows of lists of another resource that name their record by more than its key', async () => {
	await using it = await sharedScene();
	equal((await it.run(byId, byBoth, 'more')).code, 0);
	const {code, stderr} = await it.run({...byId, ...merge, nested: 'json'}, byBoth, 'a');
	equal(code, 0, stderr);
	const files = (await it.place.visible()).filter(path => path.endsWith('.parquet'));
	deepEqual(
		files.map(path => path.split('/')[1]),
		['a'],
	);
});
