/** Parents that change between two runs: batches, several in turn, grandparents, distinct ones. */
import {deepStrictEqual, match, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import {workspace} from '../helpers/binary.ts';
import {type Respond, type Route, startServer} from '../helpers/server.ts';

/** Two rows on each of two pages; the second page of `broken` fails until it is mended. */
const children = (owner: string, state: {broken: string | undefined}): Respond => ({
	fn: ({query}) => {
		const page = Number(query.page?.[0]);
		if (state.broken === owner && page === 1) return {status: 500, json: {error: 'down'}};
		return {json: page < 2 ? [0, 1].map(i => ({id: `${owner}:${page}${i}`})) : []};
	},
});

const once = (rows: () => readonly unknown[]): Respond => ({
	fn: ({query}) => ({json: Number(query.page?.[0]) === 0 ? rows() : []}),
});

async function twice(routes: readonly Route[], resources: string, mend: () => void) {
	const server = await startServer(routes);
	const config =
		`client: {base_url: "${server.url}", paginator: page_number, retry: {max_retries: ` +
		`0}}\nresources:\n${resources}`;
	await using place = await workspace({'sluice.yaml': config});
	const words = ['run', 'posts', '--output', 'out', '--format', 'jsonl'];
	try {
		const first = await place.sluice(words);
		strictEqual(first.code === 0, false, first.stderr);
		mend();
		const second = await place.sluice(words);
		strictEqual(second.code, 0, second.stderr);
		const {stdout} = await place.shell('cat out/posts/*.jsonl');
		const rows = stdout.split('\n').filter(Boolean);
		return {stderr: second.stderr, ids: rows.map(line => String(JSON.parse(line).id)).toSorted()};
	} finally {
		await server.close();
	}
}

const idsOf = (...owners: string[]): string[] =>
	owners.flatMap(owner => ['00', '01', '10', '11'].map(suffix => `${owner}:${suffix}`)).toSorted();

const listOf = (ids: readonly number[]) => ids.map(id => ({id}));

test('a batch whose members have changed is read from its beginning', async () => {
	const state = {broken: '3,4' as string | undefined, users: [1, 2, 3, 4, 5]};
	const posts: Route = {
		path: '/posts',
		respond: {
			fn: request => {
				const {fn} = children(String(request.query.ids?.[0]), state) as {
					fn: (given: typeof request) => never;
				};
				return fn(request);
			},
		},
	};
	const {ids} = await twice(
		[{path: '/users', respond: once(() => listOf(state.users))}, posts],
		'  - {name: users, primary_key: id}\n  - {name: posts, batch: {size: 2}, endpoint: {path: posts, ' +
			'params: {ids: "{resources.users.id}"}}}\n',
		() => {
			state.broken = undefined;
			state.users = [1, 2, 3, 5, 4];
		},
	);
	// Of the batch that broke off, the first page had been stored.
	deepStrictEqual(
		[...new Set(ids)],
		idsOf('1,2', '3,4', '3,5', '4').filter(id => !id.startsWith('3,4:1')),
	);
});

test('of several parents in turn, the one that broke off goes on where it is now', async () => {
	const state = {broken: '12' as string | undefined, pages: [11, 12, 13]};
	const {ids} = await twice(
		[
			{path: '/users', respond: once(() => listOf([1, 2]))},
			{path: '/pages', respond: once(() => listOf(state.pages))},
			...[1, 2, 10, 11, 12, 13].map(
				(id): Route => ({path: `/posts/${id}`, respond: children(String(id), state)}),
			),
		],
		'  - users\n  - pages\n  - {name: posts, endpoint: {path: "posts/{resources.users|pages.id}", ' +
			'data_selector: $, paginator: page_number}}\n',
		() => {
			state.broken = undefined;
			state.pages = [10, 13, 11, 12];
		},
	);
	deepStrictEqual(ids, idsOf('1', '2', '10', '11', '12', '13'));
});

for (const [what, teams, users] of [
	['grandparents', [9, 7, 8], {7: [1, 2], 8: [3, 4], 9: [5]}],
	['parents', [7, 8], {7: [1, 2], 8: [6, 4, 3]}],
] as const) {
	test(`a grandchild goes on when its ${what} are others`, async () => {
		const state = {
			broken: '4' as string | undefined,
			teams: [7, 8] as readonly number[],
			users: {7: [1, 2], 8: [3, 4]} as Readonly<Record<number, readonly number[]>>,
		};
		const {ids} = await twice(
			[
				{path: '/teams', respond: once(() => listOf(state.teams))},
				...[7, 8, 9].map(
					(id): Route => ({path: `/teams/${id}/users`, respond: once(() => listOf(state.users[id] ?? []))}),
				),
				...[1, 2, 3, 4, 5, 6].map(
					(id): Route => ({path: `/users/${id}/posts`, respond: children(String(id), state)}),
				),
			],
			'  - {name: teams, primary_key: id}\n  - {name: users, primary_key: id, endpoint: {path: ' +
				'"teams/{resources.teams.id}/users"}}\n  - {name: posts, endpoint: {path: ' +
				'"users/{resources.users.id}/posts"}}\n',
			() => {
				state.broken = undefined;
				state.teams = teams;
				state.users = users;
			},
		);
		const wanted = idsOf(...teams.flatMap(id => ((users as typeof state.users)[id] ?? []).map(String)));
		deepStrictEqual(
			wanted.filter(id => !ids.includes(id)),
			[],
		);
		deepStrictEqual(ids, [...new Set(ids)], 'doubled');
	});
}

test('distinct goes on where the parent is now, and tells that it has moved', async () => {
	const state = {broken: '3' as string | undefined, users: [1, 1, 2, 3, 4]};
	const {ids, stderr} = await twice(
		[
			{path: '/users', respond: once(() => listOf(state.users))},
			...[1, 2, 3, 4].map(
				(id): Route => ({path: `/users/${id}/posts`, respond: children(String(id), state)}),
			),
		],
		'  - users\n  - {name: posts, distinct: true, endpoint: {path: "users/{resources.users.id}/posts"}}\n',
		() => {
			state.broken = undefined;
			state.users = [2, 3, 3, 4];
		},
	);
	deepStrictEqual(ids, idsOf('1', '2', '3', '4'));
	match(stderr, /distinct: the list of parents has changed since the run before broke off: /);
});
