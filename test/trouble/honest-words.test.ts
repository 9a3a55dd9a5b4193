/**
 * Servers that are whole, and say so in words that failures and cut lists have too: a list that belongs to a
 * thing with flags of its own, notes for readers, titles, and quotas whose last request was answered.
 */
import {deepStrictEqual, match} from 'node:assert/strict';
import {test} from 'node:test';
import {auto} from '../../src/plugins/paginators/auto.ts';
import {pageNumber} from '../../src/plugins/paginators/page-number.ts';
import {singlePage} from '../../src/plugins/paginators/single-page.ts';
import type {Paginator} from '../../src/resource/paging/paginator.ts';
import type {Answer} from '../helpers/respond.ts';
import {type RecordedRequest, startServer} from '../helpers/server.ts';
import {ids, walkAt} from '../resource/walk.ts';

const rows = ids(0, 17);

/** All answers come from one server, one path for each. */
async function readAll(
	answers: readonly ((request: RecordedRequest) => Answer)[],
	paginator: unknown,
	selector: string | undefined,
) {
	const routes = answers.map((fn, i) => ({path: `/r${i}`, respond: {fn}}));
	const server = await startServer(routes);
	const found: {count: number; said: string}[] = [];
	try {
		for (const i of answers.keys()) {
			const said: string[] = [];
			const {rows, message} = await walkAt(server.url, {
				path: `r${i}`,
				paginator: paginator as Paginator,
				...(selector && {selector}),
				onWarning: ({code, message}) => void said.push(`${code}: ${message}`),
			});
			found.push({count: rows.length, said: [message, ...said].join('')});
		}
	} finally {
		await server.close();
	}
	return found;
}

async function saysNothing(bodies: Readonly<Record<string, object>>, paginator: unknown, selector?: string) {
	const found = await readAll(
		Object.values(bodies).map(json => () => ({json})),
		paginator,
		selector,
	);
	const accused = Object.keys(bodies).flatMap((what, i) =>
		found[i]?.said ? [`${what}: ${found[i].said}`] : [],
	);
	deepStrictEqual(accused, []);
	return found.map(({count}) => count);
}

const things: Readonly<Record<string, object>> = {
	'a sample order': {receipt: 'A7', customer: 'Ann', city: 'Rome', sample: true, partial: true},
	'a truck that is not loaded yet': {truck: 'T1', driver: 'Ann', weight: 900, loaded: false},
	'a task that is not done': {task: 'Paint', owner: 'Ann', due: '2024', done: false},
	'a match that is not over': {match: 'A-B', venue: 'Rome', referee: 'C', finished: false},
	'a box of a limited edition': {box: 'B', maker: 'X', price: 4, limited: true},
	'a project in work': {project: 'X', progress: '40%', remaining: 20, budget: 900},
	'a blog with its entries': {blog: 'News', entry_count: 120},
	'translations that lack some keys': {missing_keys: ['home.title', 'home.text'], sample: 'blood'},
	'comments that a reader does not see': {hidden_count: 3, suppressed_count: 5, redacted_keys: ['ssn']},
	'an index with more documents than tags': {document_count: 5000, object_count: 50},
	'counts of users': {stats: {users: 900, total: 900}},
	'one of several states': {counts: {all: 50, open: 17, closed: 33}},
};

const notes = [
	'Prices exclude VAT',
	'Prices cannot be guaranteed',
	'Scheduled maintenance on Sunday',
	'Your quota is 1000 requests a day',
	'Rate limit: 60 requests per minute',
	'Unavailable products are marked with a star',
	'Stock is exhausted for 3 products',
	'Some products are unable to ship to islands',
	'Aborted launches are listed, too',
	'Offer limited to members',
	'Not all sizes are in every shop',
	'The first 10 customers get a gift',
	'Buy more items and save',
	'Weights must not exceed the limit',
	'Leading zeros are omitted',
];

test('flags and numbers of a thing that has rows are its own', async () => {
	const bodies = Object.fromEntries(
		Object.entries(things).map(([what, body]) => [what, {...body, tags: rows}]),
	);
	for (const paginator of [auto(), singlePage()])
		deepStrictEqual(new Set(await saysNothing(bodies, paginator)), new Set([17]));
});

