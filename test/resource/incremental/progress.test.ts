/** What each page changes in the state. */
import {deepStrictEqual, strictEqual, throws} from 'node:assert/strict';
import {test} from 'node:test';
import type {JsonObject} from '../../../src/core/json/json.ts';
import {countOf, packHashes} from '../../../src/resource/incremental/hashes.ts';
import {orderOf} from '../../../src/resource/incremental/order.ts';
import {trackProgress} from '../../../src/resource/incremental/progress.ts';
import type {Range} from '../../../src/resource/incremental/range.ts';
import {MOST_HASHES, type RunState} from '../../../src/resource/incremental/state.ts';

const rangeOf = (run: RunState, isFinal = true): Range => ({
	key: 'u',
	hasStart: true,
	hasEnd: false,
	run,
	known: new Set(),
	isFinal,
});
// As long as a hash is.
const [A, B, C, D] = ['a', 'b', 'c', 'd'].map(letter => letter.repeat(16)) as [
	string,
	string,
	string,
	string,
];
const found = (value: number, ...hashes: string[]) => ({value, hashes});

test('in any order the start moves at the end; until then the run is what changes', () => {
	const {record} = trackProgress('r', {u: {last_value: 3, hashes: [A]}}, orderOf('max'), false);
	const range = rangeOf({start_value: 3, start_hashes: [A]});
	const before = {last_value: 3, hashes: [A]};
	const run = {start_value: 3, start_hashes: [A]};
	deepStrictEqual(record(range, undefined, false), {u: {...before, run}});
	deepStrictEqual(record(range, found(9, B), false), {
		u: {...before, run: {...run, seen: {last_value: 9, hashes: [B]}}},
	});
	strictEqual(record(range, found(5, C), false), undefined, 'a page that changes nothing says nothing');
	deepStrictEqual(record(range, found(9, D), true), {u: {last_value: 9, hashes: [B + D]}});
});

test('in ascending order it moves with each page, and the start of the run does not', () => {
	const {record} = trackProgress('r', {u: {last_value: 3}}, orderOf('max'), true);
	const range = rangeOf({start_value: 3});
	const seen = {last_value: 4, hashes: [B]};
	deepStrictEqual(record(range, found(4, B), false), {u: {...seen, run: {start_value: 3, seen}}});
	deepStrictEqual(record(range, undefined, true), {u: seen});
});

test('it moves at the end of each window, to what was seen and not to the end of the window', () => {
	const {record} = trackProgress('r', {}, orderOf('max'), false);
	const run = {start_value: 0, end_value: 20};
	const seen = {last_value: 7};
	deepStrictEqual(record(rangeOf(run, false), found(7), true), {u: {...seen, run: {...run, seen}}});
	deepStrictEqual(record(rangeOf(run), undefined, true), {u: seen});
});

test('a run without rows changes nothing, and takes away what an unfinished one left', () => {
	const begun = {last_value: 3, run: {start_value: 1, seen: {last_value: 8}}};
	deepStrictEqual(
		trackProgress('r', {u: begun}, orderOf('max'), false).record(rangeOf({start_value: 3}), undefined, true),
		{
			u: {last_value: 3},
		},
	);
	strictEqual(
		trackProgress('r', {u: {last_value: 3}}, orderOf('max'), false).record(
			rangeOf({start_value: 3}),
			undefined,
			true,
		),
		undefined,
	);
	deepStrictEqual(
		trackProgress('r', {u: {run: {}}}, orderOf('max'), false).record(rangeOf({}), undefined, true),
		{
			u: null,
		},
	);
});

test('a parent that comes twice in a run does not fall back behind what is out', () => {
	const {record} = trackProgress('r', {}, orderOf('max'), false);
	deepStrictEqual(record(rangeOf({}), found(9, A), true), {u: {last_value: 9, hashes: [A]}});
	strictEqual(record(rangeOf({}), found(5, B), true), undefined);
});

test('rows at the same value beyond a million are not remembered, and a warning says so', () => {
	const warnings: string[] = [];
	const {record} = trackProgress('r', {}, orderOf('max'), false, ({code}) => void warnings.push(code));
	const many = Array.from({length: MOST_HASHES + 5}, (_, i) => String(i).padStart(16, '0'));
	const change = record(rangeOf({}), {value: 1, hashes: packHashes(many)}, true) as {u: {hashes: string[]}};
	strictEqual(countOf(change.u.hashes), MOST_HASHES);
	deepStrictEqual(warnings, ['boundary-rows-repeat']);
});

test('a state of something else is refused', () => {
	for (const u of [
		'x',
		{last_value: null},
		{hashes: 'a'},
		{run: 5},
		{run: {seen: {hashes: [1]}}},
	] as JsonObject[])
		throws(
			() => trackProgress('r', {u}, orderOf('max'), false).record(rangeOf({}), undefined, true),
			/r: the state under "u" is not one/,
		);
});
