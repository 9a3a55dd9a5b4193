import {deepStrictEqual, ok, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import {processing, resourceOf, streamOf} from './imported.ts';

const custom = (type: string, name: string, rest: object = {}) => ({
	type,
	class_name: `source_declarative_manifest.components.${name}`,
	...rest,
});

const cursor = {datetime_format: '%Y%m%d', start_datetime: '19900101'};

const transformed = (requester: object, name: string) =>
	resourceOf({stream: {transformations: [custom('CustomTransformation', name)]}, requester} as object);

test('custom fields of Chargebee become a list', async () => {
	const {resource, said} = await transformed(
		{url_base: 'https://acme.chargebee.com/api/v2'},
		'CustomFieldTransformation',
	);
	deepStrictEqual(await processing(resource, {id: 1, cf_size: 'L', name: 'a', cf_n: null}), {
		id: 1,
		name: 'a',
		custom_fields: [
			{name: 'cf_size', value: 'L'},
			{name: 'cf_n', value: null},
		],
	});
	ok(said.some(text => text.includes('CustomFieldTransformation')));
});

test('times of PrestaShop that are not set are null', async () => {
	const {resource} = await transformed(
		{request_headers: {'Output-Format': 'JSON'}},
		'CustomFieldTransformation',
	);
	deepStrictEqual(
		await processing(resource, {
			id: 1,
			at: '0000-00-00 00:00:00',
			on: '2024-01-01',
			deep: {at: '0000-00-00'},
		}),
		{id: 1, at: null, on: '2024-01-01', deep: {at: null}},
	);
});

test('another API with a class of that name is left out', async () => {
	const {reason} = await transformed({}, 'CustomFieldTransformation');
	strictEqual(reason, 'Python: transformation');
});

test('records of Outreach have their attributes and the ids of their relations', async () => {
	const {resource, endpoint} = await resourceOf({
		requester: {url_base: 'https://api.outreach.io/api/v2'},
		selector: {extractor: custom('CustomRecordExtractor', 'CustomExtractor')},
	});
	strictEqual(endpoint.data_selector, 'data');
	deepStrictEqual(
		await processing(resource, {
			id: 1,
			type: 'call',
			attributes: {note: 'x'},
			relationships: {user: {data: {id: 5}}, tags: {data: [{id: 6}, {id: 7}]}, none: {data: null}},
		}),
		{note: 'x', id: 1, user: 5, tags: [6, 7]},
	);
});

test('an extractor takes what is inside a record, or makes rows of an object', async () => {
	const {resource} = await resourceOf({
		selector: {
			extractor: custom('CustomRecordExtractor', 'NullCheckedDpathExtractor', {
				field_path: ['data', '*'],
				nullable_nested_field: 'data',
			}),
		},
	});
	deepStrictEqual(await processing(resource, {id: 1, data: {id: 1, a: 2}}), {id: 1, a: 2});
	deepStrictEqual(await processing(resource, {id: 1, data: null}), {id: 1, data: null});
	const {endpoint} = await resourceOf({
		selector: {
			extractor: custom('CustomRecordExtractor', 'ObjectDpathExtractor', {
				field_path: ['Time Series'],
				inject_key_as_field: 'day',
			}),
		},
	});
	deepStrictEqual([endpoint.data_selector, endpoint.rows], ["['Time Series']", {from: 'object', key: 'day'}]);
});

test('a field that reads a value which no partition has is null, and the import says so', async () => {
	const {resource, said} = await resourceOf({
		stream: {
			transformations: [{type: 'AddFields', fields: [{path: ['team'], value: '{{ stream_slice.team }}'}]}],
		},
	});
	deepStrictEqual(await processing(resource, {id: 1}), {id: 1, team: null});
	deepStrictEqual(said, ['no partition has a value team, so a field that reads it is null']);
});

test('authenticators in Python become auth of the config', async () => {
	const auth = async (name: string, fields: object, url_base = 'https://api.example.com') =>
		(await resourceOf({requester: {url_base, authenticator: custom('CustomAuthenticator', name, fields)}}))
			.connector.config.client.auth;
	deepStrictEqual(
		await auth('CustomOauth2Authenticator', {
			token_refresh_endpoint: 'https://acme.okta.com/token',
			client_id: 'me',
			client_secret: 'word',
			refresh_token: 'r',
		}),
		{
			type: 'session',
			login: {
				url: 'https://me:word@acme.okta.com/token',
				data: {grant_type: 'refresh_token', refresh_token: 'r'},
			},
			token_path: 'access_token',
			send: {prefix: 'SSWS '},
		},
	);
	deepStrictEqual(
		await auth('CustomAuthenticator', {username: 'me', password: 'word'}, 'https://my.fastbill.com/api'),
		{type: 'http_basic', username: 'me', password: 'word'},
	);
});

test('times of Xero become times in ISO 8601, at any depth', async () => {
	const {resource, endpoint} = await resourceOf({
		requester: {url_base: 'https://api.xero.com/api.xro/2.0'},
		selector: {extractor: custom('CustomRecordExtractor', 'CustomExtractor', {field_path: ['Invoices']})},
	});
	strictEqual(endpoint.data_selector, 'Invoices');
	deepStrictEqual(
		await processing(resource, {
			UpdatedDateUTC: '/Date(1419937200000+0000)/',
			FullyPaidOnDate: '/Date(1419937200999)/',
			Lines: [{At: '/Date(1419937200000+0130)/', Before: '/Date(-1-0100)/'}],
			DateString: '2014-12-30T11:00:00',
			Name: 'Date(x)',
			Total: 1,
			Tags: ['/Date(0)/'],
		}),
		{
			UpdatedDateUTC: '2014-12-30T11:00:00+00:00',
			FullyPaidOnDate: '2014-12-30T11:00:00+00:00',
			Lines: [{At: '2014-12-30T12:30:00+00:00', Before: '1969-12-31T22:59:59+00:00'}],
			DateString: '2014-12-30T11:00:00',
			Name: 'Date(x)',
			Total: 1,
			Tags: ['/Date(0)/'],
		},
	);
});

test('Asana is asked for the fields of the schema, and for the ids of what is inside them', async () => {
	const properties = {
		gid: {type: 'string'},
		likes: {type: ['null', 'array'], items: {type: ['null', 'object']}},
		custom_fields: {type: ['null', 'array'], items: {type: 'object'}},
		memberships: {type: 'array', items: {type: 'object'}},
		tags: {type: 'array', items: {type: 'string'}},
		workspace: {type: ['null', 'object']},
	};
	const {endpoint, said} = await resourceOf({
		stream: {name: 'tasks', schema_loader: {type: 'InlineSchemaLoader', schema: {properties}}},
		requester: custom('CustomRequester', 'AsanaHttpRequester', {request_parameters: {project: 'p'}}),
	});
	deepStrictEqual(endpoint.params, {
		project: 'p',
		opt_fields: 'gid,likes.user.gid,custom_fields,memberships.(project|section).gid,tags,workspace.gid',
	});
	ok(said.some(text => text.includes('AsanaHttpRequester')));
});

test('the accounts of Pinterest are a list, or the account of the connection', async () => {
	const selectorAt = async (path: string) =>
		(
			await resourceOf({
				requester: {url_base: 'https://api.pinterest.com/v5/', path},
				selector: {extractor: custom('CustomRecordExtractor', 'AdAccountRecordExtractor')},
			})
		).endpoint.data_selector;
	deepStrictEqual([await selectorAt('ad_accounts'), await selectorAt('ad_accounts/1')], ['items', '$']);
});

test('reports of YouTube are read at the URLs that the API states, and the import asks for the job', async () => {
	const google = {
		type: 'OAuthAuthenticator',
		client_id: 'me',
		client_secret: 'word',
		refresh_token: 'r',
		token_refresh_endpoint: 'https://oauth2.googleapis.com/token',
	};
	const report = streamOf({
		stream: {name: 'report'},
		requester: custom('CustomRequester', 'JobRequester', {
			url_base: 'https://youtubereporting.googleapis.com/v1/',
			path: 'jobs',
			authenticator: google,
			$parameters: {report_type_id: 'channel_basic_a3'},
		}),
	});
	const parent = {
		type: 'ParentStreamConfig',
		parent_key: 'id',
		partition_field: 'id',
		extra_fields: [['downloadUrl']],
		incremental_dependency: true,
		stream: report,
	};
	const {resource, endpoint, said, reason} = await resourceOf({
		stream: {incremental_sync: {type: 'DatetimeBasedCursor', cursor_field: 'date', ...cursor}},
		retriever: {
			partition_router: {type: 'SubstreamPartitionRouter', parent_stream_configs: [parent]},
			decoder: custom('CustomDecoder', 'CustomDecoder'),
		},
		requester: custom('CustomRequester', 'ContentOwnerRequester', {
			url_base: "{{ stream_partition['extra_fields']['downloadUrl'] }}",
			path: undefined,
			authenticator: google,
			error_handler: {
				type: 'DefaultErrorHandler',
				response_filters: [
					{type: 'HttpResponseFilter', action: 'RETRY', predicate: "{{ response['code'] == 5 }}"},
				],
			},
		}),
		selector: {extractor: {field_path: []}},
		spec: {properties: {content_owner_id: {type: 'string'}}},
		options: {connection: {content_owner_id: 'co'}},
		others: [report],
	});
	strictEqual(reason, undefined);
	deepStrictEqual(endpoint, {
		path: '{resources.report.downloadUrl}',
		params: {onBehalfOfContentOwner: 'co'},
		format: 'csv',
		data_selector: '$',
		paginator: {type: 'single_page'},
		response_actions: [{status_code: ['4xx', '5xx'], json_path: 'code', json_value: 5, action: 'retry'}],
	});
	strictEqual(resource.write_disposition, 'merge', 'old reports vanish, and their rows stay');
	ok(said.some(text => text.startsWith('parent report: creates no reporting job')));
});

test('partitions are the ids of the connection, or else those of the parents', async () => {
	const parent = {
		type: 'ParentStreamConfig',
		parent_key: 'id',
		partition_field: 'form_id',
		stream: streamOf({stream: {name: 'forms'}, requester: {path: 'forms'}}),
	};
	const at = async (name: string, connection: object) =>
		resourceOf({
			requester: {path: 'forms/{{ stream_slice.form_id }}'},
			retriever: {
				partition_router: [custom('CustomPartitionRouter', name, {parent_stream_configs: [parent]})],
			},
			options: {connection: connection as never},
		});
	const {resource, endpoint} = await at('FormIdPartitionRouter', {form_ids: ['a', 'b']});
	deepStrictEqual(
		[resource.partitions, endpoint.path],
		[{form_id: ['a', 'b']}, '/forms/{partitions.form_id}'],
	);
	const {connector} = await at('FormIdPartitionRouter', {form_ids: []});
	const child = connector.config.resources.at(-1)?.endpoint as {path: string};
	strictEqual(child.path.replace(/^\//, ''), 'forms/{resources.forms.id}');
	strictEqual((await at('OrderIdsPartitionRouter', {})).reason, 'Python: partition router');
});

test('properties of pages of Notion become a list', async () => {
	const {resource} = await transformed({}, 'NotionPropertiesTransformation');
	deepStrictEqual(await processing(resource, {id: 1, properties: {a: {x: 1}, b: null}}), {
		id: 1,
		properties: [
			{name: 'a', value: {x: 1}},
			{name: 'b', value: null},
		],
	});
});
