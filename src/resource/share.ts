/** One sequence for several readers, who take turns: nobody gets the next item before everybody has dealt with the last. */

export interface Share<Item> {
	/** One more reader; all are made before the first of them reads. */
	reader(): SharedReader<Item>;
}

export interface SharedReader<Item> extends AsyncIterableIterator<Item> {
	next(): Promise<IteratorResult<Item, undefined>>;
	/** Leaves; when the last one does, the source is closed. Also for a reader that never began. */
	return(): Promise<IteratorResult<Item, undefined>>;
}

interface Turn<Item> {
	/** Asks for an item and waits. */
	asking?: {resolve: (result: IteratorResult<Item, undefined>) => void; reject: (error: unknown) => void};
}

/**
 * Readers get each item in the order in which they were made, and asking for the next item ends a turn. So requests that readers
 * make are made one reader after the other, and one item is held at most. `onAbandoned` runs when all have left.
 */
export function share<Item>(source: AsyncIterable<Item>, onAbandoned: () => void = () => {}): Share<Item> {
	const iterator = source[Symbol.asyncIterator]();
	const readers: Turn<Item>[] = [];
	const over = {done: true, value: undefined} as const;
	let end: {readonly error?: unknown} | undefined;
	let item: Item | undefined;
	// Who has yet to get the item, and who has it now.
	let waiting: Turn<Item>[] = [];
	let holder: Turn<Item> | undefined;
	let isPulling = false;

	function advance(): void {
		if (end) {
			for (const reader of readers) settle(reader, end);
			return;
		}
		if (holder && !holder.asking) return;
		holder = undefined;
		const [following] = waiting;
		if (following) {
			if (!following.asking) return;
			const {resolve} = following.asking;
			delete following.asking;
			waiting.shift();
			holder = following;
			resolve({done: false, value: item as Item});
		} else if (!isPulling && readers.some(({asking}) => asking)) {
			pull();
		}
	}

	function settle(reader: Turn<Item>, {error}: {readonly error?: unknown}): void {
		const {asking} = reader;
		delete reader.asking;
		if (error === undefined) asking?.resolve(over);
		else asking?.reject(error);
	}

	function pull(): void {
		isPulling = true;
		item = undefined;
		iterator.next().then(
			({done, value}) => {
				isPulling = false;
				if (done) end = {};
				else item = value;
				waiting = [...readers];
				advance();
			},
			error => {
				isPulling = false;
				end = {error};
				advance();
			},
		);
	}

	return {
		reader() {
			const reader: Turn<Item> = {};
			readers.push(reader);
			return {
				[Symbol.asyncIterator]() {
					return this;
				},
				next() {
					if (!readers.includes(reader)) return Promise.resolve(over);
					return new Promise((resolve, reject) => {
						reader.asking = {resolve, reject};
						advance();
					});
				},
				async return() {
					const at = readers.indexOf(reader);
					if (at < 0) return over;
					readers.splice(at, 1);
					waiting = waiting.filter(other => other !== reader);
					if (holder === reader) holder = undefined;
					settle(reader, {});
					if (readers.length > 0) {
						advance();
						return over;
					}
					onAbandoned();
					await iterator.return?.();
					return over;
				},
			};
		},
	};
}
