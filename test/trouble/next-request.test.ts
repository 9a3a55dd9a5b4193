import {deepStrictEqual, match, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import {type Ran, type Workspace, workspace} from '../helpers/binary.ts';
import {type RecordedRequest, type ScriptedServer, startServer} from '../helpers/server.ts';

const hits = Array.from({length: 7}, (_, n) => ({_id: `h${n}`}));

/**
 * A search that is posted once and then scrolled through. The server keeps the place; its scroll id stays, or
 * changes by page.
 */
async function search({
	changes = false,
	breaks = () => ({}),
}: {
	changes?: boolean;
	breaks?: (page: number) => object;
} = {}) {
	let at = 0;
	let page = 0;
	const answer = (): object => {
		const id = changes ? `s${++page}` : 's';
		const found = hits.slice(at, at + 2);
		at += 2;
		return {json: {_scroll_id: id, took: Math.random(), hits: {hits: found}}, ...breaks(at / 2)};
	};
	return startServer([
		{
			method: 'POST',
			path: '/index/_search',
			respond: {
				fn: ({query, json}: RecordedRequest) => {
					if (query.scroll?.[0] !== '1m' || (json as {size?: number}).size !== 2)
						return {status: 400, json: {error: 'bad search'}};
					at = 0;
					page = 0;
					return answer();
				},
			},
		},
		{
			method: 'POST',
			path: '/_search/scroll',
			respond: {
				fn: ({query, json}: RecordedRequest) => {
					const {scroll, scroll_id, ...others} = json as Record<string, string>;
					const isRight =
						scroll === '1m' && scroll_id?.startsWith('s') && Object.keys({...others, ...query}).length === 0;
					if (!isRight) return {status: 400, json: {error: 'bad scroll', json}};
					if (changes && scroll_id !== `s${page}`)
						return {status: 404, json: {error: `expired ${scroll_id}`}};
					return answer();
				},
			},
		},
	]);
}

const scroll = {
	path: 'index/_search',
	method: 'POST',
	params: {scroll: '1m'},
	json: {size: 2, query: {match_all: {}}},
	data_selector: 'hits.hits',
	paginator: {
		type: 'cursor',
		cursor_path: '_scroll_id',
		cursor_body_path: 'scroll_id',
		stop_after_empty_page: true,
		next_request: {path: '_search/scroll', json: {scroll: '1m'}},
	},
};

async function within(
	server: ScriptedServer,
	endpoint: object,
	retry: object,
	use: (place: Workspace) => Promise<void>,
) {
	const config = {
		// Nothing is asked for ahead of its turn, whatever is allowed.
		client: {base_url: server.url, retry, concurrency: 4},
		resources: [{name: 'hits', endpoint}],
		output: {format: 'jsonl', checkpoint: {rows: 1}},
	};
	await using place = await workspace({'sluice.json': JSON.stringify(config)});
	try {
		await use(place);
	} finally {
		await server.close();
	}
}

async function ids(place: Workspace): Promise<string[]> {
	const {stdout} = await place.shell('cat out/hits/*.jsonl');
	return stdout
		.trim()
		.split('\n')
		.map(line => JSON.parse(line)._id);
}

const all = hits.map(({_id}) => _id);
const succeeded = ({code, stderr}: Ran): void => strictEqual(code, 0, stderr);

for (const changes of [false, true])
	test(`a search is posted once and scrolled with another request, by a scroll id that ${changes ? 'changes' : 'stays'}`, async () => {
		const server = await search({changes});
		await within(server, scroll, {}, async place => {
			succeeded(await place.sluice(['run', '--strict']));
			deepStrictEqual(await ids(place), all);
			deepStrictEqual(
				server.requests.map(({path}) => path),
				['/index/_search', ...Array(4).fill('/_search/scroll')],
			);
			succeeded(await place.sluice(['run']));
			strictEqual((await ids(place)).length, 2 * all.length);
			strictEqual(server.requests[5]?.path, '/index/_search');
		});
	});

for (const changes of [false, true])
	test(`a walk that breaks in the middle goes on by the other request, with a scroll id that ${changes ? 'changes' : 'stays'}`, async () => {
		let isBroken = true;
		const inner = await search({changes});
		const server = await startServer([
			{
				method: 'POST',
				path: '/_search/scroll',
				respond: {
					fn: async ({json}) => {
						if (isBroken && inner.requests.length === 3) return {status: 400, json: {error: 'broken'}};
						return forward(inner, '/_search/scroll', json);
					},
				},
			},
			{
				method: 'POST',
				path: '/index/_search',
				respond: {fn: ({json}) => forward(inner, '/index/_search?scroll=1m', json)},
			},
		]);
		await within(server, {...scroll}, {max_retries: 0}, async place => {
			const first = await place.sluice(['run']);
			strictEqual(first.code, 3, first.stderr);
			isBroken = false;
			const second = await place.sluice(['run']);
			succeeded(second);
			deepStrictEqual(await ids(place), all);
			strictEqual(inner.requests.filter(({path}) => path === '/index/_search').length, 1);
			strictEqual(second.stderr.includes('a page may be missing'), !changes, second.stderr);
		});
		await inner.close();
	});

async function forward(server: ScriptedServer, path: string, json: unknown) {
	const answer = await fetch(`${server.url}${path}`, {
		method: 'POST',
		body: JSON.stringify(json),
		headers: {'content-type': 'application/json'},
	});
	return {status: answer.status, json: await answer.json()};
}

test('a page of a scroll that broke and is asked for again is told, and fails with --strict; a 429 is not', async () => {
	for (const [broken, isTold] of [
		[{reset_after: 10}, true],
		[{status: 429, json: {}, headers: {'retry-after': '0'}}, false],
	] as const) {
		let isFirst = true;
		const breaks = (page: number): object => {
			if (page !== 3 || !isFirst) return {};
			isFirst = false;
			return broken;
		};
		await within(await search({breaks}), scroll, {delay: 0.01}, async place => {
			const {code, stderr} = await place.sluice(['run', '--strict']);
			strictEqual(code, isTold ? 1 : 0, stderr);
			if (isTold) match(stderr, /page-asked-again/);
		});
	}
});

test('a server that ignores the cursor of next_request, and one that never ends, are found out', async () => {
	const same = {
		method: 'POST',
		path: '/again',
		respond: {fn: () => ({json: {cursor: 'c', took: Math.random(), rows: [{id: 1}]}})},
	};
	const paginator = {
		type: 'cursor',
		cursor_path: 'cursor',
		next_request: {path: 'again', method: 'POST', json: {}},
	};
	const start = {path: '/rows', respond: {json: {cursor: 'c', rows: [{id: 0}]}}};
	await within(
		await startServer([start, same]),
		{path: 'rows', data_selector: 'rows', paginator},
		{},
		async place => {
			const {code, stderr} = await place.sluice(['run']);
			strictEqual(code, 1, stderr);
			match(stderr, /the rows are the same as for cursor c/);
		},
	);
	const empty = {
		method: 'POST',
		path: '/again',
		respond: {fn: () => ({json: {cursor: 'c', took: Math.random(), rows: []}})},
	};
	await within(
		await startServer([start, empty]),
		{path: 'rows', data_selector: 'rows', paginator},
		{},
		async place => {
			const {code, stderr} = await place.sluice(['run']);
			strictEqual(code, 1, stderr);
			match(stderr, /set stop_after_empty_page: true/);
		},
	);
});

test('the cursor goes into the path of the next request, and links are followed with another method', async () => {
	const rows = (from: number) => [{_id: `h${from}`}, {_id: `h${from + 1}`}];
	const server = await startServer([
		{path: '/query', match: {query: {q: 'all'}}, respond: {json: {records: rows(0), locator: 'a/1'}}},
		{path: '/query/a%2F1', respond: {fn: ({query}) => ({json: {records: query.q ? [] : rows(2)}})}},
		{
			method: 'POST',
			path: '/find',
			match: {json: {status: 'open'}},
			respond: {json: {records: rows(4), next: '/find/2?token=t'}},
		},
		{
			path: '/find/2',
			respond: {fn: ({query, body}) => ({json: {records: query.token && body === '' ? rows(6) : []}})},
		},
	]);
	const byPath = {type: 'cursor', cursor_path: 'locator', next_request: {path: 'query/{cursor}'}};
	const query = {path: 'query', params: {q: 'all'}, data_selector: 'records', paginator: byPath};
	const link = {type: 'json_link', next_request: {method: 'GET'}};
	const find = {
		path: 'find',
		method: 'POST',
		json: {status: 'open'},
		data_selector: 'records',
		paginator: link,
	};
	const config = {
		client: {base_url: server.url},
		resources: [
			{name: 'query', endpoint: query},
			{name: 'find', endpoint: find},
		],
		output: {format: 'jsonl'},
	};
	await using place = await workspace({'sluice.json': JSON.stringify(config)});
	const ran = await place.sluice(['run', '--strict']);
	await server.close();
	succeeded(ran);
	const read = async (name: string) =>
		(await place.shell(`cat out/${name}/*.jsonl | grep -c _id`)).stdout.trim();
	deepStrictEqual([await read('query'), await read('find')], ['4', '4']);
});

test('what next_request cannot do is refused with its place', async () => {
	const check = async (endpoint: object) => {
		const config = {client: {base_url: 'http://127.0.0.1:1'}, resources: [{name: 'r', endpoint}]};
		await using place = await workspace({'sluice.json': JSON.stringify(config)});
		return (await place.sluice(['check'])).stderr;
	};
	const next_request = {path: 'x/{cursor}'};
	match(await check({paginator: {type: 'offset', limit: 1, next_request}}), /next_request/);
	match(await check({paginator: {type: 'json_link', next_request}}), /next_request\.path/);
	match(
		await check({paginator: {type: 'cursor', cursor_param: 'c', next_request}}),
		/\{cursor\} excludes cursor_param/,
	);
	match(
		await check({path: 'r/{cursor}', paginator: {type: 'cursor', next_request}}),
		/belongs into the path of next_request/,
	);
	const reference = {json: {a: '{resources.x.id}'}};
	match(
		await check({paginator: {type: 'cursor', next_request: reference}}),
		/\{resources\.x\.id\} is not known here/,
	);
});
