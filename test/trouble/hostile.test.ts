/**
 * Answers with a status of success that lie in ways of their own. Each run fails, tells a warning or has all
 * rows, by the built binary.
 */
import {ok} from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {workspace} from '../helpers/binary.ts';
import type {Answer} from '../helpers/respond.ts';
import {type RecordedRequest, type ScriptedServer, startServer} from '../helpers/server.ts';
import {ids} from '../resource/walk.ts';

const TOTAL = 45;
const SIZE = 20;

interface Lie {
	readonly endpoint?: object;
	answer(asked: {
		page: number;
		from: number;
		rows: object[];
		url: string;
		nth: number;
		request: RecordedRequest;
	}): Answer;
}

const json = (json: unknown, headers: Record<string, string> = {}): Answer => ({
	json: json as never,
	headers,
});
const paged = {paginator: {type: 'page_number', base_page: 1, total_path: null}};
const by = (type: string, options: object = {}) => ({paginator: {type, ...options}});
const cut = (rows: object[], page: number): object[] => (page === 2 ? rows.slice(0, 7) : rows);
const isLast = (page: number): boolean => page * SIZE >= TOTAL;

const lies: Readonly<Record<string, Lie>> = {
	'a total with thousands separators': {answer: ({rows}) => json({total: '1,234', data: rows})},
	'a total with spaces': {answer: ({rows}) => json({total: ' 45 ', data: rows})},
	'a total with a point for thousands': {answer: ({rows}) => json({meta: {total: '1.234'}, data: rows})},
	'a total as a fraction': {answer: ({rows}) => json({total: 45.0001, data: rows})},
	'a total as 4.5e1': {answer: () => ({text: `{"total":4.5e1,"data":${JSON.stringify(ids(0, SIZE))}}`})},
	'a total as an object': {answer: ({rows}) => json({total: {value: 45, relation: 'eq'}, data: rows})},
	'a total in a list': {answer: ({rows}) => json({meta: [{total: 45}], data: rows})},
	'a nested has_more': {answer: ({rows}) => json({response: {paging: {has_more: true}}, data: rows})},
	'has_more as 1': {answer: ({rows}) => json({has_more: 1, data: rows})},
	'has_more as "yes"': {answer: ({rows}) => json({has_more: 'yes', data: rows})},
	'has_more as "TRUE"': {answer: ({rows}) => json({hasMore: 'TRUE', data: rows})},
	'more in words': {answer: ({rows}) => json({data: rows, paging: {status: 'more'}})},
	'a next link to page 1': {
		endpoint: by('json_link', {next_url_path: 'next'}),
		answer: ({rows, page, url}) =>
			json({data: rows, next: page === 2 ? `${url}?page=1` : `${url}?page=${page + 1}`}),
	},
	'a next link to itself': {
		endpoint: by('json_link', {next_url_path: 'next'}),
		answer: ({rows, page, url}) => json({data: rows, next: `${url}?page=${page}`}),
	},
	'a next link that goes back': {
		answer: ({rows, page, url}) =>
			json({data: rows, next: page === 2 ? `${url}?page=2&x=1` : `${url}?page=${page + 1}`}),
	},
	'cursors that change their case': {
		endpoint: by('cursor', {cursor_path: 'next', cursor_param: 'c'}),
		answer: ({nth}) => json({data: ids(0, 5), next: nth % 2 ? 'aBc' : 'AbC'}),
	},
	'205': {
		endpoint: by('json_link', {next_url_path: 'next'}),
		answer: ({rows, page, url}) =>
			page === 2 ? {status: 205} : json({data: rows, next: `${url}?page=${page + 1}`}),
	},
	'206 with Content-Range': {
		answer: ({rows}) => ({status: 206, json: rows, headers: {'content-range': 'items 0-19/45'}}),
	},
	'206 with an unknown length': {
		answer: ({rows}) => ({status: 206, json: rows.slice(0, 7), headers: {'content-range': 'items 0-6/*'}}),
	},
	'206 with another unit': {
		answer: ({rows}) => ({status: 206, json: rows.slice(0, 7), headers: {'content-range': 'users 0-6/45'}}),
	},
	'Accept-Ranges and a part': {
		answer: ({rows}) => ({status: 206, json: rows.slice(0, 7), headers: {'accept-ranges': 'items'}}),
	},
	'a login page': {
		endpoint: paged,
		answer: ({rows, page}) =>
			page === 2
				? {text: '<!doctype html><title>Login</title>', headers: {'content-type': 'text/html'}}
				: json(rows),
	},
	'a login page as JSON type': {
		endpoint: paged,
		answer: ({rows, page}) =>
			page === 2
				? {text: '<html><form></form></html>', headers: {'content-type': 'application/json'}}
				: json(rows),
	},
	'a page that is cut': {
		endpoint: by('json_link', {next_url_path: 'next'}),
		answer: ({rows, page, url}) =>
			json({total: TOTAL, data: cut(rows, page), next: isLast(page) ? null : `${url}?page=${page + 1}`}),
	},
	'links.next as an object': {
		answer: ({rows, page, url}) =>
			json({
				data: rows,
				links: {self: `${url}`, ...(isLast(page) ? {} : {next: {href: `${url}?page=${page + 1}`, meta: {}}})},
			}),
	},
	'links.next as an object, with single_page': {
		endpoint: by('single_page'),
		answer: ({rows, url}) => json({data: rows, links: {next: {href: `${url}?page=2`}}}),
	},
	'errors of GraphQL beside data': {
		endpoint: {...by('single_page'), data_selector: 'data.users'},
		answer: ({rows}) =>
			json({data: {users: rows.slice(0, 3)}, errors: [{message: 'timeout', path: ['users', 3]}]}),
	},
	'a fault of SOAP': {
		endpoint: {...paged, format: 'xml', data_selector: 'users.user'},
		answer: ({page, rows}) =>
			page === 2
				? {
						text:
							'<s:Envelope ' +
							'xmlns:s="x"><s:Body><s:Fault><faultcode>s:Server</faultcode><faultstring>busy</faultstring></s:Fault></s:Body></s:Envelope>',
						headers: {'content-type': 'text/xml'},
					}
				: {
						text: `<users>${rows.map((_, i) => `<user><id>${i}</id></user>`).join('')}</users>`,
						headers: {'content-type': 'text/xml'},
					},
	},
	'a relative @odata.nextLink': {
		answer: ({rows, page}) =>
			json({value: rows, ...(isLast(page) ? {} : {'@odata.nextLink': `rows?page=${page + 1}`})}),
	},
	'a relative @odata.nextLink, with single_page': {
		endpoint: by('single_page'),
		answer: ({rows}) => json({value: rows, '@odata.nextLink': 'rows?page=2'}),
	},
	'Link with several rels': {
		answer: ({rows, page, url}) => ({
			json: rows,
			headers: {
				link: isLast(page) ? `<${url}?page=1>; rel="first"` : `<${url}?page=${page + 1}>; rel="last next"`,
			},
		}),
	},
	'Link with rel=Next': {
		answer: ({rows, page, url}) => ({
			json: rows,
			headers: {link: isLast(page) ? `<${url}?page=1>; rel=First` : `<${url}?page=${page + 1}>; rel=Next`},
		}),
	},
	'Link with rel before others': {
		endpoint: by('single_page'),
		answer: ({rows, url}) => ({json: rows, headers: {link: `<${url}?page=2>; title="a, b"; rel="next"`}}),
	},
	'a token with single_page': {
		endpoint: by('single_page'),
		answer: ({rows}) => json({data: rows, nextToken: 'abc'}),
	},
	'a token in a header': {
		endpoint: by('single_page'),
		answer: ({rows}) => json(rows, {'x-next-token': 'abc'}),
	},
	'a continuation header': {
		endpoint: by('single_page'),
		answer: ({rows}) => json(rows, {'x-ms-continuation': 'abc'}),
	},
	'pages that shrink': {
		endpoint: by('offset', {limit: SIZE}),
		answer: ({request}) => {
			const from = Number(request.query.offset?.[0] ?? 0);
			return json({data: ids(from, Math.min(TOTAL, from + Math.max(1, SIZE - from)))});
		},
	},
	'results truncated': {endpoint: by('single_page'), answer: ({rows}) => json({data: rows, truncated: true})},
	'isTruncated as text': {
		endpoint: by('single_page'),
		answer: ({rows}) => json({Contents: rows, IsTruncated: 'true'}),
	},
	'limited: true': {endpoint: by('single_page'), answer: ({rows}) => json({data: rows, limit_reached: true})},
	'partial: true': {endpoint: by('single_page'), answer: ({rows}) => json({data: rows, partial: true})},
	'complete: false': {endpoint: by('single_page'), answer: ({rows}) => json({data: rows, complete: false})},
	'a range of rows': {
		answer: ({rows, from}) => json({range: {from: from + 1, to: from + rows.length, of: TOTAL}, data: rows}),
	},
	'a range in words': {answer: ({rows}) => json({data: rows, summary: 'items 1-20 of 350'})},
	'a page in words': {answer: ({rows}) => json({data: rows, page: '1 of 3'})},
	'a page in words for people': {answer: ({rows}) => json({data: rows, meta: {label: 'Page 1 of 3'}})},
	'rows that remain': {answer: ({rows}) => json({data: rows, remaining: 25})},
	'rows that are left': {answer: ({rows}) => json({data: rows, paging: {left: 25}})},
	more_items: {endpoint: by('single_page'), answer: ({rows}) => json({data: rows, more_items: 25})},
	'errors of GraphQL in extensions': {
		endpoint: {...by('single_page'), data_selector: 'data.users'},
		answer: ({rows}) => json({data: {users: rows.slice(0, 3)}, extensions: {errors: [{message: 'timeout'}]}}),
	},
	'a Warning header': {
		endpoint: by('single_page'),
		answer: ({rows}) => json(rows, {warning: '199 - "only a part of the results"'}),
	},
	'a list of warnings': {
		endpoint: by('single_page'),
		answer: ({rows}) => json({data: rows, warnings: ['results truncated']}),
	},
	'204 in the middle': {
		endpoint: {paginator: {type: 'page_number', base_page: 1}},
		answer: ({rows, page}) => (page === 2 ? {status: 204} : json({data: rows})),
	},
	'page and pages': {endpoint: by('single_page'), answer: ({rows}) => json({data: rows, page: 1, pages: 3})},
};

