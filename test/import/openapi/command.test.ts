import {deepEqual, doesNotMatch, equal, match, ok} from 'node:assert/strict';
import {readFile, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {parse} from 'yaml';
import {workspace} from '../../helpers/binary.ts';
import {startServer} from '../../helpers/server.ts';

const document = `
openapi: 3.1.0
servers: [{url: /v1}]
security: [{key: []}]
components:
  securitySchemes:
    key: {type: http, scheme: bearer}
paths:
  /contacts:
    get:
      parameters:
        - {name: page, in: query, schema: {type: integer}}
      responses:
        '200':
          content:
            application/json:
              schema:
                type: object
                properties:
                  items:
                    type: array
                    items: {type: object, properties: {id: {type: integer}, name: {type: [string, 'null']}}}
  /contacts/{id}/notes:
    get:
      responses:
        '200':
          content:
            application/json:
              schema:
                type: array
                items: {type: object, properties: {id: {type: integer}, text: {type: string}}}
  /me:
    get:
      responses:
        '200': {content: {application/json: {schema: {type: object, properties: {id: {type: integer}}}}}}
`;
const rows = [
	{id: 1, name: 'Ada'},
	{id: 2, name: null},
];

test('import openapi writes a config from a URL that runs', async () => {
	await using api = await startServer([
		{path: '/openapi.yaml', respond: {text: document}},
		{path: '/v1/contacts', match: {query: {page: '1'}}, respond: {json: {items: rows}}},
		{path: '/v1/contacts', respond: {json: {items: []}}},
		{path: '/v1/contacts/1/notes', respond: {json: [{id: 7, text: 'a'}]}},
		{path: '/v1/contacts/2/notes', respond: {json: []}},
	]);
	await using place = await workspace();
	const made = await place.sluice(['import', 'openapi', `${api.url}/openapi.yaml`]);
	equal(made.code, 0, made.stderr);
	deepEqual(await place.list(), ['.gitignore', 'secrets.toml', 'sluice.yaml']);
	match(made.stderr, /2 of 2 resources\n {2}contacts: .*\n {2}notes: as the file says\n {2}1 without a list/);
	match(made.stderr, /secrets\.toml: fill in token/);
	equal(await place.read('secrets.toml'), 'token = ""\n');
	equal((await stat(join(place.path, 'secrets.toml'))).mode & 0o777, 0o600);
	const text = await place.read('sluice.yaml');
	match(text, /# Left out:\n# - \/me: the response is one object/);
	equal(parse(text).client.base_url, `${api.url}/v1`);
	const ran = await place.sluice(['run', '-q'], {env: {TOKEN: 'tok-1234'}});
	equal(ran.code, 0, ran.stderr);
	equal(api.requests.find(({path}) => path === '/v1/contacts')?.headers.authorization, 'Bearer tok-1234');
	ok((await place.list()).some(path => /^out\/notes\//.test(path)));
});

test('import openapi overwrites nothing, and refuses what it cannot read', async () => {
	await using place = await workspace({
		'api.yaml': document,
		'broken.yaml': 'openapi: [3',
		'other.json': '{"a": 1}',
		'there/sluice.yaml': '{}',
		'secrets/secrets.toml': 'token = "mine"\n',
	});
	const there = await place.sluice(['import', 'openapi', 'api.yaml', '-o', 'there']);
	equal(there.code, 2);
	match(there.stderr, /there\/sluice\.yaml exists, and is left as it is/);
	const secrets = await place.sluice([
		'import',
		'openapi',
		'api.yaml',
		'-o',
		'secrets',
		'--base-url',
		'https://a.example',
	]);
	equal(secrets.code, 0, secrets.stderr);
	match(secrets.stderr, /secrets\.toml is there already, and stays as it is; it needs token/);
	equal(await readFile(join(place.path, 'secrets/secrets.toml'), 'utf8'), 'token = "mine"\n');
	const mistakes: [words: string[], said: RegExp][] = [
		[['broken.yaml'], /broken\.yaml:\d+:\d+/],
		[['other.json'], /other\.json is no OpenAPI document/],
		[['missing.yaml'], /missing\.yaml is not there; give the path of an OpenAPI document/],
		[
			['api.yaml', '--resources', 'contacts,people'],
			/api\.yaml has no resource people; it has contacts, notes/,
		],
		[['api.yaml', '--connection', 'x'], /import openapi has no --connection; it has --output, --resources/],
	];
	for (const [words, said] of mistakes) {
		const {code, stderr} = await place.sluice(['import', 'openapi', ...words, '-o', 'new']);
		equal(code, 2, words.join(' '));
		match(stderr, said);
	}
	doesNotMatch((await place.list()).join(), /new/);
});

test('import openapi prints with -o -, and reports with --report', async () => {
	await using place = await workspace({'api.yaml': document});
	const {code, stdout, stderr} = await place.sluice([
		...['import', 'openapi', 'api.yaml', '-o', '-', '--resources', 'notes', '--report', 'report.json'],
		...['--base-url', 'https://a.example'],
	]);
	equal(code, 0, stderr);
	deepEqual(
		parse(stdout).resources.map(({name}: {name: string}) => name),
		['contacts', 'notes'],
	);
	deepEqual(await place.list(), ['api.yaml', 'report.json']);
	deepEqual(
		JSON.parse(await place.read('report.json')).resources.map(({name}: {name: string}) => name),
		['contacts', 'notes'],
	);
});
