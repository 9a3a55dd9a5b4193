/** The names of parts: each is used once, whatever the name of the run. */
import {deepEqual} from 'node:assert/strict';
import {basename} from 'node:path';
import {test} from 'node:test';
import {partMaker} from '../../../sinks/dataset/parts/parts.ts';
import {jsonlFormat} from '../../../sinks/formats/jsonl/format.ts';
import {openDataset} from '../../../src/state/dataset.ts';
import {temporaryFolder} from '../../helpers/folder.ts';

const runs = ['20261130T202059Z-0a33f9c', '20261130T202059Z-1234567', '20261130T202059Z-12345678901234'];

for (const run of runs)
	for (const suffix of [undefined, '7', '2f58', '12345'])
		test(`parts of ${run} with the suffix ${suffix} are replaced under names of their own`, async () => {
			await using folder = await temporaryFolder();
			const dataset = await openDataset({root: folder.path, name: 'things', writer: 'w'});
			const target = {...dataset, ...(suffix !== undefined && {suffix})};
			const maker = partMaker({dataset: target, resource: 'things', run, named: 0});
			const place = {table: 'things', path: 'things', kind: 'rows', format: jsonlFormat} as const;
			const write: Parameters<typeof maker.make>[2] = async output => {
				await output.open();
				await output.close();
			};
			const names: string[] = [];
			for (let number = 0; number < 2; number++) {
				let part = await maker.make(place, 0, write);
				names.push(basename(part.path));
				for (let times = 0; times < 2; times++) {
					part = await maker.make(place, 0, write, part);
					names.push(basename(part.path));
				}
			}
			const end = suffix === undefined ? '.jsonl' : `_${suffix}.jsonl`;
			deepEqual(
				names,
				['00001', '0000100001', '0000100002', '00002', '0000200001', '0000200002'].map(
					number => `${run}-${number}${end}`,
				),
			);
			await dataset.close();
		});
