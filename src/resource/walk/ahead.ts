/** Requests answers before their turn, where the paginator can compute the next place without them. */

import {type Buffered, bufferAhead} from '../../core/buffered.ts';
import type {Cursor} from '../../core/page.ts';

export interface AheadOptions<Part> {
	/** Sends the request for a place. */
	readonly open: (place: Cursor, signal: AbortSignal) => AsyncIterable<Part>;
	/** The place that will follow if the server goes on as before; `undefined` where it is not known. */
	readonly foresee: (place: Cursor) => Cursor | undefined;
	/** The request for a place. Places with the same request have the same answer. */
	readonly requestOf: (place: Cursor) => string;
	/** Requests under way at once. */
	readonly concurrency: number;
	/** The current limit of requests, where other walks share it. @default concurrency */
	readonly room?: (() => number) | undefined;
	/**
	 * Whether one more request may be sent before its turn, beside `others` that are about to be, while `held`
	 * answers wait.
	 */
	readonly hasRoom: (others: number, held: number) => boolean;
	/**
	 * How many places after the one whose answer was read last may be requested; one of them is requested in
	 * any case. @default Infinity
	 */
	readonly left?: (() => number) | undefined;
}

export interface Ahead<Part> {
	/**
	 * The answer for a place, which may be under way already. The places after it are requested as well.
	 * Requests for places that do not follow from here are cancelled.
	 */
	answer(place: Cursor): AsyncGenerator<Part>;
	/**
	 * Requests the place after the one whose answer is being read, if nothing is requested ahead yet and there
	 * is room.
	 */
	expect(place: Cursor): void;
	/** Whether the answer that is being read was requested before its turn. */
	isAhead(): boolean;
	/** Whether answers after that one have been requested. */
	hasAhead(): boolean;
	/**
	 * Cancels all requests but the one whose answer is being read, and sends none before its turn from now on.
	 */
	stop(): void;
	/** Cancels all requests. */
	close(): Promise<void>;
}

// The most answers that wait for their turn, whole or in part, for each request under way.
const MOST_HELD = 2;

/** Answers come in the order in which the walk reads their places, whatever their speed. */
export function ahead<Part>({
	open,
	foresee,
	requestOf,
	concurrency,
	room = () => concurrency,
	hasRoom,
	left = () => Number.POSITIVE_INFINITY,
}: AheadOptions<Part>): Ahead<Part> {
	const waiting: {readonly request: string; readonly place: Cursor; readonly answer: Buffered<Part>}[] = [];
	let current: Buffered<Part> | undefined;
	let underWay = 0;
	let isClosed = false;
	let wasAhead = false;
	let at: Cursor = null;
	let stopping: Promise<unknown> = Promise.resolve();

	function give(up: readonly Buffered<Part>[]): void {
		stopping = Promise.all([stopping, ...up.map(one => one.stop())]);
	}

	function begin(place: Cursor): Buffered<Part> {
		const one = bufferAhead(signal => open(place, signal));
		underWay++;
		void one.ended.then(() => {
			underWay--;
			fill(0);
		});
		return one;
	}

	function answerAt(place: Cursor): Buffered<Part> {
		const request = requestOf(place);
		const next = waiting.shift();
		wasAhead = next?.request === request;
		if (next && wasAhead) return next.answer;
		// If one place was wrong, the places after it are wrong, too.
		give([...(next ? [next] : []), ...waiting.splice(0)].map(one => one.answer));
		return begin(place);
	}

	function fill(begun: number): void {
		let last = waiting.at(-1)?.place ?? at;
		for (let others = begun; isExpected() && isRoom(others); others++) {
			const place = foresee(last);
			if (place === undefined) return;
			send(place);
			last = place;
		}
	}

	function isRoom(others: number): boolean {
		const most = Math.min(concurrency, room());
		return (
			!isClosed && waiting.length < MOST_HELD * most && underWay < most && hasRoom(others, waiting.length)
		);
	}

	// The place that is being read is one of those that were left.
	function isExpected(): boolean {
		return waiting.length + (current ? 1 : 0) < left();
	}

	function send(place: Cursor): void {
		waiting.push({request: requestOf(place), place, answer: begin(place)});
	}

	return {
		async *answer(place) {
			const mine = answerAt(place);
			current = mine;
			at = place;
			fill(1);
			try {
				yield* mine.results();
			} finally {
				current = undefined;
				await mine.stop();
			}
		},
		expect(place) {
			// A place that was computed without the answer is a guess.
			const isSure = foresee(at) === undefined;
			if (waiting.length === 0 && isRoom(0) && (isSure || isExpected())) send(place);
		},
		isAhead: () => wasAhead,
		hasAhead: () => waiting.length > 0,
		stop() {
			isClosed = true;
			give(waiting.splice(0).map(one => one.answer));
		},
		async close() {
			isClosed = true;
			give([...(current ? [current] : []), ...waiting.splice(0).map(one => one.answer)]);
			await stopping;
		},
	};
}
