/** Bodies without a character where JSON is expected. */
import {deepEqual, equal, match} from 'node:assert/strict';
import {test} from 'node:test';
import {config, server, single} from '../cli/config.ts';
import {workspace} from '../helpers/binary.ts';
import type {Route} from '../helpers/server.ts';

const headers = {'content-type': 'application/json'};
const blank = (path: string, text: string): Route => ({path, respond: {text, headers}});
const pages: Route = {
	path: '/pages',
	respond: {fn: ({query}) => (query.page?.[0] === '2' ? {text: '', headers} : {json: {data: [{id: 1}]}})},
};

test('a blank body with status 200 fails, and the message says how to allow it', async () => {
	await using api = await server(blank('/r', ''));
	await using place = await workspace({'sluice.json': config(api.url, [single('r')])});
	const {code, stderr} = await place.sluice(['run']);
	equal(code, 1);
	match(
		stderr,
		/answered 200 with an empty body\. If that means that there are no rows, set missing_rows: empty/,
	);
});

test('with missing_rows: empty a blank body is a page without rows, on the first page as at the end', async () => {
	await using api = await server(
		blank('/r', ''),
		blank('/lines', '\ufeff \r\n'),
		blank('/other', '{"data": [{"id": 1}]}'),
		pages,
	);
	const given = (name: string, endpoint: object = {}) =>
		single(name, {endpoint: {missing_rows: 'empty', ...endpoint}});
	const paginator = {type: 'page_number', base_page: 1, total_path: null};
	const resources = [
		given('r'),
		given('lines'),
		given('other', {format: 'auto'}),
		given('pages', {paginator}),
	];
	await using place = await workspace({'sluice.json': config(api.url, resources)});
	const {code, stderr} = await place.sluice(['run']);
	equal(code, 0, stderr);
	const rows = [...stderr.matchAll(/^(\w+): (\d+) rows?, /gm)].map(([, name, count]) => `${name} ${count}`);
	deepEqual(rows.sort(), ['lines 0', 'other 1', 'pages 1', 'r 0']);
});
