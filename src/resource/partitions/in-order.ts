/** Reads several sequences at once, and returns their results one sequence after the other. */
import {type Buffered, bufferAhead} from '../../core/buffered.ts';

export interface InOrderOptions<Item, Out> {
	/** The results for one item. Ends early when the signal is aborted. */
	readonly open: (item: Item, signal: AbortSignal) => AsyncIterable<Out>;
	/**
	 * Items under way at once. At 1, the next one begins only when all results of the one before have been
	 * taken.
	 */
	readonly concurrency: number;
	/**
	 * Whether one more item may begin before its turn, beside `others` that are about to, while `held` results
	 * wait.
	 * @default always
	 */
	readonly hasRoom?: (others: number, held: number) => boolean;
	/** Results that one item may be ahead of the reader. @default 2 */
	readonly ahead?: number;
}

/**
 * All results of the first item, then all of the second, and so on, whatever their speed. An error is thrown
 * at the turn of its item. When the reader leaves, everything is stopped and waited for.
 */
export async function* inOrder<Item, Out>(
	items: AsyncIterable<Item>,
	{open, concurrency, hasRoom = () => true, ahead = 2}: InOrderOptions<Item, Out>,
): AsyncGenerator<Out> {
	if (concurrency === 1) {
		const {signal} = new AbortController();
		for await (const item of items) yield* open(item, signal);
		return;
	}
	const iterator = items[Symbol.asyncIterator]();
	const sequences: Buffered<Out>[] = [];
	const source = {isDone: false, isBusy: false, isStopped: false};
	let failure: {readonly error: unknown} | undefined;
	let wake = (): void => {};

	async function openNext(): Promise<void> {
		try {
			const {done, value} = await iterator.next();
			source.isDone = done === true;
			if (!done && !source.isStopped) sequences.push(bufferAhead(signal => open(value, signal), {ahead}));
		} catch (error) {
			source.isDone = true;
			failure = {error};
		}
		source.isBusy = false;
		fill();
		wake();
	}

	function fill(): void {
		if (source.isDone || source.isBusy || source.isStopped || sequences.length >= concurrency) return;
		if (sequences.length > 0 && !hasRoom(1, sequences.length * ahead)) return;
		source.isBusy = true;
		void openNext();
	}

	try {
		while (true) {
			fill();
			const [head] = sequences;
			if (!head) {
				if (failure) throw failure.error;
				if (source.isDone) return;
				await new Promise<void>(resolve => {
					wake = resolve;
				});
				continue;
			}
			for await (const result of head.results()) {
				yield result;
				fill();
			}
			sequences.shift();
		}
	} finally {
		source.isStopped = true;
		await Promise.all(sequences.map(one => one.stop()));
		await iterator.return?.();
	}
}
