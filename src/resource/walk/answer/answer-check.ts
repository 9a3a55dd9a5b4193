/**
 * Checks whether an answer with a status of success is a page: it may hold an error, say "not yet", or differ
 * from the pages before it.
 */
import {SelectorError} from '../../../core/errors.ts';
import type {JsonObject, JsonValue} from '../../../core/json/json.ts';
import {isObject, type Path, parsePath} from '../../../core/path/path.ts';
import {
	selector as compileSelector,
	detect,
	type Selection,
	type Selector,
} from '../../../core/path/selector.ts';
import {lastRecord} from '../../../core/records/lazy-records.ts';
import type {Warn} from '../../../core/warning.ts';
import type {Failure} from '../../../http/failure.ts';
import type {BodyPart} from '../../../http/send-options.ts';
import {
	type ErrorSign,
	errorSign,
	hasFieldsOfItsOwn,
	isIdentified,
	isTruthy,
	mayPass,
	quoteValue,
} from '../../completeness/error-signs.ts';
import {describe, inside, notReady, waiting} from './answer-failures.ts';
import {errorLine} from './error-line.ts';
import {doubtOne, keyedRows} from './keyed-rows.ts';
import {isSignIn, tellOfNoRecord} from './one-object.ts';
import {moreParts, partError, partInRows} from './part-check.ts';
import {
	areWords,
	emptyRows,
	findRows,
	hasNext,
	isEmptyList,
	isErrorList,
	isLeftOut,
	likeRows,
	movedRows,
	type RowsFinding,
	rowsElsewhere,
	statesNone,
	valueAtSelector,
} from './rows-place.ts';

export interface AnswerCheckOptions {
	/**
	 * Path to a part of the body that exists only in an error: `error`, `meta.errors`. A value there that is
	 * not empty, false or 0 fails the request. `null` turns the check off. @default the usual places: error,
	 * errors, success: false …
	 */
	readonly errorPath?: string | null | undefined;
	/**
	 * Path to a value that must exist, and not be empty, false or 0. Until then the answer is "not yet", and
	 * the request is sent again.
	 */
	readonly readyPath?: string | undefined;
	/**
	 * How to treat an answer without the list of rows. `empty`: a page without rows. `fail`: a failure, if
	 * something contradicts an empty page: a page before that had the list, or a next token beside it. @default
	 * 'fail'
	 */
	readonly missingRows?: 'fail' | 'empty' | undefined;
	/** Name of the resource. */
	readonly name: string;
	/** Path of the request. */
	readonly path?: string | undefined;
	/** Gets a warning about an answer without a list, which counts as one without rows. @default no warning */
	readonly onWarning?: Warn;
	/** The paths that the paginator reads. */
	readonly paths: readonly Path[];
	/** The selector as the author gave it: then an object at that path is a record. */
	readonly selector?: string | undefined;
	/** Returns the path to the rows of an answer where the author gave no selector. @default detect */
	readonly guess?: ((body: JsonValue) => string) | undefined;
	/**
	 * The selector follows from the path, such as `users/{id}`, and the author gave none. An object there may
	 * be an error. @default false
	 */
	readonly isSelectorImplied?: boolean | undefined;
}

/** A whole body, and the value at the place of its rows. */
interface Look {
	readonly part: BodyPart;
	readonly value: JsonValue;
	readonly path: Selector;
	readonly place: RowsFinding;
	/** The body is the list of rows. */
	readonly isRoot: boolean;
	readonly isList: boolean;
}

const NO_ERROR = 'If this is no error, set error_path: null, or name the place of errors with error_path';
const none: Selection = {records: [], nulls: 0, received: 0, isList: true};

export class AnswerCheck {
	readonly #options: AnswerCheckOptions;
	/** The author gave the selector. */
	readonly #isDeclared: boolean;
	readonly #errorPath: Path | undefined;
	readonly #readyPath: Path | undefined;
	/** The author turned the check for errors off. */
	readonly #isOff: boolean;
	readonly #isEmptyAllowed: boolean;
	// The pages before had a list.
	#hadList = false;
	#hadRows = false;
	#hadOne = false;
	#hadWords: boolean | undefined;
	#isTold = false;
	/** The keys of a row of an earlier page. */
	#columns: readonly string[] | undefined;
	readonly #tellOfMore: ReturnType<typeof moreParts>;

	constructor(options: AnswerCheckOptions) {
		const {errorPath, readyPath} = options;
		this.#options = options;
		this.#isDeclared = options.selector !== undefined && options.isSelectorImplied !== true;
		this.#tellOfMore = moreParts(options.name, options.onWarning);
		this.#errorPath = typeof errorPath === 'string' ? parsePath(errorPath) : undefined;
		this.#readyPath = readyPath === undefined ? undefined : parsePath(readyPath);
		this.#isOff = errorPath === null;
		this.#isEmptyAllowed = options.missingRows === 'empty';
	}

