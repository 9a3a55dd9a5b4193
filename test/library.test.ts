/**
 * The public API as a program uses it: stages in Node's pipeline too, streams and functions of the user's in
 * between.
 */
import {deepStrictEqual, match, ok, rejects, strictEqual} from 'node:assert/strict';
import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {PassThrough, Transform, Writable} from 'node:stream';
import {pipeline as nodePipeline} from 'node:stream/promises';
import {test} from 'node:test';
import fc from 'fast-check';
import {apiKey} from '../src/exports/auth.ts';
import {cursor, jsonLink, offset, pageNumber} from '../src/exports/paginators.ts';
import type {Paginator} from '../src/exports/plugin.ts';
import {dedupe, filter, map, normalize, select} from '../src/exports/transforms.ts';
import {
	type Client,
	type Cursor,
	client,
	type JsonRecord,
	jsonl,
	type Page,
	parquet,
	pipeline,
	RequestError,
	resource,
	type Sink,
	SinkError,
	StageError,
	sink,
	source,
	transform,
} from '../src/index.ts';
import {query} from './helpers/duckdb.ts';
import {fakeApi} from './helpers/fake-api.ts';
import {temporaryFolder} from './helpers/folder.ts';
import {type Route, type ScriptedServer, startServer} from './helpers/server.ts';

const rows = Array.from({length: 250}, (_, id) => ({id, email: `p${id}@mail.example`, active: id % 2 === 0}));

/** An API of these rows, a client for it, and a folder; all gone at the end. */
async function withApi(
	body: (world: {api: Client; server: ScriptedServer; folder: string}) => Promise<void>,
	start: Promise<ScriptedServer> = fakeApi(rows),
): Promise<void> {
	const server = await start;
	try {
		await using folder = await temporaryFolder();
		await using api = client({baseUrl: server.url, retry: {delayMs: 0}});
		await body({api, server, folder: folder.path});
	} finally {
		await server.close();
	}
}

const contacts = (api: Client) =>
	resource(api, {name: 'contacts', path: 'rows', selector: 'data', paginator: offset({limit: 40})});

/** A sink of the user's that keeps what it gets, and what happened to it. */
function collector(): Sink & {readonly records: JsonRecord[]; readonly calls: string[]} {
	const records: JsonRecord[] = [];
	const calls: string[] = [];
	return {
		name: 'collector',
		records,
		calls,
		async open() {
			calls.push('open');
		},
		write(page) {
			records.push(...page.records);
		},
		async close() {
			calls.push('close');
		},
		async discard(error) {
			calls.push(`discard: ${error.message}`);
		},
	};
}

async function linesOf(path: string): Promise<JsonRecord[]> {
	return (await readFile(path, 'utf8'))
		.trimEnd()
		.split('\n')
		.map(line => JSON.parse(line));
}

async function* onlyActive(pages: AsyncIterable<Page>): AsyncGenerator<Page> {
	for await (const page of pages) yield {...page, records: page.records.filter(record => record.active)};
}

test("the stages run in Node's own pipeline as they do in ours", async () => {
	await withApi(async ({api, folder}) => {
		const stages = () =>
			[normalize(), map(record => ({...record, source: 'api'})), dedupe({key: 'id'})] as const;
		await nodePipeline(contacts(api), ...stages(), jsonl(join(folder, 'node.jsonl')));
		await pipeline(contacts(api), ...stages(), jsonl(join(folder, 'ours.jsonl')));
		const expected = rows.map(row => ({...row, source: 'api'}));
		deepStrictEqual(await linesOf(join(folder, 'node.jsonl')), expected);
		deepStrictEqual(await linesOf(join(folder, 'ours.jsonl')), expected);
	});
});

test('a plain async generator over pages is a stage, in either pipeline', async () => {
	await withApi(async ({api, folder}) => {
		const expected = rows.filter(row => row.active);
		await pipeline(contacts(api), onlyActive, jsonl(join(folder, 'ours.jsonl')));
		deepStrictEqual(await linesOf(join(folder, 'ours.jsonl')), expected);
		await nodePipeline(contacts(api), onlyActive, jsonl(join(folder, 'node.jsonl')));
		deepStrictEqual(await linesOf(join(folder, 'node.jsonl')), expected);
	});
});

