import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {resolveResources} from '../../src/config/compile/resolve.ts';
import {fill, placeholders, template} from '../../src/config/placeholders/braces.ts';
import {parseConfig} from '../helpers/parse-config.ts';
import {readConfig} from '../helpers/read-config.ts';
import {startServer} from '../helpers/server.ts';
import {load, problems, withEndpoint} from './files.ts';

const literal = [
	'{"a": 1}',
	'{"a":{"b":1}}',
	'{"query":{"match_all":{}}}',
	'[{}, {"tpl": "{{name}}"}]',
	'{ user { id } }',
	'query { users(first: 10) { nodes { id name } } }',
	'{users{id}}',
	String.raw`^\d{2}-\w{2,3}$`,
];

for (const text of literal) {
	test(`${text} is sent as it stands`, () => {
		const [resource, other] = resolveResources(
			parseConfig({
				client: {base_url: 'https://api.example.com'},
				resources: [
					{name: 'r', endpoint: {params: {q: text}, headers: {'X-Query': text}, json: {deep: [text]}}},
					{name: 's', endpoint: {data: text}},
				],
			}),
		);
		assert.deepEqual(
			[resource?.endpoint.params.q, resource?.endpoint.headers['X-Query'], resource?.endpoint.json],
			[text, text, {deep: [text]}],
		);
		assert.equal(other?.endpoint.data, text);
		assert.deepEqual([resource?.relation, other?.relation], [undefined, undefined]);
	});
}

test('doubled braces are still single ones where all of a text is written like that', () => {
	for (const [text, sent] of [
		['{{"a": {{"b": 1}}}}', '{"a": {"b": 1}}'],
		['{{ users {{ id }} }}', '{ users { id } }'],
		['{{resources.a.id}}', '{resources.a.id}'],
		['{{x}}', '{x}'],
	] as const)
		assert.equal(fill(template(text)), sent);
});

test('whatever JSON object a text holds, it is sent as it stands', () => {
	const value = fc.jsonValue({maxDepth: 3, stringUnit: fc.constantFrom('a', ' ', '"', '\\', 'é')});
	fc.assert(
		fc.property(fc.dictionary(fc.constantFrom('a', 'b', 'c'), value), object => {
			for (const text of [JSON.stringify(object), JSON.stringify(object, null, 1)])
				assert.equal(fill(template(text)), text);
		}),
	);
});

test('a template is the template of itself, and has the same placeholders', () => {
	fc.assert(
		fc.property(
			fc
				.array(
					fc.constantFrom('{', '}', '{{', '}}', 'a', ' ', '"', 'resources.a.id', '{resources.a.id}', '{x}'),
				)
				.map(parts => parts.join('')),
			text => {
				const once = template(text);
				assert.equal(template(once), once);
				if (text.startsWith('"') && once !== text)
					for (const name of placeholders(once)) assert.match(name, /^resources\./);
			},
		),
	);
});

test('in literal braces, placeholders with a root are filled in for each parent', async () => {
	await using server = closing(
		await startServer([
			{path: '/users', respond: {json: [{id: 7, name: 'a b'}]}},
			{method: 'POST', path: '/graphql', respond: {json: [{ok: true}]}},
		]),
	);
	await readConfig({
		client: {base_url: server.url, paginator: 'single_page'},
		resources: [
			'users',
			{
				name: 'posts',
				endpoint: {
					path: 'graphql',
					method: 'POST',
					params: {filter: '{"user":{"id":{resources.users.id}}}'},
					json: {
						query: '{ posts(user: "{resources.users.name}") { id } }',
						variables: {id: '{resources.users.id}'},
					},
				},
			},
		],
	});
	const request = server.requests.at(-1);
	assert.deepEqual(request?.query, {filter: ['{"user":{"id":7}}']});
	assert.deepEqual(request?.json, {query: '{ posts(user: "a b") { id } }', variables: {id: 7}});
});

test('words in braces are placeholders in a path, beside braces that are none', async () => {
	const {config} = await load(withEndpoint('path: \'odata/{id}?f={"a":1}\'\nparams: {id: 7}'));
	const [resource] = resolveResources(config);
	assert.deepEqual([resource?.endpoint.path, resource?.endpoint.params], ['odata/7?f={"a":1}', {}]);
});

test('what comes from a variable is no part of the question which braces are literal', async () => {
	const env = {FILTER: '{"b": "{{x}}"}', NAME: '{resources.a.id}', OPEN: '{'};
	for (const [text, sent] of [
		[`{"a": \${FILTER}}`, '{"a": {"b": "{{x}}"}}'],
		[`{"a": "\${NAME}"}`, '{"a": "{resources.a.id}"}'],
		[`{"a": "\${OPEN}"}`, '{"a": "{"}'],
		[`{{"a": "\${OPEN}"}}`, '{"a": "{"}'],
	]) {
		const {config} = await load(withEndpoint(`params: {q: '${text}'}`), {env});
		assert.equal(resolveResources(config)[0]?.endpoint.params.q, sent);
	}
});

const refused: [what: string, endpoint: string, message: string][] = [
	[
		'a misspelt root',
		'params: {q: "{resource.users.id}"}',
		'params.q: {resource.users.id} is no placeholder that is known here (did you mean ' +
			'{resources.users.id}?); for literal braces write {{ and }}',
	],
	[
		'a misspelt root within literal braces',
		'params: {q: \'{"a": {partition.x}}\'}',
		'params.q: {partition.x} is no placeholder that is known here (did you mean {partitions.x}?); for ' +
			'literal braces write {{ and }}',
	],
	[
		'a misspelt root in a path',
		'path: "u/{resource.users.id}"',
		'path: {resource.users.id} has no value; did you mean {resources.users.id}?',
	],
	[
		'an unknown parent within literal braces',
		'json: {q: \'{ a(id: "{resources.b.id}") { id } }\'}',
		'json.q: no resource "b" (did you mean "a"?)',
	],
	[
		'a brace that nothing closes',
		'params: {q: \'{"a": {"b": 1}\'}',
		'params.q: a single brace; for literal braces write {{ and }}',
	],
	[
		'a cursor that nobody has',
		'path: "a/{cursor}"',
		'path: {cursor} has no value; add "cursor" to params, or page by the paginator cursor or header_cursor',
	],
	[
		'a page that nobody counts',
		'path: "a/{page}"',
		'path: {page} has no value; add "page" to params, or page by the paginator page_number',
	],
	[
		'a page in two places',
		'path: "a/{page}"\npaginator: {type: page_number, page_param: p}',
		'path: {page} excludes page_param: the page is sent in one place',
	],
	[
		'JSON as the value of a parameter',
		'params: {search: {parent: [1]}}',
		'params.search: expected text, a number, true or false, null or a list, got an object; if the API ' +
			'takes JSON there, write it as text: \'{"parent": …}\'',
	],
	[
		'a cursor in two places',
		'path: "a/{cursor}"\npaginator: {type: cursor, cursor_param: after}',
		'path: {cursor} excludes cursor_param: the cursor is sent in one place',
	],
];

for (const [what, endpoint, message] of refused) {
	test(`${what} is refused with its reason`, async () => {
		const found = await problems(withEndpoint(endpoint));
		assert.deepEqual(
			found.map(line => line.replace(/^config\.yaml:\d+:\d+: resources\[0\]\.endpoint\./, '')),
			[message],
		);
	});
}

function closing<T extends {close(): Promise<void>}>(server: T): T & AsyncDisposable {
	return {...server, [Symbol.asyncDispose]: () => server.close()};
}
