/** The result of the last part of an answer: its records, and the place after it. */
import {SelectorError} from '../../../core/errors.ts';
import type {Cursor} from '../../../core/page.ts';
import {
	selector as compileSelector,
	detect,
	type Selection,
	type Selector,
} from '../../../core/path/selector.ts';
import type {RecordList} from '../../../core/records/record-list.ts';
import type {BodyPart} from '../../../http/send-options.ts';
import type {Completeness} from '../../completeness/completeness.ts';
import type {PageStart, Paginator, Seam} from '../../paging/paginator.ts';
import type {LoopGuard} from '../repeats/loop-guard.ts';
import type {WalkPosition} from '../walk-options.ts';
import type {TakenLines} from './line-rows.ts';

// Selects the rows of a part. The last part of a streamed body has the rest of its rows outside the value.
// Where there are none, the body shows whether the list is empty or missing.
export function selectFrom(
	part: BodyPart,
	selector: Selector,
	before: number,
	rowsOf: (part: BodyPart, selector: Selector) => TakenLines,
): Selection {
	const {rows = [], value = null, records, lines} = part;
	if (lines !== undefined) return {...rowsOf(part, selector), isList: true};
	if (records) return {records, nulls: 0, received: records.length, isList: true};
	if (before + rows.length === 0) return selector.select(value);
	return {...selector.take(rows), received: rows.length, isList: true};
}

export interface Steps {
	readonly paginator: Paginator;
	guard: LoopGuard;
	readonly completeness: Completeness;
	/** One more request does no harm. */
	readonly mayAsk?: boolean;
	/** See `PageAnswer`. */
	readonly bodyPrefix?: string | undefined;
}

export interface WalkStep {
	readonly next?: Cursor | undefined;
	/** The page had no rows, and more rows are promised after it. */
	readonly isPromised?: boolean;
	readonly failure?: unknown;
}

/** The rows of an answer, from which the place after it follows. */
export interface StepRows extends Pick<Selection, 'records' | 'received' | 'isList'> {
	readonly repeated?: number | undefined;
	readonly most?: number | undefined;
	readonly seam?: Seam | undefined;
	/** Keys down to the rows. */
	readonly keys?: readonly string[] | undefined;
	/** A page without rows is no sign of the end. */
	readonly mayFollow?: boolean;
}

export function step(
	{paginator, guard, completeness, mayAsk, bodyPrefix}: Steps,
	at: Cursor,
	{value = null, response: {headers, url, status}}: BodyPart,
	{records, received, isList, repeated, most, seam, keys, mayFollow = false}: StepRows,
): WalkStep {
	try {
		const optional = {
			...(repeated !== undefined && {repeated}),
			...(most !== undefined && {most}),
			...(seam && {seam}),
			...(bodyPrefix !== undefined && {bodyPrefix}),
			...(status === 206 && {isPart: true}),
			...(status === 204 && {isBare: true}),
			...(status === 203 && {isChanged: true}),
		};
		const answer = {received, ...optional, isList, records, body: value, headers, url};
		if (paginator.reread?.(at)) {
			completeness.addRows(received - (repeated ?? 0));
			const next = paginator.next(at, answer);
			return next === undefined ? {failure: completeness.end()} : {next};
		}
		completeness.answer(at, answer, keys);
		// An answer without the list is a faulty page, not a page without rows.
		const isEmpty = received === 0 && (isList || status === 204);
		const isPromised = isEmpty && (mayFollow || completeness.isPromised());
		const isInDoubt = mayAsk && completeness.isInDoubt();
		const next = paginator.next(at, {
			...answer,
			...(isPromised && {isPromised}),
			...(isInDoubt && {isInDoubt}),
		});
		// Some servers name a next page for ever, as CKAN does.
		if (next === undefined || (received === 0 && isList && completeness.isMet()))
			return {failure: completeness.end()};
		const found = {next, ...(isPromised && {isPromised})};
		// Here, pages are read more than once on purpose.
		if (seam) return found;
		// A paginator may take a place that was read for the end.
		return guard.next(next) ? found : {failure: completeness.end()};
	} catch (failure) {
		return {failure};
	}
}

export interface Ending extends WalkStep {
	readonly records: RecordList;
	readonly tail?: string[];
	readonly recent?: string[];
	/** The answer was of no use: the walk asks here instead. */
	readonly again?: WalkPosition;
}

// The ending of an answer that a response rule has decided on: after `stop` the records are kept, and after
// `ignore` the walk goes on if there is a next place. `mayFollow`: the page alone may be missing, which is no
// sign of the end.
export function applyOutcome(
	steps: Steps,
	at: Cursor,
	part: BodyPart,
	selector: Selector | undefined,
	{outcome, mayFollow}: {readonly outcome: 'ignored' | 'stopped'; readonly mayFollow: boolean},
): Ending {
	if (outcome === 'stopped') return {records: recordsIn(part, selector)};
	steps.guard.answer(at, {records: [], received: 0});
	const empty = {records: [], received: 0, isList: true, mayFollow};
	const {next} = step(steps, at, part, empty);
	return {records: [], next, failure: next === undefined ? steps.completeness.end() : undefined};
}

// Without a selector, an object is a message rather than a record.
function recordsIn({value = null}: BodyPart, selector: Selector | undefined): RecordList {
	const path = detect(value);
	if (!selector && path === '$' && !Array.isArray(value)) return [];
	try {
		return (selector ?? compileSelector(path)).select(value).records;
	} catch (error) {
		if (error instanceof SelectorError) return [];
		throw error;
	}
}

/** The part of an answer that paginators look at before its rows. */
export function pageStartOf({value = null, response: {headers, url}}: BodyPart): PageStart {
	return {body: value, headers, url};
}
