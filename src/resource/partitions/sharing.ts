/**
 * How partitions that are walked at once share what may be under way: those to come go before pages that may
 * never be needed.
 */

export interface Sharing {
	/** How many requests one of the partitions that are open may have under way. */
	room(): number;
	/** The partitions; when there are no more, what they leave is for pages ahead. */
	untilDone<Item>(items: AsyncIterable<Item>): AsyncIterable<Item>;
	/** The pages of one partition, which is open until they end. */
	counted<Step>(steps: AsyncIterable<Step>): AsyncIterable<Step>;
}

/** `partitions` are walked at once at most, `concurrency` is that of one walk alone. */
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
