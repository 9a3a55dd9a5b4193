/** Incremental reading as a config says it: what is sent, what comes, and what is stored. */
import {deepStrictEqual, match, ok, rejects, strictEqual, throws} from 'node:assert/strict';
import {test} from 'node:test';
import {connection} from '../../src/config/compile/compile.ts';
import {resolveResources} from '../../src/config/compile/resolve.ts';
import type {JsonObject, JsonValue} from '../../src/core/json/json.ts';
import type {Cursor, JsonRecord, Page} from '../../src/core/page.ts';
import {parseConfig} from '../helpers/parse-config.ts';
import {type RecordedRequest, type Route, type ScriptedServer, startServer} from '../helpers/server.ts';

type States = {[resource: string]: JsonObject};

interface Run {
	readonly rows: {[resource: string]: JsonRecord[]};
	readonly pages: {[resource: string]: Page[]};
	readonly states: States;
	readonly requests: readonly RecordedRequest[];
	/** `/path?query`, in order. */
	readonly asked: readonly string[];
}

interface RunOptions {
	readonly states?: States;
	readonly cursor?: Cursor;
	readonly concurrency?: number;
	readonly names?: readonly string[];
}

async function run(
	routes: readonly Route[],
	resources: readonly object[],
	options: RunOptions = {},
): Promise<Run> {
	const {states = {}, cursor, concurrency = 1, names} = options;
	await using server = await scripted(routes);
	const client = {base_url: server.url, retry: {max_retries: 0}, concurrency};
	const defaults = {endpoint: {paginator: 'single_page', data_selector: '$'}};
	const config = parseConfig({client, resource_defaults: defaults, resources});
	const api = connection(config);
	const chosen = resolveResources(config).filter(({name}) => names?.includes(name) ?? true);
	const [first] = chosen;
	const pages: {[resource: string]: Page[]} = {};
	const after: States = {...states};
	try {
		const extractions =
			cursor !== undefined && first
				? [api.extraction(first, {typed: false, cursor, state: states[first.name] ?? {}})]
				: api.extractions(chosen, ({name}) => ({typed: false, ...(states[name] && {state: states[name]})}));
		const settled = await Promise.allSettled(
			extractions.map(async ({source}, i) => {
				const name = chosen[i]?.name ?? '';
				pages[name] = [];
				for await (const page of source as AsyncIterable<Page>) {
					pages[name].push(page);
					if (page.state) after[name] = {...after[name], ...page.state};
				}
			}),
		);
		for (const result of settled) if (result.status === 'rejected') throw result.reason;
	} finally {
		await api.close();
	}
	const rows = Object.fromEntries(
		Object.entries(pages).map(([name, all]) => [name, all.flatMap(({records}) => [...records])]),
	);
	const asked = server.requests.map(({path, query}) => {
		const text = Object.entries(query).flatMap(([key, values]) => values.map(value => `${key}=${value}`));
		return [path, ...(text.length > 0 ? [text.join('&')] : [])].join('?');
	});
	return {rows, pages, states: after, requests: server.requests, asked};
}

async function scripted(routes: readonly Route[]): Promise<ScriptedServer & AsyncDisposable> {
	const server = await startServer(routes);
	return {...server, [Symbol.asyncDispose]: () => server.close()};
}

const stored = (states: States): JsonObject => (states.r?.u ?? {}) as JsonObject;
const answers = (path: string, rows: readonly JsonValue[]): Route => ({path, respond: {json: rows}});

test('the start goes where the request has a place for it, and is left out while there is none', async () => {
	const resource = {
		name: 'r',
		endpoint: {
			method: 'POST',
			params: {since: '{incremental.start_value}', q: 'u>{incremental.start_value} {{x}}', fixed: '1'},
			headers: {'X-Since': '{incremental.start_value}'},
			json: {
				filter: {from: '{incremental.start_value}', all: true},
				list: ['{incremental.last_value}', 'a{{b'],
			},
			incremental: {cursor_path: 'u'},
		},
	};
	const route = {...answers('/r', [{u: 7}]), method: 'POST'};
	const first = await run([route], [resource]);
	deepStrictEqual(first.asked, ['/r?fixed=1']);
	deepStrictEqual(first.requests[0]?.json, {filter: {all: true}, list: ['a{b']});
	const second = await run([route], [resource], {states: first.states});
	deepStrictEqual(second.asked, ['/r?since=7&q=u>7 {x}&fixed=1']);
	deepStrictEqual(second.requests[0]?.json, {filter: {from: 7, all: true}, list: [7, 'a{b']});
	strictEqual(second.requests[0]?.headers['x-since'], '7');
	deepStrictEqual(second.rows.r, []);
});