	/**
	 * Why an answer is no page; `undefined` if it is one. `selector` is absent until the first answer shows
	 * where the rows are.
	 */
	failure(part: BodyPart, selector: Selector | undefined): Failure | undefined {
		const {value, last, rows, records, response} = part;
		const {status} = response;
		const signs = {error: this.#errorPath, isOff: this.#isOff, isDeclared: this.#isDeclared};
		const said = errorLine(part, selector, signs);
		if (said !== undefined) {
			const advice = 'If this is no error, set error_path: null; a line that is a row needs data_selector: $';
			return inside(status, said, advice, !mayPass(said));
		}
		// Lines of JSON and of CSV are rows, whatever they hold.
		if (!last || value === undefined || (records && !isObject(value))) return undefined;
		// Status 204 means that there is no content.
		if (status === 204) return undefined;
		if (!this.#isOff && isSignIn(response.url, this.#options.path))
			return inside(status, `a redirect led to ${response.url.pathname}, a place to sign in`, '', true);
		if (this.#readyPath && !isTruthy(this.#readyPath.first(value) ?? null))
			return notReady(status, value, this.#options.readyPath ?? '');
		const path = selector ?? compileSelector((this.#options.guess ?? detect)(value));
		const place = rows?.length || records?.length ? 'list' : findRows(path, value);
		if (status === 202 && isWaiting(place, path, value)) return waiting(status, value);
		const isList = place === 'list' || place === 'keyed';
		const look: Look = {part, value, path, place, isRoot: path.keys?.length === 0, isList};
		return (
			this.#signed(look) ??
			this.#inParts(look) ??
			(isList ? this.#otherList(look) : this.#noList(look)) ??
			this.#bare(look)
		);
	}

	#fails({part}: Look, text: string, advice: string, isFinal = false): Failure {
		return inside(part.response.status, text, advice, isFinal);
	}

	// The failure if the body has signs of an error.
	#signed(look: Look): Failure | undefined {
		const {value, path, isRoot, isList} = look;
		const found = isObject(value) ? this.#sign(value as JsonObject, path) : undefined;
		if (!found) return undefined;
		if (!found.isSure && isList && !(found.isAboutNone && isEmptyList(path, value))) return undefined;
		const advice =
			isRoot && !this.#hadList
				? 'If this is a record, declare it with data_selector: $ ; if it is no error, set error_path: null'
				: NO_ERROR;
		return this.#fails(look, found.text, advice, !mayPass(found.text));
	}

	// The failure if a part of the answer has an error.
	#inParts(look: Look): Failure | undefined {
		if (this.#isOff || this.#errorPath) return undefined;
		const text =
			partError({...look, status: look.part.response.status}) ??
			(this.#isDeclared || this.#hadRows || !look.isList ? undefined : partInRows(look.part, look.path));
		return text === undefined ? undefined : this.#fails(look, text, NO_ERROR, !mayPass(text));
	}

	#sign(body: JsonObject, path: Selector): ErrorSign | undefined {
		if (this.#errorPath) {
			const found = this.#errorPath.first(body);
			return found !== undefined && isTruthy(found) ? {text: quoteValue(found), isSure: true} : undefined;
		}
		if (this.#isOff) return undefined;
		const isDeclared = this.#isDeclared;
		// A record that the author declared, or one with a name or an id, may have fields for errors of its own.
		const mayBeRecord = path.keys?.length === 0 && !this.#hadList;
		if (mayBeRecord && (isDeclared || isIdentified(body) || hasFieldsOfItsOwn(body))) return undefined;
		return errorSign(body, isDeclared || !isErrorList(path, body) ? path.keys : undefined);
	}

	// The failure if the list holds other things than the lists before.
	#otherList(look: Look): Failure | undefined {
		const {part, path} = look;
		if (this.#hadOne)
			return this.#fails(look, `a list in place of one record (${path.text}), which the page before was`, '');
		const words = areWords(part, path);
		if (words === undefined || this.#hadWords === undefined || words === this.#hadWords) return undefined;
		const what = words ? 'words among' : 'objects for';
		return this.#fails(look, `${what} the rows (${path.text}), unlike the pages before`, '');
	}

	// The failure if another value stands in place of the list.
	#noList(look: Look): Failure | undefined {
		const {value, path, place} = look;
		if (place === 'other' && !this.#hadList && !this.#isOff && !keyedRows(value, path, !this.#isDeclared)) {
			const isEntity = this.#options.isSelectorImplied === true;
			const text = emptyRows(path, value, this.#isDeclared, isEntity);
			const advice =
				'If it is right, name the rows with data_selector ($ for the whole body), and set error_path: null';
			if (text !== undefined) return this.#fails(look, text, advice);
		}
		if (place === 'above') {
			if (this.#isEmptyAllowed) return undefined;
			const advice = 'If that means that there are no rows, set missing_rows: empty';
			return this.#fails(look, `null above the rows (${path.text})`, advice);
		}
		return this.#unlikeBefore(look);
	}

	// The failure if the pages before had a list and this one has none.
	#unlikeBefore(look: Look): Failure | undefined {
		const {value, path, place} = look;
		// `data.*` of {"a": 1, "b": 2}: the values were words and numbers on the pages before, too.
		const areValues = path.isEach && this.#hadWords === true && place === 'other';
		if (!this.#hadList || areValues || place === 'missing' || place === 'unknown') return undefined;
		if (this.#isEmptyAllowed && place !== 'other') return undefined;
		if (place === 'null' && !this.#hadRows) return undefined;
		const what = place === 'null' || place === 'nothing' ? place : describe(value);
		const advice = place === 'other' ? '' : 'If that is how its pages end, set missing_rows: empty';
		const text = `${what} in place of the rows (${path.text}), which were a list on the pages before`;
		return this.#fails(look, text, advice);
	}

	#bare(look: Look): Failure | undefined {
		const {value, isRoot} = look;
		if (!isRoot || this.#isDeclared || this.#isEmptyAllowed) return undefined;
		if (!isObject(value) || Object.keys(value).length > 0) return undefined;
		const advice = 'If that means that there are no rows, set missing_rows: empty';
		return this.#fails(look, 'an empty object', advice);
	}

	/** The rows of an answer; none where it leaves its empty list out. Remembers the form of the pages. */
	selection(part: BodyPart, path: Selector, select: () => Selection): Selection {
		const selection = this.#selected(part, path, select);
		if (selection.received === 0 && this.#columns) this.checkElsewhere(part.value ?? null, path);
		if (selection.received > 0) this.#columns ??= Object.keys(lastRecord(selection.records) ?? {});
		if (selection.received === 0) this.#tellOfNone(part, path);
		else this.#tellOfMore(part.value ?? null, path);
		if (selection.received === 1 && !selection.isList) {
			doubtOne(part, path, this.#options, !this.#hadOne);
			if (!this.#isDeclared && !this.#hadOne) tellOfNoRecord(part.value ?? null, this.#options);
		}
		this.#hadOne ||= !selection.isList && selection.received > 0;
		this.#hadWords ??= areWords(part, path);
		this.#hadList ||= selection.isList;
		this.#hadRows ||= selection.received > 0;
		return selection;
	}

	/**
	 * Throws where an answer without rows has rows in another list: the empty list may be there still, beside
	 * one under a new name.
	 */
	checkElsewhere(value: JsonValue, path: Selector): void {
		const other = likeRows(value, path, this.#columns ?? []);
		if (other !== undefined) throw movedRows(path, other);
	}

	// Warns of an answer without rows. It ends the walk, and may be a fault as well as the end.
	#tellOfNone(part: BodyPart, path: Selector): void {
		const {value = null, records, rows, lines, response} = part;
		const {paths, name, onWarning} = this.#options;
		const place = findRows(path, value);
		const isNone = place === 'null' || place === 'nothing' || place === 'missing';
		const hasRows = records !== undefined || lines !== undefined || (rows?.length ?? 0) > 0;
		if (!isNone || this.#isTold || hasRows || response.status === 204 || this.#isEmptyAllowed) return;
		if ((place === 'missing' && hasNext(value, paths)) || statesNone(value)) return;
		this.#isTold = true;
		const instead = quoteValue(valueAtSelector(path, value) ?? null) || '""';
		const message =
			'an answer has ' +
			`${place === 'missing' ? `no "${path.text}"` : `${instead} in place of the rows (${path.text})`}; ` +
			'it was taken for a page without rows. If that is what an answer without rows looks like, set ' +
			'missing_rows: empty';
		onWarning?.({code: 'no-list', resource: name, message});
	}

	#selected({value = null}: BodyPart, path: Selector, select: () => Selection): Selection {
		try {
			return select();
		} catch (error) {
			// Only a missing list may be left out; an object of another form is in doubt.
			if (!(error instanceof SelectorError) || !isObject(value) || !isLeftOut(findRows(path, value)))
				throw error;
			return this.#leftOut(value, path, error);
		}
	}

	#leftOut(value: JsonValue, path: Selector, cause: SelectorError): Selection {
		const elsewhere = rowsElsewhere(value, path);
		if (elsewhere !== undefined && this.#hadRows) throw movedRows(path, elsewhere, cause);
		const hasMore = elsewhere === undefined && hasNext(value, this.#options.paths);
		if (this.#isEmptyAllowed || hasMore) return none;
		// If a total is not reached yet, this answer is not the end.
		if (this.#hadList) return {...none, isList: false};
		const advice = 'If an answer without it has no rows, set missing_rows: empty';
		throw new SelectorError(`${cause.message}. ${advice}`, {cause});
	}
}

// Whether the server needs time: 202 means "accepted", and without rows there is nothing to read yet.
function isWaiting(place: RowsFinding, {keys}: Selector, body: JsonValue): boolean {
	if (place === 'list' || place === 'keyed') return false;
	return place !== 'other' || keys?.length !== 0 || !isObject(body) || !isIdentified(body as JsonObject);
}
