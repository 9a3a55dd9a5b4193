/**
 * Columns that change between runs: all files of a table have the same ones, and plain readers show every
 * value.
 */
import {deepEqual, doesNotMatch, equal, match} from 'node:assert/strict';
import {readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {config, server, single} from '../cli/config.ts';
import {type Workspace, workspace} from '../helpers/binary.ts';
import {query} from '../helpers/duckdb.ts';
import {missingReader, pythonReaders, readWith} from '../helpers/readers.ts';

type Rows = readonly unknown[];

/** Runs once for each list of rows; each run has its config. */
async function runs(
	each: readonly Rows[],
	resource: object | readonly object[] = {},
	more: {readonly [key: string]: unknown} = {},
): Promise<{
	place: Workspace;
	said: string[];
	codes: (number | null)[];
	again(rows: Rows, words?: string[]): Promise<string>;
}> {
	let data: Rows = [];
	const api = await server({path: '/things', respond: {fn: () => ({json: {data}})}});
	const configs = each.map((_, index) =>
		config(api.url, [single('things', Array.isArray(resource) ? resource[index] : resource)], more),
	);
	const place = await workspace({'sluice.json': configs[0] ?? ''});
	const said: string[] = [];
	const codes: (number | null)[] = [];
	for (const [index, rows] of each.entries()) {
		data = rows;
		await place.shell(`cat > sluice.json`, {stdin: configs[index] ?? ''});
		const {code, stderr} = await place.sluice(['run']);
		codes.push(code);
		said.push(stderr);
	}
	const [dispose] = [place[Symbol.asyncDispose].bind(place)];
	return {
		place: {
			...place,
			[Symbol.asyncDispose]: async () => {
				await api[Symbol.asyncDispose]();
				await dispose();
			},
		},
		said,
		codes,
		async again(rows, words = []) {
			data = rows;
			const {code, stderr} = await place.sluice(['run', ...words]);
			equal(code, 0, stderr);
			return stderr;
		},
	};
}

const plain = (glob: string, what = '*') => query(`select ${what} from read_parquet('${glob}') order by id`);

function pythonReadersSee(t: TestContext, glob: string, expected: readonly object[]): Promise<unknown> {
	return Promise.all(
		pythonReaders.map(reader => {
			const skip = missingReader(reader);
			return t.test(`${reader} shows the same`, {skip}, () => deepEqual(readWith(reader, glob), expected));
		}),
	);
}

test('a column that becomes double, and one that is new, are in all files, and it is told', async t => {
	const {place, said, codes} = await runs([
		[{id: 1, price: 10, name: 'a'}],
		[{id: 2, price: 20, name: 'b'}],
		[{id: 3, price: 10.5, name: 'c', late: 'x'}],
	]);
	await using _ = place;
	deepEqual(codes, [0, 0, 0], said.join(''));
	doesNotMatch(said[1]!, /rewritten/);
	match(said[2]!, /^things: 2 older files with 2 rows rewritten, so that all have the same columns$/m);
	const glob = join(place.path, 'out/things/*.parquet');
	const expected = [
		{id: 1, price: 10, name: 'a', late: null},
		{id: 2, price: 20, name: 'b', late: null},
		{id: 3, price: 10.5, name: 'c', late: 'x'},
	];
	deepEqual(await plain(glob, '* replace (id::int as id)'), expected);
	equal((await readdir(join(place.path, 'out/things'))).length, 3);
	equal((await place.sluice(['verify'])).code, 0);
	await pythonReadersSee(t, glob, expected);
});

test('each declared type that holds all of the old one takes its place in older files', async t => {
	const columns = {
		a: ['bigint', 'text', 7, 'seven', '7'],
		b: ['date', 'timestamp', '2026-01-02', '2026-01-03T04:05:06Z', '2026-01-02 00:00:00+00'],
		c: ['bigint', 'decimal', 7, '1.5', '7.00'],
		d: ['double', 'text', 1.5, 'x', '1.5'],
		e: ['bool', 'text', true, 'x', 'true'],
		f: ['timestamp', 'text', '2026-01-02T03:04:05Z', 'x', '2026-01-02T03:04:05Z'],
		g: ['text', 'json', 'word', {a: 1}, '"word"'],
		h: ['time', 'text', '10:00:00', 'x', '10:00:00'],
	} as const;
	const typed = (which: 0 | 1) =>
		Object.fromEntries(
			Object.entries(columns).map(([name, each]) => [
				name,
				{data_type: each[which], ...(each[which] === 'decimal' && {precision: 10, scale: 2})},
			]),
		);
	const valued = (which: 2 | 3) =>
		Object.fromEntries(Object.entries(columns).map(([name, each]) => [name, each[which]]));
	const nulls = Object.fromEntries(Object.keys(columns).map(name => [name, null]));
	const {place, said, codes} = await runs(
		[
			[
				{id: 1, ...valued(2)},
				{id: 2, ...nulls},
			],
			[{id: 3, ...valued(3)}],
		],
		[{columns: typed(0)}, {columns: typed(1)}],
	);
	await using _ = place;
	deepEqual(codes, [0, 0], said.join(''));
	const glob = join(place.path, 'out/things/*.parquet');
	const [first, second] = await plain(
		glob,
		Object.keys(columns)
			.map(name => `${name}::varchar as ${name}`)
			.join(),
	);
	deepEqual(first, Object.fromEntries(Object.entries(columns).map(([name, each]) => [name, each[4]])));
	deepEqual(second, nulls);
	for (const reader of pythonReaders)
		await t.test(`${reader} reads them`, {skip: missingReader(reader)}, () =>
			equal(readWith(reader, glob).length, 3),
		);
});

test('a declared type that cannot hold the old one is refused before the first request, and nothing changes', async () => {
	const {place, said, codes} = await runs(
		[[{id: 1, a: 'x'}], [{id: 2, a: 5}]],
		[{columns: {a: {data_type: 'text'}}}, {columns: {a: {data_type: 'bigint'}}}],
	);
	await using _ = place;
	deepEqual(codes, [0, 4]);
	match(
		said[1]!,
		/things\.a: is declared as bigint, and is text in the files of earlier runs, .*Declare it as text, or .*--full-refresh/,
	);
	match(said[1]!, /^things \(failed\) +0 +0 /m);
	deepEqual(await plain(join(place.path, 'out/things/*.parquet'), 'a'), [{a: 'x'}]);
});

test('a rewritten file sorts where the old one did, and one that has the right columns is not touched', async () => {
	const {place, again} = await runs([[{id: 1, a: 1}]]);
	await using _ = place;
	await again([{id: 2, a: 2.5}]);
	const folder = join(place.path, 'out/things');
	const before = (await readdir(folder)).sort();
	match(before[0] ?? '', /-0000100001\.parquet$/);
	doesNotMatch(await again([{id: 3, a: 3}]), /rewritten/);
	const after = (await readdir(folder)).sort();
	// Runs of one second sort by chance.
	deepEqual(
		before.filter(name => !after.includes(name)),
		[],
	);
	equal(after.length, 3);
});

test('with on_schema_change: ignore older files stay as they are, which is a warning', async () => {
	const {place, said, codes} = await runs(
		[[{id: 1, a: 1}], [{id: 2, a: 2.5, late: 1}]],
		{},
		{
			output: {on_schema_change: 'ignore'},
		},
	);
	await using _ = place;
	deepEqual(codes, [0, 0]);
	match(said[1]!, /a is double now, and bigint in older files; late is not in older files, .*union_by_name/s);
	doesNotMatch(said[1]!, /rewritten/);
	const types = await query(
		`select distinct type from parquet_schema('${place.path}/out/things/*.parquet') where name = 'a' ` +
			'order by 1',
	);
	deepEqual(types, [{type: 'DOUBLE'}, {type: 'INT64'}]);
});

test('folders of partitions, and files of one run from before and after a change, get the same columns', async t => {
	const {place, said, codes} = await runs(
		[
			[
				{id: 1, country: 'DE', a: 1},
				{id: 2, country: 'FR', a: 2},
			],
			[
				{id: 3, country: 'FR', a: 3},
				{id: 4, country: 'IT', a: 4.5},
			],
		],
		{partition_by: 'country'},
	);
	await using _ = place;
	deepEqual(codes, [0, 0], said.join(''));
	match(said[1]!, /2 older files with 2 rows rewritten/);
	const glob = join(place.path, 'out/things/*=*/*.parquet');
	deepEqual(await plain(glob, 'id::int as id, a, country'), [
		{id: 1, a: 1, country: 'DE'},
		{id: 2, a: 2, country: 'FR'},
		{id: 3, a: 3, country: 'FR'},
		{id: 4, a: 4.5, country: 'IT'},
	]);
	for (const reader of ['polars', 'pyarrow'] as const)
		await t.test(`${reader} shows the same`, {skip: missingReader(reader)}, () =>
			deepEqual(
				readWith(reader, glob).map(({id, a}) => [id, a]),
				[
					[1, 1],
					[2, 2],
					[3, 3],
					[4, 4.5],
				],
			),
		);
});

test('a merge, and the tables of lists, leave the same columns in all files', async t => {
	const {place, said, codes} = await runs(
		[
			[
				{id: 1, a: 1, tags: [{n: 1}]},
				{id: 2, a: 2, tags: [{n: 2}, {n: 3}]},
			],
			[
				{id: 2, a: 2.5, tags: [{n: 4.5, late: true}]},
				{id: 3, a: 3, tags: []},
			],
		],
		{write_disposition: 'merge', primary_key: 'id', nested: 'tables'},
	);
	await using _ = place;
	deepEqual(codes, [0, 0], said.join(''));
	match(said[1]!, /merged: 1 new, 1 updated, 0 deleted/);
	match(said[1]!, /^things__tags: 1 older file with 3 rows rewritten/m);
	const glob = join(place.path, 'out/things/*.parquet');
	deepEqual(await plain(glob, 'id::int as id, a'), [
		{id: 1, a: 1},
		{id: 2, a: 2.5},
		{id: 3, a: 3},
	]);
	deepEqual(
		await query(`select n, late from read_parquet('${place.path}/out/things__tags/*.parquet') order by n`),
		[
			{n: 1, late: null},
			{n: 4.5, late: true},
		],
	);
	equal((await place.sluice(['verify'])).code, 0);
	for (const reader of pythonReaders)
		await t.test(`${reader} reads it`, {skip: missingReader(reader)}, () =>
			deepEqual(
				readWith(reader, glob).map(({a}) => a),
				[1, 2.5, 3],
			),
		);
});

test('integers beyond 2^53 keep their digits when a later run brings a fraction, and it says what to declare', async () => {
	const large = JSON.parse('{"id": 1, "n": "9007199254740993"}');
	const {place, said, codes} = await runs(
		[[large], [{id: 2, n: 0.5}]],
		[{columns: {n: {data_type: 'bigint'}}}, {}],
	);
	await using _ = place;
	deepEqual(codes, [0, 0], said.join(''));
	match(
		said[1]!,
		/n__v_double: new, double, .*; n holds integers that a double would round: declare it as decimal/,
	);
	deepEqual(await plain(join(place.path, 'out/things/*.parquet'), 'n, n__v_double as v'), [
		{n: '9007199254740993', v: null},
		{n: null, v: 0.5},
	]);
	const declared = await place.shell(
		'node -e \'const c = JSON.parse(require("fs").readFileSync("sluice.json")); c.resources[0].columns = ' +
			'{n: {data_type: "double"}}; console.log(JSON.stringify(c))\' > double.json; sluice run -c ' +
			'double.json',
	);
	equal(declared.code, 4, declared.stderr);
	match(
		declared.stderr,
		/"n" became double, which cannot hold 9007199254740993 of an earlier row\. Declare it as decimal or text/,
	);
});

test('and so they do when the run is resumed, with or without a checkpoint between', async () => {
	let isBroken = true;
	const pages = ['{"id": 1, "n": 9007199254740993}', '{"id": 2, "n": 0.5}'];
	await using api = await server({
		path: '/things',
		respond: {
			fn: ({query: {offset = ['0']}}) => {
				const at = Number(offset[0]);
				if (at === 1 && isBroken) return {status: 500, text: 'no'};
				return {text: `{"data": [${pages[at] ?? ''}]}`, headers: {'content-type': 'application/json'}};
			},
		},
	});
	const paginator = {type: 'offset', limit: 1, total_path: null};
	await using place = await workspace({
		'sluice.json': config(api.url, [single('things', {endpoint: {paginator}})]),
	});
	equal((await place.sluice(['run'])).code, 3);
	isBroken = false;
	const {code, stderr} = await place.sluice(['run']);
	equal(code, 0, stderr);
	match(stderr, /resuming after page 1/);
	deepEqual(await plain(join(place.path, 'out/things/*.parquet'), 'n, n__v_double as v'), [
		{n: '9007199254740993', v: null},
		{n: null, v: 0.5},
	]);
});

test('rows of new columns are kept at a break-off, and seen with all others at the end', async () => {
	let isBroken = true;
	const pages = [
		{id: 1, a: 1},
		{id: 2, a: 2.5},
		{id: 3, a: 3, late: true},
		{id: 4, a: 4, late: true},
	];
	await using api = await server({
		path: '/things',
		respond: {
			fn: ({query: {offset = ['0']}}) => {
				const at = Number(offset[0]);
				if (at === 3 && isBroken) return {status: 500, text: 'no'};
				return {json: {data: pages.slice(at, at + 1)}};
			},
		},
	});
	const paginator = {type: 'offset', limit: 1, total_path: null};
	const text = config(api.url, [single('things', {endpoint: {paginator}})], {
		output: {checkpoint: {rows: 1}},
	});
	await using place = await workspace({'sluice.json': text});
	const glob = join(place.path, 'out/things/*.parquet');
	const broken = await place.sluice(['run']);
	match(
		broken.stderr,
		/[123] pages? kept; run it again to go on from there, and to see rows whose columns are new/,
	);
	deepEqual(await plain(glob, 'a'), [{a: '1'}]);
	isBroken = false;
	const {code, stderr} = await place.sluice(['run']);
	equal(code, 0, stderr);
	deepEqual(await plain(glob, 'a, late'), [
		{a: 1, late: null},
		{a: 2.5, late: null},
		{a: 3, late: true},
		{a: 4, late: true},
	]);
	equal((await place.sluice(['verify'])).code, 0);
	deepEqual(await readdir(join(place.path, 'out/.sluice/things/pending')).catch(() => []), []);
});

test('a run that is given up leaves older files as they were', async () => {
	let answer: (at: number) => object = at => ({json: {data: at === 0 ? [{id: 1, a: 1}] : []}});
	await using api = await server({
		path: '/things',
		respond: {fn: ({query: {offset = ['0']}}) => answer(Number(offset[0]))},
	});
	const paginator = {type: 'offset', limit: 1, total_path: null};
	const text = (more: object) =>
		config(api.url, [single('things', {...more, endpoint: {paginator}})], {output: {checkpoint: {rows: 1}}});
	await using place = await workspace({'sluice.json': text({}), 'other.json': text({primary_key: 'id'})});
	equal((await place.sluice(['run'])).code, 0);
	answer = at => (at < 4 ? {json: {data: [{id: 2 + at, a: 2.5}]}} : {status: 500, text: 'no'});
	equal((await place.sluice(['run'])).code, 3);
	answer = at => ({json: {data: at === 0 ? [{id: 3, a: 3}] : []}});
	const {code, stderr} = await place.sluice(['run', '-c', 'other.json']);
	equal(code, 0, stderr);
	match(stderr, /starts over/);
	doesNotMatch(stderr, /rewritten/);
	deepEqual(await plain(join(place.path, 'out/things/*.parquet'), 'a'), [{a: '1'}, {a: '3'}]);
});
