import {deepEqual, equal, match} from 'node:assert/strict';
import {test} from 'node:test';
import {workspace} from '../helpers/binary.ts';

const resource = 'resources: [{name: rows, endpoint: {path: /rows}}]\n';

async function shown(files: Record<string, string>, args: readonly string[], more: object = {}) {
	await using place = await workspace(files);
	return await place.sluice([...args], more);
}

test('a config that is a function gets the variables and the words of the command line', async () => {
	const text = `export default async ({env, args}) => ({
		client: {base_url: 'http://' + env.STAGE + '.example'},
		resources: [args[0]],
	});`;
	const {code, stderr} = await shown({'sluice.config.mjs': text}, ['check'], {env: {STAGE: 'test'}});
	equal(code, 0, stderr);
	match(stderr, /1 resource: check/);
	const broken = await shown(
		{'sluice.config.mjs': "export default () => { throw new Error('no stage'); };"},
		['check'],
	);
	deepEqual([broken.code, /its function failed: no stage/.test(broken.stderr)], [2, true]);
	const empty = await shown({'sluice.config.mjs': 'export default () => 7;'}, ['check']);
	deepEqual([empty.code, /its function must return an object/.test(empty.stderr)], [2, true]);
});

test('a .ts config is read where Node strips types, and else the message says what does', async () => {
	const text =
		"const url: string = 'http://h.example'; export default {client: {base_url: url}, resources: ['rows']};";
	const {code, stderr} = await shown({'sluice.config.ts': text, 'package.json': '{"type": "module"}'}, [
		'check',
	]);
	if ('typescript' in process.features && process.features.typescript) equal(code, 0, stderr);
	else {
		equal(code, 2);
		match(stderr, /reads no TypeScript, which 22\.18 and later do/);
	}
});

test('-c - reads the config from stdin', async () => {
	const input = `client: {base_url: "http://h.example"}\n${resource}`;
	const {code, stderr} = await shown({}, ['check', '-c', '-'], {stdin: input});
	equal(code, 0, stderr);
	match(stderr, /1 resource: rows/);
	const broken = await shown({}, ['check', '-c', '-'], {stdin: 'client: {'});
	equal(broken.code, 2);
	match(broken.stderr, /stdin/);
});

test('keys x-… at the top hold anchors, and variables in them need not be set', async () => {
	const text = [
		'x-page: &page {type: offset, limit: 7}',
		`x-unused: ${'$'}{NOBODY_SETS_IT}`,
		'client: {base_url: "http://h.example", paginator: *page}',
		resource,
	].join('\n');
	const {code, stderr} = await shown({'sluice.yaml': text}, ['check']);
	equal(code, 0, stderr);
	const below = await shown({'sluice.yaml': `client: {base_url: "http://h.example", x-a: 1}\n${resource}`}, [
		'check',
	]);
	equal(below.code, 2);
	match(below.stderr, /client\.x-a: unknown key/);
});

test('an include lies under the file, key by key, and its mistakes are told where they stand', async () => {
	const shared = 'client:\n  base_url: http://h.example\n  headers: {a: one, b: two}\n  concurency: 4\n';
	const good = shared.replace('concurency', 'concurrency');
	const main = `include: [shared/base.yaml, more.json]\nclient: {headers: {b: own}}\n${resource}`;
	const more = '{"client": {"concurrency": 2}}';
	const files = {'sluice.yaml': main, 'shared/base.yaml': good, 'more.json': more};
	const {code, stdout, stderr} = await shown(files, ['show', 'rows']);
	equal(code, 0, stderr);
	for (const part of ['one', 'own', 'concurrency']) equal(stdout.includes(part), true, stdout);
	equal(stdout.includes('two'), false);
	const checked = await shown(files, ['check']);
	equal(checked.code, 0, checked.stderr);
	const wrong = await shown({...files, 'shared/base.yaml': shared}, ['check']);
	equal(wrong.code, 2);
	match(wrong.stderr, /client\.concurency: unknown key.*\(in shared\/base\.yaml:4:3\)/);
	const nested = {...files, 'shared/base.yaml': 'include: ../sluice.yaml\n'};
	match((await shown(nested, ['check'])).stderr, /includes itself/);
	match(
		(await shown({'sluice.yaml': `include: none.yaml\n${resource}`}, ['check'])).stderr,
		/none\.yaml: not found/,
	);
	match(
		(await shown({'sluice.yaml': `include: {a: 1}\n${resource}`}, ['check'])).stderr,
		/include: expected the path/,
	);
});
