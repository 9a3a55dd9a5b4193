/** Several sequences read at once, and given out one after the other. */

export interface InOrderOptions<Item, Out> {
	/** What comes out for one item. Ends early when the signal says so. */
	readonly open: (item: Item, signal: AbortSignal) => AsyncIterable<Out>;
	/** Items under way at once. At 1 the next one begins only when nothing of the last is left. */
	readonly concurrency: number;
	/** Results that one item may be ahead of the reader. @default 2 */
	readonly ahead?: number;
}

/** One item under way: what has come of it, and the room for more. */
interface Lane<Out> {
	readonly ready: Out[];
	state: 'open' | 'done' | {readonly error: unknown};
	readonly ended: Promise<void>;
	/** Wakes the reader of the lane. */
	onNews: () => void;
	/** Wakes the lane. */
	onRoom: () => void;
}

/**
 * All results of the first item, then all of the second, and so on, whatever their speed. An error comes out where its item
 * stands. When the reader leaves, everything is stopped and waited for.
 */
export async function* inOrder<Item, Out>(
	items: AsyncIterable<Item>,
	{open, concurrency, ahead = 2}: InOrderOptions<Item, Out>,
): AsyncGenerator<Out> {
	const stop = new AbortController();
	if (concurrency === 1) {
		for await (const item of items) yield* open(item, stop.signal);
		return;
	}
	const iterator = items[Symbol.asyncIterator]();
	const lanes: Lane<Out>[] = [];
	const source = {isDone: false, isBusy: false};
	let failure: {readonly error: unknown} | undefined;
	let wake = (): void => {};

	async function take(): Promise<void> {
		try {
			const {done, value} = await iterator.next();
			source.isDone = done === true;
			if (!done && !stop.signal.aborted) lanes.push(lane(value));
		} catch (error) {
			source.isDone = true;
			failure = {error};
		}
		source.isBusy = false;
		fill();
		wake();
	}

	function fill(): void {
		if (source.isDone || source.isBusy || lanes.length >= concurrency || stop.signal.aborted) return;
		source.isBusy = true;
		void take();
	}

	function lane(item: Item): Lane<Out> {
		const one: Lane<Out> = {
			ready: [],
			state: 'open',
			ended: Promise.resolve().then(run),
			onNews() {},
			onRoom() {},
		};
		async function run(): Promise<void> {
			try {
				for await (const result of open(item, stop.signal)) {
					one.ready.push(result);
					one.onNews();
					while (one.ready.length >= ahead && !stop.signal.aborted) {
						await new Promise<void>(resolve => {
							one.onRoom = resolve;
						});
					}
					if (stop.signal.aborted) break;
				}
				one.state = 'done';
			} catch (error) {
				one.state = {error};
			}
			one.onNews();
		}
		return one;
	}

	try {
		while (true) {
			fill();
			const [head] = lanes;
			if (!head) {
				if (failure) throw failure.error;
				if (source.isDone) return;
				await new Promise<void>(resolve => {
					wake = resolve;
				});
				continue;
			}
			yield* drain(head);
			lanes.shift();
		}
	} finally {
		stop.abort(new Error('stopped'));
		for (const one of lanes) one.onRoom();
		await Promise.all(lanes.map(one => one.ended));
		await iterator.return?.();
	}
}

async function* drain<Out>(lane: Lane<Out>): AsyncGenerator<Out> {
	while (true) {
		const result = lane.ready.shift();
		if (result !== undefined) {
			lane.onRoom();
			yield result;
		} else if (lane.state === 'open') {
			await new Promise<void>(resolve => {
				lane.onNews = resolve;
			});
		} else if (lane.state === 'done') {
			return;
		} else {
			throw lane.state.error;
		}
	}
}