test("a user's own Transform fits between the stages", async () => {
	await withApi(async ({api}) => {
		const shout = new Transform({
			objectMode: true,
			transform(page: Page, _encoding, done) {
				done(null, {
					...page,
					records: page.records.map(({id, email}) => ({id, email: String(email).toUpperCase()})),
				});
			},
		});
		const kept = collector();
		const summary = await pipeline(
			contacts(api),
			shout,
			filter(({id}) => Number(id) < 3),
			sink(kept),
		);
		deepStrictEqual(kept.records, [
			{id: 0, email: 'P0@MAIL.EXAMPLE'},
			{id: 1, email: 'P1@MAIL.EXAMPLE'},
			{id: 2, email: 'P2@MAIL.EXAMPLE'},
		]);
		strictEqual(summary.written, 3);
		strictEqual(summary.read, 250);
	});
});

test("a user's own Writable can be the end", async () => {
	await withApi(async ({api}) => {
		const sizes: number[] = [];
		const last = new Writable({
			objectMode: true,
			write(page: Page, _encoding, done) {
				sizes.push(page.records.length);
				done();
			},
		});
		await pipeline(contacts(api), last);
		deepStrictEqual(sizes, [40, 40, 40, 40, 40, 40, 10]);
	});
});

test('a sink of the user is opened before the first page and closed after the last', async () => {
	await withApi(async ({api}) => {
		const kept = collector();
		await pipeline(contacts(api), sink(kept));
		deepStrictEqual(kept.records, rows);
		deepStrictEqual(kept.calls, ['open', 'close']);
	});
});

test('when a stage fails, the sink is discarded instead, and the error names stage, resource and page', async () => {
	await withApi(async ({api, folder}) => {
		const kept = collector();
		const fussy = map(record => {
			if (record.id === 90) throw new Error('ninety!');
			return record;
		});
		await rejects(pipeline(contacts(api), fussy, sink(kept)), (error: unknown) => {
			ok(error instanceof StageError);
			match(error.message, /^contacts: map, record 11 of page 3: ninety!/);
			return true;
		});
		strictEqual(kept.calls[0], 'open');
		match(kept.calls[1] ?? '', /^discard: .*ninety!/);
		strictEqual(kept.calls.length, 2);
		const broken = transform('broken', {
			page() {
				throw new Error('no');
			},
		});
		await rejects(pipeline(contacts(api), broken, jsonl(join(folder, 'never.jsonl'))), StageError);
		deepStrictEqual(await readdir(folder), [], 'a file appears whole or not at all');
	});
});

test('a sink that cannot write fails the run with its own words', async () => {
	await withApi(async ({api}) => {
		const full: Sink = {
			name: 'tape',
			async write() {
				throw new Error('the tape is full');
			},
			async close() {},
		};
		await rejects(pipeline(contacts(api), sink(full)), (error: unknown) => {
			ok(error instanceof SinkError);
			strictEqual(error.message, 'contacts: tape: the tape is full');
			return true;
		});
	});
});

