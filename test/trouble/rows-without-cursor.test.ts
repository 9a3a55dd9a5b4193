/** Rows without a cursor value, and windows whose bounds are not what they seem. */
import {deepEqual, doesNotMatch, equal, match} from 'node:assert/strict';
import {test} from 'node:test';
import {workspace} from '../helpers/binary.ts';
import {type RecordedRequest, type Route, startServer} from '../helpers/server.ts';

type Rows = (request: RecordedRequest, run: number) => readonly object[];

async function runs(
	rows: Rows,
	incremental: object,
	{resource = {}, others = [] as object[], routes = [] as Route[], times = 1} = {},
) {
	let run = 0;
	const api = await startServer([
		...routes,
		{path: '/r', respond: {fn: request => ({json: rows(request, run)})}},
	]);
	const config = {
		client: {base_url: api.url, paginator: {type: 'page_number', base_page: 1, total_path: null}},
		output: {format: 'jsonl'},
		resources: [
			...others,
			{name: 'r', endpoint: {path: 'r', incremental: {cursor_path: 'at', ...incremental}}, ...resource},
		],
	};
	try {
		await using place = await workspace({'sluice.json': JSON.stringify(config)});
		const check = await place.sluice(['check']);
		const ran = [];
		for (; run < times; run++) ran.push(await place.sluice(['run']));
		return {check, ran, requests: api.requests};
	} finally {
		await api.close();
	}
}

const onPage =
	(...pages: (readonly object[])[]): Rows =>
	({query}) =>
		pages[Number(query.page?.[0] ?? 1) - 1] ?? [];

const weeks = {
	initial_value: '2024-01-01',
	end_value: '2024-03-01',
	step: 'P1W',
	on_cursor_value_missing: 'include',
};

test('a row without the field comes once, beside rows that have dates, however many windows there are', async () => {
	const rows = onPage([{id: 1, at: '2024-01-02'}, {id: 2}, {id: 3, at: null}, {id: 4, at: '2024-02-27'}]);
	const [first] = (await runs(rows, weeks)).ran;
	match(first?.stderr ?? '', /^r: 4 rows, /m);
	equal(first?.code, 0);
});

test('rows without a value that stand behind all others are read, in any order that the API promises', async () => {
	const range = {initial_value: '2024-01-01', end_value: '2024-02-01', on_cursor_value_missing: 'include'};
	const pages = [
		[
			{id: 1, at: '2024-01-02'},
			{id: 2, at: '2024-03-01'},
		],
		[{id: 3, at: null}],
	];
	match((await runs(onPage(...pages), {...range, row_order: 'asc'})).ran[0]?.stderr ?? '', /^r: 2 rows, /m);
	const back = [
		[
			{id: 2, at: '2024-01-03'},
			{id: 1, at: '2023-01-02'},
		],
		[{id: 3, at: null}],
	];
	match((await runs(onPage(...back), {...range, row_order: 'desc'})).ran[0]?.stderr ?? '', /^r: 2 rows, /m);
	match(
		(await runs(onPage(...back), {...range, on_cursor_value_missing: 'exclude', row_order: 'desc'})).ran[0]
			?.stderr ?? '',
		/1 request/,
	);
});

test('counts since 1970 as texts go with an ISO start', async () => {
	const day = (date: string): string => String(Date.parse(date) / 1000);
	const rows: Rows = (_, run) => [
		{id: 1, at: day('2024-01-01')},
		{id: 2, at: day('2024-02-01')},
		...(run > 0 ? [{id: 3, at: day('2024-03-01')}] : []),
	];
	const incremental = {cursor_format: 'epoch', initial_value: '2024-01-15T00:00:00Z', start_param: 'from'};
	const single = {
		resource: {
			endpoint: {path: 'r', paginator: 'single_page', incremental: {cursor_path: 'at', ...incremental}},
		},
		times: 2,
	};
	const {ran, requests} = await runs(rows, incremental, single);
	match(ran[0]?.stderr ?? '', /^r: 1 row, /m);
	match(ran[1]?.stderr ?? '', /^r: 1 row, /m);
	deepEqual(
		requests.map(({query}) => query.from?.[0]),
		[day('2024-01-15'), day('2024-02-01')],
	);
});

test('months begin where the clock of the start says, and a 31st is one wherever there is one', async () => {
	const starts = async (initial_value: string, end_value: string): Promise<(string | undefined)[]> => {
		const windows = {initial_value, end_value, step: 'P1M', start_param: 'from'};
		const {requests} = await runs(() => [], windows);
		return requests.map(({query}) => query.from?.[0]);
	};
	deepEqual(await starts('2024-03-01T00:00:00+02:00', '2024-06-01T00:00:00+02:00'), [
		'2024-03-01T00:00:00+02:00',
		'2024-04-01T00:00:00+02:00',
		'2024-05-01T00:00:00+02:00',
	]);
	deepEqual(await starts('2024-01-31T00:00:00+02:00', '2024-04-30T00:00:00+02:00'), [
		'2024-01-31T00:00:00+02:00',
		'2024-02-29T00:00:00+02:00',
		'2024-03-31T00:00:00+02:00',
	]);
	deepEqual(await starts('2024-02-29T20:00:00-05:00', '2024-04-15T00:00:00-05:00'), [
		'2024-02-29T20:00:00-05:00',
		'2024-03-29T20:00:00-05:00',
	]);
});

