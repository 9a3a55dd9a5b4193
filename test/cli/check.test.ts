import {deepEqual, equal, match} from 'node:assert/strict';
import {test} from 'node:test';
import {workspace} from '../helpers/binary.ts';
import {query} from '../helpers/duckdb.ts';
import {config, rows, server, single} from './config.ts';

const secretive = `
client:
  base_url: \${secrets.base}
  proxy: \${secrets.proxy}
  tls: {cert: "\${secrets.cert}", key: "\${secrets.key}"}
  auth:
    type: oauth2_jwt
    access_token_url: \${secrets.token_url}
    private_key: \${file:/run/secrets/no-such-key}
    issuer: me
resources:
  - name: contacts
    write_disposition: replace
    endpoint: {path: contacts, params: {token: "\${TOKEN}"}}
`;

test('without its secrets, a config is checked for all else', async () => {
	await using place = await workspace({'sluice.yaml': secretive});
	const [plain, without] = await Promise.all([
		place.sluice(['check']),
		place.sluice(['check', '--without-secrets']),
	]);
	deepEqual([plain.code, without.code], [2, 0], without.stderr);
	match(plain.stderr, /^sluice: 7 problems/);
	equal(without.stderr, 'sluice.yaml: ok, 1 resource: contacts\n');
	const wrong = await place.sluice(['check', '--without-secrets', '--set', 'resources[0].endpoint.pth=a']);
	deepEqual([wrong.code, /unknown key \(did you mean "path"\?\)/.test(wrong.stderr)], [2, true]);
});

test('a secret that is yet to be filled in counts as absent', async () => {
	await using place = await workspace({
		'sluice.yaml':
			`client: {base_url: http://127.0.0.1:1, auth: {type: bearer, token: "\${secrets.token}"}}\n` +
			'resources: [teams]\n',
		'secrets.toml': 'token = ""\n',
	});
	const [plain, without] = await Promise.all([
		place.sluice(['check']),
		place.sluice(['check', '--without-secrets']),
	]);
	match(plain.stderr, /client\.auth\.token: must not be empty/);
	deepEqual([plain.code, without.code], [2, 0], without.stderr);
});

test('a config comes from a file or from stdin', async () => {
	await using api = await server(rows('teams', [{id: 1}]));
	await using place = await workspace({'other.json': config(api.url, [single('teams')])});
	const text = await place.read('other.json');
	const [file, stdin, broken, both] = await Promise.all([
		place.sluice(['check', 'other.json']),
		place.sluice(['check', '-'], {stdin: text}),
		place.sluice(['check', '-'], {stdin: 'client:\n  base_ur: x\n'}),
		place.sluice(['check', '-', '-c', 'other.json'], {stdin: text}),
	]);
	match(file.stderr, /other\.json: ok, 1 resource: teams/);
	match(stdin.stderr, /-: ok, 1 resource: teams/);
	match(broken.stderr, /2:3: client\.base_ur: unknown key/);
	match(both.stderr, /leave one of them out/);
	deepEqual([file.code, stdin.code, broken.code, both.code], [0, 0, 2, 2]);
	const ran = await place.sluice(['run', '-q', '-c', '-'], {stdin: text});
	equal(ran.code, 0, ran.stderr);
	deepEqual(await query(`select id::int id from '${place.path}/out/teams/*.parquet'`), [{id: 1}]);
});
