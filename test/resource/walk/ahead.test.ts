import {deepStrictEqual, ok, rejects, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import type {Cursor, JsonRecord} from '../../../src/core/page.ts';
import {client} from '../../../src/http/client.ts';
import {auto} from '../../../src/plugins/paginators/auto.ts';
import {offset} from '../../../src/plugins/paginators/offset.ts';
import {pageNumber} from '../../../src/plugins/paginators/page-number.ts';
import {type ResourceOptions, resource} from '../../../src/resource/resource.ts';
import {ahead} from '../../../src/resource/walk/ahead.ts';
import type {Answer} from '../../helpers/respond.ts';
import {type RecordedRequest, type Route, type ScriptedServer, startServer} from '../../helpers/server.ts';

async function scripted(routes: readonly Route[]): Promise<ScriptedServer & AsyncDisposable> {
	const server = await startServer(routes);
	return Object.assign(server, {[Symbol.asyncDispose]: () => server.close()});
}

interface Shape {
	readonly rows: number;
	/** What the server gives at most, whatever is asked for. */
	readonly cap: number;
	readonly hasTotal: boolean;
	/** How the server treats the n-th request: it dawdles, refuses or breaks off. */
	readonly mood: (nth: number) => Answer;
}

// In one run, so that a page has the same rows whenever it is asked for.
function answerOf({rows, cap, hasTotal}: Shape, {query}: RecordedRequest, mood: Answer): Answer {
	const limit = Math.min(Number(query.limit?.[0] ?? 5), cap);
	const from = query.page ? (Number(query.page[0]) - 1) * limit : Number(query.offset?.[0] ?? 0);
	const data = Array.from({length: Math.max(0, Math.min(limit, rows - from))}, (_, i) => ({id: from + i}));
	return {
		json: {data, offset: from, limit, ...(hasTotal && {total: query.page ? Math.ceil(rows / limit) : rows})},
		...mood,
	};
}

async function read(
	shape: Shape,
	options: Partial<ResourceOptions>,
): Promise<{rows: JsonRecord[]; requests: number; most: number; cancelled: number}> {
	let under = 0;
	let cancelled = 0;
	let most = 0;
	let nth = 0;
	const failures = new Map<string, number>();
	await using server = await scripted([
		{
			path: '/rows',
			respond: {
				async fn(request) {
					most = Math.max(most, ++under);
					const url = JSON.stringify(request.query);
					// Fewer in a row than are tried again.
					const mood = (failures.get(url) ?? 0) < 3 ? shape.mood(nth++) : {};
					if (mood.delay_ms === undefined) failures.set(url, (failures.get(url) ?? 0) + 1);
					const answer = answerOf(shape, request, mood);
					// What the server takes for it counts as under way.
					const cancel = (): void => void cancelled++;
					request.signal.addEventListener('abort', cancel);
					if (answer.delay_ms) await new Promise(resolve => setTimeout(resolve, answer.delay_ms));
					request.signal.removeEventListener('abort', cancel);
					under--;
					const {delay_ms: _, ...rest} = answer;
					return rest;
				},
			},
		},
	]);
	await using api = client({
		baseUrl: server.url,
		retry: {maxRetries: 5, delayMs: 0},
		maxConcurrency: 8,
		sleep: async () => {},
	});
	const rows: JsonRecord[] = [];
	for await (const page of resource(api, {name: 'rows', selector: 'data', ...options}))
		rows.push(...page.records);
	return {rows, requests: server.requests.length, most, cancelled};
}

const range = (count: number): JsonRecord[] => Array.from({length: count}, (_, id) => ({id}));

const moods = fc.array(
	fc.oneof(
		{weight: 6, arbitrary: fc.integer({min: 0, max: 4}).map((delay_ms): Answer => ({delay_ms}))},
		{
			weight: 1,
			arbitrary: fc.constantFrom<Answer>({status: 503}, {status: 429}, {close: true}, {reset_after: 3}),
		},
	),
	{minLength: 1, maxLength: 30},
);

test('whatever the latencies and failures, the rows come as they do one request at a time', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.record({
				rows: fc.nat({max: 60}),
				cap: fc.integer({min: 1, max: 9}),
				hasTotal: fc.boolean(),
				moods,
				pages: fc.boolean(),
			}),
			fc.integer({min: 2, max: 8}),
			async ({moods, pages, ...shape}, concurrency) => {
				const mood = (nth: number): Answer => moods[nth % moods.length] ?? {};
				const paginator = pages ? pageNumber({basePage: 1}) : offset({limit: 5});
				const alone = await read({...shape, mood: () => ({})}, {paginator});
				const {rows, most, cancelled} = await read({...shape, mood}, {paginator, concurrency});
				deepStrictEqual(rows, alone.rows);
				deepStrictEqual(rows, range(shape.rows));
				// The server goes on with a request for a while after the walk has cancelled it.
				ok(most <= concurrency + cancelled, `${most} requests under way, ${concurrency} allowed`);
			},
		),
		{numRuns: 40},
	);
});

