/** `processing_steps` from a config file to the rows of a file. */
import assert from 'node:assert/strict';
import {readdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {connection} from '../../src/config/compile/compile.ts';
import {resolveResources} from '../../src/config/compile/resolve.ts';
import {loadConfig} from '../../src/config/load/load.ts';
import type {Page} from '../../src/core/page.ts';
import {temporaryFolder} from '../helpers/folder.ts';
import {runConfig} from '../helpers/run-config.ts';
import {type ScriptedServer, startServer} from '../helpers/server.ts';

const people = [
	{
		id: '1',
		name: {first: 'Ann', last: 'Oh'},
		status: 'open',
		mail: 'a@b.example',
		card: '4111222233334444',
		tags: ['x', 'y'],
	},
	{id: '2', name: {first: 'Bo', last: null}, status: 'shut', mail: 'b@b.example', card: '1', tags: []},
	{id: 'three', name: {first: 'Cy', last: 'Po'}, status: 'open', mail: null, card: '2', tags: ['z']},
];

let server: ScriptedServer;
before(async () => {
	server = await startServer([{path: '/people', respond: {json: people}}]);
});
after(() => server.close());

async function rowsOf(file: string, text: string): Promise<{rows: unknown[]; rejects: unknown[]}> {
	await using folder = await temporaryFolder();
	await writeFile(join(folder.path, file), text);
	const output = join(folder.path, 'out');
	await runConfig(file, {cwd: folder.path, output, format: 'jsonl', env: {SALT: 's'}});
	const read = async (place: string): Promise<unknown[]> => {
		const names = await readdir(place).catch(() => []);
		const texts = await Promise.all(
			names.filter(name => name.endsWith('.jsonl')).map(name => readFile(join(place, name), 'utf8')),
		);
		return texts.flatMap(lines =>
			lines
				.split('\n')
				.filter(Boolean)
				.map(line => JSON.parse(line)),
		);
	};
	const rejects = (await read(join(output, 'people/_rejects'))) as {run: string}[];
	// The name of the run is another one each time.
	return {rows: await read(join(output, 'people')), rejects: rejects.map(({run: _, ...rest}) => rest)};
}

function yaml(steps: string): string {
	return (
		`client: {base_url: "${server.url}"}\nresources:\n  - name: people\n    ` +
		`processing_steps:\n${steps.replace(/^/gm, '      ')}`
	);
}

test('each step does its part, in order', async () => {
	const {rows, rejects} = await rowsOf(
		'config.yaml',
		yaml(`- filter: "@.status == 'open'"
- add: {full: "{name.first} {name.last}", city: Rome}
- cast: {id: bigint}
- hash: {names: [mail], secret: "\${secrets.salt}"}
- mask: {card: {keep: 4}}
- explode: tags
- rename: {tags: tag}
- flatten: {max_depth: 1}
- remove: [name__last, status]`),
	);
	const mail = '5e1a8ce27afc9fd61c05bfbdd6bdbf1fee1ba8ac19f6ecfe60a07deb4b79d54d';
	const ann = {id: 1, name__first: 'Ann', mail, card: '***4444', full: 'Ann Oh', city: 'Rome'};
	assert.deepEqual(
		rows.map(row => ({...(row as object), mail})),
		[
			{...ann, tag: 'x'},
			{...ann, tag: 'y'},
		],
	);
	const [first, second] = rows as {mail: string}[];
	assert.match(first?.mail ?? '', /^[0-9a-f]{64}$/);
	assert.equal(first?.mail, second?.mail);
	assert.deepEqual(rejects, [
		{
			resource: 'people',
			page: 0,
			index: 2,
			column: 'id',
			reason: 'cannot cast "three" to bigint',
			record: people[2],
		},
	]);
});

test('select keeps fields, and resource_defaults may hold steps', async () => {
	const text =
		`client: {base_url: "${server.url}"}\nresource_defaults: {processing_steps: [{select: [id, ` +
		'name.first]}]}\nresources: [people]\n';
	assert.deepEqual((await rowsOf('config.yaml', text)).rows[1], {id: '2', first: 'Bo'});
});

test('a JavaScript config may hold functions; those of one step run as filter, map, yield_map', async () => {
	const {rows} = await rowsOf(
		'config.js',
		`export default {client: {base_url: '${server.url}'}, resources: [{name: 'people', processing_steps: [{
			*yield_map(record) { for (const tag of record.tags) yield {id: record.id, tag}; },
			map: record => ({...record, id: record.id.toUpperCase()}),
			filter: record => record.status === 'open',
		}]}]};`,
	);
	assert.deepEqual(rows, [
		{id: '1', tag: 'x'},
		{id: '1', tag: 'y'},
		{id: 'THREE', tag: 'z'},
	]);
});

test('values change in their places, at any depth, where a condition holds', async () => {
	const {rows} = await rowsOf(
		'config.yaml',
		yaml(`- select: [id, name, status, tags]
- change: {fields: ["**"], when: "{{ value is none }}", to: "{{ record.status | upper }}"}
- change: {fields: ["**.first", "tags[0]"], to: "{{ value | lower }}"}
- change: {fields: [status], to: "{{ {'is': value} }}"}`),
	);
	assert.deepEqual(rows, [
		{id: '1', name: {first: 'ann', last: 'Oh'}, status: {is: 'open'}, tags: ['x', 'y']},
		{id: '2', name: {first: 'bo', last: 'SHUT'}, status: {is: 'shut'}, tags: []},
		{id: 'three', name: {first: 'cy', last: 'Po'}, status: {is: 'open'}, tags: ['z']},
	]);
});

test('a limit counts the records that the steps leave, and what they refuse is told all the same', async () => {
	const limited = async (filter: string): Promise<unknown[]> => {
		await using folder = await temporaryFolder();
		await writeFile(
			join(folder.path, 'config.yaml'),
			yaml(`- filter: "${filter}"\n- cast: {id: bigint}\n- explode: tags`),
		);
		const {config} = await loadConfig('config.yaml', {cwd: folder.path});
		const api = connection(config);
		const [resource] = resolveResources(config);
		assert.ok(resource);
		const pages: Page[] = [];
		for await (const page of api.extraction(resource, {limit: {records: 1}}).source) pages.push(page);
		await api.close();
		return pages.map(({records, rejections}) => [
			records.map(({id, tags}) => [id, tags]),
			rejections?.length,
		]);
	};
	assert.deepEqual(await limited("@.id != '1'"), [[[[2, null]], 1]]);
	assert.deepEqual(await limited("@.id != '2'"), [[[[1, 'x']], 1]], 'of two rows, the second is cut off');
});

test('a function is printed as such, and the secret of a hash not at all', async () => {
	await using folder = await temporaryFolder();
	await writeFile(
		join(folder.path, 'config.mjs'),
		`export default {client: {base_url: ''}, resources: [{name: 'r', endpoint: 'https://a.example', processing_steps: [
			{filter: () => true}, {hash: {names: ['a'], secret: 'pepper'}, rename: {token: 'sign'}}]}]};`,
	);
	const {masked} = await loadConfig('config.mjs', {cwd: folder.path});
	assert.deepEqual(masked.resources[0]?.processing_steps, [
		{filter: '(a function)'},
		{rename: {token: 'sign'}, hash: {names: ['a'], secret: '***'}},
	]);
});
