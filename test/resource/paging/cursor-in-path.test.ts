/** Cursors that are a segment of the path. */
import {deepStrictEqual, match, throws} from 'node:assert/strict';
import {test} from 'node:test';
import {cursor} from '../../../src/plugins/paginators/cursor.ts';
import {headerCursor} from '../../../src/plugins/paginators/header-cursor.ts';
import {readConfig} from '../../helpers/read-config.ts';
import {type Route, startServer} from '../../helpers/server.ts';

const pages = (first: string, second: string): Route[] => [
	{path: first, respond: {json: {data: [{id: 0}], cursors: {next: 'b/c'}}, headers: {next: 'b/c'}}},
	{path: second, respond: {json: {data: [{id: 1}]}}},
];

async function read(routes: readonly Route[], ...resources: object[]) {
	const server = await startServer(routes);
	try {
		const rows = await readConfig({client: {base_url: server.url}, resources});
		return {rows, urls: server.requests.map(({path, query}) => [path, query])};
	} finally {
		await server.close();
	}
}

for (const paginator of ['cursor', 'header_cursor']) {
	test(`${paginator} puts its cursor in the place of {cursor}, and leaves that segment out at first`, async () => {
		const {rows, urls} = await read(pages('/events', '/events/b%2Fc'), {
			name: 'events',
			endpoint: {path: 'events/{cursor}', params: {limit: 1}, data_selector: 'data', paginator},
		});
		deepStrictEqual(rows.events, [{id: 0}, {id: 1}]);
		deepStrictEqual(urls, [
			['/events', {limit: ['1']}],
			['/events/b%2Fc', {limit: ['1']}],
		]);
	});
}

test('the segment may hold more, stand in the middle, or be a parameter of the path', async () => {
	const second: Route = {path: '/b', match: {query: {at: 'b/c'}}, respond: {json: {data: [{id: 1}]}}};
	const {rows, urls} = await read(
		[...pages('/a/list', '/a/from-b%2Fc/list'), second, ...pages('/b', '')],
		{name: 'a', endpoint: {path: '/a/from-{cursor}/list', data_selector: 'data', paginator: 'cursor'}},
		{name: 'b', endpoint: {path: 'b?x=1&at={cursor}', data_selector: 'data', paginator: 'cursor'}},
	);
	deepStrictEqual(urls, [
		['/a/list', {}],
		['/a/from-b%2Fc/list', {}],
		['/b', {x: ['1']}],
		['/b', {x: ['1'], at: ['b/c']}],
	]);
	deepStrictEqual(rows, {a: [{id: 0}, {id: 1}], b: [{id: 0}, {id: 1}]});
});

test('of a child, each parent begins without a cursor', async () => {
	const {urls} = await read(
		[
			{path: '/users', respond: {json: [{id: 1}, {id: 2}]}},
			...pages('/users/1/posts', '/users/1/posts/b%2Fc'),
			...pages('/users/2/posts', '/users/2/posts/b%2Fc'),
		],
		{
			name: 'posts',
			endpoint: {
				path: 'users/{resources.users.id}/posts/{cursor}',
				data_selector: 'data',
				paginator: 'cursor',
			},
		},
		{name: 'users', endpoint: {paginator: 'single_page'}},
	);
	deepStrictEqual(
		urls.slice(0, 5).map(([path]) => path),
		['/users', '/users/1/posts', '/users/1/posts/b%2Fc', '/users/2/posts', '/users/2/posts/b%2Fc'],
	);
});

test('a param named cursor is a value like any other, and not the place of the paginator', async () => {
	const {urls} = await read([{path: '/r/x', respond: {json: [{id: 0}]}}], {
		name: 'r',
		endpoint: {path: 'r/{cursor}', params: {cursor: 'x'}, paginator: 'cursor'},
	});
	deepStrictEqual(urls, [['/r/x', {}]]);
});

test('a cursor that would lead elsewhere is an error', async () => {
	for (const next of ['..', {a: 1}]) {
		const failure = await read([{path: '/r', respond: {json: {data: [{id: 0}], cursors: {next}}}}], {
			name: 'r',
			endpoint: {path: 'r/{cursor}', data_selector: 'data', paginator: 'cursor'},
		}).catch(String);
		match(String(failure), /cannot stand in a path|cannot be the segment of the path/);
	}
});

test('a cursor goes to one place', () => {
	throws(
		() => cursor({cursorParam: 'a', cursorInPath: true}),
		/cursorInPath excludes cursor(Param|Header): the value is sent in one place/,
	);
	throws(
		() => headerCursor({cursorHeader: 'a', cursorInPath: true}),
		/cursorInPath excludes cursor(Param|Header): the value is sent in one place/,
	);
});
