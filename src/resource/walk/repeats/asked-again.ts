/**
 * Where a server keeps the place of a walk itself, a page that is asked for again may be the next one: that
 * is told.
 */
import type {Cursor} from '../../../core/page.ts';
import type {Warn} from '../../../core/warning.ts';
import type {Failure} from '../../../http/failure.ts';
import type {Paginator} from '../../paging/paginator.ts';

export interface AskedAgain {
	/** A request failed, and is sent again. */
	note(failure: Failure): void;
	/** The answer at a place is there. Warns if it may be a later one than the one that was asked for. */
	answered(at: Cursor, next: Cursor | undefined): void;
}

/** `isResumed`: an earlier run may have asked for the first page of this walk. */
export function askedAgain(
	resource: string,
	paginator: Paginator,
	isResumed: boolean,
	warn: Warn | undefined,
): AskedAgain {
	let why = isResumed ? 'by this run, which goes on from an earlier one' : '';
	return {
		note({details: {status}}) {
			// An error of the client, and a server that is busy, have moved nothing.
			const isRefused = status !== undefined && status >= 400 && (status < 500 || status === 503);
			if (!isRefused) why ||= 'after a failure';
		},
		answered(at, next) {
			const isKept =
				paginator.isKeptByServer?.(at) || (next !== undefined && paginator.isKeptByServer?.(next));
			if (why !== '' && isKept)
				warn?.({
					code: 'page-asked-again',
					resource,
					message:
						`${paginator.describe(at)}: the server keeps the place of this walk itself, as its cursor stays the same. ` +
						`A page was asked for again ${why}, so a page may be missing. --full-refresh reads all again`,
				});
			why = '';
		},
	};
}