test('a start that the path needs is asked for by name', async () => {
	const resource = {
		name: 'r',
		endpoint: {path: 'since/{incremental.start_value}/r', incremental: {cursor_path: 'u'}},
	};
	await rejects(run([], [resource]), /r: the path holds \{incremental\.start_value\}, .* set initial_value/);
	const withStart = {
		...resource,
		endpoint: {...resource.endpoint, incremental: {cursor_path: 'u', initial_value: 'a/b'}},
	};
	deepStrictEqual((await run([answers('/since/a%2Fb/r', [])], [withStart])).asked, ['/since/a%2Fb/r']);
});

test('times are written as the API wants them, the end rounded up', async () => {
	const incremental = {
		cursor_path: 'u',
		initial_value: '2024-01-01T10:30:00Z',
		end_value: '2024-01-02T10:30:00Z',
		cursor_format: 'epoch',
		start_param: 'from',
		end_param: 'to',
	};
	const rows = ['2024-01-01T10:00:00Z', '2024-01-01T11:00:00Z', '2024-01-02T11:00:00Z'].map(text => ({
		u: Date.parse(text) / 1000,
	}));
	const of = (more: object) =>
		run([answers('/r', rows)], [{name: 'r', endpoint: {incremental: {...incremental, ...more}}}]);
	const plain = await of({});
	deepStrictEqual(plain.asked, ['/r?from=1704105000&to=1704191400']);
	deepStrictEqual(plain.rows.r, [rows[1]]);
	deepStrictEqual((await of({format: 'date'})).asked, ['/r?from=2024-01-01&to=2024-01-03']);
	deepStrictEqual((await of({format: '%d.%m.%Y %H:%M'})).asked, [
		'/r?from=01.01.2024 10:30&to=02.01.2024 10:30',
	]);
	deepStrictEqual((await of({convert: (value: JsonValue) => `t${String(value)}`})).asked, [
		'/r?from=t1704105000&to=t1704191400',
	]);
	deepStrictEqual(plain.states, {}, 'a range with an end has no state');
});

test('windows follow one another without a gap, also when they are read at once, and the end of a run stays', async () => {
	const resource = {
		name: 'r',
		endpoint: {
			incremental: {
				cursor_path: 'u',
				initial_value: '2024-01-31',
				end_value: '2024-04-15',
				step: 'P1M',
				start_param: 'from',
				end_param: 'to',
			},
		},
	};
	// Every answer holds all rows: what is outside of the window is not taken.
	const days = [
		'2024-01-30',
		'2024-01-31',
		'2024-02-28',
		'2024-02-29',
		'2024-03-31',
		'2024-04-14',
		'2024-04-15',
	].map(u => ({u}));
	for (const concurrency of [1, 3]) {
		const {asked, rows} = await run([answers('/r', days)], [resource], {concurrency});
		deepStrictEqual([...asked].sort(), [
			'/r?from=2024-01-31&to=2024-02-29',
			'/r?from=2024-02-29&to=2024-03-31',
			'/r?from=2024-03-31&to=2024-04-15',
		]);
		deepStrictEqual(rows.r, days.slice(1, 6));
	}
});

test('where ranges are open at the start and closed at the end, so are windows', async () => {
	const incremental = {
		cursor_path: 'u',
		initial_value: 0,
		end_value: 4,
		step: 2,
		range_start: 'open',
		range_end: 'closed',
	};
	const {rows, pages} = await run(
		[
			answers(
				'/r',
				[0, 1, 2, 3, 4, 5].map(u => ({u})),
			),
		],
		[{name: 'r', endpoint: {incremental}}],
	);
	deepStrictEqual(
		pages.r?.map(({records}) => records.map(({u}) => u)),
		[
			[1, 2],
			[3, 4],
		],
	);
	strictEqual(rows.r?.length, 4);
});