test('notes beside rows, or beside none, are no sign that rows are missing', async () => {
	const withRows = Object.fromEntries(notes.map(note => [note, {note, data: rows}]));
	deepStrictEqual(new Set(await saysNothing(withRows, singlePage())), new Set([17]));
	// Beside none, a message about what is unavailable or exhausted is in doubt.
	const isClear = (note: string) => !/unavailable|exhausted|aborted/i.test(note);
	const without = Object.fromEntries(
		notes.filter(isClear).map(message => [message, {message, currency: 'EUR', data: []}]),
	);
	await saysNothing(without, singlePage(), 'data');
	await saysNothing(
		{copyright: {notice: 'Copyright Example Ltd.', warning: 'yellow', data: rows}},
		singlePage(),
	);
});

test('an empty list may have a title, a label or a text about failures', async () => {
	const titles = [
		'Unavailable products',
		'Maintenance',
		'Timeouts of the week',
		'Rate limits',
		'Aborted builds',
	];
	const bodies: Record<string, object> = {
		'a list of failed jobs': {
			list: 'Failed jobs',
			sql: 'select * from failed jobs',
			heading: 'Access denied log',
		},
		'columns and filters': {columns: [{label: 'Failed jobs'}], filters: [{label: 'Failed only'}]},
		'help for the reader': {
			help: 'If the list is empty, try again later',
			hint: 'Try again with other filters',
		},
		'flags of the request': {include_failed: true, hide_expired: true, fail_fast: true, errors_only: true},
		'no failed jobs': {message: 'There are no failed jobs'},
		'no denied requests': {message: 'No denied requests found'},
		'a code for none': {code: 404, message: 'No records found'},
		'no success without records': {success: false, message: 'No records found'},
		'a hint to try others': {message: 'No results. Try again with other filters.'},
	};
	for (const title of titles) bodies[title] = {title};
	const empty = Object.fromEntries(Object.entries(bodies).map(([what, body]) => [what, {...body, data: []}]));
	await saysNothing(empty, singlePage(), 'data');
});

test('a record may have a note', async () => {
	const record = {price: 5, note: 'Prices exclude VAT'};
	deepStrictEqual(
		await saysNothing({record, rates: {base: 'EUR', rates: {USD: 1}, note: 'Rates'}}, auto()),
		[1, 1],
	);
});

test('nothing that remains of a page, or of a quota whose last request was answered, is no sign', async () => {
	const bodies = {
		'rows that remain': {limit: 20, offset: 40, remaining: 0},
		'pages that remain': {pagination: {limit: 20, page: 3, remaining: 0}},
		'room that remains': {storage: {quota: 100, remaining: 0}},
		'the first answer': {rate: {limit: 60, remaining: 0, reset: 1}},
	};
	const empty = Object.fromEntries(Object.entries(bodies).map(([what, body]) => [what, {...body, data: []}]));
	await saysNothing(empty, singlePage(), 'data');
	const paged =
		(left: readonly number[]) =>
		({query}: RecordedRequest): Answer => {
			const page = Number(query.page?.[0]);
			const rate = {limit: 60, remaining: left[page] ?? 0, reset: 1};
			return {json: {rate, data: ids(page * 20, Math.min(page * 20 + 20, 40))}};
		};
	const byPage = pageNumber({basePage: 0, totalPath: null});
	const [honest, refused] = await readAll([paged([2, 1, 0]), paged([59, 58, 0])], byPage, 'data');
	deepStrictEqual(honest, {count: 40, said: ''});
	match(refused?.said ?? '', /^api-warning: the API says, at "rate\.remaining": 0/);
});

test('the same words in a bare answer, or about this request, are told', async () => {
	const told: readonly object[] = [
		{sample: true, data: rows},
		{loaded: false, data: rows},
		{hidden_rows: 3, data: rows},
		{skipped_rows: 33, data: rows},
		{entry_count: 120, entries: rows},
		{note: 'The search was aborted', data: rows},
		{note: 'Service temporarily unavailable', data: rows},
		{note: 'Access limited to 17 rows', data: rows},
		{title: 'Service unavailable', data: []},
		{message: 'No response: the request timed out', data: []},
		{success: false, code: 500, message: 'No records found', data: []},
		{warnings: {0: 'shard 2 missing'}, data: []},
		{backoff: 10, data: []},
	];
	const found = await readAll(
		told.map(json => () => ({json})),
		singlePage(),
		undefined,
	);
	for (const [i, {said}] of found.entries())
		match(`${JSON.stringify(told[i])} ${said}`, /api-warning|total-not-reached|with an error in the body/);
});
