/** Pages that are too much for a server: asked for again from the same place, and smaller from there on. */
import {deepStrictEqual, match, ok, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import type {Cursor} from '../../../src/core/page.ts';
import {client} from '../../../src/http/client.ts';
import type {ClientOptions} from '../../../src/http/client-options.ts';
import {auto} from '../../../src/plugins/paginators/auto.ts';
import {offset} from '../../../src/plugins/paginators/offset.ts';
import {pageNumber} from '../../../src/plugins/paginators/page-number.ts';
import {type ResourceOptions, resource} from '../../../src/resource/resource.ts';
import type {SmallerEvent} from '../../../src/resource/walk/shrink-page.ts';
import {config, server as scripted} from '../../cli/config.ts';
import {workspace} from '../../helpers/binary.ts';
import type {Answer} from '../../helpers/respond.ts';
import {type RecordedRequest, startServer} from '../../helpers/server.ts';
import {ids} from '../walk.ts';

const refusals = {
	'status 413': {status: 413},
	'status 500 that says so': {
		status: 500,
		text: 'Response payload size exceeded maximum allowed payload size',
	},
	'status 400 that says so': {status: 400, json: {error: {code: 'RESPONSE_TOO_LARGE'}}},
	'a gateway that waits no longer': {status: 504},
} satisfies Record<string, Answer>;

interface Shape {
	readonly rows: number;
	/** What the server gives at most, whatever is asked for. */
	readonly cap?: number;
	readonly hasTotal?: boolean;
	/** Whether these rows together are too much. */
	readonly isTooMuch: (from: number, to: number) => boolean;
	readonly refusal?: Answer;
}

function server({rows, cap = Infinity, hasTotal = true, isTooMuch, refusal = {status: 413}}: Shape) {
	const fn = ({query}: RecordedRequest): Answer => {
		const from = Number(query.offset?.[0] ?? 0);
		const to = Math.min(from + Math.min(Number(query.limit?.[0] ?? 8), cap), rows);
		if (isTooMuch(from, to)) return refusal;
		return {json: {data: ids(from, to), offset: from, limit: to - from, ...(hasTotal && {total: rows})}};
	};
	return startServer([{path: '/r', respond: {fn}}]);
}

async function read(shape: Shape, options: Partial<ResourceOptions>, ofClient: Partial<ClientOptions> = {}) {
	const api = await server(shape);
	const events: SmallerEvent[] = [];
	const pages: {rows: unknown[]; cursor: Cursor | undefined}[] = [];
	let message = '';
	const http = client({baseUrl: api.url, retry: {maxRetries: 1, delayMs: 0}, ...ofClient});
	try {
		const all = resource(http, {
			name: 'r',
			selector: 'data',
			onSmaller: event => events.push(event),
			...options,
		});
		for await (const {records, cursor} of all) pages.push({rows: [...records], cursor});
	} catch (error) {
		message = (error as Error).message;
	} finally {
		await http.close();
		await api.close();
	}
	const asked = api.requests.map(({query}) => `${query.offset}+${query.limit}`);
	return {rows: pages.flatMap(page => page.rows), pages, message, events, asked};
}

const moreThan = (most: number) => (from: number, to: number) => to - from > most;

test('a page that is too large is asked for again from the same place, and the smaller size is kept', async () => {
	const {rows, asked, events} = await read(
		{rows: 20, isTooMuch: (from, to) => from <= 8 && to > 8 && to - from > 2},
		{paginator: offset({limit: 8})},
	);
	deepStrictEqual(rows, ids(0, 20));
	deepStrictEqual(asked, ['0+8', '8+8', '8+4', '8+2', '10+2', '12+2', '14+2', '16+2', '18+2']);
	deepStrictEqual(
		events.map(({label, place}) => `${label} ${place}`),
		['r offset 8, limit 4', 'r offset 8, limit 2'],
	);
	match(events[0]?.reason ?? '', /limit=8 answered 413/);
});

for (const [name, refusal] of Object.entries(refusals)) {
	const isGuess = refusal.status === 504;
	test(`${name} means the same${isGuess ? ', once the retries are spent' : ', and is not tried again as it is'}`, async () => {
		const {rows, asked} = await read(
			{rows: 4, isTooMuch: moreThan(2), refusal},
			{paginator: offset({limit: 4})},
		);
		deepStrictEqual(rows, ids(0, 4));
		deepStrictEqual(asked, [...(isGuess ? ['0+4'] : []), '0+4', '0+2', '2+2']);
	});
}

test('so does an answer that does not come in time', async () => {
	const {rows, asked} = await read(
		{rows: 4, isTooMuch: moreThan(2), refusal: {stall: true}},
		{paginator: offset({limit: 4})},
		{timeouts: {bodyIdleMs: 50}},
	);
	deepStrictEqual(rows, ids(0, 4));
	deepStrictEqual(asked, ['0+4', '0+4', '0+2', '2+2']);
});

test('where no size helps, the error is that of the size in the config', async () => {
	const {rows, asked, message} = await read(
		{rows: 20, isTooMuch: (_, to) => to > 10, refusal: {status: 400, text: 'Result window is too large'}},
		{paginator: offset({limit: 4})},
	);
	deepStrictEqual(rows, ids(0, 10));
	deepStrictEqual(asked, ['0+4', '4+4', '8+4', '8+2', '10+2', '10+1']);
	match(message, /^r: GET \S+offset=10&limit=2 answered 400: Result window is too large/);
});

test('a server that is down is not asked at every size', async () => {
	const {asked, message} = await read(
		{rows: 20, isTooMuch: () => true, refusal: {status: 504}},
		{paginator: offset({limit: 1000})},
		{retry: {maxRetries: 0}},
	);
	deepStrictEqual(asked, ['0+1000', '0+500', '0+250', '0+125']);
	match(message, /limit=1000 answered 504/);
});

test('another failure of a smaller page is told as it is', async () => {
	let nth = 0;
	const api = await startServer([{path: '/r', respond: {fn: () => ({status: nth++ === 0 ? 413 : 403})}}]);
	await using http = client({baseUrl: api.url});
	let message = '';
	try {
		for await (const _ of resource(http, {name: 'r', paginator: offset({limit: 4})}));
	} catch (error) {
		message = (error as Error).message;
	} finally {
		await api.close();
	}
	match(message, /limit=2 answered 403/);
});

test('an answer that a rule has settled, and one to a paginator that sends no size, stay errors', async () => {
	const shape: Shape = {rows: 4, isTooMuch: () => true};
	const ruled = await read(shape, {
		paginator: offset({limit: 4}),
		responseActions: [{status: 413, action: 'fail', message: 'no more'}],
	});
	match(ruled.message, /answered 413/);
	strictEqual(ruled.asked.length, 1);
	const numbered = await read(shape, {paginator: pageNumber()});
	match(numbered.message, /answered 413/);
	strictEqual(numbered.asked.length, 1);
});

test('a paginator that was found out makes its pages smaller too', async () => {
	const {rows, asked} = await read(
		{rows: 20, isTooMuch: (from, to) => from > 0 && to - from > 4},
		{paginator: auto()},
	);
	deepStrictEqual(rows, ids(0, 20));
	deepStrictEqual(asked, ['undefined+undefined', '8+8', '8+4', '12+4', '16+4']);
});

test('people are told with -v, and machines by an event', async () => {
	const fn = ({query}: RecordedRequest): Answer =>
		query.limit?.[0] === '2' ? {json: {data: ids(0, 2), total: 2}} : {status: 413, text: 'no'};
	await using api = await scripted({path: '/r', respond: {fn}});
	const endpoint = {data_selector: 'data', paginator: {type: 'offset', limit: 4}};
	await using place = await workspace({'sluice.json': config(api.url, [{name: 'r', endpoint}])});
	const [told, events] = await Promise.all([
		place.sluice(['read', 'r', '-v']),
		place.sluice(['read', 'r', '--log', 'json']),
	]);
	match(told.stderr, /^ {2}r: asks for less, at offset 0, limit 2$/m);
	const lines = events.stderr.trim().split('\n');
	const [event, ...others] = lines.map(line => JSON.parse(line)).filter(({event}) => event === 'smaller');
	deepStrictEqual(others, []);
	deepStrictEqual([event.label, event.place], ['r', 'offset 0, limit 2']);
	match(event.reason, /answered 413/);
});

const shapes = fc.record({
	rows: fc.nat({max: 60}),
	cap: fc.integer({min: 1, max: 12}),
	hasTotal: fc.boolean(),
	weights: fc.array(fc.integer({min: 0, max: 5}), {minLength: 1, maxLength: 10}),
	refusal: fc.constantFrom(...Object.values(refusals)),
});

test('whatever is too large, alone or ahead of its turn, every row comes once and from every cursor the rest', async () => {
	await fc.assert(
		fc.asyncProperty(
			shapes,
			fc.integer({min: 1, max: 12}),
			fc.integer({min: 1, max: 5}),
			fc.boolean(),
			async ({weights, ...shape}, limit, concurrency, untilEmpty) => {
				const weight = (from: number, to: number): number =>
					ids(from, to).reduce((sum, {id}) => sum + (weights[id % weights.length] ?? 0), 0);
				const whole: Shape = {...shape, isTooMuch: (from, to) => to - from > 1 && weight(from, to) > 7};
				// A page of fixed steps is for servers that honour the limit.
				if (untilEmpty) Object.assign(whole, {cap: Infinity, hasTotal: false});
				const options = {
					paginator: offset({limit, ...(untilEmpty && {totalPath: null})}),
					concurrency,
				};
				const ofClient = {sleep: async () => {}};
				const {rows, pages, message} = await read(whole, options, ofClient);
				strictEqual(message, '');
				deepStrictEqual(rows, ids(0, shape.rows));
				const index = Math.floor(pages.length / 2);
				const {cursor} = pages[index] ?? {};
				if (!cursor) return;
				const rest = await read(whole, {...options, cursor}, ofClient);
				deepStrictEqual(
					rest.rows,
					pages.slice(index + 1).flatMap(page => page.rows),
				);
				ok(rest.events.every(({place}) => /limit/.test(place)));
			},
		),
		{numRuns: 60},
	);
});
