/** Several resources that write to one table. */
import {deepEqual, equal, match} from 'node:assert/strict';
import {test} from 'node:test';
import {config, server, single} from '../cli/config.ts';
import {dice} from '../crash/dice.ts';
import {workspace} from '../helpers/binary.ts';
import {query} from '../helpers/duckdb.ts';
import type {Route} from '../helpers/server.ts';

interface Issue {
	readonly id: number;
	readonly v: number;
}

/** What a resource answers; a test changes it between runs. */
function answering(name: string): {rows: object[]; route: Route} {
	const answer: {rows: object[]; route: Route} = {
		rows: [],
		route: {path: `/${name}`, respond: {fn: () => ({json: {data: answer.rows}})}},
	};
	return answer;
}

const idsIn = async (path: string): Promise<unknown[]> =>
	query(
		`select id::int as id, v::int as v from read_parquet('${path}/out/issues/*.parquet', union_by_name ` +
			'= true) order by 1, 2',
	);

test('an issue that goes from one merged resource to another is there once, as it was seen last', async () => {
	const [open, closed] = [answering('open'), answering('closed')];
	await using api = await server(open.route, closed.route);
	const merging = {table_name: 'issues', primary_key: 'id', write_disposition: 'merge'};
	await using place = await workspace({
		'sluice.json': config(api.url, [single('open', merging), single('closed', merging)]),
	});
	open.rows = [
		{id: 1, v: 1},
		{id: 2, v: 1},
	];
	closed.rows = [{id: 9, v: 1, closed_at: '2024-01-01'}];
	equal((await place.sluice(['run'])).code, 0);
	open.rows = [{id: 1, v: 2}];
	closed.rows = [{id: 2, v: 2, closed_at: '2024-01-02'}];
	const {code, stderr} = await place.sluice(['run']);
	equal(code, 0, stderr);
	const all = [
		{id: 1, v: 2},
		{id: 2, v: 2},
		{id: 9, v: 1},
	];
	deepEqual(await idsIn(place.path), all);
	equal((await place.sluice(['run', 'open', '--full-refresh'])).code, 0);
	deepEqual(await idsIn(place.path), all);
	equal((await place.sluice(['verify'])).code, 0);
});

test('a shared table gets another format with a refresh of all its resources, and of no fewer', async () => {
	const [open, closed] = [answering('open'), answering('closed')];
	await using api = await server(open.route, closed.route);
	const merging = {table_name: 'issues', primary_key: 'id', write_disposition: 'merge'};
	await using place = await workspace({
		'sluice.json': config(api.url, [single('open', merging), single('closed', merging)]),
	});
	open.rows = [{id: 1, v: 1}];
	closed.rows = [{id: 9, v: 1}];
	equal((await place.sluice(['run', '--format', 'csv'])).code, 0);
	const files = async () => (await place.visible()).filter(name => name.startsWith('out/issues/'));
	const before = await files();
	const alone = await place.sluice(['run', 'open', '--full-refresh']);
	equal(alone.code, 2);
	match(alone.stderr, /files in csv with rows of closed.*sluice run open closed --full-refresh/);
	deepEqual(await files(), before);
	const both = await place.sluice(['run', '--full-refresh']);
	equal(both.code, 0, both.stderr);
	deepEqual(await idsIn(place.path), [
		{id: 1, v: 1},
		{id: 9, v: 1},
	]);
	deepEqual(
		(await files()).filter(name => !name.endsWith('.parquet')),
		[],
	);
	equal((await place.sluice(['verify'])).code, 0);
});

