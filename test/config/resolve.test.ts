import assert from 'node:assert/strict';
import {test} from 'node:test';
import {resourceFingerprint} from '../../src/config/compile/fingerprint.ts';
import {type ResolvedResource, resolveResources} from '../../src/config/compile/resolve.ts';
import {defineConfig} from '../../src/config/define.ts';
import {isSingleEntity} from '../../src/config/placeholders/braces.ts';
import type {ConfigInput} from '../../src/config/schema/config.ts';
import {parseConfig} from '../helpers/parse-config.ts';

const base_url = 'https://api.example.com';
type Given = Omit<ConfigInput, 'client'> & {client?: Omit<ConfigInput['client'], 'base_url'>};

function resolve({client, ...rest}: Given): ResolvedResource[] {
	return resolveResources(parseConfig({client: {base_url, ...client}, ...rest}));
}

function only(given: Given): ResolvedResource {
	return resolve(given)[0]!;
}

test('a word is a name and a path, a missing path is the name, a text endpoint is the path', () => {
	const all = resolve({
		resources: [
			'a',
			{name: 'b'},
			{name: 'c', endpoint: '/v1/c'},
			{name: 'd', endpoint: {}, table_name: 'dee'},
		],
	});
	assert.deepEqual(
		all.map(({name, table_name, endpoint}) => [name, table_name, endpoint.path]),
		[
			['a', 'a', 'a'],
			['b', 'b', 'b'],
			['c', 'c', '/v1/c'],
			['d', 'dee', 'd'],
		],
	);
});

test('what nobody says has a default', () => {
	assert.deepEqual(only({resources: ['a']}), {
		name: 'a',
		table_name: 'a',
		endpoint: {path: 'a', method: 'GET', params: {}, headers: {}, paginator: {type: 'auto'}, auth: null},
		primary_key: [],
		write_disposition: 'append',
		columns: [],
		selected: true,
	});
});

test('the resource wins over the defaults, and null takes a default away', () => {
	const [a, b] = resolve({
		naming: 'direct',
		resource_defaults: {
			primary_key: 'id',
			write_disposition: 'replace',
			selected: false,
			keep: 'last',
			schema_contract: 'freeze',
			columns: {x: 'text'},
		},
		resources: [
			{
				name: 'a',
				primary_key: ['k', 'l'],
				write_disposition: {disposition: 'merge', strategy: 'upsert'},
				selected: true,
				naming: 'snake_case',
			},
			{
				name: 'b',
				primary_key: null,
				write_disposition: null,
				keep: null,
				schema_contract: {columns: 'evolve'},
				columns: null,
			},
		],
	});
	assert.deepEqual(
		[a?.primary_key, a?.write_disposition, a?.selected, a?.keep, a?.naming],
		[['k', 'l'], 'merge', true, 'last', 'snake_case'],
	);
	assert.deepEqual(a?.schema_contract, {tables: 'freeze', columns: 'freeze', data_type: 'freeze'});
	assert.deepEqual(
		[b?.primary_key, b?.write_disposition, b?.selected, b?.keep, b?.naming],
		[[], 'append', false, undefined, 'direct'],
	);
	assert.deepEqual([b?.schema_contract, b?.columns], [{columns: 'evolve'}, []]);
});

test('endpoints are merged key by key; params, json and headers one level deep', () => {
	const {endpoint} = only({
		resource_defaults: {
			endpoint: {
				method: 'post',
				data_selector: 'items',
				params: {a: 1, b: 2},
				json: {f: {x: 1}, z: 0},
				headers: {'X-A': '1', 'X-B': '2', 'X-C': '3'},
			},
		},
		resources: [
			{
				name: 'r',
				endpoint: {params: {b: 3, c: [4]}, json: {f: {y: 2}, k: 1}, headers: {'x-b': '4', 'X-C': null}},
			},
		],
	});
	assert.deepEqual(
		{...endpoint},
		{
			path: 'r',
			method: 'POST',
			params: {a: 1, b: 3, c: [4]},
			json: {f: {y: 2}, z: 0, k: 1},
			headers: {'X-A': '1', 'x-b': '4'},
			paginator: {type: 'auto'},
			data_selector: 'items',
			auth: null,
		},
	);
});

