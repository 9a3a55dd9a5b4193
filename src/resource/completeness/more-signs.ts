/** Signs in an answer that more rows follow, and the line of config that reads on there. */
import {type JsonObject, type JsonValue, stringify} from '../../core/json/json.ts';
import {isObject} from '../../core/path/path.ts';
import type {EnvelopeField} from '../paging/envelope.ts';
import {
	excerpt,
	isDay,
	isToken,
	isUrlText,
	lastName,
	linksKey,
	moreName,
	nextLinkName,
	nextTokenName,
	offsetParameter,
	pageParameter,
	pathStep,
	plainName,
	urlKeyIn,
} from '../paging/known-places.ts';
import {linkTargets} from '../paging/link-header.ts';
import {nextParams} from '../paging/next-params.ts';
import {isThing} from './own-fields.ts';

const NO_LINK_READER =
	'a page_number, offset or cursor paginator with a parameter of that link; header_link reads the ' +
	'header Link alone';

export interface MoreSign {
	/**
	 * `flag` is true or false, and `part` is a word or a number that says that these rows are not all. Both
	 * count also beside a page without rows.
	 */
	readonly kind: 'flag' | 'part' | 'link' | 'token';
	/** `"has_more" is true` */
	readonly text: string;
	/** Path in the body, or name of the header. */
	readonly path: string;
	/** A line of config with a paginator that reads it. */
	readonly config: string;
}

/** Signs of more, flags first. `from` is the URL of the answer: a link to it leads nowhere. */
export function moreSigns(
	fields: readonly EnvelopeField[],
	inHeaders: readonly EnvelopeField[],
	headers: Readonly<Record<string, string>>,
	from: URL,
): MoreSign[] {
	const found: MoreSign[] = [];
	const link = linkTargets(headers.link ?? '').get('next');
	if (link && !isSame(link, from)) {
		found.push({
			kind: 'link',
			text: 'the header Link has rel="next"',
			path: 'link',
			config: 'paginator: header_link',
		});
	}
	const last = lastPage(linkTargets(headers.link ?? '').get('last'), 'the header Link, rel="last",', from);
	if (last) found.push(last);
	const bare = linkWithoutRelation(headers.link, from);
	if (bare) found.push(bare);
	// Some APIs leave the last token there, and say beside it that nothing follows.
	const isOver = fields.some(saysOver);
	for (const field of fields) {
		const sign = flag(field) ?? linkIn(field, from) ?? token(field, from) ?? lastLink(field, from);
		if (sign && !(isOver && sign.kind === 'token')) found.push(sign);
	}
	for (const field of inHeaders) {
		const sign = headerSign(field, from);
		if (sign) found.push(sign);
	}
	const rank = ({kind}: MoreSign): number => ['link', 'token', 'part', 'flag'].indexOf(kind);
	return found.sort((one, other) => rank(one) - rank(other));
}

/**
 * Whether an answer says that nothing follows: by a flag, by an empty next link or token, or by links of
 * which none leads on.
 */
export function saysEnd(
	fields: readonly EnvelopeField[],
	headers: Readonly<Record<string, string>>,
): boolean {
	const links = linkTargets(headers.link ?? '');
	if (links.has('prev') || links.has('first') || links.has('last')) return !links.has('next');
	return fields.some(
		field =>
			saysOver(field) ||
			((nextLinkName.test(field.name) || nextTokenName.test(field.name)) &&
				!field.isOfRecord &&
				(field.value === null || field.value === '' || field.value === false)),
	);
}

function saysOver({name, value, isOfRecord}: EnvelopeField): boolean {
	if (isOfRecord) return false;
	return ((value === false || value === 0) && moreName.test(name)) || (value === true && lastName.test(name));
}

/** They may also be about a thing that has rows, such as a task or an order. */
const unclearFlag = /^(is)?(partial|incomplete|done|finished|complete)$/;

