/**
 * A server that answers 200 and lies. Each run ends as a failure, tells a warning, or has all rows: none is a
 * short success, that is, done, with fewer rows than the server has, and nothing said.
 */
import {deepStrictEqual, ok} from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {type Client, client} from '../../src/http/client.ts';
import {auto} from '../../src/plugins/paginators/auto.ts';
import {cursor} from '../../src/plugins/paginators/cursor.ts';
import {headerCursor} from '../../src/plugins/paginators/header-cursor.ts';
import {headerLink} from '../../src/plugins/paginators/header-link.ts';
import {jsonLink} from '../../src/plugins/paginators/json-link.ts';
import {offset} from '../../src/plugins/paginators/offset.ts';
import {pageNumber} from '../../src/plugins/paginators/page-number.ts';
import {singlePage} from '../../src/plugins/paginators/single-page.ts';
import type {Paginator} from '../../src/resource/paging/paginator.ts';
import {walk} from '../../src/resource/walk/walk.ts';
import type {WalkOptions} from '../../src/resource/walk/walk-options.ts';
import type {Answer} from '../helpers/respond.ts';
import {type ScriptedServer, startServer} from '../helpers/server.ts';

const PAGES = 4;
const SIZE = 3;

const person = (id: number) => ({id, name: `Person ${id}`});
const rowsOf = (page: number) =>
	Array.from({length: page < PAGES ? SIZE : 0}, (_, i) => person(page * SIZE + i));

type Body = Record<string, unknown>;
/** What an honest server puts beside the rows of a page, from 0. */
interface Kind {
	readonly paginator: () => Paginator;
	readonly around: (page: number) => {json?: Body; headers?: Record<string, string>};
	/** Of a request that is not the first. */
	readonly pageOf: (query: Record<string, string[]>) => number;
	/** @default PAGES */
	readonly pages?: number;
}

const isLast = (page: number): boolean => page >= PAGES - 1;
const byPage = (query: Record<string, string[]>) => Number(query.page?.[0] ?? 1) - 1;

const kinds: Record<string, Kind> = {
	page_number: {paginator: () => pageNumber({basePage: 1}) as Paginator, around: () => ({}), pageOf: byPage},
	offset: {
		paginator: () => offset({limit: SIZE}) as Paginator,
		around: () => ({}),
		pageOf: ({offset: [from = '0'] = []}) => Number(from) / SIZE,
	},
	cursor: {
		paginator: () => cursor({cursorPath: 'next', cursorParam: 'page'}),
		around: page => ({json: {next: isLast(page) ? null : String(page + 2)}}),
		pageOf: byPage,
	},
	json_link: {
		paginator: () => jsonLink(),
		around: page => ({json: {next: isLast(page) ? null : `/r?page=${page + 2}`}}),
		pageOf: byPage,
	},
	header_link: {
		paginator: () => headerLink(),
		around: page => (isLast(page) ? {} : {headers: {link: `</r?page=${page + 2}>; rel="next"`}}),
		pageOf: byPage,
	},
	single_page: {paginator: () => singlePage(), around: () => ({}), pageOf: () => 0, pages: 1},
	header_cursor: {
		paginator: () => headerCursor({cursorKey: 'x-next', cursorParam: 'page'}),
		around: page => (isLast(page) ? {} : {headers: {'x-next': String(page + 2)}}),
		pageOf: byPage,
	},
	auto: {
		paginator: () => auto() as Paginator,
		around: page => ({json: {next: isLast(page) ? null : `/r?page=${page + 2}`}}),
		pageOf: byPage,
	},
};

/** What it sends in place of a page. `honest` is the right body. */
type Lie = (honest: Body, page: number) => Answer;

const json = (body: unknown): Answer => ({json: body as never});
const spellings: readonly Body[] = [
	{error: 'busy'},
	{Error: 'Busy'},
	{error: {code: 17, message: 'busy'}},
	{errors: [{message: 'busy'}]},
	{errors: ['busy'], data: null},
	{error: 'busy', data: []},
	{message: 'come back later'},
	{msg: 'come back later', data: null},
	{fault: {faultstring: 'Quota violation'}},
	{errorCode: 'E1', errorMessage: 'busy'},
	{status: 'error'},
	{status: 'fail', data: null},
	{status: 'failed', data: []},
	{code: 429, message: 'slow down'},
	{code: 429, data: []},
	{code: 10001, msg: 'too fast', data: []},
	{statusCode: 503},
	{success: false},
	{success: 'false', data: []},
	{ok: 0, data: []},
	{ok: false, error: 'not_authed'},
	{result: 'error', detail: 'busy'},
	{response: {error: 'busy'}},
	{'soap:Envelope': {'soap:Body': {'soap:Fault': {faultcode: 'x', faultstring: 'busy'}}}},
	{timed_out: true, data: []},
];

