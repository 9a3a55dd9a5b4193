import type {PageAnswer, Seam} from '../../resource/paging/paginator.ts';
import {setParameter, target} from '../../resource/paging/request-draft.ts';
import {checkEnd, headerTotal, moreRule, totalRule} from '../../resource/paging/stop-rules.ts';
import {count, placeholder, text} from '../fields.ts';
import {definePaginator, type Paging} from '../paginator.ts';
import type {OptionsOf} from '../plugin.ts';
import {hasMorePath, mustEnd, stopAfterEmptyPage, totalPath} from './common-fields.ts';

export type PagePlace = {
	page: number;
	total?: number;
	/** Page 1 was the same as page 0: the server counts from 1. */
	from?: 1;
	/** The number of a page to read once more. */
	again?: number;
	/** The place after that page; null at the end. */
	onwards?: PagePlace | null;
};

// For the page after the last one WordPress sends 400 (`rest_post_invalid_page_number`), and Django 404
// (`Invalid page.`). A refused page token or size is no end. A name and its value in JSON are no message, as
// a server may send the parameters back.
const noSuchPage =
	/invalid[ _-]page([ _-]number)?(?![ _-]?[a-z])|\bpage\b(?![ _-](token|cursor|size|limit|id)\b)[^"=,;{}<>]{0,30}\b(out of (range|bounds)|not exist|not found|too high)\b|\bno more (pages|results)\b/i;
// The server has more pages, but refuses them: `Pages start at 1 and max at 500`,
// `Result window is too large`.
const atLimit = /\b(max(imum)?|at most|must be|must not|cannot exceed|limited to|window)\b/i;
// An HTML error page reports "page not found" for anything.
const isHtml = /^\s*<(!doctype html|html|head)\b/i;

function saysPastEnd(body: string): boolean {
	return noSuchPage.test(body) && !atLimit.test(body) && !isHtml.test(body);
}

/**
 * `?page=3`. The walk ends, in this order: at an empty page, unless a total or a flag promises more; by
 * `hasMorePath`; after the stated number of pages; at `maximumPage`; and when the server responds that there
 * is no such page. With `overlap`, each page is read once more after the next one.
 * @example pageNumber({basePage: 1, totalPath: 'pages'})
 */
export const pageNumber = definePaginator({
	type: 'page_number',
	summary: 'Counts pages: page=0, 1, 2, …',
	fields: {
		basePage: count({default: 0, doc: 'Number that the API gives its first page: 0 or 1.'}),
		page: count({
			null: 'absent',
			sameAs: 'basePage',
			doc: 'Page to start with; base_page when left out.',
		}),
		pageParam: text({
			default: 'page',
			null: 'absent',
			unless: ['pageBodyPath', 'pageInPath'],
			doc: 'Query parameter of the page number.',
		}),
		pageBodyPath: text({
			optional: true,
			null: 'absent',
			doc: 'Dotted key of the page number in the JSON body, instead of page_param.',
		}),
		pageInPath: placeholder('page', {doc: 'The number replaces {page} in the request.'}),
		totalPath: totalPath('pages'),
		maximumPage: count({optional: true, null: 'absent', doc: 'Stop before this page number.'}),
		stopAfterEmptyPage: stopAfterEmptyPage(true),
		hasMorePath,
		overlap: count({
			max: 1,
			optional: true,
			doc:
				'1: each page is read once more after the next one, for rows that moved meanwhile; twice the ' +
				'requests, in order; needs primary_key.',
		}),
	},
	check: (options, report) => mustEnd('maximumPage', options, report),
	make({
		basePage,
		page: start,
		maximumPage = Number.POSITIVE_INFINITY,
		stopAfterEmptyPage,
		totalPath,
		hasMorePath,
		overlap = 0,
		...options
	}): Paging<PagePlace> {
		const pageTarget = options.pageInPath
			? {placeholder: '{page}'}
			: target(options.pageParam, options.pageBodyPath, 'page');
		const total = totalRule(totalPath, 'total');
		const more = moreRule(hasMorePath);

		const mayRepeatFirst = ({page}: PagePlace): boolean => start === 0 && page === 1;

		function after(place: PagePlace, answer: PageAnswer): PagePlace | undefined {
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
			{page, again = page, onwards, ...place}: PagePlace,
			seam: Seam | undefined,
		): PagePlace | undefined {
			if (seam === 'same') return onwards ?? undefined;
			return seam === 'lost' && again > start
				? {...place, page, again: again - 1, onwards: onwards ?? null}
				: {...place, page: again + 1};
		}

		return {
			reads: [totalPath, hasMorePath],
			first: {page: start},
			request: (draft, place) => setParameter(draft, pageTarget, place.again ?? place.page),
			values: place => ({page: place.again ?? place.page}),
			next(place, answer) {
				if (place.again !== undefined) return afterReread(place, answer.seam);
				const next = after(place, answer);
				return answer.seam === 'open' ? {...place, again: place.page - 1, onwards: next ?? null} : next;
			},
			foresee({page, total: stated, from}) {
				const next = page + 1;
				// A page is read once more after the next one has come.
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
				...(overlap === 0 && {
					back: pages => (place.page - pages < start ? undefined : {...place, page: place.page - pages}),
				}),
			}),
			...(overlap > 0 && {
				reread: ({again}: PagePlace) => (again === undefined ? undefined : {isFirst: again === start}),
				afterEnd: (place: PagePlace): PagePlace => ({
					onwards: null,
					...place,
					again: (place.again ?? place.page) - 1,
				}),
			}),
			describe: ({page, again}) => (again === undefined ? `page ${page}` : `page ${again}, once more`),
			isPastEnd: (place, status, body) =>
				(place.again ?? place.page) > start &&
				place.total === undefined &&
				(status === 400 || status === 404) &&
				saysPastEnd(body),
		};
	},
});

export type PageNumberOptions = OptionsOf<typeof pageNumber>;
