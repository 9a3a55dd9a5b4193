/** The paginator of a list, by the names of its parameters and of the fields beside its rows. */
import {asObject, type PlainObject} from '../../config/tree.ts';
import {
	cursorName,
	envelopeName,
	moreName,
	nextLinkName,
	nextTokenName,
	offsetParameter,
	pageParameter,
	pageTotals,
	pathStep,
	plainName,
	rowTotals,
	sizeName,
} from '../../resource/paging/known-places.ts';
import type {Parameter} from './parameters.ts';
import type {ListResponse} from './rows.ts';
import {isObjectShape, type Shape, shapeOf} from './schema.ts';
import type {Spec} from './spec.ts';

export interface Paging {
	/** The value of `paginator`; `undefined`: the document names none. */
	readonly paginator: PlainObject | string | undefined;
	/** The parameter of the page size with its value. */
	readonly params: PlainObject;
	/** Names of all parameters about pages. */
	readonly names: ReadonlySet<string>;
	readonly remarks: readonly string[];
}

const USUAL_SIZE = 100;
const LARGEST_SIZE = 1000;
const DEEPEST = 2;
const cursorParameter =
	/^(cursor|after|pagetoken|nexttoken|continuationtoken|continuation|startingafter|startcursor|pageafter|pagecursor|nextpagetoken|nextcursor|bookmark|marker|next|token|exclusivestartkey|scrollid|aftercursor|afterid|sinceid|startafter)$/;
const afterRow = /^(startingafter|after|afterid|startafter|sinceid)$/;
const pageParameters = /^page(number|index|page)?$|^(number|pagenr)$|^searchcriteriacurrentpage$/;
const offsetParameters = /^(pageoffset|startrow|fromindex|rowstart|firstresult)$/;

export function pagingOf(spec: Spec, parameters: readonly Parameter[], list: ListResponse): Paging {
	const query = parameters.filter(each => each.in === 'query');
	const find = (...names: RegExp[]): Parameter | undefined =>
		query.find(({name}) => names.some(pattern => pattern.test(plainName(name))));
	const cursor = find(cursorParameter);
	const page = find(pageParameter, pageParameters);
	const offset = find(offsetParameter, offsetParameters);
	const size = query.find(
		({name, shape}) =>
			name !== page?.name && sizeName.test(plainName(name)) && !shape.types.includes('string'),
	);
	const names = new Set([cursor, page, offset, size].flatMap(each => (each ? [each.name] : [])));
	const fields = list.body ? [...fieldsBeside(spec, list.body, '', 0)] : [];
	const places: Places = {
		token: fields.find(({name, shape}) => isToken(name, shape))?.path,
		link: fields.find(({name, path, shape}) => isLink(name, path, shape))?.path,
		more: fields.find(({name, shape}) => moreName.test(name) && shape.types.includes('boolean'))?.path,
		rows: rowTotals.flatMap(names => fields.filter(({name}) => names.test(name)))[0]?.path,
		pages: fields.find(({name}) => pageTotals.test(name))?.path,
	};
	const remarks: string[] = [];
	const found = paginatorBy({cursor, page, offset, size}, places, list, remarks);
	const isSized = size !== undefined && found?.hasOwnSize !== true;
	return {
		paginator: found?.paginator,
		params: isSized ? {[size.name]: sizeOf(size)} : {},
		names,
		remarks,
	};
}

interface Places {
	readonly token: string | undefined;
	readonly link: string | undefined;
	readonly more: string | undefined;
	readonly rows: string | undefined;
	readonly pages: string | undefined;
}

interface Named {
	readonly cursor: Parameter | undefined;
	readonly page: Parameter | undefined;
	readonly offset: Parameter | undefined;
	readonly size: Parameter | undefined;
}

interface FoundPaginator {
	readonly paginator: PlainObject | string;
	readonly hasOwnSize?: boolean;
}

