/**
 * Whether an answer with a status of success is one: an error inside it, "not yet", or something else than
 * the pages before it.
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
import type {Warn} from '../../../core/warning.ts';
import {excerpt, Failure} from '../../../http/failure.ts';
import type {BodyPart} from '../../../http/send-options.ts';
import {
	type ErrorSign,
	errorSign,
	hasFieldsOfItsOwn,
	isIdentified,
	isTruthy,
	mayPass,
	quoted,
} from '../../completeness/error-signs.ts';
import {errorLine} from './error-line.ts';
import {doubtOne, keyedRows} from './keyed-rows.ts';
import {
	areWords,
	at,
	hasNext,
	isEmptyList,
	isErrorList,
	isLeftOut,
	type Place,
	placeOf,
	rowsElsewhere,
	standIn,
	statesNone,
} from './rows-place.ts';

export interface AnswerCheckOptions {
	/**
	 * Path to what an answer holds only when it is an error: `error`, `meta.errors`. Something there that is not
	 * empty, false or 0 fails the request. `null` looks for nothing. @default the usual places: error, errors,
	 * success: false …
	 */
	readonly errorPath?: string | null | undefined;
	/**
	 * Path to what must be there, and not empty, false or 0: until then the answer is "not yet", and the request
	 * is sent again.
	 */
	readonly readyPath?: string | undefined;
	/**
	 * What an answer without the list of rows is. `empty`: a page without rows. `fail`: a failure, if nothing
	 * says that the page may be empty: a page before that had the list, or a next token beside it. @default
	 * 'fail'
	 */
	readonly missingRows?: 'fail' | 'empty' | undefined;
	/** Name of the resource. */
	readonly name: string;
	/** Told of an answer without a list, which is taken for one without rows. @default nobody is told */
	readonly onWarning?: Warn;
	/** Paths that the paginator reads. */
	readonly paths: readonly Path[];
	/** As the author named it: then an object at it is a record. */
	readonly selector?: string | undefined;
	/** The path to the rows of an answer where the author has named none. @default detect */
	readonly guess?: ((body: JsonValue) => string) | undefined;
	/**
	 * The selector follows from the path, `users/{id}`; the author has named none. An object there may be an
	 * error. @default false
	 */
	readonly isSelectorImplied?: boolean | undefined;
}

export interface AnswerCheck {
	/** Why an answer is no page, if it is none. `selector` is absent until the first answer tells it. */
	failure(part: BodyPart, selector: Selector | undefined): Failure | undefined;
	/** The rows of an answer; of one that leaves its empty list out, none. Remembers what pages look like. */
	selection(part: BodyPart, selector: Selector, select: () => Selection): Selection;
}

const none: Selection = {records: [], nulls: 0, received: 0, isList: true};

