import assert from 'node:assert/strict';
import {once} from 'node:events';
import {type AddressInfo, connect, createServer, type Socket} from 'node:net';
import {after, afterEach, before, describe, it} from 'node:test';
import {ConfigError, RequestError} from '../../../src/core/errors.ts';
import {client} from '../../../src/http/client.ts';
import type {ClientEvent} from '../../../src/http/events.ts';
import {clock as clockOf} from '../../../src/http/policy/clock.ts';
import {parseShare, sharedOut} from '../../../src/http/policy/rate-share.ts';
import {openSharedClock} from '../../../src/http/policy/shared/open-clock.ts';
import type {SharedClock} from '../../../src/http/policy/shared/shared-clock.ts';
import {sharedLimiter} from '../../../src/http/policy/shared/shared-limiter.ts';
import {workspace} from '../../helpers/binary.ts';
import {lacksPostgres, postgres} from '../../helpers/postgres.ts';
import {lacksRedis, redis} from '../../helpers/redis.ts';
import {get, serve, testClient, valueFrom} from '../server.ts';

interface Store extends AsyncDisposable {
	readonly url: string;
	/** Removes what it has stored. */
	forget(): Promise<void>;
	stop(): Promise<void>;
}

const stores: readonly [name: string, skip: string | false, open: () => Promise<Store>][] = [
	['Redis', lacksRedis, redisStore],
	['PostgreSQL', lacksPostgres, postgresStore],
];

async function redisStore(): Promise<Store> {
	const store = await redis();
	return {
		...store,
		async forget() {
			const {Redis} = await import('ioredis');
			const client = new Redis(store.url);
			await client.flushall();
			client.disconnect();
		},
	};
}

async function postgresStore(): Promise<Store> {
	const store = await postgres();
	return {...store, forget: async () => void (await store.query('DELETE FROM sluice_rate_clocks'))};
}

/** The same store behind a line that takes so many milliseconds in each direction. */
async function slowProxy(url: string, ms: number): Promise<AsyncDisposable & {readonly url: string}> {
	const {port} = new URL(url);
	const sockets = new Set<Socket>();
	const server = createServer(near => {
		const far = connect(Number(port), '127.0.0.1');
		for (const [from, to] of [
			[near, far],
			[far, near],
		] as const) {
			sockets.add(from);
			from.on('error', () => to.destroy());
			from.on('close', () => to.destroy());
			from.on('data', chunk => setTimeout(() => to.writable && to.write(chunk), ms));
		}
	});
	await once(server.listen(0, '127.0.0.1'), 'listening');
	const address = server.address() as AddressInfo;
	const shown = new URL(url);
	shown.port = String(address.port);
	return {
		url: shown.href,
		async [Symbol.asyncDispose]() {
			for (const socket of sockets) socket.destroy();
			server.close();
		},
	};
}

