/** The pages of a walk that are requested before their turn. */
import type {Cursor} from '../../core/page.ts';
import type {Client} from '../../http/client.ts';
import type {BodyPart} from '../../http/send-options.ts';
import {firstOf} from '../../http/signals.ts';
import type {Paginator} from '../paging/paginator.ts';
import {type Ahead, ahead} from './ahead.ts';
import {pageStartOf} from './answer/walk-answer.ts';
import type {WalkOptions, WalkPosition} from './walk-options.ts';

/** Requests the page at a place, or the rest of its body. */
export type Send = (
	at: Cursor,
	signal?: AbortSignal,
	inside?: WalkPosition['inside'],
) => AsyncGenerator<BodyPart, void>;

export function foreseeing(
	client: Client,
	{paginator, concurrency = 1, room, signal}: WalkOptions,
	requestOf: (place: Cursor) => string,
	send: Send,
): Ahead<BodyPart> | undefined {
	const foresee = paginator?.foresee;
	if (!foresee || concurrency === 1) return undefined;
	return ahead({
		concurrency,
		room,
		foresee,
		requestOf,
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
