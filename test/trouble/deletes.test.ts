/** Rows of a merge that say that their key is gone. */
import {deepEqual, equal} from 'node:assert/strict';
import {test} from 'node:test';
import {config, rows, server, single} from '../cli/config.ts';
import {workspace} from '../helpers/binary.ts';
import {query} from '../helpers/duckdb.ts';

test('a row that deletes needs nothing but its key, whatever else may not be null', async () => {
	const first = [1, 2, 3].map(id => ({id, name: 'ink', price: '2.50', at: '2024-01-01', deleted: false}));
	const next = [
		{id: 2, deleted: true},
		{id: 3, name: null, price: null, deleted: true},
		{id: 4, name: 'pen', price: '1.00', at: '2024-01-02', deleted: false},
		{id: 5, deleted: false},
	];
	await using api = await server({...rows('goods', first), times: 1}, rows('goods', next));
	const columns = {
		id: {data_type: 'bigint', nullable: false},
		name: {data_type: 'text', nullable: false},
		price: {data_type: 'decimal', precision: 10, scale: 2, nullable: false},
		at: {data_type: 'date', nullable: false},
		deleted: {data_type: 'bool', hard_delete: true},
	};
	const goods = single('goods', {primary_key: 'id', write_disposition: 'merge', columns});
	await using place = await workspace({'sluice.json': config(api.url, [goods])});
	for (const _ of [1, 2]) {
		const {code, stderr} = await place.sluice(['run']);
		equal(code, 0, stderr);
	}
	deepEqual(await query(`select id::int as id, name from '${place.path}/out/goods/*.parquet' order by id`), [
		{id: 1, name: 'ink'},
		{id: 4, name: 'pen'},
	]);
});
