/**
 * `write_disposition: merge` with `nested: tables`: of several records with one key, the rows of lists are
 * those of the one that stays.
 */
import {deepEqual, equal, match, ok} from 'node:assert/strict';
import {readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import fc from 'fast-check';
import {type ResolvedResource, resolveResources} from '../../../src/config/compile/resolve.ts';
import {formatNeedsOf} from '../../../src/config/output/format-needs.ts';
import {fileFormat} from '../../../src/config/output/formats.ts';
import {stagesFor} from '../../../src/config/rows/stages.ts';
import type {FormatName} from '../../../src/core/format-names.ts';
import type {JsonRecord, Page} from '../../../src/core/page.ts';
import {pipeline} from '../../../src/core/pipeline.ts';
import {Emitter} from '../../../src/run/emitter.ts';
import {Targets} from '../../../src/run/output/targets.ts';
import {temporaryFolder} from '../../helpers/folder.ts';
import {parseConfig} from '../../helpers/parse-config.ts';

interface Order {
	readonly id: number;
	readonly v: number;
	readonly at: number | null;
	readonly gone: boolean | null;
	readonly country: string;
	readonly tags: readonly string[];
	readonly lines: readonly {readonly n: number; readonly subs: readonly number[]}[];
}

interface Setting {
	readonly format: FormatName;
	readonly ordered: boolean;
	readonly partitioned: boolean;
	/** Rows after which what is written becomes durable. */
	readonly checkpoint: number;
}

/**
 * The records of a page, by the pieces in which it comes: only after the last one is there a place to go on
 * from.
 */
type Pieces = readonly (readonly Order[])[];

interface Run {
	readonly pages: readonly Pieces[];
	/** Pieces after which each attempt breaks off, of those that it reads. */
	readonly breaks: readonly number[];
}

function resourceOf({ordered, partitioned}: Setting): ResolvedResource {
	const columns = {
		gone: {data_type: 'bool', nullable: true, hard_delete: true},
		at: {data_type: 'bigint', nullable: true, ...(ordered && {dedup_sort: 'desc'})},
	};
	const [resource] = resolveResources(
		parseConfig({
			client: {base_url: 'http://localhost'},
			resources: [
				{
					name: 'orders',
					primary_key: 'id',
					nested: 'tables',
					write_disposition: 'merge',
					columns,
					...(partitioned && {partition_by: 'country'}),
				},
			],
		}),
	);
	ok(resource);
	return resource;
}

/**
 * One attempt; it goes on where the one before broke off, and breaks off after so many pieces if there are as
 * many.
 */
async function attempt(
	root: string,
	setting: Setting,
	{pages}: Run,
	most = Number.POSITIVE_INFINITY,
): Promise<void> {
	const resource = resourceOf(setting);
	const outputs = new Targets(
		() => ({path: root, format: setting.format, checkpoint: {rows: setting.checkpoint}}),
		new Emitter(),
	);
	const target = await outputs.open(resource, {
		fullRefresh: false,
		isLimited: false,
		names: [],
		replacing: [],
		maxRejects: undefined,
		definition: '',
	});
	const {cursor = 0, firstNumber = 0} = target.extraction;

	async function* source(): AsyncGenerator<Page> {
		let number = firstNumber;
		let left = most;
		for (const [index, pieces] of pages.entries()) {
			if (cursor === null || index < Number(cursor)) continue;
			for (const [at, records] of pieces.entries()) {
				if (left-- <= 0) throw new Error('broken off');
				const isLast = at === pieces.length - 1;
				const after = index === pages.length - 1 ? null : index + 1;
				yield {
					resource: 'orders',
					number: number++,
					records: records as unknown as JsonRecord[],
					...(isLast && {cursor: after}),
				};
			}
		}
		if (left <= 0 && most < Number.POSITIVE_INFINITY) throw new Error('broken off');
	}

	try {
		const stages = stagesFor(resource, {...formatNeedsOf(setting.format, undefined), ...target.extraction});
		await pipeline(source(), ...stages, target.sink);
	} finally {
		await outputs.close();
	}
}

async function write(root: string, setting: Setting, run: Run): Promise<void> {
	for (const most of run.breaks) {
		const how = await attempt(root, setting, run, most).catch((error: Error) => error);
		if (how === undefined) return;
		match(how.message, /broken off/);
	}
	await attempt(root, setting, run);
}

type Tables = Readonly<Record<string, readonly string[]>>;

const names = ['orders', 'orders__tags', 'orders__lines', 'orders__lines__subs'];

async function read(root: string, {format: name}: Setting): Promise<Tables> {
	const format = await fileFormat(name);
	const tables: Record<string, string[]> = {};
	for (const table of names) {
		const rows: JsonRecord[] = [];
		const files = await readdir(join(root, table), {recursive: true}).catch(() => []);
		for (const file of files)
			if (file.endsWith(name))
				for await (const batch of format.rows(join(root, table, file))) rows.push(...batch);
		tables[table] = sorted(rows);
	}
	return tables;
}

// A null is a null whether its column is written or not.
function sorted(rows: readonly object[]): string[] {
	const filled = rows.map(row => Object.entries(row).filter(([, value]) => value !== null));
	return filled.map(entries => JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)))).sort();
}

