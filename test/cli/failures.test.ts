import {deepEqual, doesNotMatch, equal, match, ok, rejects} from 'node:assert/strict';
import {mkdir, readdir, rm} from 'node:fs/promises';
import {type AddressInfo, createServer} from 'node:net';
import {join} from 'node:path';
import {test} from 'node:test';
import {inAnyCase} from '../../src/run/in-any-case.ts';
import {type Ran, workspace} from '../helpers/binary.ts';
import type {Answer} from '../helpers/respond.ts';
import {config, endless, rows, server, single} from './config.ts';

/** One line for a person: no stack, no secret, no control character. */
function isKind({stderr, stdout}: Ran, about: string): void {
	equal(stdout, '', about);
	match(stderr, /^sluice: /, about);
	doesNotMatch(stderr, / {4}at |node:internal|hush-hush|(?!\n)\p{Cc}/u, about);
}

test('an option out of range is refused by check, at its line', async () => {
	const client = (keys: string) => `client: {base_url: "http://127.0.0.1:9", ${keys}}\nresources: [a]\n`;
	const broken: [text: string, message: RegExp][] = [
		[client('timeouts: {connect: 0}'), /sluice\.yaml:1:\d+: client\.timeouts\.connect: must be more than 0/],
		[
			client('auth: {type: http_basic, username: "", password: ""}'),
			/sluice\.yaml:1:\d+: client\.auth\.username: /,
		],
		[
			'client: {base_url: "http://user:hush-hush%@a.b"}\nresources: [a]\n',
			/sluice\.yaml:1:\d+: client\.base_url: .*%25/,
		],
		[
			`client: {base_url: "http://a.b"}\nresources: [{name: a, endpoint: "http://user:hush-hush%@a.b/a"}]\n`,
			/a\.b.*%25/,
		],
	];
	for (const [text, message] of broken) {
		await using place = await workspace({'sluice.yaml': text});
		const ran = await place.sluice(['check']);
		equal(ran.code, 2, ran.stderr);
		isKind(ran, text);
		match(ran.stderr, message);
	}
});

test('a config that is not right is refused with every problem, its place, and exit code 2', async () => {
	const broken = `client:
  base_url: http://127.0.0.1:9
  auth: {type: bearer, token: "\${secrets.nowhere}"}
  retrie: {max_retries: 3}
resources:
  - name: contacts
    endpoint: {path: /contacts, paginator: {type: offset, limit: "many"}}
`;
	await using place = await workspace({
		'sluice.yaml': broken,
		'empty/.git': '',
		'syntax.yaml': 'client: [\n',
	});
	const [checked, none] = await Promise.all([place.sluice(['check']), place.shell('cd empty && sluice run')]);
	for (const ran of [checked, none]) {
		equal(ran.code, 2, ran.stderr);
		isKind(ran, ran.stderr);
	}
	match(checked.stderr, /^sluice: 3 problems\nsluice\.yaml:3:\d+: client\.auth\.token: .*nowhere/);
	match(checked.stderr, /sluice\.yaml:4:3: client\.retrie: unknown key.*did you mean "retry"/);
	match(checked.stderr, /sluice\.yaml:7:\d+: resources\[0\]\.endpoint\.paginator\.limit: /);
	match(none.stderr, /no config found; looked for .*sluice\.yaml.* in .*empty\. Name one with --config/);
	const [missing, syntax] = await Promise.all([
		place.sluice(['run', '-c', 'other.yaml']),
		place.sluice(['show', '--config', 'syntax.yaml']),
	]);
	deepEqual([missing.code, syntax.code], [2, 2]);
	match(missing.stderr, /^sluice: other\.yaml: not found; looked for \/.*other\.yaml$/m);
	match(syntax.stderr, /^sluice: syntax\.yaml:\d+:\d+: cannot be read: /);
	const [env, set] = await Promise.all([
		place.sluice(['check', '--env-file', 'none.env']),
		place.sluice(['check', '--set', 'client']),
	]);
	// Node 20 reads every --env-file itself, also those after the script, and stops with exit code 9 at one that
	// is not there.
	ok(env.code === 2 || env.code === 9);
	match(env.stderr, /none\.env: /);
	equal(set.code, 2);
	match(set.stderr, /client/);
});