let server: ScriptedServer;
let place: Awaited<ReturnType<typeof workspace>>;
let nth = 0;
before(async () => {
	server = await startServer(
		Object.entries(lies).map(([, {answer}], i) => ({
			path: `/${i}/rows`,
			respond: {
				fn: (request: RecordedRequest) => {
					const page = Number(request.query.page?.[0] ?? 1);
					const from = (page - 1) * SIZE;
					const url = `http://${request.headers.host}/${i}/rows`;
					return answer({
						page,
						from,
						rows: ids(from, Math.min(from + SIZE, TOTAL)),
						url,
						nth: nth++,
						request,
					});
				},
			},
		})),
	);
	place = await workspace({});
});
after(async () => {
	await server.close();
	await place[Symbol.asyncDispose]();
});

for (const [i, [what, {endpoint}]] of Object.entries(lies).entries()) {
	test(`${what} is no short success`, async () => {
		const file = `c${i}.json`;
		const {writeFile} = await import('node:fs/promises');
		const {join} = await import('node:path');
		await writeFile(
			join(place.path, file),
			JSON.stringify({
				client: {base_url: server.url, retry: {max_retries: 0}},
				output: {format: 'jsonl', path: `out${i}`},
				resources: [{name: 'rows', endpoint: {path: `${i}/rows`, ...endpoint}}],
			}),
		);
		const {code, stdout, stderr} = await place.sluice(['read', '-c', file, 'rows', '--log', 'json']);
		const count = new Set(stdout.split('\n').filter(Boolean)).size;
		const told = /"code":"[a-z]+-[a-z-]+"/.test(stderr);
		ok(code !== 0 || told || count >= TOTAL, `${count} rows, exit ${code}: ${stderr.slice(0, 300)}`);
	});
}
