import assert from 'node:assert/strict';
import type {ServerResponse} from 'node:http';
import {describe, it} from 'node:test';
import {gzipSync} from 'node:zlib';
import type {BodyPart} from '../../../src/http/send-options.ts';
import {answers, get, partsOf, serve, testClient, valueFrom} from '../server.ts';

const row = (id: number) => ({id, name: `Ann Example ${id}`, big: 12345678901234567890n});
const rowText = (id: number) => `{"id":${id},"name":"Ann Example ${id}","big":12345678901234567890}`;
const bodyOf = (rows: number, from = 0, extra = '') =>
	`{"total":${rows},"result":{"data":[${Array.from({length: rows}, (_, i) => rowText(from + i)).join(',')}],"page":1}${extra},"next":"abc"}`;

const keys = ['result', 'data'];
const streaming = {streamAboveBytes: 1000};

const rowsOf = (parts: readonly BodyPart[]) => parts.flatMap(part => part.rows ?? []);

/** Sends the first part of a body and then cuts the connection. */
function cutAfter(response: ServerResponse, body: string, length: number): void {
	response.writeHead(200, {'content-length': String(body.length)});
	response.write(body.slice(0, length), () => setImmediate(() => response.destroy()));
}

describe('a huge body', () => {
	it('comes in slices of at most 200 rows, and ends with what stood around the list, the last row in it', async test => {
		const {url} = await serve(test, answers([200, bodyOf(500)]));
		const parts = await partsOf(testClient(test, {baseUrl: url, ...streaming}), get(url), {keys});
		assert.deepEqual(
			parts.map(({rows, last, place}) => [rows?.length, last, place?.rows]),
			[
				[200, false, 200],
				[200, false, 400],
				[100, true, undefined],
			],
		);
		assert.deepEqual(
			rowsOf(parts),
			Array.from({length: 500}, (_, i) => row(i)),
		);
		assert.deepEqual(parts.at(-1)?.value, {total: 500, result: {data: [row(499)], page: 1}, next: 'abc'});
	});

	it('has the same fingerprint whether it is streamed or not, compressed or not', async test => {
		const body = bodyOf(50);
		const {url} = await serve(
			test,
			answers([200, body], [200, body], [200, gzipSync(body), {'content-encoding': 'gzip'}]),
		);
		const small = (await partsOf(testClient(test, {baseUrl: url}), get(url), {keys})).at(-1)!;
		const api = testClient(test, {baseUrl: url, ...streaming});
		const huge = (await partsOf(api, get(url), {keys})).at(-1)!;
		const zipped = (await partsOf(api, get(url), {keys})).at(-1)!;
		assert.ok(small.value && !small.rows && huge.rows);
		assert.ok(small.fingerprint);
		assert.deepEqual([huge.fingerprint, zipped.fingerprint], [small.fingerprint, small.fingerprint]);
	});

	it('that is the list itself is read with no keys at all', async test => {
		const {url} = await serve(
			test,
			answers([200, `[${Array.from({length: 100}, (_, i) => rowText(i)).join(',')}]`]),
		);
		const parts = await partsOf(testClient(test, {baseUrl: url, ...streaming}), get(url), {keys: []});
		assert.deepEqual(
			parts.map(({rows, value}) => [rows?.length, value]),
			[[100, [row(99)]]],
		);
	});

	it('makes slices of about 1 MiB when its rows are long', async test => {
		const long = JSON.stringify({text: 'x'.repeat(100_000)});
		const {url} = await serve(test, answers([200, `[${Array.from({length: 50}, () => long).join(',')}]`]));
		const parts = await partsOf(testClient(test, {baseUrl: url, ...streaming}), get(url), {keys: []});
		assert.equal(rowsOf(parts).length, 50);
		assert.ok(parts.length >= 4, `${parts.length} parts`);
		assert.ok(
			parts.every(part => part.rows!.length <= 14),
			parts.map(part => part.rows?.length).join(),
		);
	});

	it('has its whole value in the envelope when the keys lead to no list', async test => {
		const body = bodyOf(30);
		const {url} = await serve(test, answers([200, body]));
		const api = testClient(test, {baseUrl: url, ...streaming});
		for (const wrong of [['items'], ['result'], ['total'], ['result', 'data', 'id']]) {
			const parts = await partsOf(api, get(url), {keys: wrong});
			assert.deepEqual(
				parts.map(({rows, last}) => [rows, last]),
				[[[], true]],
			);
			assert.deepEqual((parts[0]!.value as {result: {data: unknown[]}}).result.data.length, 30);
		}
	});

	it('without keys is one value', async test => {
		const {url} = await serve(test, answers([200, bodyOf(30)]));
		const parts = await partsOf(testClient(test, {baseUrl: url, ...streaming}), get(url));
		assert.deepEqual([parts.length, (parts[0]!.value as {total: number}).total], [1, 30]);
	});

	it('that holds more than maxBodyBytes outside the list is refused, naming the keys that were there', async test => {
		const {url} = await serve(test, answers([200, bodyOf(20_000)]));
		const api = testClient(test, {baseUrl: url, ...streaming, maxBodyBytes: 500_000});
		await assert.rejects(
			partsOf(api, get(url), {keys: ['items']}),
			/outside the list "items"; found: total, result\. Name the list/,
		);
		assert.equal(
			rowsOf(await partsOf(api, get(url), {keys})).length,
			20_000,
			'but the list may be as long as it likes',
		);
	});

	it('is not read ahead of whoever takes the slices', async test => {
		const chunk = `${Array.from({length: 1000}, (_, i) => rowText(i)).join(',')},`;
		let written = 0;
		let stuck = (_value: unknown) => {};
		const isStuck = new Promise(resolve => {
			stuck = resolve;
		});
		const {url} = await serve(test, (_request, response) => {
			response.write('[');
			const more = () => {
				while (written < 2000 && !response.destroyed) {
					written++;
					if (!response.write(chunk)) return waitForDrain();
				}
			};
			// When the socket takes nothing for so many turns of the loop, the client is holding it back.
			const waitForDrain = () => {
				let drained = false;
				let turns = 0;
				const turn = () => {
					if (drained) more();
					else if (++turns > 2000) stuck(undefined);
					else setImmediate(turn);
				};
				response.once('drain', () => {
					drained = true;
				});
				turn();
			};
			more();
		});
		const parts = testClient(test, {baseUrl: url, ...streaming}).send(get(url), {keys: []});
		assert.equal((await parts.next()).value?.rows?.length, 200);
		await isStuck;
		assert.ok(written < 500, `${written} of 2000 chunks were taken`);
		await parts.return();
	});

	it('frees its connection when it is left in the middle', async test => {
		let closed = (_value: unknown) => {};
		const isClosed = new Promise(resolve => {
			closed = resolve;
		});
		const {url} = await serve(test, (_request, response, number) => {
			if (number > 0) return void response.end('[]');
			response.on('close', closed);
			response.write(bodyOf(3000).slice(0, -1));
		});
		const api = testClient(test, {baseUrl: url, connections: 1, ...streaming});
		for await (const part of api.send(get(url), {keys})) {
			assert.equal(part.last, false);
			break;
		}
		await isClosed;
		assert.deepEqual(await valueFrom(api, get(url)), []);
	});

	it('ends at once when aborted between two slices', async test => {
		const controller = new AbortController();
		const {url} = await serve(test, (_request, response) => void response.write(bodyOf(3000).slice(0, -1)));
		const parts = testClient(test, {baseUrl: url, ...streaming}).send(get(url), {
			keys,
			signal: controller.signal,
		});
		await parts.next();
		await parts.next();
		controller.abort(new Error('enough'));
		await assert.rejects(parts.next(), /enough/);
	});

	it('does not time out while nobody takes its slices', async test => {
		const {url} = await serve(test, answers([200, bodyOf(2500)]));
		const api = testClient(test, {
			baseUrl: url,
			...streaming,
			retry: {maxRetries: 0},
			timeouts: {totalMs: 150},
		});
		const parts = api.send(get(url), {keys});
		await parts.next();
		const until = performance.now() + 200;
		while (performance.now() < until) await new Promise(resolve => setImmediate(resolve));
		assert.equal((await parts.next()).value?.rows?.length, 200);
		await parts.return();
	});
});