const lies: Record<string, Lie> = {
	...Object.fromEntries(spellings.map(body => [JSON.stringify(body), () => json(body)])),
	'errors beside some rows': honest =>
		json({...honest, data: (honest.data as unknown[]).slice(0, 1), errors: [{message: 'x'}]}),
	'null data': honest => json({...honest, data: null}),
	'null data alone': () => json({data: null}),
	'false for data': () => json({data: false}),
	'a word for data': () => json({data: 'busy'}),
	'an empty object for data': () => json({data: {}}),
	'an object for data': () => json({data: {state: 'busy'}}),
	'{}': () => json({}),
	null: () => json(null),
	'a word': () => json('busy'),
	'a number': () => json(0),
	'an empty list at the root': () => json([]),
	'another key for the list': honest => json({...honest, data: undefined, items: honest.data}),
	'a page for people': () => ({
		text: '<!doctype html><html><body>Sign in</body></html>',
		headers: {'content-type': 'text/html'},
	}),
	'an empty body': () => ({text: '', headers: {'content-type': 'application/json'}}),
	spaces: () => ({text: ' \n', headers: {'content-type': 'application/json'}}),
	'a truncated body': honest => ({
		text: JSON.stringify(honest).slice(0, -9),
		headers: {'content-type': 'application/json'},
	}),
	'a keyed object': honest =>
		json({...honest, data: Object.fromEntries((honest.data as {id: number}[]).map(row => [row.id, row]))}),
	'an earlier page': (honest, page) => json({...honest, data: rowsOf(Math.max(page - 1, 0))}),
	'a list of words': honest => json({...honest, data: ['busy']}),
	'an empty list': honest => json({...honest, data: []}),
	'a short page': honest => json({...honest, data: (honest.data as unknown[]).slice(0, 1)}),
	'a list of nulls': honest => json({...honest, data: (honest.data as unknown[]).map(() => null)}),
};

/**
 * Nothing can tell these from the truth; or what tells them is a total or a link, which is held against the
 * rows elsewhere.
 */
const unknowable = (what: string, where: string, name: string, selector: string | undefined): boolean =>
	['an empty list', 'a short page'].includes(what) ||
	(what === 'an empty list at the root' && where === 'first' && selector === undefined) ||
	// One record, and one list of words, for all that is known.
	(what === 'an object for data' && where === 'first' && selector !== undefined) ||
	(what === 'a list of words' && name === 'single_page');

let server: ScriptedServer;
let api: Client;
let kind: Kind = kinds.page_number as Kind;
let lie: {from: number; lie: Lie} | undefined;

before(async () => {
	const respond = {
		fn: ({query}: {query: Record<string, string[]>}): Answer => {
			const page = kind.pageOf(query);
			const {json: around = {}, headers = {}} = kind.around(page);
			const honest = {...around, data: rowsOf(page)};
			if (lie?.from !== page) return {json: honest as never, headers};
			const answer = lie.lie(honest, page);
			// A server that lies in the body still sends its headers.
			return {...answer, headers: {...headers, ...answer.headers}};
		},
	};
	server = await startServer([{path: '/r', respond}]);
	api = client({baseUrl: server.url, retry: {maxRetries: 1, delayMs: 1}, sleep: async () => {}});
});
after(async () => {
	await api.close();
	await server.close();
});

async function read(options: Partial<WalkOptions>) {
	const seen = new Set<number>();
	const told: string[] = [];
	let strange = 0;
	let error = '';
	try {
		const onWarning = ({code}: {code: string}) => void told.push(code);
		for await (const page of walk(api, {name: 'r', onWarning, ...options}, {})) {
			for (const {id} of page.records) typeof id === 'number' ? seen.add(id) : strange++;
		}
	} catch (failure) {
		error = `${(failure as {code?: string}).code}: ${(failure as Error).message}`;
	}
	return {rows: seen.size, strange, told, error};
}

const places = {first: 0, middle: 1, last: PAGES - 1};

for (const [name, one] of Object.entries(kinds)) {
	for (const selector of ['data', undefined]) {
		test(`${name}, ${selector ? 'with a selector' : 'without a selector'}: no lie is a short success`, async () => {
			const {pages = PAGES} = one;
			const all = pages * SIZE;
			kind = one;
			lie = undefined;
			const honest = await read({paginator: one.paginator(), ...(selector && {selector})});
			deepStrictEqual(honest, {rows: all, strange: 0, told: [], error: ''});
			const short: string[] = [];
			let runs = 0;
			for (const [what, of] of Object.entries(lies)) {
				for (const [where, from] of Object.entries(places)) {
					if (from >= pages) continue;
					lie = {from, lie: of};
					const {rows, strange, told, error} = await read({
						paginator: one.paginator(),
						...(selector && {selector}),
					});
					runs++;
					const isFine = error !== '' || told.length > 0 || (rows === all && strange === 0);
					if (!isFine && !unknowable(what, where, name, selector))
						short.push(`${where}: ${what}: ${rows} rows, ${strange} strange`);
				}
			}
			deepStrictEqual(short, []);
			ok(runs >= 45 * Math.min(pages, 3));
		});
	}
}