test('where the API goes by another time than its rows show, rows before the start are taken, and the start stays', async () => {
	const resource = {
		name: 'r',
		endpoint: {incremental: {cursor_path: 'u', start_param: 'from', range_start: 'any'}},
	};
	const first = await run([answers('/r', [{u: 5}, {u: 7}])], [resource]);
	const second = await run([answers('/r', [{u: 5, comments: 1}, {u: 7}])], [resource], {
		states: first.states,
	});
	deepStrictEqual(second.asked, ['/r?from=7']);
	deepStrictEqual(second.rows.r, [{u: 5, comments: 1}]);
	const third = await run([answers('/r', [{u: 5, comments: 2}])], [resource], {states: second.states});
	deepStrictEqual(third.rows.r, [{u: 5, comments: 2}]);
	strictEqual(stored(third.states).last_value, 7);
});

test('without an end the last window holds the present day, and who resumes gets the windows of the run that began', async () => {
	const today = new Date().toISOString().slice(0, 10);
	const start = new Date(Date.now() - 3 * 86_400_000).toISOString().slice(0, 10);
	const resource = {
		name: 'r',
		endpoint: {
			incremental: {
				cursor_path: 'u',
				initial_value: start,
				step: 'P1D',
				start_param: 'from',
				end_param: 'to',
			},
		},
	};
	const routes = [answers('/r', [{u: today}])];
	const whole = await run(routes, [resource]);
	deepStrictEqual(whole.rows.r, [{u: today}]);
	deepStrictEqual(whole.states.r?.u, {last_value: today, hashes: stored(whole.states).hashes});
	// A run that began long ago, and was left after its first window.
	const run1 = {start_value: '2024-01-01', end_value: '2024-01-03'};
	const states = {r: {u: {run: run1}}};
	const cursor = {partition: {outer: 0, window: 1}};
	const resumed = await run([answers('/r', [])], [resource], {states, cursor});
	deepStrictEqual(resumed.asked, ['/r?from=2024-01-02&to=2024-01-03']);
	await rejects(
		run(routes, [resource], {cursor}),
		/r: the place to resume at is inside a run that the state knows nothing of/,
	);
});

const parent = {name: 'parents'};
const kids = {
	name: 'kids',
	endpoint: {
		path: 'p/{resources.parents.id}/kids',
		incremental: {cursor_path: 'u', initial_value: 0, start_param: 'since'},
	},
};

test('each parent has a start of its own, and a new one begins at the beginning', async () => {
	const kidsOf = (id: number, rows: readonly JsonValue[]): Route => answers(`/p/${id}/kids`, rows);
	const first = await run(
		[answers('/parents', [{id: 1}, {id: 2}]), kidsOf(1, [{u: 50}]), kidsOf(2, [{u: 7}])],
		[parent, kids],
		{
			concurrency: 2,
		},
	);
	deepStrictEqual(Object.keys(first.states.kids ?? {}), [
		'u {"resources.parents.id":1}',
		'u {"resources.parents.id":2}',
	]);
	const second = await run(
		[
			answers('/parents', [{id: 2}, {id: 3}, {id: 1}]),
			kidsOf(1, [{u: 50}]),
			kidsOf(2, [{u: 7}, {u: 9}]),
			kidsOf(3, [{u: 1}]),
		],
		[parent, kids],
		{states: first.states},
	);
	deepStrictEqual(second.asked, ['/parents', '/p/2/kids?since=7', '/p/3/kids?since=0', '/p/1/kids?since=50']);
	deepStrictEqual(second.rows.kids, [{u: 9}, {u: 1}]);
	deepStrictEqual(
		second.pages.kids?.map(({state}) => Object.keys(state ?? {})),
		[['u {"resources.parents.id":2}'], ['u {"resources.parents.id":3}'], []],
		'a page holds what it changes',
	);
});