const answers: [about: string, answer: Answer, code: number, said: RegExp][] = [
	[
		'401',
		{status: 401, json: {error: 'who are you'}},
		3,
		/answered 401: .*The server does not accept the credentials: check auth$/m,
	],
	[
		'403',
		{status: 403, text: 'forbidden'},
		3,
		/answered 403: forbidden\. The credentials are not allowed to read this/,
	],
	['404', {status: 404, text: ''}, 3, /answered 404\. Check the base URL and the path$/m],
	['500', {status: 500, text: 'a\u001b[31mred\u0007'}, 3, /answered 500: a.\[31mred/],
	[
		'HTML',
		{text: '<!doctype html><title>Sign in</title>'},
		1,
		/answered 200 with markup instead of JSON \(text\/plain.*Sign in/,
	],
	[
		'cut JSON',
		{text: '{"data": [{"id": 1}, {"id"'},
		1,
		/answered 200 with JSON that ends early, \d+ bytes received/,
	],
	['an empty body', {text: ''}, 1, /answered 200 with an empty body/],
	[
		'a wrong selector',
		{json: {items: [{id: 1}], total: 1}},
		1,
		/no "data" in the response; found: items, total\. Try data_selector: items\. /m,
	],
];

test('an answer that is none is told by resource, request and what to do', async () => {
	const routes = answers.map(([, respond], i) => ({path: `/r${i}`, respond}));
	await using api = await server(...routes);
	const resources = answers.map((_, i) => single(`r${i}`));
	const client = {auth: {type: 'api_key', name: 'key', api_key: 'hush-hush', location: 'query'}};
	await using place = await workspace({'sluice.json': config(api.url, resources, {client})});
	for (let i = 0; i < answers.length; i += 2) {
		await Promise.all(
			answers.slice(i, i + 2).map(async ([about, , code, said], j) => {
				const ran = await place.sluice(['read', `r${i + j}`]);
				equal(ran.code, code, `${about}: ${ran.stderr}`);
				isKind(ran, about);
				match(ran.stderr, said, about);
				match(ran.stderr, new RegExp(`^sluice: r${i + j}: `), about);
				equal(ran.stderr.trimEnd().split('\n').length, 1, about);
			}),
		);
	}
});

test('a host that cannot be reached is exit code 3', async () => {
	// A port that was free a moment ago.
	const probe = createServer().listen(0, '127.0.0.1');
	await new Promise(resolve => probe.once('listening', resolve));
	const {port} = probe.address() as AddressInfo;
	await new Promise(resolve => probe.close(resolve));
	await using place = await workspace({
		'closed.json': config(`http://127.0.0.1:${port}`, [single('contacts')]),
		'nowhere.json': config('http://nowhere.invalid', [single('contacts')]),
	});
	const [closed, nowhere] = await Promise.all([
		place.sluice(['read', 'contacts', '-c', 'closed.json']),
		place.sluice(['read', 'contacts', '-c', 'nowhere.json']),
	]);
	deepEqual([closed.code, nowhere.code], [3, 3], closed.stderr + nowhere.stderr);
	isKind(closed, 'closed port');
	isKind(nowhere, 'no such host');
	match(
		closed.stderr,
		/cannot reach 127\.0\.0\.1:\d+: connection refused \(ECONNREFUSED\)\. Is the server running/,
	);
	match(nowhere.stderr, /cannot reach nowhere\.invalid:80: .*\((ENOTFOUND|EAI_AGAIN)\)\. Check the/);
});

test('a place that cannot be written is named, with exit code 1, and nothing is left behind', async () => {
	await using api = await server(rows('contacts', [{id: 1}]));
	await using place = await workspace({
		'sluice.json': config(api.url, [single('contacts')]),
		'file.txt': 'mine',
		'folder/x': '',
	});
	const [below, folder] = await Promise.all([
		place.sluice(['run', '-o', 'file.txt/out']),
		place.sluice(['read', 'contacts', '-o', 'folder', '-f', 'jsonl']),
	]);
	deepEqual([below.code, folder.code], [1, 1], below.stderr + folder.stderr);
	match(
		below.stderr,
		/^sluice: contacts: cannot write file\.txt\/out: a part of the path is a file, not a folder \(ENOTDIR\)$/m,
	);
	match(folder.stderr, /^sluice: cannot write folder: it is a folder; name a file in it \(EISDIR\)$/m);
	const [proc, rejects] = await Promise.all([
		place.sluice(['write', '/proc/sluice/x.jsonl'], {stdin: '{"a":1}'}),
		place.sluice(['write', 'new/x.jsonl', '--rejects', 'file.txt/bad'], {stdin: '{"a":1}'}),
	]);
	deepEqual([proc.code, rejects.code], [1, 1]);
	match(proc.stderr, /^sluice: cannot write \/proc\/sluice\/x\.jsonl: /);
	match(rejects.stderr, /^sluice: cannot write file\.txt\/bad: /);
	deepEqual(await place.list(), ['file.txt', 'folder', 'folder/x', 'sluice.json']);
	equal(await place.read('file.txt'), 'mine');
});

test('a full disk is exit code 1, whichever verb meets it', async () => {
	const {resource, route} = endless('events', 100);
	await using api = await server(route);
	await using place = await workspace({'sluice.json': config(api.url, [resource])});
	const scripts = [
		'sluice read events > /dev/full',
		'sluice read events --format csv -o /dev/full',
		'sluice show > /dev/full',
		'sluice schema config > /dev/full',
		'echo {} | sluice write /dev/full --format jsonl',
		'echo {} | sluice normalize > /dev/full',
		'sluice --help > /dev/full',
		'sluice --version > /dev/full',
	];
	for (let i = 0; i < scripts.length; i += 2) {
		await Promise.all(
			scripts.slice(i, i + 2).map(async script => {
				const {code, stderr} = await place.shell(script);
				equal(code, 1, `${script}: ${stderr}`);
				match(
					stderr,
					/^sluice: cannot write (stdout|\/dev\/full): no space left on the disk \(ENOSPC\)$/m,
					script,
				);
			}),
		);
	}
	ok(api.requests.length < 40, 'reading stops when writing does');
});

test('a disk that fills up leaves no part of a file, and no end missing in silence', async context => {
	const events = endless('events', 200);
	const big = endless('big', 3000);
	await using api = await server(events.route, big.route);
	await using place = await workspace({
		'sluice.json': config(api.url, [events.resource, big.resource]),
		'disk/.keep': '',
	});
	const mounted = await place.shell('mount -t tmpfs -o size=64k none disk');
	if (mounted.code !== 0) return context.skip('no right to mount a small disk');
	try {
		const [file, redirected] = [
			await place.sluice(['read', 'events', '-o', 'disk/events.jsonl']),
			// One write that does not fit: the system takes what does, and says so only in the count.
			await place.shell('sluice read big --limit 3000 > disk/redirected.jsonl'),
		];
		deepEqual([file.code, redirected.code], [1, 1], file.stderr + redirected.stderr);
		match(file.stderr, /cannot write disk\/events\.jsonl: no space left/);
		match(redirected.stderr, /cannot write stdout: no space left/);
		deepEqual(
			(await place.list()).filter(name => name.startsWith('disk/')),
			['disk/redirected.jsonl'],
		);
	} finally {
		await place.shell('umount disk');
	}
});

test('a dataset that cannot be closed keeps no other one from it, and the run says so', async () => {
	const names = ['first', 'second', 'third'];
	const locks = (place: {path: string}, name: string) => join(place.path, 'out/.sluice', name, 'lock');
	await using place = await workspace();
	await using api = await server(rows('first', [{id: 1}]), rows('second', [{id: 2}]), {
		path: '/third',
		respond: {
			fn: async () => {
				// Neither to be read nor to be removed as a file.
				for (const name of ['first', 'second']) {
					const [lock = ''] = await readdir(locks(place, name));
					await rm(join(locks(place, name), lock));
					await mkdir(join(locks(place, name), lock));
				}
				return {json: {data: [{id: 3}]}};
			},
		},
	});
	await using configured = await workspace({
		'sluice.json': config(
			api.url,
			names.map(name => single(name)),
		),
	});
	const ran = await place.sluice(['run', '-f', 'jsonl', '-c', join(configured.path, 'sluice.json')]);
	equal(ran.code, 1, ran.stderr);
	match(ran.stderr, /^sluice: first: cannot write .*\.sluice\/first: EISDIR/m);
	doesNotMatch(ran.stderr, /second: cannot|third: cannot| {4}at /);
	deepEqual(await readdir(locks(place, 'third')), []);
});

test('what is done in any case is done in order, whatever fails, and the first error is the one that is told', async () => {
	const done: string[] = [];
	const step = (name: string, error?: Error) => async () => {
		done.push(name);
		if (error) throw error;
	};
	await rejects(
		inAnyCase(step('a'), step('b', new Error('one')), step('c', new Error('two')), step('d')),
		/one/,
	);
	deepEqual(done, ['a', 'b', 'c', 'd']);
	await inAnyCase(step('e'));
});
