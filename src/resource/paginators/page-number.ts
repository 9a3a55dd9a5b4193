import {put, target} from '../draft.ts';
import type {Paginator} from '../paginator.ts';
import {checkEnd, headerTotal, moreRule, totalRule} from '../stop.ts';

export interface PageNumberOptions {
	/** The number of the server's first page. @default 0 */
	readonly basePage?: number;
	/** The page to begin with. @default basePage */
	readonly page?: number;
	/** @default 'page' */
	readonly pageParam?: string;
	/** Dotted path in the JSON body, instead of `pageParam`. */
	readonly pageBodyPath?: string;
	/** Where the body states the number of *pages*. @default 'total', if it is there; `null`: none */
	readonly totalPath?: string | null;
	/** No request is made for this page or beyond. */
	readonly maximumPage?: number;
	/** @default true */
	readonly stopAfterEmptyPage?: boolean;
	/** Where the body says whether there is more; its word goes over the total's, not over `maximumPage`. */
	readonly hasMorePath?: string;
	/** Fails at the end unless as many rows came as a header (`X-Total-Count`) states; `totalPath` counts pages. @default false */
	readonly requireTotal?: boolean;
}

type Place = {page: number; total?: number};

// WordPress answers 400 and Django 404 one page past the end; a limit on deep paging ("window too large") says something else.
const pastEnd =
	/invalid[ _-]page|page[ _-]number|page\b.{0,30}(out of range|does not exist|not exist|not found|too high)|no more (pages|results)/i;

/**
 * `?page=3`. Ends, in this order: at an empty page; where `hasMorePath` says so; after the stated number of pages; at
 * `maximumPage`; and where the server answers that there is no such page.
 */
export function pageNumber(options: PageNumberOptions = {}): Paginator<Place> {
	const {basePage = 0, page: start = basePage, maximumPage = Number.POSITIVE_INFINITY, stopAfterEmptyPage = true} = options;
	const {requireTotal = false} = options;
	const isWhole = start === basePage && options.maximumPage === undefined;
	const pageTarget = target(options.pageParam, options.pageBodyPath, 'page');
	const total = totalRule(options.totalPath, 'total');
	const more = moreRule(options.hasMorePath);

	return {
		name: 'page_number',
		reads: [options.totalPath, options.hasMorePath],
		first: {page: start},
		request: (draft, place) => put(draft, pageTarget, place.page),
		next(place, answer) {
			const {received, body} = answer;
			if (received === 0 && stopAfterEmptyPage) {
				checkEnd(answer, place.total);
				return undefined;
			}
			const next = place.page + 1;
			const stated = total.read(body, place.total, received > 0 ? next - basePage : 0);
			const hasMore = more(body);
			if (hasMore === false || next >= maximumPage) return undefined;
			if (hasMore === undefined && stated !== undefined && next >= stated + basePage) return undefined;
			return stated === undefined ? {page: next} : {page: next, total: stated};
		},
		foresee({page, total: stated}) {
			const next = page + 1;
			const isKnown = page > start && next < maximumPage && (stated === undefined || next < stated + basePage);
			return isKnown ? {page: next, ...(stated === undefined ? {} : {total: stated})} : undefined;
		},
		total: (_place, {headers}) => (isWhole ? headerTotal(headers) : undefined),
		requireTotal,
		describe: place => `page ${place.page}`,
		isPastEnd: (place, status, text) =>
			place.page > start && place.total === undefined && (status === 400 || status === 404) && pastEnd.test(text),
	};
}