test('a parent that is gone keeps its place, and others go on', async () => {
	const states = {kids: {'u {"resources.parents.id":1}': {last_value: 5}}};
	const routes = [answers('/parents', [{id: 1}, {id: 2}]), answers('/p/2/kids', [{u: 3}])];
	const {rows, states: after} = await run(routes, [parent, kids], {states});
	deepStrictEqual(rows.kids, [{u: 3}]);
	deepStrictEqual(after.kids?.['u {"resources.parents.id":1}'], {last_value: 5});
});

test('children ask for all rows of an incremental parent, also those that an earlier run brought', async () => {
	const parents = {name: 'parents', endpoint: {incremental: {cursor_path: 'id'}}};
	const child = {name: 'kids', endpoint: {path: 'p/{resources.parents.id}'}};
	const routes = [
		answers('/parents', [{id: 1}, {id: 2}]),
		answers('/p/1', [{k: 1}]),
		answers('/p/2', [{k: 2}]),
	];
	const first = await run(routes, [parents, child]);
	deepStrictEqual(first.asked, ['/parents', '/p/1', '/p/2'], 'one walk feeds both');
	const second = await run(routes, [parents, child], {states: first.states});
	deepStrictEqual([second.rows.parents, second.rows.kids], [[], [{k: 1}, {k: 2}]]);
});

test('a child of an incremental parent can be resumed in the middle of its parents', async () => {
	const parents = {
		name: 'parents',
		endpoint: {
			paginator: {type: 'page_number', total_path: 'pages'},
			data_selector: 'rows',
			incremental: {cursor_path: 'at', initial_value: '2024-01-01', step: 'P1M', end_value: '2024-03-01'},
		},
	};
	const child = {name: 'kids', endpoint: {path: 'p/{resources.parents.id}'}};
	const rows = [
		{id: 1, at: '2024-01-05'},
		{id: 2, at: '2024-01-06'},
		{id: 3, at: '2024-02-07'},
	];
	const routes: Route[] = [
		{
			path: '/parents',
			respond: {fn: ({query}) => ({json: {rows: [rows[Number(query.page?.[0])]], pages: 3}})},
		},
		...rows.map(({id}) => answers(`/p/${id}`, [{k: id}])),
	];
	for (const end of [parents.endpoint.incremental.end_value, null]) {
		const endpoint = {
			...parents.endpoint,
			incremental: {...parents.endpoint.incremental, end_value: end, step: end && 'P1M'},
		};
		const whole = await run(routes, [{...parents, endpoint}, child], {names: ['kids']});
		deepStrictEqual(whole.rows.kids, [{k: 1}, {k: 2}, {k: 3}]);
		for (const [i, page] of (whole.pages.kids ?? []).entries()) {
			const rest = await run(routes, [{...parents, endpoint}, child], {
				names: ['kids'],
				cursor: page.cursor ?? null,
			});
			deepStrictEqual(rest.rows.kids, whole.rows.kids?.slice(i + 1));
		}
	}
});

test('in the order of the rows no page is asked for beyond the range', async () => {
	const paged = (pages: readonly (readonly number[])[]): Route => ({
		path: '/r',
		respond: {
			fn: ({query}) => ({
				json: {rows: pages[Number(query.page?.[0])]?.map(u => ({u})) ?? [], pages: pages.length},
			}),
		},
	});
	const of = (incremental: object) => ({
		name: 'r',
		endpoint: {
			data_selector: 'rows',
			paginator: {type: 'page_number', total_path: 'pages'},
			incremental: {cursor_path: 'u', ...incremental},
		},
	});
	const down = await run(
		[
			paged([
				[9, 8],
				[7, 6],
				[5, 4],
			]),
		],
		[of({initial_value: 7, row_order: 'desc'})],
	);
	deepStrictEqual([down.requests.length, down.rows.r], [2, [{u: 9}, {u: 8}, {u: 7}]]);
	deepStrictEqual(
		down.pages.r?.map(({cursor}) => cursor === null),
		[false, true],
	);
	deepStrictEqual(
		down.pages.r?.map(({state = {}}) => stored({r: state}).last_value),
		[undefined, 9],
		'only at the end all rows before the highest are out',
	);
	const up = await run(
		[
			paged([
				[1, 2],
				[3, 4],
				[5, 6],
			]),
		],
		[of({initial_value: 2, end_value: 4, row_order: 'asc'})],
	);
	deepStrictEqual([up.requests.length, up.rows.r], [2, [{u: 2}, {u: 3}]]);
	const lowest = await run(
		[
			paged([
				[1, 2],
				[3, 4],
				[5, 6],
			]),
		],
		[of({initial_value: 3, row_order: 'asc', last_value_func: 'min'})],
	);
	deepStrictEqual([lowest.requests.length, lowest.rows.r], [2, [{u: 1}, {u: 2}, {u: 3}]]);
	strictEqual(stored(lowest.states).last_value, 1);
	await rejects(
		run([paged([[1, 3, 2]])], [of({row_order: 'asc'})]),
		/r: record 3 of page 1: its rows are not in row_order: the number 2 comes after the number 3; leave row_order out/,
	);
});

