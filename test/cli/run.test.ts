import {deepEqual, doesNotMatch, equal, match, ok} from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {gunzipSync} from 'node:zlib';
import {workspace} from '../helpers/binary.ts';
import {query} from '../helpers/duckdb.ts';
import {config, endless, rows, server, single} from './config.ts';

const contacts = [
	{id: 1, email: 'ada@example.com', address: {city: 'London'}},
	{id: 2, email: null, address: {city: 'Paris'}},
];
const teams = [{id: 7, name: 'Support'}];

test('run writes one folder a resource, says so on stderr only, and reads back as Parquet', async () => {
	await using api = await server(rows('contacts', contacts), rows('teams', teams));
	await using place = await workspace({
		'sluice.json': config(api.url, [single('contacts'), single('teams')]),
	});
	const {code, stdout, stderr} = await place.sluice(['run']);
	deepEqual([code, stdout], [0, ''], stderr);
	match(stderr, /^contacts: 2 rows, 1 request, \d+ B in [\d.]+ s$/m);
	match(stderr, /^resource +rows +requests +retries +duplicates +rejects +bytes +time +rows\/s$/m);
	match(stderr, /^total +3 +2 +0 +0 +0 /m);
	doesNotMatch(stderr, /\p{Cc}(?<!\n)/u);
	deepEqual(await query(`select id, email from '${place.path}/out/contacts/*.parquet' order by id`), [
		{id: '1', email: 'ada@example.com'},
		{id: '2', email: null},
	]);
	equal((await place.visible()).filter(name => name.endsWith('.parquet')).length, 2);
});

