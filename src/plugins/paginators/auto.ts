import {PaginationError} from '../../core/errors.ts';
import type {JsonObject, JsonValue} from '../../core/json/json.ts';
import {isObject, parsePath} from '../../core/path/path.ts';
import {byAsking} from '../../resource/paging/detect-counts.ts';
import {configOf, type Guess} from '../../resource/paging/guess.ts';
import type {PageAnswer, Paginator} from '../../resource/paging/paginator.ts';
import {setParameter} from '../../resource/paging/request-draft.ts';
import {areOthers, printsOf} from '../../resource/walk/second-page.ts';
import {callback} from '../fields.ts';
import {definePaginator, type Paging} from '../paginator.ts';
import type {OptionsOf} from '../plugin.ts';
import {
	type Again,
	adviceFor,
	guessesOf,
	headOf,
	ignoredMessage,
	type Json,
	largerFirst,
	sizedGuesses,
} from './auto-guesses.ts';
import {chosen} from './chosen.ts';

type Found = {
	guess: Json<Guess>;
	at: JsonValue;
	/** Other ways to ask for this page, until it is known that the server accepts this one; perhaps none. */
	others?: Json<Guess>[];
	/**
	 * Fingerprints of the rows of the first page, if that page does not say whether more follow: the server is
	 * asked for others.
	 */
	known?: string[];
};
type AutoPlace = Found | Again | null;

/**
 * Searches the first response for a Link header, a next link, a token, a stated place and a total, and walks
 * on with what it finds. Without any of them, that page is the only one. A server that ignores a parameter
 * sends the first page again, or refuses it: then the next name for it is tried. If all names fail, that is
 * an error.
 * @example resource(api, {name: 'contacts', paginator: auto()})
 */
export const auto = definePaginator({
	type: 'auto',
	summary: 'Found out from the first response.',
	fields: {
		onDetected: callback<(guess: Guess) => void>({
			doc: 'Told once what was found in the first answer. Must not throw.',
		}),
	},
	make({onDetected}): Paging<AutoPlace> {
		function placeAfter(
			guess: Guess,
			at: JsonValue,
			answer: PageAnswer,
			others?: readonly Guess[],
		): AutoPlace | undefined {
			const next = paginatorFor(guess, answer.body).next(at, answer);
			if (next === undefined) return undefined;
			return {guess: guess as Json<Guess>, at: next, ...(others && {others: others as Json<Guess>[]})};
		}

		function afterFirst([guess, ...others]: readonly [Guess, ...Guess[]], answer: PageAnswer) {
			const place = placeAfter(guess, chosen(guess).first, answer, others.length > 0 ? others : undefined);
			if (place === undefined || others.length === 0) onDetected?.(guess);
			return place;
		}

		function replyTo(
			{guess, at, others = []}: Found,
			known: string[],
			{records}: PageAnswer,
		): AutoPlace | undefined {
			const isMore = areOthers(records, known);
			// If the first page came again, pages may count from 1.
			const [one, other] = guess.type === 'page_number' ? [guess, others] : [others[0], [guess]];
			if (!isMore && one?.type === 'page_number' && one.basePage === 0 && records.length > 0)
				return question({...one, basePage: 1, page: 1}, known, other);
			if (isMore) return {guess, at, others};
			onDetected?.({type: 'single_page', isAsked: true});
			return undefined;
		}

		// The response is the first page once more.
		function retried({guess: before, others: [guess, ...rest] = []}: Found, answer: PageAnswer) {
			const {repeated: _, ...anew} = answer;
			if (guess) return placeAfter(guess, chosen(guess).first, anew, rest);
			if ('isUnsure' in before) {
				onDetected?.({type: 'single_page', isAsked: true});
				return undefined;
			}
			throw new PaginationError(ignoredMessage(before, guessesOf(anew)));
		}

		return {
			reads: [],
			first: null,
			request(draft, place) {
				if (!isFound(place))
					return place?.size ? setParameter(draft, {param: place.size.param}, place.size.rows) : draft;
				const one = chosen(place.guess).request(draft, place.at);
				if (!place.known) return one;
				const page = place.guess.type === 'page_number' ? place.guess.basePage + 1 : 1;
				return setParameter(setParameter(one, {param: 'page'}, page), {param: 'offset'}, place.known.length);
			},
			instead(place, answer) {
				if (isFound(place)) return undefined;
				if (place === null) return largerFirst(answer);
				const isLess = place.size && (answer.received < place.least || headOf(answer.records) !== place.head);
				return isLess ? {size: null} : undefined;
			},
			next(place, answer) {
				if (!isFound(place)) {
					const found = sizedGuesses(place, answer);
					const question = found[0].type === 'single_page' ? questionAfter(answer) : undefined;
					return question ?? afterFirst(found, answer);
				}
				if (place.known) return replyTo(place, place.known, answer);
				const isFirstAgain = answer.received > 0 && answer.repeated === answer.received;
				if (isFirstAgain && place.others && (!isOwnRepeat(place) || isAsked(place.guess)))
					return retried(place, answer);
				if (place.others && !isFirstAgain) onDetected?.(place.guess);
				return placeAfter(place.guess, place.at, answer, isFirstAgain ? place.others : undefined);
			},
			isQuestion: place => isFound(place) && place.known !== undefined,
			foresee: (place, start) =>
				isFound(place) && !place.others
					? onwards(place, chosen(place.guess).foresee?.(place.at, start))
					: undefined,
			smaller(place) {
				if (isFound(place)) return onwards(place, chosen(place.guess).smaller?.(place.at));
				return place?.size ? {size: null} : undefined;
			},
			mayRepeatFirst: place => isFound(place) && (isOwnRepeat(place) || place.others !== undefined),
			isTrial: place => place !== null,
			otherwise(place) {
				if (!isFound(place)) return place?.size ? {size: null} : undefined;
				const [guess, ...others] = place.others ?? [];
				// Only a guess of the same kind: the place that another kind would find in the first page is no
				// longer known.
				if (!guess || guess.type !== place.guess.type) return undefined;
				return {guess, at: place.at, others};
			},
			remedy: place => (isFound(place) ? `To name the parameter: ${configOf(place.guess)}` : undefined),
			adviceIfRefused: place => (isFound(place) && place.others ? adviceFor(place.guess) : undefined),
			byPosition(place) {
				if (!isFound(place)) return undefined;
				const found = chosen(place.guess).byPosition?.(place.at);
				if (!found) return undefined;
				const {earlier, back, ...facts} = found;
				return {
					...facts,
					...(earlier && {earlier: rows => onwards(place, earlier(rows))}),
					...(back && !place.known && {back: pages => onwards(place, back(pages))}),
				};
			},
			isPastEnd: (place, status, body) =>
				isFound(place) && chosen(place.guess).isPastEnd?.(place.at, status, body) === true,
			overlap: place => (isFound(place) ? chosen(place.guess).overlap?.(place.at) : undefined),
			ends(place) {
				if (!isFound(place)) return {countsPages: true};
				const {skippedRows, skippedPages} = chosen(place.guess).ends?.(place.at) ?? {};
				return {
					countsPages: place.guess.type === 'page_number',
					...(skippedRows !== undefined && {skippedRows}),
					...(skippedPages !== undefined && {skippedPages}),
				};
			},
			describe: place =>
				isFound(place) && !place.known
					? `${chosen(place.guess).describe(place.at)} (auto chose ${place.guess.type})`
					: 'the first page',
		};
	},
});

