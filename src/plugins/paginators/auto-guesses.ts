/** The guesses of `auto` after a first page, and its advice where none of them led on. */
import type {JsonObject, JsonValue} from '../../core/json/json.ts';
import {isObject} from '../../core/path/path.ts';
import {rowsIn} from '../../core/records/lazy-records.ts';
import type {RecordList} from '../../core/records/record-list.ts';
import {isIdentified} from '../../resource/completeness/error-signs.ts';
import {guesses} from '../../resource/paging/detect.ts';
import {configOf, type Guess, inBody, type PageSize} from '../../resource/paging/guess.ts';
import {largerPage} from '../../resource/paging/page-size.ts';
import type {PageAnswer} from '../../resource/paging/paginator.ts';
import {printsOf} from '../../resource/walk/second-page.ts';

export type Json<T> = T & {[key: string]: JsonValue};
/** The first page once more: with more rows, or in the size of the server. */
export type Again = {size: Json<PageSize>; least: number; head: string} | {size: null};
type Guesses = readonly [Guess, ...Guess[]];

/** At least one. */
export function guessesOf(answer: PageAnswer): Guesses {
	const {isList, received, body, headers} = answer;
	// The keys of a single record are its own fields.
	const isRecord = !isList && received === 1 && isObject(body) && isIdentified(body as JsonObject);
	const found = guesses(isRecord ? {headers, body: null, received} : answer);
	const {bodyPrefix} = answer;
	return (
		bodyPrefix === undefined ? found : found.flatMap(guess => inBody(guess, bodyPrefix) ?? [])
	) as Guesses;
}

// A server that sends more rows than before continues with pages of that size.
export function sizedGuesses(place: Again | null, answer: PageAnswer): Guesses {
	const found = guessesOf(answer);
	if (!place?.size || answer.received === place.least) return found;
	const {size} = place;
	return found.map(guess => ({...guess, size})) as [Guess, ...Guess[]];
}

export function largerFirst(answer: PageAnswer): Again | undefined {
	const {received, records} = answer;
	const size = largerPage(answer, guessesOf(answer)[0]);
	const head = size && headOf(records);
	return head === undefined ? undefined : {size: size as Json<PageSize>, least: received, head};
}

/** A short text that identifies the first row. */
export function headOf(records: RecordList): string | undefined {
	return printsOf(rowsIn(records).slice(0, 1))?.[0];
}

/** The advice where the server refused the last name that was tried. */
export function adviceFor(guess: Guess): string {
	return `auto guessed the parameter. ${inPlaceOfName(guess)}`;
}

/** The message where a server sent its first page again for each name of the parameter. */
export function ignoredMessage(guess: Guess, tried: readonly Guess[]): string {
	const names = tried.map(each => Object.entries(each).find(([key]) => isName(key))?.[1] ?? 'page');
	const where = guess.type === 'cursor' ? ` for the cursor at "${guess.cursorPath}"` : '';
	return (
		`the first page came again with each parameter that auto tried${where}: ${names.join(', ')}. ` +
		`${inPlaceOfName(guess)}. If the first page is all there is: paginator: single_page`
	);
}

function inPlaceOfName(guess: Guess): string {
	const named = Object.entries(guess).map(([key, value]) => [key, isName(key) ? 'NAME' : value]);
	const config = configOf(Object.fromEntries(named) as Guess);
	return `Write its name, as the documentation of the API has it, in place of NAME: ${config}`;
}

function isName(key: string): boolean {
	return /^(cursor|page|offset)(Param|BodyPath)$/.test(key);
}