test('what goes wrong ahead, beyond the page that was enough, is of no interest', async () => {
	let failed = (): void => {};
	const failure = new Promise<void>(resolve => {
		failed = resolve;
	});
	const routes: Route[] = [
		{
			path: '/p/1',
			respond: {
				// The first one answers when the second has failed.
				async fn() {
					await failure;
					return {json: {rows: [{u: 5}, {u: 1}], pages: 9}};
				},
			},
		},
		{path: '/p/2', match: {query: {page: '0'}}, respond: {json: {rows: [{u: 6}, {u: 1}], pages: 9}}},
		{
			path: '/p/2',
			respond: {
				fn() {
					failed();
					return {status: 500, json: {}};
				},
			},
		},
	];
	const resource = {
		name: 'r',
		partitions: {n: [1, 2]},
		endpoint: {
			path: 'p/{partitions.n}',
			data_selector: 'rows',
			paginator: {type: 'page_number', total_path: 'pages'},
			incremental: {cursor_path: 'u', initial_value: 3, row_order: 'desc'},
		},
	};
	const {rows, asked} = await run(routes, [resource], {concurrency: 2});
	deepStrictEqual(rows.r, [{u: 5}, {u: 6}]);
	ok(asked.includes('/p/2?page=1'), 'it was asked for ahead');
});

test('a walk that learns from one more answer that it is over ends the run all the same', async () => {
	const routes: Route[] = [
		{path: '/r', match: {query: {page: '3'}}, respond: {status: 404, json: {detail: 'Invalid page.'}}},
		{path: '/r', respond: {fn: ({query}) => ({json: [{u: Number(query.page?.[0])}]})}},
	];
	const endpoint = {
		paginator: {type: 'page_number', base_page: 1, total_path: null},
		incremental: {cursor_path: 'u'},
	};
	const {pages, states} = await run(routes, [{name: 'r', endpoint}]);
	strictEqual(pages.r?.at(-1)?.cursor, null);
	strictEqual(stored(states).last_value, 2);
	ok(!('run' in stored(states)));
});

test('a row without a cursor value is refused, taken or left out', async () => {
	const rows = [{id: 1, u: 1}, {id: 2, u: null}, {id: 3}];
	const of = (on_cursor_value_missing: string) =>
		run(
			[answers('/r', rows)],
			[{name: 'r', endpoint: {incremental: {cursor_path: 'u', on_cursor_value_missing}}}],
		);
	deepStrictEqual((await of('include')).rows.r, rows);
	deepStrictEqual((await of('exclude')).rows.r, [rows[0]]);
	await rejects(
		of('raise'),
		/r: record 2 of page 1: no value at the cursor_path "u"; its fields: id, u\. Set on_cursor_value_missing/,
	);
});

test('a row that changed and changed back at the same cursor value comes through each time', async () => {
	const resource = {name: 'r', endpoint: {incremental: {cursor_path: 'u'}}, primary_key: 'id'};
	let states: States = {};
	const came: unknown[] = [];
	for (const v of ['a', 'b', 'b', 'a']) {
		const done = await run([answers('/r', [{id: 1, u: 5, v}])], [resource], {states});
		states = done.states;
		came.push(done.rows.r?.map(row => row.v).join());
	}
	deepStrictEqual(came, ['a', 'b', '', 'a']);
});

