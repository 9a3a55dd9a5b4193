import {deepEqual, doesNotMatch, equal, match, throws} from 'node:assert/strict';
import {test} from 'node:test';
import type {PlainObject} from '../../../src/config/tree.ts';
import {accepted} from '../../../src/import/accepted.ts';
import {commented} from '../../../src/import/commented.ts';
import type {ImportedConfig} from '../../../src/import/imported-config.ts';
import {importPostman} from '../../../src/import/postman/postman.ts';

const schema = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';

function imported(item: unknown[], more: PlainObject = {}, baseUrl?: string): Promise<ImportedConfig> {
	const collection = {info: {name: 'Sample', schema}, item, ...more};
	return accepted(importPostman(collection, {from: 'sample.json', baseUrl}));
}

const get = (url: unknown, more: PlainObject = {}, name = 'List'): PlainObject => ({
	name,
	request: {method: 'GET', url, ...more},
});

const endpointsOf = ({resources}: ImportedConfig): PlainObject =>
	Object.fromEntries(resources.map(({resource}) => [resource.name, resource.endpoint]));

test('requests in folders become resources of one API, with what they share at the client', async () => {
	const whole = await imported(
		[
			{
				name: 'People',
				item: [
					get({
						raw: '{{baseUrl}}/v1/contacts?status=open',
						query: [
							{key: 'status', value: 'open'},
							{key: 'off', value: '1', disabled: true},
						],
					}),
					{name: 'Deep', item: [get('{{baseUrl}}/v1/companies')]},
				],
			},
			get('{{baseUrl}}/v1/deals', {header: [{key: 'X-Team', value: '7'}]}),
		],
		{
			auth: {type: 'bearer', bearer: [{key: 'token', value: '{{apiToken}}'}]},
			variable: [{key: 'baseUrl', value: 'https://api.example.com'}],
		},
	);
	deepEqual(whole.client, {
		base_url: 'https://api.example.com/v1',
		auth: {type: 'bearer', token: `$\{secrets.apitoken}`},
	});
	deepEqual(endpointsOf(whole), {
		contacts: {path: 'contacts', params: {status: 'open'}},
		companies: {path: 'companies'},
		deals: {path: 'deals', headers: {'X-Team': '7'}},
	});
	deepEqual(whole.leftOut, []);
});

test('a folder or a request may sign in another way, or not at all', async () => {
	const whole = await imported(
		[
			get('https://api.example.com/a'),
			get('https://api.example.com/b'),
			{
				name: 'Keys',
				auth: {type: 'apikey', apikey: {key: 'X-Key', value: 'key-1234', in: 'header'}},
				item: [get('https://api.example.com/c'), get('https://api.example.com/d', {auth: {type: 'noauth'}})],
			},
		],
		{
			auth: {
				type: 'basic',
				basic: [
					{key: 'username', value: 'jane'},
					{key: 'password', value: 'pass-1234'},
				],
			},
		},
	);
	deepEqual(whole.client.auth, {type: 'http_basic', username: 'jane', password: `$\{secrets.password}`});
	deepEqual(endpointsOf(whole), {
		a: {path: 'a'},
		b: {path: 'b'},
		c: {
			path: 'c',
			auth: {type: 'api_key', name: 'X-Key', api_key: `$\{secrets.api_key}`, location: 'header'},
		},
		d: {path: 'd', auth: null},
	});
	deepEqual(
		[...whole.secrets],
		[
			['password', 'pass-1234'],
			['api_key', 'key-1234'],
		],
	);
});

test('an unknown variable is one of the environment, and --base-url replaces that of the server', async () => {
	const items = [get('{{host}}/contacts?team={{teamId}}')];
	const whole = await imported(items);
	equal(whole.client.base_url, `$\{HOST}`);
	deepEqual(endpointsOf(whole), {contacts: {path: 'contacts', params: {team: `$\{TEAM_ID}`}}});
	equal((await imported(items, {}, 'https://api.example.com/')).client.base_url, 'https://api.example.com');
});

