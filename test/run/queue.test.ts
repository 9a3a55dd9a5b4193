/** `sluice worker` and `run --queue`, on a real Redis. */
import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {setTimeout as delay} from 'node:timers/promises';
import {bundledMain, workspace} from '../helpers/binary.ts';
import {fakeApi} from '../helpers/fake-api.ts';
import {lacksRedis, redis} from '../helpers/redis.ts';

const rows = Array.from({length: 300}, (_, i) => ({id: i + 1}));
const slow = {timeoutMs: 150_000};

describe('a run by workers of a queue', {skip: lacksRedis}, () => {
	it('loses and doubles nothing when a worker is killed', async () => {
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

it('a queue is the address of a Redis', async () => {
	await using place = await workspace(
		{'sluice.yaml': 'client: {base_url: "http://127.0.0.1:9"}\nresources: [a]\n'},
		{main: bundledMain},
	);
	const {code, stderr} = await place.sluice(['worker', '--queue', 'amqp://there'], slow);
	assert.equal(code, 2);
	assert.match(stderr, /--queue is the address of a Redis or Valkey/);
});
