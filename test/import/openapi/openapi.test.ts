import {deepEqual, equal, match, ok, throws} from 'node:assert/strict';
import {test} from 'node:test';
import {parse} from 'yaml';
import type {PlainObject} from '../../../src/config/tree.ts';
import {accepted, chosen} from '../../../src/import/accepted.ts';
import {commented} from '../../../src/import/commented.ts';
import type {ImportedConfig} from '../../../src/import/imported-config.ts';
import {importOpenApi, type OpenApiOptions} from '../../../src/import/openapi/import.ts';

const row = {
	type: 'object',
	required: ['id', 'name'],
	properties: {
		id: {type: 'integer'},
		name: {type: 'string'},
		updated_at: {type: 'string', format: 'date-time', nullable: true},
		tags: {type: 'array', items: {type: 'string'}},
	},
};

const query = (
	name: string,
	schema: PlainObject = {type: 'string'},
	more: PlainObject = {},
): PlainObject => ({
	name,
	in: 'query',
	schema,
	...more,
});

function listOf(schema: PlainObject, parameters: PlainObject[] = [], more: PlainObject = {}): PlainObject {
	return {
		get: {
			parameters,
			responses: {200: {content: {'application/json': {schema}}, ...(more.response as PlainObject)}},
			...(more.operation as PlainObject),
		},
	};
}

const inData = (fields: PlainObject = {}): PlainObject => ({
	type: 'object',
	properties: {data: {type: 'array', items: {$ref: '#/components/schemas/User'}}, ...fields},
});

function documentOf(paths: PlainObject, more: PlainObject = {}): PlainObject {
	return {
		openapi: '3.0.3',
		servers: [{url: 'https://api.example.com/v1/'}],
		paths,
		components: {schemas: {User: row}, ...(more.components as PlainObject)},
		...(more.root as PlainObject),
	};
}

async function imported(
	document: PlainObject,
	options: Partial<OpenApiOptions> = {},
): Promise<ImportedConfig> {
	return accepted(importOpenApi(document, {from: 'api.yaml', ...options}));
}

async function only(
	document: PlainObject,
	options?: Partial<OpenApiOptions>,
): Promise<{
	resource: PlainObject;
	endpoint: PlainObject;
	remarks: readonly string[];
	whole: ImportedConfig;
}> {
	const whole = await imported(document, options);
	deepEqual(whole.leftOut, []);
	const [first] = whole.resources;
	ok(first);
	return {
		resource: first.resource,
		endpoint: first.resource.endpoint as PlainObject,
		remarks: first.remarks,
		whole,
	};
}

test('a list becomes a resource with its rows, key and columns', async () => {
	const {resource, whole} = await only(documentOf({'/users': listOf(inData())}));
	deepEqual(resource, {
		name: 'users',
		primary_key: 'id',
		write_disposition: 'replace',
		endpoint: {path: 'users', data_selector: 'data'},
		columns: {id: 'bigint', name: 'text', updated_at: 'timestamp', tags: 'json'},
	});
	deepEqual(whole.client, {base_url: 'https://api.example.com/v1'});
});

test('required columns are required with --strict-nulls alone', async () => {
	const {resource} = await only(documentOf({'/users': listOf(inData())}), {isStrict: true});
	deepEqual(resource.columns, {
		id: {data_type: 'bigint', nullable: false},
		name: {data_type: 'text', nullable: false},
		updated_at: 'timestamp',
		tags: 'json',
	});
});

const size = query('per_page', {type: 'integer', maximum: 50});
const pagings: [
	said: string,
	parameters: PlainObject[],
	body: PlainObject,
	paginator: unknown,
	params?: object,
][] = [
	[
		'pages',
		[query('page', {type: 'integer', minimum: 0}), size],
		inData({total_pages: {type: 'integer'}}),
		{type: 'page_number', base_page: 0, total_path: 'total_pages'},
		{per_page: 50},
	],
	[
		'an offset',
		[query('$skip', {type: 'integer'}), query('$top', {type: 'integer'})],
		inData({meta: {type: 'object', properties: {total: {type: 'integer'}}}}),
		{type: 'offset', limit: 100, offset_param: '$skip', limit_param: '$top', total_path: 'meta.total'},
	],
	[
		'a cursor',
		[query('pageToken'), query('maxResults', {type: 'integer', default: 250})],
		inData({nextPageToken: {type: 'string'}}),
		{type: 'cursor', cursor_path: 'nextPageToken', cursor_param: 'pageToken'},
		{maxResults: 250},
	],
	[
		'the id of the last row',
		[query('starting_after'), query('limit', {type: 'integer'})],
		inData({has_more: {type: 'boolean'}}),
		{type: 'cursor', cursor_path: 'data[-1].id', cursor_param: 'starting_after', has_more_path: 'has_more'},
		{limit: 100},
	],
	[
		'a link',
		[],
		inData({links: {type: 'object', properties: {next: {type: 'string'}}}}),
		{type: 'json_link', next_url_path: 'links.next'},
	],
	['nothing known', [], inData(), undefined],
];
for (const [said, parameters, body, paginator, params] of pagings)
	test(`pages by names: ${said}`, async () => {
		const {endpoint} = await only(documentOf({'/users': listOf(body, parameters)}));
		deepEqual([endpoint.paginator, endpoint.params], [paginator, params]);
	});

