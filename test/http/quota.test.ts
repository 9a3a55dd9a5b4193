/** What a server says is left, and several requests under way: none is refused, and little is left unused. */
import {ok, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {quota} from '../../src/http/quota.ts';
import {remainingOf} from '../../src/http/retry-after.ts';

const never = new AbortController().signal;
const LONG_MS = 3_600_000;

/** Time that passes when everybody sleeps. */
function timeline() {
	let time = 0;
	const sleepers: {at: number; wake: () => void}[] = [];
	return {
		now: () => time,
		sleep: (ms: number) => new Promise<void>(wake => void sleepers.push({at: time + ms, wake})),
		async run(): Promise<void> {
			for (;;) {
				await new Promise(resolve => setImmediate(resolve));
				sleepers.sort((a, b) => a.at - b.at);
				const next = sleepers.shift();
				if (!next) return;
				time = next.at;
				next.wake();
			}
		},
	};
}

interface Setting {
	readonly most: number;
	readonly lanes: number;
	readonly latencyMs: number;
	readonly beginMs: number;
	readonly requests: number;
	readonly periodMs?: number;
}

/** Lanes that ask a server which counts in periods of its own clock. */
async function simulate({most, lanes, latencyMs, beginMs, requests, periodMs = 1000}: Setting) {
	const clock = timeline();
	const gate = quota(clock);
	const arrivals: number[] = [];
	let refused = 0;
	let begun = 0;
	const lane = async (): Promise<void> => {
		await clock.sleep(beginMs);
		while (begun++ < requests) {
			const turn = await gate.enter(never);
			await clock.sleep(latencyMs / 2);
			const at = clock.now();
			const period = Math.floor(at / periodMs);
			const count = arrivals.filter(other => Math.floor(other / periodMs) === period).length;
			if (count < most) arrivals.push(at);
			else refused++;
			const left = {remaining: Math.max(0, most - count - 1), resetMs: (period + 1) * periodMs - at};
			await clock.sleep(latencyMs / 2);
			gate.told(turn, left);
		}
	};
	const all = Array.from({length: lanes}, lane);
	await clock.run();
	await Promise.all(all);
	return {arrivals, refused, elapsedMs: clock.now() - beginMs};
}

test('however many lanes and whatever the latency, none is refused', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.record({
				most: fc.integer({min: 10, max: 80}),
				lanes: fc.integer({min: 1, max: 8}),
				latencyMs: fc.integer({min: 2, max: 150}),
				beginMs: fc.integer({min: 0, max: 1999}),
			}),
			async setting => {
				const {refused, arrivals} = await simulate({...setting, requests: setting.most * 3});
				strictEqual(refused, 0);
				strictEqual(arrivals.length, setting.most * 3);
			},
		),
		{numRuns: 20},
	);
});

test('lanes enough take nearly all there is, and no second sees a tenth more', async () => {
	const {arrivals, elapsedMs} = await simulate({most: 60, lanes: 8, latencyMs: 50, beginMs: 700, requests: 600});
	ok(elapsedMs < 10_500, `600 requests in ${elapsedMs} ms`);
	// The first of each lane go out before anything is known.
	const known = arrivals.slice(8);
	const worst = Math.max(...known.map(from => known.filter(at => at >= from && at < from + 1000).length));
	ok(worst <= 66, `${worst} in a second`);
});

test('a quota of an hour holds nobody back while there is some', async () => {
	const {elapsedMs} = await simulate({most: 1000, lanes: 1, latencyMs: 10, beginMs: 0, requests: 100, periodMs: LONG_MS});
	strictEqual(elapsedMs, 1000);
});

test('an answer that was overtaken is not believed', async () => {
	const clock = timeline();
	const gate = quota(clock);
	const first = await gate.enter(never);
	const second = await gate.enter(never);
	gate.told(second, {remaining: 50, resetMs: 1000});
	gate.told(first, {remaining: 0, resetMs: 1000});
	let isIn = false;
	const third = gate.enter(never).then(() => {
		isIn = true;
	});
	await clock.run();
	await third;
	ok(isIn && clock.now() < 1000);
});

test('what remains is read where an answer says until when', () => {
	const at = Date.parse('2024-01-01T00:00:00Z');
	const cases: [Record<string, string>, ReturnType<typeof remainingOf>][] = [
		[
			{'x-ratelimit-remaining': '5', 'x-ratelimit-reset-after': '0.25'},
			{remaining: 5, resetMs: 250},
		],
		[
			{'ratelimit-remaining': '0', 'ratelimit-reset': '2'},
			{remaining: 0, resetMs: 2000},
		],
		[{ratelimit: 'limit=100, remaining=7, reset=1'}, {remaining: 7, resetMs: 1000}],
		[{ratelimit: '"burst";r=3;t=1, "day";r=90;t=4000'}, {remaining: 3, resetMs: 1000}],
		[{ratelimit: '"burst";r=0;t=1, "day";r=0;t=4000'}, {remaining: 0, resetMs: 4_000_000}],
		[{'x-ratelimit-remaining': '5'}, undefined],
		[{'x-ratelimit-remaining': 'many', 'x-ratelimit-reset-after': '1'}, undefined],
		[{}, undefined],
	];
	for (const [headers, expected] of cases) {
		const found = remainingOf(headers, at);
		strictEqual(JSON.stringify(found), JSON.stringify(expected), JSON.stringify(headers));
	}
});