function flag({key, name, value, path, owner, isOfRecord}: EnvelopeField): MoreSign | undefined {
	if (value === null || typeof value === 'object') return undefined;
	if (unclearFlag.test(name) && isThing(owner, key)) return undefined;
	const word = String(value).trim().toLowerCase();
	// `more_items: 25`
	const isMore =
		(moreName.test(name) && (/^(true|t|yes|y|on)$/.test(word) || Number(word) > 0)) ||
		(name === 'next' && value === true);
	const isNo = word === 'false' || (name.startsWith('is') && /^(0|no?|f)$/.test(word));
	const isNotLast = isNo && lastName.test(name) && (!isOfRecord || /last/.test(name));
	if (!isMore && !isNotLast) return undefined;
	const counting = `paginator: {type: page_number, base_page: 1, has_more_path: ${quoted(path)}}`;
	const line = isMore
		? `${counting}, or offset with that has_more_path`
		: 'paginator: {type: page_number, base_page: 1}';
	return {
		kind: 'flag',
		text: `${path.startsWith('the header ') ? path : `"${path}"`} is ${word}`,
		path,
		config: line,
	};
}

function linkIn({key, name, value, path, isOfRecord}: EnvelopeField, from: URL): MoreSign | undefined {
	if (linksKey.test(key) && Array.isArray(value)) return linkInList(value, path);
	if (!nextLinkName.test(name) || isOfRecord) return undefined;
	const inner = urlKeyIn(value);
	const url = inner === undefined ? value : (value as {[key: string]: JsonValue})[inner];
	if (!isUrlText(url) || isSame(url, from)) return undefined;
	// `more` may lead to a page for people.
	if (!name.includes('next') && !isOfList(url, from)) return undefined;
	return linkSign(inner === undefined ? path : path + pathStep(inner, false), url);
}

// `[{"rel": "next", "href": "…"}]`
function linkInList(list: readonly JsonValue[], path: string): MoreSign | undefined {
	for (const item of list) {
		if (!isObject(item)) continue;
		const relation = ['rel', 'relation'].find(name => item[name] === 'next');
		const target = ['href', 'url', 'uri'].find(name => isUrlText(item[name]));
		if (relation && target)
			return linkSign(`$.${path}[?(@.${relation} == 'next')].${target}`, String(item[target]));
	}
	return undefined;
}

function linkSign(path: string, url: string): MoreSign {
	const config = `paginator: {type: json_link, next_url_path: ${quoted(path)}}`;
	return {kind: 'link', text: `"${path}" is ${excerpt(url)}`, path, config};
}

// A link of the header that says nothing of where it leads: `</r?page=3>`.
function linkWithoutRelation(header: string | undefined, from: URL): MoreSign | undefined {
	const target = /^\s*<([^>]*)>\s*$/.exec(header ?? '')?.[1];
	if (target === undefined || isSame(target, from) || !isOfList(target, from)) return undefined;
	return {
		kind: 'link',
		text: `the header Link has <${target.slice(0, 100)}> without rel`,
		path: 'the header link',
		config: NO_LINK_READER,
	};
}

function isOfList(link: string, from: URL): boolean {
	if (!URL.canParse(link, from.href)) return false;
	const {origin, pathname, search} = new URL(link, from.href);
	return origin === from.origin && (pathname === from.pathname || search !== '');
}

// `links: {last: '/r?page=3'}` of page 1.
function lastLink({name, value, path, isOfRecord}: EnvelopeField, from: URL): MoreSign | undefined {
	if (isOfRecord || !/^last(page)?(url|link)?$/.test(name)) return undefined;
	const inner = urlKeyIn(value);
	const url = inner === undefined ? value : (value as {[key: string]: JsonValue})[inner];
	return lastPage(isUrlText(url) ? url : undefined, `"${path}"`, from);
}

function lastPage(link: string | undefined, where: string, from: URL): MoreSign | undefined {
	if (link === undefined || !URL.canParse(link, from.href)) return undefined;
	for (const [key, value] of new URL(link, from.href).searchParams) {
		const name = plainName(key).replace(/^page(?=number$|offset$)/, '');
		const isPage = pageParameter.test(plainName(key)) || name === 'number';
		if (!/^\d{1,9}$/.test(value) || !(isPage || offsetParameter.test(name))) continue;
		const here = Number(from.searchParams.get(key) ?? (isPage ? 1 : 0));
		if (!(Number(value) > here)) return undefined;
		return {
			kind: 'link',
			text: `${where} leads to ${key}=${value}, and the walk ended at ${here}`,
			path: where,
			config: isPage
				? `paginator: {type: page_number, base_page: 1, page_param: ${JSON.stringify(key)}, total_path: null}`
				: `paginator: {type: offset, limit: 100, offset_param: ${JSON.stringify(key)}, total_path: null}`,
		};
	}
	return undefined;
}