test('a Link header is followed', async () => {
	const response = {headers: {Link: {schema: {type: 'string'}}}};
	const {endpoint} = await only(documentOf({'/users': listOf({type: 'array', items: row}, [], {response})}));
	deepEqual([endpoint.data_selector, endpoint.paginator], ['$', 'header_link']);
});

test('a parameter of the path comes from the list before it, or from the environment', async () => {
	const {resources} = await imported(
		documentOf({
			'/orgs/{org}/users': listOf(inData()),
			'/orgs/{org}/users/{userId}/posts': listOf(inData()),
			'/orgs/{org}/users/{userId}/posts/{post_id}/users': listOf(inData()),
		}),
	);
	deepEqual(
		resources.map(({resource: {name, endpoint}}) => [name, (endpoint as PlainObject).path]),
		[
			['orgs_users', `orgs/$\{ORG}/users`],
			['posts', `orgs/$\{ORG}/users/{resources.orgs_users.id}/posts`],
			['posts_users', `orgs/$\{ORG}/users/{resources.orgs_users.id}/posts/{resources.posts.id}/users`],
		],
	);
	match(resources[0]?.remarks.join() ?? '', /set ORG in the environment/);
});

test('operations without rows are left out, each with its reason', async () => {
	const {resources, leftOut} = await imported(
		documentOf({
			'/users': listOf(inData()),
			'/users/{id}': listOf({$ref: '#/components/schemas/User'}),
			'/logo': {get: {responses: {200: {content: {'image/png': {}}}}}},
			'/search': {post: {responses: {}}},
		}),
	);
	deepEqual(
		resources.map(({resource}) => resource.name),
		['users'],
	);
	deepEqual(leftOut, [
		{name: '/users/{id}', reason: 'the response is one object, and no list', isNoList: true},
		{name: '/logo', reason: 'the response is image/png, which has no rows', isNoList: true},
		{name: '/search', reason: 'it has no GET', isNoList: true},
	]);
});

test('without a schema each run finds the rows out', async () => {
	const {resource, remarks} = await only(documentOf({'/users': {get: {responses: {200: {}}}}}));
	deepEqual(resource.endpoint, {path: 'users'});
	match(remarks.join(), /each run finds out where the rows are/);
});

const schemes: [said: string, scheme: PlainObject, auth: unknown][] = [
	[
		'a key in a header',
		{type: 'apiKey', in: 'header', name: 'X-Key'},
		{type: 'api_key', name: 'X-Key', api_key: `$\{secrets.main_auth}`, location: 'header'},
	],
	['bearer', {type: 'http', scheme: 'bearer'}, {type: 'bearer', token: `$\{secrets.token}`}],
	[
		'a bearer token as an API key',
		{type: 'apiKey', in: 'header', name: 'Authorization', description: 'Bearer TOKEN'},
		{type: 'bearer', token: `$\{secrets.main_auth}`},
	],
	[
		'basic',
		{type: 'http', scheme: 'Basic'},
		{type: 'http_basic', username: `$\{secrets.username}`, password: `$\{secrets.password}`},
	],
	[
		'OAuth 2 of a program',
		{type: 'oauth2', flows: {clientCredentials: {tokenUrl: 'https://a.example/token', scopes: {}}}},
		{
			type: 'oauth2_client_credentials',
			access_token_url: 'https://a.example/token',
			client_id: `$\{secrets.client_id}`,
			client_secret: `$\{secrets.client_secret}`,
			access_token_request_data: {scope: 'read'},
		},
	],
	[
		'OAuth 2 of a person',
		{
			type: 'oauth2',
			flows: {
				authorizationCode: {
					authorizationUrl: 'https://a.example/sign-in',
					tokenUrl: 'https://a.example/token',
					scopes: {},
				},
			},
		},
		{
			type: 'oauth2_refresh_token',
			access_token_url: 'https://a.example/token',
			authorization_url: 'https://a.example/sign-in',
			client_id: `$\{secrets.client_id}`,
			client_secret: `$\{secrets.client_secret}`,
			refresh_token_file: 'refresh-token.json',
			scopes: ['read'],
		},
	],
];
for (const [said, scheme, auth] of schemes)
	test(`credentials: ${said}`, async () => {
		const {whole} = await only(
			documentOf(
				{'/users': listOf(inData())},
				{components: {securitySchemes: {mainAuth: scheme}}, root: {security: [{mainAuth: ['read']}]}},
			),
		);
		deepEqual(whole.client.auth, auth);
	});