test('a lag of hours, of seconds, of days and of a number steps back, but not beyond the initial value', async () => {
	const since = async (last_value: JsonValue, incremental: object) => {
		const resource = {
			name: 'r',
			endpoint: {incremental: {cursor_path: 'u', start_param: 'since', ...incremental}},
		};
		const {requests} = await run([answers('/r', [])], [resource], {states: {r: {u: {last_value}}}});
		return requests[0]?.query.since?.[0];
	};
	strictEqual(await since('2024-01-05T10:00:00Z', {lag: 'PT6H'}), '2024-01-05T04:00:00Z');
	strictEqual(await since('2024-01-05T10:00:00+02:00', {lag: 90}), '2024-01-05T09:58:30+02:00');
	strictEqual(await since('2024-01-05', {lag: 1}), '2024-01-04');
	strictEqual(await since('2024-01-05', {lag: 'PT6H'}), '2024-01-04T18:00:00Z');
	strictEqual(await since('2024-01-05', {lag: 9, initial_value: '2024-01-01'}), '2024-01-01');
	strictEqual(await since(1704448800, {lag: 'PT1H', cursor_format: 'epoch'}), '1704445200');
	strictEqual(await since(10, {lag: 3, last_value_func: 'min'}), '13');
	for (const lag of [3600, 'PT1H']) {
		strictEqual(await since(1704448800, {lag, cursor_format: 'epoch'}), '1704445200');
		strictEqual(await since(1704448800000, {lag, cursor_format: 'epoch_ms'}), '1704445200000');
		strictEqual(await since('1704448800000', {lag, cursor_format: 'epoch_ms'}), '1704445200000');
		strictEqual(await since('05.01.2024 10:00', {lag, cursor_format: '%d.%m.%Y %H:%M'}), '05.01.2024 09:00');
		strictEqual(await since('2024-01-05 10', {lag, cursor_format: '%Y-%m-%d %H'}), '2024-01-05 09');
	}
	for (const lag of [7, 'P7D']) {
		strictEqual(await since('20240110', {lag, cursor_format: '%Y%m%d'}), '20240103');
		strictEqual(await since('10.01.2024', {lag, cursor_format: '%d.%m.%Y'}), '03.01.2024');
		strictEqual(await since('2024-01-10', {lag, cursor_format: 'date'}), '2024-01-03');
	}
	strictEqual(await since(1299999999999999997n, {lag: 7}), '1299999999999999990');
	await rejects(since(10, {lag: 'PT1H'}), /r: the number 10 is no time; say in cursor_format/);
});

test('a lag on texts that are no times is told before the first request, or by the first row', async () => {
	const lagging = (incremental: object) => ({
		name: 'r',
		endpoint: {incremental: {cursor_path: 'u', lag: 5, ...incremental}},
	});
	for (const known of [{initial_value: 'user-17'}, {initial_value: '100'}, {cursor_format: 'text'}])
		throws(
			() => parseConfig({client: {base_url: 'http://localhost'}, resources: [lagging(known)]}),
			/resources\[0\]\.endpoint\.incremental\.lag: a lag steps back from a number or a time, and the values are texts/,
		);
	const first = run([answers('/r', [{u: 'user-17'}])], [lagging({})]);
	await rejects(
		first,
		/r: the text "user-17" is neither a number nor a time, so a lag cannot .* leave out lag/,
	);
	const {rows} = await run([answers('/r', [{u: 'user-17'}])], [lagging({lag: 0})]);
	strictEqual(rows.r?.length, 1);
});

test('with distinct, a value has one start, whichever of several parents in turn it comes from', async () => {
	const parent = (name: string) => ({name, endpoint: {path: name}});
	const child = {
		name: 'r',
		distinct: true,
		endpoint: {path: 'r/{resources.posts|pages.id}', incremental: {cursor_path: 'u', start_param: 'since'}},
	};
	const resources = [parent('posts'), parent('pages'), child];
	const feed = (posts: number[], pages: number[]): Route[] => [
		answers(
			'/posts',
			posts.map(id => ({id})),
		),
		answers(
			'/pages',
			pages.map(id => ({id})),
		),
		...[1, 2].map(id => answers(`/r/${id}`, [{u: id * 10}])),
	];
	const asked = async (routes: Route[], states: States = {}) => {
		const done = await run(routes, resources, {states, names: ['r']});
		return {states: done.states, asked: done.asked.filter(path => path.startsWith('/r/'))};
	};
	const first = await asked(feed([1, 2], [2]));
	deepStrictEqual(first.asked, ['/r/1', '/r/2']);
	const second = await asked(feed([1], [2, 1]), first.states);
	deepStrictEqual(second.asked, ['/r/1?since=10', '/r/2?since=20']);
});