test('params: null and headers: null count as left out; json: null takes the default away; a data body replaces whole', () => {
	const defaults = {params: {a: 1}, headers: {A: '1'}};
	const first = only({
		resource_defaults: {endpoint: {...defaults, json: {a: 1}}},
		resources: [{name: 'r', endpoint: {params: null, headers: null, json: null, data: 'x'}}],
	});
	assert.deepEqual(
		[first.endpoint.params, first.endpoint.headers, 'json' in first.endpoint, first.endpoint.data],
		[{a: 1}, {A: '1'}, false, 'x'],
	);
	const second = only({
		resource_defaults: {endpoint: {data: {a: 1, b: 2}}},
		resources: [
			{
				name: 'r',
				endpoint: {
					data: [
						['a', 3],
						['a', 4],
					],
				},
			},
		],
	});
	assert.deepEqual(second.endpoint.data, [
		['a', 3],
		['a', 4],
	]);
});

test('an empty json body stays a body, a list replaces an object, and a null param is not sent', () => {
	assert.deepEqual(only({resources: [{name: 'r', endpoint: {json: {}}}]}).endpoint.json, {});
	const {endpoint} = only({
		resource_defaults: {endpoint: {json: {a: 1}, params: {a: 1, b: 1}}},
		resources: [{name: 'r', endpoint: {json: [1], params: {a: null}}}],
	});
	assert.deepEqual([endpoint.json, endpoint.params], [[1], {b: 1}]);
});

test('columns are merged per column and per hint, whether written as an object or as a list', () => {
	const {columns} = only({
		resource_defaults: {
			columns: {
				id: {data_type: 'bigint', nullable: false},
				amount: {type: 'decimal', precision: 10, scale: 2},
			},
		},
		resources: [
			{
				name: 'r',
				columns: [
					{name: 'amount', scale: 4},
					{name: 'tags', type: 'list', items: 'text'},
					{
						name: 'owner',
						type: 'struct',
						fields: {id: 'bigint', roles: {type: 'list', items: {type: 'struct', fields: [{name: 'role'}]}}},
					},
				],
			},
		],
	});
	assert.deepEqual(columns, [
		{name: 'id', data_type: 'bigint', nullable: false},
		{name: 'amount', data_type: 'decimal', precision: 10, scale: 4},
		{name: 'tags', data_type: 'list', items: {data_type: 'text'}},
		{
			name: 'owner',
			data_type: 'struct',
			fields: [
				{name: 'id', data_type: 'bigint'},
				{name: 'roles', data_type: 'list', items: {data_type: 'struct', fields: [{name: 'role'}]}},
			],
		},
	]);
});

test('the paginator of the endpoint goes first, then that of the defaults, then the client’s', () => {
	const client = {paginator: 'header_link'} as const;
	const defaults = {endpoint: {paginator: 'json_response'}} as const;
	const kinds = (given: Given) => resolve(given).map(({endpoint}) => endpoint.paginator.type);
	assert.deepEqual(
		kinds({
			client,
			resource_defaults: defaults,
			resources: [{name: 'a', endpoint: {paginator: 'single_page'}}, 'b'],
		}),
		['single_page', 'json_link'],
	);
	assert.deepEqual(kinds({client, resources: ['a']}), ['header_link']);
	assert.deepEqual(
		kinds({client, resource_defaults: defaults, resources: [{name: 'a', endpoint: {paginator: null}}]}),
		['header_link'],
	);
	assert.deepEqual(
		kinds({resource_defaults: defaults, resources: [{name: 'a', endpoint: {paginator: null}}]}),
		['auto'],
	);
});

