/** How many rows or pages there are, wherever an answer states it. */
import {type JsonObject, type JsonValue, parse} from '../../core/json/json.ts';
import {isObject} from '../../core/path/path.ts';
import {memoize} from '../../core/remembered.ts';
import {countText} from './count-text.ts';
import {type EnvelopeField, envelopeFields} from './envelope.ts';
import {
	countName,
	isEstimated,
	isOfMoney,
	isWholeNumber,
	lastName,
	leftName,
	moreName,
	nameTraits,
	nextLinkName,
	pageTotals,
	plainName,
	rowTotals,
	sizeName,
} from './known-places.ts';

export interface Stated {
	readonly count: number;
	/** Its place, for messages: `"meta.total"`, `the header x-total-count`. */
	readonly where: string;
	/** The word may also count the rows of the page. */
	readonly isLoose?: boolean;
	/** For a total of pages: the API gives this page the number that it has in the walk. */
	readonly isCounted?: boolean;
}

export interface StatedAnswer {
	readonly rows?: Stated | undefined;
	readonly pages?: Stated | undefined;
}

export interface StatingAnswer {
	readonly headers: Readonly<Record<string, string>>;
	readonly url: URL;
	/** Rows of this answer. */
	readonly rows: number;
	/** Path of a root key that counts something else, by the author. */
	readonly not?: string | undefined;
}

export function statedSigns(fields: readonly EnvelopeField[], answer: StatingAnswer): StatedAnswer {
	const inHeaders = headerFields(answer.headers);
	return {rows: rowsStated(fields, inHeaders, answer), pages: pagesStated(fields, inHeaders, answer)};
}

/** The total of rows in an answer whose header fields are known. */
export function rowsStated(
	fields: readonly EnvelopeField[],
	inHeaders: readonly EnvelopeField[],
	answer: StatingAnswer,
): Stated | undefined {
	const inBody = without(fields, answer);
	return totalIn(inBody) ?? totalIn(inHeaders) ?? contentRange(answer.headers) ?? countIn(inBody, answer);
}

export function pagesStated(
	fields: readonly EnvelopeField[],
	inHeaders: readonly EnvelopeField[],
	answer: Pick<StatingAnswer, 'not'>,
): Stated | undefined {
	return pagesIn(without(fields, answer)) ?? pagesIn(inHeaders);
}

function without(
	fields: readonly EnvelopeField[],
	{not}: Pick<StatingAnswer, 'not'>,
): readonly EnvelopeField[] {
	return not === undefined ? fields : fields.filter(({path}) => path !== not);
}

function totalIn(fields: readonly EnvelopeField[]): Stated | undefined {
	let best: Stated | undefined;
	let bestRank = rowTotals.length;
	for (const field of fields) {
		const rank = rankOf(field.name);
		const found = rank < bestRank ? totalAt(field) : undefined;
		if (found) [best, bestRank] = [found, rank];
	}
	return best;
}

/** The number of the first table that has the name; the best names are in the first one. */
const rankOf = memoize((name: string): number => {
	const rank = rowTotals.findIndex(names => names.test(name));
	return rank < 0 ? rowTotals.length : rank;
});

function totalAt({name, value, path, owner, isOfRecord}: EnvelopeField): Stated | undefined {
	// The total of an order is its price.
	const isLoose = name === 'total';
	if ((isLoose && (isOfRecord || isOfMoney(owner))) || isEstimate(name, owner)) return undefined;
	const count = countOf(value);
	return count === undefined ? undefined : {count, where: path, ...(isLoose && {isLoose})};
}

// YouTube states up to 1,000,000 for any search.
function isEstimate(name: string, owner: JsonObject): boolean {
	return (name === 'totalresults' && 'resultsPerPage' in owner) || isEstimated(owner);
}

// Elasticsearch has {value, relation}; `gte` says that there are at least as many.
function countOf(value: JsonValue): number | undefined {
	const inner = isObject(value) ? (value.value ?? value.count ?? null) : value;
	return isWholeNumber(inner) && Number.isSafeInteger(Number(inner)) ? Number(inner) : undefined;
}

// `count` is a total only where it is more than the rows of the page, and does not repeat the size that was
// asked for.
function countIn(fields: readonly EnvelopeField[], {rows, url}: StatingAnswer): Stated | undefined {
	for (const {name, value, path, owner, isOfRecord} of fields) {
		const count = countName.test(name) && !isOfRecord ? countOf(value) : undefined;
		if (count === undefined || count <= rows) continue;
		const sizes = [...url.searchParams, ...Object.entries(owner)].filter(
			([key, size]) => plainName(key) !== name && sizeName.test(plainName(key)) && Number(size) === count,
		);
		const isEcho = sizes.length > 0 || [...url.searchParams.values()].includes(String(count));
		if (!isEcho) return {count, where: path, isLoose: true};
	}
	return undefined;
}

function pagesIn(fields: readonly EnvelopeField[]): Stated | undefined {
	for (const {name, value, path, owner, isOfRecord} of fields) {
		if (!pageTotals.test(name) || !isWholeNumber(value)) continue;
		const isAlone =
			name === 'pages' &&
			!Object.keys(owner).some(key => /^(page|current|next|perpage|total|limit|count)/i.test(key));
		if (!isOfRecord && !isAlone) return {count: Number(value), where: path};
	}
	return undefined;
}

// `items 0-9/100`, and `0-9/100` of PostgREST; a range of bytes is none.
function contentRange(headers: Readonly<Record<string, string>>): Stated | undefined {
	const name = headers['content-range'] === undefined ? 'range' : 'content-range';
	const text = headers[name];
	if (text === undefined) return undefined;
	const [, unit, count] = /^\s*(\w+)?\s*(?:\d+-\d+|\*)\/(\d+)\s*$/.exec(text) ?? [];
	return count === undefined || unit === 'bytes'
		? undefined
		: {count: Number(count), where: `the header ${name}`};
}

// `X-Paging: {"TotalCount": 50}`
function isOfJson(name: string): boolean {
	return /^x(pagination|paging|pageinfo)$/.test(name);
}

/** Headers as fields, and the fields inside `X-Pagination` if it holds JSON. */
export function headerFields(headers: Readonly<Record<string, string>>): EnvelopeField[] {
	const fields: EnvelopeField[] = [];
	for (const key of Object.keys(headers)) {
		const name = nameOf(key);
		const {isTelling} = nameTraits(name);
		const isText = name.startsWith('x') && countText(key, headers[key] as string) !== undefined;
		if (!isTelling && !isText && !isOfJson(name)) continue;
		const path = `the header ${key}`;
		if (isOfJson(name))
			for (const field of envelopeFields(jsonIn(headers[key] as string) ?? null))
				fields.push({...field, path: `${path} (${field.path})`});
		else fields.push({path, key, name, value: headers[key] as string, owner: {}, isOfRecord: false});
	}
	return fields;
}

// `X-Has-More` means the same as `has_more`. `X-Remaining` may count requests.
const nameOf = memoize((key: string): string => {
	const name = plainName(key);
	const bare = name.replace(/^x/, '');
	const isLeft = leftName.test(bare) && bare !== 'remaining' && bare !== 'left';
	return moreName.test(bare) || nextLinkName.test(bare) || lastName.test(bare) || isLeft ? bare : name;
});

function jsonIn(text: string): JsonValue | undefined {
	try {
		return parse(text);
	} catch {
		return undefined;
	}
}
