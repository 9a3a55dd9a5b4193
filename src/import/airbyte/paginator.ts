/** Imports a `DefaultPaginator` as a paginator of an endpoint. */
import {asObject, isPlainObject, type PlainObject} from '../../config/tree.ts';
import {cursorPaginator} from './cursor-paginator.ts';
import type {Known} from './known.ts';
import {LeftOut} from './outcome.ts';
import {intoRequest, type Paged} from './paged.ts';
import type {Token} from './placeholders.ts';
import {putOption, tokenPlaceOf, type Where} from './request-option.ts';
import {takeToken} from './requester.ts';

export function paginatorOf(paginator: PlainObject, paged: Paged): PlainObject {
	const {request, texts} = paged;
	const taken = takeToken(request) ?? (texts.readsToken ? ({isInRequest: true} as const) : undefined);
	if (paginator.type === undefined || paginator.type === 'NoPagination') {
		if (taken) throw new LeftOut('page token: without a paginator');
		return {type: 'single_page'};
	}
	if (paginator.type !== 'DefaultPaginator')
		throw new LeftOut(`Python: paginator`, String(paginator.class_name));
	const known = paged.known.in(paginator);
	const strategy = asObject(paginator.pagination_strategy);
	const size = sizeOf(strategy, known);
	const option = tokenPlaceOf(paginator.page_token_option, known);
	const where = option ?? taken;
	if (option && taken && !taken.isInRequest && !option.isLink)
		throw new LeftOut('page token: in several places');
	switch (strategy.type) {
		case 'PageIncrement':
			putSize(paginator, size, paged);
			return pageNumber(strategy, where, size, paged);
		case 'OffsetIncrement':
			return offset({strategy, paginator, where, size}, paged);
		case 'CursorPagination':
			putSize(paginator, size, paged);
			return cursorPaginator(strategy, where, paged);
		default:
			throw new LeftOut('Python: paginator', String(strategy.class_name ?? strategy.type));
	}
}

function sizeOf({page_size: given}: PlainObject, known: Known): number | undefined {
	if (given === undefined || given === null) return undefined;
	const size = Number(known.constant(given, 'page size'));
	if (Number.isInteger(size) && size > 0) return size;
	throw new LeftOut('page size: no number', String(given));
}

/** Puts a fixed page size into the request. */
function putSize(
	{page_size_option: option}: PlainObject,
	size: number | undefined,
	{request, known}: Paged,
): void {
	if (!isPlainObject(option) || size === undefined) return;
	putOption(request, option, size, known.in(option));
}

const targets = (
	where: Where | undefined,
	what: string,
	names: {param: string; body: string},
): PlainObject => {
	if (where?.param !== undefined) return {[names.param]: where.param};
	if (where?.bodyPath !== undefined) return {[names.body]: where.bodyPath};
	if (where?.isInRequest) return {};
	throw new LeftOut(`${what}: goes nowhere that a paginator knows`, JSON.stringify(where));
};

function pageNumber(
	strategy: PlainObject,
	where: Where | undefined,
	size: number | undefined,
	paged: Paged,
): PlainObject {
	const first = Number(paged.known.constant(strategy.start_from_page ?? 0, 'first page'));
	if (where === undefined) return {type: 'single_page'};
	const target = targets(where, 'page number', {param: 'page_param', body: 'page_body_path'});
	intoRequest(paged, 'page');
	if (strategy.inject_on_first_request !== true)
		paged.differences.add('requests', `the first request names its page, ${first}, too`);
	if (size !== undefined)
		paged.differences.add('requests', `a page with fewer than ${size} rows is followed by one more request`);
	return {type: 'page_number', base_page: first, ...target, total_path: null};
}

function offset(
	{
		strategy,
		paginator,
		where,
		size,
	}: {strategy: PlainObject; paginator: PlainObject; where: Where | undefined; size: number | undefined},
	paged: Paged,
): PlainObject {
	const {request, differences} = paged;
	if (where === undefined) return {type: 'single_page'};
	const target = targets(where, 'offset', {param: 'offset_param', body: 'offset_body_path'});
	intoRequest(paged, 'offset');
	if (strategy.inject_on_first_request !== true)
		differences.add('requests', 'the first request names its offset, 0, too');
	if (size !== undefined)
		differences.add('requests', `a page with fewer than ${size} rows is followed by one more request`);
	const option = asObject(paginator.page_size_option);
	const [sent] = [...request.params].filter(([, value]) => String(value) === String(size));
	const known = paged.known.in(option);
	if (option.inject_into === 'request_parameter' && size !== undefined)
		return finished({limit_param: known.text(option.field_name, 'name of a parameter')});
	if (option.inject_into === 'body_json' && option.field_name !== undefined && size !== undefined)
		return finished({limit_body_path: known.text(option.field_name, 'name of a parameter')});
	if (option.inject_into !== undefined && size !== undefined) putOption(request, option, size, known);
	else if (sent) {
		request.params.delete(sent[0]);
		return finished({limit_param: sent[0]});
	}
	// No limit is sent here that the paginator could change.
	return {type: 'offset', limit: null, ...target, total_path: null};

	function finished(limit: PlainObject): PlainObject {
		return {type: 'offset', limit: size, ...target, ...limit, total_path: null};
	}
}

/** The place of a page that templates of the request may read. */
export function tokenOf(paginator: PlainObject, above: Known): Token | undefined {
	if (paginator.type !== 'DefaultPaginator') return undefined;
	const strategy = asObject(paginator.pagination_strategy);
	const isFirstKnown = strategy.inject_on_first_request === true;
	if (strategy.type === 'OffsetIncrement') return {name: 'offset', first: 0, isFirstKnown};
	if (strategy.type === 'CursorPagination') return {name: 'cursor', isFirstKnown: false};
	if (strategy.type !== 'PageIncrement') return undefined;
	const first = Number(above.in(paginator).constant(strategy.start_from_page ?? 0, 'first page'));
	return {name: 'page', first, isFirstKnown};
}