test('a parameter of the path comes from the list before it', async () => {
	const rows = {code: 200, body: JSON.stringify({data: [{id: 1}, {id: 2}], next_cursor: 'abc'})};
	const whole = await imported([
		{...get('https://api.example.com/users?cursor='), response: [rows]},
		get({raw: 'https://api.example.com/users/:userId/posts', variable: [{key: 'userId', value: '1'}]}),
		get('https://api.example.com/users/:userId'),
	]);
	deepEqual(endpointsOf(whole), {
		users: {
			path: 'users',
			data_selector: 'data',
			paginator: {type: 'cursor', cursor_path: 'next_cursor', cursor_param: 'cursor'},
		},
		posts: {path: 'users/{resources.users.id}/posts'},
	});
	equal(whole.resources[0]?.resource.primary_key, 'id');
	deepEqual(whole.leftOut, [{name: 'List', reason: 'its path is that of one row', isNoList: true}]);
});

test('bodies: JSON, a form and GraphQL', async () => {
	const post = (url: string, body: PlainObject, header: unknown = []): PlainObject => ({
		name: url,
		request: {method: 'POST', url: `https://api.example.com/${url}`, body, header},
	});
	const whole = await imported([
		post('search', {mode: 'raw', raw: '{"q": "a {b}", "page": 1}', options: {raw: {language: 'json'}}}),
		post('query', {
			mode: 'urlencoded',
			urlencoded: [
				{key: 'q', value: 'x'},
				{key: 'r', value: 'y', disabled: true},
			],
		}),
		post('graphql', {
			mode: 'graphql',
			graphql: {query: '{ users(after: $after) { id } }', variables: '{"after": null}'},
		}),
		post('contacts', {mode: 'raw', raw: '{"name": "new"}'}),
		post('list/files', {mode: 'formdata', formdata: []}),
	]);
	deepEqual(endpointsOf(whole), {
		search: {
			path: 'search',
			method: 'POST',
			json: {q: 'a {{b}}', page: 1},
			paginator: {type: 'page_number', base_page: 1, page_body_path: 'page'},
		},
		query: {path: 'query', method: 'POST', data: {q: 'x'}},
		users: {
			path: 'graphql',
			method: 'POST',
			json: {query: '{{ users(after: $after) {{ id }} }}', variables: {after: null}},
		},
	});
	deepEqual(
		whole.leftOut.map(({name, reason}) => [name, reason]),
		[
			['list/files', 'its body is of the kind formdata, which no config has'],
			['contacts', 'its method is POST, which may change data'],
		],
	);
});

test('no secret of the collection stands in the config', async () => {
	const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc';
	const whole = await imported(
		[
			get(`https://api.example.com/contacts?api_key=k-5678&sig={{signing}}`, {
				header: [
					{key: 'X-Session-Id', value: 'sess-1234'},
					{key: 'X-Trace', value: token},
					{key: 'Cookie', value: 'sid=cook-1234'},
				],
			}),
			get('https://api.example.com/bot1234567890abcdefghij0987654321/chats', {}, 'Chats'),
		],
		{variable: [{key: 'signing', value: 'sign-9999', type: 'secret'}]},
	);
	const text = commented(whole, {from: 'sample.json', source: 'postman'});
	for (const secret of ['k-5678', 'sign-9999', 'sess-1234', token, 'cook-1234', '0987654321'])
		doesNotMatch(text, new RegExp(secret));
	equal(whole.secrets.get('path_part'), 'bot1234567890abcdefghij0987654321');
	equal(whole.secrets.get('signing'), 'sign-9999');
});

test('what no config has is left out, and scripts are told of', async () => {
	const whole = await imported(
		[
			get('https://api.example.com/a?id={{$guid}}', {}, 'Random'),
			get('https://other.example.com/b', {}, 'Other'),
			get('https://api.example.com/c'),
			get('https://api.example.com/d'),
			{name: 'Remove', request: {method: 'DELETE', url: 'https://api.example.com/c/1'}},
		],
		{event: [{listen: 'prerequest', script: {exec: ['x']}}], auth: {type: 'hawk', hawk: []}},
	);
	deepEqual(
		whole.leftOut.map(({name}) => name),
		['Random', 'Remove', 'https://other.example.com'],
	);
	match(whole.remarks.join(), /scripts before requests are left out/);
	match(whole.resources[0]?.remarks.join() ?? '', /signing in by hawk is left out/);
});

test('v2.0 is read, and v1 is refused', async () => {
	const whole = await imported([{name: 'a', request: 'https://api.example.com/a'}], {
		auth: {type: 'basic', basic: {username: 'jane', password: '{{pass}}'}},
	});
	deepEqual(whole.client.auth, {type: 'http_basic', username: 'jane', password: `$\{secrets.pass}`});
	throws(() => importPostman({requests: []}, {from: 'old.json'}), /of v1: export it as v2\.1/);
});
