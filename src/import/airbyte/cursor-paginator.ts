/** Imports a `CursorPagination` as a paginator that takes the next page from the response. */
import {type PlainObject, valueAt, withoutUndefined} from '../../config/tree.ts';
import {Template} from '../../template/template.ts';
import {cursorSource, cutFrom, type JsonAround} from './cursor-value.ts';
import {expressionOf} from './expressions.ts';
import {isSettled, type Known} from './known.ts';
import {linkValue} from './link-value.ts';
import {type Chain, onlyNode} from './nodes.ts';
import {LeftOut} from './outcome.ts';
import {intoRequest, type Paged} from './paged.ts';
import type {Where} from './request-option.ts';
import {putInJson} from './requester.ts';
import {isAnyMissing, type Stop, stopOf} from './stop-condition.ts';

const ofPage = ['response', 'headers', 'last_page_size', 'last_record'];

export function cursorPaginator(strategy: PlainObject, where: Where | undefined, paged: Paged): PlainObject {
	const {known: above, selector, differences} = paged;
	const known = above.in(strategy);
	const value = known.value(strategy.cursor_value, 'cursor value');
	if (!(value instanceof Template)) {
		if (value === null || value === '') return {type: 'single_page'};
		throw new LeftOut('cursor value: a constant', String(value));
	}
	const node = onlyNode(value);
	const source = node && cursorSource(node, selector);
	if (!node || !source || source.kind === 'count') return computedCursor(value, strategy, where, paged);
	const chain = source.kind === 'body' ? source.chain : headerChain(source);
	const stop = stopFor(strategy.stop_condition, known, {chain, paged});
	const more = withoutUndefined({has_more_path: stop.hasMorePath});
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
			...keptParams(paged),
		};
	if (where.isLink || (source.kind === 'body' && cutFrom(node) !== undefined)) {
		if (source.kind !== 'body') throw new LeftOut('cursor value: a link in a header', value.source);
		if (!where.isLink) differences.add('requests', `the link at ${source.path} is followed as it is`);
		return {type: 'json_link', next_url_path: source.path, ...more, ...keptParams(paged)};
	}
	const target = source.kind === 'body' && source.within ? withinBody(source.within, where, paged) : where;
	intoRequest(paged, 'cursor');
	if (source.kind === 'header') {
		if (where.bodyPath !== undefined) throw new LeftOut('page token: of a header, in a body');
		if (stop.hasMorePath !== undefined)
			throw new LeftOut('stop condition: an expression', String(strategy.stop_condition));
		return withoutUndefined({
			type: 'header_cursor',
			cursor_key: source.name,
			cursor_param: where.param,
			cursor_header: where.header,
		});
	}
	return withoutUndefined({
		type: 'cursor',
		cursor_path: source.path,
		cursor_param: target.param,
		cursor_body_path: target.bodyPath,
		cursor_header: target.header,
		...more,
		...((stop.atEmptyPage || chain?.root === 'last_record') && {stop_after_empty_page: true}),
	});
}

/** A cursor that an expression computes from the page. */
function computedCursor(
	value: Template,
	strategy: PlainObject,
	where: Where | undefined,
	paged: Paged,
): PlainObject {
	if (where === undefined) throw new LeftOut('page token: goes nowhere');
	const stop = paged.known.in(strategy).template(String(strategy.stop_condition ?? ''), 'stop condition');
	if (!isSettled(stop) || stop.literal({})) paged.stopWhen = stopExpression(stop, paged);
	const computed = where.isLink ? linkValue(value, paged.request.base) : value;
	const cursorValue = expressionOf(computed, {what: 'cursor value', texts: paged.texts, names: ofPage});
	intoRequest(paged, 'cursor');
	return withoutUndefined({
		type: 'cursor',
		cursor_value: cursorValue,
		cursor_param: where.param,
		cursor_body_path: where.bodyPath,
		cursor_header: where.header,
		...(where.isLink && {...keptParams(paged), keep_params: true}),
	});
}

/** Airbyte sends the parameters of the endpoint beside those of a link. */
function keptParams({request, differences}: Paged): {keep_params?: true} {
	if (request.params.size === 0) return {};
	differences.add('requests', 'of a parameter that a link has too, only the value in the link is sent');
	return {keep_params: true};
}

/** The place of the cursor inside an object. The rest of the object goes into each request. */
function withinBody({keys, rest}: JsonAround, where: Where, {request, differences}: Paged): Where {
	if (where.bodyPath === undefined) throw new LeftOut('page token: an object outside of a body');
	const above = where.bodyPath.split('.');
	for (const [below, value] of rest) {
		const path = [...above, ...below];
		if (valueAt(request.json, path) === value) continue;
		putInJson(request, path, value);
		differences.add('requests', `the first request sends ${path.join('.')} too`);
	}
	return {bodyPath: [...above, ...keys].join('.')};
}

function headerChain(source: {kind: string; relation?: string; name?: string}) {
	if (source.kind === 'link') return {root: 'headers', keys: ['link', source.relation ?? 'next', 'url']};
	return source.kind === 'header' ? {root: 'headers', keys: [source.name ?? '']} : undefined;
}

function stopFor(
	given: unknown,
	known: Known,
	{chain, paged}: {chain: Chain | undefined; paged: Paged},
): Stop {
	if (given === undefined || given === null) return {};
	const template = known.template(String(given), 'stop condition');
	if (isSettled(template) && !template.literal({})) return {};
	const node = onlyNode(template);
	const stop = node && stopOf(node, chain, paged.selectorKeys);
	if (stop) return stop;
	// After the last record comes a page without records.
	if (node && chain?.root === 'last_record' && isAnyMissing(node)) {
		paged.differences.add('requests', 'one more request, for a page without rows, ends the pages');
		return {};
	}
	paged.stopWhen = stopExpression(template, paged);
	return {};
}

function stopExpression(template: Template, {texts}: Paged): string {
	return expressionOf(template, {what: 'stop condition', texts, names: ofPage});
}
