/** A `DefaultPaginator` as a paginator of an endpoint. */
import {asObject, defined, isPlainObject, type PlainObject} from '../../config/tree.ts';
import {Template} from '../../template/template.ts';
import {cursorSource, cutFrom} from './cursor-value.ts';
import {isSettled, type Known} from './known.ts';
import {type chainOf, onlyNode} from './nodes.ts';
import {type Differences, LeftOut} from './outcome.ts';
import {type Placeholders, TOKEN} from './placeholders.ts';
import {putInJson, type Request, type TokenPlace, takeToken} from './requester.ts';
import {type Stop, stopOf} from './stop-condition.ts';

export interface Paged {
	readonly known: Known;
	readonly request: Request;
	readonly texts: Placeholders;
	/** Path to the records, and its keys. */
	readonly selector: string;
	readonly selectorKeys: readonly unknown[];
	readonly differences: Differences;
}

type Where = TokenPlace & {readonly isLink?: true};

export function paginatorOf(paginator: PlainObject, paged: Paged): PlainObject {
	const {request} = paged;
	const taken = takeToken(request);
	if (paginator.type === undefined || paginator.type === 'NoPagination') {
		if (taken) throw new LeftOut('page token: without a paginator');
		return {type: 'single_page'};
	}
	if (paginator.type !== 'DefaultPaginator')
		throw new LeftOut(`Python: paginator`, String(paginator.class_name));
	const known = paged.known.in(paginator);
	const strategy = asObject(paginator.pagination_strategy);
	const size = sizeOf(strategy, known);
	const option = optionOf(paginator.page_token_option, known);
	const where = option ?? taken;
	if (option && taken && !option.isLink) throw new LeftOut('page token: in several places');
	switch (strategy.type) {
		case 'PageIncrement':
			putSize(paginator, size, paged);
			return pageNumber(strategy, where, size, paged);
		case 'OffsetIncrement':
			return offset({strategy, paginator, where, size}, paged);
		case 'CursorPagination':
			putSize(paginator, size, paged);
			return cursor(strategy, where, paged);
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

function optionOf(option: unknown, known: Known): Where | undefined {
	if (!isPlainObject(option)) return undefined;
	const {type, inject_into: into, field_name: name, field_path: path} = option;
	if (type === 'RequestPath' || into === 'path') return {isLink: true};
	const inside = known.in(option);
	const key = inside.text(name ?? '', 'name of a parameter');
	const keys = Array.isArray(path) ? path.map(part => inside.text(part, 'name of a parameter')) : [key];
	if (into === 'request_parameter') return {param: keys[0] ?? ''};
	if (into === 'header') return {header: keys[0] ?? ''};
	if (into === 'body_json') return {bodyPath: keys.join('.')};
	throw new LeftOut(`page token: in ${String(into)}`);
}

/** Puts a fixed size of pages into the request. */
function putSize(
	{page_size_option: option}: PlainObject,
	size: number | undefined,
	{request, known}: Paged,
): void {
	if (!isPlainObject(option) || size === undefined) return;
	putOption(request, option, size, known.in(option));
}

/** Puts a value where a `RequestOption` says. */
export function putOption(request: Request, option: PlainObject, value: string | number, known: Known): void {
	const {inject_into: into, field_name: name, field_path: path} = option;
	const keys = (Array.isArray(path) ? path : [name]).map(part => known.text(part, 'name of a parameter'));
	const [key = ''] = keys;
	if (into === 'request_parameter') request.params.set(key, value);
	else if (into === 'header') request.headers.set(key, String(value));
	else if (into === 'body_json') putInJson(request, keys, value);
	else if (into === 'body_data' && typeof request.data !== 'string')
		request.data = {...request.data, [key]: value};
	else throw new LeftOut(`a value: in ${String(into)}`, key);
}

const targets = (
	where: Where | undefined,
	what: string,
	names: {param: string; body: string},
): PlainObject => {
	if (where?.param !== undefined) return {[names.param]: where.param};
	if (where?.bodyPath !== undefined) return {[names.body]: where.bodyPath};
	if (where?.isInPath) return {};
	throw new LeftOut(`${what}: goes nowhere that a paginator knows`, JSON.stringify(where));
};

function intoPath({request}: Paged, name: string): void {
	request.url = request.url.replaceAll(TOKEN, `{${name}}`);
}

function pageNumber(
	strategy: PlainObject,
	where: Where | undefined,
	size: number | undefined,
	paged: Paged,
): PlainObject {
	const first = Number(paged.known.constant(strategy.start_from_page ?? 0, 'first page'));
	checkFirst(paged, first);
	if (where === undefined) return {type: 'single_page'};
	const target = targets(where, 'page number', {param: 'page_param', body: 'page_body_path'});
	intoPath(paged, 'page');
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
	checkFirst(paged, 0);
	if (where === undefined) return {type: 'single_page'};
	if (size === undefined) throw new LeftOut('offset: without a page size');
	const target = targets(where, 'offset', {param: 'offset_param', body: 'offset_body_path'});
	intoPath(paged, 'offset');
	if (strategy.inject_on_first_request !== true)
		differences.add('requests', 'the first request names its offset, 0, too');
	differences.add('requests', `a page with fewer than ${size} rows is followed by one more request`);
	const option = asObject(paginator.page_size_option);
	const [sent] = [...request.params].filter(([, value]) => String(value) === String(size));
	const known = paged.known.in(option);
	if (option.inject_into === 'request_parameter')
		return finished({limit_param: known.text(option.field_name, 'name of a parameter')});
	if (option.inject_into === 'body_json' && option.field_name !== undefined)
		return finished({limit_body_path: known.text(option.field_name, 'name of a parameter')});
	if (option.inject_into !== undefined) throw new LeftOut(`page size: in ${String(option.inject_into)}`);
	if (sent) {
		request.params.delete(sent[0]);
		return finished({limit_param: sent[0]});
	}
	differences.add('requests', `limit=${size} is sent too`);
	return finished({});

	function finished(limit: PlainObject): PlainObject {
		return {type: 'offset', limit: size, ...target, ...limit, total_path: null};
	}
}

function checkFirst({texts}: Paged, first: number): void {
	for (const value of texts.firstTokens)
		if (Number(value) !== first)
			throw new LeftOut('page token: the first request sends another value', String(value));
}

function cursor(strategy: PlainObject, where: Where | undefined, paged: Paged): PlainObject {
	const {known: above, selector, selectorKeys, differences, texts} = paged;
	const known = above.in(strategy);
	const value = known.value(strategy.cursor_value, 'cursor value');
	if (!(value instanceof Template)) {
		if (value === null || value === '') return {type: 'single_page'};
		throw new LeftOut('cursor value: a constant', String(value));
	}
	for (const first of texts.firstTokens)
		throw new LeftOut('page token: the first request sends another value', String(first));
	const node = onlyNode(value);
	const source = node && cursorSource(node, selector);
	if (!node || !source) throw new LeftOut('cursor value: an expression', value.source);
	const chain = source.kind === 'body' ? source.chain : headerChain(source);
	const stop = stopFor(strategy.stop_condition, known, {chain, records: selectorKeys});
	const more = defined({has_more_path: stop.hasMorePath});
	if (stop.hasMorePath !== undefined)
		differences.add('failure', `an answer without ${stop.hasMorePath} is a failure, and not the end`);
	if (stop.atShortPage !== undefined)
		differences.add(
			'requests',
			`a page with fewer than ${stop.atShortPage} rows is followed by one more request`,
		);
	if (where === undefined) throw new LeftOut('page token: goes nowhere');
	if (source.kind === 'link')
		return {
			type: 'header_link',
			...(source.relation !== 'next' && {links_next_key: source.relation}),
			...more,
		};
	if (source.kind === 'count') throw new LeftOut('cursor value: counts on', value.source);
	if (where.isLink || (source.kind === 'body' && cutFrom(node) !== undefined)) {
		if (source.kind !== 'body') throw new LeftOut('cursor value: a link in a header', value.source);
		if (!where.isLink) differences.add('requests', `the link at ${source.path} is followed as it is`);
		return {type: 'json_link', next_url_path: source.path, ...more};
	}
	intoPath(paged, 'cursor');
	if (source.kind === 'header') {
		if (where.bodyPath !== undefined) throw new LeftOut('page token: of a header, in a body');
		if (stop.hasMorePath !== undefined)
			throw new LeftOut('stop condition: an expression', String(strategy.stop_condition));
		return defined({
			type: 'header_cursor',
			cursor_key: source.name,
			cursor_param: where.param,
			cursor_header: where.header,
		});
	}
	return defined({
		type: 'cursor',
		cursor_path: source.path,
		cursor_param: where.param,
		cursor_body_path: where.bodyPath,
		cursor_header: where.header,
		...more,
		...((stop.atEmptyPage || chain?.root === 'last_record') && {stop_after_empty_page: true}),
	});
}

function headerChain(source: {kind: string; relation?: string; name?: string}) {
	if (source.kind === 'link') return {root: 'headers', keys: ['link', source.relation ?? 'next', 'url']};
	return source.kind === 'header' ? {root: 'headers', keys: [source.name ?? '']} : undefined;
}

function stopFor(
	given: unknown,
	known: Known,
	{chain, records}: {chain: ReturnType<typeof chainOf>; records: readonly unknown[]},
): Stop {
	if (given === undefined || given === null) return {};
	const template = known.template(String(given), 'stop condition');
	const constant = isSettled(template) ? template.literal({}) : undefined;
	if (isSettled(template) && !constant) return {};
	const node = onlyNode(template);
	const stop = node && stopOf(node, chain, records);
	if (!stop) throw new LeftOut('stop condition: an expression', template.source);
	return stop;
}
