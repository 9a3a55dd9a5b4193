/** The shared clock in Redis or Valkey: one hash for each key, and one script for each step. */
import type {Redis} from 'ioredis';
import {PATIENCE_MS, type SharedClock, type SharedClockOptions} from './shared-clock.ts';

// Each script begins with the time of the server, and the record. It ends with texts, as Redis cuts the
// fractions of numbers.
const READ = `
local t = redis.call('TIME')
local now = t[1] * 1000 + t[2] / 1000
local record = redis.call('HMGET', KEYS[1], 'free', 'closed', 'since')
local free = tonumber(record[1] or '0')
local closed = tonumber(record[2] or '0')
local function text(number) return string.format('%.3f', number) end
`;
// A record that says nothing any more goes away.
const WRITE = `
local since = record[3] or text(now)
redis.call('HSET', KEYS[1], 'free', text(free), 'closed', text(closed), 'since', since)
redis.call('PEXPIRE', KEYS[1], math.ceil(math.max(free, closed, now) - now) + 60000)
`;
const RESERVE = `${READ}
local at = math.max(now + tonumber(ARGV[3]), closed, free - tonumber(ARGV[2]))
free = math.max(free, at) + tonumber(ARGV[1])
${WRITE}
return {text(at), text(now), text(closed), since}`;
const MOVE = `${READ}
free = math.max(free, now + tonumber(ARGV[1]))
closed = math.max(closed, now + tonumber(ARGV[2]))
${WRITE}
return 1`;
// The last departures are in a set, by their times. One that was not used gives up its time: then an older one
// counts again, so twice as many are kept.
const DEPART = `${READ}
local most, inMs = tonumber(ARGV[1]), tonumber(ARGV[2])
local since = record[3] or '0'
redis.call('ZREMRANGEBYSCORE', KEYS[2], ARGV[4], ARGV[4])
local last = redis.call('ZRANGE', KEYS[2], -1, -1)[1] or '0'
local at = math.max(now + tonumber(ARGV[5]), tonumber(last) + 0.001)
local count = redis.call('ZCARD', KEYS[2])
local first = count >= most and redis.call('ZRANGE', KEYS[2], count - most, count - most)[1] or '0'
local freeAt = tonumber(first) + inMs
local granted = ''
if tonumber(since) == tonumber(ARGV[3]) and closed <= now and freeAt <= at then
	granted = text(at)
	redis.call('ZADD', KEYS[2], granted, granted)
	if count >= most * 2 then redis.call('ZREMRANGEBYRANK', KEYS[2], 0, count - most * 2) end
	redis.call('PEXPIRE', KEYS[2], math.ceil(inMs) + 60000)
end
return {granted, text(freeAt), text(now), text(closed), since}`;

const CONNECT_MS = 5000;
const LONGEST_WAIT_MS = 1000;

/** `RedisClient` is the class `Redis` of the package ioredis. */
export function redisClock(
	RedisClient: typeof Redis,
	{url, key, patienceMs = PATIENCE_MS}: SharedClockOptions,
): SharedClock {
	let brokenSince: number | undefined;
	let problem: Error | undefined;
	const redis = new RedisClient(url, {
		lazyConnect: true,
		connectTimeout: CONNECT_MS,
		commandTimeout: patienceMs + CONNECT_MS,
		maxRetriesPerRequest: null,
		retryStrategy(times) {
			brokenSince ??= Date.now();
			if (Date.now() - brokenSince >= patienceMs) return null;
			return Math.min(50 * times, LONGEST_WAIT_MS);
		},
	});
	redis.on('error', (error: Error) => {
		problem = error;
	});
	redis.on('ready', () => {
		brokenSince = undefined;
	});
	const name = `sluice:rate-limit:${key}`;

	async function run(script: string, ...values: number[]): Promise<number[]> {
		try {
			if (redis.status === 'end') {
				brokenSince = undefined;
				await redis.connect();
			}
			const answer: unknown = await redis.eval(script, 2, name, `${name}:sent`, ...values);
			return Array.isArray(answer) ? answer.map(Number) : [];
		} catch (error) {
			throw problem !== undefined && redis.status !== 'ready' ? problem : error;
		}
	}

	return {
		async reserve(intervalMs, aheadMs, leadMs = 0) {
			const found = await run(RESERVE, intervalMs, aheadMs, leadMs);
			const [at = 0, now = 0, closedUntil = 0, since = 0] = found;
			return {at, now, closedUntil, since};
		},
		async depart({most, inMs, leadMs, since: begun, unused = 0}) {
			const found = await run(DEPART, most, inMs, begun, unused, leadMs);
			const [at = 0, freeAt = 0, now = 0, closedUntil = 0, since = 0] = found;
			return {at: at > 0 ? at : undefined, freeAt, now, closedUntil, since};
		},
		async closeFor(ms) {
			await run(MOVE, 0, ms);
		},
		async postpone(ms) {
			await run(MOVE, ms, 0);
		},
		async close() {
			redis.disconnect();
		},
	};
}
