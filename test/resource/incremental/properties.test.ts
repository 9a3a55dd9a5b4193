/**
 * Any API, in any order, read by any number of runs, of which some are cut and resumed or begun anew: every
 * version of a row that the API showed to a run that came to its end is out, and once. What a run brought
 * that was cut and then begun anew comes again.
 */
import {deepStrictEqual, ok} from 'node:assert/strict';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {after, before, test} from 'node:test';
import fc from 'fast-check';
import type {JsonObject, JsonValue} from '../../../src/core/json/json.ts';
import type {Cursor, Page} from '../../../src/core/page.ts';
import {type Client, client} from '../../../src/http/client.ts';
import {pageNumber} from '../../../src/plugins/paginators/page-number.ts';
import type {IncrementalOptions} from '../../../src/resource/incremental/incremental.ts';
import {listedValues} from '../../../src/resource/partitions/partitions.ts';
import {resource} from '../../../src/resource/resource.ts';

interface Row {
	readonly id: number;
	readonly parent: string;
	/** Hours since the beginning. */
	readonly hour: number;
	/** Another one for each change. */
	readonly version: number;
}

type Form = 'iso' | 'epoch' | 'pattern';
type Sorting = 'asc' | 'desc' | 'none';

interface Api {
	rows: readonly Row[];
	readonly form: Form;
	readonly sorting: Sorting;
	/** Whether it looks at since and until. */
	readonly isFiltering: boolean;
	readonly pageSize: number;
}

const BEGIN = Date.UTC(2024, 0, 31, 22);
const timeOf = (hour: number): Date => new Date(BEGIN + hour * 3_600_000);

function written(hour: number, form: Form): JsonValue {
	const iso = timeOf(hour).toISOString();
	if (form === 'epoch') return timeOf(hour).getTime() / 1000;
	return form === 'iso'
		? iso.replace('.000', '')
		: `${iso.slice(8, 10)}.${iso.slice(5, 7)}.${iso.slice(0, 4)} ${iso.slice(11, 13)}`;
}

function hourOf(text: string, form: Form): number {
	const [, day, month, year, hour] = /^(\d\d)\.(\d\d)\.(\d{4}) (\d\d)$/.exec(text) ?? [];
	const ms =
		form === 'epoch'
			? Number(text) * 1000
			: Date.parse(form === 'iso' ? text : `${year}-${month}-${day}T${hour}:00:00Z`);
	return (ms - BEGIN) / 3_600_000;
}

let api: Api = {rows: [], form: 'iso', sorting: 'none', isFiltering: true, pageSize: 2};

const server = createServer((request, response) => {
	const {pathname, searchParams: query} = new URL(request.url ?? '', 'http://localhost');
	const [since, until] = [query.get('since'), query.get('until')];
	const wanted = api.rows.filter(
		({parent, hour}) =>
			(pathname === '/all' || pathname === `/${parent}`) &&
			(!api.isFiltering ||
				((since === null || hour >= hourOf(since, api.form)) &&
					(until === null || hour < hourOf(until, api.form)))),
	);
	if (api.sorting !== 'none') wanted.sort((a, b) => (a.hour - b.hour) * (api.sorting === 'asc' ? 1 : -1));
	const from = Number(query.get('page') ?? 0) * api.pageSize;
	const rows = wanted
		.slice(from, from + api.pageSize)
		.map(({hour, ...row}) => ({...row, u: written(hour, api.form)}));
	response.setHeader('content-type', 'application/json');
	response.end(JSON.stringify({rows, pages: Math.ceil(wanted.length / api.pageSize)}));
});
let reader: Client;
before(async () => {
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	reader = client({
		baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		retry: {maxRetries: 0},
	});
});
after(async () => {
	await reader.close();
	server.close();
});

interface Reading {
	readonly hasParents: boolean;
	readonly concurrency: number;
	readonly step: string | undefined;
	readonly tellsOrder: boolean;
}

const formats = {iso: 'iso', epoch: 'epoch', pattern: '%d.%m.%Y %H'} as const;

