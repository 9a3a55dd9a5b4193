import {deepStrictEqual, ok, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import {workspace} from '../helpers/binary.ts';
import {type Route, startServer} from '../helpers/server.ts';
import {ids} from '../resource/walk.ts';

/** Forty parents on four pages; each child has one page of two rows. */
const routes: Route[] = [
	{
		path: '/users',
		respond: {
			fn: ({query}) => ({json: ids(0, 40).slice(Number(query.page) * 10, Number(query.page) * 10 + 10)}),
		},
	},
	...ids(0, 40).map(
		({id}): Route => ({
			path: `/users/${id}/posts`,
			respond: {fn: ({query}) => ({json: Number(query.page) === 0 ? ids(0, 2) : [], delay_ms: 2})},
		}),
	),
];

const config = (url: string): string => `
client: {base_url: "${url}", concurrency: 10, paginator: page_number}
resources:
  - users
  - {name: posts, endpoint: {path: "users/{resources.users.id}/posts"}}
`;

async function sluice(...words: string[]) {
	const server = await startServer(routes);
	await using place = await workspace({'sluice.yaml': config(server.url)});
	try {
		const ran = await place.sluice(words, {timeoutMs: 30_000});
		return {...ran, paths: server.requests.map(({path, query}) => `${path}?${query.page}`)};
	} finally {
		await server.close();
	}
}

test('while partitions fill the room, none of their pages are asked for ahead', async () => {
	const {code, paths, stderr} = await sluice('run', 'posts');
	strictEqual(code, 0, stderr);
	const posts = paths.filter(path => path.includes('/posts'));
	strictEqual(new Set(posts.filter(path => path.endsWith('?0') || path.endsWith('?1'))).size, 80);
	// Only the last ten leave room for pages ahead: at most 9 of the last one, 4 of each of the two before it,
	// and so on.
	ok(posts.length <= 115, `${posts.length} requests for 80`);
});

for (const words of [
	['preview', 'posts', '--limit', '1'],
	['read', 'posts', '--limit', '2'],
	['run', 'posts', '--limit', '2'],
]) {
	test(`${words.join(' ')} asks for nothing ahead, of no partition and of no parent`, async () => {
		const {code, paths, stderr} = await sluice(...words);
		strictEqual(code, 0, stderr);
		deepStrictEqual(paths, ['/users?0', '/users/0/posts?0']);
	});
}
