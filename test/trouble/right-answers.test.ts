/**
 * Answers of well-known APIs that are right: read whole, without a failure and without a warning. False
 * alarms are as bad as silence.
 */
import {deepStrictEqual, match} from 'node:assert/strict';
import {test} from 'node:test';
import {auto} from '../../src/plugins/paginators/auto.ts';
import {cursor} from '../../src/plugins/paginators/cursor.ts';
import {headerCursor} from '../../src/plugins/paginators/header-cursor.ts';
import {headerLink} from '../../src/plugins/paginators/header-link.ts';
import {jsonLink} from '../../src/plugins/paginators/json-link.ts';
import {offset} from '../../src/plugins/paginators/offset.ts';
import {pageNumber} from '../../src/plugins/paginators/page-number.ts';
import type {Paginator} from '../../src/resource/paging/paginator.ts';
import type {ResourceOptions} from '../../src/resource/resource.ts';
import type {Answer} from '../helpers/respond.ts';
import {type RecordedRequest, startServer} from '../helpers/server.ts';
import {ids, walkAt} from '../resource/walk.ts';

const SIZE = 20;

interface Asked {
	/** The first row that is asked for. */
	readonly from: number;
	readonly rows: readonly object[];
	/** Of the first row of the next page; nothing at the end. */
	readonly next: number | undefined;
	readonly total: number;
	/** From 1. */
	readonly page: number;
	readonly pages: number;
	readonly url: string;
}

interface Shape {
	/** Name of the parameter, and what it counts. */
	readonly by: readonly [param: string, unit: 'row' | 'page' | 'page from 0' | 'row from 1' | 'last id'];
	answer(asked: Asked): Answer;
	readonly make: () => unknown;
	/** What `auto` makes of it. @default 'whole' */
	readonly auto?: 'whole' | 'fails';
	readonly options?: Partial<ResourceOptions>;
}

const link = (next: number | undefined, param = 'at'): string | null =>
	next === undefined ? null : `/r?${param}=${next}`;
const text = (next: number | undefined): string | null => (next === undefined ? null : String(next));
const given = <T>(next: number | undefined, value: T): T | object => (next === undefined ? {} : value);
const only = (json: unknown, headers: Record<string, string> = {}): Answer => ({json, headers});
const at = (path: string, param: string) => () => cursor({cursorPath: path, cursorParam: param});
const links = (path: string) => () => jsonLink({nextUrlPath: path});
const byRow = ['at', 'row'] as const;