for (const seed of [1, 2, 3, 4, 5, 6]) {
	test(`what a run removes from a shared table is its own: dispositions and refreshes of seed ${seed}`, async () => {
		const {below, chance, oneOf} = dice(seed);
		const names = ['a', 'b'] as const;
		const answers = {a: answering('a'), b: answering('b')};
		await using api = await server(answers.a.route, answers.b.route);
		const disposition = {a: oneOf(['append', 'replace', 'merge']), b: oneOf(['append', 'replace', 'merge'])};
		const resources = names.map(name => {
			const write_disposition = disposition[name];
			return single(name, {
				table_name: 'issues',
				write_disposition,
				...(write_disposition === 'merge' && {primary_key: 'id'}),
			});
		});
		await using place = await workspace({'sluice.json': config(api.url, resources)});
		let model: (Issue & {owner: string})[] = [];
		for (let run = 1; run <= 5; run++) {
			const isFresh = chance(0.3);
			const chosen = oneOf([['a'], ['b'], ['a', 'b']] as const);
			for (const name of chosen) {
				const came = Array.from({length: 1 + below(4)}, (_, i) => ({id: below(5), v: run * 10 + i}));
				answers[name].rows = came;
				model = after(model, name, came, {disposition: disposition[name], isFresh});
			}
			const {code, stderr} = await place.sluice(['run', ...chosen, ...(isFresh ? ['--full-refresh'] : [])]);
			equal(code, 0, stderr);
			const wanted = model
				.map(({id, v}) => ({id, v}))
				.sort((one, other) => one.id - other.id || one.v - other.v);
			deepEqual(await idsIn(place.path), wanted);
		}
		equal((await place.sluice(['verify'])).code, 0);
	});
}

function after(
	before: readonly (Issue & {owner: string})[],
	owner: string,
	came: readonly Issue[],
	{disposition, isFresh}: {disposition: string; isFresh: boolean},
): (Issue & {owner: string})[] {
	const isMerge = disposition === 'merge';
	const rows = isMerge ? [...new Map(came.map(row => [row.id, row])).values()] : came;
	const isReplaced = disposition === 'replace' || isFresh;
	return [
		...before
			.filter(row => !isReplaced || row.owner !== owner)
			.filter(({id}) => !isMerge || !rows.some(row => row.id === id)),
		...rows.map(row => ({...row, owner})),
	];
}

test('a parent and its child in one table have the columns of both', async () => {
	await using api = await server(
		{path: '/parents', respond: {json: {data: [{id: 1, v: 1, name: 'p'}]}}},
		{path: '/parents/1/children', respond: {json: {data: [{id: 2, v: 2, size: 3}]}}},
	);
	const merging = {table_name: 'issues', primary_key: 'id', write_disposition: 'merge'};
	const child = single('children', {
		...merging,
		endpoint: {path: '/parents/{resources.parents.id}/children'},
	});
	await using place = await workspace({'sluice.json': config(api.url, [single('parents', merging), child])});
	for (const _ of [1, 2]) {
		const {code, stderr} = await place.sluice(['run']);
		equal(code, 0, stderr);
	}
	deepEqual(
		await query(
			'select id::int as id, name, size::int as size from ' +
				`read_parquet('${place.path}/out/issues/*.parquet', union_by_name = true) order by 1`,
		),
		[
			{id: 1, name: 'p', size: null},
			{id: 2, name: null, size: 3},
		],
	);
});

test('a column that two resources of one family find with different types is refused', async () => {
	await using api = await server(
		{path: '/parents', respond: {json: {data: [{id: 1, v: 1}]}}},
		{path: '/parents/1/children', respond: {json: {data: [{id: 2, v: 'two'}]}}},
	);
	const child = single('children', {
		table_name: 'issues',
		endpoint: {path: '/parents/{resources.parents.id}/children'},
	});
	await using place = await workspace({
		'sluice.json': config(api.url, [single('parents', {table_name: 'issues'}), child]),
	});
	const {code, stderr} = await place.sluice(['run']);
	equal(code, 5, stderr);
	match(
		stderr,
		/issues\.v is (text|bigint) here, and (text|bigint) in another resource that writes to the same table/,
	);
});

test('rows of a resource that is not in the config any more stay beside a replace, and it is told', async () => {
	await using api = await server(
		{path: '/new', respond: {json: {data: [{id: 1, v: 2}]}}},
		{path: '/old', respond: {json: {data: [{id: 1, v: 1}]}}},
	);
	const replacing = {table_name: 'issues', write_disposition: 'replace'};
	await using place = await workspace({
		'sluice.json': config(api.url, [single('old', replacing)]),
		'renamed.json': config(api.url, [single('new', replacing)]),
	});
	equal((await place.sluice(['run'])).code, 0);
	const {code, stderr} = await place.sluice(['run', '-c', 'renamed.json']);
	equal(code, 0, stderr);
	match(stderr, /issues also has 1 row of old, which is not in this config, and they stay/);
	deepEqual(await idsIn(place.path), [
		{id: 1, v: 1},
		{id: 1, v: 2},
	]);
	equal((await place.sluice(['run', '-c', 'renamed.json', '--strict'])).code, 1);
});