describe('a huge body that breaks in the middle', () => {
	it('is read again, and goes on after the slices that were emitted', async test => {
		const body = bodyOf(5000);
		const {url} = await serve(test, (_request, response, number) => {
			if (number === 0) cutAfter(response, body, Math.round(body.length * 0.5));
			else if (number === 1) cutAfter(response, body, Math.round(body.length * 0.3));
			else response.end(body);
		});
		const api = testClient(test, {baseUrl: url, ...streaming});
		const counts = {};
		const parts = await partsOf(api, get(url), {keys, counts});
		assert.deepEqual(
			rowsOf(parts),
			Array.from({length: 5000}, (_, i) => row(i)),
		);
		assert.equal((counts as {retries: number}).retries, 2);
	});

	it('goes on although what stands around the list has changed', async test => {
		const {url} = await serve(test, (_request, response, number) => {
			if (number === 0) cutAfter(response, bodyOf(3000), 90_000);
			else response.end(bodyOf(3000).replace('"total":3000', '"total":3000,"at":"12:00"'));
		});
		const parts = await partsOf(testClient(test, {baseUrl: url, ...streaming}), get(url), {keys});
		assert.equal(rowsOf(parts).length, 3000);
	});

	it('fails when its rows have changed meanwhile, without further tries', async test => {
		const {url, requests} = await serve(test, (_request, response, number) => {
			if (number === 0) cutAfter(response, bodyOf(3000), 120_000);
			else response.end(bodyOf(3000, 1));
		});
		const api = testClient(test, {baseUrl: url, ...streaming});
		await assert.rejects(
			partsOf(api, get(url), {keys, label: 'contacts'}),
			(error: Error & {code: string}) => {
				assert.equal(error.code, 'ERR_DECODE');
				assert.match(
					error.message,
					/^contacts: GET .* answered differently when its body was read again: the first \d+00 rows differ after 2 attempts .* from its start$/,
				);
				return true;
			},
		);
		assert.equal(requests.length, 2);
	});

	it('fails when it has become shorter than what was emitted', async test => {
		const {url} = await serve(test, (_request, response, number) => {
			if (number === 0) cutAfter(response, bodyOf(3000), 120_000);
			else response.end(bodyOf(10));
		});
		await assert.rejects(
			partsOf(testClient(test, {baseUrl: url, ...streaming}), get(url), {keys}),
			/\d+00 rows had been read, now it has 10/,
		);
	});

	it('gives up when it breaks more often than it may', async test => {
		const body = bodyOf(3000);
		const {url, requests} = await serve(test, (_request, response) => cutAfter(response, body, 120_000));
		const api = testClient(test, {baseUrl: url, ...streaming, retry: {maxRetries: 2}});
		await assert.rejects(partsOf(api, get(url), {keys}), {code: 'ERR_NETWORK', attempts: 3});
		assert.equal(requests.length, 3);
	});
});