const shapes: Readonly<Record<string, Shape>> = {
	GitHub: {
		by: ['page', 'page'],
		answer: ({rows, page, next, url}) =>
			only(rows, next ? {link: `<${url}?page=${page + 1}>; rel="next"`} : {}),
		make: () => headerLink(),
	},
	'GitHub search': {
		by: ['page', 'page'],
		answer: ({rows, total, page, next, url}) =>
			only(
				{total_count: total, incomplete_results: false, items: rows},
				next
					? {link: `<${url}?page=${page + 1}>; rel="next"`}
					: page > 1
						? {link: `<${url}?page=1>; rel="first"`}
						: {},
			),
		make: () => headerLink(),
	},
	GitLab: {
		by: ['page', 'page'],
		answer: ({rows, page, pages, total, next}) =>
			only(rows, {
				'x-total': String(total),
				'x-total-pages': String(pages),
				'x-page': String(page),
				'x-per-page': String(SIZE),
				'x-next-page': next ? String(page + 1) : '',
			}),
		make: () => headerCursor({cursorKey: 'X-Next-Page', cursorParam: 'page'}),
	},
	Stripe: {
		by: ['starting_after', 'last id'],
		answer: ({rows, next}) =>
			only({object: 'list', url: '/v1/charges', has_more: next !== undefined, data: rows}),
		make: () => cursor({cursorPath: 'data[-1].id', cursorParam: 'starting_after', hasMorePath: 'has_more'}),
	},
	Shopify: {
		by: ['page_info', 'row'],
		answer: ({rows, next, url, from}) => {
			const before = from > 0 ? [`<${url}?page_info=${from - SIZE}>; rel="previous"`] : [];
			const after = next ? [`<${url}?page_info=${next}>; rel="next"`] : [];
			const all = [...before, ...after].join(', ');
			return only({products: rows}, all ? {link: all} : {});
		},
		make: () => headerLink(),
	},
	HubSpot: {
		by: ['after', 'row'],
		answer: ({rows, next}) =>
			only({results: rows, ...given(next, {paging: {next: {after: text(next), link: link(next, 'after')}}})}),
		make: at('paging.next.after', 'after'),
	},
	'HubSpot search': {
		by: ['after', 'row'],
		answer: ({rows, next, total}) =>
			only({total, results: rows, ...given(next, {paging: {next: {after: text(next)}}})}),
		make: at('paging.next.after', 'after'),
	},
	Salesforce: {
		by: byRow,
		answer: ({rows, next, total}) =>
			only({totalSize: total, done: !next, records: rows, ...given(next, {nextRecordsUrl: link(next)})}),
		make: links('nextRecordsUrl'),
	},
	'Zendesk by cursor': {
		by: ['page[after]', 'row'],
		answer: ({rows, next, from}) =>
			only({
				users: rows,
				meta: {has_more: next !== undefined, after_cursor: String(next ?? from), before_cursor: String(from)},
				links: {next: next === undefined ? null : `/r?page%5Bafter%5D=${next}`, prev: null},
			}),
		make: links('links.next'),
	},
	'Zendesk by page': {
		by: ['page', 'page'],
		answer: ({rows, next, page, total}) =>
			only({
				tickets: rows,
				next_page: next ? `/r?page=${page + 1}` : null,
				previous_page: null,
				count: total,
			}),
		make: links('next_page'),
	},
	Jira: {
		by: ['startAt', 'row'],
		answer: ({rows, from, total}) =>
			only({expand: 'names', startAt: from, maxResults: SIZE, total, issues: rows}),
		make: () => offset({limit: SIZE, offsetParam: 'startAt', limitParam: 'maxResults'}),
	},
	'Jira with tokens': {
		by: ['nextPageToken', 'row'],
		answer: ({rows, next}) =>
			only({issues: rows, isLast: !next, ...given(next, {nextPageToken: text(next)})}),
		make: at('nextPageToken', 'nextPageToken'),
	},
	Slack: {
		by: ['cursor', 'row'],
		answer: ({rows, next}) =>
			only({
				ok: true,
				members: rows,
				cache_ts: 1498777272,
				response_metadata: {next_cursor: text(next) ?? ''},
			}),
		make: at('response_metadata.next_cursor', 'cursor'),
	},
	'Slack history': {
		by: ['cursor', 'row'],
		answer: ({rows, next}) =>
			only({
				ok: true,
				messages: rows,
				has_more: next !== undefined,
				pin_count: 0,
				response_metadata: next ? {next_cursor: text(next)} : {},
			}),
		make: at('response_metadata.next_cursor', 'cursor'),
	},
	Notion: {
		by: ['start_cursor', 'row'],
		answer: ({rows, next}) =>
			only({
				object: 'list',
				results: rows,
				next_cursor: text(next),
				has_more: next !== undefined,
				type: 'user',
				user: {},
			}),
		make: at('next_cursor', 'start_cursor'),
	},
	Airtable: {
		by: ['offset', 'row'],
		answer: ({rows, next}) => only({records: rows, ...given(next, {offset: text(next)})}),
		make: at('offset', 'offset'),
	},
	'Google Calendar': {
		by: ['pageToken', 'row'],
		answer: ({rows, next}) =>
			only({
				kind: 'calendar#events',
				etag: '"x"',
				summary: 'Team',
				accessRole: 'owner',
				items: rows,
				...(next ? {nextPageToken: text(next)} : {nextSyncToken: 'CPDAlvWDx70CEPDAlvWDx70CGAU='}),
			}),
		make: at('nextPageToken', 'pageToken'),
	},
	YouTube: {
		by: ['pageToken', 'row'],
		answer: ({rows, next}) =>
			only({
				kind: 'youtube#searchListResponse',
				items: rows,
				pageInfo: {totalResults: 1_000_000, resultsPerPage: SIZE},
				...given(next, {nextPageToken: text(next)}),
			}),
		make: at('nextPageToken', 'pageToken'),
	},
	Gmail: {
		by: ['pageToken', 'row'],
		answer: ({rows, next}) =>
			only({messages: rows, resultSizeEstimate: 201, ...given(next, {nextPageToken: text(next)})}),
		make: at('nextPageToken', 'pageToken'),
	},
	'Microsoft Graph': {
		by: ['$skiptoken', 'row'],
		answer: ({rows, next, total}) =>
			only({
				'@odata.context': 'https://graph.example/v1.0/$metadata#users',
				'@odata.count': total,
				...given(next, {'@odata.nextLink': link(next, '$skiptoken')}),
				value: rows,
			}),
		make: links("['@odata.nextLink']"),
	},
	'Spring Data': {
		by: ['page', 'page from 0'],
		answer: ({rows, page, pages, total, next}) =>
			only({
				content: rows,
				pageable: {
					pageNumber: page - 1,
					pageSize: SIZE,
					offset: (page - 1) * SIZE,
					paged: true,
					unpaged: false,
				},
				last: !next,
				totalPages: pages,
				totalElements: total,
				size: SIZE,
				number: page - 1,
				numberOfElements: rows.length,
				first: page === 1,
				empty: rows.length === 0,
			}),
		make: () => pageNumber({totalPath: 'totalPages'}),
	},
	'Spring HATEOAS': {
		by: ['page', 'page from 0'],
		answer: ({rows, page, pages, total, next}) =>
			only({
				_embedded: {people: rows},
				_links: {self: {href: '/r'}, ...(next && {next: {href: `/r?page=${page}`}})},
				page: {size: SIZE, totalElements: total, totalPages: pages, number: page - 1},
			}),
		make: links('_links.next.href'),
	},
	'Django REST': {
		by: ['page', 'page'],
		answer: ({rows, page, total, next}) =>
			only({count: total, next: next ? `/r?page=${page + 1}` : null, previous: null, results: rows}),
		make: links('next'),
	},
	WordPress: {
		by: ['page', 'page'],
		answer: ({rows, page, pages, total, next, url}) =>
			only(rows, {
				'x-wp-total': String(total),
				'x-wp-totalpages': String(pages),
				...(next && {link: `<${url}?page=${page + 1}>; rel="next"`}),
			}),
		make: () => headerLink(),
	},
	Elasticsearch: {
		by: ['from', 'row'],
		answer: ({rows, total}) =>
			only({
				took: 3,
				timed_out: false,
				_shards: {total: 1, successful: 1, skipped: 0, failed: 0},
				hits: {total: {value: total, relation: 'eq'}, max_score: null, hits: rows},
			}),
		make: () => offset({limit: SIZE, offsetParam: 'from', limitParam: 'size', totalPath: 'hits.total.value'}),
		auto: 'fails',
		options: {selector: 'hits.hits'},
	},
	Algolia: {
		by: ['page', 'page from 0'],
		answer: ({rows, page, pages, total}) =>
			only({
				hits: rows,
				nbHits: total,
				page: page - 1,
				nbPages: pages,
				hitsPerPage: SIZE,
				exhaustiveNbHits: true,
				query: '',
				processingTimeMS: 1,
			}),
		make: () => pageNumber({totalPath: 'nbPages'}),
	},
	MediaWiki: {
		by: ['apcontinue', 'row'],
		answer: ({rows, next}) =>
			only({
				...(next ? {continue: {apcontinue: text(next), continue: '-||'}} : {batchcomplete: ''}),
				limits: {allpages: 500},
				query: {allpages: rows},
			}),
		make: () => cursor({cursorPath: 'continue'}),
		options: {selector: 'query.allpages'},
	},
	Contentful: {
		by: ['skip', 'row'],
		answer: ({rows, from, total}) =>
			only({sys: {type: 'Array'}, total, skip: from, limit: SIZE, items: rows, includes: {}}),
		make: () => offset({limit: SIZE, offsetParam: 'skip'}),
	},
	Intercom: {
		by: ['starting_after', 'row'],
		answer: ({rows, total, page, pages, next}) =>
			only({
				type: 'list',
				data: rows,
				total_count: total,
				pages: {
					type: 'pages',
					page,
					per_page: SIZE,
					total_pages: pages,
					next: next ? {page: page + 1, starting_after: text(next)} : null,
				},
			}),
		make: at('pages.next.starting_after', 'starting_after'),
	},
	Mailchimp: {
		by: ['offset', 'row'],
		answer: ({rows, total}) =>
			only({lists: rows, total_items: total, _links: [{rel: 'self', href: '/r', method: 'GET'}]}),
		make: () => offset({limit: SIZE, limitParam: 'count', totalPath: 'total_items'}),
	},
	Twilio: {
		by: ['Page', 'page from 0'],
		answer: ({rows, page, next}) =>
			only({
				calls: rows,
				page: page - 1,
				page_size: SIZE,
				start: (page - 1) * SIZE,
				end: page * SIZE - 1,
				uri: '/r',
				first_page_uri: '/r?Page=0',
				previous_page_uri: null,
				next_page_uri: next ? `/r?Page=${page}` : null,
			}),
		make: links('next_page_uri'),
	},
	'Twilio v1': {
		by: ['Page', 'page from 0'],
		answer: ({rows, page, next}) =>
			only({
				meta: {
					page: page - 1,
					page_size: SIZE,
					url: '/r',
					key: 'services',
					next_page_url: next ? `/r?Page=${page}` : null,
				},
				services: rows,
			}),
		make: links('meta.next_page_url'),
	},
	SendGrid: {
		by: ['page_token', 'row'],
		answer: ({rows, next}) =>
			only({
				result: rows,
				_metadata: {self: '/r', count: rows.length, ...given(next, {next: link(next, 'page_token')})},
			}),
		make: links('_metadata.next'),
	},
	PagerDuty: {
		by: ['offset', 'row'],
		answer: ({rows, from, next}) =>
			only({users: rows, limit: SIZE, offset: from, total: null, more: next !== undefined}),
		make: () => offset({limit: SIZE, hasMorePath: 'more'}),
	},
	Confluence: {
		by: ['start', 'row'],
		answer: ({rows, from, next}) =>
			only({
				results: rows,
				start: from,
				limit: SIZE,
				size: rows.length,
				_links: {
					base: 'https://wiki.example',
					context: '',
					self: '/r',
					...given(next, {next: link(next, 'start')}),
				},
			}),
		make: links('_links.next'),
	},
	Bitbucket: {
		by: ['page', 'page'],
		answer: ({rows, page, total, next}) =>
			only({pagelen: SIZE, size: total, values: rows, page, ...given(next, {next: `/r?page=${page + 1}`})}),
		make: links('next'),
	},
	'Bitbucket Server': {
		by: ['start', 'row'],
		answer: ({rows, from, next}) =>
			only({
				size: rows.length,
				limit: SIZE,
				isLastPage: !next,
				values: rows,
				start: from,
				nextPageStart: next ?? null,
			}),
		make: at('nextPageStart', 'start'),
	},
	Asana: {
		by: ['offset', 'row'],
		answer: ({rows, next}) =>
			only({
				data: rows,
				next_page: next ? {offset: text(next), path: link(next, 'offset'), uri: link(next, 'offset')} : null,
			}),
		make: at('next_page.offset', 'offset'),
	},
	'a GraphQL connection': {
		by: ['after', 'row'],
		answer: ({rows, from, next, total}) =>
			only({
				data: {
					users: {
						totalCount: total,
						nodes: rows,
						pageInfo: {
							hasNextPage: next !== undefined,
							hasPreviousPage: from > 0,
							endCursor: String(next ?? from),
						},
					},
				},
			}),
		make: () =>
			cursor({
				cursorPath: 'data.users.pageInfo.endCursor',
				cursorParam: 'after',
				hasMorePath: 'data.users.pageInfo.hasNextPage',
			}),
		options: {selector: 'data.users.nodes'},
	},
	'JSON:API': {
		by: ['page[number]', 'page'],
		answer: ({rows, page, pages, next}) =>
			only({
				jsonapi: {version: '1.0'},
				data: rows,
				included: [{type: 'people', id: '9', name: 'Ada'}],
				meta: {page: {current: page, total: pages}},
				links: {self: '/r', first: '/r', ...(next && {next: `/r?page%5Bnumber%5D=${page + 1}`})},
			}),
		make: links('links.next'),
	},
	SODA: {
		by: ['$offset', 'row'],
		answer: ({rows}) => only(rows),
		make: () => offset({limit: SIZE, offsetParam: '$offset', limitParam: '$limit'}),
		auto: 'fails',
	},
	CKAN: {
		by: ['offset', 'row'],
		answer: ({rows, total, from}) =>
			only({
				help: 'https://ckan.example/api/3/action/help_show?name=datastore_search',
				success: true,
				result: {
					include_total: true,
					records: rows,
					fields: [{id: '_id', type: 'int'}],
					total,
					...(from > 0 && {offset: from}),
					_links: {start: '/r', next: `/r?offset=${from + SIZE}`},
				},
			}),
		make: () => offset({limit: SIZE, totalPath: 'result.total'}),
		options: {selector: 'result.records'},
	},
	Laravel: {
		by: ['page', 'page'],
		answer: ({rows, page, pages, total, from, next}) =>
			only({
				data: rows,
				links: {
					first: '/r?page=1',
					last: `/r?page=${pages}`,
					prev: null,
					next: next ? `/r?page=${page + 1}` : null,
				},
				meta: {
					current_page: page,
					from: rows.length ? from + 1 : null,
					last_page: Math.max(pages, 1),
					per_page: SIZE,
					to: from + rows.length,
					total,
				},
			}),
		make: links('links.next'),
	},
	Twitter: {
		by: ['pagination_token', 'row'],
		answer: ({rows, next}) =>
			only({
				...(rows.length && {data: rows}),
				meta: {result_count: rows.length, ...given(next, {next_token: text(next)})},
			}),
		make: at('meta.next_token', 'pagination_token'),
		options: {selector: 'data', missingRows: 'empty'},
	},
	Facebook: {
		by: ['after', 'row'],
		answer: ({rows, from, next}) =>
			only({
				data: rows,
				...(rows.length && {
					paging: {
						cursors: {before: String(from), after: String(from + 1)},
						...given(next, {next: link(next, 'after')}),
					},
				}),
			}),
		make: links('paging.next'),
	},
	Reddit: {
		by: ['after', 'row'],
		answer: ({rows, next}) =>
			only({
				kind: 'Listing',
				data: {after: text(next), dist: rows.length, modhash: '', children: rows, before: null},
			}),
		make: at('data.after', 'after'),
		options: {selector: 'data.children'},
	},
	Square: {
		by: ['cursor', 'row'],
		answer: ({rows, next}) => only({objects: rows, ...given(next, {cursor: text(next)})}),
		make: at('cursor', 'cursor'),
	},
	Dropbox: {
		by: ['cursor', 'row'],
		answer: ({rows, next, from}) =>
			only({entries: rows, cursor: String(next ?? from), has_more: next !== undefined}),
		make: () => cursor({cursorPath: 'cursor', cursorParam: 'cursor', hasMorePath: 'has_more'}),
	},
	SCIM: {
		by: ['startIndex', 'row from 1'],
		answer: ({rows, from, total}) =>
			only({
				schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
				totalResults: total,
				startIndex: from + 1,
				itemsPerPage: SIZE,
				Resources: rows,
			}),
		make: () =>
			offset({
				limit: SIZE,
				offset: 1,
				offsetParam: 'startIndex',
				limitParam: 'count',
				totalPath: null,
				requireTotal: false,
			}),
		options: {selector: 'Resources'},
	},
	Harvest: {
		by: ['page', 'page'],
		answer: ({rows, page, pages, total, next}) =>
			only({
				time_entries: rows,
				per_page: SIZE,
				total_pages: pages,
				total_entries: total,
				next_page: next ? page + 1 : null,
				previous_page: null,
				page,
				links: {first: '/r', next: next ? `/r?page=${page + 1}` : null, previous: null, last: '/r'},
			}),
		make: links('links.next'),
	},
	Chargebee: {
		by: ['offset', 'row'],
		answer: ({rows, next}) => only({list: rows, ...given(next, {next_offset: text(next)})}),
		make: at('next_offset', 'offset'),
	},
	'good news around the rows': {
		by: ['page', 'page'],
		answer: ({rows, total, page, pages}) =>
			only({
				code: 200,
				status: 'success',
				success: 1,
				message: 'OK',
				error: null,
				errors: [],
				warnings: [],
				data: rows,
				meta: {page, per_page: SIZE, count: rows.length, total: String(total), total_pages: String(pages)},
			}),
		make: () => pageNumber({basePage: 1, totalPath: 'meta.total_pages'}),
	},
	'a total that is null': {
		by: ['page', 'page'],
		answer: ({rows, page, next}) => only({data: rows, page, total: null, has_more: next !== undefined}),
		make: () => pageNumber({basePage: 1, hasMorePath: 'has_more'}),
	},
	'a count of this page': {
		by: byRow,
		answer: ({rows, next}) => only({count: rows.length, limit: 500, data: rows, next: link(next)}),
		make: links('next'),
	},
	'a next link to itself at the end': {
		by: byRow,
		answer: ({rows, next, from}) => only({data: rows, meta: {next_href: link(next)}, self: link(from)}),
		make: links('meta.next_href'),
	},
};

