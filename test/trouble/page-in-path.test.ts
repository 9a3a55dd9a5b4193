import {deepStrictEqual, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import {offset} from '../../src/plugins/paginators/offset.ts';
import {pageNumber} from '../../src/plugins/paginators/page-number.ts';
import {readConfig} from '../helpers/read-config.ts';
import {type Route, startServer} from '../helpers/server.ts';
import {ids, walkAt} from '../resource/walk.ts';

const archive = (last: number): Route[] =>
	Array.from({length: last + 1}, (_, i) => ({
		path: `/archive/${i + 1}`,
		respond: {json: i < last ? ids(i * 2, i * 2 + 2) : []},
	}));

const byOffset = (count: number): Route[] =>
	Array.from({length: count / 2 + 1}, (_, i) => ({
		path: `/list/${i * 2}/2`,
		respond: {json: ids(i * 2, Math.min(i * 2 + 2, count))},
	}));

async function read(routes: readonly Route[], ...resources: object[]) {
	const server = await startServer(routes);
	try {
		const rows = await readConfig({client: {base_url: server.url}, resources});
		return {rows, paths: server.requests.map(({path}) => path)};
	} finally {
		await server.close();
	}
}

test('page_number fills {page} in the path, and sends no parameter', async () => {
	const paginator = {type: 'page_number', base_page: 1};
	const {rows, paths} = await read(archive(3), {
		name: 'archive',
		endpoint: {path: '/archive/{page}', paginator},
	});
	deepStrictEqual(rows.archive, ids(0, 6));
	// The last one is asked for ahead.
	deepStrictEqual(paths.slice(0, 4), ['/archive/1', '/archive/2', '/archive/3', '/archive/4']);
});

test('offset fills {offset} and {limit} in the path', async () => {
	const endpoint = {path: '/list/{offset}/{limit}', paginator: {type: 'offset', limit: 2}};
	const {rows, paths} = await read(byOffset(4), {name: 'list', endpoint});
	deepStrictEqual(rows.list, ids(0, 4));
	deepStrictEqual(paths.slice(0, 3), ['/list/0/2', '/list/2/2', '/list/4/2']);
});

test('a param of the name goes first, as for any other placeholder', async () => {
	const endpoint = {
		path: '/archive/{page}',
		params: {page: 2},
		paginator: {type: 'page_number', maximum_page: 1},
	};
	const {paths} = await read(archive(3), {name: 'archive', endpoint});
	deepStrictEqual(paths, ['/archive/2']);
});

test('a child has its parent and its page in the path', async () => {
	const routes: Route[] = [{path: '/years', respond: {json: [{id: 7}]}}, ...archive(1)];
	const moved = routes.map(route => ({...route, path: route.path.replace('/archive/', '/7/archive/')}));
	const endpoint = {
		path: '/{resources.years.id}/archive/{page}',
		paginator: {type: 'page_number', base_page: 1},
	};
	const {rows} = await read(moved, 'years' as never, {name: 'archive', endpoint});
	deepStrictEqual(rows.archive, ids(0, 2));
});

test('pages in the path are asked for ahead, and a walk goes on from any of them', async () => {
	for (const [routes, paginator, path, count] of [
		[archive(5), pageNumber({basePage: 1, pageInPath: true}), 'archive/{page}', 10],
		[byOffset(10), offset({limit: 2, offsetInPath: true, limitInPath: true}), 'list/{offset}/{limit}', 10],
	] as const) {
		const server = await startServer(routes);
		try {
			const {pages, rows, message} = await walkAt(server.url, {path, paginator, concurrency: 3});
			deepStrictEqual([message, rows], ['', ids(0, count)]);
			for (const [index, {cursor}] of pages.entries()) {
				if (cursor == null) continue;
				const rest = await walkAt(server.url, {path, paginator, cursor});
				strictEqual(
					pages.slice(0, index + 1).flatMap(page => [...page.records]).length + rest.rows.length,
					count,
				);
			}
		} finally {
			await server.close();
		}
	}
});
