/**
 * Columns that are null for a while: they have the type of their first value, on whatever page or in whatever
 * run it comes.
 */
import {deepEqual, equal} from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import type {JsonObject} from '../../src/core/json/json.ts';
import {workspace} from '../helpers/binary.ts';
import {query} from '../helpers/duckdb.ts';
import type {Route} from '../helpers/server.ts';
import {config, server, single} from './config.ts';

const nothing = {price: null, at: null, done: null, note: null, never: null};
const something = {price: 5, at: '2026-01-02T00:00:00Z', done: true, note: 'x', never: null};

// A page for each row, in order.
function pages(...rows: JsonObject[]): Route {
	const page = (offset: number) => ({data: rows.slice(offset, offset + 1), total: rows.length});
	return {path: '/r', respond: {fn: ({query}) => ({json: page(Number(query.offset?.[0] ?? 0))})}};
}

const paged = single('r', {
	primary_key: 'id',
	write_disposition: 'append',
	endpoint: {data_selector: 'data', paginator: {type: 'offset', limit: 1}},
});

async function typesOf(glob: string): Promise<object> {
	const columns = await query(`describe select * from read_parquet('${glob}')`);
	return Object.fromEntries(columns.map(({column_name: name, column_type: type}) => [name, type]));
}

const types = {
	id: 'BIGINT',
	price: 'BIGINT',
	at: 'TIMESTAMP WITH TIME ZONE',
	done: 'BOOLEAN',
	note: 'VARCHAR',
};

test('a column that is null on the first page has the type of its first value in Parquet', async () => {
	await using api = await server(pages({id: 1, ...nothing}, {id: 2, ...something}, {id: 3, ...nothing}));
	await using place = await workspace({'sluice.json': config(api.url, [paged])});
	const {code, stderr} = await place.sluice(['run']);
	equal(code, 0, stderr);
	const glob = join(place.path, 'out/r/*.parquet');
	deepEqual(await typesOf(glob), types);
	deepEqual(await query(`select id, price, done, note from read_parquet('${glob}') order by id`), [
		{id: '1', price: null, done: null, note: null},
		{id: '2', price: '5', done: true, note: 'x'},
		{id: '3', price: null, done: null, note: null},
	]);
});

test('and so it has when a whole run brought nothing but nulls before', async () => {
	await using first = await server(pages({id: 1, ...nothing}));
	await using second = await server(pages({id: 2, ...something}));
	await using place = await workspace({'sluice.json': config(first.url, [paged])});
	equal((await place.sluice(['run'])).code, 0);
	const {code, stderr} = await place.sluice(['run', '--set', `client.base_url=${second.url}`]);
	equal(code, 0, stderr);
	const glob = join(place.path, 'out/r/*.parquet');
	deepEqual(
		await query(`select id, price, done from read_parquet('${glob}', union_by_name = true) order by id`),
		[
			{id: '1', price: null, done: null},
			{id: '2', price: '5', done: true},
		],
	);
});

test('in CSV it has its place from the first row on, and in a schema no type', async () => {
	await using api = await server(pages({id: 1, ...nothing}, {id: 2, ...something}));
	await using place = await workspace({'sluice.json': config(api.url, [paged])});
	const {code, stderr} = await place.sluice(['read', 'r', '-o', 'r.csv.gz']);
	equal(code, 0, stderr);
	equal((await place.sluice(['read', 'r', '-o', 'r.csv'])).code, 0);
	equal(
		await readFile(join(place.path, 'r.csv'), 'utf8'),
		'id,price,at,done,note,never\r\n1,,,,,\r\n2,5,2026-01-02T00:00:00Z,true,x,\r\n',
	);
	const schema = JSON.parse((await place.sluice(['schema', 'r'])).stdout) as {columns: JsonObject};
	deepEqual(schema.columns.never, {nullable: true});
	deepEqual(schema.columns.price, {data_type: 'bigint', nullable: true});
});