test('resources, folder, format, columns and number of rows can be chosen', async () => {
	const {resource, route} = endless('events', 10);
	await using api = await server(rows('contacts', contacts), route);
	await using place = await workspace({
		'my/config.json': config(api.url, [single('contacts'), resource], {
			output: {path: 'ignored', format: 'csv'},
		}),
	});
	const words = [
		'run',
		'events',
		'contacts',
		'events',
		'-c',
		'my/config.json',
		'-o',
		'data',
		'-f',
		'jsonl.gz',
	];
	const {code, stderr} = await place.sluice([
		...words,
		'--limit',
		'12',
		'--select',
		'name,id',
		'--select',
		'email',
		'-q',
	]);
	equal(code, 0, stderr);
	equal(stderr, '');
	const files = (await place.visible()).filter(name => name.endsWith('.jsonl.gz'));
	equal(files.length, 2);
	const [, events = ''] = files;
	const lines = gunzipSync(await readFile(join(place.path, events)))
		.toString()
		.trimEnd()
		.split('\n');
	equal(lines.length, 12);
	match(lines[0] ?? '', /^\{"name":"row 0","id":0/);
});

test('the config says where and how, and the words that were typed win', async () => {
	await using api = await server(rows('contacts', contacts));
	const output = {path: 'from-config', format: 'csv'};
	await using place = await workspace({'sluice.json': config(api.url, [single('contacts')], {output})});
	const [first, second] = await Promise.all([
		place.sluice(['run']),
		place.sluice(['run', '--output', 'typed', '--format', 'jsonl', '--compression', 'gzip']),
	]);
	deepEqual([first.code, second.code], [0, 0], first.stderr + second.stderr);
	const names = (await place.visible()).map(name => name.replace(/\/\d+T\d+Z-.{7}-\d{5}/, '/PART'));
	ok(names.includes('from-config/contacts/PART.csv'));
	ok(names.includes('typed/contacts/PART.jsonl.gz'));
});

test('append adds a part, replace puts one in the place of all', async () => {
	await using api = await server(rows('contacts', contacts), rows('teams', teams));
	const resources = [single('contacts'), single('teams', {write_disposition: 'replace'})];
	await using place = await workspace({'sluice.json': config(api.url, resources)});
	for (let i = 0; i < 2; i++) equal((await place.sluice(['run', '-f', 'jsonl'])).code, 0);
	const names = await place.visible();
	equal(names.filter(name => /contacts\/.*jsonl$/.test(name)).length, 2);
	equal(names.filter(name => /teams\/.*jsonl$/.test(name)).length, 1);
});

test('a null in a required column goes to the rejects, which the summary names; under freeze it is exit code 4', async () => {
	await using api = await server(rows('contacts', contacts));
	const columns = {email: {data_type: 'text', nullable: false}};
	await using place = await workspace({
		'sluice.json': config(api.url, [single('contacts', {columns})]),
		'freeze.json': config(api.url, [single('contacts', {columns, schema_contract: {data_type: 'freeze'}})]),
	});
	const [lenient, strict] = await Promise.all([
		place.sluice(['run', '-f', 'jsonl']),
		place.sluice(['run', '-c', 'freeze.json', '-o', 'strict']),
	]);
	equal(lenient.code, 0, lenient.stderr);
	match(lenient.stderr, /^sluice: contacts: 1 row rejected; see why in out\/contacts\/_rejects\/$/m);
	const [rejects = ''] = (await place.visible()).filter(name => /_rejects\/.*jsonl$/.test(name));
	const {resource, column, reason, record} = JSON.parse(await place.read(rejects));
	deepEqual([resource, column, record], ['contacts', 'email', contacts[1]]);
	match(reason, /null/);
	equal(strict.code, 4, strict.stderr);
	match(strict.stderr, /^sluice: contacts.*email.*null/m);
	ok(
		!(await place.visible()).some(name => name.startsWith('strict/')),
		'nothing is left of what was refused',
	);
});

test('one of two resources failing is exit code 5, and the other is there', async () => {
	await using api = await server(
		{path: '/contacts', respond: {status: 403, json: {error: 'no'}}},
		rows('teams', teams),
	);
	await using place = await workspace({
		'sluice.json': config(api.url, [single('contacts'), single('teams')]),
	});
	const [text, json] = await Promise.all([
		place.sluice(['run']),
		place.sluice(['run', '--log', 'json', '-o', 'json']),
	]);
	equal(text.code, 5);
	match(text.stderr, /^contacts \(failed\) +0 +1 /m);
	match(
		text.stderr,
		/^sluice: contacts: GET http:\S+ answered 403: \{"error":"no"\}\. No auth is set: check which credentials the API wants$/m,
	);
	match(text.stderr, /^sluice: 1 of 2 resources failed; the others are in out\/$/m);
	equal(json.code, 5);
	const events = json.stderr
		.trimEnd()
		.split('\n')
		.map(line => JSON.parse(line))
		.filter(({event}) => event !== 'concurrency');
	// Both are read at once, so the order of their events is open.
	const named = events.map(({event, resource}) => [event, resource].filter(Boolean).join(' '));
	deepEqual(named.slice(0, 4).toSorted(), ['error contacts', 'request', 'request', 'resource teams']);
	deepEqual(named.slice(4), ['warning', 'done']);
	deepEqual([events[5].resources, events[5].failed], [2, 1]);
	const ofTeams = events[named.indexOf('resource teams')];
	deepEqual([ofTeams.written, ofTeams.requests], [1, 1]);
	deepEqual(
		(await place.visible())
			.filter(name => /^out\/./.test(name))
			.map(name => name.replace(/\/\d+T.*/, '/PART')),
		['out/teams', 'out/teams/PART'],
	);
});

test('when every resource fails, the exit code is that of the first', async () => {
	await using api = await server({path: '/teams', respond: {text: '<html>'}});
	await using place = await workspace({
		'sluice.json': config(api.url, [single('contacts'), single('teams')]),
	});
	const {code, stderr} = await place.sluice(['run']);
	equal(code, 3);
	match(stderr, /answered 404.*Check the base URL and the path$/m);
	match(stderr, /^sluice: 2 of 2 resources failed$/m);
	deepEqual(await place.visible(), ['out', 'sluice.json']);
});

test('resources whose rows do not go into one folder are refused before any request', async () => {
	await using api = await server();
	const overlapping = [
		single('contacts', {table_name: 'people', write_disposition: 'replace', partition_by: 'country'}),
		single('leads', {table_name: 'people'}),
		single('deals', {table_name: './deals'}),
		single('teams', {table_name: '../elsewhere'}),
	];
	await using place = await workspace({
		'sluice.json': config(api.url, overlapping),
		'append.json': config(api.url, [single('a', {table_name: 'x'}), single('b', {table_name: 'x'})]),
	});
	const [ran, checked] = await Promise.all([place.sluice(['run']), place.sluice(['check'])]);
	for (const {code, stderr} of [ran, checked]) {
		equal(code, 2);
		match(stderr, /contacts, leads: write to one folder, "people", with different partition_by/);
		match(stderr, /deals: writes to the folder "\.\/deals"; write it as table_name: deals/);
		match(stderr, /teams: writes to the folder "..\/elsewhere", which is not one in the output folder/);
	}
	equal(api.requests.length, 0);
	equal((await place.sluice(['check', '-c', 'append.json'])).code, 0);
});

test('a merge beside lists that do not hold its key is refused before any request', async () => {
	await using api = await server();
	const open = single('open', {table_name: 'orders', primary_key: 'id', write_disposition: 'merge'});
	const closed = (primary_key: string[]): object =>
		single('closed', {table_name: 'orders', nested: 'tables', ...(primary_key.length > 0 && {primary_key})});
	const files = [[], ['code'], ['shop', 'id']].map(key => config(api.url, [open, closed(key)]));
	await using place = await workspace(Object.fromEntries(files.map((text, i) => [`${i}.json`, text])));
	for (const [i, expected] of [2, 2, 0].entries()) {
		const {code, stderr} = await place.sluice(['check', '-c', `${i}.json`]);
		equal(code, expected, stderr);
		if (code === 2)
			match(stderr, /open, closed: write to one folder, "orders", and the merge of open finds .* id/);
	}
	equal((await place.sluice(['run', '-c', '0.json'])).code, 2);
	equal(api.requests.length, 0);
});

test('a resource that is not selected runs only when it is named', async () => {
	await using api = await server(rows('contacts', contacts));
	await using place = await workspace({
		'sluice.json': config(api.url, [single('contacts', {selected: false})]),
	});
	const [all, named] = await Promise.all([place.sluice(['run']), place.sluice(['run', 'contacts'])]);
	deepEqual([all.code, named.code, api.requests.length], [0, 0, 1]);
	match(all.stderr, /sluice.json: every resource has selected: false; name those to run/);
});

test('--verbose tells requests and retries, without a secret', async () => {
	await using api = await server(
		{path: '/contacts', times: 1, respond: {status: 503, text: 'busy'}},
		rows('contacts', contacts),
	);
	const client = {
		retry: {delay: 0.001, jitter: false},
		auth: {type: 'api_key', name: 'key', api_key: `\${KEY}`, location: 'query'},
	};
	await using place = await workspace({
		'sluice.json': config(api.url, [single('contacts')], {client}),
		'.env': 'KEY=hush-hush\n',
	});
	const [text, json] = await Promise.all([
		place.sluice(['run', '-v', '--env-file', '.env']),
		place.sluice(['run', '--log', 'json', '-o', 'json', '--env-file', '.env']),
	]);
	deepEqual([text.code, json.code], [0, 0], text.stderr + json.stderr);
	const all = text.stderr + json.stderr;
	match(all, /answered 503/);
	doesNotMatch(all, /hush/);
	match(text.stderr, /^ {2}GET http:\S+ 200 \d+ ms$/m);
	equal(api.requests.filter(({query: {key}}) => key?.[0] === 'hush-hush').length, 3);
	for (const line of json.stderr.trimEnd().split('\n')) ok(JSON.parse(line).event);
});

test('a key whose type has changed is merged where older rows can follow, and else the run says what to do', async () => {
	await using api = await server(rows('contacts', contacts));
	const withId = (data_type: string) =>
		config(api.url, [
			single('contacts', {primary_key: 'id', write_disposition: 'merge', columns: {id: {data_type}}}),
		]);
	await using place = await workspace({'sluice.json': withId('bigint'), 'text.json': withId('text')});
	equal((await place.sluice(['run', '-q'])).code, 0);
	const wider = await place.sluice(['run', '-c', 'text.json']);
	equal(wider.code, 0, wider.stderr);
	match(wider.stderr, /merged: 0 new, 2 updated, 0 deleted/);
	const ids = `select id from '${place.path}/out/contacts/*.parquet' order by 1`;
	deepEqual(await query(ids), [{id: '1'}, {id: '2'}]);
	const {code, stderr} = await place.sluice(['run', '-q']);
	equal(code, 4);
	match(
		stderr,
		/contacts\.id: is declared as bigint, and is text in the files .*\. Declare it as text, or .* --full-refresh$/m,
	);
	equal((await place.sluice(['run', '-q', '--full-refresh'])).code, 0);
	deepEqual(await query(ids), [{id: '1'}, {id: '2'}]);
});

test('a chosen column that no row has is left out of Parquet as well', async () => {
	await using api = await server(rows('contacts', contacts), rows('teams', teams));
	await using place = await workspace({
		'sluice.json': config(api.url, [single('contacts'), single('teams')]),
	});
	const {code, stderr} = await place.sluice(['run', 'contacts', '--select', 'id,email,phone']);
	equal(code, 0, stderr);
	deepEqual(await query(`select * from '${place.path}/out/contacts/*.parquet' where id = 1`), [
		{id: '1', email: 'ada@example.com'},
	]);
	const nested = await place.sluice(['run', 'contacts', '--full-refresh', '--select', 'id,address.city']);
	equal(nested.code, 1);
	match(nested.stderr, /take whole columns from there on, not address\.city$/m);
});

test('files of before and after a column was added or widened are read together, and the change is told in words', async () => {
	const batches = [
		[{id: 1, score: 7, big: 1}],
		[{id: 2, score: 1.5, big: 2, late: 'x'}],
		[{id: 3, score: 2 ** 52, big: 3, late: null}],
	];
	const fn = () => ({json: {data: batches.shift()}});
	await using api = await server({path: '/contacts', respond: {fn}});
	await using place = await workspace({'sluice.json': config(api.url, [single('contacts')])});
	const said: string[] = [];
	while (batches.length > 0) said.push((await place.sluice(['run'])).stderr);
	doesNotMatch(said[0]!, /→|new,/);
	match(said[1]!, /^contacts\.score: bigint → double at page 1\ncontacts\.late: new, text, at page 1$/m);
	doesNotMatch(said[2]!, /→|new,/);
	deepEqual(
		await query(
			'select id::int as id, score, big::int as big, late from ' +
				`read_parquet('${place.path}/out/contacts/*.parquet', union_by_name = true) order by id`,
		),
		[
			{id: 1, score: 7, big: 1, late: null},
			{id: 2, score: 1.5, big: 2, late: 'x'},
			{id: 3, score: 2 ** 52, big: 3, late: null},
		],
	);
});

test('a replacement tells what has changed since the last run, not what its own pages have in turn', async () => {
	const first = [[{id: 1, score: 7}], [{id: 2, score: 1.5, late: 'x'}]];
	const second = [[{id: 1, score: 7}], [{id: 2, score: 1.5, late: true}]];
	const answers = [...first, ...first, ...second];
	const fn = () => ({json: {data: answers.shift(), has_more: answers.length % 2 > 0}});
	await using api = await server({path: '/contacts', respond: {fn}});
	const paginator = {type: 'offset', limit: 1, has_more_path: 'has_more'};
	await using place = await workspace({
		'sluice.json': config(api.url, [
			single('contacts', {write_disposition: 'replace', endpoint: {paginator}}),
		]),
	});
	const said: string[] = [];
	while (answers.length > 0) said.push((await place.sluice(['run'])).stderr);
	match(said[0]!, /^contacts\.score: bigint → double at page 2$/m);
	doesNotMatch(said[1]!, /contacts\./);
	deepEqual(said[2]!.match(/^contacts\..*$/gm), ['contacts.late: text → bool since the last run']);
});
