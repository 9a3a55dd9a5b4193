/** What a failed request means for a walk: its end, another way to ask, or an error that names the place. */
import {PaginationError, RequestError, SelectorError} from '../../core/errors.ts';
import type {Cursor} from '../../core/page.ts';
import type {Paginator} from '../paging/paginator.ts';

/** Whether a server that checks its parameters rejects one of them. */
export function isRefused(error: unknown): boolean {
	return error instanceof RequestError && !error.isRuled && (error.status === 400 || error.status === 422);
}

/** Whether the server reports that there is no such page. */
export function isPastEnd(paginator: Paginator, at: Cursor, error: unknown): boolean {
	if (!(error instanceof RequestError) || error.isRuled) return false;
	const {status, body} = error;
	return status !== undefined && body !== undefined && paginator.isPastEnd?.(at, status, body) === true;
}

/** The error with the resource and the place of the page before its message. */
export function withPlace(error: unknown, name: string, place: string): unknown {
	if (error instanceof SelectorError)
		return new SelectorError(`${name}: ${place}: ${error.message}`, {cause: error});
	if (error instanceof PaginationError)
		return new PaginationError(`${name}: ${place}: ${error.message}`, {cause: error});
	return error;
}

/** The error for a guess that was refused, with the advice of the paginator. */
export function withAdvice(error: unknown, advice: string | undefined): unknown {
	if (advice === undefined || !(error instanceof Error)) return error;
	return new PaginationError(`${error.message.replace(/\.$/, '')}. ${advice}`, {cause: error});
}

/** The error that `work` throws. */
export function thrownBy(work: () => void): unknown {
	try {
		work();
		return undefined;
	} catch (error) {
		return error;
	}
}
