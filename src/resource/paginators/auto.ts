import type {JsonValue} from '../../core/json.ts';
import {detectPaginator, type Guess} from '../detect.ts';
import {type LoopRules, loopRules} from '../loop-rules.ts';
import {type EndOptions, endOptions, type Paginator} from '../paginator.ts';
import {cursor} from './cursor.ts';
import {headerLink, jsonLink} from './link.ts';
import {offset} from './offset.ts';
import {pageNumber} from './page-number.ts';
import {singlePage} from './single-page.ts';

type Place = {guess: Guess & {[key: string]: JsonValue}; at: JsonValue} | null;

export interface AutoOptions extends EndOptions, LoopRules {
	/** Told once what was found in the first answer. Must not throw. */
	readonly onDetected?: (guess: Guess) => void;
}

/**
 * Looks at the first answer for a Link header, a next link, a page info, a stated total, or a cursor, and walks on with what
 * it found; with none of them, that page is the only one. A wrong guess shows in the second page, which would equal the first.
 */
export function auto({onDetected, ...options}: AutoOptions = {}): Paginator<Place> {
	return {
		name: 'auto',
		...loopRules(options),
		first: null,
		request: (draft, place) => (place === null ? draft : chosen(place.guess).request(draft, place.at)),
		next(place, answer) {
			const guess = place?.guess ?? detectPaginator(answer);
			if (!place) onDetected?.(guess);
			const paginator = chosen(guess);
			const at = paginator.next(place?.at ?? paginator.first, answer);
			return at === undefined ? undefined : {guess: guess as Guess & {[key: string]: JsonValue}, at};
		},
		foresee: (place, start) => onwards(place, place && chosen(place.guess).foresee?.(place.at, start)),
		smaller: place => onwards(place, place && chosen(place.guess).smaller?.(place.at)),
		mayRepeatFirst: place => (place ? chosen(place.guess).mayRepeatFirst?.(place.at) === true : false),
		byPosition(place) {
			const found = place && chosen(place.guess).byPosition?.(place.at);
			if (!found) return undefined;
			const {earlier, ...facts} = found;
			return {...facts, ...(earlier && {earlier: rows => onwards(place, earlier(rows))})};
		},
		overlap: place => (place ? chosen(place.guess).overlap?.(place.at) : undefined),
		ends(place) {
			const {skippedRows, skippedPages} = (place && chosen(place.guess).ends?.(place.at)) ?? {};
			return {
				...endOptions(options),
				countsPages: !place || place.guess.type === 'page_number',
				...(skippedRows !== undefined && {skippedRows}),
				...(skippedPages !== undefined && {skippedPages}),
			};
		},
		describe: place =>
			place === null ? 'the first page' : `${chosen(place.guess).describe(place.at)} (auto chose ${place.guess.type})`,
	};
}

function onwards(place: Place, at: JsonValue | undefined): Place | undefined {
	return place && at != null ? {...place, at} : undefined;
}

function chosen(guess: Guess): Paginator {
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
		case 'single_page':
			return singlePage();
	}
}
