import {deepStrictEqual, rejects, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import {setImmediate, setTimeout} from 'node:timers/promises';
import {OutputClosedError, SinkError, StageError} from '../../src/core/errors.ts';
import type {Page} from '../../src/core/page.ts';
import {pipeline} from '../../src/core/pipeline.ts';
import {type Sink, sink, source, transform} from '../../src/core/stage.ts';

const page = (number: number, ...ids: number[]): Page => ({
	resource: 'r',
	number,
	records: ids.map(id => ({id})),
});

async function* endless(log: {made: number; closed: boolean}): AsyncGenerator<Page> {
	try {
		for (let number = 0; ; number++) {
			await setImmediate();
			log.made++;
			yield page(number, number);
		}
	} finally {
		log.closed = true;
	}
}

function recorder(overrides: Partial<Sink> = {}): {log: string[]; sink: Sink} {
	const log: string[] = [];
	return {
		log,
		sink: {
			name: 'test',
			async open() {
				log.push('open');
			},
			async write({number}) {
				log.push(`write ${number}`);
			},
			async close() {
				log.push('close');
			},
			async discard() {
				log.push('discard');
			},
			...overrides,
		},
	};
}

test('pages go through in order, the sink is opened once and closed at the end, and the summary counts', async () => {
	const {log, sink: definition} = recorder();
	const double = transform('double', {
		page: each => ({...each, records: [...each.records, ...each.records]}),
	});
	const summary = await pipeline([page(0, 1, 2), page(1, 3)], double, sink(definition));
	deepStrictEqual(log, ['open', 'write 0', 'write 1', 'close']);
	strictEqual(summary.pages, 2);
	strictEqual(summary.written, 6);
	strictEqual(summary.closedEarly, false);
});

test('a sink that never saw a page is opened and closed all the same', async () => {
	const {log, sink: definition} = recorder();
	await pipeline([], sink(definition));
	deepStrictEqual(log, ['open', 'close']);
});

test('a throw in a transform fails the pipeline with stage, resource and page, and the sink is discarded, not closed', async () => {
	const {log, sink: definition} = recorder();
	const state = {made: 0, closed: false};
	const broken = transform('broken', {
		page(each) {
			if (each.number === 3) throw new TypeError('x is not a function');
			return each;
		},
	});
	await rejects(pipeline(endless(state), broken, sink(definition)), error => {
		strictEqual(error instanceof StageError, true);
		strictEqual((error as Error).message, 'r: broken, page 4: x is not a function');
		return true;
	});
	strictEqual(log.at(-1), 'discard');
	strictEqual(state.closed, true, 'the source was left');
});

test('a throw in flush, an async generator, a sink that cannot open, write or close: each rejects, none hangs', async () => {
	const flush = transform('late', {
		page: each => each,
		flush() {
			throw new Error('late');
		},
	});
	await rejects(pipeline([page(0)], flush, sink(recorder().sink)), /late: late/);
	await rejects(
		pipeline(
			[page(0)],
			// biome-ignore lint/correctness/useYield: it fails before it could
			async function* () {
				throw new Error('generator');
			},
			sink(recorder().sink),
		),
		/generator/,
	);
	for (const step of ['open', 'write', 'close'] as const) {
		const {log, sink: definition} = recorder({
			[step]: async () => {
				throw new Error(`no ${step}`);
			},
		});
		await rejects(pipeline([page(0)], sink(definition)), error => {
			strictEqual(error instanceof SinkError, true);
			strictEqual((error as Error).message, `r: test: no ${step}`);
			return true;
		});
		strictEqual(log.includes('discard'), true);
	}
});

test('a stuck sink stops the source after a handful of pages', async () => {
	const state = {made: 0, closed: false};
	const controller = new AbortController();
	const stuck: Sink = {name: 'stuck', write: () => new Promise(() => {}), async close() {}};
	const running = pipeline(
		endless(state),
		transform('a', {page: each => each}),
		transform('b', {page: each => each}),
		sink(stuck),
		{signal: controller.signal},
	);
	for (let i = 0; i < 200; i++) await setImmediate();
	const made = state.made;
	strictEqual(made <= 8, true, `${made} pages were made`);
	controller.abort(new Error('enough'));
	await rejects(running, /enough/);
});

test('a closed reader ends the source and is a success', async () => {
	const state = {made: 0, closed: false};
	const gone: Sink = {
		name: 'stdout',
		write({number}) {
			if (number === 2) throw new OutputClosedError('stdout: closed by its reader');
		},
		async close() {},
	};
	const summary = await pipeline(endless(state), sink(gone));
	strictEqual(summary.closedEarly, true);
	strictEqual(state.closed, true);
});

for (const pages of [[page(0, 1)], []]) {
	test(`a sink that is discarded while it opens is asked for nothing after that (${pages.length} pages)`, async () => {
		const controller = new AbortController();
		let opened = (): void => {};
		const opening = new Promise<void>(resolve => {
			opened = resolve;
		});
		const {log, sink: definition} = recorder({
			async open() {
				controller.abort(new Error('enough'));
				await opening;
			},
			async discard() {
				log.push('discard');
				opened();
				await setImmediate();
			},
		});
		await rejects(pipeline(pages, sink(definition), {signal: controller.signal}), /enough/);
		deepStrictEqual(log, ['discard']);
	});
}

test('an abort rejects with its reason and discards', async () => {
	const {log, sink: definition} = recorder();
	const controller = new AbortController();
	const state = {made: 0, closed: false};
	const running = pipeline(
		source(endless(state)),
		sink({...definition, write: ({number}) => void (number === 5 && controller.abort(new Error('stop')))}),
		{
			signal: controller.signal,
		},
	);
	await rejects(running, /stop/);
	strictEqual(log.at(-1), 'discard');
});

test('a source that fails loses no page that came before, however slow the stages after it are', async () => {
	async function* failing(): AsyncGenerator<Page> {
		for (let number = 0; number < 5; number++) yield page(number, number);
		throw new Error('the API is gone');
	}
	const {log, sink: definition} = recorder({
		async write({number}) {
			await setTimeout(10);
			log.push(`write ${number}`);
		},
	});
	const same = () => transform('same', {page: each => each});
	const run = pipeline(source(failing()), same(), same(), sink(definition));
	await rejects(run, {message: 'the API is gone'});
	deepStrictEqual(log, ['open', ...Array.from({length: 5}, (_, i) => `write ${i}`), 'discard']);
});

test('an abort ends a source that has failed while a stuck sink holds its pages', async () => {
	async function* failing(): AsyncGenerator<Page> {
		yield page(0, 0);
		yield page(1, 1);
		throw new Error('the API is gone');
	}
	const controller = new AbortController();
	const {log, sink: definition} = recorder({write: () => new Promise<void>(() => {})});
	const run = pipeline(source(failing()), sink(definition), {signal: controller.signal});
	await setTimeout(20);
	controller.abort(new Error('stop'));
	await rejects(run, {message: 'stop'});
	deepStrictEqual(log, ['open', 'discard']);
});
