/** The pages of a walk that are requested before their turn. */
import type {Cursor} from '../../core/page.ts';
import type {Client} from '../../http/client.ts';
import type {BodyPart} from '../../http/send-options.ts';
import {firstOf} from '../../http/signals.ts';
import type {Completeness} from '../completeness/completeness.ts';
import type {Paginator, RequestDraft} from '../paging/paginator.ts';
import {type Ahead, ahead} from './ahead.ts';
import {pageStartOf} from './answer/walk-answer.ts';
import {pagesLeft} from './pages-left.ts';
import type {WalkOptions, WalkPosition} from './walk-options.ts';
import {requestKey} from './walk-request.ts';

/** Requests the page at a place, or the rest of its body. */
export type Send = (
	at: Cursor,
	signal?: AbortSignal,
	inside?: WalkPosition['inside'],
) => AsyncGenerator<BodyPart, void>;

/** The pages ahead of a walk. */
export interface Foreseen extends Ahead<BodyPart> {
	/** Notes that an answer was read, and its number of rows. */
	answered(place: Cursor, answer: BodyPart, rows: number): void;
}

export interface ForeseeingOptions {
	readonly client: Client;
	readonly options: WalkOptions;
	readonly completeness: Completeness;
	readonly draftOf: (place: Cursor) => RequestDraft;
	readonly send: Send;
}

export function foreseeing({
	client,
	options: {paginator, concurrency = 1, isCareful = false, room, signal},
	completeness,
	draftOf,
	send,
}: ForeseeingOptions): Foreseen | undefined {
	const foresee = paginator?.foresee;
	if (!foresee || concurrency === 1) return undefined;
	const left = isCareful ? pagesLeft(completeness) : undefined;
	const pages = ahead({
		concurrency,
		room,
		foresee,
		left: left?.count,
		requestOf: place => requestKey(draftOf(place)),
		hasRoom: client.hasRoom,
		async *open(place, stop) {
			const scope = firstOf(stop, signal);
			try {
				yield* send(place, scope.signal);
			} finally {
				scope.end();
			}
		},
	});
	return Object.assign(pages, {
		answered: (place: Cursor, answer: BodyPart, rows: number) =>
			left?.answered(draftOf(place), pageStartOf(answer), rows),
	});
}

// The next place, as the part before the rows shows it. It is a guess: a key after the rows may contradict
// it, and a body that is read again may be another.
export function toldBeforeRows(paginator: Paginator, at: Cursor, part: BodyPart): Cursor | undefined {
	try {
		return paginator.foresee?.(at, pageStartOf(part));
	} catch {
		return undefined;
	}
}