test('with a total exactly the pages that hold rows are asked, several at once', async () => {
	const {rows, requests, most} = await read(
		{rows: 100, cap: 5, hasTotal: true, mood: () => ({delay_ms: 20})},
		{paginator: offset({limit: 5}), concurrency: 4},
	);
	deepStrictEqual(rows, range(100));
	strictEqual(requests, 20);
	strictEqual(most, 4);
});

test('without one, no more is asked in vain than was under way', async () => {
	const {rows, requests} = await read(
		{rows: 100, cap: 5, hasTotal: false, mood: () => ({delay_ms: 5})},
		{paginator: offset({limit: 5}), concurrency: 4},
	);
	deepStrictEqual(rows, range(100));
	ok(requests >= 21 && requests <= 21 + 8, `${requests} requests`);
});

test('a server with a limit of its own sets the step, and no row is missed or doubled', async () => {
	for (const hasTotal of [true, false]) {
		const {rows, most} = await read(
			{rows: 50, cap: 3, hasTotal, mood: () => ({delay_ms: 20})},
			{paginator: offset({limit: 10}), concurrency: 4},
		);
		deepStrictEqual(rows, range(50));
		ok(most > 1);
	}
});

test('a paginator that was found out is asked ahead too', async () => {
	const {rows, most} = await read(
		{rows: 100, cap: 5, hasTotal: true, mood: () => ({delay_ms: 20})},
		{paginator: auto(), concurrency: 4},
	);
	deepStrictEqual(rows, range(100));
	ok(most > 1, `${most} at once`);
});

test('a limit of the caller asks for nothing beyond', async () => {
	const {rows, requests} = await read(
		{rows: 100, cap: 5, hasTotal: true, mood: () => ({})},
		{paginator: offset({limit: 5}), limit: {pages: 3}},
	);
	strictEqual(rows.length, 15);
	strictEqual(requests, 3);
});

test('an error comes where its page stands, after all pages before it', async () => {
	await using server = await scripted([
		{path: '/rows', match: {query: {offset: '20'}}, respond: {status: 500}},
		{
			path: '/rows',
			respond: {fn: request => answerOf({rows: 50, cap: 5, hasTotal: true, mood: () => ({})}, request, {})},
		},
	]);
	await using api = client({baseUrl: server.url, retry: {maxRetries: 0}, maxConcurrency: 8});
	const rows: JsonRecord[] = [];
	await rejects(async () => {
		const pages = resource(api, {
			name: 'rows',
			selector: 'data',
			paginator: offset({limit: 5}),
			concurrency: 8,
		});
		for await (const page of pages) rows.push(...page.records);
	}, /500/);
	deepStrictEqual(rows, range(20));
});

test('who stops reading ends what is under way', async () => {
	const opened: Cursor[] = [];
	const ended: Cursor[] = [];
	const foreseen = ahead<string>({
		async *open(place, signal) {
			opened.push(place);
			try {
				if (place !== 0)
					await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
				yield `page ${place}`;
			} finally {
				ended.push(place);
			}
		},
		foresee: place => Number(place) + 1,
		requestOf: String,
		concurrency: 3,
		hasRoom: () => true,
	});
	const {value} = await foreseen.answer(0).next();
	strictEqual(value, 'page 0');
	await foreseen.close();
	ok(opened.length > 1);
	deepStrictEqual(ended.sort(), opened.sort());
});

test('what was foreseen and is not so is thrown away, with all that stood on it', async () => {
	const opened: Cursor[] = [];
	const foreseen = ahead<Cursor>({
		async *open(place) {
			opened.push(place);
			yield place;
		},
		foresee: place => (Number(place) < 100 ? Number(place) + 10 : undefined),
		requestOf: String,
		concurrency: 2,
		hasRoom: () => true,
	});
	const at = async (place: number): Promise<Cursor[]> => {
		const parts: Cursor[] = [];
		for await (const part of foreseen.answer(place)) parts.push(part);
		return parts;
	};
	deepStrictEqual(await at(0), [0]);
	deepStrictEqual(await at(7), [7]);
	deepStrictEqual(await at(17), [17]);
	await foreseen.close();
	strictEqual(new Set(opened).size, opened.length, 'nothing is asked for twice');
});