test('a lag on texts that are no times is told by check', async () => {
	for (const incremental of [
		{lag: 5, initial_value: 'a100'},
		{lag: 5, cursor_format: 'text'},
		{lag: 'P1D', cursor_format: 'text'},
	])
		match(
			(await runs(() => [], incremental, {times: 0})).check.stderr,
			/lag.*steps back from a number or a time/s,
		);
	for (const incremental of [
		{lag: 5, initial_value: 7},
		{lag: 0, cursor_format: 'text'},
		{lag: 5, initial_value: '7 days ago'},
	])
		equal((await runs(() => [], incremental, {times: 0})).check.code, 0);
});

test('a parent that is in two lists is the same in each run, whichever list it comes from first', async () => {
	const lists = {a: [{id: 7}], b: [{id: 7}, {id: 8}]};
	const routes: Route[] = [
		{path: '/a', respond: {fn: () => ({json: lists.a})}},
		{path: '/b', respond: {fn: () => ({json: lists.b})}},
		...[7, 8].map(id => ({path: `/of/${id}/rows`, respond: {json: [{id, at: 1}]}})),
	];
	const parents = ['a', 'b'].map(name => ({
		name,
		write_disposition: 'replace',
		endpoint: {path: name, paginator: 'single_page'},
	}));
	const child = {
		distinct: true,
		endpoint: {
			path: 'of/{resources.a|b.id}/rows',
			paginator: 'single_page',
			incremental: {cursor_path: 'at'},
		},
	};
	const given = {resource: child, others: parents, routes, times: 2};
	const {ran, check} = await runs(
		() => [],
		{},
		{
			...given,
			routes: [
				{path: '/a', times: 1, respond: {json: [{id: 7}]}},
				{path: '/a', respond: {json: [{id: 9}]}},
				...routes.slice(1),
				{path: '/of/9/rows', respond: {json: []}},
			],
		},
	);
	equal(check.code, 0, check.stderr);
	match(ran[0]?.stderr ?? '', /^r +2 /m);
	match(ran[1]?.stderr ?? '', /^r +0 /m, ran[1]?.stderr);
	doesNotMatch(ran[1]?.stderr ?? '', /failed/);
});

test('a cursor field that is gone on a later page fails, or is told with what became of its rows', async () => {
	const rows = onPage([{id: 1, at: '2024-01-02'}], [{id: 2}, {id: 3}]);
	const raised = (await runs(rows, {})).ran[0];
	equal(raised?.code === 0, false);
	match(raised?.stderr ?? '', /record 1 of page 2: no value at the cursor_path "at"; its fields: id/);
	const excluded = (await runs(rows, {on_cursor_value_missing: 'exclude'})).ran[0]?.stderr ?? '';
	match(excluded, /no row with the cursor_path "at", and pages before had; all were left out/);
	match(excluded, /^r: 2 rows left out: no cursor value \(exclude\)$/m);
	const included = (await runs(rows, {on_cursor_value_missing: 'include'})).ran[0]?.stderr ?? '';
	match(included, /and pages before had; all were taken/);
	match(included, /^r: 2 rows without a cursor value taken \(include\)$/m);
	const nulls = onPage([{id: 1, at: '2024-01-02'}], [{id: 2, at: null}]);
	doesNotMatch(
		(await runs(nulls, {on_cursor_value_missing: 'include'})).ran[0]?.stderr ?? '',
		/pages before had/,
	);
});

test('an empty text at the cursor_path is no value: the run fails, or takes such rows', async () => {
	const page = [
		{id: 1, at: '2024-01-02'},
		{id: 2, at: ''},
	];
	const rows: Rows = ({query}) => (query.page?.[0] === '1' ? page : []);
	const failing = await runs(rows, {initial_value: '2024-01-01'});
	match(
		failing.ran[0]?.stderr ?? '',
		/record 2 of page 1: no value at the cursor_path "at".*on_cursor_value_missing/,
	);
	const taking = await runs(rows, {initial_value: '2024-01-01', on_cursor_value_missing: 'include'});
	match(taking.ran[0]?.stderr ?? '', /r: 1 row without a cursor value taken/);
});

test('check refuses placeholders in add that mean the request, where they would be an empty text', async () => {
	const add = {
		day: '{incremental.start_value}',
		boss: '{resources.users.id}',
		part: 'x-{partitions.n}',
		own: '{resources.total}{id}',
	};
	const resource = {partitions: {n: [1]}, processing_steps: [{add}]};
	const {check} = await runs(() => [], {}, {resource, others: ['users' as never]});
	equal(check.code, 2);
	match(check.stderr, /add\.day: \{incremental\.start_value\} means a field of the row here, not the range/);
	match(
		check.stderr,
		/add\.boss: \{resources\.users\.id\} .* not one of its parent; use include_from_parent: \[id\]/,
	);
	match(check.stderr, /add\.part: \{partitions\.n\} .* not a value of partitions/);
	doesNotMatch(check.stderr, /add\.own/);
});
