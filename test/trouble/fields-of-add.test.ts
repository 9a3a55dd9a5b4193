import {doesNotMatch, equal, match} from 'node:assert/strict';
import {test} from 'node:test';
import {workspace} from '../helpers/binary.ts';
import {startServer} from '../helpers/server.ts';

type Json = {[key: string]: unknown};

async function run(
	rows: readonly Json[] | readonly (readonly Json[])[],
	steps: readonly Json[],
	words: readonly string[] = [],
) {
	const pages = Array.isArray(rows[0]) ? (rows as readonly (readonly Json[])[]) : [rows as readonly Json[]];
	const server = await startServer(
		pages.map((page, i) => ({
			path: '/users',
			match: {query: {page: String(i)}},
			respond: {json: {data: page, pages: pages.length}},
		})),
	);
	try {
		const endpoint = {data_selector: 'data', paginator: {type: 'page_number', total_path: 'pages'}};
		const users = {
			name: 'users',
			primary_key: 'id',
			write_disposition: 'replace',
			processing_steps: steps,
			endpoint,
		};
		const config = {client: {base_url: server.url}, output: {format: 'jsonl'}, resources: [users]};
		await using place = await workspace({'sluice.json': JSON.stringify(config)});
		const ran = await place.sluice(['run', ...words]);
		const check = await place.sluice(['check']);
		return {...ran, check};
	} finally {
		await server.close();
	}
}

const people = [
	{id: 1, name: 'Ada'},
	{id: 2, name: 'Bo'},
];

for (const value of ['{nope}', 'https://x/{nope}', {path: 'nope'}, {path: 'address.nope'}])
	test(`a field that add reads and no record has is told with the fields there are: ${JSON.stringify(value)}`, async () => {
		const {code, stderr} = await run(people, [{add: {x: value}}]);
		equal(code, 0, stderr);
		match(
			stderr,
			/users: add reads the field "(address\.)?nope", and none of the 2 records so far has one; fields: id, name/,
		);
	});

test('--strict makes it a failure', async () => {
	const {code, stderr} = await run(people, [{add: {x: '{nope}'}}], ['--strict']);
	equal(code, 1);
	match(stderr, /field-not-found/);
});

test('a field that some records have, or that is null, is there', async () => {
	for (const rows of [
		[{id: 1}, {id: 2, nick: 'b'}],
		[{id: 1, nick: null}],
		[[{id: 1}], [{id: 2, nick: 'b'}]],
	]) {
		const {stderr} = await run(rows as Json[], [{add: {x: '{nick}'}}]);
		doesNotMatch(stderr, /add reads/, JSON.stringify(rows));
	}
});

test('a field that a step before makes is there, and records that a filter leaves out are not looked at', async () => {
	const steps = [{rename: {name: 'title'}}, {filter: '@.id > 1'}, {add: {x: '{title}', y: '{name}'}}];
	const {stderr} = await run(people, steps);
	match(stderr, /field "name", and the record has no such field; fields: id, title/);
	doesNotMatch(stderr, /field "title"/);
});

test('many records are enough before the end', async () => {
	const rows = [0, 1].map(page => Array.from({length: 60}, (_, i) => ({id: page * 60 + i})));
	match((await run(rows, [{add: {x: '{nope}'}}])).stderr, /none of the 60 records so far/);
});
