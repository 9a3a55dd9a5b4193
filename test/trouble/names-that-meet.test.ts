/**
 * Two keys that make one name of a column: each keeps its column, whatever their order and whatever the run.
 */
import {deepEqual, equal, match} from 'node:assert/strict';
import {test} from 'node:test';
import {config, server, single} from '../cli/config.ts';
import {workspace} from '../helpers/binary.ts';
import {query} from '../helpers/duckdb.ts';
import type {Route} from '../helpers/server.ts';

/** Gives one body a run. */
function inTurn(name: string, bodies: readonly unknown[]): Route {
	let at = 0;
	return {path: `/${name}`, respond: {fn: () => ({json: {data: bodies[at++]} as never})}};
}

const flat = [
	[{id: 1, a__b: 'plain', a: {b: 'nested'}}],
	[
		{id: 2, a: {b: 'nested'}, a__b: 'plain'},
		{id: 3, a: {b: 'nested'}},
	],
];

for (const write_disposition of ['append', 'replace'])
	test(`a key a__b and the key b in an object a keep their columns: flatten, ${write_disposition}`, async () => {
		await using api = await server(inTurn('r', flat));
		const resource = single('r', {write_disposition, nested: 'flatten'});
		await using place = await workspace({'sluice.json': config(api.url, [resource])});
		for (const _ of flat) equal((await place.sluice(['run'])).code, 0);
		const found = await query(
			`select id::int as id, a__b, a__b__2 from read_parquet('${place.path}/out/r/*.parquet') order by id`,
		);
		deepEqual(found.slice(-2), [
			{id: 2, a__b: 'plain', a__b__2: 'nested'},
			{id: 3, a__b: null, a__b__2: 'nested'},
		]);
	});

const meeting = [
	[{id: 1, x__t: ['plain'], x: {t: ['nested']}}],
	[{id: 2, x: {t: ['nested']}, x__t: ['plain']}],
	[{id: 3, x: {t: [{y: ['below']}]}}],
];

for (const write_disposition of ['append', 'replace', 'merge'])
	test(`lists x__t and t in an object x keep their tables: ${write_disposition}`, async () => {
		await using api = await server(inTurn('r', meeting));
		const resource = single('r', {write_disposition, nested: 'tables', primary_key: 'id'});
		await using place = await workspace({'sluice.json': config(api.url, [resource])});
		for (const _ of meeting) {
			const {code, stderr} = await place.sluice(['run']);
			equal(code, 0, stderr);
		}
		const values = async (table: string): Promise<unknown[]> =>
			(
				await query(
					`select distinct value from '${place.path}/out/${table}/*.parquet' where value is not null`,
				)
			).map(({value}) => value);
		if (write_disposition === 'replace') deepEqual(await values('r__x__t__2__y'), ['below']);
		else {
			deepEqual(await values('r__x__t'), ['plain']);
			deepEqual(await values('r__x__t__2'), ['nested']);
			deepEqual(await values('r__x__t__2__y'), ['below']);
		}
	});

test('lists whose keys differ in case only have tables that are two on any file system', async () => {
	await using api = await server(inTurn('r', [[{id: 1, Tags: ['big'], tags: ['small']}]]));
	await using place = await workspace({
		'sluice.json': config(api.url, [single('r', {nested: 'tables', primary_key: 'id'})]),
	});
	equal((await place.sluice(['run'])).code, 0);
	deepEqual(await query(`select value from '${place.path}/out/r__Tags/*.parquet'`), [{value: 'big'}]);
	deepEqual(await query(`select value from '${place.path}/out/r__tags__2/*.parquet'`), [{value: 'small'}]);
});

test('keys that differ in case only keep their columns when a table is replaced, and new keys come under a contract', async () => {
	const runs = [[{n: 1, Id: 'big', id: 'small'}], [{n: 2, id: 'small', Id: 'big', more: true}]];
	await using api = await server(inTurn('r', runs));
	const resource = single('r', {
		write_disposition: 'replace',
		naming: 'snake_case',
		schema_contract: 'freeze',
	});
	await using place = await workspace({'sluice.json': config(api.url, [resource])});
	for (const _ of runs) {
		const {code, stderr} = await place.sluice(['run']);
		equal(code, 0, stderr);
	}
	const found = await query(
		`select n::int as n, id, id__2, more from read_parquet('${place.path}/out/r/*.parquet')`,
	);
	deepEqual(found, [{n: 2, id: 'big', id__2: 'small', more: true}]);
});

test('a value nested thousands of levels deep is refused by the name of its column, or taken out', async () => {
	const deep = `{"id": 1, "x": ${'['.repeat(6000)}${']'.repeat(6000)}}`;
	const route: Route = {
		path: '/r',
		respond: {text: `{"data": [${deep}]}`, headers: {'content-type': 'application/json'}},
	};
	await using api = await server(route, {...route, path: '/s'});
	const resources = [single('r'), single('s', {processing_steps: [{remove: ['x']}]})];
	await using place = await workspace({'sluice.json': config(api.url, resources)});
	const {stderr} = await place.sluice(['run']);
	match(stderr, /r: column "x" \(json\) is nested too deeply .* take it out by the processing step remove/);
	equal(stderr.includes('    at '), false, stderr);
	deepEqual(await query(`select id::int as id from '${place.path}/out/s/*.parquet'`), [{id: 1}]);
});
