/**
 * Warns where a server keeps the place of a walk itself, and a page that is requested again may be the next
 * one.
 */
import type {Cursor} from '../../../core/page.ts';
import type {Warn} from '../../../core/warning.ts';
import type {Failure} from '../../../http/failure.ts';
import type {Paginator} from '../../paging/paginator.ts';

export interface AskedAgain {
	/** Notes that a request failed and is sent again. */
	note(failure: Failure): void;
	/** Notes the answer at a place. Warns if it may be later than the one that was requested. */
	answered(at: Cursor, next: Cursor | undefined): void;
}

/** `isResumed`: an earlier run may have requested the first page of this walk. */
export function askedAgain(
	resource: string,
	paginator: Paginator,
	isResumed: boolean,
	warn: Warn | undefined,
): AskedAgain {
	let why = isResumed ? 'by this run, which goes on from an earlier one' : '';
	return {
		note({details: {status}}) {
			// After a client error, or from a busy server, the place has not moved.
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
						`${paginator.describe(at)}: the server keeps the place of this walk itself, as its cursor ` +
						`stays the same. A page was asked for again ${why}, so a page may be missing. ` +
						'--full-refresh reads all again',
				});
			why = '';
		},
	};
}
