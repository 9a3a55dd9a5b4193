import {deepEqual, doesNotMatch, equal, match, throws} from 'node:assert/strict';
import {test} from 'node:test';
import type {PlainObject} from '../../../src/config/tree.ts';
import {accepted} from '../../../src/import/accepted.ts';
import {commented} from '../../../src/import/commented.ts';
import {importHar} from '../../../src/import/har/har.ts';
import type {ImportedConfig} from '../../../src/import/imported-config.ts';

interface Parts {
	readonly method?: string;
	readonly headers?: Record<string, string>;
	readonly body?: unknown;
	readonly answer?: unknown;
	readonly status?: number;
	readonly answered?: Record<string, string>;
	readonly mimeType?: string;
}

const named = (headers: Record<string, string> = {}): PlainObject[] =>
	Object.entries(headers).map(([name, value]) => ({name, value}));

function entry(
	url: string,
	{method = 'GET', headers, body, answer, status = 200, answered, mimeType}: Parts,
): object {
	return {
		request: {
			method,
			url,
			headers: named(headers),
			...(body !== undefined && {postData: {mimeType: 'application/json', text: JSON.stringify(body)}}),
		},
		response: {
			status,
			headers: named(answered),
			content: {mimeType: mimeType ?? 'application/json', text: JSON.stringify(answer)},
		},
	};
}

function imported(entries: object[], baseUrl?: string): Promise<ImportedConfig> {
	return accepted(importHar({log: {entries}}, {from: 'a.har', baseUrl}));
}

const endpointsOf = ({resources}: ImportedConfig): PlainObject =>
	Object.fromEntries(resources.map(({resource}) => [resource.name, resource.endpoint]));

const users = {
	data: [
		{id: 'u1', name: 'Ada'},
		{id: 'u2', name: 'Bob'},
	],
};
const api = 'https://api.example.com/v2';

test('requests that differ in their page are one resource', async () => {
	const whole = await imported([
		entry(`${api}/users?page=1&size=2&sort=name`, {answer: users}),
		entry(`${api}/users?page=2&size=2&sort=name`, {answer: users}),
	]);
	deepEqual(endpointsOf(whole), {
		users: {
			path: 'users',
			params: {sort: 'name', size: 2},
			data_selector: 'data',
			paginator: {type: 'page_number', base_page: 1},
		},
	});
	equal(whole.client.base_url, api);
	equal(whole.resources[0]?.resource.primary_key, 'id');
});

test('an offset, a cursor and a Link header are recognised', async () => {
	const whole = await imported([
		entry(`${api}/a?offset=0&limit=20`, {answer: users}),
		entry(`${api}/a?offset=20&limit=20`, {answer: users}),
		entry(`${api}/b?cursor=abc`, {answer: {...users, next_cursor: 'def'}}),
		entry(`${api}/c`, {answer: users.data, answered: {Link: `<${api}/c?p=2>; rel="next"`}}),
	]);
	deepEqual(endpointsOf(whole), {
		a: {path: 'a', data_selector: 'data', paginator: {type: 'offset', limit: 20}},
		b: {
			path: 'b',
			data_selector: 'data',
			paginator: {type: 'cursor', cursor_path: 'next_cursor', cursor_param: 'cursor'},
		},
		c: {path: 'c', data_selector: '$', paginator: 'header_link'},
	});
});

test('an id in the path is that of a parent whose rows have it', async () => {
	const whole = await imported([
		entry(`${api}/users`, {answer: users}),
		entry(`${api}/users/u1/posts`, {answer: [{id: 1}]}),
		entry(`${api}/users/u2/posts`, {answer: [{id: 2}]}),
		entry(`${api}/users/u1`, {answer: users.data[0]}),
	]);
	deepEqual(endpointsOf(whole), {
		users: {path: 'users', data_selector: 'data'},
		posts: {path: 'users/{resources.users.id}/posts', data_selector: '$'},
	});
	deepEqual(
		whole.leftOut.map(({reason}) => reason),
		['the answer is one object, and no list'],
	);
});

