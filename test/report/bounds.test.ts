/** A run of a million requests, of hundreds of resources with long texts, has a page of at most 2 MB. */
import {deepEqual, ok} from 'node:assert/strict';
import {test} from 'node:test';
import {reportPage} from '../../src/report/page/page.ts';
import {Recorder} from '../../src/report/recorder.ts';
import type {RunEvent} from '../../src/run/events.ts';

/** What the script and the style of the built page take. */
const ASSETS = 80_000;

test('a page about a million requests is no larger than 2 MB', () => {
	let ms = 0;
	const recorder = new Recorder({config: 'sluice.yaml', output: 'out', now: () => ms});
	const names = Array.from({length: 1000}, (_, i) => `resource ${i} ${'n'.repeat(100)}`);
	recorder.onEvent({type: 'run-start', resources: names});
	const long = '<&'.repeat(1000);
	const about = (resource: string, i: number): RunEvent[] => [
		{type: 'retry', label: resource, method: 'GET', url: '', attempt: 1, waitMs: 50, reason: `${i} ${long}`},
		{type: 'wait', label: resource, method: 'GET', url: '', waitMs: 50, limit: 'server'},
		{type: 'rejection', resource, page: i, rows: 2, column: `c${i}`, reason: long, sample: long},
		{type: 'drift', resource, change: `${i} ${long}`},
		{type: 'warning', code: 'short-page', resource, message: `${i} ${long}`},
		{
			type: 'commit',
			resource,
			version: 1,
			pages: 1,
			isLast: true,
			files: [{path: `${i}${long}`, kind: 'rows', rows: 1, bytes: 1}],
		},
	];
	for (let i = 0; i < 1_000_000; i++) {
		ms += 20;
		const resource = names[i % names.length] ?? '';
		recorder.onEvent({
			type: 'request',
			label: resource,
			method: 'GET',
			url: '',
			attempt: 1,
			status: 200 + (i % 400),
			bytes: 10,
			durationMs: i % 5000,
		});
		if (i < 5000) for (const event of about(resource, i)) recorder.onEvent(event);
	}
	const record = recorder.record();
	const page = reportPage(record, 'x'.repeat(100_000));
	ok(page.length + ASSETS < 2_000_000, String(page.length));
	ok(JSON.stringify(record).length < 1_000_000);
	const {timeline, latency, files, resources} = record;
	const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
	const {ok: answered, redirected, refused, failed} = timeline.series;
	deepEqual([answered, redirected, refused, failed].map(sum), [250_000, 250_000, 250_000, 250_000]);
	deepEqual(sum(latency.ranges.map(([, , requests]) => requests)), 1_000_000);
	deepEqual([files.items.length + files.more, resources.items.length + resources.more], [5000, 1000]);
});
