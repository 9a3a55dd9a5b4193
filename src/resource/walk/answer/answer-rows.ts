/** The rows of one answer: the selector finds them, and rows that the page before brought are left out. */

import type {Cursor} from '../../../core/page.ts';
import {selector as compileSelector, type Selection, type Selector} from '../../../core/path/selector.ts';
import {withText} from '../../../core/records/lazy-body.ts';
import {rowsIn} from '../../../core/records/lazy-records.ts';
import type {RecordList} from '../../../core/records/record-list.ts';
import type {StageCounts} from '../../../core/stage.ts';
import type {BodyPart} from '../../../http/send-options.ts';
import type {Seam} from '../../paging/paginator.ts';
import type {EndNotices} from '../end-notices.ts';
import type {Recent} from '../repeats/resumed.ts';
import type {Joined, Seams} from '../repeats/seams.ts';
import type {WalkOptions, WalkPosition} from '../walk-options.ts';
import type {WalkSender} from '../walk-sender.ts';
import type {AnswerCheck} from './answer-check.ts';
import type {GuessedSelector} from './guessed-selector.ts';
import {type LineRows, lineRows, type TakenLines} from './line-rows.ts';
import {type OddRows, oddRows} from './odd-rows.ts';
import type {StopWhen} from './stop-when.ts';
import {selectFrom} from './walk-answer.ts';

/** The part of one answer that has come so far. */
export class AnswerSoFar {
	/** The position that the answer was requested for. */
	readonly position: WalkPosition;
	/** The number of rows, including those before the place inside the body that the walk went on from. */
	rows: number;
	/** The number of rows that the page before had brought, which are left out. */
	repeated = 0;
	/** The first rows are checked against the page before. */
	isJoined: boolean;
	/** How a whole page follows the page before, where pages are read once more. */
	seam: Seam | undefined;
	/** The walk ends with this answer. */
	isEnough = false;

	constructor(standing: WalkPosition) {
		const {inside} = standing;
		this.position = standing;
		this.rows = inside?.taken ?? inside?.rows ?? 0;
		this.isJoined = inside !== undefined;
	}
}

/** All rows of a whole answer. */
export interface WholeRows {
	readonly selection: Selection;
	readonly selector: Selector;
	/** The rows as the server sent them. */
	readonly records: RecordList;
	readonly joined: Joined;
}

export interface AnswerRowsOptions {
	readonly options: Pick<WalkOptions, 'name' | 'selector' | 'missingRows' | 'errorPath' | 'onWarning'>;
	readonly stop: StopWhen;
	readonly counts: StageCounts;
	readonly sender: WalkSender;
	readonly guessed: GuessedSelector;
	readonly answers: AnswerCheck;
	readonly notices: EndNotices;
	readonly seams: Seams;
	readonly recent: Recent;
}

export class AnswerRows {
	readonly #given: AnswerRowsOptions;
	readonly #lines: LineRows;
	readonly #odd: OddRows;
	readonly #stop: StopWhen;