test('paginators get the defaults of dlt, and a place in the body leaves no param', () => {
	const paginator = (given: NonNullable<ConfigInput['client']['paginator']>) =>
		only({client: {paginator: given}, resources: ['a']}).endpoint.paginator;
	assert.deepEqual(paginator('cursor'), {
		type: 'cursor',
		cursor_path: 'cursors.next',
		stop_after_empty_page: false,
		keep_params: false,
	});
	assert.deepEqual(paginator('json_link'), {
		type: 'json_link',
		next_url_path: 'next',
		keep_params: false,
	});
	assert.deepEqual(paginator('header_link'), {
		type: 'header_link',
		links_next_key: 'next',
		keep_params: false,
	});
	assert.deepEqual(paginator('header_cursor'), {
		type: 'header_cursor',
		cursor_key: 'next',
		cursor_param: 'cursor',
	});
	assert.deepEqual(paginator({type: 'page_number', base_page: 1}), {
		type: 'page_number',
		base_page: 1,
		page: 1,
		page_param: 'page',
		stop_after_empty_page: true,
	});
	const inBody = paginator({
		type: 'offset',
		limit: 5,
		offset_body_path: 'p.offset',
		limit_param: null,
		limit_body_path: 'p.limit',
	});
	assert.deepEqual(inBody.type === 'offset' && [inBody.offset_param, inBody.limit_param], [
		undefined,
		undefined,
	]);
});

test('a total_path that is left out differs from one that is given and from null', () => {
	const total = (given: object) => {
		const {paginator} = only({
			client: {paginator: {type: 'offset', limit: 1, ...given}},
			resources: ['a'],
		}).endpoint;
		return paginator.type === 'offset' ? paginator.total_path : 'another paginator';
	};
	assert.deepEqual(
		[total({}), total({total_path: 'total'}), total({total_path: null})],
		[undefined, 'total', null],
	);
});

test('auth of the endpoint replaces that of the client, null included; else it is the very object of the client', () => {
	const auth = {token: 'client-token'};
	const config = parseConfig({
		client: {base_url, auth},
		resource_defaults: null,
		resources: [
			'a',
			'b',
			{name: 'c', endpoint: {auth: null}},
			{name: 'd', endpoint: {auth: {type: 'api_key', api_key: 'key-of-d', location: 'param'}}},
		],
	});
	const [a, b, c, d] = resolveResources(config).map(({endpoint}) => endpoint.auth);
	assert.deepEqual(a, {type: 'bearer', token: 'client-token'});
	assert.equal(a, b);
	assert.equal(c, null);
	assert.deepEqual(d, {type: 'api_key', name: 'Authorization', api_key: 'key-of-d', location: 'query'});
});

// From dlt, whose rule this is.
const single: [path: string, result: boolean][] = [
	['u/{id}', true],
	['u/{id}/', true],
	['u/{id}?x=1', true],
	['u/{id}.json', true],
	['u/{resources.a.id}', true],
	['u/{a}/{b}', true],
	['u/{id}/list', false],
	['u', false],
	['{x}', true],
	['u/x{id}y', true],
	['u/{i d}', false],
	['u/{}', false],
	['u/{{id}}', true],
	['/', false],
];

for (const [path, result] of single) {
	test(`${path} leads to ${result ? 'one thing' : 'a list'}`, () =>
		assert.equal(isSingleEntity(path), result));
}

test('one thing is one page and the whole body, unless the endpoint or the defaults say otherwise', () => {
	const client = {paginator: 'header_link'} as const;
	const endpoint = {path: 'users/{id}', params: {id: 7}};
	const one = only({client, resources: [{name: 'a', endpoint}]}).endpoint;
	assert.deepEqual(
		[one.path, one.params, one.paginator, one.data_selector],
		['users/7', {}, {type: 'single_page'}, '$'],
	);
	const other = only({
		client,
		resource_defaults: {endpoint: {paginator: 'cursor'}},
		resources: [{name: 'a', endpoint: {...endpoint, data_selector: 'user'}}],
	}).endpoint;
	assert.deepEqual([other.paginator.type, other.data_selector], ['cursor', 'user']);
});

