/** One run of a task at a time: a caller that comes while it runs waits for the same result. */

export interface SingleFlight<T, Argument> {
	/**
	 * Joins the run under way, or starts one. An abort ends only this wait. The run ends when no caller waits
	 * any more.
	 */
	join(signal: AbortSignal, argument: Argument): Promise<T>;
}

export function singleFlight<T, Argument>(
	task: (signal: AbortSignal, argument: Argument) => Promise<T>,
): SingleFlight<T, Argument> {
	let flight:
		| {readonly result: Promise<T>; readonly controller: AbortController; waiting: number}
		| undefined;

	function start(argument: Argument): NonNullable<typeof flight> {
		const controller = new AbortController();
		const started = {result: task(controller.signal, argument), controller, waiting: 0};
		const landed = () => {
			if (flight === started) flight = undefined;
		};
		started.result.then(landed, landed);
		return started;
	}

	async function join(signal: AbortSignal, argument: Argument): Promise<T> {
		signal.throwIfAborted();
		flight ??= start(argument);
		const joined = flight;
		joined.waiting++;
		const leave = new AbortController();
		const aborted = new Promise<never>((_, reject) => {
			signal.addEventListener('abort', () => reject(signal.reason), {once: true, signal: leave.signal});
		});
		try {
			return await Promise.race([joined.result, aborted]);
		} finally {
			leave.abort();
			if (--joined.waiting === 0) joined.controller.abort();
			if (joined.controller.signal.aborted && flight === joined) flight = undefined;
		}
	}

	return {join};
}