test('the summary counts pages, rows, duplicates, rejections, requests, retries and bytes, and the stated total', async () => {
	const shifted = [
		...rows.slice(0, 40),
		rows[39],
		...rows.slice(40),
		{id: null, email: 'nobody', active: false},
	];
	const flaky = fakeApi(shifted, {
		failures: {2: {status: 503, text: 'busy'}, 4: {reset_after: 10, json: {data: []}}},
	});
	await withApi(async ({api, folder}) => {
		const schema = {columns: {id: {type: 'bigint', nullable: false}}} as const;
		const path = join(folder, 'contacts.jsonl');
		const summary = await pipeline(
			contacts(api),
			normalize(schema, {contract: {dataType: 'discard_row'}}),
			dedupe({key: 'id'}),
			jsonl(path, {rejects: join(folder, 'rejects.jsonl')}),
		);
		const {seconds, bytesRead, bytesWritten, ...counts} = summary;
		deepStrictEqual(counts, {
			pages: 7,
			read: 252,
			nulls: 0,
			written: 250,
			duplicates: 1,
			outOfRange: 0,
			withoutCursor: 0,
			excluded: 0,
			rejected: 1,
			discarded: 0,
			requests: 9,
			retries: 2,
			skipped: 0,
			closedEarly: false,
			stated: 252,
			received: 252,
			complete: true,
		});
		strictEqual(bytesWritten, (await readFile(path)).length);
		ok(bytesRead > bytesWritten);
		ok(seconds > 0);
		const [rejection] = await linesOf(join(folder, 'rejects.jsonl'));
		deepStrictEqual(rejection?.record, {id: null, email: 'nobody', active: false});
	}, flaky);
});

test('a reader that has had enough is a success, and stops the requests', async () => {
	await withApi(async ({api, server}) => {
		const output = new PassThrough({highWaterMark: 1});
		output.once('data', () => output.destroy());
		const summary = await pipeline(contacts(api), jsonl(output));
		strictEqual(summary.closedEarly, true);
		ok(server.requests.length < 7, `${server.requests.length} requests`);
	});
});

test('an abort stops everything, and no file is left', async () => {
	await withApi(async ({api, folder}) => {
		const controller = new AbortController();
		const stop = map(record => {
			if (record.id === 100) controller.abort(new Error('enough'));
			return record;
		});
		const run = pipeline(contacts(api), stop, jsonl(join(folder, 'c.jsonl')), {signal: controller.signal});
		await rejects(run, /enough/);
		deepStrictEqual(await readdir(folder), []);
	});
});

test('`await using` closes a client: nothing is sent with it afterwards', async () => {
	await withApi(async ({server}) => {
		let kept: Client;
		{
			await using api = client({baseUrl: server.url, auth: apiKey({value: 'k', in: 'query', name: 'key'})});
			kept = api;
			await pipeline(contacts(api), sink(collector()));
		}
		const before = server.requests.length;
		await rejects(pipeline(contacts(kept), sink(collector())), /the client was closed/);
		strictEqual(server.requests.length, before);
		ok(server.requests.every(request => request.query.key?.[0] === 'k'));
	});
});

test('pages of any origin can be written: an array, a generator, a source of the user', async () => {
	const page: Page = {resource: 'made up', number: 0, records: [{orders: [{n: 1}, {n: 2}], who: 'x'}]};
	const expected = [
		{who: 'x', n: 1},
		{who: 'x', n: 2},
	];
	async function* generated(): AsyncGenerator<Page> {
		yield page;
	}
	for (const origin of [[page], generated(), source(generated())]) {
		const kept = collector();
		await pipeline(origin, select('orders', {keep: ['who']}), sink(kept));
		deepStrictEqual(kept.records, expected);
	}
});

test('normalized pages become a Parquet file with the declared types', async () => {
	await withApi(async ({api, folder}) => {
		const path = join(folder, 'contacts.parquet');
		const schema = {
			columns: {id: {type: 'bigint', nullable: false}, email: {type: 'text'}, active: {type: 'bool'}},
		} as const;
		await pipeline(contacts(api), normalize(schema, {contract: 'freeze'}), parquet(path));
		const found = await query(`select id::int as id, email, active from '${path}' order by id`);
		deepStrictEqual(found, rows);
	});
});

test('a request that fails for good carries status, attempts and an address without the key', async () => {
	const down: Route = {path: '/down', respond: {status: 500, text: 'the database is on fire'}};
	const server = await startServer([down]);
	await using api = client({
		baseUrl: server.url,
		auth: apiKey({name: 'api_key', value: 'the-secret-key', in: 'query'}),
		retry: {maxRetries: 1, delayMs: 0},
	});
	const run = pipeline(resource(api, {name: 'down'}), sink(collector()));
	await rejects(run, (error: unknown) => {
		ok(error instanceof RequestError);
		deepStrictEqual([error.code, error.status, error.attempts], ['ERR_HTTP_STATUS', 500, 2]);
		strictEqual(error.url.includes('the-secret-key'), false);
		strictEqual(error.message.includes('the-secret-key'), false);
		return true;
	});
	await server.close();
});

