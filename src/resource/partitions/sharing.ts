/**
 * How partitions that are walked at once share the requests under way: the partitions to come go before pages
 * that may never be needed.
 */

export interface Sharing {
	/** How many requests one of the partitions that are open may have under way. */
	room(): number;
	/** Passes the partitions on. When there are no more, their share is free for pages ahead. */
	untilDone<Item>(items: AsyncIterable<Item>): AsyncIterable<Item>;
	/** Passes the pages of one partition on. The partition counts as open until they end. */
	counted<Step>(steps: AsyncIterable<Step>): AsyncIterable<Step>;
}

/** At most `partitions` are walked at once; `concurrency` is the limit of one walk alone. */
export function sharing(partitions: number, concurrency: number): Sharing {
	let open = 0;
	let isDone = false;
	return {
		room() {
			if (partitions === 1) return concurrency;
			return isDone ? Math.max(1, Math.floor(partitions / Math.max(open, 1))) : 1;
		},
		async *untilDone(items) {
			yield* items;
			isDone = true;
		},
		async *counted(steps) {
			open++;
			try {
				yield* steps;
			} finally {
				open--;
			}
		},
	};
}
