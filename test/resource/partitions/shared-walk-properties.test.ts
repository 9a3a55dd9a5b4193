/** Readers of one walk that begin anywhere, leave at any time and see it fail, in any order of events. */
import {deepStrictEqual, ok, strictEqual} from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import type {BoundPage, Position} from '../../../src/resource/partitions/partitions.ts';
import {shareWalk} from '../../../src/resource/partitions/shared-walk.ts';

/** A place between items, and the number that its reader gives the page after it. */
interface Place {
	readonly item: number;
	readonly page: number;
}

interface Setting {
	/** Pages of a walk from the beginning, one item each. */
	readonly items: number;
	/** Whether the last page knows that nothing follows. */
	readonly isEndKnown: boolean;
	/** Every walk that gets to this item fails. */
	readonly failsAt: number | null;
	/** From this event on every walk fails. */
	readonly abortAfter: number | null;
	readonly readers: readonly ReaderSetting[];
	/** Which of the events that are due comes next. */
	readonly schedule: readonly number[];
}

interface ReaderSetting {
	/** Null: from the beginning. */
	readonly place: Place | null;
	/** Leaves after so many pages, while it has the last of them, or while it waits for one more. */
	readonly leaves: {readonly after: number; readonly how: 'holding' | 'asking'} | null;
}

interface Reading extends ReaderSetting {
	readonly index: number;
	readonly at: Position | undefined;
	readonly got: {readonly item: number; readonly number: number}[];
	state: 'new' | 'asking' | 'holding' | 'left';
	failed: boolean;
	isDone: boolean;
}

const BEGINNING: Place = {item: 0, page: 0};

// Events that are due, of which the schedule takes one after the other. When none is, everything stands
// still.
function events(schedule: readonly number[]) {
	const due: (() => void)[] = [];
	let count = 0;
	return {
		soon: () => new Promise<void>(resolve => void due.push(resolve)),
		get count() {
			return count;
		},
		async run(): Promise<void> {
			for (;;) {
				await new Promise(resolve => setImmediate(resolve));
				if (due.length === 0) return;
				const [next] = due.splice((schedule[count++ % schedule.length] ?? 0) % due.length, 1);
				next?.();
			}
		},
	};
}

async function play({items, isEndKnown, failsAt, abortAfter, readers, schedule}: Setting) {
	const time = events(schedule);
	const begun: {at: Position | undefined; isShared: boolean}[] = [];
	const faults: string[] = [];
	const log: {item: number; reader: number}[] = [];
	let unclosed = 0;
	let overs = 0;
	const all = readers.map(
		({place, leaves}, index): Reading => ({
			place,
			leaves,
			index,
			at: place ? {cursor: {at: place.item}, page: place.page} : undefined,
			got: [],
			state: 'new',
			failed: false,
			isDone: false,
		}),
	);
	const isAlone = ({at}: Reading): boolean => begun.some(one => !one.isShared && one.at === at);
	const together = (): Reading[] => all.filter(one => one.state !== 'left' && !isAlone(one));

	const opening = (isShared: boolean) => (at: Position | undefined) => {
		begun.push({at, isShared});
		if (isShared) {
			const others = together();
			if (!others.some(one => one.at === at)) faults.push('opened for nobody');
			if (others.some(one => (one.place?.page ?? 0) < (at?.page ?? 0)))
				faults.push('opened behind the place of a reader');
		}
		let item = (at?.cursor as {at: number} | undefined)?.at ?? 0;
		let number = at?.page ?? 0;
		let state: 'open' | 'busy' | 'closed' = 'open';
		unclosed++;
		const close = (): void => {
			if (state === 'closed') faults.push('closed twice');
			state = 'closed';
			unclosed--;
		};
		const iterator: AsyncIterableIterator<BoundPage> = {
			[Symbol.asyncIterator]: () => iterator,
			async next() {
				if (state !== 'open') faults.push(`asked while ${state}`);
				const asking = isShared ? together() : all.filter(one => one.at === at);
				// One page is held at most: none is made before all are through with the last.
				if (asking.some(one => one.state !== 'asking')) faults.push('asked before all readers do');
				if (isShared && asking.some(one => (one.place?.page ?? 0) < number && one.got.length === 0))
					faults.push('held up for nothing');
				state = 'busy';
				await time.soon();
				if (item === failsAt || (abortAfter !== null && time.count > abortAfter)) {
					close();
					throw new Error('broken');
				}
				if (item >= items) {
					close();
					return {done: true, value: undefined};
				}
				state = 'open';
				const end = isEndKnown && item === items - 1 ? null : {at: item + 1};
				return {
					done: false,
					value: {resource: 'users', number: number++, records: [{item: item++}], cursor: end},
				};
			},
			async return() {
				close();
				await time.soon();
				return {done: true, value: undefined};
			},
		};
		return iterator;
	};

	const {reader} = shareWalk({open: opening(true), openAlone: opening(false), onOver: () => overs++});
	const opened = all.map(one => ({one, pages: reader()}));
	const running = opened.map(async ({one, pages}) => {
		const take = async (): Promise<boolean> => {
			one.state = 'asking';
			const {done, value} = await pages.next();
			if (one.state === 'asking') one.state = done ? 'left' : 'holding';
			if (done) return false;
			if (all.some(other => other !== one && other.state === 'holding' && !isAlone(one) && !isAlone(other)))
				faults.push('two have a page');
			const item = value.records.at(0)?.item as number;
			log.push({item, reader: one.index});
			one.got.push({item, number: value.number});
			return true;
		};
		const leave = async (): Promise<void> => {
			one.state = 'left';
			await pages.return();
			deepStrictEqual(await pages.next(), {done: true, value: undefined});
		};
		try {
			await time.soon();
			pages.begin(one.at);
			for (;;) {
				if (one.got.length === one.leaves?.after) {
					const asked = one.leaves.how === 'asking' ? take() : undefined;
					await Promise.all([asked, time.soon().then(leave)]);
					break;
				}
				if (!(await take())) break;
				await time.soon();
			}
		} catch (error) {
			if ((error as Error).message !== 'broken') throw error;
			one.failed = true;
		} finally {
			one.state = 'left';
			one.isDone = true;
		}
	});
	await time.run();
	deepStrictEqual(
		all.filter(({isDone}) => !isDone).map(({index}) => index),
		[],
		'readers that wait for ever',
	);
	await Promise.all(running);
	return {
		all,
		begun,
		faults,
		overs,
		unclosed,
		log: log.filter(({reader}) => !isAlone(all[reader] as Reading)),
	};
}

