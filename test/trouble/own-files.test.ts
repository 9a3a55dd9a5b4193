import {deepEqual, equal} from 'node:assert/strict';
import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {config, server, single} from '../cli/config.ts';
import {workspace} from '../helpers/binary.ts';

for (const write_disposition of ['replace', 'merge', 'append'])
	test(`a person's own files beside the parts stay after a ${write_disposition}`, async () => {
		let n = 0;
		await using api = await server({path: '/a', respond: {fn: () => ({json: {data: [{id: 1, n: n++}]}})}});
		await using place = await workspace({
			'sluice.json': config(api.url, [single('a', {primary_key: 'id', write_disposition})], {
				output: {format: 'jsonl'},
			}),
		});
		const run = async (): Promise<void> => {
			const ran = await place.sluice(['run']);
			equal(ran.code, 0, ran.stderr);
		};
		await run();
		const folder = join(place.path, 'out/a');
		await writeFile(join(folder, 'README.md'), 'mine');
		await mkdir(join(folder, 'notes/old'), {recursive: true});
		await writeFile(join(folder, 'notes/old/x.sql'), 'select 1');
		await run();
		await run();
		equal((await place.sluice(['gc'])).code, 0);
		equal(await readFile(join(folder, 'README.md'), 'utf8'), 'mine');
		equal(await readFile(join(folder, 'notes/old/x.sql'), 'utf8'), 'select 1');
		const parts = (await readdir(folder)).filter(name => name.endsWith('.jsonl'));
		equal(parts.length, write_disposition === 'append' ? 3 : 1);
		equal((await place.sluice(['verify'])).code, 0);
	});

const keys: [what: string, data_type: string, key: unknown][] = [
	['text over times', 'text', '2024-01-01T10:00:00.500+02:00'],
	['text over dates', 'text', '2024-01-01'],
	['json', 'json', {a: 1, b: [2]}],
	['json over numbers', 'json', 7],
	['json over texts', 'json', '2024-01-01T00:00:00Z'],
];
for (const [what, data_type, id] of keys)
	for (const format of ['jsonl', 'parquet'])
		test(`after a merge by a key that is ${what}, no list row of an old record stays (${format})`, async () => {
			let n = 0;
			const fn = () => ({json: {data: [{id, n, lines: [{v: `first ${n}`}, {v: `second ${n++}`}]}]}});
			await using api = await server({path: '/a', respond: {fn}});
			const resource = single('a', {
				primary_key: 'id',
				write_disposition: 'merge',
				nested: 'tables',
				columns: {id: {data_type}},
			});
			await using place = await workspace({'sluice.json': config(api.url, [resource], {output: {format}})});
			for (let i = 0; i < 3; i++) {
				const ran = await place.sluice(['run']);
				equal(ran.code, 0, ran.stderr);
			}
			const {stdout} = await place.sluice(['ls', '--json']);
			const listed = await place.sluice(['verify']);
			equal(listed.code, 0, listed.stdout);
			deepEqual(listed.stdout, 'a: 2 files, 3 rows, all as committed\n', stdout);
		});
