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
		'[{add: {name: {expression: "{{ record.first ~ \' \' ~ record.last }}"}, team: {expression: "{{ ' +
			'resources.teams }}"}, kind: {expression: "{{ partitions.kind | upper }}"}, since: {expression: "{{ ' +
			'incremental.start_value }}"}}}, {remove: [first, last, note, deep]}]',
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

test('a whole record is made by an expression, and dropped if it makes none', async () => {
	await using place = await workspace({});
	const {rows, stderr} = await read(
		place,
		"[{map: \"{% set o = {'id': record.id} %}{% for key, value in record | items %}{% if value is " +
			'string and value %}{% set _ = o.update({key | upper: value}) %}{% endif %}{% endfor %}{{ o if ' +
			"record.first == 'Ann' }}\"}]",
	);
	deepStrictEqual(rows, [{id: 1, FIRST: 'Ann', LAST: 'Oh'}], stderr);
	const {stderr: problem, code} = await read(place, "[{map: '{{ record.id }}'}]");
	strictEqual(code, 1);
	match(problem, /map: the expression makes 1, which is no record/);
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

test('an expression about a page ends the paging after it', async () => {
	await using place = await workspace({});
	const stopped = async (rule: string, paginator: string, respond: object[]): Promise<string> => {
		const paged = await startServer(respond.map(page => ({path: '/rows', times: 1, respond: page})));
		try {
			await writeFile(
				join(place.path, 'sluice.yaml'),
				`client: {base_url: "${paged.url}"}
resources:
  - {name: rows, endpoint: {path: rows, data_selector: data, paginator: ${paginator}, stop_when: "${rule}"}}`,
			);
			const {stdout, stderr, code} = await place.sluice(['read', 'rows']);
			return code === 0 ? stdout.replace(/\s+/g, ' ') : stderr;
		} finally {
			await paged.close();
		}
	};
	const cursor = '{type: cursor, cursor_path: next, cursor_param: after}';
	const page = (id: number, more: object): object => ({
		json: {data: [{id}, {id: id + 1}], next: `c${id}`, ...more},
	});
	const two = '{"id":1} {"id":2} {"id":3} {"id":4} ';
	strictEqual(await stopped('{{ response.done }}', cursor, [page(1, {}), page(3, {done: true})]), two);
	strictEqual(
		await stopped('{{ response.page == response.pages }}', cursor, [
			page(1, {page: 1, pages: 2}),
			page(3, {page: 2, pages: 2}),
		]),
		two,
	);
	strictEqual(
		await stopped('{{ last_record.id >= 4 and last_page_size == 2 }}', cursor, [page(1, {}), page(3, {})]),
		two,
	);
	// The rows stay whole if the expression looks at them.
	strictEqual(
		await stopped('{{ response.data | length == 1 }}', cursor, [
			page(1, {}),
			{json: {data: [{id: 3}], next: 'c3'}},
		]),
		'{"id":1} {"id":2} {"id":3} ',
	);
	const link = (results: string) => ({headers: {link: `</rows?p=2>; rel="next"; results="${results}"`}});
	strictEqual(
		await stopped("{{ headers.link.next.results == 'false' }}", 'header_link', [
			{...page(1, {}), ...link('true')},
			{...page(3, {}), ...link('false')},
		]),
		two,
	);
	match(
		await stopped('{{ response.next + 1 }}', cursor, [page(1, {})]),
		/stop_when: expression .*response\.next \+ 1/,
	);
	match(
		await stopped('{{ record.id }}', cursor, []),
		/stop_when: no record here; an expression at this place reads response, headers/,
	);
});

test('values of expressions go into the path, parameters, headers and the body of each request', async () => {
	await using place = await workspace({});
	const rows = {json: [{id: 1}]};
	const api = await startServer([
		{
			path: '/teams',
			respond: {
				json: [
					{id: 7, tag: 'A B'},
					{id: 8, tag: null},
				],
			},
		},
		{method: 'POST', path: '/t-7/u', respond: rows},
		{method: 'POST', path: '/t-x/y/u', respond: rows},
	]);
	try {
		await writeFile(
			join(place.path, 'sluice.yaml'),
			`client: {base_url: "${api.url}", paginator: single_page}
resources:
  - {name: teams, endpoint: teams}
  - name: users
    endpoint:
      path: "{expressions.place}/{partitions.kind}"
      method: POST
      params: {tag: "{expressions.tag}", both: "{expressions.tag}/{partitions.kind}", kind: "{{expressions.tag}}"}
      headers: {x-day: "{expressions.day}"}
      json: {ids: "{expressions.ids}", tag: "{expressions.tag}", text: "n{expressions.ids}"}
      expressions:
        place: "{{ 't-' ~ resources.teams.id if resources.teams.id == 7 else 't-x/y' }}"
        tag: "{{ resources.teams.tag.lower() }}"
        day: "{{ today_utc().year > 2000 }}"
        ids: "{{ [resources.teams.id, 1] }}"
    partitions: {kind: [u]}
`,
		);
		const {stderr, code} = await place.sluice(['read', 'users']);
		strictEqual(code, 0, stderr);
		const [, first, second] = api.requests;
		const kind = ['{expressions.tag}'];
		deepStrictEqual(
			[first?.query, first?.headers['x-day'], first?.json],
			[{tag: ['a b'], both: ['a b/u'], kind}, 'true', {ids: [7, 1], tag: 'a b', text: 'n[7,1]'}],
		);
		deepStrictEqual(
			[second?.path, second?.query, second?.json],
			['/t-x/y/u', {kind}, {ids: [8, 1], text: 'n[8,1]'}],
		);
	} finally {
		await api.close();
	}
});

test('an expression of a request that names nothing else is evaluated for one request', async () => {
	await using place = await workspace({});
	const api = await startServer([{path: '/rows', match: {query: {n: '3'}}, respond: {json: [{id: 1}]}}]);
	try {
		const endpoint = `{path: rows, params: {n: "{expressions.n}"}, expressions: {n: "{{ 1 + 2 }}"}}`;
		await writeFile(
			join(place.path, 'sluice.yaml'),
			`client: {base_url: "${api.url}", paginator: single_page}\nresources: [{name: rows, endpoint: ` +
				`${endpoint}}]`,
		);
		const {stdout, stderr} = await place.sluice(['read', 'rows']);
		strictEqual(stdout, '{"id":1}\n', stderr);
	} finally {
		await api.close();
	}
});

test('mistakes in expressions of a request are found by check', async () => {
	await using place = await workspace({});
	const problem = async (endpoint: string, more = ''): Promise<string> => {
		const text =
			`client: {base_url: "${server.url}"}\nresources:\n  - {name: teams, endpoint: teams}\n  - {name: a, ` +
			`endpoint: {${endpoint}}${more}}`;
		await writeFile(join(place.path, 'sluice.yaml'), text);
		const {stderr, code} = await place.sluice(['check']);
		strictEqual(code, 2, stderr);
		return stderr;
	};
	match(
		await problem('path: "a/{expressions.x}"'),
		/no expression "x", and the request has a placeholder for it/,
	);
	match(
		await problem('path: a, expressions: {x: "{{ 1 }}"}'),
		/expressions\.x: not used; put \{expressions\.x\} into the request/,
	);
	const used = (text: string, more?: string) =>
		problem(`path: a, params: {x: "{expressions.x}"}, expressions: {x: "${text}"}`, more);
	match(
		await used('{{ record.a }}'),
		/expressions\.x: no record here; an expression at this place reads resources, partitions, incremental/,
	);
	match(await used('{{ resources.teams }}'), /name a field of teams, as in resources\.teams\.id/);
	match(await used('{{ resources.team.id }}'), /no resource "team" \(did you mean "teams"\?\)/);
	match(await used('{{ partitions.a }}'), /no list "a" in partitions/);
	match(
		await used('{{ incremental.start_value }}'),
		/incremental\.start_value needs incremental in the endpoint/,
	);
	match(
		await used('{{ resources.teams.id }}', ', batch: {size: 2}'),
		/with batch, a request has several values of resources\.teams/,
	);
});
