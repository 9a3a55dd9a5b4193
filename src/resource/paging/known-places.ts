/**
 * The names under which APIs say how much there is, and whether more follows: one table for all code that
 * searches an answer.
 */
import {type JsonObject, type JsonValue, stringify} from '../../core/json/json.ts';
import {isObject} from '../../core/path/path.ts';
import {memoize} from '../../core/remembered.ts';

/**
 * A key without the ways in which APIs spell it: `@odata.nextLink`, `next_link` and `nextLink` are two names,
 * not three.
 */
export function plainName(key: string): string {
	return key
		.toLowerCase()
		.replace(/^hydra:/, '')
		.replace(/[^a-z\d]/g, '');
}

/** Objects beside the rows that are about the list. */
export const envelopeName =
	/^((list|search|response|result)?meta(data)?|(list|search|response|result)?info|pag(e|ing|ination|inator|er)(info|ation)?|_?links?|cursors?|next(page)?|additionaldata|navigation|hits|odata|pagecontext|listing|response|resumptiontoken|(item|row|result|page)?range|showing|view|(response)?header)$/;

/** Whether a key is for data about the list, and never for rows. */
export function isAboutTheList(key: string): boolean {
	const name = plainName(key);
	// Solr and Tumblr have the rows in `response`, beside their total.
	if (name === 'response' || name === 'listing') return false;
	return (
		envelopeName.test(name) ||
		/^(errors?|warnings?|messages?|included|facets|filters?|sorts?|shards)$/.test(name)
	);
}

/** Totals of rows, best first: matching rows, rows, and a word that may count rows, pages or money. */
export const rowTotals: readonly RegExp[] = [
	/^(records?filtered|filter(ed)?(total|count)|total(records?)?filtered)$/,
	/^(xpagination)?(x|xwp)?total(numberof|num)?(count|results?|elements|items?|records?|rows?|hits|size|entries|objects|docs|documents|matches|found|number)(count)?$/,
	/^((x|xwp)?total|odatacount|numfound|found|nb?hits|num(ber)?matched|i?recordstotal|itotal(display)?records|(results?|rows|items)total)$/,
	/^(totalresultsavailable|opensearchtotalresults|numtotal|hitcount|(xpagination|xpaging|x|pagination)(result|row|item)?s?(count|total)|xlistsize|completelistsize)$/,
];

const money = /^(currency|currencycode|price|amount|tax|vat|subtotal|unitprice|balance|due|paid)$/;
const isMoney = memoize((key: string): boolean => money.test(plainName(key)));
const besideTotals = /^(pages?|perpage|pagesize|limit|offset|count|next\w*|hasmore)$/;

/** Whether an object is about money: then its total is a price. */
export function isOfMoney(owner: JsonObject): boolean {
	const keys = Object.keys(owner);
	return keys.some(isMoney) && !keys.some(key => besideTotals.test(plainName(key)));
}

/**
 * Whether an object says that its total is no exact number. Algolia says whether the count is exact, and
 * Elasticsearch that there may be more.
 */
export function isEstimated(owner: JsonObject): boolean {
	if (owner.exhaustiveNbHits === false || owner.relation === 'gte') return true;
	return Object.keys(owner).some(
		key => owner[key] === true && /estimat|approximat|capped|lower_?bound|at_?least/i.test(key),
	);
}

/** Often this counts the rows of the page alone. */
export const countName = /^(item|result|row|record|num)?s?(count|results|items|records)$/;

export const pageTotals =
	/^(xpagination|x|xwp)?(total(number(of)?)?pages?(count)?|pages?count|last_?page|n(um|b)?(of)?pages|pagestotal|pages)$/;

/** `true` under it says that more follows. */
export const moreName =
	/^((is|has)(more|next)(pages?|items?|results?|data|records?|rows?|entries|available)?|more(pages?|items?|results?|data|records?|rows|available|itemsincollection)?|(is)?truncated|(is)?(partial|incomplete)(results?)?|(result)?limit(reached|exceeded)|exceededtransferlimit|maxrowsreached|terminatedearly|overflow|loadmore|moredataavailable|aremoreresultsavailable|hasadditional(items|results?)|hasmorepage|nextpageavailable)$/;

/** The number of rows or pages that follow. `remaining` may count requests instead. */
export const leftName =
	/^((num(ber)?(of)?)?(remaining|more)(items?|results?|rows?|records?|entries|hits|documents|objects|pages?|count)+|(items?|results?|rows?|records?|entries|hits|documents|objects|pages?)(count)?(left|remaining)|remaining|left)$/;

/** Beside numbers of rows it is their total: `{from: 1, to: 20, of: 45}`. */
export const ofName = /^(of|outof)$/;