test('a parameter of type incremental is the older way to say it', async () => {
	const since = {type: 'incremental', cursor_path: 'u', initial_value: 3};
	const {asked, rows} = await run(
		[answers('/r', [{u: 2}, {u: 4}])],
		[{name: 'r', endpoint: {params: {since}}}],
	);
	deepStrictEqual([asked, rows.r], [['/r?since=3'], [{u: 4}]]);
});

test('all that is wrong is reported at once, each at its place', () => {
	const incremental = {cursor_path: 'u', initial_value: 5};
	const endpoints: object[] = [
		{incremental: {...incremental, end_value: 3}},
		{incremental: {cursor_path: 'u', step: 'P1D'}},
		{incremental: {...incremental, step: 10}},
		{incremental: {...incremental, step: '1 day'}},
		{incremental: {...incremental, format: '%q', convert: 'x'}},
		{incremental: {cursor_path: 'u', last_value_func: 'avg'}},
		{incremental: {cursor_path: 'u', last_value_func: (values: JsonValue[]) => values[0] ?? null, lag: 1}},
		{incremental, params: {since: '{incremental.start}'}},
		{params: {since: '{incremental.start_value}'}},
		{incremental, params: {a: {type: 'incremental', cursor_path: 'u'}}},
		{incremental: {...incremental, allow_external_schedulers: true}},
		{incremental: {...incremental, range_start: 'any', row_order: 'desc'}},
	];
	let message = '';
	try {
		parseConfig({
			client: {base_url: 'http://localhost'},
			resources: endpoints.map((endpoint, i) => ({name: `r${i}`, endpoint})),
		});
	} catch (error) {
		message = (error as Error).message;
	}
	const lines = message.split('\n');
	const expected = [
		/^resources\[0\]\.endpoint\.incremental\.end_value: 3 is before the initial value 5$/,
		/^resources\[1\]\.endpoint\.incremental\.step: windows need an initial value to begin at$/,
		/^resources\[2\]\.endpoint\.incremental\.step: windows of numbers need an end/,
		/^resources\[3\]\.endpoint\.incremental\.step: expected a duration such as P1D, P1M or PT6H, got "1 day"$/,
		/^resources\[4\]\.endpoint\.incremental\.format: %q is not known in a time/,
		/^resources\[4\]\.endpoint\.incremental\.convert: expected a function, which only a \.js config can hold$/,
		/^resources\[5\]\.endpoint\.incremental\.last_value_func: expected max, min, or a function/,
		/^resources\[6\]\.endpoint\.incremental\.lag: a lag steps back from a highest or a lowest value/,
		/^resources\[7\]\.endpoint\.params\.since: no \{incremental\.start\}; there are: \{incremental\.start_value\}/,
		/^resources\[8\]\.endpoint\.params\.since: \{incremental\.start_value\} needs incremental in the endpoint/,
		/^resources\[9\]\.endpoint\.params\.a: an endpoint has one incremental, and there is incremental already$/,
		/^resources\[10\]\.endpoint\.incremental\.allow_external_schedulers: not supported yet$/,
		/^resources\[11\]\.endpoint\.incremental\.range_start: any takes rows of any value, so it goes with no step/,
	];
	for (const pattern of expected)
		ok(
			lines.some(line => pattern.test(line)),
			`${pattern} in\n${message}`,
		);
});

test('a batch of parents has no start, and says so', () => {
	const batch = {...kids, batch: {size: 2}};
	let message = '';
	try {
		parseConfig({client: {base_url: 'http://localhost'}, resources: [parent, batch]});
	} catch (error) {
		message = (error as Error).message;
	}
	match(
		message,
		/resources\[1\]\.batch: a batch has several parents, each with a start of its own; leave out batch or incremental/,
	);
});
