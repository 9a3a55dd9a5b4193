/** Figures of a run stay few, and add up, however long it is. */
import {deepEqual, equal, ok} from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {BoundedList, BoundedMap, shortText} from '../../src/report/bounded.ts';
import {Latency} from '../../src/report/latency.ts';
import {Timeline} from '../../src/report/timeline.ts';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

test('a timeline has at most 240 steps, and loses nothing as they become longer', () => {
	const times = fc.array(fc.integer({min: 0, max: 100_000_000}), {minLength: 1, maxLength: 50});
	fc.assert(
		fc.property(times, all => {
			const timeline = new Timeline();
			for (const at of all) timeline.add('ok', at);
			const {series, stepMs} = timeline.record(Math.max(...all));
			equal(sum(series.ok), all.length);
			ok(series.ok.length <= 240 && series.ok.length * stepMs > Math.max(...all));
		}),
	);
});

test('time that passes is in the steps in which it passes, up to the end of the run', () => {
	const timeline = new Timeline();
	timeline.addSpan('limitMs', 150, 200);
	timeline.addSpan('retryMs', 350, 60_000);
	const {series, stepMs} = timeline.record(380);
	equal(stepMs, 400);
	deepEqual([series.limitMs, series.retryMs], [[200], [50]]);
});

test('ranges of latency hold every request, and the median is in the middle', () => {
	const latency = new Latency();
	for (let ms = 1; ms <= 1000; ms++) latency.add(ms);
	latency.add(0.2);
	const {ranges, median = 0, p90 = 0, longest} = latency.record();
	equal(sum(ranges.map(([, , requests]) => requests)), 1001);
	ok(median >= 500 && median <= 600, String(median));
	ok(p90 >= 900 && p90 <= 1000, String(p90));
	equal(longest, 1000);
	ok(ranges.every(([from, to], i) => from < to && (ranges[i - 1]?.[1] ?? from) <= from));
	deepEqual(new Latency().record(), {ranges: []});
});

test('lists keep the first, and say how many there were beyond', () => {
	const list = new BoundedList<number>(2);
	for (const item of [1, 2, 3, 4]) list.add(() => item);
	deepEqual(list.list(), {items: [1, 2], more: 2});
	const map = new BoundedMap<{key: string}>(1);
	for (const key of ['a', 'b', 'b', 'c', 'a']) map.of(key, () => ({key}));
	deepEqual(map.list(), {items: [{key: 'a'}], more: 2});
	equal(shortText('x'.repeat(1000)).length, 300);
});
