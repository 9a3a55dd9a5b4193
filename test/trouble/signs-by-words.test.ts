/**
 * Totals, flags and headers under names that no table has whole: the words of a name say what it means. And
 * answers with like names that mean something else.
 */
import {deepStrictEqual, match, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import {auto} from '../../src/plugins/paginators/auto.ts';
import {headerLink} from '../../src/plugins/paginators/header-link.ts';
import {offset} from '../../src/plugins/paginators/offset.ts';
import {pageNumber} from '../../src/plugins/paginators/page-number.ts';
import {singlePage} from '../../src/plugins/paginators/single-page.ts';
import type {Paginator} from '../../src/resource/paging/paginator.ts';
import type {Answer} from '../helpers/respond.ts';
import type {RecordedRequest} from '../helpers/server.ts';
import {ids, walk} from '../resource/walk.ts';

const rows = ids(0, 17);

async function read(
	answer: Answer | ((request: RecordedRequest) => Answer),
	paginator: unknown = singlePage(),
	selector?: string,
) {
	const warnings: string[] = [];
	const walked = await walk(
		{fn: request => (typeof answer === 'function' ? answer(request) : answer)},
		{
			paginator: paginator as Paginator,
			...(selector && {selector}),
			onWarning: ({code, message}) => void warnings.push(`${code}: ${message}`),
		},
	);
	return {count: walked.rows.length, message: walked.message, warnings, requests: walked.requests};
}

const totals: Readonly<Record<string, object>> = {
	summary: {summary: {total_count: 50}},
	stats: {stats: {total: 50}},
	counts: {counts: {all: 50}},
	'a comma': {total: '1,050'},
	words: {total: '50 results'},
	'a list of one number': {total: [50]},
	'a fraction of zero': {total: '50.0'},
	'rows of totals': {totals: {rows: 50}},
	'the context of the page': {page_context: {page: 1, per_page: 17, total: 50}},
	'matches alone': {matches: 50},
	'rows before the limit': {rows: 17, rows_before_limit_at_least: 50},
	'a size beside that of the page': {size: 17, fullSize: 50},
	'rows that are there beside those that came': {returned: 17, available: 50},
	'deep in a response': {response: {meta: {listing: {total: 50}}}},
	'another language': {anzahl_gesamt: 50},
	'a last page': {links: {last: '/r?page=3', self: '/r?page=1'}},
};

for (const [what, around] of Object.entries(totals)) {
	test(`a total that is not reached is told: ${what}`, async () => {
		const {message, warnings} = await read({json: {...around, data: rows}});
		match(`${message} ${warnings.join()}`, /17 of [\d,]+ rows|leads to .*page=3/);
	});
}

const flags: Readonly<Record<string, object>> = {
	'next: true': {next: true},
	'final: false': {final: false},
	'a flag in a context': {page_context: {has_more_page: true}},
	'a scroll id': {scroll_id: 'DXF1ZXJ5QW5kRmV0Y2g'},
	'a link to more': {load_more: '/r?after=17'},
	'a URL of more': {more_url: '/r?after=17'},
	'a renamed cursor': {cursor_next: 'c17'},
	'parts that did not answer': {unreachable: ['locations/us-east1']},
	'keys that are left': {UnprocessedKeys: {T: {Keys: [{id: 18}]}}},
	'clusters that were skipped': {_clusters: {total: 3, successful: 2, skipped: 1}},
	'shards that are missing': {_shards: {total: 5, successful: 3, skipped: 0, failed: 0}},
	coverage: {coverage: {coverage: 40, documents: 17, full: false}},
	'a number of rows left out': {omitted: 33},
	'rows that were dropped': {rows_dropped: 33},
	'a remark': {remark: 'runtime error: Query timed out in "query" at line 3'},
	'a sample': {sampled: true, samplingRate: 0.4},
	'an old copy': {stale: true},
	'a preview': {preview: true},
	'a plan': {plan_limited: true},
	'the state of a query': {query: {status: 'PARTIAL'}},
	'an object about what is missing': {incomplete: {reason: 'max_rows'}},
	'a part in percent': {complete: '40%'},
	failures: {failures: [{shard: 1, reason: 'rejected'}]},
	'statuses of parts': {
		parts: [
			{part: 1, status: 200},
			{part: 2, status: 500},
		],
	},
	'an error of OData': {'odata.error': {code: '', message: {value: 'boom'}}},
};

for (const [what, around] of Object.entries(flags)) {
	test(`a sign of missing rows is told: ${what}`, async () => {
		const {message, warnings} = await read({json: {...around, data: rows}}, singlePage(), 'data');
		match(
			`${message} ${warnings.join()}`,
			/more rows follow|api-warning: the API says, at|with an error in the body/,
		);
	});
}

const headers: Readonly<Record<string, string>> = {
	'x-pagination-total': '50',
	'x-list-size': '50',
	range: 'items 0-16/50',
	link: '</r?page=1>; rel="first", </r?page=3>; rel="last"',
	'x-paging': '{"TotalCount": 50, "PageSize": 17}',
	'x-next-link': '/r?page=2',
};

for (const [name, value] of Object.entries(headers)) {
	test(`the header ${name} is read`, async () => {
		const {message} = await read({json: rows, headers: {[name]: value}});
		match(message, /17 of 50 rows|more rows follow/);
	});
}

const innocent: Readonly<Record<string, object>> = {
	'the total of an invoice': {total: 1999, currency: 'EUR'},
	'the total of an invoice in a summary': {summary: {total: 1999, tax: 300}},
	'the day of the next payment': {next: '2024-02-01'},
	'an old token beside the end': {done: true, next_page_token: 'old'},
	'a link for people': {more: 'https://docs.example.com/list', more_info: 'see there'},
	'numbers of a report': {stats: {failed: 3, passed: 20, missing: 40}, failed: 3, skipped: 40},
	'rows that the request leaves out': {skip: 40, excluded: ['draft'], hidden: false, omitted: 0},
	'a filter that comes back': {query: {status: 'active', total: 'partial'}, filters: {state: 'partial'}},
	'good news': {message: 'No errors', info: 'Errors: 0', remark: 'none', msg: '17 rows'},
	'shards that are all there': {
		_shards: {total: 5, successful: 4, skipped: 1, failed: 0},
		_clusters: {total: 3, successful: 3, skipped: 0},
	},
	'a last page that is this one': {links: {last: '/r?page=1', first: '/r?page=1'}},
	'sizes of other things': {size: 5120, disk: {available: 5000, used: 17}, quota: {limit: 100, found: 'x'}},
	'totals of other things': {totals: {revenue: 5000, visits: 900}, total_users: 8000, total_amount: 90},
	'a number that is met': {matches: 17, counts: {all: 17}, total: '17 results', complete: '100%'},
	'flags that are off': {sampled: false, stale: false, preview: false, final: true, coverage: {full: true}},
	'words about other things': {
		won: 3,
		lost: 5,
		suppressed: 10,
		hidden: ['cost', 'margin'],
		message: '3 failed logins found',
		note: 'Errors are listed under /errors',
	},
	'an order with fields of its own': {id: 7, preview: true, rows_dropped: 3, matches: 90, sampled: true},
	'statuses that are fine': {statuses: [{part: 1, status: 200}], failures: [], unreachable: []},
	'a list of others': {failures: [{id: 7, at: '2024-01-01'}], included: [{id: 1, status: 500}]},
};

for (const [what, around] of Object.entries(innocent)) {
	test(`no sign is ${what}`, async () => {
		for (const paginator of [auto(), singlePage()]) {
			const {message, warnings, count} = await read({json: {data: rows, ...around}}, paginator);
			deepStrictEqual([message, warnings, count], ['', [], 17]);
		}
	});
}

function pageOf(param: string, size: number, around: (page: readonly object[], at: number) => object) {
	return ({query}: RecordedRequest): Answer => {
		const from = Number(query[param]?.[0] ?? 0);
		const page = ids(from, Math.min(from + size, 50));
		return {json: {data: page, ...around(page, from)}};
	};
}

test('an offset does not end at a total that is an estimate, a minimum, or the size of its first page', async () => {
	const arounds = [
		() => ({total: 40, total_is_estimate: true}),
		() => ({total: 40, total_capped: true}),
		(page: readonly object[]) => ({total: page.length}),
	];
	for (const around of arounds) {
		const {count, message} = await read(pageOf('offset', 20, around), offset({limit: 20}), 'data');
		deepStrictEqual([message, count], ['', 50]);
	}
	const hits = ({query}: RecordedRequest): Answer => {
		const from = Number(query.offset?.[0]);
		return {json: {hits: {total: {value: 40, relation: 'gte'}, hits: ids(from, Math.min(from + 20, 50))}}};
	};
	const {count} = await read(hits, offset({limit: 20, totalPath: 'hits.total.value'}), 'hits.hits');
	strictEqual(count, 50);
});

test('a total that is one full page costs one more request, which may fail or bring the same rows', async () => {
	const seconds: readonly Answer[] = [
		{json: {data: [], total: 20}},
		{status: 416, json: {message: 'range'}},
		{json: {data: ids(0, 20), total: 20}},
	];
	for (const second of seconds) {
		const {count, message, warnings, requests} = await read(
			({query}) => (query.offset?.[0] === '0' ? {json: {data: ids(0, 20), total: 20}} : second),
			offset({limit: 20}),
			'data',
		);
		deepStrictEqual([message, warnings, count, requests.length], ['', [], 20, 2]);
	}
});

test('a server that takes a number beyond the last page for the last page ends a walk', async () => {
	const {count, message, warnings} = await read(
		({query}) => {
			const page = Math.min(Number(query.page?.[0]), 3);
			return {json: {data: ids(page * 20, page * 20 + 20), page, total_pages: 3}};
		},
		pageNumber({basePage: 1}),
		'data',
	);
	deepStrictEqual([message, warnings, count], ['', [], 60]);
});

test('a walk by Link headers that loses its next link before the last page fails', async () => {
	const {message} = await read(
		({query}) => ({
			json: ids(0, 20).map(({id}) => ({id: id + 20 * Number(query.page?.[0] ?? 1)})),
			headers: {
				link: query.page ? '</r?page=3>; rel="last"' : '</r?page=2>; rel="next", </r?page=3>; rel="last"',
			},
		}),
		headerLink(),
	);
	match(message, /more rows follow.*rel="last".*leads to .*page=3/);
});

test('a Link header that does not say where its link leads is a sign of more', async () => {
	const bare = {json: ids(0, 20), headers: {link: '</r?page=2>'}};
	match((await read(bare, headerLink())).message, /more rows follow.*page=2> without rel/);
	const itself = {json: ids(0, 20), headers: {link: '</r>'}};
	strictEqual((await read(itself, headerLink())).message, '');
});

test('a list that ends where the window of the API does is told', async () => {
	const {count, warnings} = await read(
		({query}) => {
			const from = Number(query.offset?.[0]);
			return {json: {data: from < 40 ? ids(from, from + 20) : [], max_results_window: 40}};
		},
		offset({limit: 20}),
		'data',
	);
	strictEqual(count, 40);
	match(warnings.join(), /^api-warning: the list ended after 40 rows.*"max_results_window"/);
});
