import {ConfigError} from '../../core/errors.ts';
import {put, target} from '../draft.ts';
import {type LoopRules, loopRules} from '../loop-rules.ts';
import {type EndOptions, endOptions, type PageAnswer, type Paginator, type Seam} from '../paginator.ts';
import {checkEnd, headerTotal, moreRule, totalRule} from '../stop.ts';

export interface PageNumberOptions extends EndOptions, LoopRules {
	/** The number of the server's first page. @default 0 */
	readonly basePage?: number;
	/** The page to begin with. @default basePage */
	readonly page?: number;
	/** @default 'page' */
	readonly pageParam?: string;
	/** Dotted path in the JSON body, instead of `pageParam`. */
	readonly pageBodyPath?: string;
	/** The number replaces `{page}` in the path, instead of a parameter. @default false */
	readonly pageInPath?: boolean;
	/** Where the body states the number of *pages*. @default 'total', if it is there; `null`: none */
	readonly totalPath?: string | null;
	/** No request is made for this page or beyond. */
	readonly maximumPage?: number;
	/** @default true */
	readonly stopAfterEmptyPage?: boolean;
	/** Where the body says whether there is more; its word goes over the total's, not over `maximumPage`. */
	readonly hasMorePath?: string;
	/**
	 * 1: each page is read once more after the next one. Where it does not end as it did before, the list has
	 * moved, and the walk goes on after the last row that it knows. Takes twice the requests, one after the
	 * other, and a primary key. @default 0: a list that moves is told where it shows
	 */
	readonly overlap?: number;
}

type Place = {
	page: number;
	total?: number;
	/** Page 1 was page 0 again: the server counts from 1. */
	from?: 1;
	/** This page is read once more. */
	again?: number;
	/** The place after that; null: the end. */
	onwards?: Place | null;
};

// One page past the end WordPress answers 400 (`rest_post_invalid_page_number`), and Django 404 (`Invalid
// page.`). A page token or size that is refused is no end, and a name and its value in JSON are no sentence:
// a server may send the parameters back.
const noSuchPage =
	/invalid[ _-]page([ _-]number)?(?![ _-]?[a-z])|\bpage\b(?![ _-](token|cursor|size|limit|id)\b)[^"=,;{}<>]{0,30}\b(out of (range|bounds)|not exist|not found|too high)\b|\bno more (pages|results)\b/i;
// The server has more, and does not give it: `Pages start at 1 and max at 500`, `Result window is too large`.
const atLimit = /\b(max(imum)?|at most|must be|must not|cannot exceed|limited to|window)\b/i;
// An error page for people says "page not found" of anything.
const isHtml = /^\s*<(!doctype html|html|head)\b/i;

function saysPastEnd(body: string): boolean {
	return noSuchPage.test(body) && !atLimit.test(body) && !isHtml.test(body);
}

/**
 * `?page=3`. Ends, in this order: at an empty page, unless a total or a flag promises more; where
 * `hasMorePath` says so; after the stated number of pages; at `maximumPage`; and where the server answers
 * that there is no such page. With `overlap`, each page is read once more after the next one.
 */
export function pageNumber(options: PageNumberOptions = {}): Paginator<Place> {
	const {
		basePage = 0,
		page: start = basePage,
		maximumPage = Number.POSITIVE_INFINITY,
		stopAfterEmptyPage = true,
	} = options;
	const {totalPath, hasMorePath, overlap = 0} = options;
	if (overlap !== 0 && overlap !== 1)
		throw new ConfigError(`page_number: expected overlap to be 0 or 1 page, got ${overlap}`);
	const pageTarget = options.pageInPath
		? {placeholder: '{page}'}
		: target(options.pageParam, options.pageBodyPath, 'page');
	const total = totalRule(totalPath, 'total');
	const more = moreRule(hasMorePath);

	const mayRepeatFirst = ({page}: Place): boolean => start === 0 && page === 1;

	function after(place: Place, answer: PageAnswer): Place | undefined {
		const {received, repeated, body, isPromised = false} = answer;
		if (received === 0 && stopAfterEmptyPage && !isPromised) {
			checkEnd(answer, place.total);
			return undefined;
		}
		const next = place.page + 1;
		const from = repeated !== undefined && repeated === received && mayRepeatFirst(place) ? 1 : place.from;
		const first = from ?? basePage;
		const stated = total.read(body, place.total, received > 0 ? next - first : 0);
		const hasMore = more(body);
		if (hasMore === false || next >= maximumPage) return undefined;
		if (hasMore === undefined && stated !== undefined && next >= stated + first) return undefined;
		return {page: next, ...(stated !== undefined && {total: stated}), ...(from && {from})};
	}

	function afterReread(
		{page, again = page, onwards, ...place}: Place,
		seam: Seam | undefined,
	): Place | undefined {
		if (seam === 'same') return onwards ?? undefined;
		return seam === 'lost' && again > start
			? {...place, page, again: again - 1, onwards: onwards ?? null}
			: {...place, page: again + 1};
	}

	return {
		...loopRules(options),
		name: 'page_number',
		reads: [totalPath, hasMorePath],
		first: {page: start},
		request: (draft, place) => put(draft, pageTarget, place.again ?? place.page),
		next(place, answer) {
			if (place.again !== undefined) return afterReread(place, answer.seam);
			const next = after(place, answer);
			return answer.seam === 'open' ? {...place, again: place.page - 1, onwards: next ?? null} : next;
		},
		foresee({page, total: stated, from}) {
			const next = page + 1;
			// A page is read once more when the one after it is there.
			const isKnown =
				overlap === 0 &&
				page > start &&
				next < maximumPage &&
				(stated === undefined || next < stated + (from ?? basePage));
			return isKnown
				? {page: next, ...(stated !== undefined && {total: stated}), ...(from && {from})}
				: undefined;
		},
		...(start === 0 && {mayRepeatFirst}),
		ends: ({page, from}) => ({
			...endOptions(options),
			totalPath,
			isTotalOfPages: true,
			countsPages: true,
			hasMorePath,
			skippedPages: start - (from ?? basePage),
			isCut: ({received}) => received > 0 && page + 1 >= maximumPage,
		}),
		byPosition: place => ({
			rewound: 0,
			isChecked: false,
			length: place.total,
			stated: ({body, headers}) => total.now(body) ?? headerTotal(headers),
		}),
		...(overlap > 0 && {
			reread: ({again}: Place) => (again === undefined ? undefined : {isFirst: again === start}),
			afterEnd: (place: Place): Place => ({onwards: null, ...place, again: (place.again ?? place.page) - 1}),
		}),
		describe: ({page, again}) => (again === undefined ? `page ${page}` : `page ${again}, once more`),
		isPastEnd: (place, status, body) =>
			(place.again ?? place.page) > start &&
			place.total === undefined &&
			(status === 400 || status === 404) &&
			saysPastEnd(body),
	};
}
