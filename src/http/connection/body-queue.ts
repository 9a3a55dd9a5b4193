/**
 * The body of an answer, between the connection that pushes it and the reader who pulls: what comes too early
 * waits here.
 */

/** The start of a body. */
export interface Gathered {
	readonly chunks: Uint8Array[];
	readonly isAll: boolean;
}

export interface BodyQueue extends AsyncIterableIterator<Uint8Array> {
	/**
	 * The start of the body: all of it when it has no more than so many bytes, else just more; what follows is
	 * still to be read.
	 */
	gather(limitBytes: number): Promise<Gathered>;
	push(chunk: Uint8Array): void;
	/** Nothing follows. */
	finish(): void;
	/** What is unread is dropped, and whoever reads gets the error. */
	fail(error: unknown): void;
}

/** Lets the sender know when to wait. */
export interface Valve {
	pause(): void;
	resume(): void;
}

// Beside what a reader has asked for.
const HELD_BYTES = 64 * 1024;

export function bodyQueue(valve: Valve): BodyQueue {
	let chunks: Uint8Array[] = [];
	let heldBytes = 0;
	let mostBytes = HELD_BYTES;
	let failure: {readonly error: unknown} | undefined;
	let isEnded = false;
	let wake: (() => void) | undefined;
	// The reader sleeps until more than this is there.
	let enoughBytes = 0;

	function wakeUp(): void {
		wake?.();
		wake = undefined;
	}

	async function moreThan(bytes: number): Promise<void> {
		enoughBytes = bytes;
		mostBytes = Math.max(bytes, HELD_BYTES);
		while (!failure && !isEnded && heldBytes <= bytes) {
			await new Promise<void>(resolve => {
				wake = resolve;
				// Which may push at once.
				valve.resume();
			});
		}
		if (failure) throw failure.error;
	}

	return {
		push(chunk) {
			if (failure || isEnded) return;
			chunks.push(chunk);
			heldBytes += chunk.length;
			if (heldBytes > mostBytes) valve.pause();
			if (heldBytes > enoughBytes) wakeUp();
		},
		finish() {
			isEnded = true;
			wakeUp();
		},
		fail(error) {
			if (failure || isEnded) return;
			failure = {error};
			chunks = [];
			wakeUp();
		},
		async gather(limitBytes) {
			await moreThan(limitBytes);
			const gathered = {chunks, isAll: isEnded && heldBytes <= limitBytes};
			chunks = [];
			heldBytes = 0;
			return gathered;
		},
		async next() {
			await moreThan(0);
			const value = chunks.shift();
			if (!value) return {value, done: true};
			heldBytes -= value.length;
			return {value, done: false};
		},
		async return() {
			isEnded = true;
			chunks = [];
			return {value: undefined, done: true};
		},
		[Symbol.asyncIterator]() {
			return this;
		},
	};
}
