/**
 * A stage of a program, between those of Sluice, may do with records what it likes: what is written is the same
 * whether the pages come as text or as arrays.
 */
import {deepStrictEqual, ok} from 'node:assert/strict';
import {Writable} from 'node:stream';
import {after, before, test} from 'node:test';
import fc from 'fast-check';
import {jsonl} from '../../sinks/jsonl.ts';
import type {JsonObject, JsonValue} from '../../src/core/json/json.ts';
import {stringify} from '../../src/core/json/json.ts';
import type {Page} from '../../src/core/page.ts';
import {pipeline, type Stage} from '../../src/core/pipeline.ts';
import type {Need} from '../../src/core/records/need.ts';
import {transform} from '../../src/core/stage.ts';
import {type Client, client} from '../../src/http/client.ts';
import {pageNumber} from '../../src/plugins/paginators/page-number.ts';
import {resource} from '../../src/resource/resource.ts';
import {dedupe} from '../../transforms/dedupe.ts';
import {normalize} from '../../transforms/normalize.ts';
import {type ScriptedServer, startServer} from '../helpers/server.ts';

/** What a stage may do with a page. `kept` are records of earlier pages. */
const deeds: {readonly [deed: string]: (page: Page, kept: JsonObject[]) => Page} = {
	'looks at nothing': page => page,
	'counts them': page => (page.records.length < 0 ? {...page, records: []} : page),
	'looks at one': page => (page.records.at(-1)?.id === undefined ? page : {...page}),
	'changes them in place': page => {
		for (const record of page.records) record.x = 'changed';
		return page;
	},
	'changes one deep inside, in place': page => {
		const found = page.records.find(({o}) => typeof o === 'object' && o !== null);
		if (found) (found.o as JsonObject).deep = 'changed';
		return page;
	},
	'drops a field of the last': page => {
		const last = page.records.at(-1);
		if (last) delete last.x;
		return page;
	},
	'turns them round': page => ({...page, records: page.records.slice().reverse()}),
	'leaves some out': page => ({...page, records: page.records.filter((_, index) => index % 2 === 0)}),
	'keeps one for later, and sends it again': (page, kept) => {
		const first = page.records.at(0);
		const records = [...page.records, ...kept.splice(0)];
		if (first) kept.push(first);
		return {...page, records};
	},
	'keeps one, changes it when the next page comes, and sends it again': (page, kept) => {
		const before = kept.splice(0).map(record => Object.assign(record, {x: 'late'}));
		kept.push(...page.records.slice(0, 1));
		return {...page, records: [...before, ...page.records]};
	},
};

let server: ScriptedServer;
let api: Client;
let bodies: readonly string[] = [];

before(async () => {
	const fn = ({query}: {query: {[name: string]: unknown}}) => ({
		text: bodies[Number(query.page ?? 1) - 1] ?? '{"data":[]}',
	});
	server = await startServer([{path: '/r', respond: {fn: fn as never}}]);
	api = client({baseUrl: server.url, retry: {maxRetries: 0}});
});
after(async () => {
	await api.close();
	await server.close();
});

/** The rows that are written, and how many pages reached the stage as text. */
async function written(deed: (page: Page, kept: JsonObject[]) => Page, need: Need, around: Stage[][]) {
	const chunks: Buffer[] = [];
	const out = new Writable({
		write(chunk, _, done) {
			chunks.push(Buffer.from(chunk));
			done();
		},
	});
	const kept: JsonObject[] = [];
	let asText = 0;
	const own = transform('own', {
		needs: () => need,
		page(page) {
			if (!Array.isArray(page.records)) asText++;
			return deed(page, kept);
		},
	});
	const [before = [], after = []] = around;
	const options = {name: 'r', selector: 'data', paginator: pageNumber({basePage: 1, totalPath: null})};
	const {written: rows} = await pipeline(resource(api, options), ...before, own, ...after, jsonl(out));
	const lines = Buffer.concat(chunks).toString().split('\n').slice(0, -1);
	// The text of a record that came through as it was has the spaces and escapes of the server.
	return {rows, lines: lines.map(line => stringify(JSON.parse(line))), asText};
}

const value: fc.Arbitrary<JsonValue> = fc.oneof(
	fc.constantFrom<JsonValue>(null, true, 0, 1.5, 'a', 'é', '2024-01-05T10:00:00Z', '2024-01-05 10:00'),
	fc.integer(),
	fc.constant<JsonValue>([1, {a: ']'}]),
);
const record = fc.record(
	{id: fc.integer({min: 0, max: 1e6}), x: value, o: fc.record({deep: value})},
	{requiredKeys: ['id']},
);
const page = fc.array(record, {minLength: 1, maxLength: 5});
const indent = fc.constantFrom(undefined, undefined, ' ', '\t');

const stages: {readonly [name: string]: () => Stage[][]} = {
	alone: () => [],
	'after dedupe': () => [[dedupe({key: 'id'})]],
	'between normalize and dedupe': () => [[normalize()], [dedupe({key: 'id'})]],
	'before normalize': () => [[], [normalize()]],
};

for (const [deed, does] of Object.entries(deeds)) {
	test(`a stage that ${deed}: the same rows, whether pages are text or arrays`, async () => {
		let asText = 0;
		await fc.assert(
			fc.asyncProperty(
				fc.array(page, {minLength: 1, maxLength: 4}),
				indent,
				fc.constantFrom(...Object.keys(stages)),
				fc.constantFrom<Need>('text', 'index'),
				async (pages, space, name, need) => {
					// Pages with the same rows would end the walk.
					const records = pages.map((rows, number) => rows.map(row => ({...row, id: row.id + number * 1e7})));
					bodies = records.map(data => JSON.stringify({data}, null, space));
					const around = stages[name] as () => Stage[][];
					const {asText: left, ...found} = await written(does, need, around());
					const {asText: none, ...expected} = await written(does, 'rows', around());
					deepStrictEqual([none, found], [0, expected], name);
					asText += left;
				},
			),
			{numRuns: 60},
		);
		ok(asText > 20, `only ${asText} pages reached the stage as text`);
	});
}
