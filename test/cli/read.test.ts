import {deepEqual, doesNotMatch, equal, match, ok} from 'node:assert/strict';
import {test} from 'node:test';
import {workspace} from '../helpers/binary.ts';
import {query} from '../helpers/duckdb.ts';
import {config, endless, rows, server, single} from './config.ts';

const contacts = [
	{id: 1, email: 'ada@example.com', tags: ['a', 'b'], big: 9007199254740993n},
	{id: 2, email: null, tags: [], big: 2n},
];

test('read writes JSON Lines to stdout, digit for digit, and nothing to stderr', async () => {
	await using api = await server(rows('contacts', contacts));
	await using place = await workspace({'sluice.json': config(api.url, [single('contacts')])});
	const {code, stdout, stderr} = await place.sluice(['read', 'contacts']);
	deepEqual([code, stderr], [0, '']);
	equal(
		stdout,
		'{"id":1,"email":"ada@example.com","tags":["a","b"],"big":9007199254740993}\n{"id":2,"email":null,"tags":[],"big":2}\n',
	);
});

test('read says how many nulls stood among the records', async () => {
	await using api = await server(rows('odd', [1, 'two', null, {id: 1}, [4], null]));
	await using place = await workspace({'sluice.json': config(api.url, [single('odd')])});
	const {code, stdout, stderr} = await place.sluice(['read', 'odd']);
	deepEqual([code, stderr], [0, 'sluice: odd: 2 nulls among the records left out\n']);
	equal(stdout, '{"value":1}\n{"value":"two"}\n{"id":1}\n{"value":[4]}\n');
});

test('read takes a number of rows, columns, and a format', async () => {
	const {resource, route} = endless('events', 10);
	await using api = await server(route);
	await using place = await workspace({'sluice.json': config(api.url, [resource])});
	const [jsonl, csv] = await Promise.all([
		place.sluice(['read', 'events', '--limit', '25', '--select', 'name']),
		place.sluice([
			'read',
			'events',
			'--limit',
			'2',
			'--select',
			'name,id',
			'--format',
			'csv',
			'--output',
			'-',
		]),
	]);
	equal(jsonl.stdout.trimEnd().split('\n').length, 25);
	equal(jsonl.stdout.split('\n')[24], '{"name":"row 24"}');
	equal(csv.stdout, 'name,id\r\nrow 0,0\r\nrow 1,1\r\n');
	equal(api.requests.length, 4, 'nothing is requested beyond the limit');
});

test('read writes a file in the format of its ending, and Parquet to a pipe', async () => {
	await using api = await server(rows('contacts', contacts));
	await using place = await workspace({'sluice.json': config(api.url, [single('contacts')])});
	const [file, pipe] = await Promise.all([
		place.sluice(['read', 'contacts', '-o', 'deep/contacts.parquet']),
		place.shell('sluice read contacts -f parquet | cat > pipe.parquet'),
	]);
	deepEqual([file.code, file.stdout, file.stderr, pipe.code], [0, '', '', 0], file.stderr + pipe.stderr);
	for (const name of ['deep/contacts.parquet', 'pipe.parquet']) {
		deepEqual(await query(`select id, big from '${place.path}/${name}' order by id`), [
			{id: '1', big: '9007199254740993'},
			{id: '2', big: '2'},
		]);
	}
});

test('read says how many rows were rejected, and where to see why', async () => {
	await using api = await server(rows('contacts', contacts));
	const columns = {email: {data_type: 'text', nullable: false}};
	await using place = await workspace({
		'sluice.json': config(api.url, [single('contacts', {columns})]),
		'bad.jsonl': 'of an earlier run',
	});
	const [counted, stored] = await Promise.all([
		place.sluice(['read', 'contacts']),
		place.sluice(['read', 'contacts', '--rejects', 'bad.jsonl']),
	]);
	deepEqual([counted.code, stored.code], [0, 0]);
	equal(counted.stderr, 'sluice: contacts: 1 row rejected; see why with --rejects FILE\n');
	equal(stored.stderr, 'sluice: contacts: 1 row rejected; see why in bad.jsonl\n');
	equal(JSON.parse(await place.read('bad.jsonl')).column, 'email');
	equal(stored.stdout.trimEnd().split('\n').length, 1);
});

