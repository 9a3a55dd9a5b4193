/** The list of parents changes between a run that breaks off and the next one. */
import {deepStrictEqual, match, strictEqual} from 'node:assert/strict';
import {readdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {temporaryFolder} from '../helpers/folder.ts';
import {runHere} from '../helpers/run-here.ts';
import {type Route, startServer} from '../helpers/server.ts';

interface World {
	/** Ids of the parents, as they are now. */
	users: number[];
	/** While set, the second page of this parent's children fails. */
	broken: number | undefined;
	/** Parents that are gone while others still name them. */
	missing: number[];
}

const world = (users: number[]): World => ({users, broken: 3, missing: []});

/** Each parent has two pages of two children, which carry its id. */
function routes(state: World): Route[] {
	const posts = (user: number): Route => ({
		path: `/users/${user}/posts`,
		respond: {
			fn: ({query}) => {
				const page = Number(query.page?.[0]);
				if (state.missing.includes(user)) return {status: 404, json: {error: 'gone'}};
				if (state.broken === user && page === 1) return {status: 500, json: {error: 'down'}};
				const rows = [0, 1].map(i => ({
					id: user * 100 + page * 10 + i,
					user,
					at: user * 100 + page * 10 + i,
				}));
				return {json: page < 2 ? rows : []};
			},
		},
	});
	const users: Route = {
		path: '/users',
		respond: {
			fn: ({query}) => {
				const page = Number(query.page?.[0]);
				return {json: state.users.slice(page * 4, page * 4 + 4).map(id => ({id, name: `n${id}`}))};
			},
		},
	};
	return [users, ...Array.from({length: 20}, (_, i) => posts(i))];
}

const childOf: {readonly [kind: string]: string} = {
	plain: '{name: posts, include_from_parent: [id], endpoint: {path: "users/{resources.users.id}/posts"}}',
	parallel:
		'{name: posts, include_from_parent: [id], parallelized: true, endpoint: {path: ' +
		'"users/{resources.users.id}/posts"}}',
	distinct:
		'{name: posts, distinct: true, include_from_parent: [id], endpoint: {path: ' +
		'"users/{resources.users.id}/posts"}}',
	product:
		'{name: posts, include_from_parent: [id], partitions: {kind: [a]}, endpoint: {path: ' +
		'"users/{resources.users.id}/posts", params: {kind: "{partitions.kind}"}}}',
	incremental:
		'{name: posts, include_from_parent: [id], endpoint: {path: "users/{resources.users.id}/posts", ' +
		'incremental: {cursor_path: at, row_order: asc}}}',
};

async function twice(kind: string, key: string, before: World, change: (state: World) => void) {
	const server = await startServer(routes(before));
	const config = `
client: {base_url: "${server.url}", paginator: page_number, retry: {max_retries: 0}}
resources:
  - {name: users${key}}
  - ${childOf[kind]}
`;
	await using folder = await temporaryFolder();
	const path = join(folder.path, 'sluice.yaml');
	await writeFile(path, config);
	const runPosts = () => runHere(path, {resources: ['posts'], output: folder.path, format: 'jsonl'});
	try {
		const first = await runPosts();
		strictEqual(first.isOk, false, first.messages);
		before.broken = undefined;
		change(before);
		const second = await runPosts();
		const posts = join(folder.path, 'posts');
		const files = (await readdir(posts)).filter(name => name.endsWith('.jsonl'));
		const texts = await Promise.all(files.map(name => readFile(join(posts, name), 'utf8')));
		const rows = texts
			.flatMap(text => text.split('\n'))
			.filter(Boolean)
			.map(line => JSON.parse(line) as {id: number; user: number; _users_id: number});
		return {...second, rows, ids: rows.map(({id}) => id).toSorted((one, other) => one - other)};
	} finally {
		await server.close();
	}
}

const postsOf = (users: readonly number[]): number[] =>
	users.flatMap(user => [0, 1, 10, 11].map(i => user * 100 + i)).toSorted((one, other) => one - other);

const changes: {readonly [what: string]: readonly number[]} = {
	'one before it was deleted': [2, 3, 4, 5, 6],
	'one was added in front': [9, 1, 2, 3, 4, 5, 6],
	'the order is another': [6, 3, 1, 5, 2, 4],
	'nothing has changed': [1, 2, 3, 4, 5, 6],
};

for (const kind of ['plain', 'parallel', 'product', 'incremental']) {
	for (const key of ['', ', primary_key: id']) {
		for (const [what, users] of Object.entries(changes)) {
			test(`${kind}${key}: a child goes on with the parent it broke off at when ${what}`, async () => {
				const {rows, ids, isOk, messages} = await twice(kind, key, world([1, 2, 3, 4, 5, 6]), state => {
					state.users = [...users];
				});
				strictEqual(isOk, true, messages);
				const missing = postsOf([...new Set([1, 2, 3, 4, 5, 6, ...users])]).filter(id => !ids.includes(id));
				deepStrictEqual(missing, []);
				deepStrictEqual(ids, [...new Set(ids)], 'doubled');
				deepStrictEqual(
					rows.filter(row => row.user !== row._users_id),
					[],
				);
			});
		}
	}
}

for (const kind of ['plain', 'parallel', 'distinct', 'product', 'incremental']) {
	for (const [what, broken, users] of [
		['to an earlier page', 6, [4, 5, 6, 7, 8, 9, 10]],
		['to an earlier page, and others with it', 7, [6, 7, 8, 9, 10, 5]],
		['while the next one waits on an earlier page', 5, [2, 3, 4, 5, 6, 7, 8, 9, 10]],
		['out of a list that ends before its page by now', 9, [7, 8, 9, 10]],
	] as const) {
		test(`${kind}: no row is lost or doubled where the parent moved ${what}`, async () => {
			const before = {...world([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), broken};
			const {ids, isOk, messages} = await twice(kind, ', primary_key: id', before, state => {
				state.users = [...users];
			});
			strictEqual(isOk, true, messages);
			deepStrictEqual(
				postsOf(users).filter(id => !ids.includes(id)),
				[],
			);
			deepStrictEqual(ids, [...new Set(ids)], 'doubled');
		});
	}

	test(`${kind}: when the parent is gone, the others are read, and it is told`, async () => {
		const {rows, ids, isOk, messages} = await twice(
			kind,
			', primary_key: id',
			world([1, 2, 3, 4, 5, 6]),
			state => {
				state.users = [1, 2, 4, 5, 6];
			},
		);
		strictEqual(isOk, true, messages);
		deepStrictEqual(
			postsOf([1, 2, 4, 5, 6]).filter(id => !ids.includes(id)),
			[],
		);
		deepStrictEqual(
			rows.filter(row => row.user !== row._users_id),
			[],
		);
		match(
			messages,
			/the list of (users|parents) has changed since the run before broke off, and the (row of users|parent) at which it broke off is gone/,
		);
	});

	test(`${kind}: when the parent answers 404 by now, the others are read`, async () => {
		const {ids, isOk, messages} = await twice(kind, ', primary_key: id', world([1, 2, 3, 4, 5, 6]), state => {
			state.missing = [3];
		});
		strictEqual(isOk, true, messages);
		deepStrictEqual(
			postsOf([1, 2, 4, 5, 6]).filter(id => !ids.includes(id)),
			[],
		);
		match(messages, /1 (parent|combination) skipped: 1 answered 404/);
	});
}
