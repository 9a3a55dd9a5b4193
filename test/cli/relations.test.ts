import {deepEqual, equal, match} from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {workspace} from '../helpers/binary.ts';
import {config, rows, server, single} from './config.ts';

const users = single('users');
const posts = single('posts', {endpoint: {path: '/u/{resources.users.id}/posts'}});
const likes = single('likes', {endpoint: {path: '/p/{resources.posts.id}/likes'}});

test('run asks a parent once for itself and its children, and writes each to its folder', async () => {
	await using api = await server(
		rows('users', [{id: 1}, {id: 2}]),
		rows('u/1/posts', [{id: 10}]),
		rows('u/2/posts', [{id: 20}]),
		rows('p/10/likes', [{n: 1}]),
	);
	await using place = await workspace({'sluice.json': config(api.url, [likes, users, posts])});
	const {code, stderr} = await place.sluice(['run', '-f', 'jsonl']);
	equal(code, 0, stderr);
	deepEqual(
		api.requests.map(({path}) => path),
		['/users', '/u/1/posts', '/p/10/likes', '/u/2/posts', '/p/20/likes'],
	);
	match(stderr, /likes: 1 parent skipped: /);
	const files = (await place.visible()).filter(name => name.endsWith('.jsonl'));
	const texts = await Promise.all(files.map(name => readFile(join(place.path, name), 'utf8')));
	deepEqual(texts.sort(), ['{"id":10}\n{"id":20}\n', '{"id":1}\n{"id":2}\n', '{"n":1}\n']);
});

test('a child that fails leaves its parent to go on', async () => {
	const failing = {path: '/u/1/posts', respond: {status: 500}};
	await using api = await server(rows('users', [{id: 1}, {id: 2}]), failing);
	await using place = await workspace({'sluice.json': config(api.url, [users, posts, likes])});
	const {code, stderr} = await place.sluice(['run', '-f', 'jsonl']);
	equal(code, 5, stderr);
	equal((await place.visible()).filter(name => name.endsWith('.jsonl')).length, 1);
	equal(api.requests.length, 2);
});

test('read reads a child alone, and its limit stops the parent', async () => {
	await using api = await server(rows('users', [{id: 1}, {id: 2}]), rows('u/1/posts', [{id: 10}]), rows('u/2/posts', [{id: 20}]));
	await using place = await workspace({'sluice.json': config(api.url, [users, posts])});
	const {code, stdout} = await place.sluice(['read', 'posts', '--limit', '1']);
	deepEqual([code, stdout], [0, '{"id":10}\n']);
	equal(api.requests.length, 2);
});