test('an operation may need other credentials, or none', async () => {
	const {resources} = await imported(
		documentOf(
			{
				'/users': listOf(inData()),
				'/posts': listOf(inData()),
				'/open': listOf(inData(), [], {operation: {security: []}}),
				'/other': listOf(inData(), [], {operation: {security: [{b: []}]}}),
			},
			{
				components: {
					securitySchemes: {
						a: {type: 'http', scheme: 'bearer'},
						b: {type: 'apiKey', in: 'query', name: 'k'},
					},
				},
				root: {security: [{a: []}]},
			},
		),
	);
	deepEqual(
		resources.map(({resource}) => (resource.endpoint as PlainObject).auth),
		[undefined, undefined, null, {type: 'api_key', name: 'k', api_key: `$\{secrets.b}`, location: 'query'}],
	);
});

test('required parameters have the value of the document, or one of the environment', async () => {
	const {endpoint, remarks} = await only(
		documentOf({
			'/users': listOf(inData(), [
				query('kind', {type: 'string', enum: ['a', 'b']}, {required: true}),
				query('text', {type: 'string', default: 'x{y}'}, {required: true}),
				query('accountId', {type: 'string'}, {required: true}),
				query('optional'),
				{name: 'X-Version', in: 'header', required: true, schema: {type: 'string', default: '2'}},
			]),
		}),
	);
	deepEqual(endpoint.params, {kind: 'a', text: 'x{{y}}', accountId: `$\{ACCOUNT_ID}`});
	deepEqual(endpoint.headers, {'X-Version': '2'});
	match(remarks.join(), /a choice: kind is "a".*set ACCOUNT_ID in the environment/);
});

test('reading what is new is a suggestion in a comment', async () => {
	const whole = await imported(documentOf({'/users': listOf(inData(), [query('updated_since')])}));
	const text = commented(whole, {from: 'api.yaml', source: 'openapi'});
	match(text, /#\s+incremental:\n\s+#\s+cursor_path: updated_at\n\s+#\s+start_param: updated_since/);
	deepEqual(parse(text).resources[0].endpoint, {path: 'users', data_selector: 'data'});
});

test('Swagger 2 is read too', async () => {
	const {resource, whole} = await only({
		swagger: '2.0',
		host: 'api.example.com',
		basePath: '/v2',
		schemes: ['http', 'https'],
		securityDefinitions: {basic: {type: 'basic'}},
		security: [{basic: []}],
		definitions: {User: row},
		paths: {
			'/users': {
				get: {
					parameters: [{name: 'page', in: 'query', type: 'integer'}],
					responses: {200: {schema: {type: 'array', items: {$ref: '#/definitions/User'}}}},
				},
			},
		},
	});
	equal(whole.client.base_url, 'https://api.example.com/v2');
	deepEqual(resource.endpoint, {
		path: 'users',
		data_selector: '$',
		paginator: {type: 'page_number', base_page: 1},
	});
	equal(resource.primary_key, 'id');
});

test('a schema that refers to itself, and lists in allOf, are read', async () => {
	const page = {type: 'object', properties: {total: {type: 'integer'}}};
	const tree = {
		type: 'object',
		properties: {id: {type: 'string'}, parent: {$ref: '#/components/schemas/Tree'}},
	};
	const {resource} = await only(
		documentOf(
			{
				'/trees': listOf({
					allOf: [page, {properties: {items: {type: 'array', items: {$ref: '#/components/schemas/Tree'}}}}],
				}),
			},
			{components: {schemas: {Tree: tree}}},
		),
	);
	deepEqual(resource.columns, {id: 'text', parent: 'json'});
	equal((resource.endpoint as PlainObject).data_selector, 'items');
});

test('chosen resources come with their parents', async () => {
	const whole = importOpenApi(
		documentOf({
			'/users': listOf(inData()),
			'/users/{id}/posts': listOf(inData()),
			'/other': listOf(inData()),
		}),
		{from: 'api.yaml'},
	);
	const {config, unknown} = chosen(whole, ['posts', 'nothing']);
	deepEqual(
		config.resources.map(({resource}) => resource.name),
		['users', 'posts'],
	);
	deepEqual(unknown, ['nothing']);
});

test('a document of another kind is refused', () => {
	throws(
		() => importOpenApi({info: {}}, {from: 'a.json'}),
		/a\.json is no OpenAPI document.*there is neither/,
	);
	throws(() => importOpenApi({openapi: '4.0'}, {from: 'a.json'}), /got 4\.0/);
});