/** The pages of a run, at most so many. */
async function read(
	reading: Reading,
	state: JsonObject,
	cursor: Cursor | undefined,
	most: number,
): Promise<Page[]> {
	const latest = Math.max(0, ...api.rows.map(({hour}) => hour));
	const incremental: IncrementalOptions = {
		cursorPath: 'u',
		initialValue: '2024-01-31T22:00:00Z',
		...(reading.step !== undefined && {step: reading.step}),
		...(reading.tellsOrder && api.sorting !== 'none' && {rowOrder: api.sorting}),
		cursorFormat: formats[api.form],
		now: () => timeOf(latest + 1).getTime(),
		request: ({start, end}) => ({
			params: {since: String(start), ...(end !== undefined && {until: String(end)})},
		}),
	};
	const partitions = {
		source: listedValues({parent: ['a', 'b', 'c']}),
		concurrency: reading.concurrency,
		request: ([binding]: readonly {values: JsonObject}[]) => ({path: String(binding?.values.parent)}),
	};
	const stream = resource(reader, {
		name: 'all',
		selector: 'rows',
		paginator: pageNumber({totalPath: 'pages'}),
		incremental,
		state,
		...(cursor !== undefined && {cursor}),
		...(reading.hasParents && {partitions}),
	});
	const pages: Page[] = [];
	for await (const page of stream as AsyncIterable<Page>) {
		// As it would be stored.
		pages.push(JSON.parse(JSON.stringify(page)) as Page);
		if (pages.length >= most) break;
	}
	return pages;
}

const versions = (pages: readonly Page[]): number[] =>
	pages.flatMap(({records}) => records.map(({version}) => version as number));
const summed = (state: JsonObject, pages: readonly Page[]): JsonObject => {
	const sum = {...state};
	for (const [key, value] of pages.flatMap(page => Object.entries(page.state ?? {}))) {
		if (value === null) delete sum[key];
		else sum[key] = value;
	}
	return sum;
};

/** What happens to the API, and the run that follows: cut after some pages, or not at all. */
const events = fc.record({
	added: fc.array(fc.record({parent: fc.constantFrom('a', 'b', 'c'), later: fc.nat(6)}), {maxLength: 5}),
	changed: fc.array(fc.record({pick: fc.nat(), later: fc.nat(3)}), {maxLength: 2}),
	pages: fc.option(fc.integer({min: 1, max: 6}), {nil: Number.POSITIVE_INFINITY, freq: 3}),
	after: fc.constantFrom('resume', 'begin anew'),
});

const apis = fc.record({
	form: fc.constantFrom<Form>('iso', 'epoch', 'pattern'),
	sorting: fc.constantFrom<Sorting>('asc', 'desc', 'none'),
	isFiltering: fc.boolean(),
	pageSize: fc.integer({min: 1, max: 3}),
});

const readings = fc.record({
	hasParents: fc.boolean(),
	concurrency: fc.constantFrom(1, 3),
	step: fc.constantFrom(undefined, 'PT4H', 'P1D'),
	tellsOrder: fc.boolean(),
});

test('every version of every row comes once, however runs are cut, resumed and begun anew', async () => {
	await fc.assert(
		fc.asyncProperty(
			apis,
			readings,
			fc.array(events, {minLength: 1, maxLength: 5}),
			async (kind, reading, history) => {
				api = {...kind, rows: []};
				let state: JsonObject = {};
				let version = 0;
				const out: number[] = [];
				const abandoned = new Set<number>();

				for (const {added, changed, pages: most, after: what} of history) {
					// Rows get times that are not before any that was shown; the same one is possible.
					const latest = Math.max(0, ...api.rows.map(({hour}) => hour));
					const rows = [...api.rows];
					for (const {pick, later} of rows.length === 0 ? [] : changed) {
						const at = pick % rows.length;
						rows[at] = {...(rows[at] as Row), hour: latest + later, version: version++};
					}
					for (const {parent, later} of added) {
						rows.splice(rows.length >> 1, 0, {
							id: rows.length,
							parent,
							hour: latest + later,
							version: version++,
						});
					}
					api.rows = rows;

					let pages = await read(reading, state, undefined, most);
					let of = pages;
					while (of.length === most && what === 'resume' && of.at(-1)?.cursor !== null) {
						state = summed(state, of);
						of = await read(reading, state, of.at(-1)?.cursor, most);
						pages = [...pages, ...of];
					}
					state = summed(state, of);
					out.push(...versions(pages));
					const isWhole = pages.length === 0 || pages.at(-1)?.cursor === null;
					if (isWhole)
						for (const row of rows) ok(out.includes(row.version), `version ${row.version} is lost`);
					else for (const each of versions(pages)) abandoned.add(each);
				}
				const last = await read(reading, state, undefined, Number.POSITIVE_INFINITY);
				out.push(...versions(last));
				for (const row of api.rows) ok(out.includes(row.version), `version ${row.version} is lost`);
				const once = out.filter(each => !abandoned.has(each));
				deepStrictEqual(
					once.filter((each, i) => once.indexOf(each) !== i),
					[],
					'came twice',
				);
				// After a run to the end there is nothing new.
				const next = summed(state, last);
				deepStrictEqual(versions(await read(reading, next, undefined, Number.POSITIVE_INFINITY)), []);
				ok(Object.values(next).every(entry => (entry as JsonObject).run === undefined));
			},
		),
		{numRuns: 250},
	);
});
