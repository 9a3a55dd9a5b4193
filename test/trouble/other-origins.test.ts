import {deepEqual, equal, match} from 'node:assert/strict';
import {test} from 'node:test';
import {workspace} from '../helpers/binary.ts';
import {startServer} from '../helpers/server.ts';

async function run(more: (other: string) => object, link = (other: string) => `${other}/rows?page=2`) {
	const guarded = {path: '/rows', match: {headers: {authorization: 'Bearer t0ken-abcdef'}}};
	const other = await startServer([
		{...guarded, respond: {json: {data: [{id: 2}]}}},
		{path: '/rows', respond: {status: 401, json: {error: 'no'}}},
	]);
	const api = await startServer([
		{...guarded, match: {...guarded.match, query: {page: '2'}}, respond: {json: {data: [{id: 2}]}}},
		{...guarded, respond: {json: {data: [{id: 1}], next: link(other.url)}}},
	]);
	try {
		const endpoint = {data_selector: 'data', paginator: {type: 'json_link'}};
		const client = {
			base_url: api.url,
			auth: {token: 't0ken-abcdef'},
			retry: {max_retries: 0},
			...more(other.url),
		};
		const config = {client, resources: [{name: 'rows', endpoint}], output: {format: 'jsonl'}};
		await using place = await workspace({'sluice.json': JSON.stringify(config)});
		return {
			...(await place.sluice(['run'])),
			asked: [api.requests.length, other.requests.length],
			from: api.url,
		};
	} finally {
		await Promise.all([api.close(), other.close()]);
	}
}

test('a next link to another origin is refused there, and the message says who led there and what to set', async () => {
	const {code, stderr, from} = await run(() => ({}));
	equal(code, 3);
	match(stderr, /answered 401.*client\.trusted_origins.*client\.rewrite_links: base_url/);
	const lost = await run(
		() => ({}),
		() => 'http://127.0.0.1:9/rows?page=2',
	);
	equal(lost.code, 3);
	match(
		lost.stderr,
		/cannot reach 127\.0\.0\.1:9.*A link or a redirect from http:\/\/127\.0\.0\.1:\d+ leads there/,
	);
	match(from, /^http:/);
});

test('an origin of trusted_origins gets the credentials', async () => {
	const {code, stderr, asked} = await run(other => ({trusted_origins: [other]}));
	deepEqual([code, asked], [0, [1, 1]], stderr);
});

test('with rewrite_links: base_url such a link is followed at the origin of base_url', async () => {
	for (const host of ['http://api.internal:8080', 'https://127.0.0.1']) {
		const {code, stderr, asked} = await run(
			() => ({rewrite_links: 'base_url'}),
			() => `${host}/rows?page=2`,
		);
		deepEqual([code, asked], [0, [2, 0]], stderr);
	}
});

test('max_body_bytes of a config bounds one answer, and the message names it', async () => {
	const api = await startServer([
		{path: '/rows', respond: {json: {data: [{id: 1, text: 'x'.repeat(5_000_000)}]}}},
	]);
	try {
		const client = {base_url: api.url, paginator: 'single_page', max_body_bytes: 100_000};
		const config = {client, resources: [{name: 'rows', endpoint: {data_selector: 'data'}}]};
		await using place = await workspace({'sluice.json': JSON.stringify(config)});
		const {code, stderr} = await place.sluice(['run']);
		equal(code, 1, stderr);
		match(stderr, /client\.max_body_bytes/);
	} finally {
		await api.close();
	}
});
