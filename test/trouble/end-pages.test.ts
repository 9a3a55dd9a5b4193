/**
 * Last pages of well-known APIs, which differ from the pages before them: a sync token, a flag, a word for "no
 * more". They end a walk without a word.
 */
import {deepStrictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import {cursor} from '../../src/plugins/paginators/cursor.ts';
import {headerLink} from '../../src/plugins/paginators/header-link.ts';
import {jsonLink} from '../../src/plugins/paginators/json-link.ts';
import {offset} from '../../src/plugins/paginators/offset.ts';
import {pageNumber} from '../../src/plugins/paginators/page-number.ts';
import type {Paginator} from '../../src/resource/paging/paginator.ts';
import type {Answer} from '../helpers/respond.ts';
import {ids, walk} from '../resource/walk.ts';

interface End {
	/** Where the rows are. @default data */
	readonly at?: string;
	readonly by?: unknown;
	/** What stands around the rows of the first page, of the second and of the last one. */
	readonly around: readonly [object, object, object];
	/** Headers of these pages. */
	readonly headers?: readonly Record<string, string>[];
	/** Rows of the last page. @default 7 */
	readonly last?: number;
}

const pages = () => pageNumber({basePage: 1});
const at = (path: string) => cursor({cursorPath: path, cursorParam: 'cursor'});

const ends: Readonly<Record<string, End>> = {
	MediaWiki: {
		by: at('continue.apcontinue'),
		around: [{continue: {apcontinue: 'B'}}, {continue: {apcontinue: 'C'}}, {batchcomplete: true}],
	},
	'Google Calendar': {
		at: 'items',
		by: at('nextPageToken'),
		around: [
			{kind: 'calendar#events', etag: '"p1"', nextPageToken: 'a'},
			{kind: 'calendar#events', etag: '"p2"', nextPageToken: 'b'},
			{kind: 'calendar#events', etag: '"p3"', nextSyncToken: 'CPDAlvWDx70CEPDAlvWDx70CGAU'},
		],
	},
	'Microsoft Graph': {
		at: 'value',
		by: jsonLink({nextUrlPath: "['@odata.nextLink']"}),
		around: [
			{'@odata.context': 'https://graph/$metadata#users', '@odata.nextLink': '/r?t=1'},
			{'@odata.context': 'https://graph/$metadata#users', '@odata.nextLink': '/r?t=2'},
			{
				'@odata.context': 'https://graph/$metadata#users',
				'@odata.deltaLink': 'https://graph/users/delta?t=3',
			},
		],
	},
	'OData with a count on the first page': {
		at: 'value',
		by: jsonLink({nextUrlPath: "['@odata.nextLink']"}),
		around: [{'@odata.count': 47, '@odata.nextLink': '/r?t=1'}, {'@odata.nextLink': '/r?t=2'}, {}],
	},
	HubSpot: {
		at: 'results',
		by: at('paging.next.after'),
		around: [{paging: {next: {after: '20', link: '/r?after=20'}}}, {paging: {next: {after: '40'}}}, {}],
	},
	'Google Maps': {
		at: 'results',
		by: at('next_page_token'),
		around: [
			{status: 'OK', html_attributions: [], next_page_token: 'Aap_uE'},
			{status: 'OK', html_attributions: [], next_page_token: 'Aap_uF'},
			{status: 'ZERO_RESULTS', html_attributions: []},
		],
		last: 0,
	},
	'words for the end': {
		around: [
			{status: 'ok', message: 'Found 20 rows'},
			{status: 'ok', message: 'Found 20 rows'},
			{status: 'no_data', message: 'No records found.'},
		],
		last: 0,
	},
	'a message at the end alone': {around: [{}, {}, {message: 'No more results'}], last: 0},
	'a detail at the end alone': {around: [{}, {}, {detail: 'End of list', has_more: false}], last: 0},
	'paging keys that are gone': {
		around: [{page: 1, per_page: 20, next_page: 2}, {page: 2, per_page: 20, next_page: 3}, {}],
		last: 0,
	},
	'a code of its own for no data': {
		around: [
			{code: 200, msg: 'success'},
			{code: 200, msg: 'success'},
			{code: 204, msg: 'no data'},
		],
		last: 0,
	},
	'JSON:API without anything included': {
		by: jsonLink({nextUrlPath: 'links.next'}),
		around: [
			{included: [{type: 'people', id: '1'}], links: {self: '/r', next: '/r?p=2', last: '/r?p=3'}},
			{included: [{type: 'people', id: '2'}], links: {self: '/r?p=2', next: '/r?p=3', last: '/r?p=3'}},
			{links: {self: '/r?p=3', prev: '/r?p=2', last: '/r?p=3'}, jsonapi: {version: '1.1'}},
		],
	},
	Spring: {
		at: 'content',
		around: [
			{last: false, first: true, empty: false, number: 0, numberOfElements: 20, sort: {sorted: true}},
			{last: false, first: false, empty: false, number: 1, numberOfElements: 20, sort: {sorted: true}},
			{last: true, first: false, empty: true, number: 2, numberOfElements: 0, sort: {sorted: true}},
		],
		last: 0,
	},
	'Zendesk export': {
		by: at('after_cursor'),
		around: [
			{after_cursor: 'a', end_of_stream: false, before_cursor: null},
			{after_cursor: 'b', end_of_stream: false, before_cursor: null},
			{after_cursor: null, end_of_stream: true, before_cursor: null},
		],
	},
	'Elasticsearch scroll': {
		at: 'hits.hits',
		by: cursor({cursorPath: '_scroll_id', cursorParam: 'scroll_id', stopAfterEmptyPage: true}),
		around: [
			{
				_scroll_id: 's1',
				took: 3,
				timed_out: false,
				_shards: {total: 5, successful: 5, skipped: 0, failed: 0},
			},
			{
				_scroll_id: 's2',
				took: 9,
				timed_out: false,
				_shards: {total: 5, successful: 5, skipped: 0, failed: 0},
			},
			{
				_scroll_id: 's3',
				took: 1,
				timed_out: false,
				_shards: {total: 5, successful: 5, skipped: 0, failed: 0},
			},
		],
		last: 0,
	},
	Facebook: {
		by: jsonLink({nextUrlPath: 'paging.next'}),
		around: [
			{summary: {total_count: 47}, paging: {cursors: {after: 'a'}, next: '/r?after=a'}},
			{paging: {cursors: {after: 'b'}, next: '/r?after=b'}},
			{paging: {cursors: {after: 'c'}, previous: '/r?before=c'}},
		],
	},
	'Facebook, an empty end': {
		by: jsonLink({nextUrlPath: 'paging.next'}),
		around: [{paging: {next: '/r?after=a'}}, {paging: {next: '/r?after=b'}}, {}],
		last: 0,
	},
	Slack: {
		by: at('response_metadata.next_cursor'),
		around: [
			{ok: true, response_metadata: {next_cursor: 'a'}},
			{ok: true, response_metadata: {next_cursor: 'b'}},
			{ok: true, is_limited: false},
		],
	},
	'Shopify, with its bucket': {
		by: headerLink(),
		around: [{}, {}, {}],
		headers: [
			{link: '</r?page_info=a>; rel="next"', 'x-shopify-shop-api-call-limit': '1/40'},
			{link: '</r?page_info=b>; rel="next"', 'x-shopify-shop-api-call-limit': '2/40'},
			{link: '</r?page_info=c>; rel="previous"', 'x-shopify-shop-api-call-limit': '3/40'},
		],
	},
	'Retry-After with every answer': {
		around: [{}, {}, {}],
		headers: [{'retry-after': '1'}, {'retry-after': '1'}, {'retry-after': '1'}],
		last: 0,
	},
	'a quota of three requests': {
		around: [{}, {}, {}],
		headers: [
			{'x-ratelimit-remaining': '2'},
			{'x-ratelimit-remaining': '1', 'x-error-count': '0'},
			{'x-ratelimit-remaining': '0', 'x-error': 'none', 'grpc-status': '0', status: '200 OK'},
		],
		last: 0,
	},
	'ids and times of requests': {
		around: [
			{
				request_id: 'a1',
				took_ms: 3,
				generated_at: '2024-01-01T00:00:00Z',
				node: 'a',
				etag: 'x',
				cached: false,
			},
			{
				request_id: 'b2',
				took_ms: 4,
				generated_at: '2024-01-01T00:00:01Z',
				node: 'b',
				etag: 'y',
				cached: false,
			},
			{
				request_id: 'c3',
				took_ms: 5,
				generated_at: '2024-01-01T00:00:02Z',
				node: 'c',
				trace: 'q',
				from_cache: true,
			},
		],
		last: 0,
	},
	CKAN: {
		at: 'result',
		by: offset({limit: 20, totalPath: null}),
		around: [
			{help: 'https://ckan/help?name=search', success: true},
			{help: 'https://ckan/help?name=search', success: true},
			{help: 'https://ckan/help?name=search', success: true},
		],
		last: 0,
	},
	Kubernetes: {
		at: 'items',
		by: at('metadata.continue'),
		around: [
			{
				kind: 'PodList',
				apiVersion: 'v1',
				metadata: {resourceVersion: '9', continue: 'a', remainingItemCount: 27},
			},
			{
				kind: 'PodList',
				apiVersion: 'v1',
				metadata: {resourceVersion: '9', continue: 'b', remainingItemCount: 7},
			},
			{kind: 'PodList', apiVersion: 'v1', metadata: {resourceVersion: '9', selfLink: '/r'}},
		],
	},
	'a message with a number': {
		around: [
			{message: 'Showing 20 rows', meta: {heading: 'A to M'}},
			{message: 'Showing 20 rows', meta: {heading: 'N to S'}},
			{message: 'Showing 7 rows', meta: {heading: 'T to Z'}},
		],
	},
	Laravel: {
		around: [
			{meta: {current_page: 1, from: 1, to: 20, path: '/r'}, links: {next: '/r?page=2'}},
			{meta: {current_page: 2, from: 21, to: 40, path: '/r'}, links: {next: '/r?page=3'}},
			{meta: {current_page: 3, from: null, to: null, path: '/r'}, links: {next: null}},
		],
		last: 0,
	},
	'Shopify GraphQL costs': {
		by: at('next_cursor'),
		around: [
			{next_cursor: 'a', extensions: {cost: {requestedQueryCost: 20}}},
			{next_cursor: 'b', extensions: {cost: {requestedQueryCost: 20}}},
			{next_cursor: null, extensions: {cost: {requestedQueryCost: 7}}},
		],
	},
	Reddit: {
		at: 'data.children',
		by: at('data.after'),
		around: [
			{kind: 'Listing', data: {after: 't3_a', dist: 20, modhash: 'x', before: null}},
			{kind: 'Listing', data: {after: 't3_b', dist: 20, modhash: 'y', before: null}},
			{kind: 'Listing', data: {after: null, dist: 7, modhash: '', before: 't3_b'}},
		],
	},
	BigQuery: {
		at: 'rows',
		by: at('pageToken'),
		around: [
			{kind: 'bigquery#queryResponse', jobComplete: true, totalRows: '47', pageToken: 'a'},
			{kind: 'bigquery#queryResponse', jobComplete: true, totalRows: '47', pageToken: 'b'},
			{kind: 'bigquery#queryResponse', jobComplete: true, totalRows: '47', cacheHit: false},
		],
	},
	'a state for the end': {
		by: at('cursor'),
		around: [
			{state: 'CONTINUE', cursor: 'a'},
			{state: 'CONTINUE', cursor: 'b'},
			{state: 'DONE', cursor: null, reason: 'end of results'},
		],
	},
	'Datadog, a warning about the future': {
		by: at('meta.page.after'),
		around: [
			{meta: {elapsed: 3, status: 'done', request_id: 'a', page: {after: 'a'}}},
			{meta: {elapsed: 4, status: 'done', request_id: 'b', page: {after: 'b'}}},
			{meta: {elapsed: 4, status: 'done', request_id: 'c', warnings: [{title: 'v1 is deprecated'}]}},
		],
	},
};

for (const [name, {at: selector = 'data', by, around, headers = [], last = 7}] of Object.entries(ends)) {
	test(`the last page of ${name} is no alarm`, async () => {
		let nth = -1;
		const respond = (): Answer => {
			nth = Math.min(nth + 1, 3);
			const rows = [ids(0, 20), ids(20, 40), ids(40, 40 + last), []][nth] ?? [];
			const page = {...around[Math.min(nth, 2)]};
			return {json: put(page, selector.split('.'), rows), headers: headers[Math.min(nth, 2)] ?? {}};
		};
		const warnings: string[] = [];
		const {rows, message} = await walk(
			{fn: respond},
			{
				paginator: (by ?? pages()) as Paginator,
				selector,
				onWarning: ({code, message}) => void warnings.push(`${code}: ${message}`),
			},
		);
		deepStrictEqual([message, warnings, rows.length], ['', [], 40 + last]);
	});
}

function put(page: Record<string, unknown>, [key = '', ...keys]: readonly string[], rows: unknown): object {
	const inner = keys.length === 0 ? rows : put({...(page[key] as object)}, keys, rows);
	return {...page, [key]: inner};
}
