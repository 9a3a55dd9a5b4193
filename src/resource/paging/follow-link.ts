/** The walk of paginators that follow a URL from the server: in the body, or in a Link header. */
import {PaginationError} from '../../core/errors.ts';
import type {EndRules, PageStart, Paginator, RequestDraft} from './paginator.ts';
import {linkDraft} from './request-draft.ts';
import {moreRule} from './stop-rules.ts';

interface LinkRules extends EndRules {
	/** Whether a link keeps the parameters of the endpoint that it does not name. */
	readonly keepParams: boolean;
}

/** `find` returns the link in an answer; `reads` are the paths into the body where it looks. */
export function followLink(
	{keepParams, ...ends}: LinkRules,
	find: (answer: PageStart) => string | undefined,
	reads: readonly string[] = [],
): Omit<Paginator<string | null>, 'name'> {
	const {hasMorePath} = ends;
	const more = moreRule(hasMorePath);

	function next(answer: PageStart): string | undefined {
		const hasMore = more(answer.body);
		if (hasMore === false) return undefined;
		const link = find(answer);
		if (link === undefined && hasMore)
			throw new PaginationError(
				`has_more_path "${hasMorePath}" promises another page, but there is no link to it`,
			);
		if (link === undefined) return undefined;
		const target = URL.canParse(link, answer.url.href) ? new URL(link, answer.url) : undefined;
		if (target && /^https?:$/.test(target.protocol)) return target.href;
		throw new PaginationError(`the next link ${JSON.stringify(link)} is not a URL that can be followed`);
	}

	return {
		reads: [...reads, hasMorePath],
		first: null,
		request: (draft: RequestDraft, place) => (place === null ? draft : linkDraft(draft, place, {keepParams})),
		next: (_place, answer) => next(answer),
		foresee: (_place, start) => start && next(start),
		ends: () => ends,
		describe: place => place ?? 'the first page',
	};
}