for (const [name, skip, open] of stores) {
	describe(`a rate limit that processes share in ${name}`, {skip}, () => {
		let store: Store;
		before(async () => {
			store = await open();
		});
		afterEach(() => store.forget());
		after(() => store[Symbol.asyncDispose]());

		it('gives each place once, at even distances, to several processes', async () => {
			const clocks = await Promise.all([1, 2, 3].map(() => openSharedClock({url: store.url, key: 'api'})));
			const places = await Promise.all(
				clocks.flatMap(clock => Array.from({length: 10}, () => clock.reserve(20, 0))),
			);
			const times = places.map(({at}) => at).sort((a, b) => a - b);
			const steps = times.slice(1).map((at, i) => at - (times[i] ?? 0));
			assert.equal(times.length, 30);
			assert.ok(Math.min(...steps) >= 19.99, `${steps}`);
			await Promise.all(clocks.map(clock => clock.close()));
		});

		it('lets no more depart in any period than the limit says, however late they are', async () => {
			const clocks = await Promise.all([1, 2, 3].map(() => openSharedClock({url: store.url, key: 'api'})));
			const departed: number[] = [];
			const leave = async (clock: SharedClock): Promise<void> => {
				const {since} = await clock.reserve(0, 0);
				let unused: number | undefined;
				for (let asked = 0; departed.length < 40; asked++) {
					const {at} = await clock.depart({most: 8, inMs: 30, leadMs: asked % 3, since, unused});
					const isUsed = at !== undefined && asked % 4 > 0;
					unused = isUsed ? undefined : at;
					if (isUsed) departed.push(at);
				}
			};
			await Promise.all(clocks.map(leave));
			departed.sort((a, b) => a - b);
			const periods = departed.slice(8).map((at, i) => at - (departed[i] ?? 0));
			assert.ok(Math.min(...periods) >= 29.99, `${periods}`);
			await Promise.all(clocks.map(clock => clock.close()));
		});

		it('lets nothing depart with a place of a record that is lost', async () => {
			const clock = await openSharedClock({url: store.url, key: 'api'});
			const {since} = await clock.reserve(10, 0);
			const asked = {most: 5, inMs: 10, leadMs: 0, since};
			assert.notEqual((await clock.depart(asked)).at, undefined);
			await store.forget();
			await clock.reserve(10, 0);
			assert.equal((await clock.depart(asked)).at, undefined);
			await clock.close();
		});

		it('has one clock for each key', async () => {
			const [one, other] = await Promise.all(['a', 'b'].map(key => openSharedClock({url: store.url, key})));
			const first = await one?.reserve(60_000, 0);
			const second = await other?.reserve(60_000, 0);
			assert.ok(first && second && second.at - first.at < 60_000);
			await Promise.all([one?.close(), other?.close()]);
		});

		it('lets a burst go out at once after a rest', async () => {
			const clock = await openSharedClock({url: store.url, key: 'api'});
			const places = [];
			for (let i = 0; i < 3; i++) places.push(await clock.reserve(60_000, 60_000));
			const waits = places.map(({at, now}) => Math.floor((at - now + 1) / 10_000));
			assert.deepEqual(
				waits.map(each => each > 4),
				[false, false, true],
			);
			await clock.close();
		});

		it('closes and postpones for all', async () => {
			const [one, other] = await Promise.all([1, 2].map(() => openSharedClock({url: store.url, key: 'api'})));
			assert.ok(one && other);
			await one.postpone(40_000);
			const late = await other.reserve(10, 0);
			assert.ok(late.at - late.now > 30_000);
			await one.closeFor(90_000);
			const {now, closedUntil} = await other.reserve(0, 0);
			assert.ok(closedUntil - now > 80_000);
			const last = await other.reserve(10, 0);
			assert.equal(Math.round(last.at), Math.round(last.closedUntil));
			await Promise.all([one.close(), other.close()]);
		});

		it('holds back the requests of a client after a 429 that another one got', async test => {
			const server = await serve(test, (_, response, index) => {
				if (index === 0) response.writeHead(429, {'retry-after': '50'}).end();
				else response.end('[]');
			});
			const rateLimit = {requests: 1000, shared: store.url};
			const stop = new AbortController();
			const refused = testClient(test, {baseUrl: server.url, rateLimit, signal: stop.signal});
			const failing = valueFrom(refused, get(server.url)).catch((error: unknown) => error);
			while (server.requests.length === 0) await new Promise(resolve => setTimeout(resolve, 5));
			const watch = await openSharedClock({url: store.url, key: new URL(server.url).origin});
			for (;;) {
				const {now, closedUntil} = await watch.reserve(0, 0);
				if (closedUntil > now) break;
			}
			await watch.close();
			const events: ClientEvent[] = [];
			const other = testClient(test, {
				...{baseUrl: server.url, rateLimit, signal: stop.signal},
				onEvent(event) {
					events.push(event);
					if (event.type === 'wait' && event.limit === 'server') stop.abort(new Error('seen enough'));
				},
			});
			await assert.rejects(valueFrom(other, get(server.url)), /seen enough/);
			await failing;
			assert.ok(events.some(event => event.type === 'wait' && event.limit === 'server'));
			assert.equal(server.requests.length, 1);
		});

		it('fails the request when the store is gone, and says where and what to do', async test => {
			const lost = await open();
			await lost.stop();
			const clock = await openSharedClock({url: lost.url, key: 'api', patienceMs: 200});
			await assert.rejects(clock.reserve(10, 0), /ECONNREFUSED/);
			await clock.close();
			await lost[Symbol.asyncDispose]();
			const server = await serve(test, (_, response) => response.end('[]'));
			const stop = new AbortController();
			const client = testClient(test, {
				...{baseUrl: server.url, rateLimit: {requests: 10, shared: lost.url}, signal: stop.signal},
			});
			const asked = valueFrom(client, get(server.url));
			stop.abort(new Error('no patience'));
			await assert.rejects(asked, /no patience/);
			assert.equal(server.requests.length, 0);
		});

		it('sends requests also where the store is far away', async test => {
			await using far = await slowProxy(store.url, 40);
			const server = await serve(test, (_, response) => response.end('[]'));
			// Its sleep is real: three at once would move the clock of a test on by the sum of them.
			await using api = client({
				...{baseUrl: server.url, rateLimit: {requests: 100, shared: far.url}},
				signal: AbortSignal.timeout(30_000),
			});
			await Promise.all([1, 2, 3].map(() => valueFrom(api, get(server.url))));
			assert.equal(server.requests.length, 3);
		});

		it('tells by another beginning that the store has lost its record', async () => {
			const [one, other] = await Promise.all(
				['api', 'api'].map(key => openSharedClock({url: store.url, key})),
			);
			assert.ok(one && other);
			const {since} = await one.reserve(10, 0);
			assert.equal((await other.reserve(10, 0)).since, since);
			assert.equal((await other.reserve(0, 0)).since, since);
			await store.forget();
			assert.notEqual((await other.reserve(0, 0)).since, since);
			assert.notEqual((await other.reserve(10, 0)).since, since);
			await Promise.all([one.close(), other.close()]);
		});

		it('lets several processes read to their end', async test => {
			const server = await serve(test, (request, response) => {
				const page = Number(new URL(request.url ?? '', 'http://a').searchParams.get('page'));
				response.setHeader('content-type', 'application/json');
				response.end(JSON.stringify(page <= 5 ? [{id: page}] : []));
			});
			const config = `client:
  base_url: ${server.url}
  concurrency: 1
  rate_limit: {requests: 200, shared: "${store.url}", key: together}
resources:
  - {name: items, endpoint: {path: items, paginator: {type: page_number, base_page: 1, total_path: null}}}
`;
			await using place = await workspace({'sluice.yaml': config});
			const ran = await Promise.all(
				['a', 'b', 'c'].map(folder =>
					place.sluice(['run', '-o', folder, '-f', 'jsonl', '--strict'], {timeoutMs: 60_000}),
				),
			);
			assert.deepEqual(
				ran.map(({code}) => code),
				[0, 0, 0],
				ran.map(({stderr}) => stderr).join('\n'),
			);
			// A process may ask ahead for pages behind the end.
			const pages = server.requests.map(each =>
				Number(new URL(each.url ?? '', 'http://a').searchParams.get('page')),
			);
			assert.deepEqual(
				[1, 2, 3, 4, 5, 6].map(page => pages.filter(each => each === page).length),
				[3, 3, 3, 3, 3, 3],
			);
		});
	});
}

