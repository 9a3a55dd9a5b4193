import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import fc from 'fast-check';
import {ConfigError, RequestError} from '../../../src/core/errors.ts';
import {quota} from '../../../src/http/policy/quota.ts';
import {rateLimiter} from '../../../src/http/policy/rate-limit.ts';
import {requestedWaitMs} from '../../../src/http/policy/retry-after.ts';
import {answers, get, serve, testClient, valueFrom} from '../server.ts';

/** A clock that stands still until somebody sleeps; sleepers wake in order of time. */
function handClock(): {
	now: () => number;
	sleep: (ms: number, signal: AbortSignal) => Promise<void>;
	advance: () => Promise<boolean>;
	/** Time goes by, and nobody wakes. */
	stall: (ms: number) => void;
} {
	let time = 1000;
	const sleepers: {at: number; wake: () => void}[] = [];
	return {
		now: () => time,
		sleep(ms, signal) {
			signal.throwIfAborted();
			return new Promise<void>((resolve, reject) => {
				sleepers.push({at: time + ms, wake: resolve});
				signal.addEventListener('abort', () => reject(signal.reason));
			});
		},
		stall(ms) {
			time += ms;
		},
		async advance() {
			// Whoever needs no time goes first.
			await new Promise(resolve => setImmediate(resolve));
			sleepers.sort((a, b) => a.at - b.at);
			const next = sleepers.shift();
			if (!next) return false;
			time = Math.max(time, next.at);
			next.wake();
			await new Promise(resolve => setImmediate(resolve));
			return true;
		},
	};
}

const never = new AbortController().signal;

