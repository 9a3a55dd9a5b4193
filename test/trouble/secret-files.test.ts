import {deepEqual, doesNotMatch, equal, match} from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {test} from 'node:test';
import {workspace} from '../helpers/binary.ts';
import {startServer} from '../helpers/server.ts';

const config = (url: string, token: string) =>
	JSON.stringify({
		client: {base_url: url, auth: {type: 'bearer', token}},
		resources: [{name: 'rows', endpoint: {path: 'rows'}}],
		output: {format: 'jsonl'},
	});

test('a secret is read from a file beside the config, without its last line break, and is shown nowhere', async () => {
	const server = await startServer([{path: '/rows', respond: {json: [{id: 1}]}}]);
	await using place = await workspace({
		'conf/a.json': config(server.url, `\${file:run/token}`),
		'conf/b.json': config(server.url, `\${file:none/token:-fallback}`),
		'conf/run/token': 'tok-of-a-file \n',
	});
	const run = await place.sluice(['run', '-v', '-c', 'conf/a.json']);
	equal(run.code, 0, run.stderr);
	equal((await place.sluice(['run', '-c', 'conf/b.json', '-o', 'other'])).code, 0);
	const shown = await place.sluice(['show', '-c', 'conf/a.json']);
	await server.close();
	deepEqual(
		server.requests.map(({headers}) => headers.authorization),
		['Bearer tok-of-a-file ', 'Bearer fallback'].map(text => text.trimEnd()),
	);
	match(shown.stdout, /\*\*\*/);
	doesNotMatch(shown.stdout + run.stderr, /tok-of-a-file/);
});

for (const [what, token, reason] of [
	[
		'is not there',
		`\${file:nowhere}`,
		/client\.auth\.token: cannot read \/.*\/nowhere: there is no such file/,
	],
	['is a folder', `\${file:folder}`, /cannot read .*\/folder: it is a folder/],
	['is empty', `\${file:empty}`, /cannot read .*\/empty: it is empty/],
	['is huge', `\${file:huge}`, /cannot read .*\/huge: it has more than 64 KiB, which is no secret/],
	['is no text', `\${file:bytes}`, /cannot read .*\/bytes: it is no UTF-8 text/],
	[
		'is named in another spelling',
		'file:/run/secrets/x',
		/token: is not read from that file; write \$\{file:\/run\/secrets\/x\}/,
	],
	[
		'is named as a URL',
		'file:///run/secrets/x',
		/token: is not read from that file; write \$\{file:\/run\/secrets\/x\}/,
	],
] as const) {
	test(`a file that ${what} is told with its key`, async () => {
		await using place = await workspace({
			'sluice.json': config('http://127.0.0.1:9', token),
			'folder/x': '',
			empty: '\n',
			huge: 'x'.repeat(65 * 1024),
			bytes: Uint8Array.of(0xff, 0xfe, 0x41),
		});
		const {code, stderr} = await place.sluice(['check', '-c', 'sluice.json']);
		equal(code, 2);
		match(stderr, reason);
	});
}

test('a pipe that nobody writes to does not hold up the start', async () => {
	await using place = await workspace({'sluice.json': config('http://127.0.0.1:9', `\${file:pipe}`)});
	execFileSync('mkfifo', [`${place.path}/pipe`]);
	const {code, stderr} = await place.sluice(['check', '-c', 'sluice.json'], {timeoutMs: 5000});
	equal(code, 2);
	match(stderr, /pipe: it is empty/);
});
