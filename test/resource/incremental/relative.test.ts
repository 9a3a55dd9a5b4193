/** Bounds by the clock of the run. */
import {deepStrictEqual, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import {atMoment, isRelative} from '../../../src/resource/incremental/relative.ts';
import {timeFormat} from '../../../src/resource/incremental/time-format.ts';
import {readConfig} from '../../helpers/read-config.ts';
import {startServer} from '../../helpers/server.ts';

const now = Date.parse('2024-05-10T12:00:00Z');
const date = timeFormat('date');

test('a bound may be the later or the earlier of several', () => {
	for (const [bound, start] of [
		['max(2024-01-01, -P9D)', '2024-05-01'],
		['max(2024-05-05, -P9D)', '2024-05-05'],
		['min(2024-05-05, now)', '2024-05-05'],
		['MIN(2030-01-01, today)', '2024-05-10'],
		['min(max(2024-01-01, -P9D), 2 days ago)', '2024-05-01'],
		['max(-P2D, min(2024-01-01, 2024-02-01))', '2024-05-08'],
		['now-P30D', '2024-04-10'],
	] as const)
		strictEqual(atMoment(bound, now, date, 'start'), start, bound);
	for (const text of ['max()', 'max(', 'max(x, now)', 'maximum(now)', 'max(now,)x', 'then-P1D'])
		strictEqual(isRelative(text, date), false, text);
});

test('a run begins at the later of two bounds', async () => {
	await using server = await startServer([{path: '/events', respond: {json: [{at: '2024-03-04'}]}}]);
	const incremental = {
		cursor_path: 'at',
		initial_value: 'max(2024-01-01, 2024-03-01)',
		cursor_format: 'date',
	};
	const endpoint = {params: {since: '{incremental.start_value}'}, incremental};
	const {events} = await readConfig({
		client: {base_url: server.url},
		resources: [{name: 'events', endpoint}],
	});
	deepStrictEqual(events, [{at: '2024-03-04'}]);
	deepStrictEqual(
		server.requests.map(({query}) => query),
		[{since: ['2024-03-01']}],
	);
});