describe('a rate limit', () => {
	it('lets requests out at even distances, in the order they came', async () => {
		const clock = handClock();
		const limiter = rateLimiter({requests: 4, perMs: 1000}, clock, quota(clock));
		const out: string[] = [];
		const all = ['a', 'b', 'c'].map(async name => {
			await limiter.reserve({signal: never});
			out.push(`${name} ${clock.now()}`);
		});
		while (await clock.advance());
		await Promise.all(all);
		assert.deepEqual(out, ['a 1000', 'b 1254', 'c 1508']);
	});

	it('keeps its distances after the process was held up', async () => {
		const clock = handClock();
		const limiter = rateLimiter({requests: 10, perMs: 1000}, clock, quota(clock));
		const out: number[] = [];
		const all = Array.from({length: 6}, async () => {
			await limiter.reserve({signal: never});
			out.push(clock.now());
		});
		await new Promise(resolve => setImmediate(resolve));
		clock.stall(450);
		while (await clock.advance());
		await Promise.all(all);
		assert.equal(out[0], 1000);
		assert.equal(out[1], 1450);
		for (const [index, at] of out.entries())
			assert.ok(index === 0 || at - (out[index - 1] ?? 0) >= 98, String(out));
	});

	it('is kept also by requests that the quota of the server held back', async () => {
		const clock = handClock();
		const left = quota(clock);
		const limiter = rateLimiter({requests: 10, perMs: 1000}, clock, left);
		left.told(await limiter.reserve({signal: never}), {remaining: 0, resetMs: 2000, limit: 1000});
		const out: number[] = [];
		const all = Array.from({length: 30}, async () => {
			await limiter.reserve({signal: never});
			out.push(clock.now());
		});
		while (await clock.advance());
		await Promise.all(all);
		assert.equal(out[0], 3000);
		for (const [index, at] of out.entries())
			assert.ok(index === 0 || at - (out[index - 1] ?? 0) >= 98, String(out));
		assert.ok(out.at(-1)! <= 6000, String(out));
	});

	it('is penalized also while the quota of the server holds requests back, and says so', async () => {
		const clock = handClock();
		const left = quota(clock);
		const limiter = rateLimiter({requests: 1000}, clock, left);
		left.told(await limiter.reserve({signal: never}), {remaining: 0, resetMs: 500, limit: 1000});
		const waits: number[] = [];
		const held = limiter.reserve({signal: never, onWait: ms => waits.push(ms)}).then(() => clock.now());
		await clock.advance();
		limiter.penalize(60_000);
		while (await clock.advance());
		assert.equal(await held, 61_002);
		assert.deepEqual(waits.slice(1), [59_502]);
	});

	it('lets a burst out at once after a rest', async () => {
		const clock = handClock();
		const limiter = rateLimiter({requests: 1, perMs: 1000, burst: 3}, clock, quota(clock));
		const out: number[] = [];
		const all = Array.from({length: 5}, async () => {
			await limiter.reserve({signal: never});
			out.push(clock.now());
		});
		while (await clock.advance());
		await Promise.all(all);
		assert.deepEqual(out, [1000, 1000, 1000, 2015, 3030]);
	});

	it('never lets more out in any period than requests + burst - 1', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.integer({min: 1, max: 30}),
				fc.integer({min: 100, max: 5000}),
				fc.integer({min: 1, max: 6}),
				fc.array(fc.record({pauseMs: fc.nat(800), penaltyMs: fc.option(fc.nat(3000), {freq: 5})}), {
					maxLength: 60,
				}),
				async (requests, perMs, burst, arrivals) => {
					const clock = handClock();
					const limiter = rateLimiter({requests, perMs, burst}, clock, quota(clock));
					const out: number[] = [];
					const all: Promise<void>[] = [];
					for (const {pauseMs, penaltyMs} of arrivals) {
						const pause = clock.sleep(pauseMs, never);
						let over = false;
						void pause.then(() => {
							over = true;
						});
						while (!over) await clock.advance();
						if (penaltyMs !== null) limiter.penalize(penaltyMs);
						all.push(limiter.reserve({signal: never}).then(() => void out.push(clock.now())));
					}
					while (await clock.advance());
					await Promise.all(all);
					assert.equal(out.length, arrivals.length);
					// Beyond the period too, as a server may see them closer together; two may be some milliseconds closer
					// than they should.
					for (const start of out) {
						const inPeriod = out.filter(
							at => at >= start && at < start + perMs + Math.min(12, perMs * 0.01) - 3,
						);
						assert.ok(inPeriod.length <= requests + burst - 1, `${inPeriod.length} from ${start} on: ${out}`);
					}
				},
			),
			{numRuns: 60},
		);
	});

	it('holds back what has a place already when it is penalized', async () => {
		const clock = handClock();
		const limiter = rateLimiter({requests: 2, perMs: 1000}, clock, quota(clock));
		const out: number[] = [];
		const all = [1, 2].map(async () => {
			await limiter.reserve({signal: never});
			out.push(clock.now());
		});
		await new Promise(resolve => setImmediate(resolve));
		limiter.penalize(60_000);
		while (await clock.advance());
		await Promise.all(all);
		assert.deepEqual(out, [1000, 61_000]);
	});

	it('is left at once by an abort', async () => {
		const clock = handClock();
		const limiter = rateLimiter({requests: 1, perMs: 1000}, clock, quota(clock));
		const controller = new AbortController();
		await limiter.reserve({signal: controller.signal});
		const waiting = limiter.reserve({signal: controller.signal});
		controller.abort(new Error('enough'));
		await assert.rejects(waiting, /enough/);
	});

	it('of a client is shared by its requests', async test => {
		const {url} = await serve(test, answers([200, '[]']));
		const api = testClient(test, {baseUrl: url, rateLimit: {requests: 1, perMs: 3_600_000}});
		for (let i = 0; i < 3; i++) await valueFrom(api, get(url));
		// On a busy machine one that went out late makes the next one wait a few milliseconds more.
		const waits = api.waits.filter(ms => ms > 1000);
		assert.equal(waits.length, 2);
		for (const ms of waits) assert.ok(ms > 3_500_000 && ms <= 3_600_015, String(ms));
	});

	for (const rateLimit of [
		{requests: 0},
		{requests: 1, perMs: 0},
		{requests: 1, burst: 1.5},
		{requests: Number.NaN},
	]) {
		it(`refuses ${JSON.stringify(rateLimit)}`, test => {
			assert.throws(() => testClient(test, {baseUrl: 'http://h', rateLimit}), ConfigError);
		});
	}
});

describe('maxRequests', () => {
	it('fails the request beyond it, retries counted, and names the option', async test => {
		const {url, requests} = await serve(test, answers([200, '[]'], 503, [200, '[]']));
		const api = testClient(test, {baseUrl: url, maxRequests: 2});
		await valueFrom(api, get(url));
		await assert.rejects(valueFrom(api, get(url), {label: 'contacts'}), (error: RequestError) => {
			assert.ok(error instanceof RequestError);
			assert.equal(error.code, 'ERR_MAX_REQUESTS');
			assert.match(
				error.message,
				/^contacts: GET \S+ was not sent: this client has sent 2 requests, .*maxRequests.*max_requests/,
			);
			return true;
		});
		assert.equal(requests.length, 2);
	});

	it('refuses 0', test => {
		assert.throws(() => testClient(test, {baseUrl: 'http://h', maxRequests: 0}), /maxRequests/);
	});
});