test('preview reads one page, and writes JSON Lines where stdout is no terminal', async () => {
	const {resource, route} = endless('events', 30);
	await using api = await server(route, rows('none', []));
	await using place = await workspace({'sluice.json': config(api.url, [resource, single('none')])});
	const [few, none] = await Promise.all([
		place.sluice(['preview', 'events']),
		place.sluice(['preview', 'none']),
	]);
	deepEqual([few.code, few.stderr], [0, '']);
	equal(few.stdout.trimEnd().split('\n').length, 20);
	deepEqual([none.code, none.stdout, none.stderr], [0, '', 'none: the first page has no rows\n']);
	equal(api.requests.length, 2);
});

test('check says in one line that a config is right, without a request', async () => {
	await using api = await server();
	await using place = await workspace({
		'sluice.json': config(
			api.url,
			['contacts', 'teams'].map(name => single(name, {write_disposition: 'replace'})),
		),
	});
	const [loud, quiet] = await Promise.all([
		place.sluice(['check']),
		place.sluice(['check', '-q', '-c', 'sluice.json']),
	]);
	deepEqual(
		[loud.code, loud.stdout, loud.stderr],
		[0, '', 'sluice.json: ok, 2 resources: contacts, teams\n'],
	);
	deepEqual([quiet.code, quiet.stdout, quiet.stderr], [0, '', '']);
	equal(api.requests.length, 0);
});

test('show prints the resolved config as YAML, without secrets, and --set changes it', async () => {
	const client = {auth: {type: 'bearer', token: `\${TOKEN}`}};
	await using place = await workspace({
		'sluice.json': config('http://x', [single('contacts'), single('teams')], {
			client,
			resource_defaults: {primary_key: 'id'},
		}),
	});
	const words = ['show', 'teams', '--set', 'client.base_url=http://other', '--set', 'client.headers.x=y'];
	const {code, stdout, stderr} = await place.sluice(words, {env: {TOKEN: 'hush-hush'}});
	deepEqual([code, stderr], [0, '']);
	match(stdout, /base_url: http:\/\/other\n/);
	match(stdout, /token: "?\*\*\*"?\n/);
	match(stdout, /name: teams\n(?:.*\n)*? +primary_key:\n\s+- id\n/);
	doesNotMatch(stdout, /hush|name: contacts/);
});

test('show prints what a resource depends on in the words of a config', async () => {
	const child = {
		name: 'posts',
		endpoint: {path: 'u/{resources.contacts.id}/{partitions.x}'},
		partitions: {x: [1, 2]},
	};
	await using place = await workspace({'sluice.json': config('http://x', [single('contacts'), child])});
	const {code, stdout, stderr} = await place.sluice(['show', 'posts']);
	deepEqual([code, stderr], [0, '']);
	match(stdout, /placeholders:\n\s+- resources\.contacts\.id\n\s+- partitions\.x\n/);
	match(stdout, /partitions:\n\s+x:\n\s+- 1\n\s+- 2\n/);
	match(stdout, /on_missing: fail\n/);
});

test('schema prints that of the config, of a resource, and of what comes on stdin', async () => {
	await using api = await server(rows('contacts', contacts));
	await using place = await workspace({'sluice.json': config(api.url, [single('contacts')])});
	const [ofConfig, ofResource] = await Promise.all([
		place.sluice(['schema', 'config']),
		place.sluice(['schema', 'contacts', '--limit', '1']),
	]);
	match(JSON.parse(ofConfig.stdout).$schema, /json-schema/);
	const {columns} = JSON.parse(ofResource.stdout);
	deepEqual([columns.id.data_type, columns.big.data_type], ['bigint', 'bigint']);
	const [ofStdin, ofNothing] = await Promise.all([
		place.sluice(['schema', '-'], {stdin: '{"at": "2026-01-02T03:04:05Z", "ok": true}'}),
		place.sluice(['schema', '-']),
	]);
	const inferred = JSON.parse(ofStdin.stdout).columns;
	deepEqual([inferred.at.data_type, inferred.ok.data_type], ['timestamp', 'bool']);
	deepEqual(JSON.parse(ofNothing.stdout), {columns: {}});
});

test('a resource that is not there is named with the one that was meant', async () => {
	await using place = await workspace({
		'sluice.json': config('http://127.0.0.1:9', [single('contacts'), single('teams')]),
	});
	for (const words of [
		['read', 'contatcs'],
		['run', 'teams', 'contatcs'],
		['preview', 'contatcs'],
		['schema', 'contatcs'],
	]) {
		const {code, stderr} = await place.sluice(words);
		equal(code, 2);
		const said =
			'no resource "contatcs" in sluice.json (did you mean "contacts"?); there are: contacts, teams';
		equal(stderr, `sluice: ${said}\n`);
	}
	ok(!(await place.list()).includes('out'));
});
