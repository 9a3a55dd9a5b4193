import {deepEqual, doesNotMatch, equal, match} from 'node:assert/strict';
import {readdir, readFile, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {Secret, scrub} from '../../src/core/secret.ts';
import {workspace} from '../helpers/binary.ts';
import {type RecordedRequest, type ScriptedServer, startServer} from '../helpers/server.ts';

const KEY = 'k3y-of-the-api/+x';
const encoded = encodeURIComponent(KEY);

/** Copies the whole query into its next link, as many servers do; the third page fails. */
async function copying(prefix = '/rows'): Promise<ScriptedServer> {
	return startServer([
		{
			path: prefix,
			respond: {
				fn: ({query, headers}: RecordedRequest) => {
					if (query.api_key?.[0] !== KEY && !prefix.includes(encoded))
						return {status: 401, json: {error: 'no key'}};
					const page = Number(query.page?.[0] ?? 1);
					if (page === 3) return {status: 400, json: {error: 'broken'}};
					const own = prefix.includes(encoded) ? '' : `&api_key=${encoded.toLowerCase()}`;
					return {json: {data: [{id: page}], next: `http://${headers.host}${prefix}?page=${page + 1}${own}`}};
				},
			},
		},
	]);
}

async function stored(folder: string): Promise<string> {
	const names = await readdir(folder, {recursive: true, withFileTypes: true});
	const files = names
		.filter(entry => entry.isFile())
		.map(entry => readFile(join(entry.parentPath, entry.name), 'latin1'));
	return (await Promise.all(files)).join('\n');
}

const endpoint = {data_selector: 'data', paginator: {type: 'json_link'}};
const output = {format: 'jsonl', checkpoint: {rows: 1}};

for (const [where, client, resource, prefix] of [
	[
		'the authenticator',
		{auth: {type: 'api_key', name: 'api_key', api_key: KEY, location: 'query'}},
		{},
		'/rows',
	],
	['the params', {}, {params: {api_key: KEY}}, '/rows'],
	['the path', {}, {path: `/bot/$\{secrets.bot}/rows`}, `/bot/${encoded}/rows`],
] as const) {
	test(`a key of ${where} that the server copies into next links is neither stored nor shown, and still sent`, async () => {
		const api = await copying(prefix);
		await using _closing = {[Symbol.asyncDispose]: () => api.close()};
		const config = {
			client: {base_url: api.url, retry: {max_retries: 0}, ...client},
			resources: [{name: 'rows', endpoint: {...endpoint, ...resource}}],
			output,
		};
		await using place = await workspace({'sluice.json': JSON.stringify(config)});
		const env = {BOT: encoded};
		const {code, stderr} = await place.sluice(['run'], {env});
		equal(code, 3, stderr);
		match(stderr, /answered 400/);
		equal(api.requests.length, 3);
		const shown = await place.sluice(['state', 'show', 'rows'], {env});
		equal(shown.code, 0, shown.stderr);
		for (const text of [await stored(`${place.path}/out`), stderr, shown.stdout])
			doesNotMatch(text, /k3y-of-the-api/i);
		const again = await place.sluice(['run'], {env});
		match(again.stderr, /answered 400/);
		deepEqual([api.requests[3]?.path, api.requests[3]?.query.page], [prefix, ['3']]);
	});
}

test('a link to another origin that holds the key is not followed, and the message says what to set', async () => {
	const other = await startServer([{path: '/rows', respond: {json: {data: [{id: 2}]}}}]);
	const api = await startServer([
		{
			path: '/rows',
			respond: {json: {data: [{id: 1}], next: `${other.url}/rows?page=2&api_key=${encoded}&x=${KEY}`}},
		},
	]);
	try {
		const auth = {type: 'api_key', name: 'api_key', api_key: KEY, location: 'query'};
		const config = {client: {base_url: api.url, auth}, resources: [{name: 'rows', endpoint}], output};
		await using place = await workspace({'sluice.json': JSON.stringify(config)});
		const {code, stderr} = await place.sluice(['run']);
		equal(code, 1, stderr);
		match(
			stderr,
			/next link leads to http.* has a secret of this config in its query.*client\.trusted_origins/,
		);
		deepEqual(other.requests, []);
	} finally {
		await Promise.all([api.close(), other.close()]);
	}
});

test('what Sluice keeps beside the data is for its owner only, and the data as the umask says', async () => {
	const api = await startServer([{path: '/rows', respond: {json: [{id: 1}]}}]);
	try {
		const config = {client: {base_url: api.url}, resources: ['rows'], output: {format: 'jsonl'}};
		await using place = await workspace({'sluice.json': JSON.stringify(config)});
		const {code, stderr} = await place.shell('umask 022; sluice run ');
		equal(code, 0, stderr);
		const mode = async (path: string) => ((await stat(join(place.path, path))).mode & 0o777).toString(8);
		const [part = ''] = (await place.visible()).filter(name => name.endsWith('.jsonl'));
		deepEqual(
			await Promise.all(['out/.sluice/rows/log', 'out/.sluice/rows/log/000000000001.json', part].map(mode)),
			['700', '600', '644'],
		);
	} finally {
		await api.close();
	}
});

test('a secret is hidden in every spelling of a URL, and half a surrogate pair in it is no accident', () => {
	new Secret('pass/word+ü');
	const once = encodeURIComponent('pass/word+ü');
	for (const text of [
		once,
		once.toLowerCase(),
		encodeURIComponent(once),
		encodeURIComponent(once).toLowerCase(),
	])
		equal(scrub(`?k=${text}&x`), '?k=***&x', text);
	new Secret('half-\ud800-pair');
	equal(scrub('a half-\ud800-pair'), 'a ***');
});
