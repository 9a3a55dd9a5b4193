import {deepEqual, doesNotMatch, equal, match, ok} from 'node:assert/strict';
import {generateKeyPairSync} from 'node:crypto';
import {readdir, readFile, rm, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {gzipSync} from 'node:zlib';
import {workspace} from '../helpers/binary.ts';
import type {Route} from '../helpers/server.ts';
import {config, endless, rows, server, single} from './config.ts';

const TOKEN = 'tok-4f9a8b7c6d5e';

/** Every byte of the recording, for a look whether a secret stands in it. */
async function everything(folder: string): Promise<string> {
	const names = await readdir(folder, {recursive: true, withFileTypes: true});
	const files = names.filter(each => each.isFile()).map(each => join(each.parentPath, each.name));
	return (await Promise.all(files.map(file => readFile(file, 'latin1')))).join('\n');
}

async function exchangesOf(folder: string) {
	return JSON.parse(await readFile(join(folder, 'recording.json'), 'utf8'));
}

test('a recorded read runs again without the server, the token and the network', async () => {
	const {resource, route} = endless('events', 10);
	const text = config('{{BASE}}', [resource], {client: {auth: {type: 'bearer', token: `\${secrets.token}`}}});
	const api = await server(route);
	await using place = await workspace({'sluice.json': text.replace('{{BASE}}', api.url)});
	const words = ['read', 'events', '--limit', '25'];
	const recorded = await place.sluice([...words, '--record', 'tape'], {env: {TOKEN}});
	await api.close();
	const replayed = await place.sluice([...words, '--replay', 'tape']);
	deepEqual([recorded.code, recorded.stderr, replayed.code, replayed.stderr], [0, '', 0, '']);
	equal(replayed.stdout, recorded.stdout);
	equal(recorded.stdout.trimEnd().split('\n').length, 25);
	doesNotMatch(await everything(join(place.path, 'tape')), new RegExp(TOKEN));
	const {exchanges, cut} = await exchangesOf(join(place.path, 'tape'));
	deepEqual([exchanges.length, exchanges[0].resource, cut], [3, 'events', null]);
	equal(exchanges[0].request.headers.authorization, '***');
});

test('only the owner reads a recording, and it goes to a folder of its own', async () => {
	await using api = await server(rows('contacts', [{id: 1}]));
	await using place = await workspace({'sluice.json': config(api.url, [single('contacts')]), 'full/x': 'y'});
	await place.sluice(['read', 'contacts', '--record', 'tape']);
	for (const name of ['tape/recording.json', 'tape/bodies/000001.json'])
		equal((await stat(join(place.path, name))).mode & 0o777, 0o600, name);
	const [again, full, both, none] = await Promise.all([
		place.sluice(['read', 'contacts', '--record', 'tape']),
		place.sluice(['read', 'contacts', '--record', 'full']),
		place.sluice(['read', 'contacts', '--record', 'a', '--replay', 'tape']),
		place.sluice(['read', 'contacts', '--replay', 'full']),
	]);
	for (const {code} of [again, full, both, none]) equal(code, 2);
	match(again.stderr, /tape: is not empty; a recording goes to a folder of its own/);
	match(full.stderr, /full: is not empty/);
	match(
		none.stderr,
		/full: holds no recording: there is no recording\.json; sluice run --record full makes one/,
	);
	equal(api.requests.length, 1);
});

test('a secret in the path, the query, the body and the answer is replaced wherever it stands', async () => {
	const secret = 'se/cret&value é';
	const respond = {
		fn: () => ({
			headers: {'x-echo': `got ${encodeURIComponent(secret)}`, 'set-cookie': 'sid=abc123def456; Path=/'},
			json: {data: [{id: 1, note: `you sent ${secret}`, slashed: secret.replaceAll('/', '\\/')}]},
		}),
	};
	const inPath = 'workspace-8812';
	const path = `/a/${inPath}/contacts`;
	const route: Route = {method: 'POST', path, respond};
	const endpoint = {
		path: `a/\${secrets.place}/contacts`,
		method: 'POST',
		params: {api_key: `\${secrets.mine}`, custom: `x-\${secrets.mine}`},
		json: {filter: `\${secrets.mine}`, password: 'plain-pw-1', page: 7},
	};
	const api = await server(route);
	await using place = await workspace({'sluice.json': config(api.url, [single('contacts', {endpoint})])});
	const recorded = await place.sluice(['read', 'contacts', '--record', 'tape'], {
		env: {MINE: secret, PLACE: inPath},
	});
	await api.close();
	equal(recorded.code, 0, recorded.stderr);
	const all = await everything(join(place.path, 'tape'));
	for (const spelling of [secret, inPath, encodeURIComponent(secret), 'plain-pw-1', 'abc123def456'])
		ok(!all.includes(Buffer.from(spelling).toString('latin1')), spelling);
	const [{request, response}] = (await exchangesOf(join(place.path, 'tape'))).exchanges;
	match(request.url, /\/a\/\*\*\*\/contacts\?api_key=\*\*\*&custom=x-\*\*\*$/);
	deepEqual(JSON.parse(request.body), {filter: '***', password: '***', page: 7});
	deepEqual([response.setCookies, response.headers['x-echo']], [['sid=***; Path=/'], 'got ***']);
	const replayed = await place.sluice(['read', 'contacts', '--replay', 'tape']);
	deepEqual([replayed.code, replayed.stderr], [0, '']);
	match(replayed.stdout, /"note":"you sent \*\*\*"/);
});

test('a packed text is kept without its secret, and a file that cannot be cleaned is withheld by name', async () => {
	const json = JSON.stringify({data: [{id: 1, token_seen: TOKEN}]});
	const type = {'content-type': 'application/json'};
	const base64 = gzipSync(json).toString('base64');
	const api = await server(
		{path: '/packed', respond: {text: json, headers: type, gzip: true}},
		{path: '/plain', respond: {json: {data: [{id: 1}]}, gzip: true}},
		{path: '/file', respond: {base64, headers: {'content-type': 'application/gzip'}}},
	);
	await using place = await workspace({
		'sluice.json': config(api.url, [single('packed'), single('plain'), single('file')], {
			client: {auth: {type: 'bearer', token: `\${secrets.token}`}},
		}),
	});
	const env = {TOKEN};
	for (const name of ['packed', 'plain', 'file']) {
		const recorded = await place.sluice(['read', name, '--record', name], {env});
		equal(recorded.code, 0, recorded.stderr);
		if (name === 'file')
			match(
				recorded.stderr,
				/file: the recording has no body of GET .*\/file: a secret stands in it, and cannot be replaced as it is a packed file/,
			);
		else equal(recorded.stderr, '');
	}
	await api.close();
	const [first, second, third] = await Promise.all(
		['packed', 'plain', 'file'].map(name => place.sluice(['read', name, '--replay', name])),
	);
	equal(first?.stdout, '{"id":1,"token_seen":"***"}\n');
	equal(second?.stdout, '{"id":1}\n');
	equal(third?.code, 3);
	match(third?.stderr ?? '', /was answered with a body that the recording in file does not have: a secret/);
	const plain = await readFile(join(place.path, 'plain/bodies/000001.json'));
	deepEqual([...plain.subarray(0, 2)], [0x1f, 0x8b], 'without a secret it is kept as it came');
});

test('a run with a grant, a certificate and a key file is replayed where none of them is', async () => {
	const {privateKey} = generateKeyPairSync('rsa', {
		modulusLength: 2048,
		privateKeyEncoding: {type: 'pkcs8', format: 'pem'},
		publicKeyEncoding: {type: 'spki', format: 'pem'},
	});
	const api = await server(
		{method: 'POST', path: '/token', respond: {json: {access_token: 'granted-by-jwt-01', expires_in: 3600}}},
		rows('contacts', [{id: 1}, {id: 2}]),
		rows('teams', [{id: 7}]),
	);
	const auth = {
		type: 'oauth2_jwt',
		token_url: `${api.url}/token`,
		issuer: 'me@example.com',
		private_key: `\${file:key.pem}`,
	};
	const headers = {'x-api-key': `\${X_API_KEY}`};
	const text = config(api.url, [single('contacts'), single('teams')], {
		client: {auth, headers, concurrency: 4, tls: {ca: 'ca.pem'}},
	});
	await using place = await workspace({'sluice.json': text, 'key.pem': privateKey});
	const recorded = await place.sluice(['run', '--record', 'tape', '-f', 'jsonl', '--set', 'client.tls={}'], {
		env: {X_API_KEY: 'x-key-value-01'},
	});
	equal(recorded.code, 0, recorded.stderr);
	await api.close();
	await rm(join(place.path, 'key.pem'));
	const replayed = await place.sluice(['run', '--replay', 'tape', '-f', 'jsonl', '-o', 'again']);
	equal(replayed.code, 0, replayed.stderr);
	for (const out of ['out', 'again']) {
		const {stdout} = await place.shell(`cat ${out}/contacts/*.jsonl ${out}/teams/*.jsonl`);
		equal(stdout, '{"id":1}\n{"id":2}\n{"id":7}\n', out);
	}
	doesNotMatch(await everything(join(place.path, 'tape')), /granted-by-jwt-01|x-key-value-01|eyJ/);
});

test('a read that is interrupted leaves a recording of what it had', async () => {
	const {resource, route} = endless('events', 10);
	await using api = await server(
		{...route, times: 3},
		{path: '/events', respond: {json: {data: []}, delay_ms: 60_000}},
	);
	await using place = await workspace({'sluice.json': config(api.url, [resource])});
	const {process: child, ended} = place.start(['read', 'events', '--record', 'tape']);
	while (api.requests.length < 4) await new Promise(resolve => setTimeout(resolve, 20));
	child.kill('SIGINT');
	const {code, stdout} = await ended;
	equal(code, 130);
	const replayed = await place.sluice(['read', 'events', '--replay', 'tape']);
	equal(replayed.code, 3);
	match(
		replayed.stderr,
		/events: GET .*offset=30.* is not in the recording in tape\. The nearest is GET .*offset=/,
	);
	equal(replayed.stdout.slice(0, stdout.length), stdout);
});

test('a recording that reaches its bound is told of, and fails a strict read', async () => {
	await using api = await server(rows('contacts', [{id: 1, text: 'x'.repeat(2000)}]));
	await using place = await workspace({'sluice.json': config(api.url, [single('contacts')])});
	const words = ['read', 'contacts', '--record-max-bytes', '1000', '--record'];
	const [told, strict, none] = await Promise.all([
		place.sluice([...words, 'a']),
		place.sluice([...words, 'b', '--strict']),
		place.sluice(['read', 'contacts', '--record', 'c', '--record-max-bytes', '0']),
	]);
	equal(told.code, 0);
	match(
		told.stderr,
		/contacts: the recording in a ended here: it has 1000 bytes \(--record-max-bytes\); the run goes on/,
	);
	equal(strict.code, 1);
	match(strict.stderr, /recording-ended; --strict makes it a failure/);
	deepEqual([none.code, /--record-max-bytes is a whole number from 1/.test(none.stderr)], [2, true]);
});