	constructor(given: AnswerRowsOptions) {
		const {missingRows} = given.options;
		this.#given = given;
		this.#lines = lineRows(missingRows === 'empty');
		this.#odd = oddRows({
			name: given.options.name,
			isOff: given.options.errorPath === null,
			isEachLine: given.options.selector === '$',
			warn: given.options.onWarning,
		});
		this.#stop = given.stop;
	}

	/** The rows of a slice that is not the last. */
	slice(part: BodyPart, soFar: AnswerSoFar): RecordList {
		const {sender} = this.#given;
		sender.selector ??= compileSelector('$');
		const {records, nulls, received} = this.#rowsOf(part, sender.selector);
		this.#came(records, received, nulls, soFar);
		return records;
	}

	/** The rows of the last part: all rows of an answer, or the last ones of a streamed answer. */
	last(
		part: BodyPart,
		soFar: AnswerSoFar,
		instead: (selection: Selection, records: RecordList) => Cursor | undefined,
	): WholeRows {
		const {sender, guessed, answers, notices} = this.#given;
		const isGuess = sender.selector === undefined;
		const selector = sender.selector ?? this.selectorOf(part);
		sender.selector = selector;
		const selection = answers.selection(part, selector, () =>
			selectFrom(part, selector, soFar.rows, (lines, path) => this.#rowsOf(lines, path)),
		);
		const {received, nulls} = selection;
		const records = this.#withItsText(selection, part);
		const at = soFar.rows === 0 && part.lines === undefined ? instead(selection, records) : undefined;
		if (at !== undefined)
			return {selection, selector, records, joined: {records: [], repeated: 0, again: {at}}};
		// Rows of CSV and of lines are found without a path.
		if (isGuess && !part.records && part.lines === undefined)
			guessed.found(selector.text, part.value ?? null, received);
		if (part.lines !== undefined) {
			this.#lines.checkFound(selector, soFar.rows + received, part.lines);
			notices.setLines(this.#lines.others, this.#lines.keys);
		}
		this.#came(records, received, nulls, soFar);
		this.#odd.endAnswer(part.rows !== undefined);
		return {selection, selector, records, joined: this.join(records, soFar, part)};
	}

	/** Whether the author says that a page is the last one. */
	isLastPage(
		{value = null, response: {headers}}: BodyPart,
		{records}: WholeRows,
		{rows}: AnswerSoFar,
	): boolean {
		const {page} = this.#stop;
		if (!page) return false;
		const lastRecord = rowsIn(records).at(-1);
		return page({body: value, headers, size: rows, lastRecord});
	}

	/** The rows of a part of an answer that is only looked at; `before` rows of it came earlier. */
	look(part: BodyPart, before: number): RecordList {
		const lines = lineRows(this.#given.options.missingRows === 'empty');
		const selector = part.last
			? this.selectorOf(part)
			: (this.#given.sender.selector ?? compileSelector('$'));
		if (!part.last) return this.#rowsOf(part, selector, lines).records;
		return selectFrom(part, selector, before, (other, path) => this.#rowsOf(other, path, lines)).records;
	}

	/** Leaves out the rows that the page before brought; on a page in parts, the first part shows them. */
	join(records: RecordList, soFar: AnswerSoFar, {value = null, last, response}: BodyPart): Joined {
		const {seams, recent} = this.#given;
		const whole = last ? {body: value, headers: response.headers} : undefined;
		const {until} = soFar.position;
		const fresh = (!soFar.isJoined && until !== undefined && recent.after(until, records)) || records;
		const joined = soFar.isJoined
			? seams.more(records, last)
			: seams.join(soFar.position, fresh, soFar.repeated, whole);
		soFar.isJoined ||= joined.records.length > 0;
		soFar.seam = joined.seam;
		soFar.repeated += joined.repeated + records.length - fresh.length;
		return joined;
	}

	/** Tells of odd rows before the walk ends. */
	tell(): void {
		this.#odd.tell();
	}

	/** The selector of an answer: the one that is known, or a guess. */
	selectorOf({value = null}: Pick<BodyPart, 'value'>): Selector {
		const {sender, guessed} = this.#given;
		return sender.selector ?? compileSelector(guessed.path(value));
	}

	#came(records: RecordList, received: number, nulls: number, soFar: AnswerSoFar): void {
		const {counts, notices} = this.#given;
		soFar.rows += received;
		this.#odd.add(records);
		const {record} = this.#stop;
		soFar.isEnough ||= record !== undefined && rowsIn(records).some(record);
		if (nulls === 0) return;
		counts.nulls = (counts.nulls ?? 0) + nulls;
		notices.addNulls(nulls);
	}

	// The rows of a part where the decoder found them outside its value. If they are lines, the selector looks
	// into each.
	#rowsOf({rows = [], lines}: BodyPart, selector: Selector, taker = this.#lines): TakenLines {
		if (lines !== undefined) return taker.rowsOf(selector, rows);
		return {...selector.take(rows), received: rows.length};
	}

	// Rows that had to be parsed on the way keep their text, as the rows of other pages do.
	#withItsText({records, keys}: Selection, {bytes}: BodyPart): RecordList {
		if (!bytes || !keys) return records;
		const lazy = this.#given.sender.lazyReading();
		return lazy ? withText(records, bytes, keys, lazy.keys) : records;
	}
}
