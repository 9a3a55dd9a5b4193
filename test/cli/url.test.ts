import {deepEqual, doesNotMatch, equal, match} from 'node:assert/strict';
import {test} from 'node:test';
import {workspace} from '../helpers/binary.ts';
import type {RecordedRequest, Route} from '../helpers/server.ts';
import {server} from './config.ts';

const TOKEN = 'tok-4f9a8b7c6d5e';

/** Two pages by offset; whoever has no key is refused. */
const contacts: Route = {
	path: '/v1/contacts',
	respond: {
		fn: ({query, headers}: RecordedRequest) => {
			if (query.api_key?.[0] !== TOKEN && headers.authorization !== `Bearer ${TOKEN}`) return {status: 401};
			const offset = Number(query.offset?.[0] ?? 0);
			const rows = [1, 2, 3, 4].slice(offset, offset + 2).map(id => ({id, tag: query.tag}));
			return {json: {meta: {total: 4}, found: {rows}}};
		},
	},
};

const flags = ['--selector', 'found.rows', '--paginator', '{type: offset, limit: 2, total_path: meta.total}'];

test('read takes a URL without a config, with its selector, paginator, parameters and token', async () => {
	await using api = await server(contacts);
	await using place = await workspace();
	const {code, stdout, stderr} = await place.sluice(
		[
			...['read', `${api.url}/v1/contacts?tag=a&tag=b`, ...flags, '--auth', 'bearer:MY_TOKEN'],
			...['--param', 'sort=id', '--header', 'X-Team: blue', '--select', 'id,tag'],
		],
		{env: {MY_TOKEN: TOKEN}},
	);
	deepEqual([code, stderr], [0, '']);
	equal(stdout, [1, 2, 3, 4].map(id => `{"id":${id},"tag":["a","b"]}\n`).join(''));
	const [first] = api.requests;
	deepEqual([first?.query.sort, first?.headers['x-team']], [['id'], 'blue']);
});

test('the config that show prints reads the same rows', async () => {
	await using api = await server(contacts);
	await using place = await workspace();
	const words = [
		`${api.url}/v1/contacts?tag=a&tag={x}`,
		...flags,
		'--auth',
		'key:query:api_key:MY_KEY',
		'--key',
		'id',
	];
	const env = {MY_KEY: TOKEN};
	const [shown, read] = await Promise.all([
		place.sluice(['show', ...words]),
		place.sluice(['read', ...words], {env}),
	]);
	deepEqual([shown.code, shown.stderr, read.code, read.stderr], [0, '', 0, '']);
	doesNotMatch(shown.stdout, new RegExp(TOKEN));
	match(shown.stdout, /api_key: \$\{MY_KEY\}/);
	const again = await place.sluice(['read', 'contacts', '-c', '-'], {env, stdin: shown.stdout});
	deepEqual([again.code, again.stderr, again.stdout], [0, '', read.stdout]);
	equal(read.stdout.split('\n')[0], '{"id":1,"tag":["a","{x}"]}');
});

test('a body makes it a POST, and braces in it are braces', async () => {
	const respond = {fn: ({json}: RecordedRequest) => ({json: [{got: json}]})};
	await using api = await server({method: 'POST', path: '/graphql', respond});
	await using place = await workspace();
	const json = '{"query":"{ users { id } }","n":1}';
	const words = [`${api.url}/graphql`, '--json', json, '--paginator', 'single_page', '--selector', '$'];
	const [read, shown] = await Promise.all([
		place.sluice(['read', ...words]),
		place.sluice(['show', ...words]),
	]);
	equal(read.stdout, `{"got":${json}}\n`, read.stderr);
	const again = await place.sluice(['read', 'graphql', '-c', '-'], {stdin: shown.stdout});
	equal(again.stdout, read.stdout, again.stderr);
});

test('preview and schema take a URL as well, and a read of one is recorded', async () => {
	const api = await server(contacts);
	await using place = await workspace();
	const env = {MY_TOKEN: TOKEN};
	const words = [`${api.url}/v1/contacts`, ...flags, '--auth', 'bearer:MY_TOKEN'];
	const [preview, schema, read] = await Promise.all([
		place.sluice(['preview', ...words], {env}),
		place.sluice(['schema', ...words], {env}),
		place.sluice(['read', ...words, '--record', 'tape'], {env}),
	]);
	equal(preview.stdout, '{"id":1}\n{"id":2}\n', preview.stderr);
	equal(JSON.parse(schema.stdout).columns.id.data_type, 'bigint');
	await api.close();
	const replayed = await place.sluice(['read', ...words, '--replay', 'tape']);
	deepEqual([replayed.code, replayed.stderr, replayed.stdout], [0, '', read.stdout]);
});