function token(field: EnvelopeField, from: URL): MoreSign | undefined {
	const {name, path, owner, isOfRecord} = field;
	// The text of an element with attributes, in XML.
	// DynamoDB has an object there.
	const isKey = name === 'lastevaluatedkey' && isObject(field.value);
	const inner = isObject(field.value) ? (field.value['#text'] ?? null) : field.value;
	const value =
		isKey && Object.keys(field.value as JsonObject).length > 0
			? stringify(field.value).replaceAll(/\s/g, '')
			: inner;
	const isInNext = /(^|\.)next(page)?\.(after|cursor|token|page|offset|start|starting_?after)$/i.test(path);
	// The `offset` of Airtable is a token: a text without a limit or a total beside it. Elsewhere it is
	// a number, and repeats the request.
	const isOffset =
		name === 'offset' && typeof value === 'string' && from.searchParams.get('offset') !== value;
	const isAlone = isOffset && !Object.keys(owner).some(key => /^(limit|total|count)/i.test(key));
	const isTokenName = isInNext || isAlone || nextTokenName.test(name) || name === 'scrollid';
	if (name === 'next' && isDay(value)) return undefined;
	if (!isTokenName || isOfRecord || !isToken(value) || isNothing(value) || isUrlText(value)) return undefined;
	const config = `paginator: {type: cursor, cursor_path: ${quoted(path)}, cursor_param: ${paramOf(path, value, owner)}}`;
	return {kind: 'token', text: `"${path}" is ${excerpt(value)}`, path, config};
}

function headerSign({key, name, value, path}: EnvelopeField, from: URL): MoreSign | undefined {
	const isNamed = key !== 'link' && /^(x|xms)?(next|continuation)/.test(name) && nextTokenName.test(name);
	const said = flag({key, name, value, path, owner: {}, isOfRecord: false});
	if (/^x?nextlink$|^xnext(page)?url$/.test(name) && isUrlText(value))
		return {kind: 'link', text: `${path} is ${excerpt(value)}`, path: key, config: NO_LINK_READER};
	if (said || path.includes('(')) return said;
	if (key !== 'link' && nextLinkName.test(name) && isUrlText(value) && !isSame(value, from))
		return {...linkSign(path, value), path: key, config: `a paginator of your own that follows ${path}`};
	if (!isNamed || isNothing(value)) return undefined;
	const config =
		`paginator: {type: header_cursor, cursor_key: ${key}, cursor_param: ` +
		`${paramOf(key.replace(/^x-(ms-)?/, ''), value, {})}}`;
	return {kind: 'token', text: `${path} is ${excerpt(value)}`, path: key, config};
}

function isNothing(value: JsonValue): boolean {
	return value === '' || value === 0 || /^(0|-1|null|none|false)$/i.test(String(value).trim());
}

// The parameter is a guess: `nextPageToken` is mostly sent back as `pageToken`, `next_cursor` as `cursor`.
function paramOf(path: string, value: JsonValue, owner: JsonObject): string {
	const name = nextParams({path, value, owner})[0]?.replaceAll('-', '_') ?? 'cursor';
	return /^\w+$/.test(name) ? name : JSON.stringify(name);
}

function quoted(path: string): string {
	return /^[\w.-]+$/.test(path) ? path : JSON.stringify(path);
}

function isSame(link: string, from: URL): boolean {
	return URL.canParse(link, from.href) && new URL(link, from).href === from.href;
}

/** Whether a path that the paginator reads leads to a field. Both are written as in a config. */
export function isAt(path: string, read: string): boolean {
	const bare = (text: string): string => plainName(text.replace(/^\$\.?/, ''));
	return bare(path) === bare(read);
}
