import {deepEqual, equal, match} from 'node:assert/strict';
import {test} from 'node:test';
import {workspace} from '../helpers/binary.ts';
import {type Route, startServer} from '../helpers/server.ts';

async function run(
	routes: readonly Route[],
	endpoint: object,
	more: object = {},
	verb: readonly string[] = ['run'],
) {
	const api = await startServer(routes);
	try {
		const client = {base_url: api.url, paginator: 'single_page', retry: {max_retries: 0}, ...more};
		const config = {client, resources: [{name: 'rows', endpoint}], output: {format: 'jsonl'}};
		await using place = await workspace({'sluice.json': JSON.stringify(config)});
		return {...(await place.sluice([...verb])), asked: api.requests.map(({path}) => path)};
	} finally {
		await api.close();
	}
}

const csv = (status: number, text: string): Route[] => [
	{path: '/rows', respond: {status, headers: {'content-type': 'text/csv'}, text}},
];

test('a rule for the body of a CSV or JSON Lines answer that came is refused by check, where it stands', async () => {
	for (const format of ['csv', 'jsonl', {type: 'csv', delimiter: ';'}]) {
		const rule = {content: 'quota', action: 'fail'};
		for (const [endpoint, client, where] of [
			[{format, response_actions: [rule]}, {}, 'resources[0].endpoint.response_actions[0].content'],
			[{format}, {response_actions: [rule]}, 'client.response_actions[0].content'],
			[
				{format, response_actions: [{json_path: 'a', status_code: [200, 429], action: 'fail'}]},
				{},
				'resources[0].endpoint.response_actions[0].json_path',
			],
			[
				{format, response_actions: [{status_code: 202, action: 'rate_limited', wait_regex: '\\d+'}]},
				{},
				'resources[0].endpoint.response_actions[0].wait_regex',
			],
		] as const) {
			const {code, stderr} = await run([], endpoint, client, ['check']);
			equal(code, 2, stderr);
			equal(stderr.includes(where), true, stderr);
			match(stderr, /row by row, and no rule sees it/);
		}
	}
	const fine = [
		{status_code: ['4xx', '5xx'], content: 'quota', action: 'fail'},
		{status_code: 202, action: 'rate_limited', wait_header: 'x-wait', wait_regex: '\\d+'},
	];
	const {code, stderr} = await run([], {format: 'csv', response_actions: fine}, {}, ['check']);
	equal(code, 0, stderr);
});

test('such a rule is a failure of the run where only the answer says that it is CSV', async () => {
	const rule = {content: 'quota', action: 'fail'};
	const {code, stderr} = await run(csv(200, 'id\n1\n'), {format: 'auto', response_actions: [rule]});
	equal(code, 3, stderr);
	match(stderr, /rows: GET .*read as they come, and response_actions cannot see its body/);
	const errors = {...rule, status_code: ['4xx', '5xx']};
	equal((await run(csv(200, 'id\n1\n'), {format: 'auto', response_actions: [errors]})).code, 0);
});

test('a rule about the body sees a huge JSON answer too, which is held for it, up to max_body_bytes', async () => {
	const filler = 'x'.repeat(100);
	const data = Array.from({length: 60_000}, (_, id) => ({id, filler}));
	const routes: Route[] = [{path: '/rows', respond: {json: {data, note: 'half of it is missing'}}}];
	const endpoint = {
		data_selector: 'data',
		response_actions: [{json_path: 'note', action: 'fail', message: 'Too bad'}],
	};
	const {code, stderr} = await run(routes, endpoint);
	equal(code, 3, stderr);
	match(stderr, /Too bad/);
	const other = {...endpoint, response_actions: [{status_code: '4xx', json_path: 'note', action: 'fail'}]};
	equal((await run(routes, other)).code, 0);
	const small = await run(routes, endpoint, {max_body_bytes: 5_000_000});
	equal(small.code === 0, false);
	match(small.stderr, /max_body_bytes/);
});

test('a JSON rule sees an error body of more than 16 KiB', async () => {
	const json = {trace: 'x'.repeat(40_000), error: {code: 'no_data'}};
	const rule = {status_code: 400, json_path: 'error.code', json_value: 'no_data', action: 'ignore'};
	const routes: Route[] = [{path: '/rows', respond: {status: 400, json}}];
	const {code, stderr} = await run(routes, {data_selector: 'data', response_actions: [rule]});
	equal(code, 0, stderr);
	const small = await run(
		routes,
		{data_selector: 'data', response_actions: [rule]},
		{max_body_bytes: 20_000},
	);
	equal(small.code, 3);
	match(small.stderr, /more than 20000 bytes, which response_actions cannot see.*max_body_bytes/s);
});

test('a rule for a redirect decides before it is followed, by its status, its header or its body', async () => {
	const routes: Route[] = [
		{path: '/rows', respond: {status: 302, headers: {location: '/moved'}, text: 'session expired'}},
		{path: '/moved', respond: {json: {data: [{id: 1}]}}},
	];
	for (const condition of [
		{status_code: '3xx'},
		{status_code: 302},
		{header: {location: '/moved$'}},
		{content: 'expired'},
	]) {
		const rule = {...condition, action: 'fail', message: 'Sign in again'};
		const {code, stderr, asked} = await run(routes, {data_selector: 'data', response_actions: [rule]});
		equal(code, 3, stderr);
		match(stderr, /answered 302.*Sign in again/);
		deepEqual(asked, ['/rows']);
	}
	const other = {status_code: 307, action: 'fail'};
	const followed = await run(routes, {data_selector: 'data', response_actions: [other]});
	deepEqual([followed.code, followed.asked], [0, ['/rows', '/moved']], followed.stderr);
});
