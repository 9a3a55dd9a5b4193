/**
 * How many pages probably follow an answer, so that none is requested before its turn that does not exist, as
 * far as this can be known.
 */
import {isObject} from '../../core/path/path.ts';
import type {Completeness} from '../completeness/completeness.ts';
import {isWholeNumber, pageParameter, plainName, sizeName} from '../paging/known-places.ts';
import {linkTargets} from '../paging/link-header.ts';
import type {PageStart, RequestDraft} from '../paging/paginator.ts';

export interface PagesLeft {
	/** Notes an answer: the request for it, and its number of rows. */
	answered(draft: RequestDraft, answer: PageStart, rows: number): void;
	/** The number of pages after the last answer. 0 where nothing shows that there are any. */
	count(): number;
}

/**
 * Totals decide, where the server states any. Without them, more pages are expected after a full page only:
 * it has as many rows as the request or the answer names, or as the page before. The page after it is needed
 * in any case, and no more are asked for beyond it than full pages came: a short list costs few requests in
 * vain.
 */
export function pagesLeft(completeness: Pick<Completeness, 'pagesLeft'>): PagesLeft {
	let left = 0;
	let rowsBefore = 0;
	let fullPages = 0;
	return {
		answered(draft, answer, rows) {
			const size = sizeIn(draft.params) ?? sizeIn(bodyOf(draft)) ?? statedSize(answer);
			const isFull = rows > 0 && (rows === rowsBefore || (size !== undefined && rows >= size));
			rowsBefore = rows;
			fullPages = isFull ? fullPages + 1 : 0;
			const stated = [completeness.pagesLeft(), beforeLast(draft, answer)].filter(
				pages => pages !== undefined,
			);
			if (stated.length > 0) left = Math.max(0, Math.min(...stated));
			else left = isFull ? 1 + fullPages : 0;
		},
		count: () => left,
	};
}

/** The size of a page, among the parameters of a request. */
function sizeIn(params: object): number | undefined {
	for (const [name, value] of Object.entries(params))
		if (sizeName.test(plainName(name.split('.').at(-1) ?? name)) && isWholeNumber(value) && Number(value) > 0)
			return Number(value);
	return undefined;
}

function bodyOf({body}: RequestDraft): object {
	const json = body && 'json' in body ? body.json : undefined;
	return isObject(json) ? json : {};
}

// `count`, `rows` and the like may be the number of rows on this page, which is always the same as it.
const pageSize = /^(x)?(perpage|pagesize|pagelimit|limit|itemsperpage|resultsperpage|maxresults)$/;

function statedSize({body, headers}: PageStart): number | undefined {
	const inside = isObject(body) ? Object.values(body).filter(value => isObject(value)) : [];
	for (const owner of [headers, isObject(body) ? body : {}, ...inside])
		for (const [name, value] of Object.entries(owner))
			if (pageSize.test(plainName(name)) && isWholeNumber(value) && Number(value) > 0) return Number(value);
	return undefined;
}

/** The pages up to the one that the link `last` names. */
function beforeLast({params}: RequestDraft, {headers}: PageStart): number | undefined {
	const last = headers.link && linkTargets(headers.link).get('last');
	if (!last) return undefined;
	for (const [name, value] of new URLSearchParams(last.split('?')[1])) {
		const here = params[name];
		if (pageParameter.test(plainName(name)) && isWholeNumber(value) && here !== undefined && here !== null)
			return Number(value) - Number(here);
	}
	return undefined;
}
