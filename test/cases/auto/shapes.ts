/** Ways in which APIs page, each as an answer to a request: 250 rows, 50 a page, the place in a parameter. */
import type {Answer} from '../../helpers/respond.ts';
import type {RecordedRequest} from '../../helpers/server.ts';

export const TOTAL = 250;
const SIZE = 50;

export type Shape = (request: RecordedRequest) => Answer;

interface Row {
	readonly id: number;
	readonly name: string;
}

/** One page of the list. */
interface Cut {
	readonly rows: readonly Row[];
	/** Rows before it. */
	readonly from: number;
	/** Where the next page begins; nothing on the last one. */
	readonly next: number | undefined;
	/** The same as text, as tokens are. */
	readonly token: string | undefined;
	/** Its number, from 1. */
	readonly page: number;
	/** A link to the next page. */
	readonly link: string | undefined;
}

type Body = (cut: Cut) => object;
type Headers = (cut: Cut) => Record<string, string>;

const numberOf = (request: RecordedRequest, param: string): number | undefined => {
	const text = request.query[param]?.[0];
	return text === undefined ? undefined : Number(text);
};

function cutAt(from: number, path: string, query: string): Cut {
	const count = Math.max(0, Math.min(SIZE, TOTAL - from));
	const next = from + SIZE < TOTAL ? from + SIZE : undefined;
	return {
		rows: Array.from({length: count}, (_, i) => ({id: from + i, name: `row ${from + i}`})),
		from,
		next,
		token: next === undefined ? undefined : String(next),
		page: from / SIZE + 1,
		link: next === undefined ? undefined : `{{BASE}}${path}?${query}`,
	};
}

const answerOf = (cut: Cut, body: Body, headers?: Headers): Answer => ({
	json: body(cut),
	...(headers && {headers: headers(cut)}),
});

/** The parameter says how many rows to skip, be it as a number or as an opaque word. */
function byRows(param: string, body: Body, headers?: Headers): Shape {
	return request => {
		const from = numberOf(request, param) ?? 0;
		const query = `${encodeURIComponent(param)}=${from + SIZE}`;
		return answerOf(cutAt(from, request.path, query), body, headers);
	};
}

/** The parameter is the number of the page. */
function byPages(body: Body, headers?: Headers, first = 1): Shape {
	return request => {
		const page = numberOf(request, 'page') ?? first;
		return answerOf(cutAt((page - first) * SIZE, request.path, `page=${page + 1}`), body, headers);
	};
}

const noBody: Body = ({rows}) => rows;

