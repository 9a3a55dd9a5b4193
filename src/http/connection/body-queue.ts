/**
 * The body of a response, between the connection that pushes it and the reader that pulls it. Early pieces
 * wait here.
 */

/** The start of a body. */
export interface Gathered {
	readonly chunks: Uint8Array[];
	readonly isAll: boolean;
}

export interface BodyQueue extends AsyncIterableIterator<Uint8Array> {
	/**
	 * The start of the body: all of it if it has at most `limitBytes`, else slightly more than that. The rest
	 * is still to be read.
	 */
	gather(limitBytes: number): Promise<Gathered>;
	push(chunk: Uint8Array): void;
	/** Marks the end of the body. */
	finish(): void;
	/** Drops the unread rest, and passes the error to the reader. */
	fail(error: unknown): void;
}

/** Pauses and resumes the sender. */
export interface Valve {
	pause(): void;
	resume(): void;
}

// The bytes that may wait beyond those that a reader has asked for.
const HELD_BYTES = 64 * 1024;

export function bodyQueue(valve: Valve): BodyQueue {
	let chunks: Uint8Array[] = [];
	let heldBytes = 0;
	let mostBytes = HELD_BYTES;
	let failure: {readonly error: unknown} | undefined;
	let isEnded = false;
	let wake: (() => void) | undefined;
	// The reader sleeps until more bytes than this have come.
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
				// The sender may push at once.
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
