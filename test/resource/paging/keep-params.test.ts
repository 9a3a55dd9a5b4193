/** Links that keep the query parameters of the endpoint. */
import {deepStrictEqual, rejects} from 'node:assert/strict';
import {test} from 'node:test';
import {loadExpressions} from '../../../src/config/load/expressions.ts';
import {readConfig} from '../../helpers/read-config.ts';
import {type Route, startServer} from '../../helpers/server.ts';

async function read(routes: readonly Route[], endpoint: object) {
	await using server = await startServer(routes);
	const client = {base_url: server.url, concurrency: 1};
	const resources = [{name: 'events', endpoint: {data_selector: 'data', ...endpoint}}];
	await loadExpressions(resources[0] ?? {});
	const {events} = await readConfig({client, resources});
	return {
		ids: events?.map(({id}) => id),
		requests: server.requests.map(({path, query}) => [path, query]),
	};
}

const params = {fields: 'id', limit: 2};
const both = [
	['/events', {fields: ['id'], limit: ['2']}],
	['/events', {limit: ['1'], after: ['a'], fields: ['id']}],
];
const second: Route = {
	path: '/events',
	match: {query: {after: 'a'}},
	respond: {json: {data: [{id: 2}], next: null}},
};

test('a link of the body keeps the params that it does not name', async () => {
	const first: Route = {
		path: '/events',
		respond: {json: {data: [{id: 1}], next: '/events?limit=1&after=a'}},
	};
	const paginator = {type: 'json_link', keep_params: true};
	const {ids, requests} = await read([second, first], {params, paginator});
	deepStrictEqual(ids, [1, 2]);
	deepStrictEqual(requests, both);
});

test('a link of a header keeps the params that it does not name', async () => {
	const headers = {link: '</events?limit=1&after=a>; rel="next"'};
	const first: Route = {path: '/events', respond: {headers, json: {data: [{id: 1}]}}};
	const paginator = {type: 'header_link', keep_params: true};
	const {ids, requests} = await read([second, first], {params, paginator});
	deepStrictEqual(ids, [1, 2]);
	deepStrictEqual(requests, both);
});

test('without keep_params, a link is requested as it is', async () => {
	const first: Route = {
		path: '/events',
		respond: {json: {data: [{id: 1}], next: '/events?limit=1&after=a'}},
	};
	const {requests} = await read([second, first], {params, paginator: 'json_link'});
	deepStrictEqual(requests[1], ['/events', {limit: ['1'], after: ['a']}]);
});

test('a computed link may decide what the params of its page are', async () => {
	const routes: Route[] = [
		{path: '/v5/events', match: {query: {token: 't'}}, respond: {json: {data: [{id: 2}, {id: 3}]}}},
		{path: '/v5/events', match: {query: {idGreaterThan: '3'}}, respond: {json: {data: [{id: 4}]}}},
		{path: '/v5/events', respond: {json: {data: [{id: 0}, {id: 1}], next: '/v5/events?token=t'}}},
	];
	const {ids, requests} = await read(routes, {
		path: 'v5/events',
		params: {fields: 'id', order: '{expressions.order}'},
		expressions: {order: "{{ 'id' if not cursor or 'idGreaterThan' in cursor }}"},
		paginator: {
			type: 'cursor',
			cursor_value: "{{ response.next or '/v5/events?idGreaterThan=' ~ last_record.id }}",
			keep_params: true,
		},
		stop_when: '{{ response.data | length < 2 }}',
	});
	deepStrictEqual(ids, [0, 1, 2, 3, 4]);
	deepStrictEqual(requests, [
		['/v5/events', {fields: ['id'], order: ['id']}],
		['/v5/events', {token: ['t'], fields: ['id']}],
		['/v5/events', {idGreaterThan: ['3'], fields: ['id'], order: ['id']}],
	]);
});

test('keep_params excludes a parameter for the cursor, and a cursor that is no link', async () => {
	const first: Route = {path: '/events', respond: {json: {data: [{id: 1}], cursors: {next: 5}}}};
	const paginator = {type: 'cursor', keep_params: true};
	await rejects(read([first], {paginator: {...paginator, cursor_param: 'c'}}), /excludes cursor_param/);
	await rejects(read([first], {paginator}), /the cursor 5 is no link/);
});