function paginatorBy(
	{cursor, page, offset, size}: Named,
	{token, link, more, rows, pages}: Places,
	{headers, selector, row}: ListResponse,
	remarks: string[],
): FoundPaginator | undefined {
	const flag = more === undefined ? {} : {has_more_path: more};
	if (cursor && token !== undefined)
		return {paginator: {type: 'cursor', cursor_path: token, cursor_param: cursor.name, ...flag}};
	if (link !== undefined) return {paginator: {type: 'json_link', next_url_path: link}};
	if (Object.keys(headers).some(name => /^link$/i.test(name))) return {paginator: 'header_link'};
	if (page) {
		const first = firstOf(page);
		if (first === undefined) remarks.push(`a guess: the first page of ${page.name} is 1`);
		return {
			paginator: {
				type: 'page_number',
				base_page: first ?? 1,
				...(page.name !== 'page' && {page_param: page.name}),
				...(pages !== undefined && {total_path: pages}),
				...flag,
			},
		};
	}
	if (offset && size) {
		return {
			hasOwnSize: true,
			paginator: {
				type: 'offset',
				limit: sizeOf(size),
				...(offset.name !== 'offset' && {offset_param: offset.name}),
				...(size.name !== 'limit' && {limit_param: size.name}),
				...(rows !== undefined && {total_path: rows}),
				...flag,
			},
		};
	}
	// Stripe and others: the id of the last row leads on.
	const key = Object.keys(row?.properties ?? {}).find(name => plainName(name) === 'id');
	if (cursor && afterRow.test(plainName(cursor.name)) && key !== undefined && selector !== undefined) {
		const last = selector === '$' ? `$[-1].${key}` : `${selector}[-1].${key}`;
		remarks.push(`a guess: ${cursor.name} takes the ${key} of the last row`);
		return {paginator: {type: 'cursor', cursor_path: last, cursor_param: cursor.name, ...flag}};
	}
	if (cursor)
		remarks.push(`the parameter ${cursor.name} leads on, but no field of the response is known for it`);
	if (offset && !size)
		remarks.push(`the parameter ${offset.name} leads on, but none is known for the page size`);
	return undefined;
}

function firstOf({shape: {schema}}: Parameter): number | undefined {
	const {default: usual, minimum} = schema;
	const first = [usual, minimum].find(value => value === 0 || value === 1);
	return typeof first === 'number' ? first : undefined;
}

function sizeOf({shape: {schema}}: Parameter): number {
	const {maximum, default: usual} = asObject(schema);
	if (typeof maximum === 'number' && maximum >= 1) return Math.min(Math.floor(maximum), LARGEST_SIZE);
	return typeof usual === 'number' && usual > USUAL_SIZE ? Math.min(usual, LARGEST_SIZE) : USUAL_SIZE;
}

interface Field {
	readonly name: string;
	readonly path: string;
	readonly shape: Shape;
}

/** Texts, numbers and flags of the body, and of the objects about its list. */
function* fieldsBeside(spec: Spec, body: Shape, path: string, depth: number): Generator<Field> {
	for (const [key, value] of Object.entries(body.properties)) {
		const shape = shapeOf(spec, value);
		const step = pathStep(key, path === '');
		const below = `${path}${step}`;
		const name = plainName(key);
		if (depth < DEEPEST && isObjectShape(shape) && (envelopeName.test(name) || name === 'data'))
			yield* fieldsBeside(spec, shape, below, depth + 1);
		else if (shape.items === undefined) yield {name, path: below, shape};
	}
}

function isText({types}: Shape): boolean {
	return types.includes('string') || types.length === 0;
}

function isToken(name: string, shape: Shape): boolean {
	if (shape.format === 'uri' || shape.format === 'url') return false;
	if (/^(next|after)$/.test(name)) return isText(shape) && shape.format === undefined;
	return (
		(isText(shape) || shape.types.includes('integer')) &&
		(nextTokenName.test(name) ||
			cursorName.test(name) ||
			/^(endcursor|aftercursor|lastid|scrollid|marker)$/.test(name)) &&
		name !== 'nextpage'
	);
}

function isLink(name: string, path: string, shape: Shape): boolean {
	if (!isText(shape)) return false;
	if (/(^|\.)(_?links?|paging|pagination|meta)\.next(\.|$)/i.test(path)) return true;
	if (name === 'href' || name === 'url') return /(^|\.)next\.(href|url)$/i.test(path);
	return (
		nextLinkName.test(name) &&
		name !== 'nextpage' &&
		(name !== 'next' || shape.format === 'uri' || /\.next$|^next$/.test(path))
	);
}
