/** A run that goes on under a server that goes in circles, and under a list that has moved by just a page. */
import {deepEqual, equal, match} from 'node:assert/strict';
import {test} from 'node:test';
import {config, server, single} from '../cli/config.ts';
import {workspace} from '../helpers/binary.ts';
import {query} from '../helpers/duckdb.ts';

const paginator = {type: 'page_number', base_page: 1, total_path: null};
const events = single('events', {write_disposition: 'append', endpoint: {paginator}});

test('each further run fails as the first one did, and appends nothing twice', async () => {
	const rows = Array.from({length: 8}, (_, id) => ({id}));
	await using api = await server({
		path: '/events',
		respond: {fn: () => ({json: {data: rows, at: Math.random()}, delay_ms: 50})},
	});
	await using place = await workspace({'sluice.json': config(api.url, [events])});
	for (let run = 0; run < 3; run++) {
		const {code, stderr} = await place.sluice(['run']);
		equal(code, 1, stderr);
		match(stderr, /the rows are the same as for page/);
	}
	deepEqual(await query(`select count(*)::int as n from '${place.path}/out/events/*.parquet'`), [{n: 8}]);
});

test('a list that has moved by just a page is read on, and it is told', async () => {
	let [isBroken, moved] = [true, 0];
	const all = Array.from({length: 12}, (_, id) => ({id}));
	const page = (number: number) =>
		all.slice(Math.max(0, number * 4 - moved), Math.max(0, number * 4 - moved) + 4);
	await using api = await server({
		path: '/events',
		respond: {
			fn: ({query: {page: [number = '1'] = []}}) =>
				isBroken && number === '2' ? {status: 500, delay_ms: 300} : {json: {data: page(Number(number) - 1)}},
		},
	});
	await using place = await workspace({'sluice.json': config(api.url, [events])});
	equal((await place.sluice(['run'])).code, 3);
	[isBroken, moved] = [false, 4];
	const {code, stderr} = await place.sluice(['run']);
	equal(code, 0, stderr);
	match(stderr, /page 2 has the rows of the page before, which an earlier run has read; they were left out/);
	deepEqual(
		(await query(`select id::int as id from '${place.path}/out/events/*.parquet' order by 1`)).map(
			({id}) => id,
		),
		all.map(({id}) => id),
	);
});