test('a paginator of the user is an object with four functions', async () => {
	const byDate: Paginator<string> = {
		name: 'by_date',
		first: '2024-01-01',
		request: (draft, day) => ({...draft, params: {...draft.params, day}}),
		next: (day, {received}) =>
			received === 0 ? undefined : new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10),
		describe: day => `day ${day}`,
	};
	const fn = ({query}: {query: Record<string, string[]>}) => ({
		json: query.day?.[0] === '2024-01-03' ? [] : [{day: query.day?.[0]}],
	});
	const server = await startServer([{path: '/events', respond: {fn}}]);
	await using api = client({baseUrl: server.url});
	const kept = collector();
	await pipeline(resource(api, {name: 'events', paginator: byDate}), sink(kept));
	deepStrictEqual(kept.records, [{day: '2024-01-01'}, {day: '2024-01-02'}]);
	await server.close();
});

/** The same 23 rows behind four ways of paging. */
const few = rows.slice(0, 23);
const walks: Record<string, {route: Route; paginator: Paginator}> = {
	offset: {
		route: {
			path: '/offset',
			respond: {fn: ({query}) => ({json: {data: from(Number(query.offset), Number(query.limit))}})},
		},
		paginator: offset({limit: 5}),
	},
	page_number: {
		route: {
			path: '/page_number',
			respond: {fn: ({query}) => ({json: {data: from(5 * (Number(query.page) - 1), 5)}})},
		},
		paginator: pageNumber({basePage: 1}),
	},
	cursor: {
		route: {
			path: '/cursor',
			respond: {
				fn({query}) {
					const at = Number(query.cursor?.[0]?.replace('after-', '') ?? 0);
					return {json: {data: from(at, 5), ...(at + 5 < few.length && {next: `after-${at + 5}`})}};
				},
			},
		},
		paginator: cursor({cursorPath: 'next'}),
	},
	json_link: {
		route: {
			path: '/json_link',
			respond: {
				fn({query}) {
					const at = Number(query.at?.[0] ?? 0);
					return {json: {data: from(at, 5), next: at + 5 < few.length ? `/json_link?at=${at + 5}` : null}};
				},
			},
		},
		paginator: jsonLink(),
	},
};

function from(start: number, count: number): JsonRecord[] {
	return few.slice(start, start + count);
}

test('a walk stopped after any page goes on from the cursor of that page, also after it was stored as text', async () => {
	const server = await startServer(Object.values(walks).map(({route}) => route));
	await using api = client({baseUrl: server.url});
	const read = async (name: string, cursor: Cursor | undefined, pages: number): Promise<Page[]> => {
		const {paginator} = walks[name] ?? {};
		const found: Page[] = [];
		const walk = resource(api, {
			name,
			selector: 'data',
			limit: {pages},
			...(paginator && {paginator}),
			...(cursor !== undefined && {cursor}),
		});
		for await (const page of walk) found.push(page);
		return found;
	};
	try {
		await fc.assert(
			fc.asyncProperty(
				fc.constantFrom(...Object.keys(walks)),
				fc.array(fc.integer({min: 1, max: 4}), {minLength: 6}),
				async (name, legs) => {
					const records: JsonRecord[] = [];
					let at: Cursor | undefined;
					for (const pages of legs) {
						const found = await read(name, at, pages);
						records.push(...found.flatMap(page => [...page.records]));
						// Without a page the walk was at its end, where it stays.
						const last = found.at(-1)?.cursor ?? null;
						at = JSON.parse(JSON.stringify(last)) as Cursor;
					}
					deepStrictEqual(records, few);
					strictEqual(at, null);
				},
			),
			{numRuns: 40},
		);
	} finally {
		await server.close();
	}
});