/** Shapes of well-known APIs, or with enough in them: these must come whole. */
export const telling: Readonly<Record<string, Shape>> = {
	github_link: byPages(noBody, ({link}) => (link === undefined ? {} : {link: `<${link}>; rel="next"`})),
	gitlab: byPages(noBody, ({page, next}) => ({
		'x-total': String(TOTAL),
		'x-total-pages': String(TOTAL / SIZE),
		'x-page': String(page),
		'x-per-page': String(SIZE),
		'x-next-page': next === undefined ? '' : String(page + 1),
	})),
	stripe: request => {
		const after = numberOf(request, 'starting_after');
		const cut = cutAt(after === undefined ? 0 : after + 1, request.path, '');
		return {json: {object: 'list', has_more: cut.next !== undefined, data: cut.rows}};
	},
	hubspot: byRows('after', ({rows, token: after, link}) => ({
		results: rows,
		...(after && {paging: {next: {after, link}}}),
	})),
	slack: byRows('cursor', ({rows, token = ''}) => ({
		ok: true,
		members: rows,
		response_metadata: {next_cursor: token},
	})),
	notion: byRows('start_cursor', ({rows, token = null}) => ({
		object: 'list',
		results: rows,
		has_more: token !== null,
		next_cursor: token,
	})),
	zendesk: byRows('page[after]', ({rows, from, next, link = null}) => ({
		users: rows,
		meta: {has_more: next !== undefined, after_cursor: String(from + SIZE)},
		links: {next: link},
	})),
	airtable: byRows('offset', ({rows, token}) => ({records: rows, ...(token && {offset: token})})),
	google: byRows('pageToken', ({rows, token}) => ({items: rows, ...(token && {nextPageToken: token})})),
	jira_by_token: byRows('nextPageToken', ({rows, token}) => ({
		issues: rows,
		isLast: token === undefined,
		...(token && {nextPageToken: token}),
	})),
	jira: byRows('startAt', ({rows, from}) => ({
		startAt: from,
		maxResults: SIZE,
		total: TOTAL,
		issues: rows,
	})),
	intercom: byRows('starting_after', ({rows, page, token}) => ({
		type: 'list',
		data: rows,
		total_count: TOTAL,
		pages: {
			type: 'pages',
			page,
			per_page: SIZE,
			total_pages: TOTAL / SIZE,
			...(token && {next: {page: page + 1, starting_after: token}}),
		},
	})),
	salesforce: byRows('from', ({rows, link}) => ({
		totalSize: TOTAL,
		done: link === undefined,
		records: rows,
		...(link && {nextRecordsUrl: link.replace('{{BASE}}', '')}),
	})),
	django: byPages(({rows, link = null}) => ({count: TOTAL, next: link, previous: null, results: rows})),
	odata: byRows('$skip', ({rows, link}) => ({value: rows, ...(link && {'@odata.nextLink': link})})),
	laravel: byPages(({rows, page, link = null}) => ({
		data: rows,
		links: {first: '{{BASE}}/laravel', next: link},
		meta: {current_page: page, last_page: TOTAL / SIZE, per_page: SIZE, total: TOTAL},
	})),
	facebook: byRows('after', ({rows, from, link}) => ({
		data: rows,
		paging: {cursors: {before: '0', after: String(from + SIZE)}, ...(link && {next: link})},
	})),
	hal: byPages(
		({rows, page, link}) => ({
			_embedded: {users: rows},
			_links: {self: {href: '{{BASE}}/hal'}, ...(link && {next: {href: link}})},
			page: {size: SIZE, totalElements: TOTAL, totalPages: TOTAL / SIZE, number: page - 1},
		}),
		undefined,
		0,
	),
	offset_and_total: byRows('offset', ({rows, from}) => ({
		total: TOTAL,
		limit: SIZE,
		offset: from,
		items: rows,
	})),
	page_and_total: byPages(({rows, page}) => ({
		page,
		per_page: SIZE,
		total: TOTAL,
		total_pages: TOTAL / SIZE,
		data: rows,
	})),
	asana: byRows('offset', ({rows, token, link}) => ({
		data: rows,
		next_page: token ? {offset: token, path: link?.replace('{{BASE}}', ''), uri: link} : null,
	})),
	aws: byRows('NextToken', ({rows, token}) => ({Items: rows, ...(token && {NextToken: token})})),
	x: byRows('pagination_token', ({rows, token}) => ({
		data: rows,
		meta: {result_count: rows.length, ...(token && {next_token: token})},
	})),
	relay: byRows('after', ({rows, from, next}) => ({
		edges: rows.map(node => ({node})),
		pageInfo: {hasNextPage: next !== undefined, endCursor: String(from + SIZE)},
	})),
	content_range: byRows('offset', noBody, ({from, rows}) => ({
		'content-range': `items ${from}-${from + rows.length - 1}/${TOTAL}`,
	})),
};

/** More rows follow, and nothing says how to ask for them: the server may be asked, and what it takes is found. */
export const silent: Readonly<Record<string, Shape>> = {
	total_in_a_header: byPages(noBody, () => ({'x-total-count': String(TOTAL)})),
	total_by_page: byPages(({rows}) => ({total: TOTAL, results: rows})),
	total_by_offset: byRows('offset', ({rows}) => ({total: TOTAL, results: rows})),
	flag_by_page: byPages(({rows, next}) => ({has_more: next !== undefined, results: rows})),
	flag_by_offset: byRows('offset', ({rows, next}) => ({has_more: next !== undefined, results: rows})),
};

/** No guess leads on: an error has to say so. */
export const closed: Readonly<Record<string, Shape>> = {
	total_alone: () => ({json: {total: TOTAL, results: cutAt(0, '', '').rows}}),
	flag_alone: () => ({json: {has_more: true, results: cutAt(0, '', '').rows}}),
	own_name: byRows('beginAt', ({rows}) => ({total: TOTAL, results: rows})),
};
