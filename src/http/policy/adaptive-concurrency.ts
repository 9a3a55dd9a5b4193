/**
 * The number of requests of a client that may be under way at once. It follows from how the server responds.
 */

export interface AdaptiveConcurrency {
	/**
	 * Whether one more request may go out before it is needed, beside `others` that are about to, while `held`
	 * responses wait for their turn. A request that is needed at once always may.
	 */
	hasRoom(others: number, held: number): boolean;
	/**
	 * Waits until a request that is needed may go out, where these are bound too. The caller calls the returned
	 * function when the response has come, or waits to be read.
	 */
	enter(signal: AbortSignal): Promise<() => void>;
	/** Notes the memory of one response. */
	took(bytes: number): void;
	began(): void;
	ended(): void;
	/** Notes a successful response, with the time since its request. */
	answered(ms: number): void;
	/** Notes a sign of overload: 429, 503, a broken connection, or no response in time. */
	pushedBack(): void;
}

export interface AdaptiveOptions {
	/** The most requests at once. */
	readonly most: number;
	/** The most bytes of responses that wait for their turn. @default Infinity */
	readonly maxBufferBytes?: number | undefined;
	/** Requests that are needed at once wait for room, too. @default false */
	readonly bindsAll?: boolean | undefined;
	/** Called with each new number, where it binds all requests. */
	readonly onChange?: ((requests: number) => void) | undefined;
}

const FIRST = 2;
const SLOWER = 3;
// Smaller differences are noise.
const NOISE_MS = 50;

/**
 * Adds while responses succeed, and halves when the server pushes back (AIMD, as TCP does: RFC 5681 §3.1). At
 * first it adds one request for each response, later one for each round of responses. While responses take
 * three times as long as the fastest one, it goes back step by step, to two at least. The number is never
 * above `most`, and never below 1. Waiting responses hold at most `maxBufferBytes`, estimated by the size of
 * the largest response so far.
 */
export function adaptiveConcurrency({
	most,
	maxBufferBytes = Number.POSITIVE_INFINITY,
	bindsAll = false,
	onChange,
}: AdaptiveOptions): AdaptiveConcurrency {
	let largestBytes = 0;
	let allowed = Math.min(FIRST, most);
	let underWay = 0;
	// Requests whose response is on its way. Those whose response waits to be read are no load.
	let active = 0;
	let isCareful = false;
	let fastestMs = Number.POSITIVE_INFINITY;
	let usualMs: number | undefined;
	const waiting: (() => void)[] = [];

	function allow(requests: number): void {
		const before = Math.floor(allowed);
		allowed = requests;
		if (Math.floor(allowed) !== before && bindsAll) onChange?.(Math.floor(allowed));
		admit();
	}

	function admit(): void {
		while (waiting.length > 0 && active < Math.floor(allowed)) {
			active++;
			waiting.shift()?.();
		}
	}

	function leaving(): () => void {
		let isIn = true;
		return () => {
			if (!isIn) return;
			isIn = false;
			active--;
			admit();
		};
	}

	return {
		// Later responses may be as large as the largest so far.
		hasRoom: (others, held) =>
			underWay + others < Math.floor(allowed) && (held + 1) * largestBytes <= maxBufferBytes,
		async enter(signal) {
			if (!bindsAll) return () => {};
			if (waiting.length === 0 && active < Math.floor(allowed)) active++;
			else await turnIn(waiting, signal);
			return leaving();
		},
		took(bytes) {
			largestBytes = Math.max(largestBytes, bytes);
		},
		began() {
			underWay++;
		},
		ended() {
			underWay--;
		},
		answered(ms) {
			fastestMs = Math.min(fastestMs, ms);
			usualMs = usualMs === undefined ? ms : usualMs + (ms - usualMs) / 8;
			if (usualMs <= fastestMs * SLOWER + NOISE_MS)
				allow(Math.min(most, allowed + (isCareful ? 1 / allowed : 1)));
			else if (allowed > FIRST) allow(Math.max(FIRST, allowed - 1 / allowed));
		},
		pushedBack() {
			isCareful = true;
			allow(Math.max(1, allowed / 2));
		},
	};
}

/** Waits in a queue, whose owner calls the functions in their order. Leaves the queue with the signal. */
function turnIn(queue: (() => void)[], signal: AbortSignal): Promise<void> {
	return new Promise((resolve, reject) => {
		function leave(): void {
			queue.splice(queue.indexOf(turn), 1);
			reject(signal.reason);
		}
		function turn(): void {
			signal.removeEventListener('abort', leave);
			resolve();
		}
		if (signal.aborted) {
			reject(signal.reason);
			return;
		}
		signal.addEventListener('abort', leave, {once: true});
		queue.push(turn);
	});
}
