import {deepEqual, equal, match, rejects} from 'node:assert/strict';
import {test} from 'node:test';
import {Secret} from '../../src/core/secret.ts';
import type {RequestBody} from '../../src/http/request.ts';
import {workspace} from '../helpers/binary.ts';
import {startServer} from '../helpers/server.ts';
import {answers, get, serve, testClient, valueFrom} from '../http/server.ts';

const KEY = 'b0dy-k3y "of" the api';
const SHORT = 'p1n7';
new Secret(KEY);
new Secret(SHORT);

const bodies: readonly (readonly [string, RequestBody])[] = [
	['JSON', {json: {login: {key: KEY}}}],
	['a key of JSON', {json: {[KEY]: 1}}],
	['a word of JSON that is short', {json: [{pin: SHORT}]}],
	['a form', {form: [['key', `Token ${KEY}`]]}],
	['raw text', {raw: `<key>${KEY}</key>`}],
	['raw JSON', {raw: JSON.stringify({key: KEY})}],
];

for (const status of [307, 308]) {
	for (const [what, body] of bodies) {
		test(`a ${status} takes no secret in ${what} to another origin, and to a trusted one it does`, async test => {
			const foreign = await serve(test, answers([200, '["there"]']));
			const own = await serve(test, answers([status, '', {location: `${foreign.url}/there`}]));
			const api = testClient(test, {baseUrl: own.url});
			const request = get(`${own.url}/a`, {method: 'POST', body});
			await rejects(
				valueFrom(api, request),
				/its body has a secret, which http.* may not see.*client\.trusted_origins/,
			);
			equal(foreign.requests.length, 0);
			deepEqual(await valueFrom(api, {...request, trustedOrigins: [foreign.url]}), ['there']);
		});
	}
}

test('a redirect to another origin with the secret in its query or path is not followed; a body without one is', async test => {
	const foreign = await serve(test, answers([200, '["there"]']));
	for (const [path, part] of [
		[`/there?k=${encodeURIComponent(KEY)}`, 'query'],
		[`/${encodeURIComponent(KEY)}/there`, 'path'],
	]) {
		const own = await serve(test, answers([302, '', {location: `${foreign.url}${path}`}]));
		const api = testClient(test, {baseUrl: own.url});
		await rejects(valueFrom(api, get(`${own.url}/a`)), new RegExp(`its ${part} has a secret`));
	}
	equal(foreign.requests.length, 0);
	const own = await serve(test, answers([307, '', {location: `${foreign.url}/there`}]));
	const api = testClient(test, {baseUrl: own.url});
	const plain = get(`${own.url}/a`, {method: 'POST', body: {json: {page: 1, tag: 'p1n7s'}}});
	deepEqual(await valueFrom(api, plain), ['there']);
});

test('a next link to another origin does not take the secret of the body there', async () => {
	const other = await startServer([{method: 'POST', path: '/rows', respond: {json: {data: [{id: 2}]}}}]);
	const api = await startServer([
		{method: 'POST', path: '/rows', respond: {json: {data: [{id: 1}], next: `${other.url}/rows`}}},
	]);
	try {
		const run = async (more: object) => {
			const endpoint = {
				method: 'POST',
				json: {api_key: '$' + '{secrets.key}'},
				data_selector: 'data',
				paginator: {type: 'json_link'},
			};
			const config = {
				client: {base_url: api.url, ...more},
				resources: [{name: 'rows', endpoint}],
				output: {format: 'jsonl'},
			};
			await using place = await workspace({'sluice.json': JSON.stringify(config)});
			return await place.sluice(['run'], {env: {KEY: 'k3y-in-the-body'}});
		};
		const {code, stderr} = await run({});
		equal(code, 3, stderr);
		match(stderr, /its body has a secret, which http/);
		equal(other.requests.length, 0);
		equal((await run({trusted_origins: [other.url]})).code, 0);
		equal(other.requests.length, 1);
	} finally {
		await Promise.all([api.close(), other.close()]);
	}
});