it('a shared limit whose store cannot be reached names the store without its password', async test => {
	const server = await serve(test, (_, response) => response.end('[]'));
	const url = 'postgres://me:pa55word@127.0.0.1:5432/none?host=/nonexistent';
	const client = testClient(test, {baseUrl: server.url, rateLimit: {requests: 10, shared: url}});
	await assert.rejects(valueFrom(client, get(server.url)), (error: unknown) => {
		assert.ok(error instanceof RequestError);
		assert.match(error.message, /was not sent: the shared rate limit in postgres:\/\/me:\*\*\*@/);
		assert.match(error.message, /Check that the store runs/);
		assert.doesNotMatch(error.message, /pa55word/);
		return true;
	});
});

it('a pause that the store did not hear of is told again before the next request', async () => {
	const told: string[] = [];
	let isReachable = false;
	const moment = {now: 0, closedUntil: 0, since: 1};
	const limiter = sharedLimiter({requests: 1000}, clockOf(), {
		shown: 'a store',
		open: async () => ({
			reserve: async () => ({...moment, at: 0}),
			depart: async () => ({...moment, at: 0, freeAt: 0}),
			async closeFor() {
				if (!isReachable) throw new Error('unreachable');
				told.push('closed');
			},
			async postpone() {},
			async close() {},
		}),
	});
	const {signal} = new AbortController();
	limiter.penalize(60_000);
	await assert.rejects(limiter.reserve({signal}), /cannot be kept: unreachable/);
	isReachable = true;
	await limiter.reserve({signal});
	await limiter.reserve({signal});
	assert.deepEqual(told, ['closed']);
});

it('a store with another scheme is refused', () => {
	const asked = () =>
		testClient({after() {}} as never, {baseUrl: 'http://a', rateLimit: {requests: 1, shared: 'mysql://db'}});
	assert.throws(asked, /rateLimit\.shared: expected redis:\/\/host or postgres:\/\/user@host\/database/);
});

describe('a share of the rate limit', () => {
	for (const [text, share] of [
		['1/8', 0.125],
		['0.5', 0.5],
		['1', 1],
	] as const)
		it(`${text} is ${share}`, () => assert.equal(parseShare(text), share));

	for (const text of ['0', '9/8', '1/0', '-1', 'x'])
		it(`${text} is refused`, () => assert.throws(() => parseShare(text), ConfigError));

	it('has whole requests, so that all shares together stay within the limit', () => {
		assert.deepEqual(sharedOut({requests: 60, burst: 16}, 1 / 8), {requests: 7, burst: 2});
		assert.deepEqual(sharedOut({requests: 4}, 1 / 8), {requests: 0.5, burst: 1});
	});

	it('needs a limit, and no store', () => {
		assert.throws(() => sharedOut(undefined, 0.5), /client\.rate_limit, which the config lacks/);
		assert.throws(() => sharedOut({requests: 1, shared: 'redis://a'}, 0.5), /exclude each other/);
	});

	it('divides the limit of a config, from the command line', async test => {
		const server = await serve(test, (_, response) => response.end('[{"id":1}]'));
		const config =
			`client: {base_url: ${server.url}}\nresources: [{name: a, endpoint: {path: a, paginator: ` +
			'single_page}}]\n';
		await using place = await workspace({'sluice.yaml': config});
		const without = await place.sluice(['run', '--rate-share', '1/8']);
		assert.equal(without.code, 2);
		assert.match(without.stderr, /which the config lacks/);
		const words = ['run', '--rate-share', '1/8', '--set', 'client.rate_limit={requests: 80}', '-f', 'jsonl'];
		const ran = await place.sluice(words);
		assert.equal(ran.code, 0, ran.stderr);
	});
});
