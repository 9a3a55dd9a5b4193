import {deepStrictEqual, ok, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import {processing, resourceOf} from './imported.ts';

const custom = (type: string, name: string, rest: object = {}) => ({
	type,
	class_name: `source_declarative_manifest.components.${name}`,
	...rest,
});

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

test('times of PrestaShop that are not set are left out', async () => {
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
		{id: 1, on: '2024-01-01', deep: {}},
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
