/** Work on many files, several at once: the disk handles them together. */
const AT_ONCE = 16;

/** Does the work for each item. After a failure, it begins no more, and waits for the items under way. */
export async function forEach<T>(items: Iterable<T>, work: (item: T) => Promise<unknown>): Promise<void> {
	const left = items[Symbol.iterator]();
	let hasFailed = false;
	const worker = async (): Promise<void> => {
		for (let next = left.next(); next.done !== true && !hasFailed; next = left.next()) await work(next.value);
	};
	const attempt = (): Promise<void> =>
		worker().catch(error => {
			hasFailed = true;
			throw error;
		});
	const results = await Promise.allSettled(Array.from({length: AT_ONCE}, attempt));
	for (const result of results) if (result.status === 'rejected') throw result.reason;
}
