/**
 * What a server says is left, however it counts, and several requests under way: none is refused, and little
 * is left unused.
 */
import {ok, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import type {Clock} from '../../../src/http/policy/clock.ts';
import {quota} from '../../../src/http/policy/quota.ts';
import {type RateLimit, rateLimiter} from '../../../src/http/policy/rate-limit.ts';
import {remainingOf} from '../../../src/http/policy/retry-after.ts';

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

/** A quota, and the limit of the user before it; none by default. */
function gateOf(clock: Clock, limit: RateLimit = {requests: Number.POSITIVE_INFINITY}) {
	const {told, ...gate} = quota(clock);
	const limiter = rateLimiter(limit, clock, gate);
	return {told, enter: (signal: AbortSignal) => limiter.reserve({signal})};
}

type Gate = ReturnType<typeof gateOf>;

interface Setting {
	readonly kind?: 'window' | 'rolling';
	readonly most: number;
	readonly lanes: number;
	readonly latencyMs: number;
	/** A request takes up to so much longer on its way than another. */
	readonly jitterMs?: number;
	readonly beginMs: number;
	readonly requests: number;
	readonly periodMs?: number;
	readonly saysLimit?: boolean;
	/** Of the user. */
	readonly limit?: RateLimit;
}

/** Lanes that ask a server which counts in periods of its own clock, or in the last one at any time. */
async function simulate(setting: Setting) {
	const {
		kind = 'window',
		most,
		lanes,
		latencyMs,
		jitterMs = 0,
		beginMs,
		requests,
		periodMs = 1000,
		saysLimit = false,
		limit,
	} = setting;
	const clock = timeline();
	const gate = gateOf(clock, limit);
	const arrivals: number[] = [];
	const departures: number[] = [];
	let refused = 0;
	let begun = 0;
	const lane = async (): Promise<void> => {
		await clock.sleep(beginMs);
		while (begun++ < requests) {
			const turn = await gate.enter(never);
			departures.push(clock.now());
			await clock.sleep(latencyMs / 2 + ((turn.number * 7) % 11) * (jitterMs / 10));
			const at = clock.now();
			const startAt = kind === 'window' ? at - (at % periodMs) - 1e-9 : at - periodMs;
			const counted = arrivals.filter(other => other > startAt).sort((a, b) => a - b);
			if (counted.length < most) arrivals.push(at);
			else refused++;
			const resetAt = periodMs + (kind === 'window' ? at - (at % periodMs) : (counted[0] ?? at));
			const left = {
				remaining: Math.max(0, most - counted.length - 1),
				resetMs: resetAt - at,
				...(saysLimit && {limit: most}),
			};
			await clock.sleep(latencyMs / 2);
			gate.told(turn, left);
		}
	};
	const all = Array.from({length: lanes}, lane);
	await clock.run();
	await Promise.all(all);
	return {arrivals, departures, refused, elapsedMs: clock.now() - beginMs};
}

test('however the server counts, however many lanes and whatever the latency, none is refused', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.record({
				kind: fc.constantFrom('window' as const, 'rolling' as const),
				most: fc.integer({min: 10, max: 80}),
				lanes: fc.integer({min: 1, max: 8}),
				latencyMs: fc.integer({min: 2, max: 150}),
				jitterMs: fc.integer({min: 0, max: 24}),
				beginMs: fc.integer({min: 0, max: 1999}),
				saysLimit: fc.boolean(),
			}),
			async setting => {
				const {refused, arrivals} = await simulate({...setting, requests: setting.most * 3});
				strictEqual(refused, 0);
				strictEqual(arrivals.length, setting.most * 3);
			},
		),
		{numRuns: 40},
	);
});

test('the limit of the user and the quota of the server are kept together, whichever holds requests back', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.record({
				kind: fc.constantFrom('window' as const, 'rolling' as const),
				// Nothing is known before the first answer: by then each lane may have sent one.
				most: fc.integer({min: 21, max: 80}),
				lanes: fc.integer({min: 1, max: 20}),
				latencyMs: fc.integer({min: 2, max: 150}),
				jitterMs: fc.integer({min: 0, max: 24}),
				beginMs: fc.integer({min: 0, max: 1999}),
				limit: fc.record({
					requests: fc.integer({min: 5, max: 120}),
					perMs: fc.constantFrom(500, 1000, 3000),
					burst: fc.integer({min: 1, max: 10}),
				}),
			}),
			async ({limit, ...setting}) => {
				const {refused, departures} = await simulate({...setting, limit, requests: setting.most * 3});
				strictEqual(refused, 0);
				for (const from of departures) {
					// Sleeps are whole milliseconds.
					const inPeriod = departures.filter(at => at >= from && at < from + limit.perMs - 1);
					ok(inPeriod.length <= limit.requests + limit.burst - 1, `${inPeriod.length} from ${from} on`);
				}
			},
		),
		{numRuns: 40},
	);
});

