import {deepStrictEqual, rejects, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {inOrder} from '../../../src/resource/partitions/in-order.ts';

async function* of<T>(...items: T[]): AsyncGenerator<T> {
	yield* items;
}

function deferred(): {promise: Promise<void>; resolve: () => void} {
	let resolve = (): void => {};
	const promise = new Promise<void>(done => {
		resolve = done;
	});
	return {promise, resolve};
}

async function collect<T>(all: AsyncIterable<T>): Promise<T[]> {
	const collected: T[] = [];
	for await (const one of all) collected.push(one);
	return collected;
}

test('results come out in the order of their items, however the items are scheduled', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.scheduler(),
			fc.array(fc.nat({max: 4}), {maxLength: 8}),
			fc.integer({min: 1, max: 5}),
			async (scheduler, sizes, concurrency) => {
				let under = 0;
				let most = 0;
				async function* open(item: number): AsyncGenerator<string> {
					most = Math.max(most, ++under);
					for (let i = 0; i < (sizes[item] ?? 0); i++)
						yield await scheduler.schedule(Promise.resolve(`${item}.${i}`));
					under--;
				}
				const reading = collect(inOrder(of(...sizes.keys()), {open, concurrency}));
				const rows = await scheduler.waitFor(reading);
				deepStrictEqual(
					rows,
					sizes.flatMap((size, item) => Array.from({length: size}, (_, i) => `${item}.${i}`)),
				);
				strictEqual(most <= concurrency, true);
			},
		),
		{numRuns: 100},
	);
});

test('an item is no further ahead of its turn than it may be', async () => {
	const made: number[] = [0, 0];
	const release = deferred();
	async function* open(item: number): AsyncGenerator<number> {
		for (let i = 0; i < 10; i++) {
			if (item === 0) await release.promise;
			made[item] = (made[item] ?? 0) + 1;
			yield i;
		}
	}
	const all = inOrder(of(0, 1), {open, concurrency: 2, ahead: 3});
	const first = all.next();
	await new Promise(resolve => setImmediate(resolve));
	strictEqual(made[1], 3);
	release.resolve();
	await first;
	await all.return(undefined);
});

test('a failure comes out after everything before it, and stops what is under way', async () => {
	const stopped: number[] = [];
	const begun = deferred();
	async function* open(item: number, signal: AbortSignal): AsyncGenerator<number> {
		if (item === 1) {
			await begun.promise;
			throw new Error('broken');
		}
		yield item;
		if (item < 2) return;
		begun.resolve();
		await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), {once: true}));
		stopped.push(item);
	}
	const seen: number[] = [];
	await rejects(async () => {
		for await (const one of inOrder(of(0, 1, 2), {open, concurrency: 3})) seen.push(one);
	}, /broken/);
	deepStrictEqual(seen, [0]);
	deepStrictEqual(stopped, [2]);
});

test('a failure among the items comes out after the results of those before it', async () => {
	async function* items(): AsyncGenerator<number> {
		yield 0;
		throw new Error('no more');
	}
	const seen: number[] = [];
	await rejects(async () => {
		for await (const one of inOrder(items(), {open: item => of(item, item), concurrency: 3})) seen.push(one);
	}, /no more/);
	deepStrictEqual(seen, [0, 0]);
});
