/** Errors of parts: the rows are in several lists of one answer, and one of them could not be made. */
import {deepEqual, match, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import {singlePage} from '../../src/plugins/paginators/single-page.ts';
import {ids, walk} from '../resource/walk.ts';

async function read(selector: string, json: unknown, status = 200) {
	const warned: string[] = [];
	const {rows, message} = await walk(
		{json, status},
		{paginator: singlePage(), selector, onWarning: ({code}) => warned.push(code)},
	);
	return {count: rows.length, message, warned};
}

const few = ids(0, 5);
const shards = {took: 1, hits: {hits: few}};
const failures: [what: string, selector: string, said: RegExp, body: object, status?: number][] = [
	[
		'an error beside an empty list',
		'groups[*].items',
		/groups\[1\]\.shard down/,
		{groups: [{items: few}, {error: 'shard down', items: []}]},
	],
	[
		'an error in place of a list',
		'groups[*].items',
		/groups\[1\]\.shard down/,
		{groups: [{items: few}, {error: 'shard down'}]},
	],
	[
		'an error beside some rows',
		'groups[*].items',
		/groups\[0\]\.slow/,
		{groups: [{error: 'slow', items: few}]},
	],
	[
		'an error in a keyed part',
		'regions.*.items',
		/regions\.eu\.down/,
		{regions: {us: {items: few}, eu: {error: 'down', items: []}}},
	],
	[
		'a status in a batch',
		'responses[*].body',
		/responses\[1\]\.status: 429/,
		{
			responses: [
				{id: '1', status: 200, body: few},
				{id: '2', status: 429, body: []},
			],
		},
	],
	[
		'a status in a composite',
		'parts[*].body.records',
		/parts\[1\]\.httpStatusCode: 503/,
		{
			parts: [
				{httpStatusCode: 200, body: {records: few}},
				{httpStatusCode: 503, body: {records: []}},
			],
		},
	],
	[
		'a search of several that timed out',
		'responses[*].hits.hits',
		/responses\[0\]\.timed_out/,
		{responses: [{timed_out: true, hits: {hits: few}}]},
	],
	[
		'a part two levels down',
		'results[*].series[*].rows',
		/series\[0\]\.gone/,
		{results: [{series: [{error: 'gone', rows: []}]}]},
	],
	[
		'shards that did not answer',
		'hits.hits',
		/_shards\.successful: 3 of 5/,
		{...shards, _shards: {total: 5, successful: 3, failed: 0}},
	],
	[
		'a status beside the rows of a 207',
		'data',
		/statuses\[1\]\.status: 500/,
		{data: few, statuses: [{status: 200}, {status: 500}]},
		207,
	],
];
for (const [what, selector, said, body, status] of failures)
	test(`a part that failed is no success: ${what}`, async () => {
		match((await read(selector, body, status)).message, said);
	});

const fine: [what: string, selector: string, body: object, status?: number][] = [
	['parts without errors', 'groups[*].items', {groups: [{items: few}, {error: null, items: []}]}],
	[
		'orders that failed have lines',
		'orders[*].lines',
		{orders: [{id: 1, status: 'failed', error: 'card', lines: few}]},
	],
	[
		'orders that failed have none',
		'orders[*].lines',
		{
			orders: [
				{id: 1, lines: few},
				{id: 2, status: 'failed', lines: []},
			],
		},
	],
	['checks have statuses of HTTP', 'checks[*].samples', {checks: [{id: 1, status: 500, samples: few}]}],
	[
		'shards that were skipped',
		'hits.hits',
		{...shards, _shards: {total: 5, successful: 5, skipped: 2, failed: 0}},
	],
	['statuses beside a 200', 'data', {data: few, statuses: [{status: 500}]}],
	['a 207 whose parts are well', 'data', {data: few, statuses: [{status: 201}]}, 207],
];
for (const [what, selector, body, status] of fine)
	test(`a part that is well is read: ${what}`, async () => {
		deepEqual(await read(selector, body, status), {count: 5, message: '', warned: []});
	});

test('a part that says that it has more is told', async () => {
	const {count, warned} = await read('results[*].series[*].rows', {
		results: [{partial: true, series: [{rows: few}]}],
	});
	strictEqual(count, 5);
	deepEqual(warned, ['more-in-part']);
});

test('a part that leads on, is not complete, or states more than it has, is told', async () => {
	const parts: readonly object[] = [
		{complete: false},
		{next: '/r?group=2&page=2'},
		{total: 33},
		{total_count: 33},
	];
	for (const part of parts) {
		const groups = [
			{items: few, total: few.length, next: null},
			{items: few, ...part},
		];
		deepEqual((await read('groups[*].items', {groups})).warned, ['more-in-part']);
	}
});

test('a part that is a thing has words and totals of its own', async () => {
	const orders = [
		{id: 1, total: 120, complete: false, lines: few},
		{customer: 'Ann', city: 'Rome', receipt: 'A7', total: 120, complete: false, lines: few},
	];
	deepEqual((await read('orders[*].lines', {orders})).warned, []);
});
