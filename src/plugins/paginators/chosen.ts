/** The paginator for a guess of `auto`. */
import type {Guess} from '../../resource/paging/guess.ts';
import {sizedLink} from '../../resource/paging/page-size.ts';
import type {Paginator, RequestDraft} from '../../resource/paging/paginator.ts';
import {setParameter} from '../../resource/paging/request-draft.ts';
import {cursor} from './cursor.ts';
import {headerCursor} from './header-cursor.ts';
import {headerLink} from './header-link.ts';
import {jsonLink} from './json-link.ts';
import {offset} from './offset.ts';
import {pageNumber} from './page-number.ts';
import {singlePage} from './single-page.ts';

// The guess is a part of every place of a walk, and is the same object in all of them.
const paginators = new WeakMap<Guess, Paginator>();

export function chosen(guess: Guess): Paginator {
	const known = paginators.get(guess);
	if (known) return known;
	const paginator = sized(paginatorOf(guess), guess);
	paginators.set(guess, paginator);
	return paginator;
}

// The limit of an offset paginator is the page size already.
function sized(paginator: Paginator, {size, type}: Guess): Paginator {
	if (!size || type === 'offset') return paginator;
	const isLink = type === 'header_link' || type === 'json_link';
	const withSize = (draft: RequestDraft): RequestDraft =>
		isLink && draft.path !== '' && URL.canParse(draft.path)
			? {...draft, path: sizedLink(draft.path, size)}
			: setParameter(draft, {param: size.param}, size.rows);
	return {...paginator, request: (draft, place) => withSize(paginator.request(draft, place))};
}

function paginatorOf(guess: Guess): Paginator {
	switch (guess.type) {
		case 'header_link':
			return headerLink();
		case 'json_link':
			return jsonLink(guess);
		case 'offset':
			return offset(guess);
		case 'page_number':
			return pageNumber(guess);
		case 'cursor':
			return cursor(guess);
		case 'header_cursor':
			return headerCursor(guess);
		case 'single_page':
			return singlePage();
	}
}
