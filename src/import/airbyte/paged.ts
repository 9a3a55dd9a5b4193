/** The context in which a paginator is made. */
import type {Known} from './known.ts';
import type {Differences} from './outcome.ts';
import type {Placeholders} from './placeholders.ts';
import {type Request, replaceToken} from './requester.ts';

export interface Paged {
	readonly known: Known;
	readonly request: Request;
	readonly texts: Placeholders;
	/** Path to the records, and its keys. */
	readonly selector: string;
	readonly selectorKeys: readonly unknown[];
	readonly differences: Differences;
	/** The expression for the last page, if the paginator itself does not know it. */
	stopWhen?: string;
}

/** Replaces the token inside the request by the paginator's placeholder. */
export function intoRequest({request}: Paged, name: string): void {
	replaceToken(request, `{${name}}`);
}
