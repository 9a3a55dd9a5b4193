import {deepEqual, equal, match, rejects} from 'node:assert/strict';
import {mkdir, readdir, rename, rm, symlink, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {fileOutput} from '../../sinks/output/output.ts';
import {workspace} from '../helpers/binary.ts';
import {temporaryFolder} from '../helpers/folder.ts';
import {startServer} from '../helpers/server.ts';

const config = (url: string, more: object = {}) =>
	JSON.stringify({
		client: {base_url: url},
		resources: [{name: 'rows', endpoint: {path: 'rows'}, ...more}],
		output: {format: 'jsonl'},
	});
const route = {path: '/rows', respond: {json: [{id: 1}]}};

for (const [link, disposition] of [
	['.sluice', 'append'],
	['.sluice/runs', 'append'],
	['.sluice/rows', 'append'],
	['.sluice/rows/log', 'append'],
	['.sluice/rows/pending', 'replace'],
	['.sluice/rows/staging', 'append'],
	['.sluice/rows/lock', 'append'],
	['.sluice/rows/data-000000000001', 'append'],
	['.sluice/rows/data-000000000001/rows', 'append'],
] as const) {
	test(`nothing is written through a link in place of ${link}`, async () => {
		const server = await startServer([route]);
		await using place = await workspace({
			'sluice.json': config(server.url, {write_disposition: disposition}),
		});
		equal((await place.sluice(['run', '-c', 'sluice.json'])).code, 0);
		const [path, victim] = [join(place.path, 'out', link), join(place.path, 'victim')];
		await mkdir(path, {recursive: true});
		// What was there goes along, so that a run which follows the link would find all that it looks for.
		await rename(path, victim);
		const before = await readdir(victim, {recursive: true});
		await symlink(victim, path);
		const {code, stderr} = await place.sluice(['run', '-c', 'sluice.json']);
		await server.close();
		equal(code === 0, false, stderr);
		match(stderr, /is a symbolic link, and Sluice follows none in its own folders/);
		deepEqual(await readdir(victim, {recursive: true}), before);
	});
}

test('the output folder may be a link, and tables are links of our own', async () => {
	const server = await startServer([route]);
	await using place = await workspace({'sluice.json': config(server.url, {write_disposition: 'replace'})});
	await mkdir(join(place.path, 'elsewhere'));
	await symlink('elsewhere', join(place.path, 'out'));
	for (let i = 0; i < 2; i++) equal((await place.sluice(['run', '-c', 'sluice.json'])).code, 0);
	await server.close();
	const files = await readdir(join(place.path, 'elsewhere/rows'));
	equal(files.filter(name => name.endsWith('.jsonl')).length, 1);
});

test('a staged file is not written through a link that waits at its name, nor through one in its folder', async () => {
	await using folder = await temporaryFolder();
	const own = join(folder.path, 'own');
	await mkdir(join(own, 'real'), {recursive: true});
	await writeFile(join(folder.path, 'victim'), 'safe');
	await symlink(join(folder.path, 'victim'), join(own, 'part'));
	await symlink(join(folder.path), join(own, 'folder'));
	for (const path of ['part', 'folder/part'])
		await rejects(fileOutput(join(own, path), {own}).open(), /is a symbolic link/);
	const output = fileOutput(join(own, 'real/part'), {own});
	await output.open();
	await output.close();
	await rm(own, {recursive: true});
	deepEqual(await readdir(folder.path), ['victim']);
});

test('no spelling of our own folder is a table, whatever the file system takes for the same', async () => {
	const server = await startServer([route]);
	for (const name of [
		'.sluice',
		'.SLUICE',
		'.Sluice',
		'.sluice-2',
		'./.sluice/x',
		'x/../.sluice',
		'.\u017Fluice',
		'.slu\u200Cice',
	]) {
		await using place = await workspace({'sluice.json': config(server.url, {table_name: name})});
		const {code, stderr} = await place.sluice(['run', '-c', 'sluice.json']);
		equal(code, 2, name);
		match(stderr, /is kept for Sluice. Give it another table_name/);
	}
	await server.close();
});