/** What must be there, by key. */
function merge(there: Map<number, Order>, {pages}: Run, {ordered}: Setting): void {
	const winners = new Map<number, Order>();
	const rank = ({at}: Order): number => (ordered ? (at ?? -1) : 0);
	for (const order of pages.flat(2)) {
		const best = winners.get(order.id);
		if (!best || rank(order) >= rank(best)) winners.set(order.id, order);
	}
	for (const [id, order] of winners) {
		if (order.gone === true) there.delete(id);
		else there.set(id, order);
	}
}

function tablesOf(there: ReadonlyMap<number, Order>): Tables {
	const all = [...there.values()];
	return {
		orders: sorted(all.map(({tags, lines, ...rest}) => rest)),
		orders__tags: sorted(
			all.flatMap(({id, tags}) => tags.map((value, at) => ({_orders_id: id, _list_index: at, value}))),
		),
		orders__lines: sorted(
			all.flatMap(({id, lines}) => lines.map(({n}, at) => ({_orders_id: id, _list_index: at, n}))),
		),
		orders__lines__subs: sorted(
			all.flatMap(({id, lines}) =>
				lines.flatMap(({subs}, line) =>
					subs.map((value, at) => ({
						_orders_id: id,
						_orders__lines_list_index: line,
						_list_index: at,
						value,
					})),
				),
			),
		),
	};
}

const small = fc.nat({max: 9});
const order: fc.Arbitrary<Order> = fc.record({
	id: fc.integer({min: 1, max: 4}),
	v: small,
	at: fc.option(fc.nat({max: 3})),
	gone: fc.constantFrom(null, false, false, true),
	country: fc.constantFrom('DE', 'FR', 'a/b'),
	tags: fc.array(fc.constantFrom('a', 'b', 'c'), {maxLength: 3}),
	lines: fc.array(fc.record({n: small, subs: fc.array(small, {maxLength: 2})}), {maxLength: 2}),
});
const pieces = fc.array(fc.array(order, {maxLength: 4}), {minLength: 1, maxLength: 2});
const run: fc.Arbitrary<Run> = fc.record({
	pages: fc.array(pieces, {minLength: 1, maxLength: 4}),
	breaks: fc.array(fc.nat({max: 4}), {maxLength: 2}),
});
const setting = (format: FormatName) =>
	fc.record({
		format: fc.constant(format),
		ordered: fc.boolean(),
		partitioned: fc.boolean(),
		checkpoint: fc.constantFrom(1, 5, 1000),
	});

// Parts of several folders are not in the order in which their rows came: only a column can tell there which
// one is the newest.
function distinct({pages, breaks}: Run): Run {
	let at = 0;
	return {
		breaks,
		pages: pages.map(page => page.map(piece => piece.map(each => ({...each, at: (at++ * 7) % 32})))),
	};
}

for (const format of ['jsonl', 'parquet'] as const)
	test(`in ${format}, after any runs that break off anywhere, each table has the rows of the records that stay`, async () => {
		await fc.assert(
			fc.asyncProperty(setting(format), fc.array(run, {minLength: 1, maxLength: 3}), async (drawn, runs) => {
				await using folder = await temporaryFolder();
				const how = {...drawn, ordered: drawn.ordered || drawn.partitioned};
				const there = new Map<number, Order>();
				for (const drawnRun of runs) {
					const each = how.partitioned ? distinct(drawnRun) : drawnRun;
					await write(folder.path, how, each);
					merge(there, each, how);
					deepEqual(await read(folder.path, how), tablesOf(there));
				}
			}),
			{numRuns: 12},
		);
	});

const plain: Setting = {format: 'jsonl', ordered: false, partitioned: false, checkpoint: 1000};
const made = (id: number, tags: readonly string[], more: Partial<Order> = {}): Order => ({
	id,
	v: 0,
	at: null,
	gone: null,
	country: 'DE',
	tags,
	lines: [],
	...more,
});

test('a run that breaks off between two records of one key goes on, and the later one stays with its rows', async () => {
	await using folder = await temporaryFolder();
	const again: Run = {
		pages: [[[made(1, ['old']), made(2, ['b'])]], [[made(1, ['new', 'newer'])]], [[made(3, ['c'])]]],
		breaks: [1, 1],
	};
	await write(folder.path, plain, again);
	deepEqual((await read(folder.path, plain)).orders__tags, [
		'[["_list_index",0],["_orders_id",1],["value","new"]]',
		'[["_list_index",0],["_orders_id",2],["value","b"]]',
		'[["_list_index",0],["_orders_id",3],["value","c"]]',
		'[["_list_index",1],["_orders_id",1],["value","newer"]]',
	]);
});

test('what tells the rows of lists apart is neither seen nor kept after the run', async () => {
	await using folder = await temporaryFolder();
	await write(folder.path, plain, {pages: [[[made(1, ['a'])]], [[made(1, ['b'])]]], breaks: [1]});
	const files = await readdir(folder.path, {recursive: true});
	equal(files.filter(path => path.includes('_owners')).length, 0);
	deepEqual(await readdir(join(folder.path, '.sluice/orders/pending')), []);
});