export function answerCheck(options: AnswerCheckOptions): AnswerCheck {
	const {errorPath, readyPath, missingRows = 'fail', paths, guess = detect} = options;
	const isDeclared = options.selector !== undefined && options.isSelectorImplied !== true;
	const error = typeof errorPath === 'string' ? parsePath(errorPath) : undefined;
	const ready = readyPath === undefined ? undefined : parsePath(readyPath);
	let hadList = false;
	let hadRows = false;
	let hadOne = false;
	let hadWords: boolean | undefined;
	let isTold = false;

	function sign(body: JsonObject, path: Selector): ErrorSign | undefined {
		if (error) {
			const found = error.first(body);
			return found !== undefined && isTruthy(found) ? {text: quoted(found), isSure: true} : undefined;
		}
		// A record that the author declared, or one that has a name or an id, may have errors of its own.
		const isRecord =
			path.keys?.length === 0 && !hadList && (isDeclared || isIdentified(body) || hasFieldsOfItsOwn(body));
		return errorPath === null || isRecord
			? undefined
			: errorSign(body, isDeclared || !isErrorList(path, body) ? path.keys : undefined);
	}

	function failure(part: BodyPart, given: Selector | undefined): Failure | undefined {
		const {value, last, rows, records, response} = part;
		const {status} = response;
		const said = errorLine(part, given, {error, isOff: errorPath === null, isDeclared});
		if (said !== undefined) {
			const advice = 'If this is no error, set error_path: null; a line that is a row needs data_selector: $';
			return inside(status, said, advice, !mayPass(said));
		}
		// Lines of JSON and of CSV are rows, whatever is in them.
		if (!last || value === undefined || (records && !isObject(value))) return undefined;
		// 204 says by itself that there is no content.
		if (status === 204) return undefined;
		if (ready && !isTruthy(ready.first(value) ?? null)) return notReady(status, value, readyPath ?? '');
		const path = given ?? compileSelector(guess(value));
		const place = rows?.length || records?.length ? 'list' : placeOf(path, value);
		if (status === 202 && isWaiting(place, path, value)) return waiting(status, value);
		const failed = (text: string, advice: string, isFinal = false): Failure =>
			inside(status, text, advice, isFinal);
		const found = isObject(value) ? sign(value as JsonObject, path) : undefined;
		const isRoot = path.keys?.length === 0;
		const isList = place === 'list' || place === 'keyed';
		if (found && (found.isSure || !isList || (found.isAboutNone && isEmptyList(path, value)))) {
			const advice =
				isRoot && !hadList
					? 'If this is a record, declare it with data_selector: $ ; if it is no error, set error_path: null'
					: 'If this is no error, set error_path: null, or name the place of errors with error_path';
			return failed(found.text, advice, !mayPass(found.text));
		}
		if (isList) {
			if (hadOne)
				return failed(`a list in place of one record (${path.text}), which the page before was`, '');
			const words = areWords(part, path);
			if (words !== undefined && hadWords !== undefined && words !== hadWords)
				return failed(
					`${words ? 'words among' : 'objects for'} the rows (${path.text}), unlike the pages before`,
					'',
				);
		}
		if (place === 'other' && !hadList && errorPath !== null && !keyedRows(value, path, !isDeclared)) {
			const text = standIn(path, value, isDeclared, options.isSelectorImplied === true);
			const advice =
				'If it is right, name the rows with data_selector ($ for the whole body), and set error_path: null';
			if (text !== undefined) return failed(text, advice);
		}
		if (place === 'above') {
			const advice = 'If that means that there are no rows, set missing_rows: empty';
			return missingRows === 'empty' ? undefined : failed(`null above the rows (${path.text})`, advice);
		}
		// `data.*` of {"a": 1, "b": 2}: the values were words and numbers on the pages before.
		const areValues = path.isEach && hadWords === true && place === 'other';
		if (
			hadList &&
			!areValues &&
			place !== 'list' &&
			place !== 'keyed' &&
			place !== 'missing' &&
			place !== 'unknown'
		) {
			if (missingRows === 'empty' && place !== 'other') return undefined;
			if (place === 'null' && !hadRows) return undefined;
			const what = place === 'null' ? 'null' : place === 'nothing' ? 'nothing' : describe(value);
			const advice = place === 'other' ? '' : 'If that is how its pages end, set missing_rows: empty';
			return failed(
				`${what} in place of the rows (${path.text}), which were a list on the pages before`,
				advice,
			);
		}
		const isBare =
			isRoot && !isDeclared && missingRows === 'fail' && isObject(value) && Object.keys(value).length === 0;
		return isBare
			? failed('an empty object', 'If that means that there are no rows, set missing_rows: empty')
			: undefined;
	}

	return {
		failure,
		selection(part, path, select) {
			const selection = selected(part, path, select);
			if (selection.received === 0) tellOfNone(part, path);
			if (selection.received === 1 && !selection.isList) doubtOne(part, path, options, !hadOne);
			hadOne ||= !selection.isList && selection.received > 0;
			hadWords ??= areWords(part, path);
			hadList ||= selection.isList;
			hadRows ||= selection.received > 0;
			return selection;
		},
	};

	// It ends the walk, and may be a mishap as well as the end.
	function tellOfNone(
		{value = null, records, rows, lines, response: {status}}: BodyPart,
		path: Selector,
	): void {
		const place = placeOf(path, value);
		const isNone = place === 'null' || place === 'nothing' || place === 'missing';
		if (
			!isNone ||
			isTold ||
			records ||
			lines !== undefined ||
			rows?.length ||
			status === 204 ||
			missingRows === 'empty'
		)
			return;
		if ((place === 'missing' && hasNext(value, paths)) || statesNone(value)) return;
		isTold = true;
		const message =
			`an answer has ${place === 'missing' ? `no "${path.text}"` : `${quoted(at(path, value) ?? null) || '""'} in place of the rows (${path.text})`}; ` +
			'it was taken for a page without rows. If that is what an answer without rows looks like, set missing_rows: empty';
		options.onWarning?.({code: 'no-list', resource: options.name, message});
	}

	function selected({value = null}: BodyPart, path: Selector, select: () => Selection): Selection {
		try {
			return select();
		} catch (error) {
			// Only what is not there may be left out; an object of another shape is in doubt.
			if (!(error instanceof SelectorError) || !isObject(value) || !isLeftOut(placeOf(path, value)))
				throw error;
			const elsewhere = rowsElsewhere(value, path);
			if (elsewhere !== undefined && hadRows) {
				const advice = `If both are rows, use data_selector: "$['${path.keys?.[0] ?? path.text}','${elsewhere}'][*]"`;
				throw new SelectorError(
					`no "${path.text}" in the response, where the pages before had their rows; now there are rows at "${elsewhere}". ${advice}`,
					{cause: error},
				);
			}
			if (missingRows === 'empty' || (elsewhere === undefined && hasNext(value, paths))) return none;
			// Against a total that was not reached, this is no end.
			if (hadList) return {...none, isList: false};
			throw new SelectorError(
				`${error.message}. If an answer without it has no rows, set missing_rows: empty`,
				{cause: error},
			);
		}
	}
}

// 202 means "accepted": without rows there is nothing to read yet.
function isWaiting(place: Place, {keys}: Selector, body: JsonValue): boolean {
	if (place === 'list' || place === 'keyed') return false;
	return place !== 'other' || keys?.length !== 0 || !isObject(body) || !isIdentified(body as JsonObject);
}

function waiting(status: number, body: JsonValue): Failure {
	return new Failure(`answered ${status}, and has no rows yet`, {
		code: 'ERR_ANSWER',
		retryable: true,
		status,
		detail: excerpt(quoted(body), 200),
		advice: 'Wait longer with client.retry (max_retries, delay), or say what is ready with ready_path',
	});
}

function notReady(status: number, body: JsonValue, path: string): Failure {
	return new Failure(
		`answered ${status}, and is not ready: ready_path ${JSON.stringify(path)} leads to nothing yet`,
		{
			code: 'ERR_ANSWER',
			retryable: true,
			isPending: true,
			status,
			detail: excerpt(quoted(body), 200),
		},
	);
}

function inside(status: number, text: string, advice: string, isFinal: boolean): Failure {
	return new Failure(`answered ${status} with an error in the body`, {
		code: 'ERR_ANSWER',
		retryable: !isFinal,
		status,
		detail: excerpt(text, 300),
		...(advice && {advice}),
	});
}

function describe(body: JsonValue): string {
	return isObject(body)
		? `something else (the body has ${Object.keys(body).slice(0, 8).join(', ')})`
		: 'something else';
}
