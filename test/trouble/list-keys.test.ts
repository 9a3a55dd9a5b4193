/** Rows of lists name their record by its key: what becomes of them when that, or `nested`, changes. */
import {deepEqual, equal, match} from 'node:assert/strict';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {config, server, single} from '../cli/config.ts';
import {type Workspace, workspace} from '../helpers/binary.ts';
import {query} from '../helpers/duckdb.ts';

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