/** `false` under it says that more follows. */
export const lastName =
	/^((is)?last(page)?|(is)?end(ofstream|oflist|ofdata|reached)?|eof|jobcomplete|(is)?(done|finished|complete)|nomore(pages?|results?|data)?)$/;

/** A URL, or an object with one, under it leads on. */
export const nextLinkName =
	/^(odata)?next(page|records|results?|link|set)?(url|uri|link|href|path)?$|^(loadmore|moreresults|moredata|more)(url|uri|link|href|path)?$/;

/** A word or number under it leads on. */
export const nextTokenName =
	/^(x|xms)?(next(page|continuation)?(token|cursor|key|id|page|offset|start|startat|index|after|marker|number|position)?|continuation(token)?|resumptiontoken|lastevaluatedkey|(cursor|token|marker|offset|page(token)?)next)$/;

/** An opaque word under it leads on, where it stands beside the rows. */
export const cursorName =
	/^(cursor|bookmark|pagination(token|key)|pagetoken|aftercursor|pagingtoken|nextpaginationtoken)$/;

/** An opaque word under it may lead on, or be of the page itself. */
export const unsureName =
	/^(cursor|marker|scrollid|(end|last|after)(cursor|key|id|token)|(starting)?after|nextbatch|nextstartkey|next(start|end|from|scroll|search|batch)(key|id|token|cursor)?)$/;

/** Parameters that say how many rows a page may have. */
export const sizeName =
	/^(page)?(limit|size|length|count|first|top|take|perpage|pagesize|maxresults?|maxitems|maxrecords|maxkeys|resultsperpage|itemsperpage|hitsperpage|numresults|rows|n|num)(perpage)?$/;

/** Parameters that say how many rows are before the first one. */
export const offsetParameter = /^(offset|skip|start|startat|from|begin)$/;
/** Parameters that say which page is asked for. */
export const pageParameter = /^(page|pagenumber|pagenum|pageno|pageindex|currentpage|currentpagenumber|p)$/;

/** The number of the first row where rows are counted from 1, as in SCIM. */
export const startIndexName = /^startindex$/;

/** `[{"rel": "next", "href": "…"}]` may stand under it. */
export const linksKey = /^_?links?$/i;

/** The number of the last row of a page, or of the last page. */
export const rangeEnd = /^(to|end|last|upto|upper|(last|end)(row|item|record|index)|max(imum)?page)$/;

/** A word under it may say `partial`. */
export const stateName = /^(status|state|completeness)$/;

/** Names that matter to the signs of more alone. */
const signNames = /^(scrollid|xnextlink|xnext(page)?url)$/;

/** Inside an object with the name `next`, a word under it leads on. */
const nextPart = /^(offset|after|cursor|token|page|start|startingafter)$/;

/** The meaning of a key by these tables. */
export interface Named {
	readonly name: string;
	/** A total, a flag, a link or a token may stand under it. */
	readonly isTelling: boolean;
	readonly isEnvelope: boolean;
}

export const nameTraits: (key: string) => Named = memoize(key => {
	const name = plainName(key);
	const tables = [
		...rowTotals,
		countName,
		pageTotals,
		moreName,
		lastName,
		leftName,
		ofName,
		rangeEnd,
		stateName,
		nextLinkName,
		nextTokenName,
		nextPart,
		signNames,
	];
	return {
		name,
		isTelling: tables.some(names => names.test(name)) || linksKey.test(key),
		isEnvelope: envelopeName.test(name),
	};
});

export function isUrlText(value: JsonValue | undefined): value is string {
	return typeof value === 'string' && /^(https?:\/\/|\/|\?\w|[\w.~%/-]+\?\S+=)/.test(value);
}

export function isToken(value: JsonValue): boolean {
	return typeof value === 'number' || (typeof value === 'string' && value !== '' && !/\s/.test(value));
}

/** `next: "2024-02-01"` is the day of something. */
export function isDay(value: JsonValue): boolean {
	return typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value);
}

export function isWholeNumber(value: JsonValue | undefined): boolean {
	return (
		(typeof value === 'number' && Number.isInteger(value) && value >= 0) ||
		(typeof value === 'string' && /^\d+$/.test(value))
	);
}

const isPlain = memoize((key: string): boolean => /^[\w-]+$/.test(key));

/** One step of a path, as it is written in a config. */
export function pathStep(key: string, isFirst: boolean): string {
	return isPlain(key) ? (isFirst ? key : `.${key}`) : `['${key.replace(/['\\]/g, '\\$&')}']`;
}

/** The key inside a `next` that is an object: `{"href": "…"}`. */
export function urlKeyIn(value: JsonValue): string | undefined {
	return isObject(value)
		? Object.keys(value).find(name => /^(href|ur[li]|link|path)/i.test(name) && isUrlText(value[name]))
		: undefined;
}

/** A value as part of a message. */
export function excerpt(value: JsonValue): string {
	const text = stringify(value);
	return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
