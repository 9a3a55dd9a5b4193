/** `dataset().resume()`: a program goes on where its last run broke off, as `sluice run` does. */
import {deepEqual, equal, ok, rejects} from 'node:assert/strict';
import {test} from 'node:test';
import {jsonlFormat} from '../../../src/exports/formats.ts';
import {offset} from '../../../src/exports/paginators.ts';
import type {ResumePlace} from '../../../src/exports/sinks.ts';
import {dedupe, normalize, tables} from '../../../src/exports/transforms.ts';
import {
	type Client,
	client,
	type DatasetOptions,
	dataset,
	pipeline,
	resource,
	source,
	transform,
} from '../../../src/index.ts';
import {server} from '../../cli/config.ts';
import {query} from '../../helpers/duckdb.ts';
import {temporaryFolder} from '../../helpers/folder.ts';
import type {Route} from '../../helpers/server.ts';
import {pagesOf} from '../pages.ts';

/** Five pages of two rows; `at` is the second in which a row was changed. */
const rows = Array.from({length: 10}, (_, id) => ({id, at: `2026-11-01T00:00:0${id}Z`}));
const route: Route = {
	path: '/things',
	respond: {
		fn: ({query: {offset: from = ['0']}}) => {
			const start = Number(from[0]);
			return {json: {total: rows.length, data: rows.slice(start, start + 2)}};
		},
	},
};
const things = {
	name: 'things',
	path: 'things',
	selector: 'data',
	paginator: offset({limit: 2, totalPath: 'total'}),
};
const eachPage: DatasetOptions = {format: jsonlFormat, checkpoint: {rows: 1}};

/** One run of a program; it fails at the page of this number. */
async function attempt(
	http: Client,
	root: string,
	{failsAt, more = {}, ...options}: DatasetOptions & {failsAt?: number; more?: object} = {},
): Promise<ResumePlace> {
	const out = dataset(root, 'things', {...eachPage, ...options});
	const place = await out.resume();
	const breaking = transform('breaking', {
		page(page) {
			if (page.number === failsAt) throw new Error('broken off');
			return page;
		},
	});
	const previous = place.rows ? {previous: place.rows} : {};
	await pipeline(
		resource(http, {...things, ...more, ...place.source}),
		normalize(),
		dedupe({key: 'id', ...previous}),
		breaking,
		out,
	);
	return place;
}

async function idsIn(root: string): Promise<unknown[]> {
	const found = await query(`select id::int as id from '${root}/things/*.jsonl' order by id`);
	return found.map(({id}) => id);
}

test('what broke off goes on after the last page that was kept, and asks for none of those before', async () => {
	await using api = await server(route);
	await using http = client({baseUrl: api.url});
	await using folder = await temporaryFolder();
	await rejects(attempt(http, folder.path, {failsAt: 3}), /broken off/);
	const asked = api.requests.length;
	const place = await attempt(http, folder.path);
	equal(place.start, 'resumed');
	ok((place.source.firstNumber ?? 0) > 0);
	deepEqual(
		await idsIn(folder.path),
		rows.map(({id}) => id),
	);
	ok(api.requests.slice(asked).every(({query: {offset: from}}) => Number(from?.[0] ?? 0) > 0));
});

test('with another definition it begins again, and what it had shown is taken back', async () => {
	await using api = await server(route);
	await using http = client({baseUrl: api.url});
	await using folder = await temporaryFolder();
	await rejects(attempt(http, folder.path, {failsAt: 3}), /broken off/);
	const {start, source: from} = await attempt(http, folder.path, {definition: 'another'});
	deepEqual([start, from], ['restarted', {state: {}}]);
	equal((await idsIn(folder.path)).length, rows.length);
});

test('the state of an incremental resource is handed to the next run', async () => {
	await using api = await server(route);
	await using http = client({baseUrl: api.url});
	await using folder = await temporaryFolder();
	const more = {incremental: {cursorPath: 'at'}};
	await attempt(http, folder.path, {more});
	rows.push({id: 10, at: '2026-11-01T00:01:00Z'});
	const {source: from} = await attempt(http, folder.path, {more});
	rows.pop();
	ok('at' in from.state);
	// The rows of the first run came again, and were left out by that state.
	deepEqual(await idsIn(folder.path), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('a merge replaces the rows of lists with those of their record', async () => {
	await using folder = await temporaryFolder();
	const merge = async (orders: readonly object[]): Promise<void> => {
		const out = dataset(folder.path, 'orders', {format: jsonlFormat, disposition: 'merge', key: 'id'});
		const {schemas: previous, lists} = await out.resume();
		const nested = tables(undefined, {table: 'orders', primaryKey: 'id', previous, lists});
		const pages = pagesOf(orders as never).map(page => ({...page, cursor: null}));
		await pipeline(
			source(
				(async function* () {
					yield* pages;
				})(),
			),
			transform('main', nested.main),
			transform('lists', nested.lists),
			out,
		);
	};
	await merge([
		{id: 1, tags: ['a', 'b']},
		{id: 2, tags: ['c']},
	]);
	await merge([{id: 1, tags: ['d']}]);
	const tags = await query(
		`select _orders_id::int as id, value from '${folder.path}/orders__tags/*.jsonl' order by 1, 2`,
	);
	deepEqual(tags, [
		{id: 1, value: 'd'},
		{id: 2, value: 'c'},
	]);
});

test('a stream that was resumed and is not used gives the dataset free when it is destroyed', async () => {
	await using folder = await temporaryFolder();
	const unused = dataset(folder.path, 'things', eachPage);
	await unused.resume();
	const other = dataset(folder.path, 'things', eachPage);
	await rejects(other.resume(), /is being written by process/);
	other.destroy();
	const closed = new Promise(resolve => unused.once('close', resolve));
	unused.destroy();
	await closed;
	await pipeline(pagesOf([{id: 1}]), dataset(folder.path, 'things', eachPage));
	deepEqual(await idsIn(folder.path), [1]);
});

test('resume() comes first, and once', async () => {
	await using folder = await temporaryFolder();
	const out = dataset(folder.path, 'things', eachPage);
	await out.resume();
	await rejects(out.resume(), /resume\(\) comes before the first page, and once/);
	out.destroy();
});
