/**
 * How many rows or pages there are, from an answer that says which of them it has: `{from: 1, to: 20, of:
 * 45}`, `1-20 of 45`, `{page: 1, of: 3}`, `Page 1 of 3`.
 */
import type {JsonObject} from '../../core/json/json.ts';
import {countText} from './count-text.ts';
import type {EnvelopeField} from './envelope.ts';
import {isWholeNumber, ofName, pageParameter, plainName, rangeEnd} from './known-places.ts';
import type {Stated} from './stated.ts';

export interface StatedRange {
	readonly rows?: Stated;
	readonly pages?: Stated;
	/** Rows before the first one of this answer. */
	readonly before?: number;
	/** The number of this page, as the API counts pages. */
	readonly page?: number;
}

/** `rows` is the number of rows in this answer. */
export function statedRange(fields: readonly EnvelopeField[], rows: number): StatedRange {
	for (const field of fields) {
		const found = field.isOfRecord ? undefined : (inWords(field, rows) ?? inNumbers(field, rows));
		if (found) return found;
	}
	return {};
}

function inWords({key, value, path}: EnvelopeField, rows: number): StatedRange | undefined {
	const found = countText(key, value);
	if (!found) return undefined;
	const {unit, from, to, of} = found;
	if (unit === 'pages') return to > of ? undefined : {pages: {count: of, where: path}, page: to};
	if (from !== undefined) return ofRows(from, to, of, path, rows);
	return to <= of && (to === rows || (unit === 'rows' && rows > 0 && to > rows))
		? {rows: {count: of, where: path}, ...(to === rows && {before: 0})}
		: undefined;
}

/** The number of the first row of a page. */
export const rangeStart = /^(from|start|first|begin|lower|(first|start)(row|item|record|index))$/;
const sizes = /^(size|length|all|count|max)$/;
const current = /^(current|number|index)$/;

function inNumbers({name, value, path, owner}: EnvelopeField, rows: number): StatedRange | undefined {
	if (!isWholeNumber(value)) return undefined;
	if (name === 'total') return totalOfPages(Number(value), path, owner, rows);
	if (!ofName.test(name) && !rangeEnd.test(name)) return undefined;
	const [start, end] = [countUnder(owner, rangeStart), countUnder(owner, rangeEnd)];
	const of = countUnder(owner, ofName) ?? countUnder(owner, /^total$/);
	if (start && end && start.key !== end.key) {
		const all = of ?? countUnder(owner, sizes);
		if (all && all.key !== end.key) return ofRows(start.count, end.count, all.count, path, rows);
	}
	const page = countUnder(owner, pageParameter) ?? (isOfPages(path) ? countUnder(owner, current) : undefined);
	const last = of ?? (isOfPages(path) || page ? countUnder(owner, /^(last|max|max(imum)?page)$/) : undefined);
	if (!page || !last || plainName(last.key) === 'total' || page.count > last.count) return undefined;
	return {pages: {count: last.count, where: path}, page: page.count};
}

// `page: {current: 1, total: 3}` beside 20 rows.
function totalOfPages(total: number, path: string, owner: JsonObject, rows: number): StatedRange | undefined {
	const page = isOfPages(path) ? countUnder(owner, current) : undefined;
	return page && total >= page.count && total < rows
		? {pages: {count: total, where: path}, page: page.count}
		: undefined;
}

function isOfPages(path: string): boolean {
	return /(^|\.)pag(e|es|ing|ination)\.[^.]+$/i.test(path);
}

interface Counted {
	readonly key: string;
	readonly count: number;
}

function countUnder(owner: JsonObject, names: RegExp): Counted | undefined {
	const entry = Object.entries(owner).find(
		([key, value]) => names.test(plainName(key)) && isWholeNumber(value),
	);
	return entry && {key: entry[0], count: Number(entry[1])};
}

// The range may count from 0 or from 1, and end at the last row or at the one after it. A range of other
// things has another length.
function ofRows(from: number, to: number, of: number, where: string, rows: number): StatedRange | undefined {
	const isClosed = to - from + 1 === rows;
	if (rows === 0 || to > of || !(isClosed || to - from === rows)) return undefined;
	const isFromOne = isClosed && from > 0 && (to === of || rows === 1 || from % rows !== 0);
	return {rows: {count: of, where}, before: isFromOne ? from - 1 : from};
}
