import type {JsonObject, JsonValue} from '../../core/json/json.ts';
import {isObject, parsePath} from '../../core/path/path.ts';
import {isIdentified} from '../../resource/completeness/error-signs.ts';
import {guesses} from '../../resource/paging/detect.ts';
import {byAsking} from '../../resource/paging/detect-counts.ts';
import {configOf, type Guess} from '../../resource/paging/guess.ts';
import type {PageAnswer, Paginator} from '../../resource/paging/paginator.ts';
import {put} from '../../resource/paging/request-draft.ts';
import {areOthers, printsOf} from '../../resource/walk/second-page.ts';
import {callback} from '../fields.ts';
import {definePaginator, type Paging} from '../paginator.ts';
import type {OptionsOf} from '../plugin.ts';
import {cursor} from './cursor.ts';
import {headerCursor} from './header-cursor.ts';
import {headerLink} from './header-link.ts';
import {jsonLink} from './json-link.ts';
import {offset} from './offset.ts';
import {pageNumber} from './page-number.ts';
import {singlePage} from './single-page.ts';

type Json<T> = T & {[key: string]: JsonValue};
type Found = {
	guess: Json<Guess>;
	at: JsonValue;
	/** Other ways to ask for this page, while it is not known that the server takes this one. */
	others?: Json<Guess>[];
	/**
	 * Prints of the rows of the first page, which says nothing of more: the server is asked whether it has
	 * others.
	 */
	known?: string[];
};
type Place = Found | null;

/**
 * Looks at the first answer for a Link header, a next link, a token, a stated place and total, and walks on
 * with what it found; with none of them, that page is the only one. A server that ignores a parameter sends
 * the first page again, or refuses it: then the next name for it is tried. When none is right, that is an
 * error.
 */
export const auto = definePaginator({
	type: 'auto',
	summary: 'Found out from the first response.',
	fields: {
		onDetected: callback<(guess: Guess) => void>({
			doc: 'Told once what was found in the first answer. Must not throw.',
		}),
	},
	make({onDetected}): Paging<Place> {
		function placeAfter(
			guess: Guess,
			at: JsonValue,
			answer: PageAnswer,
			others: readonly Guess[] = [],
		): Place | undefined {
			const next = paginatorFor(guess, answer.body).next(at, answer);
			if (next === undefined) return undefined;
			return {
				guess: guess as Json<Guess>,
				at: next,
				...(others.length > 0 && {others: others as Json<Guess>[]}),
			};
		}

		function replyTo(
			{guess, at, others = []}: Found,
			known: readonly string[],
			{records}: PageAnswer,
		): Place | undefined {
			const isMore = areOthers(records, known);
			onDetected?.(isMore ? guess : {type: 'single_page', isAsked: true});
			return isMore ? {guess, at, others} : undefined;
		}

		// Whichever of the two the server takes, it has other rows there, if it has any.
		function questionAfter(answer: PageAnswer): Place | undefined {
			const {isInDoubt, received, records} = answer;
			const known = isInDoubt && records.length === received ? printsOf(records) : undefined;
			if (!known) return undefined;
			const [guess, other] = byAsking(answer);
			const place = placeAfter(guess, chosen(guess).first, answer, [other]);
			return place && {...place, known};
		}

		// The answer is the first page once more.
		function retried({guess: before, others = []}: Found, answer: PageAnswer): Place | undefined {
			const [guess, ...rest] = others;
			const isAsked = 'isAsked' in before && before.isAsked;
			const {repeated: _, ...anew} = answer;
			if (guess && isAsked) onDetected?.(guess);
			return guess && placeAfter(guess, chosen(guess).first, anew, rest);
		}

		return {
			reads: [],
			first: null,
			request(draft, place) {
				if (place === null) return draft;
				const one = chosen(place.guess).request(draft, place.at);
				if (!place.known) return one;
				return put(put(one, {param: 'page'}, 2), {param: 'offset'}, place.known.length);
			},
			next(place, answer) {
				if (!place) {
					const [guess, ...others] = guessesOf(answer);
					const question = guess.type === 'single_page' ? questionAfter(answer) : undefined;
					if (question) return question;
					onDetected?.(guess);
					return placeAfter(guess, chosen(guess).first, answer, others);
				}
				if (place.known) return replyTo(place, place.known, answer);
				const isFirstAgain = answer.received > 0 && answer.repeated === answer.received;
				if (isFirstAgain && !isOwnRepeat(place) && place.others) return retried(place, answer);
				return placeAfter(place.guess, place.at, answer, isFirstAgain ? place.others : []);
			},
			isQuestion: place => place?.known !== undefined,
			foresee: (place, start) =>
				place?.others ? undefined : onwards(place, place && chosen(place.guess).foresee?.(place.at, start)),
			smaller: place => onwards(place, place && chosen(place.guess).smaller?.(place.at)),
			mayRepeatFirst: place => place !== null && (isOwnRepeat(place) || place.others !== undefined),
			isTrial: place => place !== null,
			otherwise(place) {
				const [guess, ...others] = place?.others ?? [];
				// Only of one kind: what another kind makes of the first page is not known any more.
				if (!place || !guess || guess.type !== place.guess.type) return undefined;
				return {guess, at: place.at, ...(others.length > 0 && {others})};
			},
			remedy: place => (place === null ? undefined : `To name the parameter: ${configOf(place.guess)}`),
			byPosition(place) {
				const found = place && chosen(place.guess).byPosition?.(place.at);
				if (!found) return undefined;
				const {earlier, ...facts} = found;
				return {...facts, ...(earlier && {earlier: rows => onwards(place, earlier(rows))})};
			},
			isPastEnd: (place, status, body) =>
				place !== null && chosen(place.guess).isPastEnd?.(place.at, status, body) === true,
			overlap: place => (place ? chosen(place.guess).overlap?.(place.at) : undefined),
			ends(place) {
				const {skippedRows, skippedPages} = (place && chosen(place.guess).ends?.(place.at)) ?? {};
				return {
					countsPages: !place || place.guess.type === 'page_number',
					...(skippedRows !== undefined && {skippedRows}),
					...(skippedPages !== undefined && {skippedPages}),
				};
			},
			describe: place =>
				place === null || place.known
					? 'the first page'
					: `${chosen(place.guess).describe(place.at)} (auto chose ${place.guess.type})`,
		};
	},
});

