import {deepStrictEqual, match, strictEqual} from 'node:assert/strict';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {type Workspace, workspace} from '../helpers/binary.ts';
import {type ScriptedServer, startServer} from '../helpers/server.ts';

let server: ScriptedServer;
before(async () => {
	server = await startServer([
		{
			path: '/teams',
			respond: {
				json: [
					{id: 7, name: 'red'},
					{id: 8, name: 'blue'},
				],
			},
		},
		{path: '/teams/7/users', respond: {json: [{id: 1, first: 'Ann', last: 'Oh', note: ''}]}},
		{
			path: '/teams/8/users',
			respond: {json: [{id: 2, first: 'Bo', last: 'Po', note: 'x', deep: {note: ''}}]},
		},
	]);
});
after(() => server.close());

const users = (steps: string): string => `
client: {base_url: "${server.url}", paginator: single_page}
resources:
  - {name: teams, endpoint: {path: teams}}
  - name: users
    endpoint:
      path: teams/{resources.teams.id}/{partitions.kind}
      incremental: {cursor_path: id, initial_value: 1}
    partitions: {kind: [users]}
    processing_steps: ${steps}
`;

async function read(
	place: Workspace,
	steps: string,
): Promise<{rows: unknown[]; stderr: string; code: number | null}> {
	await writeFile(join(place.path, 'sluice.yaml'), users(steps));
	const {stdout, stderr, code} = await place.sluice(['read', 'users']);
	return {
		rows: stdout
			.split('\n')
			.filter(Boolean)
			.map(line => JSON.parse(line)),
		stderr,
		code,
	};
}

test('an added field is computed from the record and from the values of its request', async () => {
	await using place = await workspace({});
	const {rows, stderr} = await read(
		place,
		`[{add: {name: {expression: "{{ record.first ~ ' ' ~ record.last }}"}, team: {expression: "{{ resources.teams }}"}, kind: {expression: "{{ partitions.kind | upper }}"}, since: {expression: "{{ incremental.start_value }}"}}}, {remove: [first, last, note, deep]}]`,
	);
	deepStrictEqual(
		rows,
		[
			{id: 1, name: 'Ann Oh', team: {id: 7, name: 'red'}, kind: 'USERS', since: 1},
			{id: 2, name: 'Bo Po', team: {id: 8, name: 'blue'}, kind: 'USERS', since: 1},
		],
		stderr,
	);
});

test('an expression keeps records, and removes fields by their values at any depth', async () => {
	await using place = await workspace({});
	const {rows} = await read(
		place,
		`[{filter: "{{ record.first in ['Bo'] }}"}, {remove: {fields: ['**'], when: "{{ value == '' }}"}}]`,
	);
	deepStrictEqual(rows, [{id: 2, first: 'Bo', last: 'Po', note: 'x', deep: {}}]);
	const {rows: notes} = await read(place, `[{remove: ['**.note', first, last]}]`);
	deepStrictEqual(notes, [{id: 1}, {id: 2, deep: {}}]);
});

test('a mistake in an expression is found by check, with its place', async () => {
	await using place = await workspace({});
	const problem = async (steps: string): Promise<string> => {
		await writeFile(join(place.path, 'sluice.yaml'), users(steps));
		const {stderr, code} = await place.sluice(['check']);
		strictEqual(code, 2);
		return stderr;
	};
	match(
		await problem(`[{add: {x: {expression: "{{ record. }}"}}}]`),
		/processing_steps\[0\]\.add\.x: .*record\. /,
	);
	match(
		await problem(`[{add: {x: {expression: "{{ recrod.a }}"}}}]`),
		/no recrod here; an expression at this place reads record, resources/,
	);
	match(
		await problem(`[{add: {x: {expression: "record.a"}}}]`),
		/an expression stands in double braces: "\{\{ record.a \}\}"/,
	);
	match(
		await problem(`[{filter: "{{ resources.posts.id }}"}]`),
		/the request names no \{resources\.posts\.…\}, so it has no row of posts/,
	);
	match(
		await problem(`[{filter: "{{ partitions.kin }}"}]`),
		/no list "kin" in partitions \(did you mean "kind"\?\)/,
	);
	match(await problem(`[{filter: "{{ incremental.start }}"}]`), /no \{incremental\.start\}; there are: /);
});

test('a value of the wrong type ends the run with the record, the key and the expression', async () => {
	await using place = await workspace({});
	const {stderr, code} = await read(place, `[{add: {x: {expression: "{{ record.first + 1 }}"}}}]`);
	strictEqual(code === 0, false);
	match(
		stderr,
		/users: steps, record 1 of page 1: add\.x: expression "\{\{ record\.first \+ 1 \}\}", 1:17: /,
	);
});