describe('a place inside a body', () => {
	it('is where a later run goes on, at any of the slices', async test => {
		const {url} = await serve(test, answers([200, bodyOf(3500)]));
		const api = testClient(test, {baseUrl: url, ...streaming});
		const parts = await partsOf(api, get(url), {keys});
		for (const {place} of parts.slice(0, -1)) {
			const rest = rowsOf(await partsOf(api, get(url), {keys, after: JSON.parse(JSON.stringify(place))}));
			assert.deepEqual(
				rest,
				Array.from({length: 3500 - place!.rows}, (_, i) => row(place!.rows + i)),
			);
		}
	});

	it('holds although the body has become small to the client', async test => {
		const {url} = await serve(test, answers([200, bodyOf(300)]));
		const [first] = await partsOf(testClient(test, {baseUrl: url, ...streaming}), get(url), {keys});
		const rest = await partsOf(testClient(test, {baseUrl: url}), get(url), {keys, after: first!.place!});
		assert.deepEqual(rowsOf(rest).length, 100);
		assert.deepEqual((rest.at(-1)!.value as {next: string}).next, 'abc');
	});

	it('of another answer is refused', async test => {
		const {url} = await serve(test, answers([200, bodyOf(1500)]));
		const api = testClient(test, {baseUrl: url, ...streaming});
		await assert.rejects(
			partsOf(api, get(url), {keys, after: {rows: 1000, print: 'of something else'}}),
			/the first 1000 rows differ/,
		);
		await assert.rejects(partsOf(api, get(url), {after: {rows: 1, print: ''}}), TypeError);
	});
});
