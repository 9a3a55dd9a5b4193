/** Rows that came, held against the total that the API stated. */
import {deepStrictEqual, doesNotMatch, match, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import {connection} from '../../src/config/compile/compile.ts';
import {type ResolvedResource, resolveResources} from '../../src/config/compile/resolve.ts';
import type {JsonValue} from '../../src/core/json/json.ts';
import {countsOf} from '../../src/core/stage.ts';
import {auto} from '../../src/plugins/paginators/auto.ts';
import {headerLink} from '../../src/plugins/paginators/header-link.ts';
import {type OffsetOptions, offset} from '../../src/plugins/paginators/offset.ts';
import {pageNumber} from '../../src/plugins/paginators/page-number.ts';
import {config, server} from '../cli/config.ts';
import {workspace} from '../helpers/binary.ts';
import {parseConfig} from '../helpers/parse-config.ts';
import type {Respond} from '../helpers/server.ts';
import {ids, walk} from './walk.ts';

/** So many rows in pages of two, whatever total it states. */
const api = (rows: number, total: unknown, headers: Record<string, string> = {}): Respond => ({
	fn: ({query}) => {
		const from = Number(query.offset?.[0] ?? 2 * Number(query.page?.[0] ?? 0));
		return {json: {data: ids(from, Math.min(from + 2, rows)), ...(total !== undefined && {total})}, headers};
	},
});
const byOffset = (options: Partial<OffsetOptions> = {}) => ({
	selector: 'data',
	paginator: offset({limit: 2, ...options}),
});
const said = (walked: Awaited<ReturnType<typeof walk>>) => {
	const {stated, received, complete} = walked.summary ?? {};
	return [stated, received, complete];
};

test('a total that is met or exceeded, or missed by leave, is in the summary; without one there is nothing', async () => {
	deepStrictEqual(said(await walk(api(5, 5), byOffset())), [5, 5, true]);
	deepStrictEqual(said(await walk(api(5, 7), byOffset({requireTotal: false}))), [7, 5, false]);
	deepStrictEqual(said(await walk(api(6, '5'), byOffset())), [5, 6, true]);
	deepStrictEqual(said(await walk(api(5, undefined), byOffset())), [undefined, undefined, undefined]);
});

test('a header states it where the body does not, for any paginator', async () => {
	const lenient = byOffset({requireTotal: false});
	deepStrictEqual(said(await walk(api(5, undefined, {'X-Total-Count': '6'}), lenient)), [6, 5, false]);
	deepStrictEqual(said(await walk(api(5, 5, {'X-Total-Count': '6'}), byOffset())), [5, 5, true]);
	const pages = {selector: 'data', paginator: pageNumber({totalPath: null})};
	deepStrictEqual(said(await walk(api(5, undefined, {'X-Total': '5'}), pages)), [5, 5, true]);
	const unseen = {selector: 'data', paginator: auto({requireTotal: false})};
	deepStrictEqual(said(await walk(api(5, undefined, {'x-wp-total': '5'}), unseen)), [5, 2, false]);
	const links = {selector: 'data', paginator: headerLink()};
	deepStrictEqual(said(await walk(api(2, undefined, {'X-Total': 'many'}), links)), [
		undefined,
		undefined,
		undefined,
	]);
});

test('a number of pages is no number of rows', async () => {
	const walked = await walk(api(5, 3), {selector: 'data', paginator: pageNumber()});
	deepStrictEqual(walked.rows, ids(0, 5));
	deepStrictEqual(said(walked), [undefined, undefined, undefined]);
});

test('nothing is said about a walk that leaves rows out', async () => {
	const nothing = [undefined, undefined, undefined];
	deepStrictEqual(said(await walk(api(9, 9), byOffset({maximumOffset: 4}))), nothing);
	deepStrictEqual(said(await walk(api(9, 9), {...byOffset(), stopWhen: '@.id == 3'})), nothing);
	deepStrictEqual(said(await walk(api(9, 9), {...byOffset(), limit: {records: 3}})), nothing);
	const {pages} = await walk(api(5, 5), byOffset());
	const {cursor = null} = pages[0] ?? {};
	deepStrictEqual(said(await walk(api(5, 5), {...byOffset(), cursor})), [5, 5, true]);
	const {at} = cursor as {at: JsonValue};
	deepStrictEqual(said(await walk(api(5, 5), {...byOffset(), cursor: {at}})), nothing);
	deepStrictEqual(said(await walk(api(5, 5), byOffset({offset: 2}))), [3, 3, true]);
});

test('a required total that is missed, or not stated, is an error at the end, and the last page is no end', async () => {
	const missed = await walk(api(5, 7), byOffset({requireTotal: true}));
	match(
		missed.message,
		/^r: offset 5: the walk ended with 5 of 7 rows that the API stated \("total"\); require_total is set/,
	);
	deepStrictEqual(missed.rows, ids(0, 5));
	strictEqual(missed.pages.at(-1)?.cursor, undefined);
	match(
		(await walk(api(5, undefined), byOffset({requireTotal: true}))).message,
		/r: offset 5: the API stated no total, and require_total/,
	);
	strictEqual((await walk(api(5, 5), byOffset({requireTotal: true}))).message, '');
	const pages = {selector: 'data', paginator: pageNumber({totalPath: null, requireTotal: true})};
	match(
		(await walk(api(5, undefined, {'X-Total': '6'}), pages)).message,
		/page 5: the walk ended with 5 of 6 rows/,
	);
	const pastEnd: Respond = {
		fn: ({query}) =>
			query.page?.[0] === '0'
				? {json: {data: ids(0, 2)}, headers: {'X-Total': '3'}}
				: {status: 404, json: {detail: 'Invalid page.'}},
	};
	match((await walk(pastEnd, pages)).message, /page 1: the walk ended with 2 of 3 rows/);
});

test('a run that misses rows fails and keeps no file; by leave it keeps the file, and tells machines', async () => {
	await using scripted = await server({path: '/r', respond: api(5, 1200)});
	const resource = (more: object) => ({
		name: 'r',
		endpoint: {data_selector: 'data', paginator: {type: 'offset', limit: 2, ...more}},
	});
	await using lenient = await workspace({
		'sluice.json': config(scripted.url, [resource({require_total: false})]),
	});
	await using strict = await workspace({'sluice.json': config(scripted.url, [resource({})])});
	const [allowed, told, failed] = await Promise.all([
		lenient.sluice(['run', '-f', 'jsonl']),
		lenient.sluice(['run', '-f', 'jsonl', '-o', 'other', '--log', 'json']),
		strict.sluice(['run', '-f', 'jsonl']),
	]);
	strictEqual(allowed.code, 0);
	doesNotMatch(allowed.stderr, /that the API stated/);
	const events = told.stderr
		.trim()
		.split('\n')
		.map(line => JSON.parse(line));
	const {stated, received, complete} = events.find(({event}) => event === 'resource');
	deepStrictEqual([stated, received, complete], [1200, 5, false]);
	strictEqual(failed.code, 1);
	match(failed.stderr, /5 of 1,200 rows that the API stated \("total"\)\. .*require_total: false/);
	deepStrictEqual(
		(await strict.list()).filter(name => name.endsWith('.jsonl')),
		[],
	);
	strictEqual(
		(await lenient.list()).filter(name => !name.includes('.sluice') && name.endsWith('.jsonl')).length,
		2,
	);
});

test('of a parent that is read for its children only, requests count with the first one, and its total with none', async () => {
	const parents: Respond = {json: {data: ids(0, 2), total: 9}};
	const children: Respond = {json: {data: ids(0, 3), total: 3}};
	await using scripted = await server(
		{path: '/p', match: {query: {offset: '0'}}, respond: parents},
		{path: '/p', respond: {json: {data: [], total: 2}}},
		...['/p/0/c', '/p/1/c', '/p/0/d', '/p/1/d'].map(path => ({path, respond: children})),
	);
	const endpoint = (path: string, limit: number) => ({
		path,
		data_selector: 'data',
		paginator: {type: 'offset', limit},
	});
	const parsed = parseConfig({
		client: {base_url: scripted.url, concurrency: 1},
		resources: [
			{name: 'p', endpoint: endpoint('p', 2), selected: false},
			{name: 'c', endpoint: endpoint('p/{resources.p.id}/c', 5)},
			{name: 'd', endpoint: endpoint('p/{resources.p.id}/d', 5)},
		],
	});
	const api = connection(parsed);
	const chosen = resolveResources(parsed).filter(({selected}) => selected);
	const read = async (resources: ResolvedResource[]) => {
		const sources = api.extractions(resources, () => ({})).map(({source}) => source);
		await Promise.all(sources.map(source => source.forEach(() => {})));
		return sources.map(source => {
			const {stated, received, requests} = countsOf(source);
			return [stated, received, requests];
		});
	};
	try {
		deepStrictEqual(await read(chosen), [
			[6, 6, 4],
			[6, 6, 2],
		]);
		deepStrictEqual(await read(chosen.slice(0, 1)), [[6, 6, 4]]);
	} finally {
		await api.close();
	}
});
