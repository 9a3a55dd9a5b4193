/**
 * Numbers beside the rows that are probably the number of all rows, by the words of their keys: `fullSize: 50`,
 * `counts: {all: 50}`, `total: "50 results"`. They may count something else, so they are looked at where an API
 * states no total under a known name, and fewer rows are a warning.
 */
import type {JsonObject, JsonValue} from '../../core/json/json.ts';
import {isOfMoney, plainName, rowTotals, sizeName} from '../paging/known-places.ts';
import {type BesideField, besideFields} from './beside.ts';
import {isThing, ownFields} from './own-fields.ts';
import {wordsOf} from './speaking.ts';

export interface WeakTotal {
	readonly count: number;
	readonly where: string;
}

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '));
/** Words for all, in some languages. */
const allWords = set(
	'total totals all overall full available found matched matching matches gesamt insgesamt totaal ' +
		'totale totalt',
);
const rowWords = set(
	'rows row records record results result items item entries documents docs objects elements hits ' +
		'matches count size number num nb anzahl nombre antal',
);
const besides = set('of the in at query server before limit least');
const owners = /^(summary|stats|statistics|totals?|counts?)$/;
/** The number of rows of a page. */
const ofPage =
	/^(returned|shown|displayed|received|size|rows|count|limit|items|results|(page|number)size|num(ber)?returned)$/;
const alone =
	/^(matches|matched|found|gesamt|insgesamt|cnt|num(rows|records|items|results|entries|hits)|(list|data|entry|documents?|docs?|object|hits?)count)$/;
/** Names of lists that may hold rows of any kind. */
const listName =
	/^(data|items?|results?|rows?|records?|list|content|contents|values?|hits|docs|elements|members?|collection|resources|edges|nodes|response|body)$/i;
const headerOfRows = /^(x-)?(num-?)?(count|records|rows|items|results)(-count)?$/;

/** The number in a text: `1,050`, `50.0`, `50 results`. */
const text =
	/^\s*(\d{1,3}(?:[,. ']\d{3})+|\d+)(?:\.0+)?\s*(?:(?:matching|total|found)\s*)?(?:results?|rows?|records?|items?|entries|hits|documents|objects|matches|total|found)?\s*$/i;

/** The same for headers: `X-Records: 50`. */
export function weakTotalInHeaders(
	headers: Readonly<Record<string, string>>,
	rows: number,
): WeakTotal | undefined {
	for (const [key, value] of Object.entries(headers))
		if (headerOfRows.test(key) && /^\d+$/.test(value) && Number(value) > rows)
			return {count: Number(value), where: `the header ${key}`};
	return undefined;
}

/** `rows` is the number of rows in the answer. The largest number counts. */
export function weakTotal(
	body: JsonValue,
	keys: readonly string[] = [],
	rows: number,
	url: URL,
): WeakTotal | undefined {
	let most: WeakTotal | undefined;
	for (const field of besideFields(body, keys)) {
		const count = countOf(field.value);
		if (count === undefined || count <= (most?.count ?? 0) || !isTotal(field, rows, keys.at(-1))) continue;
		if (isSize(count, url) || isThing(field.owner, field.key) || isOfMoney(field.owner)) continue;
		most = {count, where: field.path};
	}
	return most;
}

function isTotal({key, value, owner, ownerKey}: BesideField, rows: number, rowsKey = 'data'): boolean {
	const name = plainName(key);
	// A number under a known name has been looked at.
	if (rowTotals.some(names => names.test(name)))
		return (
			typeof value === 'string' ||
			Array.isArray(value) ||
			(owners.test(plainName(ownerKey)) && !isOfParts(owner, key, rows))
		);
	// `{blog: 'News', entry_count: 120, tags: […]}` counts the entries of the blog.
	if (alone.test(name)) return ownFields(owner, key) === 0 && countsRows(name, rowsKey);
	const words = wordsOf(key);
	if (!words.every(word => allWords.has(word) || rowWords.has(word) || besides.has(word))) return false;
	const isOfAll = words.some(word => allWords.has(word)) || /rows_?before_?limit/i.test(key);
	const isOfRows = words.some(word => rowWords.has(word));
	if (isOfAll && isOfRows && words.length > 1) return true;
	if (owners.test(plainName(ownerKey))) return (isOfAll || isOfRows) && !isOfParts(owner, key, rows);
	return (
		isOfAll && Object.entries(owner).some(([other, count]) => count === rows && ofPage.test(plainName(other)))
	);
}

// Things of their own kind are only the rows where the list has their name, or none.
function countsRows(name: string, rowsKey: string): boolean {
	const thing = /^(entry|document|object)/.exec(name)?.[0];
	return thing === undefined || listName.test(rowsKey) || rowsKey.toLowerCase().startsWith(thing.slice(0, 4));
}

// `{total: 900, users: 900}` counts users, and of `{all: 50, open: 17}` the list may be the open ones.
function isOfParts(owner: JsonObject, key: string, rows: number): boolean {
	return Object.entries(owner).some(
		([other, count]) =>
			other !== key && (count === rows || count === owner[key]) && !wordsOf(other).every(isKnown),
	);
}

function isKnown(word: string): boolean {
	return allWords.has(word) || rowWords.has(word) || besides.has(word) || ofPage.test(word);
}

const windowKey =
	/^(max|maximum)(results?)?(window|offset)(size)?$|^(results?window|maxresultswindow)(size)?$/;

/** The most rows that an API gives of one list, by its own words, where just as many came. */
export function windowAt(body: JsonValue, keys: readonly string[] = [], came: number): WeakTotal | undefined {
	const found = besideFields(body, keys).find(
		({key, value}) => windowKey.test(plainName(key)) && came > 0 && countOf(value) === came,
	);
	return found && {count: came, where: found.path};
}

/** A whole number, also in one of the forms for people, or in a list of its own. */
export function countOf(value: JsonValue): number | undefined {
	if (Array.isArray(value))
		return value[0] !== undefined && value.length === 1 ? countOf(value[0]) : undefined;
	if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
	const found = typeof value === 'string' && value.length < 40 ? text.exec(value)?.[1] : undefined;
	return found === undefined ? undefined : Number(found.replace(/\D/g, ''));
}

function isSize(count: number, url: URL): boolean {
	return [...url.searchParams].some(
		([key, value]) => sizeName.test(plainName(key)) && Number(value) === count,
	);
}