describe('headers of rate limits', () => {
	const now = Date.parse('2025-03-01T12:00:00Z');
	const inTenSeconds = now / 1000 + 10;
	const cases: readonly (readonly [status: number, headers: Record<string, string>, waitMs: number])[] = [
		[429, {'ratelimit-reset': '7'}, 7000],
		[429, {'x-ratelimit-reset': '7.5'}, 7500],
		[429, {'x-rate-limit-reset': String(inTenSeconds)}, 10_000],
		[429, {'x-ratelimit-reset': String(inTenSeconds * 1000)}, 10_000],
		[429, {'x-ratelimit-reset': '2025-03-01T12:00:10Z'}, 10_000],
		[429, {'x-ratelimit-reset': String(inTenSeconds - 60)}, 0],
		[429, {'x-ratelimit-reset-after': '3', 'x-ratelimit-reset': String(inTenSeconds)}, 3000],
		[503, {'ratelimit-reset': '7'}, 7000],
		// The largest delay and the smallest time.
		[429, {'ratelimit-reset': '999999999'}, 999_999_999_000],
		[429, {'ratelimit-reset': '1000000000'}, 0],
		// Retry-After goes first, unless it says nothing.
		[429, {'retry-after': '2', 'ratelimit-reset': '7'}, 2000],
		[429, {'retry-after': '0', 'ratelimit-reset': '7'}, 7000],
		// Another limit than the one that was met.
		[429, {'x-ratelimit-remaining': '10', 'x-ratelimit-reset': '7'}, 0],
		[500, {'x-ratelimit-reset': '7'}, 0],
		[200, {'x-ratelimit-reset': '7'}, 0],
		[200, {'x-ratelimit-remaining': '1', 'x-ratelimit-reset': '7'}, 0],
		[200, {'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '7'}, 7000],
		[403, {'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(inTenSeconds)}, 10_000],
		[200, {'ratelimit-remaining': '0'}, 0],
		[200, {'retry-after': '7'}, 0],
		[500, {'retry-after': '7'}, 7000],
		// The IETF drafts.
		[200, {ratelimit: 'limit=100, remaining=0, reset=50'}, 50_000],
		[200, {ratelimit: 'limit=100, remaining=1, reset=50'}, 0],
		[200, {ratelimit: '"burst";r=0;t=2, "day";r=50;t=4000'}, 2000],
		[200, {ratelimit: '"burst";r=0;t=2, "day";r=0;t=4000'}, 4_000_000],
		[200, {ratelimit: 'nonsense'}, 0],
		[200, {ratelimit: 'limit=100, remaining=9, reset=50, limit=10, remaining=0, reset=2'}, 2000],
		// Less than none is no limit.
		[200, {'x-ratelimit-remaining': '-1', 'x-ratelimit-reset': '3600'}, 0],
		[403, {'x-ratelimit-remaining': '-1', 'x-ratelimit-reset': '3600'}, 0],
		[429, {'x-ratelimit-remaining': '-1', 'x-ratelimit-reset': '3600'}, 3_600_000],
		// Several families, several windows, limits with names: what is met counts, and of that the longest.
		[
			200,
			{
				'ratelimit-remaining': '9',
				'ratelimit-reset': '1',
				'x-ratelimit-remaining': '0',
				'x-ratelimit-reset': '60',
			},
			60_000,
		],
		[
			200,
			{ratelimit: 'limit=9, remaining=9, reset=1', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '60'},
			60_000,
		],
		[
			200,
			{
				'x-ratelimit-remaining': '0',
				'x-ratelimit-reset': '5',
				'x-rate-limit-remaining': '0',
				'x-rate-limit-reset': '9',
			},
			9000,
		],
		[200, {'x-ratelimit-remaining': '4, 0', 'x-ratelimit-reset': '1, 3600'}, 3_600_000],
		[200, {'x-ratelimit-remaining': '0, 400', 'x-ratelimit-reset': '1, 3600'}, 1000],
		[
			200,
			{
				'x-ratelimit-remaining-tokens': '0',
				'x-ratelimit-reset-tokens': '6m0s',
				'x-ratelimit-remaining-requests': '9',
			},
			360_000,
		],
		[429, {'x-ratelimit-reset-requests': '120ms'}, 120],
		// The server's clock is an hour behind; an answer from a cache is older than it says.
		[429, {date: 'Sat, 01 Mar 2025 11:00:00 GMT', 'x-ratelimit-reset': String(inTenSeconds - 3600)}, 10_000],
		[429, {date: 'Sat, 01 Mar 2025 11:00:00 GMT', 'retry-after': 'Sat, 01 Mar 2025 11:00:10 GMT'}, 10_000],
		[
			200,
			{
				date: 'Sat, 01 Mar 2025 11:00:00 GMT',
				age: '3600',
				'x-ratelimit-remaining': '0',
				'x-ratelimit-reset': String(inTenSeconds),
			},
			10_000,
		],
		[429, {date: 'yesterday', 'x-ratelimit-reset': String(inTenSeconds)}, 10_000],
	];
	for (const [status, headers, waitMs] of cases) {
		it(`${status} ${JSON.stringify(headers)}: ${waitMs} ms`, () => {
			assert.equal(requestedWaitMs(status, headers, now), waitMs);
		});
	}

	it('never give a wait that is no number from 0 up', () => {
		const name = fc.constantFrom(
			'retry-after',
			'ratelimit',
			'x-ratelimit-reset-after-tokens',
			'ratelimit-reset',
			'x-ratelimit-remaining',
			'x-ratelimit-reset',
			'date',
			'age',
		);
		const text = fc.oneof(
			fc.string(),
			fc.integer().map(String),
			fc.double().map(String),
			fc.date().map(String),
		);
		fc.assert(
			fc.property(fc.constantFrom(200, 429, 503), fc.dictionary(name, text), (status, headers) => {
				const waitMs = requestedWaitMs(status, headers, now);
				assert.ok(waitMs >= 0, String(waitMs));
			}),
		);
	});

	it('make the next request of the same client wait when none remain', async test => {
		const {url} = await serve(
			test,
			answers([200, '[]', {'ratelimit-remaining': '0', 'ratelimit-reset': '30'}], [200, '[]']),
		);
		const api = testClient(test, {baseUrl: url});
		await valueFrom(api, get(url));
		assert.deepEqual(api.waits, []);
		await valueFrom(api, get(url));
		assert.equal(api.waits.length, 1);
		const waited = api.events.filter(event => event.type === 'wait').map(({waitMs}) => waitMs);
		assert.deepEqual(waited, api.waits);
		assert.ok(api.waits[0]! > 25_000 && api.waits[0]! <= 30_000, String(api.waits));
		await valueFrom(api, get(url));
		assert.equal(api.waits.length, 1);
	});

	it('hold back what comes only as long as its own requests of a short period count', async test => {
		const none = {'x-ratelimit-limit': '2', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset-after': '0.2'};
		const {url} = await serve(
			test,
			answers([200, '[]', {...none, 'x-ratelimit-remaining': '1'}], [200, '[]', none], [200, '[]']),
		);
		const api = testClient(test, {baseUrl: url});
		for (let i = 0; i < 3; i++) await valueFrom(api, get(url));
		const waitedMs = api.waits.reduce((sum, ms) => sum + ms, 0);
		assert.ok(waitedMs > 800 && waitedMs <= 1026, String(api.waits));
		assert.deepEqual(
			api.events.filter(({type}) => type === 'wait'),
			[],
		);
	});

	it('beyond maxRetryAfterMs are left to the server to enforce', async test => {
		const {url} = await serve(
			test,
			answers([200, '[]', {'ratelimit-remaining': '0', 'ratelimit-reset': '30'}]),
		);
		const api = testClient(test, {baseUrl: url, retry: {maxRetryAfterMs: 10_000}});
		await valueFrom(api, get(url));
		await valueFrom(api, get(url));
		assert.deepEqual(api.waits, []);
	});

	it('of one 429 make a whole storm of requests wait once', async test => {
		let limited = 0;
		const {url, requests} = await serve(test, (request, response) => {
			const isFirst = request.url === '/0' && limited++ === 0;
			response.writeHead(isFirst ? 429 : 200, isFirst ? {'retry-after': '60'} : {}).end('[]');
		});
		const api = testClient(test, {baseUrl: url, retry: {jitter: 'none'}});
		await valueFrom(api, get(`${url}/0`));
		for (let i = 1; i < 5; i++) await valueFrom(api, get(`${url}/${i}`));
		assert.deepEqual(api.waits, [60_000]);
		assert.equal(requests.length, 6);
	});

	it('hold back another request that was about to go out', async test => {
		const {url} = await serve(test, answers([429, '', {'retry-after': '60'}], [200, '[]']));
		const waits: number[] = [];
		const api = testClient(test, {
			baseUrl: url,
			retry: {maxRetries: 0},
			sleep: async ms => void waits.push(ms),
		});
		await assert.rejects(valueFrom(api, get(url)), /429/);
		await valueFrom(api, get(url));
		assert.equal(waits.length, 1);
		assert.ok(waits[0]! > 55_000, String(waits));
	});
});
