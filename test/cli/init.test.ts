import {deepEqual, doesNotMatch, equal, match, ok} from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {mkdir, readFile, stat, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {parse} from 'yaml';
import {bundledMain, type Workspace, workspace} from '../helpers/binary.ts';
import {query} from '../helpers/duckdb.ts';
import type {RecordedRequest, Route} from '../helpers/server.ts';
import {server} from './config.ts';

const TOKEN = 'tok-4f9a8b7c6d5e';
const people = Array.from({length: 25}, (_, i) => ({
	id: i + 1,
	email: i % 2 === 0 ? null : `a${i}@b.example`,
	updated_at: new Date(Date.UTC(2024, 0, 1 + i)).toISOString(),
}));

/** Pages by number, ten rows each, for those who have the token. */
const contacts: Route = {
	path: '/v1/contacts',
	respond: {
		fn: ({query, headers}: RecordedRequest) => {
			if (headers.authorization !== `Bearer ${TOKEN}`) return {status: 401};
			const page = Number(query.page?.[0] ?? 1);
			const since = query.updated_since?.[0] ?? '';
			const rows = people.filter(row => row.updated_at >= since);
			return {
				json: {data: rows.slice((page - 1) * 10, page * 10), meta: {page, per_page: 10, total: rows.length}},
			};
		},
	},
};

const env = {MY_TOKEN: TOKEN};
const auth = ['--auth', 'bearer:MY_TOKEN'];

async function configIn(
	place: Workspace,
	folder = '.',
): Promise<{text: string; resource: Record<string, unknown>}> {
	const text = await place.read(join(folder, 'sluice.yaml'));
	return {text, resource: parse(text).resources[0]};
}

test('two commands lead from a URL to Parquet', async () => {
	await using api = await server(contacts);
	await using place = await workspace();
	const begun = await place.sluice(['init', `${api.url}/v1/contacts`, ...auth], {env});
	deepEqual([begun.code, begun.stdout], [0, ''], begun.stderr);
	const ran = await place.sluice(['run', '-q'], {env});
	deepEqual([ran.code, ran.stderr], [0, '']);
	deepEqual(
		await query(
			`select count(*)::int n, count(email)::int emails from '${place.path}/out/contacts/*.parquet'`,
		),
		[{n: 25, emails: 12}],
	);
	const checked = await place.sluice(['check'], {env});
	match(checked.stderr, /ok, 1 resource: contacts/);
});

test('what was found stands in the config, and what was guessed is told', async () => {
	await using api = await server(contacts);
	await using place = await workspace();
	const {stderr} = await place.sluice(['init', `${api.url}/v1/contacts`, ...auth], {env});
	const {text, resource} = await configIn(place);
	deepEqual(resource, {
		name: 'contacts',
		primary_key: 'id',
		write_disposition: 'replace',
		endpoint: {
			path: 'contacts',
			data_selector: 'data',
			paginator: {type: 'page_number', base_page: 1, total_path: null},
		},
	});
	match(text, /^# yaml-language-server: \$schema=\S*schema\.json\n/);
	match(text, /# id has another value in each of 25 rows\n +primary_key: id/);
	match(text, /# +incremental:\n +# +cursor_path: updated_at\n/);
	match(text, /# {3}email: \{data_type: text\}\n/);
	match(text, /# {3}id: \{data_type: bigint, nullable: false\}\n/);
	match(text, /# params:\n +# +per_page: 100/);
	match(stderr, /asked for 3 pages in 4 requests: 25 rows, 3 columns/);
	match(stderr, /sure:\n +key +id has another value/);
	match(stderr, /to look at:[\s\S]*page size +a page has 10 rows; a comment has more/);
	match(stderr, /wrote sluice\.yaml, secrets\.toml, \.gitignore\nnext: sluice run\n$/);
	equal(await place.read('.gitignore'), 'secrets.toml\nout/\n');
});

test('a uid that differs in each row is the key', async () => {
	const json = {items: Array.from({length: 30}, (_, i) => ({uid: `p-${i}`, mass: i % 7})), next: null};
	await using api = await server({path: '/planets', respond: {json}});
	await using place = await workspace();
	const {code, stderr} = await place.sluice(['init', `${api.url}/planets`]);
	equal(code, 0, stderr);
	equal((await configIn(place)).resource.primary_key, 'uid');
});

test('the lines that are comments are a config, once they are none', async () => {
	await using api = await server(contacts);
	await using place = await workspace();
	await place.sluice(['init', `${api.url}/v1/contacts`, ...auth], {env});
	const {text} = await configIn(place);
	const inForce = text
		.split('\n')
		.map(line =>
			line.replace(
				/^( +)# (( *)(incremental|cursor_path|start_param|initial_value|params|per_page|columns|id|email|updated_at):)/,
				'$1$2',
			),
		)
		.join('\n');
	await writeFile(join(place.path, 'sluice.yaml'), inForce);
	const checked = await place.sluice(['check'], {env});
	equal(checked.code, 0, checked.stderr);
	const ran = await place.sluice(['run', '-q', '-f', 'jsonl'], {env});
	equal(ran.code, 0, ran.stderr);
	equal(api.requests.at(-1)?.query.per_page?.[0], '100');
	equal(api.requests.at(-1)?.query.updated_since?.[0], '2020-01-01T00:00:00Z');
});

test('a parameter that takes a time makes it incremental', async () => {
	await using api = await server(contacts);
	await using place = await workspace();
	const url = `${api.url}/v1/contacts?updated_since=2024-01-10T00:00:00.000Z`;
	equal((await place.sluice(['init', url, ...auth], {env})).code, 0);
	const {resource} = await configIn(place);
	deepEqual(
		[resource.write_disposition, (resource.endpoint as {incremental: object}).incremental],
		[
			'merge',
			{cursor_path: 'updated_at', start_param: 'updated_since', initial_value: '2024-01-10T00:00:00.000Z'},
		],
	);
	equal((await place.sluice(['run', '-q'], {env})).code, 0);
	equal((await place.sluice(['run', '-q'], {env})).code, 0);
	equal(api.requests.at(-1)?.query.updated_since?.[0], people.at(-1)?.updated_at);
	deepEqual(await query(`select count(*)::int n from '${place.path}/out/contacts/*.parquet'`), [{n: 16}]);
});

test('flags name the time by which later runs find new rows, with a parameter or without', async () => {
	await using api = await server(contacts);
	await using place = await workspace();
	const init = (...words: string[]) =>
		place.sluice(['init', `${api.url}/v1/contacts`, ...auth, ...words], {env});
	const lonely = await init('--time-param', 'updated_since');
	deepEqual(lonely.code, 2, lonely.stderr);
	match(lonely.stderr, /--time-param needs --time/);
	equal((await init('--time', 'updated_at', '--time-param', 'updated_since', '-o', 'a')).code, 0);
	equal((await init('--time', 'updated_at', '-o', 'b')).code, 0);
	const made = await Promise.all(['a', 'b'].map(folder => configIn(place, folder)));
	deepEqual(
		made.map(({resource}) => [
			resource.write_disposition,
			(resource.endpoint as {incremental: object}).incremental,
		]),
		[
			[
				'merge',
				{cursor_path: 'updated_at', start_param: 'updated_since', initial_value: '2020-01-01T00:00:00Z'},
			],
			['merge', {cursor_path: 'updated_at'}],
		],
	);
	for (const folder of ['a', 'b'])
		equal((await place.sluice(['run', '-q', '-c', `${folder}/sluice.yaml`], {env})).code, 0);
});

test('the secrets of a curl command go into secrets.toml alone, which only its owner can read', async () => {
	await using api = await server(contacts);
	await using place = await workspace();
	const command =
		`curl -s '${api.url}/v1/contacts?page=2' \\\n  -H 'Authorization: Bearer ${TOKEN}' -H ` +
		"'sec-fetch-mode: cors' | jq .";
	const begun = await place.sluice(['init', '--curl', '-'], {stdin: command});
	equal(begun.code, 0, begun.stderr);
	match(begun.stderr, /what follows \| in the command was left out/);
	match(begun.stderr, /as reading begins at the first page: the parameter page/);
	const {text} = await configIn(place);
	doesNotMatch(text + begun.stderr, new RegExp(TOKEN));
	match(text, /token: \$\{secrets\.token\}/);
	match(await place.read('secrets.toml'), new RegExp(`^token = "${TOKEN}"$`, 'm'));
	equal((await stat(join(place.path, 'secrets.toml'))).mode & 0o777, 0o600);
	equal((await place.sluice(['run', '-q'])).code, 0);
});

test('no file is written over, and nothing is written beside one', async () => {
	await using api = await server(contacts);
	await using place = await workspace({'sluice.yml': 'client: {}\n', 'b/secrets.toml': 'a = "1"\n'});
	const url = `${api.url}/v1/contacts`;
	const first = await place.sluice(['init', url, ...auth], {env});
	equal(first.code, 2);
	match(
		first.stderr,
		/sluice\.yml exists, and is left as it is: write to another folder with --output FOLDER/,
	);
	const second = await place.sluice([
		'init',
		'--curl',
		`curl ${url} -H 'Authorization: Bearer ${TOKEN}'`,
		'-o',
		'b',
	]);
	equal(second.code, 2);
	match(second.stderr, /b\/secrets\.toml exists, .*the new one would hold token/);
	equal(api.requests.length, 0);
	deepEqual(await place.list(), ['b', 'b/secrets.toml', 'sluice.yml']);

	await mkdir(join(place.path, 'c'));
	await writeFile(join(place.path, 'c/.gitignore'), '/out\n');
	const third = await place.sluice(['init', url, ...auth, '-o', 'c'], {env});
	equal(third.code, 0, third.stderr);
	match(third.stderr, /c\/\.gitignore is there, and is left as it is: add secrets\.toml to it/);
	equal(await place.read('c/.gitignore'), '/out\n');
	match(third.stderr, /next: sluice run -c c\/sluice\.yaml/);
});

test('an API that refuses is told of, and leaves no file', async () => {
	await using api = await server(contacts);
	await using place = await workspace();
	const {code, stderr} = await place.sluice(['init', `${api.url}/v1/contacts`]);
	equal(code, 3);
	match(stderr, /answered 401/);
	deepEqual(await place.list(), []);
});

test('offline, nothing is asked, and the variables that it needs are named', async () => {
	await using place = await workspace();
	const url = `http://127.0.0.1:9/$ACCOUNT/things`;
	const {code, stderr} = await place.sluice([
		...['init', '--offline', '--curl', `curl ${url} -H "X-Api-Key: $KEY" -d '{"a":"{b}"}'`],
		...['--name', 'mine', '--key', 'a,b', '--selector', 'rows', '--paginator', '{type: offset, limit: 5}'],
	]);
	equal(code, 0, stderr);
	match(stderr, /put into the environment first: ACCOUNT, KEY/);
	const {resource, text} = await configIn(place);
	deepEqual(resource, {
		name: 'mine',
		primary_key: ['a', 'b'],
		write_disposition: 'replace',
		endpoint: {
			path: 'things',
			method: 'POST',
			json: {a: '{{b}}'},
			data_selector: 'rows',
			paginator: {type: 'offset', limit: 5},
		},
	});
	match(text, /base_url: http:\/\/127\.0\.0\.1:9\/\$\{ACCOUNT\}\n/);
});

test('a page that cannot be read is a guess that is told of', async () => {
	const broken: Route = {
		path: '/r',
		respond: {
			fn: ({query}) =>
				query.cursor ? {status: 418} : {json: {rows: [{uuid: 'a'}, {uuid: 'b'}], next_cursor: 'abc'}},
		},
	};
	await using api = await server(broken);
	await using place = await workspace();
	const {code, stderr} = await place.sluice(['init', `${api.url}/r`]);
	equal(code, 0, stderr);
	match(stderr, /to look at:[\s\S]*pages +the next page could not be read: .*418/);
	const {resource} = await configIn(place);
	deepEqual(
		[resource.primary_key, (resource.endpoint as {paginator: object}).paginator],
		['uuid', {type: 'cursor', cursor_path: 'next_cursor', cursor_param: 'cursor'}],
	);
});

test('rows in CSV are found too, and the config says so', async () => {
	await using api = await server({
		path: '/list',
		respond: {text: 'id,name\n1,a\n2,b\n', headers: {'content-type': 'text/csv'}},
	});
	await using place = await workspace();
	const {code, stderr} = await place.sluice(['init', `${api.url}/list`]);
	equal(code, 0, stderr);
	const {resource} = await configIn(place);
	deepEqual((resource.endpoint as {format: string}).format, 'auto');
	equal((await place.sluice(['run', '-q'])).code, 0);
	deepEqual(await query(`select count(*)::int n from '${place.path}/out/list/*.parquet'`), [{n: 2}]);
});

test('a list without a sign of more stays with auto', async () => {
	await using api = await server({path: '/list', respond: {json: [{a: 1}, {a: 1}]}});
	await using place = await workspace();
	equal((await place.sluice(['init', `${api.url}/list`])).code, 0);
	const {resource, text} = await configIn(place);
	deepEqual(resource.endpoint, {path: 'list', data_selector: '$', paginator: 'auto'});
	match(text, /no column looks like an id that differs in each of 2 rows/);
	equal((await place.sluice(['run', '-q'])).code, 0);
});

test('import curl prints the config, and asks nothing unless it may', async () => {
	await using api = await server(contacts);
	await using place = await workspace();
	const command = `curl ${api.url}/v1/contacts -H 'Authorization: Bearer ${TOKEN}'`;
	const plain = await place.sluice(['import', 'curl', command]);
	equal(plain.code, 0, plain.stderr);
	deepEqual(parse(plain.stdout).resources[0].endpoint, {path: 'contacts'});
	doesNotMatch(plain.stdout + plain.stderr, new RegExp(TOKEN));
	match(plain.stderr, /put token into secrets\.toml/);
	equal(api.requests.length, 0);
	const live = await place.sluice(['import', 'curl', '-', '--live', '-o', 'new', '--name', 'people'], {
		stdin: command,
	});
	equal(live.code, 0, live.stderr);
	equal((await configIn(place, 'new')).resource.primary_key, 'id');
	ok((await place.list()).includes('new/secrets.toml'));
	const wrong = await place.sluice(['import', 'crul', command]);
	deepEqual(
		[wrong.code, /import knows airbyte, curl, .*; got "crul" \(did you mean "curl"\?\)/.test(wrong.stderr)],
		[2, true],
	);
});

test('an example of the package becomes the config of the folder, and init names what it needs', async () => {
	await using place = await workspace({}, {main: bundledMain});
	const listed = await place.sluice(['init', '--list']);
	deepEqual([listed.code, await place.list()], [0, []]);
	match(listed.stdout, /^github +GitHub +repos, issues, issue_comments, /m);

	const {code, stderr} = await place.sluice(['init', '--from', 'github', '-o', 'new']);
	equal(code, 0, stderr);
	match(stderr, /wrote new\/sluice\.yaml, new\/\.gitignore/);
	match(stderr, /GITHUB_TOKEN in the environment, or github_token = "…" in new\/secrets\.toml/);
	match(stderr, /put into the environment first: GITHUB_ORG\n/);
	match(await place.read('new/sluice.yaml'), /^# GitHub: /);
	match(await place.read('new/.gitignore'), /^secrets\.toml$/m);
	const env = {GITHUB_TOKEN: 'x', GITHUB_ORG: 'octo-example'};
	const checked = await place.sluice(['check', '-c', 'new/sluice.yaml'], {env});
	equal(checked.code, 0, checked.stderr);

	const again = await place.sluice(['init', '--from', 'stripe', '-o', 'new']);
	deepEqual([again.code, /new\/sluice\.yaml exists, and is left as it is/.test(again.stderr)], [2, true]);
});

const mistakes: [words: string[], said: RegExp][] = [
	[[], /init needs the URL of a list, --curl, --curl-file or --from/],
	[['api.example.com/v1'], /"api\.example\.com\/v1" is no URL: one begins with https/],
	[['https://a.example', '--curl', 'curl x'], /URL and --curl do not go together/],
	[
		['--curl', 'curl https://a.example', '--header', 'A: b'],
		/--header goes with a URL; write it into the curl command/,
	],
	[['--from', 'githib'], /no example "githib" \(did you mean "github"\?\); there are .*stripe/],
	[['--from', 'github', '--list'], /--from and --list do not go together/],
	[['--curl-file', 'missing'], /missing: cannot be read/],
];
for (const [words, said] of mistakes)
	test(`init refuses: ${words.join(' ') || 'nothing'}`, async () => {
		await using place = await workspace();
		const {code, stderr} = await place.sluice(['init', ...words]);
		equal(code, 2);
		match(stderr, said);
		deepEqual(await place.list(), []);
	});

test('an empty folder leads to init', async () => {
	await using place = await workspace();
	const {code, stderr} = await place.sluice(['run']);
	equal(code, 2);
	match(stderr, /no config found; .*or let sluice init URL write one/);
});

test('where the package is installed, the editor finds the schema beside it', async () => {
	await using place = await workspace({'node_modules/sluice/schema.json': '{}'});
	const words = ['init', 'http://127.0.0.1:9/a', '--offline'];
	equal((await place.sluice(words)).code, 0);
	equal((await place.sluice([...words, '-o', 'b/c'])).code, 0);
	const schemas = await Promise.all(
		['.', 'b/c'].map(
			async folder =>
				/\$schema=(.*)/.exec(await readFile(join(place.path, folder, 'sluice.yaml'), 'utf8'))?.[1],
		),
	);
	deepEqual(schemas, ['./node_modules/sluice/schema.json', '../../node_modules/sluice/schema.json']);
});

/** Types into a terminal: each text once the one before it has been asked for. */
async function typed(
	place: Workspace,
	words: string,
	answers: readonly (readonly [asked: RegExp, keys: string])[],
): Promise<{code: number | null; shown: string}> {
	const child = spawn('script', ['-qefc', `stty cols 100; ${place.command} ${words}`, '/dev/null'], {
		cwd: place.path,
		env: {PATH: process.env.PATH, HOME: place.path, SHELL: '/bin/bash', TERM: 'xterm'},
	});
	let shown = '';
	let at = 0;
	const left = [...answers];
	for await (const chunk of child.stdout) {
		shown += chunk;
		const next = left[0];
		if (next?.[0].test(shown.slice(at))) {
			left.shift();
			at = shown.length;
			child.stdin.write(next[1]);
		}
	}
	deepEqual(left, [], shown);
	if (child.exitCode === null) await once(child, 'exit');
	return {code: child.exitCode, shown};
}

const hasScript = spawnSync('script', ['-qefc', 'true', '/dev/null'], {timeout: 10_000}).status === 0;
const onTerminals = {skip: !hasScript && 'there is no script(1) to make a terminal', timeout: 60_000};

test('on a terminal it asks for the URL, the token, the key and the time', onTerminals, async () => {
	await using api = await server(contacts);
	await using place = await workspace();
	const {code, shown} = await typed(place, 'init', [
		[/URL of a list/, `${api.url}/v1/contacts\r`],
		[/who asks\?/, '\u001b[B\r'],
		[/Token/, `${TOKEN}\r`],
		[/tells rows apart\?/, '\r'],
		[/By which time/, '\u001b[B\r'],
		[/Which parameter/, 'updated_since\r'],
		[/Write the files/, '\r'],
	]);
	equal(code, 0, shown);
	doesNotMatch(shown, new RegExp(TOKEN));
	const {resource, text} = await configIn(place);
	equal(resource.primary_key, 'id');
	deepEqual((resource.endpoint as {incremental: object}).incremental, {
		cursor_path: 'updated_at',
		start_param: 'updated_since',
		initial_value: '2020-01-01T00:00:00Z',
	});
	match(text, /token: \$\{secrets\.token\}/);
	match(await place.read('secrets.toml'), new RegExp(TOKEN));
});

test('Ctrl-C in a question leaves nothing behind', onTerminals, async () => {
	await using api = await server({path: '/list', respond: {json: [{id: 1}, {id: 2}]}});
	await using place = await workspace();
	const {code, shown} = await typed(place, `init ${api.url}/list -o new`, [
		[/who asks\?/, '\r'],
		[/tells rows apart\?/, '\r'],
		[/Write the files/, '\u0003'],
	]);
	equal(code, 130, shown);
	match(shown, /interrupted/);
	deepEqual(await place.list(), []);
});

test('--yes asks nothing on a terminal', onTerminals, async () => {
	await using api = await server({path: '/list', respond: {json: [{id: 1}, {id: 2}]}});
	await using place = await workspace();
	const {code, shown} = await typed(place, `init ${api.url}/list --yes`, []);
	equal(code, 0, shown);
	ok((await place.list()).includes('sluice.yaml'));
});
