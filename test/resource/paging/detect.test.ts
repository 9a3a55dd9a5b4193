/** What `auto` makes of a first answer, and what becomes of a wrong guess. */
import {deepStrictEqual, match, ok, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import type {JsonValue} from '../../../src/core/json/json.ts';
import {auto} from '../../../src/plugins/paginators/auto.ts';
import {guesses} from '../../../src/resource/paging/detect.ts';
import {type Guess, reasonOf} from '../../../src/resource/paging/guess.ts';
import {config, server} from '../../cli/config.ts';
import {workspace} from '../../helpers/binary.ts';
import type {Answer} from '../../helpers/respond.ts';
import type {Respond} from '../../helpers/server.ts';
import {ids, walk} from '../walk.ts';

const firstGuess = (answer: Parameters<typeof guesses>[0]) => guesses(answer)[0];

const data = ids(0, 2);
const link = (nextUrlPath: string): Guess => ({type: 'json_link', nextUrlPath});
const pages = (basePage: number, page: number, totalPath: string | null): Guess => ({
	type: 'page_number',
	basePage,
	page,
	totalPath,
});
const token = (cursorPath: string, cursorParam: string, hasMorePath?: string): Guess => ({
	type: 'cursor',
	cursorPath,
	...(hasMorePath !== undefined && {hasMorePath}),
	cursorParam,
});
const offsets = {type: 'offset', limit: 2, offset: 0, totalPath: 'total'} as const;
const single: Guess = {type: 'single_page'};

const table: readonly (readonly [name: string, body: JsonValue, guess: Guess])[] = [
	['a next link', {data, next: 'https://a.example/r?page=2'}, link('next')],
	['a relative one', {data, next: '/r?page=2'}, link('next')],
	['one that is a query alone', {data, next: '?page=2'}, link('next')],
	['JSON:API', {data, links: {self: '/r', next: '/r?page=2'}}, link('links.next')],
	['JSON:API with an object', {data, links: {next: {href: '/r?page=2', meta: {}}}}, link('links.next.href')],
	['HAL', {_embedded: {data}, _links: {next: {href: '/r?page=2'}}}, link('_links.next.href')],
	['OData', {value: data, '@odata.nextLink': 'https://a.example/r?$skip=2'}, link("['@odata.nextLink']")],
	['a link below paging', {data, paging: {next_url: 'https://a.example/r?after=x'}}, link('paging.next_url')],
	[
		'FHIR',
		{
			entry: data,
			link: [
				{relation: 'self', url: '/r'},
				{relation: 'next', url: '/r?page=2'},
			],
		},
		link("$.link[?(@.relation == 'next')].url"),
	],
	[
		'a list of links',
		{data, links: [{rel: 'next', href: '/r?page=2'}]},
		link("$.links[?(@.rel == 'next')].href"),
	],
	[
		'a page info',
		{data, pageInfo: {endCursor: 'c', hasNextPage: true}},
		{
			type: 'cursor',
			cursorPath: 'pageInfo.endCursor',
			hasMorePath: 'pageInfo.hasNextPage',
			cursorParam: 'after',
		},
	],
	[
		'a page info in snake case',
		{data, page_info: {end_cursor: 'c', has_next_page: true}},
		{
			type: 'cursor',
			cursorPath: 'page_info.end_cursor',
			hasMorePath: 'page_info.has_next_page',
			cursorParam: 'after',
		},
	],
	[
		'offset, limit and total',
		{data, offset: 0, limit: 2, total: 5},
		{type: 'offset', limit: 2, offset: 0, totalPath: 'total'},
	],
	['the same, of which all came', {data, offset: 0, limit: 5, total: 2}, single],
	['a number of pages', {data, total_pages: 3}, pages(0, 0, 'total_pages')],
	['a number of pages from 1', {data, meta: {page: 1, totalPages: '3'}}, pages(1, 1, 'meta.totalPages')],
	[
		'meta.pagination',
		{data, meta: {pagination: {total: 5, per_page: 2, current_page: 1, total_pages: 3}}},
		pages(1, 1, 'meta.pagination.total_pages'),
	],
	['a last page', {data, current_page: 1, last_page: 3}, pages(1, 1, 'last_page')],
	['a page, its size and the rows', {data, page: 1, per_page: 2, total: 5}, pages(1, 1, null)],
	['the same from 0', {data, pagination: {page: 0, pageSize: 2, totalCount: 5}}, pages(0, 0, null)],
	['the same, of which all came', {data, page: 1, per_page: 10, total: 2}, single],
	['a size without a page', {data, size: 2, total: 5}, single],
	[
		'Stripe',
		{object: 'list', has_more: true, data},
		{type: 'cursor', cursorPath: 'data[-1].id', hasMorePath: 'has_more', cursorParam: 'starting_after'},
	],
	[
		'a next cursor',
		{data, response_metadata: {next_cursor: 'c'}},
		{type: 'cursor', cursorPath: 'response_metadata.next_cursor', cursorParam: 'cursor'},
	],
	['a next page token', {data, nextPageToken: 't'}, token('nextPageToken', 'pageToken')],
	[
		'a next page token beside isLast',
		{data, nextPageToken: 't', isLast: false},
		token('nextPageToken', 'nextPageToken'),
	],
	['a token in capitals', {Items: data, NextToken: 't'}, token('NextToken', 'NextToken')],
	[
		'Notion',
		{object: 'list', results: data, next_cursor: 'c', has_more: true},
		token('next_cursor', 'start_cursor', 'has_more'),
	],
	[
		'Intercom',
		{data, pages: {page: 1, total_pages: 3, next: {page: 2, starting_after: 's'}}},
		token('pages.next.starting_after', 'starting_after'),
	],
	[
		'HubSpot without a link',
		{results: data, paging: {next: {after: '2'}}},
		token('paging.next.after', 'after'),
	],
	['Airtable', {records: data, offset: 'itr/rec'}, token('offset', 'offset')],
	['Square', {objects: data, cursor: 'c'}, token('cursor', 'cursor')],
	['Reddit', {data: {children: data, after: 't3_x', before: null}}, token('data.after', 'after')],
	['cursors of one page, as Facebook has them', {data, paging: {cursors: {before: 'a', after: 'b'}}}, single],
	['a token at the end of it all', {data, cursor: 'c', has_more: false}, single],
	[
		'MediaWiki',
		{query: {pages: data}, continue: {apcontinue: 'B', continue: '-||'}},
		{type: 'cursor', cursorPath: 'continue'},
	],
	['the number of the next page', {data, next_page: 2}, token('next_page', 'page')],
	['a next offset', {data, next_offset: 2}, token('next_offset', 'offset')],
	[
		'Jira',
		{issues: data, startAt: 0, maxResults: 2, total: 5},
		{...offsets, offsetParam: 'startAt', limitParam: 'maxResults'},
	],
	['Contentful', {items: data, skip: 0, limit: 2, total: 5}, {...offsets, offsetParam: 'skip'}],
	[
		'SCIM counts from 1',
		{Resources: data, startIndex: 1, itemsPerPage: 2, totalResults: 5},
		{...offsets, offset: 1, totalPath: null, offsetParam: 'startIndex', limitParam: 'count'},
	],
	[
		'PagerDuty',
		{data, offset: 0, limit: 2, more: true, total: null},
		{...offsets, totalPath: null, hasMorePath: 'more'},
	],
	['an offset and a limit of a full page', {data, offset: 0, limit: 2}, {...offsets, totalPath: null}],
	['the same of a page with room', {data, offset: 0, limit: 5}, single],
	['the same, and no more', {data, offset: 0, limit: 2, has_more: false}, single],
	[
		'a page beside a flag',
		{data, page: 1, has_more: true},
		{...pages(1, 1, null), hasMorePath: 'has_more'} as Guess,
	],
	[
		'Spring',
		{content: data, number: 0, size: 2, totalPages: 3, totalElements: 5, last: false},
		pages(0, 0, 'totalPages'),
	],
	['words about what comes next', {data, nextSteps: 'call us', next_review: '2024'}, single],
	['a next that is null', {data, next: null}, single],
	['has_more alone', {data, has_more: true}, single],
	['a list', data, single],
	['text', 'x', single],
];

for (const [name, body, guess] of table) {
	test(`${name} makes ${guess.type}`, () => {
		deepStrictEqual(firstGuess({headers: {}, body, received: 2}), guess);
		ok(reasonOf(guess).length > 10);
	});
}

test('a Link header goes before anything in the body', () => {
	const headers = {link: '<https://a.example/r?page=2>; rel="next"'};
	deepStrictEqual(firstGuess({headers, body: {data, total_pages: 3}, received: 2}), {type: 'header_link'});
});

/** The five rows from a place on, two a page. */
const rowsFrom = (from: number) => ids(from, Math.min(from + 2, 5));

function paged(param: string, answer: (number: number) => Answer): Respond {
	return {fn: ({query}) => answer(Number(query[param]?.[0] ?? -1))};
}

function byPage(answer: (page: number, hasMore: boolean) => Answer): Respond {
	return paged('page', number => answer(Math.max(number, 1), number < 3));
}

const answers: Readonly<Record<string, Respond>> = {
	'a Link header': byPage((page, hasMore) => ({
		json: {data: rowsFrom(2 * page - 2)},
		headers: hasMore ? {link: `</r?page=${page + 1}>; rel="next"`} : {},
	})),
	'a next link': byPage((page, hasMore) => ({
		json: {data: rowsFrom(2 * page - 2), links: {next: hasMore ? {href: `/r?page=${page + 1}`} : null}},
	})),
	'a number of pages': byPage(page => ({json: {data: rowsFrom(2 * page - 2), meta: {page, total_pages: 3}}})),
	'a page, its size and the rows': byPage(page => ({
		json: {data: rowsFrom(2 * page - 2), page, per_page: 2, total: 5},
	})),
	'offset, limit and total': paged('offset', offset => {
		const from = Math.max(offset, 0);
		return {json: {data: rowsFrom(from), offset: from, limit: 2, total: 5}};
	}),
	'a page info': paged('after', after => ({
		json: {data: rowsFrom(after + 1), pageInfo: {endCursor: String(after + 2), hasNextPage: after + 3 < 5}},
	})),
	'a next cursor': paged('cursor', cursor => ({
		json: {data: rowsFrom(cursor + 1), ...(cursor + 3 < 5 && {next_cursor: String(cursor + 2)})},
	})),
	Stripe: paged('starting_after', after => ({
		json: {object: 'list', data: rowsFrom(after + 1), has_more: after + 3 < 5},
	})),
	FHIR: {
		fn: ({query}) => {
			const page = Number(query.page?.[0] ?? 0);
			const more = page < 2 ? [{relation: 'next', url: `?page=${page + 1}`}] : [];
			return {
				json: {
					data: ids(2 * page, Math.min(2 * page + 2, 5)),
					link: [{relation: 'self', url: '/r'}, ...more],
				},
			};
		},
	},
};

for (const [name, respond] of Object.entries(answers)) {
	test(`${name}: every row comes once, whether bodies are parsed, left as text, or streamed`, async () => {
		for (const selector of ['data', undefined])
			for (const need of ['rows', 'text'] as const)
				for (const streamAboveBytes of [1 << 20, 0]) {
					const way = {...(selector && {selector}), needs: () => need};
					const {rows, message, requests} = await walk(
						respond,
						{...way, paginator: auto()},
						{streamAboveBytes},
					);
					strictEqual(message, '', JSON.stringify({...way, streamAboveBytes}));
					deepStrictEqual(rows, ids(0, 5));
					ok(requests.length <= 4);
				}
	});
}

for (const [signs, said, most] of [
	// Page 1 might be the first one for a server that counts from 1.
	[{total_pages: 3}, /parameter that auto tried: page, pageNumber, page_number\. .+page_param: NAME/, 7],
	[{page: 1, per_page: 2, total: 5}, /pageNumber, page_number\. .+base_page: 1, .+page_param: NAME/, 4],
	[{next_cursor: 'c'}, /"next_cursor": cursor, .+token, .+cursor_path: next_cursor, cursor_param: NAME/, 21],
	[{offset: 0, limit: 2, total: 5}, /the server ignore .+offset=2, limit=2\? .+type: offset, limit: 2/, 2],
	[{next: '/r?page=2'}, /ignore what is asked for, ".+page=2"\? .+json_link, next_url_path: next/, 2],
] as const) {
	test(`${JSON.stringify(signs)}: a guess that the second page proves wrong is an error, not a row twice`, async () => {
		const {rows, message, requests} = await walk(
			{json: {data, ...signs}},
			{selector: 'data', paginator: auto()},
		);
		match(message, /\(auto chose \w+\): the (first page came again|rows are the same as for the first page)/);
		match(message, said);
		deepStrictEqual(rows, data);
		strictEqual(requests.length, most);
	});
}

test('where a server refuses each name, the error has its last answer and the lines to write', async () => {
	const {message} = await walk(strict('own_name'), {selector: 'data', paginator: auto()});
	match(message, /answered 400: .+unknown parameter.+\. auto guessed the parameter\. /);
	match(message, /in place of NAME: paginator: \{type: cursor, cursor_path: nextToken, cursor_param: NAME\}/);
});

test('a value that may be of the page itself is sent back; if the first page comes again, it is the only one', async () => {
	const body = {meta: {cursor: 'c'}, data};
	const guesses: Guess[] = [];
	const paginator = auto({onDetected: guess => guesses.push(guess)});
	const one = await walk({json: body}, {selector: 'data', paginator});
	deepStrictEqual([one.rows, one.message, guesses], [data, '', [{type: 'single_page', isAsked: true}]]);
	const more = await walk(
		{
			fn: ({query}) => {
				const from = Number(query.after?.[0] ?? 0);
				return {json: {data: rowsFrom(from), ...(from < 4 && {meta: {cursor: String(from + 2)}})}};
			},
		},
		{selector: 'data', paginator: auto()},
	);
	deepStrictEqual([more.rows, more.message], [ids(0, 5), '']);
});

test('of several names, the one that the server accepts is told, once', async () => {
	const guesses: Guess[] = [];
	const paginator = auto({onDetected: guess => guesses.push(guess)});
	await walk(strict('page_token'), {selector: 'data', paginator});
	deepStrictEqual(guesses, [token('nextToken', 'page_token')]);
});

for (const [name, body, path] of [
	['a search', {filter: 'x'}, ['start_cursor']],
	['a query of GraphQL', {query: '{ rows }', variables: {first: 2}}, ['variables', 'start_cursor']],
] as const) {
	test(`${name} by POST gets the cursor in its JSON body`, async () => {
		const {rows, message, requests} = await walk(
			{
				fn: request => {
					const sent = path.reduce<unknown>((value, key) => Reflect.get(Object(value), key), request.json);
					const from = Number(sent ?? 0);
					return {json: {data: rowsFrom(from), ...(from < 4 && {next_cursor: String(from + 2)})}};
				},
			},
			{method: 'POST', body: {json: body}, selector: 'data', paginator: auto()},
		);
		deepStrictEqual([rows, message], [ids(0, 5), '']);
		deepStrictEqual(
			requests.map(({query}) => query).filter(query => Object.keys(query).length > 0),
			[],
		);
	});
}

const strict = (known: string) => ({
	fn: ({query}: {query: Record<string, string[]>}): Answer =>
		Object.keys(query).some(key => key !== known)
			? {status: 400, json: {error: 'unknown parameter'}}
			: {json: {data: rowsFrom(Number(query[known]?.[0] ?? 0)), ...next(Number(query[known]?.[0] ?? 0))}},
});
const next = (from: number): object => (from + 2 < 5 ? {nextToken: String(from + 2)} : {});

test('a server that ignores a parameter, or refuses it, is asked with the next name for it, without a warning', async () => {
	for (const known of ['cursor', 'nextToken', 'page_token']) {
		const warnings: unknown[] = [];
		const refusing = {
			selector: 'data',
			paginator: auto(),
			onWarning: (warning: unknown) => void warnings.push(warning),
		};
		const lenient: Respond = {
			fn: ({query}) => {
				const from = Number(query[known]?.[0] ?? 0);
				return {json: {data: rowsFrom(from), ...next(from)}};
			},
		};
		for (const respond of [strict(known), lenient]) {
			const {rows, message} = await walk(respond, refusing);
			deepStrictEqual([rows, message, warnings], [ids(0, 5), '', []], known);
		}
	}
});

test('what was chosen is told once, with the reason: by -v to people, as an event to machines', async () => {
	const guesses: Guess[] = [];
	const respond = answers.FHIR!;
	await walk(respond, {selector: 'data', paginator: auto({onDetected: guess => guesses.push(guess)})});
	deepStrictEqual(guesses, [link("$.link[?(@.relation == 'next')].url")]);
	await using api = await server({path: '/r', respond: {json: {data, total_pages: 1}}});
	await using place = await workspace({
		'sluice.json': config(api.url, [{name: 'r', endpoint: {data_selector: 'data'}}]),
	});
	const [told, events] = await Promise.all([
		place.sluice(['run', '-v']),
		place.sluice(['read', 'r', '--log', 'json']),
	]);
	match(told.stderr, /^ {2}r: auto chose page_number: a number of pages at "total_pages"$/m);
	match(told.stderr, /^ +paginator: \{type: page_number, base_page: 0, total_path: total_pages\}$/m);
	const detected = events.stderr
		.trim()
		.split('\n')
		.map(line => JSON.parse(line))
		.filter(({event}) => event === 'detected');
	deepStrictEqual(
		detected.map(({time: _, ...rest}) => rest),
		[
			{
				event: 'detected',
				label: 'r',
				paginator: 'page_number',
				reason: 'a number of pages at "total_pages"',
				config: 'paginator: {type: page_number, base_page: 0, total_path: total_pages}',
			},
		],
	);
});