for (const [kind, lanes, latencyMs] of [
	['window', 8, 50],
	['rolling', 8, 50],
	['window', 20, 200],
	['rolling', 20, 200],
] as const) {
	test(`${kind} seconds, ${lanes} lanes, ${latencyMs} ms: 95 % of the quota is used, and no second sees a tenth more`, async () => {
		const setting = {kind, most: 60, lanes, latencyMs, jitterMs: 20, beginMs: 700, requests: 600};
		const {arrivals, refused, elapsedMs} = await simulate(setting);
		strictEqual(refused, 0);
		ok(elapsedMs < (600 / (60 * 0.95)) * 1000, `600 requests in ${elapsedMs} ms`);
		const worst = Math.max(
			...arrivals.map(from => arrivals.filter(at => at >= from && at < from + 1000).length),
		);
		ok(worst <= 66, `${worst} in a second`);
	});
}

/** When so many requests that wait at the same time go out. */
async function outOf(gate: Gate, clock: ReturnType<typeof timeline>, requests: number): Promise<number[]> {
	const out: number[] = [];
	const all = Array.from({length: requests}, async () => {
		await gate.enter(never);
		out.push(clock.now());
	});
	await clock.run();
	await Promise.all(all);
	return out;
}

test('requests that wait go out one after the other', async () => {
	const clock = timeline();
	const gate = gateOf(clock);
	gate.told(await gate.enter(never), {remaining: 59, resetMs: 1000});
	const out = await outOf(gate, clock, 30);
	for (const [index, at] of out.entries()) ok(index < 2 || at - (out[index - 2] ?? 0) >= 30, String(out));
});

test('what others take of a quota is not taken again', async () => {
	const clock = timeline();
	const gate = gateOf(clock);
	gate.told(await gate.enter(never), {remaining: 19, resetMs: 1000, limit: 60});
	const out = await outOf(gate, clock, 20);
	strictEqual(out.filter(at => at < 1000).length, 19);
});

test('a lower limit is kept from the answer on that says it', async () => {
	const clock = timeline();
	const gate = gateOf(clock);
	gate.told(await gate.enter(never), {remaining: 59, resetMs: 1000, limit: 60});
	await outOf(gate, clock, 70);
	const turn = gate.enter(never);
	await clock.run();
	gate.told(await turn, {remaining: 9, resetMs: 1000, limit: 10});
	const from = clock.now();
	const out = await outOf(gate, clock, 20);
	ok(out.filter(at => at < from + 1000).length <= 9, String(out));
});

test('a quota of an hour holds nobody back while there is some', async () => {
	const {elapsedMs} = await simulate({
		most: 1000,
		lanes: 1,
		latencyMs: 10,
		beginMs: 0,
		requests: 100,
		periodMs: LONG_MS,
	});
	strictEqual(elapsedMs, 1000);
});

test('an answer that was overtaken is not believed', async () => {
	const clock = timeline();
	const gate = gateOf(clock);
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
		[
			{'x-ratelimit-limit': '60, 60;w=1', 'x-ratelimit-remaining': '5', 'x-ratelimit-reset': '1'},
			{remaining: 5, resetMs: 1000, limit: 60},
		],
		[
			{'x-ratelimit-limit': 'many', 'x-ratelimit-remaining': '5', 'x-ratelimit-reset': '1'},
			{remaining: 5, resetMs: 1000},
		],
		[{ratelimit: 'limit=100, remaining=7, reset=1'}, {remaining: 7, resetMs: 1000, limit: 100}],
		[{ratelimit: '"burst";r=3;t=1, "day";r=90;t=4000'}, {remaining: 3, resetMs: 1000}],
		[{ratelimit: '"burst";r=0;t=1, "day";r=0;t=4000'}, {remaining: 0, resetMs: 4_000_000}],
		[
			{'x-ratelimit-remaining': '5.5', 'x-ratelimit-reset': '1'},
			{remaining: 5, resetMs: 1000},
		],
		[{'x-ratelimit-remaining': '5'}, undefined],
		[{'x-ratelimit-remaining': 'many', 'x-ratelimit-reset-after': '1'}, undefined],
		[{}, undefined],
	];
	for (const [headers, expected] of cases) {
		const found = remainingOf(headers, at);
		strictEqual(JSON.stringify(found), JSON.stringify(expected), JSON.stringify(headers));
	}
});