test('no secret of a request stands in the config', async () => {
	const headers = {
		Authorization: 'Bearer tok-12345678',
		Cookie: 'sid=cook-12345678; theme=dark',
		'X-CSRF-Token': 'csrf-12345678',
		'X-Client': 'a1b2c3d4e5f6a7b8c9d0e1f2a3b4',
		'sec-fetch-mode': 'cors',
	};
	const whole = await imported([
		entry(`${api}/users?access_token=par-12345678&q=open`, {headers, answer: users}),
		entry(`${api}/search`, {
			method: 'POST',
			headers,
			body: {q: 'x', session: {token: 'bod-12345678'}},
			answer: users,
		}),
	]);
	const text = commented(whole, {from: 'a.har', source: 'har'});
	for (const value of [...whole.secrets.values(), '12345678']) doesNotMatch(text, new RegExp(value));
	deepEqual([...whole.secrets.values()].sort(), [
		'a1b2c3d4e5f6a7b8c9d0e1f2a3b4',
		'bod-12345678',
		'csrf-12345678',
		'par-12345678',
		'sid=cook-12345678; theme=dark',
		'tok-12345678',
	]);
	doesNotMatch(text, /sec-fetch/);
	match(text, /cookie of a browser, which ends with its session/);
});

test('a token that begins all paths is a secret of the base URL', async () => {
	const bot = 'https://api.example.com/bot123456abcdef7890abcdef';
	const whole = await imported([
		entry(`${bot}/chats`, {answer: users}),
		entry(`${bot}/users`, {answer: users}),
	]);
	equal(whole.client.base_url, `https://api.example.com/$\{secrets.path_part}`);
});

test('the API with the most lists is imported, or the one that is named', async () => {
	const entries = [
		entry('https://ads.example.com/track', {answer: users}),
		entry(`${api}/users`, {answer: users}),
		entry(`${api}/posts`, {answer: users}),
		entry('https://www.example.com/', {mimeType: 'text/html', answer: '<html>'}),
		entry(`${api}/broken`, {status: 500, answer: users}),
	];
	const whole = await imported(entries);
	deepEqual(Object.keys(endpointsOf(whole)), ['users', 'posts']);
	deepEqual(
		whole.leftOut.map(({name, reason}) => `${name}: ${reason}`),
		[
			'2 of 5 requests: no answer in JSON',
			'https://ads.example.com: another API with one list: import it by --base-url https://ads.example.com',
		],
	);
	deepEqual(Object.keys(endpointsOf(await imported(entries, 'https://ads.example.com'))), ['track']);
});

test('pages in a JSON body are recognised', async () => {
	const whole = await imported([
		entry(`${api}/search`, {
			method: 'POST',
			body: {filter: {a: 1}, paging: {offset: 0, limit: 2}},
			answer: users,
		}),
		entry(`${api}/search`, {
			method: 'POST',
			body: {filter: {a: 1}, paging: {offset: 2, limit: 2}},
			answer: users,
		}),
	]);
	deepEqual(endpointsOf(whole), {
		search: {
			path: 'search',
			method: 'POST',
			json: {filter: {a: 1}, paging: {offset: 0, limit: 2}},
			data_selector: 'data',
			paginator: {
				type: 'offset',
				limit: 2,
				offset_body_path: 'paging.offset',
				limit_body_path: 'paging.limit',
			},
		},
	});
});

test('a choice among other values of a parameter is told', async () => {
	const {resources} = await imported([
		entry(`${api}/users?status=open`, {answer: users}),
		entry(`${api}/users?status=closed`, {answer: users}),
	]);
	match(resources[0]?.remarks.join() ?? '', /a choice: status is open, and other requests differ in it/);
});

test('a file of another kind is refused', () => {
	throws(() => importHar({}, {from: 'a.json'}), /a\.json is no HTTP archive/);
});
