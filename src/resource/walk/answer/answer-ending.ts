/** Evaluates the end of an answer: whether its rows are new, and where the walk goes on. */
import type {Cursor} from '../../../core/page.ts';
import {type Selector, toRecords} from '../../../core/path/selector.ts';
import type {BodyPart} from '../../../http/send-options.ts';
import type {AskedAgain} from '../repeats/asked-again.ts';
import type {DoubledRows} from '../repeats/doubled-rows.ts';
import type {Recent} from '../repeats/resumed.ts';
import type {Seams} from '../repeats/seams.ts';
import type {Smaller} from '../shrink-page.ts';
import type {SyncWalk} from '../sync-walk.ts';
import {thrownBy} from '../walk-failure.ts';
import type {WalkOptions} from '../walk-options.ts';
import type {TrustedPaginator} from '../walk-request.ts';
import type {AnswerRows, AnswerSoFar, WholeRows} from './answer-rows.ts';
import {applyOutcome, type Ending, pageStartOf, type Steps, step} from './walk-answer.ts';

export interface AnswerEndingOptions {
	readonly options: Pick<WalkOptions, 'name' | 'onWarning'>;
	readonly paginator: TrustedPaginator;
	readonly steps: Steps;
	readonly rows: AnswerRows;
	readonly seams: Seams;
	readonly recent: Recent;
	readonly doubled: DoubledRows | undefined;
	readonly again: AskedAgain;
	readonly sync: SyncWalk;
	readonly sizes: Smaller;
}

export class AnswerEnding {
	readonly #given: AnswerEndingOptions;
	/** Rows of the largest page so far. */
	#most = 0;
	/** Two pages in a row that a rule ignores are the end where one page without rows is. */
	#wasIgnored = false;

	constructor(given: AnswerEndingOptions) {
		this.#given = given;
	}

	of(at: Cursor, part: BodyPart, soFar: AnswerSoFar): Ending {
		const {rows, sizes, steps} = this.#given;
		this.#wasIgnored = false;
		const whole = rows.last(part, soFar, (selection, records) =>
			steps.mayAsk && selection.isList
				? steps.paginator.instead?.(at, {...pageStartOf(part), ...selection, records})
				: undefined,
		);
		sizes.arrived();
		const {joined} = whole;
		if (joined.again) return {records: [], again: joined.again};
		const verdict = this.#verdict(at, part, whole, soFar);
		if (verdict === 'end') return {records: [], failure: steps.completeness.end(true)};
		if (verdict === 'again' || verdict === 'read') this.#leaveOut(at, soFar, verdict);
		const kept = verdict === 'new' ? joined.records : [];
		if (!this.#given.paginator.isTrial?.(at))
			this.#given.doubled?.page(kept, () => this.#given.paginator.describe(at));
		if (soFar.isEnough) return {records: kept};
		try {
			if (rows.isLastPage(part, whole, soFar)) return {records: kept};
		} catch (failure) {
			return {records: kept, failure};
		}
		return {records: kept, ...this.#next(at, part, whole, soFar)};
	}

	/** The ending of an answer that a response rule has decided on. */
	settled(
		at: Cursor,
		part: BodyPart,
		selector: Selector | undefined,
		outcome: 'ignored' | 'stopped',
	): Ending {
		const {steps} = this.#given;
		const mayFollow = (steps.completeness.seen()?.rows ?? 0) > 0 && !this.#wasIgnored;
		this.#wasIgnored = outcome === 'ignored';
		return applyOutcome(steps, at, part, selector, {outcome, mayFollow});
	}

	#verdict(at: Cursor, {fingerprint}: BodyPart, {selection, records}: WholeRows, soFar: AnswerSoFar) {
		const {paginator, steps} = this.#given;
		if (paginator.reread?.(at)) return 'new';
		const {leftOut, nulls, received} = selection;
		return steps.guard.answer(at, {
			// Rows that a filter drops also show that the same page came again.
			records: leftOut ? toRecords(leftOut) : records,
			received: soFar.rows - soFar.repeated - nulls,
			fingerprint,
			isInSlices: soFar.rows > received,
		});
	}

	#leaveOut(at: Cursor, soFar: AnswerSoFar, verdict: 'again' | 'read'): void {
		const {paginator, options} = this.#given;
		const {name: resource, onWarning} = options;
		soFar.repeated = soFar.rows;
		if (verdict === 'read') {
			const message =
				`${paginator.describe(at)} has the rows of the page before, which an earlier run has read; they ` +
				'were left out';
			onWarning?.({code: 'list-moved', resource, message});
			return;
		}
		if (paginator.isTrial?.(at)) return;
		const message =
			`${paginator.describe(at)} has the rows of the page before; the API counts its pages from 1. ` +
			'They were left out. Set base_page: 1';
		onWarning?.({code: 'first-page-again', resource, message});
	}

	#next(at: Cursor, part: BodyPart, whole: WholeRows, soFar: AnswerSoFar): Omit<Ending, 'records'> {
		const {paginator, steps, seams, recent, again, sync} = this.#given;
		const {selection, selector, records} = whole;
		const {rows, repeated, seam} = soFar;
		const end = step(steps, at, part, {
			records,
			received: rows,
			isList: selection.isList,
			repeated: repeated > 0 ? repeated : undefined,
			most: this.#most > 0 ? this.#most : undefined,
			seam,
			keys: selection.keys ?? selector.keys,
		});
		this.#most = Math.max(this.#most, rows);
		again.answered(at, end.next);
		sync.answered(rows);
		if (end.next === undefined && !end.failure) {
			const failure = thrownBy(() => sync.end(pageStartOf(part), paginator.storable));
			if (failure) return {failure};
		}
		const tail = end.next === undefined ? undefined : seams.tail(end.next, records);
		const prints = recent.of(end.next, records);
		return {...end, ...(tail && {tail}), ...(prints && {recent: prints})};
	}
}