function check(
	setting: Setting,
	{all, begun, faults, overs, unclosed, log}: Awaited<ReturnType<typeof play>>,
): void {
	const {items, isEndKnown, failsAt, abortAfter, readers} = setting;
	deepStrictEqual(faults, []);
	strictEqual(overs, 1);
	strictEqual(unclosed, 0);
	const shared = begun.filter(({isShared}) => isShared);
	ok(shared.length <= 1, 'the shared walk is opened once');
	const [first] = shared.map(({at}) => all.find(one => one.at === at));

	// The page before the place has its number, and ends there.
	const isOnTheWay = ({place}: ReaderSetting): boolean => {
		if (!first) return true;
		const start = first.place ?? BEGINNING;
		const {item, page} = place ?? BEGINNING;
		// The beginning is no place between pages.
		if (item === start.item && page === start.page) return (place === null) === (first.place === null);
		return (
			page > start.page &&
			item - start.item === page - start.page &&
			(item < items || (item === items && !isEndKnown))
		);
	};
	const strays = all.filter(one => !isOnTheWay(one));
	for (const {at, isShared} of begun) {
		if (isShared) continue;
		ok(
			strays.some(one => one.at === at),
			'who is on the way does not walk alone',
		);
		strictEqual(begun.filter(one => !one.isShared && one.at === at).length, 1, 'each walks alone once');
	}
	const isCalm = failsAt === null && abortAfter === null && readers.every(({leaves}) => leaves === null);
	if (isCalm) strictEqual(begun.length, 1 + strays.length);

	for (const [index, {item, reader}] of log.entries()) {
		const before = log[index - 1];
		ok(
			!before || before.item < item || (before.item === item && before.reader < reader),
			'page by page, in the order of readers',
		);
	}
	for (const one of all) {
		const {item, page} = one.place ?? BEGINNING;
		deepStrictEqual(
			one.got,
			one.got.map((_, i) => ({item: item + i, number: page + i})),
			'from its place on, in order, each page once',
		);
		if (one.leaves && one.got.length >= one.leaves.after) {
			ok(one.got.length <= one.leaves.after + (one.leaves.how === 'asking' ? 1 : 0));
			continue;
		}
		if (!one.failed) {
			strictEqual(one.got.length, Math.max(0, items - item), 'all to the end');
			continue;
		}
		ok(failsAt !== null || abortAfter !== null, 'only a walk that fails is a failure');
		if (abortAfter !== null || failsAt === null) continue;
		// Before its place was come by, the shared walk may have failed for it too.
		if (isOnTheWay(one) || one.got.length > 0)
			strictEqual(one.got.length, Math.max(0, failsAt - item), 'all up to the failure');
	}
}

const MOST = 5;
const places: fc.Arbitrary<Place | null> = fc.oneof(
	{weight: 2, arbitrary: fc.constant(null)},
	{weight: 5, arbitrary: fc.integer({min: 1, max: MOST}).map(item => ({item, page: item}))},
	{weight: 3, arbitrary: fc.record({item: fc.nat(MOST), page: fc.nat(MOST + 2)})},
);
const rare = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, {freq: 2});
const settings: fc.Arbitrary<Setting> = fc.record({
	items: fc.nat(MOST),
	isEndKnown: fc.boolean(),
	failsAt: fc.option(fc.nat(MOST), {freq: 1}),
	abortAfter: fc.option(fc.nat(30), {freq: 1}),
	readers: fc.array(
		fc.record({
			place: places,
			leaves: rare(
				fc.record({after: fc.nat(3), how: fc.constantFrom('holding' as const, 'asking' as const)}),
			),
		}),
		{minLength: 1, maxLength: 4},
	),
	schedule: fc.array(fc.nat(7), {minLength: 1, maxLength: 40}),
});

test('each reader gets all from its place on, once and in order, and nobody waits for ever', async () => {
	await fc.assert(
		fc.asyncProperty(settings, async setting => check(setting, await play(setting))),
		{numRuns: 1500},
	);
});