function fromOf({by: [param, unit]}: Shape, {query}: RecordedRequest): number {
	const value = query[param]?.[0];
	if (value === undefined) return 0;
	if (unit === 'page') return (Number(value) - 1) * SIZE;
	if (unit === 'page from 0') return Number(value) * SIZE;
	return unit === 'row' ? Number(value) : unit === 'row from 1' ? Number(value) - 1 : Number(value) + 1;
}

for (const [name, shape] of Object.entries(shapes)) {
	test(`${name}: lists of any length are read whole, without a failure or a warning`, async () => {
		let total = 0;
		await using server = await serving(shape, () => total);
		for (total of [0, 1, SIZE, SIZE + 1, 3 * SIZE, 3 * SIZE + 7]) {
			const ways = {explicit: shape.make(), auto: auto()};
			for (const [way, paginator] of Object.entries(ways)) {
				const warnings: string[] = [];
				const {rows, message} = await walkAt(server.url, {
					...(way === 'explicit' && total > 0 ? {} : {selector: selectorOf(shape)}),
					...shape.options,
					paginator: paginator as Paginator,
					onWarning: ({code, message}) => void warnings.push(`${code}: ${message}`),
				});
				const told = `${way}, ${total} rows`;
				if (way === 'auto' && shape.auto === 'fails' && (total > SIZE || message)) {
					if (name !== 'SODA') match(message, /paginator: \{type: /, told);
					continue;
				}
				// A page of a usual size that says nothing of more is told where nothing says how the API is paged.
				const others = warnings.filter(
					text => !(way === 'auto' && total === SIZE && text.startsWith('page-looks-full')),
				);
				deepStrictEqual([message, others, rows.length], ['', [], total], told);
				deepStrictEqual(rows, ids(0, total), told);
			}
		}
	});
}

async function serving(shape: Shape, totalNow: () => number) {
	const server = await startServer([
		{
			path: '/r',
			respond: {
				fn: request => {
					const total = totalNow();
					const from = fromOf(shape, request);
					const to = Math.min(from + SIZE, total);
					return shape.answer({
						from,
						rows: ids(from, to),
						next: from + SIZE < total ? from + SIZE : undefined,
						total,
						page: from / SIZE + 1,
						pages: Math.ceil(total / SIZE),
						url: `http://${request.headers.host}/r`,
					});
				},
			},
		},
	]);
	return {...server, [Symbol.asyncDispose]: () => server.close()};
}

/** As a user would write it: the key that the rows are at. */
function selectorOf(shape: Shape): string {
	const asked = {from: 0, rows: [{id: -1}], next: undefined, total: 1, page: 1, pages: 1, url: ''};
	const {json} = shape.answer(asked) as {json: object};
	if (Array.isArray(json)) return '$';
	const key = Object.entries(json).find(([, value]) => value === asked.rows)?.[0];
	return key ?? '_embedded.people';
}
