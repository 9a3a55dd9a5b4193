import {deepStrictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import {readConfig} from '../helpers/read-config.ts';
import {startServer} from '../helpers/server.ts';

test('a 204 after pages with rows is an empty page, and ends the walk', async () => {
	const server = await startServer([
		{path: '/r', match: {query: {page: '0'}}, respond: {json: {data: [{id: 1}]}}},
		{path: '/r', match: {query: {page: '1'}}, respond: {status: 204}},
	]);
	try {
		const endpoint = {data_selector: 'data', paginator: {type: 'page_number'}};
		const rows = await readConfig({client: {base_url: server.url}, resources: [{name: 'r', endpoint}]});
		deepStrictEqual(rows, {r: [{id: 1}]});
	} finally {
		await server.close();
	}
});
