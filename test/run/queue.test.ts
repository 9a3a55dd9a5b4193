/** `sluice worker` and `run --queue`, on a real Redis. */
import assert from 'node:assert/strict';
import {join} from 'node:path';
import {describe, it} from 'node:test';
import {setTimeout as delay} from 'node:timers/promises';
import {limitsFor} from '../../src/config/client/limits.ts';
import {loadConfig} from '../../src/run/load-config.ts';
import {planParts} from '../../src/run/parts/plan-parts.ts';
import {runPart} from '../../src/run/parts/run-part.ts';
import {bundledMain, workspace} from '../helpers/binary.ts';
import {fakeApi} from '../helpers/fake-api.ts';
import {lacksRedis, redis} from '../helpers/redis.ts';

const rows = Array.from({length: 300}, (_, i) => ({id: i + 1}));
const slow = {timeoutMs: 150_000};

describe('a run by workers of a queue', {skip: lacksRedis}, () => {
	it('loses and doubles nothing when a worker is killed, and the queue loses its jobs', async () => {
		await using store = await redis();
		await using api = await fakeApi(rows, {delayMs: 20});
		const config = `client: {base_url: ${api.url}}
output: {format: jsonl}
resources:
  - {name: rows, primary_key: id, endpoint: {path: rows, data_selector: data, paginator: {type: offset, limit: 1}}}
`;
		await using place = await workspace({'sluice.yaml': config}, {main: bundledMain});
		const doomed = place.start(['worker', '--queue', store.url], slow);
		const run = place.start(['run', '--queue', store.url], slow);
		while (api.requests.length < 10) await delay(10);
		doomed.process.kill('SIGKILL');
		await doomed.ended;
		const {Redis} = await import('ioredis');
		const memory = new Redis(store.url);
		await memory.flushall();
		memory.disconnect();
		const worker = place.start(['worker', '--queue', store.url, '--parallel', '2'], slow);
		const ran = await run.ended;
		assert.equal(ran.code, 0, ran.stderr);
		worker.process.kill('SIGTERM');
		const drained = await worker.ended;
		assert.match(drained.stderr, /ends after the parts that it has begun/);
		const files = (await place.visible()).filter(path => /^out\/rows\/.*\.jsonl$/.test(path));
		const texts = await Promise.all(files.sort().map(path => place.read(path)));
		const found = texts.flatMap(text => text.split('\n').filter(Boolean)).map(line => JSON.parse(line));
		assert.deepEqual(found, rows);
	});
});

it('the parts that a process reads at once keep one limit', async () => {
	await using api = await fakeApi(rows);
	await using place = await workspace({
		'sluice.yaml': `client: {base_url: ${api.url}, rate_limit: {requests: 1, per: 1h}}
output: {format: jsonl}
resources:
  - {name: rows, primary_key: id, endpoint: {path: rows, data_selector: data, paginator: {type: offset, limit: 10}}}
`,
	});
	const config = await loadConfig(join(place.path, 'sluice.yaml'));
	const output = join(place.path, 'out');
	const parts = await planParts(config, {output, requests: 10});
	const limits = limitsFor(config.config, undefined);
	const stop = new AbortController();
	let isLate = false;
	const before = api.requests.length;
	const read = Promise.allSettled(
		parts.map(part =>
			runPart(config, part, {
				...{output, limits, signal: stop.signal},
				onEvent({type}) {
					if (type === 'wait') isLate = true;
					if (isLate && api.requests.length > before) stop.abort(new Error('seen enough'));
				},
			}),
		),
	);
	await read;
	await limits.close();
	assert.equal(api.requests.length - before, 1);
});

it('a queue is the address of a Redis', async () => {
	await using place = await workspace(
		{'sluice.yaml': 'client: {base_url: "http://127.0.0.1:9"}\nresources: [a]\n'},
		{main: bundledMain},
	);
	const {code, stderr} = await place.sluice(['worker', '--queue', 'amqp://there'], slow);
	assert.equal(code, 2);
	assert.match(stderr, /--queue is the address of a Redis or Valkey/);
});
