/** Parents whose own row counts children, and which got none. */
import {deepEqual, doesNotMatch, match} from 'node:assert/strict';
import {test} from 'node:test';
import {workspace} from '../helpers/binary.ts';
import {startServer} from '../helpers/server.ts';

const parents = [
	{id: 1, comments_count: 2},
	{id: 2, comments_count: 3},
	{id: 3, comments_count: 0},
];

async function ran(empty: number, endpoint: object = {}, rows: readonly object[] = parents) {
	const api = await startServer([
		{path: '/posts', respond: {json: {data: rows}}},
		...[1, 2, 3].map(id => ({
			path: `/posts/${id}/comments`,
			respond: {json: {data: id === empty || id === 3 ? [] : [{id: id * 10}]}},
		})),
	]);
	const config = {
		client: {base_url: api.url, paginator: 'single_page'},
		output: {format: 'jsonl'},
		resources: [
			{name: 'posts', endpoint: {path: '/posts', data_selector: 'data'}},
			{
				name: 'comments',
				endpoint: {path: '/posts/{resources.posts.id}/comments', data_selector: 'data', ...endpoint},
			},
		],
	};
	try {
		await using place = await workspace({'sluice.json': JSON.stringify(config)});
		return await place.sluice(['run']);
	} finally {
		await api.close();
	}
}

test('a parent that counts children and got none is told', async () => {
	const {code, stderr} = await ran(2);
	deepEqual(code, 0, stderr);
	match(stderr, /1 parent got no row and states that there are some \(posts, .*"comments_count" is 3\)/);
});

test('neither a count of 0 is told, nor a filter that may leave all children out, nor a parent that counts nothing', async () => {
	doesNotMatch((await ran(0)).stderr, /got no row/);
	doesNotMatch((await ran(2, {params: {state: 'open'}})).stderr, /got no row/);
	doesNotMatch(
		(await ran(2, {path: '/posts/{resources.posts.id}/comments?state=open'})).stderr,
		/got no row/,
	);
	const nested = parents.map(({id}) => ({id, children_count: 3}));
	doesNotMatch((await ran(2, {}, nested)).stderr, /got no row/);
	const bare = parents.map(({id}) => ({id, likes_count: 3}));
	doesNotMatch((await ran(2, {}, bare)).stderr, /got no row/);
});
