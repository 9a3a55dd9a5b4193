/** Values of a place that stand inside a request: `{offset},{limit}` in a parameter, or in an expression. */
import type {JsonValue} from '../../core/json/json.ts';
import type {Cursor} from '../../core/page.ts';
import type {Paginator, RequestDraft} from './paginator.ts';

/** Values of a place by their names: `{page: 3}`. A first page has no cursor. */
export type PageValues = {readonly [name: string]: JsonValue | undefined};

/** Puts the values of a place into the request of its page. */
export type FillPage = (draft: RequestDraft, values: PageValues) => RequestDraft;

/** The same paginator, whose requests are filled in before it adds what it sends itself. */
export function withPageValues(paginator: Paginator, fill: FillPage | undefined): Paginator {
	const {values} = paginator;
	if (!fill || !values) return paginator;
	return {
		...paginator,
		request: (draft: RequestDraft, place: Cursor) => paginator.request(fill(draft, values(place)), place),
	};
}