test('a secret that was typed is told of, and is a variable in the config that show prints', async () => {
	await using api = await server(contacts);
	await using place = await workspace();
	const url = `${api.url}/v1/contacts?api_key=${TOKEN}`;
	const header = ['--header', `Authorization: Bearer ${TOKEN}`];
	const read = await place.sluice(['read', url, ...flags, ...header, '--limit', '1']);
	deepEqual([read.code, read.stdout], [0, '{"id":1}\n']);
	match(read.stderr, /the parameter api_key is a secret that others can see .*'\$\{API_KEY\}' in its place/);
	match(read.stderr, /the header Authorization is a secret/);
	const shown = await place.sluice(['show', url, ...flags, ...header]);
	doesNotMatch(shown.stdout + shown.stderr + read.stderr, new RegExp(TOKEN));
	match(shown.stdout, /^# Put the secret into the environment first: export API_KEY=…\n/);
	match(shown.stdout, /Authorization: Bearer \$\{AUTHORIZATION\}/);
	const env = {API_KEY: TOKEN, AUTHORIZATION: TOKEN};
	const again = await place.sluice(['read', 'contacts', '-c', '-', '--limit', '1'], {
		env,
		stdin: shown.stdout,
	});
	deepEqual([again.code, again.stderr, again.stdout], [0, '', read.stdout]);
});

const url = 'http://127.0.0.1:9/contacts';
const mistakes: [words: string[], said: string | RegExp][] = [
	[
		['--auth', TOKEN],
		'--auth cannot be understood; write bearer:VARIABLE, basic:USER:VARIABLE, key:HEADER:VARIABLE',
	],
	[['--auth', `bearer:${TOKEN}`], 'in the name of an environment variable, and not in the secret itself'],
	[['--auth', 'bearer:MY_TOKEN'], '--auth: the environment variable MY_TOKEN is not set; export it'],
	[['--auth', 'bearer:tok4f9a8b7c6d5e'], '--auth: the environment variable of that name is not set'],
	[['--auth', 'basic:jane'], '--auth basic:… cannot be understood'],
	[['--header', 'X-Team'], `--header is 'NAME: VALUE', and got a text without a name and ":"`],
	[['--param', '=1'], '--param is NAME=VALUE'],
	[['--json', '{a}'], `--json is a JSON text such as '{"limit": 100}'`],
	[['--paginator', 'ofset'], '--paginator: expected auto, single_page,'],
	[['--paginator', '{type: offset, limit: x}'], '--paginator: expected a number, got the text "x"'],
	[['--paginator', '{type: [}'], `--paginator is a name, or an object such as '{type: offset, limit: 100}'`],
	[['--method', 'FETCH'], '--method: expected GET, POST,'],
	[['--selector', '$..['], '--selector: cannot read the path "$..["'],
	[['--config', 'x.yaml'], 'a URL needs no config; leave out --config'],
];

test('a flag that is wrong is named, with what to write, and without the secret', async () => {
	await using place = await workspace();
	for (const [words, said] of mistakes) {
		const {code, stdout, stderr} = await place.sluice(['read', url, ...words]);
		deepEqual([code, stdout, stderr.includes(String(said))], [2, '', true], `${words.join(' ')}: ${stderr}`);
		if (!words.includes('x.yaml')) doesNotMatch(stderr, /4f9a8b7c6d5e/);
	}
	const password = await place.sluice(['read', `http://jane:${TOKEN}@127.0.0.1:9/x`]);
	match(password.stderr, /the URL of 127\.0\.0\.1:9 has credentials in it, .*--auth basic:USER:VARIABLE/);
	doesNotMatch(password.stderr, new RegExp(TOKEN));
	const named = await place.sluice(['read', 'contacts', '--auth', 'bearer:X']);
	match(
		named.stderr,
		/--auth goes with a URL, and "contacts" is a resource of a config; there it is client\.auth/,
	);
	const run = await place.sluice(['run', 'https://example.com/contacts']);
	match(
		run.stderr,
		/run takes resources of a config, and no URL: sluice show URL > sluice\.yaml makes a config/,
	);
});