test('params that the path takes are encoded there and not sent; those of the defaults count', () => {
	const {endpoint} = only({
		resource_defaults: {endpoint: {params: {org: 'o p?#', state: 'open'}}},
		resources: [{name: 'r', endpoint: {path: '{org}/{repo}/issues', params: {repo: 'a/b', page: 1}}}],
	});
	assert.deepEqual([endpoint.path, endpoint.params], ['o%20p%3F%23/a/b/issues', {state: 'open', page: 1}]);
});

test('doubled braces become single in all that is sent, and in nothing else', () => {
	const {endpoint} = only({
		client: {headers: {'X-Client': '{{a}}'}},
		resources: [
			{
				name: 'r',
				endpoint: {
					path: 'r/{{x}}/y',
					params: {filter: '{{"a": {{"b": 1}}}}', list: ['{{}}', 1]},
					json: {query: '{{ users {{ id }} }}'},
					headers: {'X-Json': '{{}}'},
				},
			},
		],
	});
	assert.equal(endpoint.path, 'r/{x}/y');
	assert.deepEqual(endpoint.params, {filter: '{"a": {"b": 1}}', list: ['{}', 1]});
	assert.deepEqual(endpoint.json, {query: '{ users { id } }'});
	assert.deepEqual(endpoint.headers, {'X-Json': '{}'});
	assert.deepEqual(parseConfig({client: {base_url, headers: {A: '{{a}}'}}, resources: []}).client.headers, {
		A: '{{a}}',
	});
});

test('a method may be written in any case', () => {
	assert.equal(only({resources: [{name: 'r', endpoint: {method: 'Patch'}}]}).endpoint.method, 'PATCH');
});

test('the output format may name its compression', () => {
	const output = (given: ConfigInput['output']) =>
		parseConfig({client: {base_url}, resources: [], output: given}).output;
	// A database has a form of its own, so that only a format that is given counts.
	assert.deepEqual(output({}), {});
	assert.deepEqual(output({format: 'jsonl.gz', path: 'x'}), {
		path: 'x',
		format: 'jsonl',
		compression: 'gzip',
	});
	assert.deepEqual(output({format: 'csv', compression: 'none'}), {format: 'csv', compression: 'none'});
});

test('resolving changes nothing in the config', () => {
	const config = parseConfig({
		client: {base_url},
		resource_defaults: {endpoint: {params: {a: 1}}},
		resources: [{name: 'r', endpoint: {path: '{a}', json: {b: '{{}}'}}}],
	});
	const before = structuredClone(config);
	assert.deepEqual(resolveResources(config), resolveResources(config));
	assert.deepEqual(config, before);
});

test('defineConfig returns its argument, and the compiler checks it', () => {
	const config = {client: {base_url}, resources: ['a']};
	assert.equal(defineConfig(config), config);
	// @ts-expect-error a misspelt key
	defineConfig({client: {base_url, hedders: {}}, resources: []});
	// @ts-expect-error offset needs a limit
	defineConfig({client: {base_url, paginator: {type: 'offset'}}, resources: []});
	defineConfig({
		client: {base_url, paginator: {type: 'offset', limit: 1}},
		resources: [{name: 'a', columns: {id: 'bigint', tags: {type: 'list', items: 'text'}}}],
	});
});

test('how many requests are under way at once is no reason to begin a run anew', () => {
	const of = (client: {concurrency?: number}, more: {parallelized?: boolean} = {}) => {
		const config = parseConfig({
			client: {base_url, ...client},
			resources: ['users', {name: 'posts', ...more, endpoint: 'users/{resources.users.id}/posts'}],
		});
		const [users, posts] = resolveResources(config) as [ResolvedResource, ResolvedResource];
		return resourceFingerprint(posts, config, () => users);
	};
	const once = of({});
	assert.deepEqual(
		[of({concurrency: 5}), of({}, {parallelized: true}), of({concurrency: 1})],
		[once, once, once],
	);
});