export type AutoOptions = OptionsOf<typeof auto>;

function guessesOf(answer: PageAnswer): readonly [Guess, ...Guess[]] {
	const {isList, received, body, headers} = answer;
	// What one record holds are its own fields.
	const isRecord = !isList && received === 1 && isObject(body) && isIdentified(body as JsonObject);
	return guesses(isRecord ? {headers, body: null, received} : answer) as readonly [Guess, ...Guess[]];
}

// Page 1 may be page 0 again, which the paginator of page numbers sorts out itself.
function isOwnRepeat({guess, at}: Found): boolean {
	return chosen(guess).mayRepeatFirst?.(at) === true;
}

function onwards(place: Place, at: JsonValue | undefined): Place | undefined {
	return place && at != null ? {...place, at} : undefined;
}

// Many an API leaves its flag out where it would be false.
function paginatorFor(guess: Guess, body: JsonValue): Paginator {
	if (!('hasMorePath' in guess) || guess.hasMorePath === undefined) return chosen(guess);
	if (parsePath(guess.hasMorePath).first(body) !== undefined) return chosen(guess);
	const {hasMorePath: _, ...rest} = guess;
	return chosen(rest as Guess);
}

// The guess is a part of every place of a walk, and the same object in all of them.
const paginators = new WeakMap<Guess, Paginator>();

function chosen(guess: Guess): Paginator {
	const known = paginators.get(guess);
	if (known) return known;
	const paginator = paginatorOf(guess);
	paginators.set(guess, paginator);
	return paginator;
}

function paginatorOf(guess: Guess): Paginator {
	switch (guess.type) {
		case 'header_link':
			return headerLink();
		case 'json_link':
			return jsonLink(guess);
		case 'offset':
			return offset(guess);
		case 'page_number':
			return pageNumber(guess);
		case 'cursor':
			return cursor(guess);
		case 'header_cursor':
			return headerCursor(guess);
		case 'single_page':
			return singlePage();
	}
}
