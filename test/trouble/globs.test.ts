/** What a glob over the whole output folder sees: DuckDB's `**` enters hidden folders, too. */
import {deepEqual, equal} from 'node:assert/strict';
import {join} from 'node:path';
import {test} from 'node:test';
import {config, server, single} from '../cli/config.ts';
import {workspace} from '../helpers/binary.ts';
import {query} from '../helpers/duckdb.ts';

for (const disposition of ['replace', 'merge'])
	test(`a glob over all folders finds each row once after several runs of ${disposition}`, async () => {
		let run = 0;
		const fn = () => ({json: {data: [{id: 1, run: ++run}]}});
		await using api = await server({path: '/a', respond: {fn}});
		const resource = single('a', {primary_key: 'id', write_disposition: disposition});
		await using place = await workspace({'sluice.json': config(api.url, [resource])});
		for (let i = 0; i < 3; i++) {
			const ran = await place.sluice(['run']);
			equal(ran.code, 0, ran.stderr);
		}
		const rows = await query(`select run::int as run from '${join(place.path, 'out')}/**/*.parquet'`);
		deepEqual(rows, [{run: 3}]);
	});
