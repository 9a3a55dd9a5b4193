/**
 * Larger pages than a server gives by default, where the documentation of an API or the answer, which names
 * the size of its page, shows that it can. Nearly all of them give a hundred rows.
 */
import type {JsonValue} from '../../core/json/json.ts';
import {isObject} from '../../core/path/path.ts';
import {fieldsOf, type Guess, type PageSize} from './guess.ts';
import {ofKnownApi} from './known-apis.ts';
import {
	isWholeNumber,
	offsetParameter,
	pageParameter,
	plainName,
	rowTotals,
	sizeName,
} from './known-places.ts';
import {linkTargets} from './link-header.ts';
import type {PageAnswer} from './paginator.ts';

const USUAL = 100;
/** A smaller page is a choice of the author, and not the default of a server. */
const LEAST = 10;

/**
 * The size to ask for, where the request has none, the server gives fewer rows, and a larger page saves
 * requests.
 */
export function largerPage({body, headers, url, received}: PageAnswer, guess: Guess): PageSize | undefined {
	if (received < LEAST || received >= 1000 || guess.type === 'single_page') return undefined;
	const params = [...url.searchParams.keys()].map(plainName);
	if (params.some(name => [sizeName, pageParameter, offsetParameter].some(names => names.test(name))))
		return undefined;
	const size = ofKnownApi(url) ?? named(body, headers, received);
	return size && size.rows > received && saves(body, headers, received, size.rows) ? size : undefined;
}

// The size of this page, under a name that is also a parameter: beside a place, in a header, or in a link.
function named(body: JsonValue, headers: PageAnswer['headers'], received: number): PageSize | undefined {
	const isSize = (key: string, value: JsonValue | undefined): boolean =>
		sizeName.test(plainName(key)) && isWholeNumber(value) && Number(value) === received;
	const inHeader = Object.keys(headers).find(key => isSize(key.replace(/^x-/, ''), headers[key]));
	if (inHeader !== undefined)
		return usual(inHeader.replace(/^x-/, '').replaceAll('-', '_'), `the header ${inHeader}`);
	const entries = isObject(body) ? [...fieldsOf(body, '')] : [];
	const echo = entries.find(
		({key, value, owner}) => isParameter(key) && isSize(key, value) && Object.keys(owner).some(isPlace),
	);
	if (echo) return usual(echo.key, `"${echo.path}"`);
	const links = [linkTargets(headers.link ?? '').get('next'), ...entries.map(({value}) => value)];
	for (const link of links) {
		const query = typeof link === 'string' ? link.split('?')[1] : undefined;
		const found = [...new URLSearchParams(query)].find(([key, value]) => isSize(key, value));
		if (found) return usual(found[0], 'its next link');
	}
	return undefined;
}

function usual(param: string, place: string): PageSize {
	return {param, rows: USUAL, from: `${place} has the size of the page`};
}

// `count` and `size` may be the rows of the page alone.
function isParameter(key: string): boolean {
	return !/^(count|length|rows|results|n|num|size|first|top|take|itemsperpage)$/.test(plainName(key));
}

function isPlace(key: string): boolean {
	const name = plainName(key);
	return [offsetParameter, pageParameter].some(names => names.test(name));
}

// The first page is read twice, so the larger pages must save more requests than that.
function saves(body: JsonValue, headers: PageAnswer['headers'], received: number, rows: number): boolean {
	const total = statedTotal(body, headers);
	return total === undefined || 1 + Math.ceil(total / rows) < Math.ceil(total / received);
}

function statedTotal(body: JsonValue, headers: PageAnswer['headers']): number | undefined {
	const entries = isObject(body) ? [...fieldsOf(body, '')] : [];
	const fields = [
		...entries,
		...Object.entries(headers).map(([key, value]) => ({name: plainName(key), value})),
	];
	const found = fields.find(
		({name, value}) => isWholeNumber(value) && rowTotals.some(names => names.test(name)),
	);
	return found && Number(found.value);
}

/**
 * A next link with the size in it. Where the link counts pages, pages of another size would leave rows out.
 */
export function sizedLink(link: string, {param, rows}: PageSize): string {
	const url = new URL(link);
	const keys = [...url.searchParams.keys()];
	const countsPages = keys.some(key => pageParameter.test(plainName(key)));
	if (!countsPages || keys.includes(param)) return link;
	url.searchParams.set(param, String(rows));
	return url.href;
}