export type AutoOptions = OptionsOf<typeof auto>;

/** The guess of `auto` at a place, and whether no other guess is left to try. */
export function guessAt(place: JsonValue | undefined): {guess: Guess; isOnly: boolean} | undefined {
	const {guess, at, others} = isObject(place) ? (place as Partial<Found>) : {};
	if (!guess) return undefined;
	// Page 1 was the same as page 0.
	const isFromOne = guess.type === 'page_number' && isObject(at) && (at as JsonObject).from === 1;
	return {guess: isFromOne ? {...guess, basePage: 1} : guess, isOnly: others === undefined};
}

function questionAfter(answer: PageAnswer): AutoPlace | undefined {
	const {isInDoubt, received, records} = answer;
	const known = isInDoubt && records.length === received ? printsOf(records) : undefined;
	const [guess, other] = byAsking(answer) as [Json<Guess>, Json<Guess>];
	return known && question(guess, known, [other]);
}

// The requests for a second page, by its number and by an offset. If there are more rows, the one that the
// server accepts brings other rows. If a server counts pages from 0, page 2 would skip one, so page 1 is
// requested first.
function question(guess: Json<Guess>, known: string[], others: Json<Guess>[]): AutoPlace {
	const first = guess.type === 'offset' ? (guess.offset ?? 0) : 0;
	const at =
		guess.type === 'page_number' ? {page: guess.basePage + 1} : {offset: first + known.length, full: true};
	return {guess, at, others, known};
}

function isAsked(guess: Guess): boolean {
	return 'isAsked' in guess && guess.isAsked === true;
}

function isFound(place: AutoPlace): place is Found {
	return place !== null && 'guess' in place;
}

// Page 1 may be the same as page 0, which the paginator of page numbers handles itself.
function isOwnRepeat({guess, at}: Found): boolean {
	return chosen(guess).mayRepeatFirst?.(at) === true;
}

function onwards(place: Found, at: JsonValue | undefined): AutoPlace | undefined {
	return at != null ? {...place, at} : undefined;
}

// Many APIs leave their flag out if it would be false.
function paginatorFor(guess: Guess, body: JsonValue): Paginator {
	if (!('hasMorePath' in guess) || guess.hasMorePath === undefined) return chosen(guess);
	if (parsePath(guess.hasMorePath).first(body) !== undefined) return chosen(guess);
	const {hasMorePath: _, ...rest} = guess;
	return chosen(rest as Guess);
}
