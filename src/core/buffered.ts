/** Reads a sequence a few results ahead of its reader, and no more. */

export interface Buffered<Out> {
	/** The results, which can be read once. */
	results(): AsyncGenerator<Out>;
	/** Resolves when the sequence has ended. */
	readonly ended: Promise<void>;
	/** Ends the sequence, and waits until it has ended. */
	stop(): Promise<void>;
}

export interface BufferedOptions {
	/** The most results that wait for their reader. @default 2 */
	readonly ahead?: number;
}

/** Opens the sequence at once. An error is thrown after the results before it. */
export function bufferAhead<Out>(
	open: (signal: AbortSignal) => AsyncIterable<Out>,
	{ahead = 2}: BufferedOptions = {},
): Buffered<Out> {
	const stopping = new AbortController();
	const ready: Out[] = [];
	let state: 'open' | 'done' | {readonly error: unknown} = 'open';
	let onNews = (): void => {};
	let onRoom = (): void => {};
	const ended = Promise.resolve().then(run);

	async function run(): Promise<void> {
		if (stopping.signal.aborted) return;
		try {
			for await (const result of open(stopping.signal)) {
				ready.push(result);
				onNews();
				while (ready.length >= ahead && !stopping.signal.aborted) {
					await new Promise<void>(resolve => {
						onRoom = resolve;
					});
				}
				if (stopping.signal.aborted) break;
			}
			state = 'done';
		} catch (error) {
			state = {error};
		}
		onNews();
	}

	return {
		ended,
		async *results() {
			while (true) {
				const result = ready.shift();
				if (result !== undefined) {
					onRoom();
					yield result;
				} else if (state === 'open') {
					await new Promise<void>(resolve => {
						onNews = resolve;
					});
				} else if (state === 'done') {
					return;
				} else {
					throw state.error;
				}
			}
		},
		async stop() {
			stopping.abort(new Error('stopped'));
			onRoom();
			await ended;
		},
	};
}
