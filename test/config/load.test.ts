import assert from 'node:assert/strict';
import {mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {loadConfig} from '../../src/config/load/load.ts';
import {ConfigError} from '../../src/core/errors.ts';
import {inFolder, load, problems} from './files.ts';

const whole = 'client: {base_url: "https://a.b"}\nresources: [a]\n';

test('YAML, JSON and JavaScript say the same', async () => {
	const json = JSON.stringify({client: {base_url: 'https://a.b'}, resources: ['a']}, null, '\t');
	const fromYaml = await load(whole);
	assert.deepEqual((await load({'c.json': json})).config, fromYaml.config);
	assert.deepEqual((await load({'c.json': `\uFEFF${json}`})).config, fromYaml.config);
	assert.deepEqual((await load({'c.mjs': `export default ${json}`})).config, fromYaml.config);
	assert.deepEqual(fromYaml.config, {client: {base_url: 'https://a.b'}, resources: [{name: 'a'}]});
});

test('JSON problems have lines and columns too', async () => {
	assert.deepEqual(
		await problems({'c.json': '{\n\t"client": {\n\t\t"base_url": 5\n\t},\n\t"resources": []\n}'}),
		['c.json:3:15: client.base_url: expected text, got the number 5'],
	);
});

const broken: [what: string, files: {[name: string]: string}, message: string | RegExp][] = [
	['an empty file', {'c.yaml': ''}, 'c.yaml: the file is empty'],
	['a file of comments', {'c.yaml': '# nothing yet\n'}, 'c.yaml: the file is empty'],
	[
		'two documents',
		{'c.yaml': `${whole}---\nx: 1\n`},
		'c.yaml:3:1: a second document starts here; a config is one document',
	],
	[
		'a key given twice',
		{'c.yaml': `${whole}name: x\nname: y\n`},
		'c.yaml:4:1: cannot be read: this key stands twice in one object; keep one of them',
	],
	['broken YAML', {'c.yaml': 'client: [\n'}, /^c\.yaml:2:1: cannot be read: /],
	['broken JSON', {'c.json': '{"client": {} "resources": []}'}, /^c\.json:1:15: cannot be read: /],
	[
		'a reference that YAML takes for an object',
		{'c.yaml': `client: {base_url: \${URL}}\n`},
		/^c\.yaml:1:21: cannot be read: .*; inside \{ } and \[ ], write "\$\{…}" with quotes$/,
	],
	['an unknown tag', {'c.yaml': `${whole}name: !x y\n`}, 'c.yaml:3:7: cannot be read: Unresolved tag: !x'],
	['an alias of nothing', {'c.yaml': `${whole}name: *x\n`}, 'c.yaml:3:7: *x has no anchor &x above it'],
	[
		'a number that would lose digits',
		{'c.yaml': `${whole.replace('[a]', '[{name: a, endpoint: {params: {id: 12345678901234567890}}}]')}`},
		'c.yaml:2:47: the number 12345678901234567890 has too many digits to be exact; put it in quotes',
	],
	[
		'a format of another kind',
		{'c.toml': ''},
		'c.toml: a config is a .yaml, .yml, .json, .js, .mjs, .ts or .mts file',
	],
	[
		'a module without an object',
		{'c.mjs': 'export default () => 1'},
		'c.mjs: its function must return an object: export default defineConfig({…})',
	],
	['a module that throws', {'c.mjs': 'throw new Error("boom")'}, 'c.mjs: cannot be loaded: boom'],
	[
		'a module that Node takes for CommonJS',
		{'c.js': 'export default {}', 'package.json': '{"type": "commonjs"}'},
		/^c\.js: cannot be loaded: Unexpected token 'export'; name it \.mjs, or set "type": "module" in package\.json$/,
	],
	[
		'a module that lacks a package',
		{'c.mjs': 'import "no-such-package-anywhere"'},
		/^c\.mjs: cannot be loaded: Cannot find package/,
	],
];

for (const [what, files, message] of broken) {
	test(`${what} is a clear error`, async () => {
		// The line of the file and its caret stand below the message.
		const found = (await problems(files)).filter(line => !line.startsWith('  '));
		assert.equal(found.length, 1, found.join('\n'));
		if (typeof message === 'string') assert.equal(found[0], message);
		else assert.match(found[0]!, message);
	});
}

test('a file that is not there says where it was looked for', async () => {
	await inFolder({}, async folder => {
		for (const name of ['none.yaml', 'none.mjs']) {
			await assert.rejects(loadConfig(name, {cwd: folder}), {
				name: 'ConfigError',
				message: `${name}: not found; looked for ${join(folder, name)}`,
			});
		}
	});
});

test('without a path the config is found under its usual names, first in this folder, then above', async () => {
	const named = (name: string) => whole.replace('[a]', `[${name}]`);
	const files = {
		'package.json': '{}',
		'sluice.yml': named('c'),
		'b/sluice.config.json': named('b'),
		'b/sluice.yaml': named('x'),
	};
	await inFolder(files, async folder => {
		await mkdir(join(folder, 'b/c/d'), {recursive: true});
		const first = async (cwd: string) =>
			(await loadConfig(undefined, {cwd: join(folder, cwd)})).config.resources[0]?.name;
		assert.equal(await first(''), 'c');
		assert.equal(await first('b'), 'b');
		assert.equal(await first('b/c/d'), 'b');
	});
});

test('the search ends at the first folder with a package.json or .git, and lists what it looked for', async () => {
	await inFolder({'sluice.yaml': whole, 'b/package.json': '{}'}, async folder => {
		await mkdir(join(folder, 'b/c'));
		await assert.rejects(loadConfig(undefined, {cwd: join(folder, 'b/c')}), {
			message:
				'no config found; looked for sluice.config.yaml, sluice.config.yml, sluice.config.json, ' +
				'sluice.config.js, sluice.config.mjs, sluice.config.ts, sluice.config.mts, sluice.yaml, ' +
				`sluice.yml, sluice.json in ${join(folder, 'b/c')}, ${join(folder, 'b')}. Name one with ` +
				'--config, or let sluice init URL write one',
		});
	});
});

test('messages about a file that was found call it as a person would', async () => {
	await inFolder({'sluice.yaml': 'client: {}\nresources: []', 'b/.git/x': ''}, async folder => {
		await assert.rejects(loadConfig(undefined, {cwd: folder}), /^ConfigError: sluice\.yaml:1:9: /);
	});
});

test('--set changes values before anything else happens, by index or by name', async () => {
	const text = 'client: {base_url: "https://a.b"}\nresources:\n  - name: a\n    endpoint: /v1/a\n  - b\n';
	const {config} = await load(text, {
		env: {HOST: 'https://c.d'},
		set: [
			`client.base_url=\${HOST}`,
			'client.retry.max_retries=7',
			'resources.a.endpoint.params.since=2024-01-01',
			'resources[1].endpoint.paginator={type: offset, limit: 5}',
			'resources.b.endpoint.paginator.limit=6',
			'client.headers.X-Version=2',
			'resources[1].table_name=bees',
			'resource_defaults={}',
			'resource_defaults=',
		],
	});
	assert.equal(config.client.base_url, 'https://c.d');
	assert.deepEqual(config.client.retry, {max_retries: 7});
	assert.deepEqual(config.client.headers, {'X-Version': '2'});
	assert.deepEqual(config.resources[0], {
		name: 'a',
		endpoint: {path: '/v1/a', params: {since: '2024-01-01'}},
	});
	assert.equal(config.resources[1]?.name, 'b');
	assert.equal(config.resources[1]?.table_name, 'bees');
	const paginator = config.resources[1]?.endpoint?.paginator;
	assert.equal(paginator?.type === 'offset' && paginator.limit, 6);
	assert.equal(config.resource_defaults, null);
});

test('what --set breaks is said to come from --set, without a line of the file', async () => {
	assert.deepEqual(
		await problems(whole, {
			set: ['resources.c.name=x', 'nothing', 'client.base_url.x=1', 'client.retry.factor=abc', 'a..b=secret'],
		}),
		[
			'config.yaml: resources.c.name: --set leads nowhere: resources has no c; there are: a',
			'config.yaml: cannot read "nothing"; write --set a.b[0].c=value',
			'config.yaml: client.base_url.x: --set leads nowhere: client.base_url is not an object',
			'config.yaml: cannot read "a..b"; write --set a.b[0].c=value',
			'config.yaml: client.retry.factor: expected a number, got the text "abc" (from --set)',
		],
	);
});

test('--set never reaches a prototype', async () => {
	await assert.rejects(
		load(whole, {set: ['__proto__.polluted=1', 'client.constructor.prototype.polluted=1']}),
		ConfigError,
	);
	assert.equal(({} as {polluted?: unknown}).polluted, undefined);
});

test('--set changes one of two resources that share an anchor', async () => {
	const text =
		'client: {base_url: "https://a.b"}\nresources:\n  - {name: a, endpoint: &e {path: x}}\n  - {name: ' +
		'b, endpoint: *e}\n';
	const {config} = await load(text, {set: ['resources.b.endpoint.path=y']});
	assert.deepEqual(
		config.resources.map(({endpoint}) => endpoint?.path),
		['x', 'y'],
	);
});

test('--set takes the text as it is, and reads it only where the schema wants no text', async () => {
	const text =
		'client: {base_url: "https://a.b"}\nresources:\n  - name: a\n    endpoint: {path: x, method: POST, ' +
		'json: {n: 1, s: y}}\n';
	const given = [
		'ab #c',
		'!abc',
		'&x',
		'01234',
		'1.10',
		'12345678901234567890',
		'true',
		'null',
		'~',
		' a ',
		'[x',
		'[x]',
		'a: b',
	];
	const {config} = await load(text, {
		set: [
			...given.map((value, i) => `resources.a.endpoint.params.p${i}=${value}`),
			...given.map((value, i) => `client.headers.h${i}=${value}`),
			'client.headers.json={"a":1}',
			'resources.a.endpoint.params.ids[0]=7',
			'resources.a.endpoint.params.ids[1]=08',
			'resources.a.endpoint.params.list=[1, 2]',
			'resources.a.endpoint.json.n=5',
			'resources.a.endpoint.json.s=5',
			'resources.a.endpoint.json.new={"deep": [1]}',
			'resources.a.selected=false',
			'client.retry={max_retries: 3, delay: 0.5}',
			'client.auth=',
		],
	});
	const [{endpoint, selected} = {}] = config.resources;
	const named = (letter: string) => Object.fromEntries(given.map((value, i) => [`${letter}${i}`, value]));
	assert.deepEqual(endpoint?.params, {...named('p'), ids: ['7', '08'], list: [1, 2]});
	assert.deepEqual(config.client.headers, {...named('h'), json: '{"a":1}'});
	assert.deepEqual(endpoint?.json, {n: 5, s: '5', new: {deep: [1]}});
	assert.equal(selected, false);
	assert.deepEqual(config.client.retry, {max_retries: 3, delay: 0.5});
	assert.equal(config.client.auth, null);
	assert.deepEqual(
		await problems(text, {
			set: ['client.max_body_bytes=12345678901234567890', 'client.retry.max_retries=007'],
		}),
		[
			'config.yaml: client.retry.max_retries: expected a number, got the text "007" (from --set)',
			'config.yaml: client.max_body_bytes: expected a number, got the text "12345678901234567890" (from ' +
				'--set)',
		],
	);
});
