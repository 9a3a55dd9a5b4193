/**
 * Where the rows of a resource without `data_selector` are. The guess is stored in the state, so that a later
 * run that would look elsewhere can report it.
 */
import type {JsonObject, JsonValue} from '../../../core/json/json.ts';
import {ownValue} from '../../../core/own.ts';
import {isObject} from '../../../core/path/path.ts';
import {selector as compileSelector, detect, yamlPath} from '../../../core/path/selector.ts';
import type {WalkOptions} from '../walk-options.ts';
import {findRows} from './rows-place.ts';

// No path to a cursor begins with a brace.
const guessKey = '{data_selector}';

/** All walks of a resource share one. */
export interface GuessedSelector {
	/** The path to the rows of an answer: the known path while it leads to a list, or else a new guess. */
	path(body: JsonValue): string;
	/** Notes that the first answer of a walk was read with this path. Warns when it is not the known one. */
	found(path: string, body: JsonValue, received: number): void;
	/** The change of the state that goes out with the current page. */
	patch(): {state?: JsonObject};
}

type Options = Pick<WalkOptions, 'name' | 'missingRows' | 'onWarning'>;

/** `state` is the stored state of the resource. Without one, nothing is known, and nothing is stored. */
export function guessedSelector(
	{name, missingRows, onWarning}: Options,
	state?: JsonObject,
): GuessedSelector {
	const stored = state && ownValue(state, guessKey);
	let known = typeof stored === 'string' ? stored : undefined;
	let change: JsonObject | undefined;

	const tell = (message: string): void => onWarning?.({code: 'selector-changed', resource: name, message});

	return {
		path(body) {
			const guess = detect(body);
			if (known === undefined || known === guess || leadsToList(known, body)) return known ?? guess;
			// Without its empty list, a body looks like a record.
			return missingRows === 'empty' && guess === '$' && isObject(body) ? known : guess;
		},
		found(path, body, received) {
			const guess = detect(body);
			const isNone = received === 0;
			if (known === undefined || path === known) {
				// An answer without rows is weak evidence of where they are.
				if (isNone && known !== undefined && guess !== known && hasItems(guess, body))
					tell(emptied(known, guess));
				if (isNone || path === known) return;
			} else {
				if (isNone && !leadsToList(path, body)) return;
				tell(moved(known, path));
				if (isNone) return;
			}
			known = path;
			if (state) change = {[guessKey]: path};
		},
		patch() {
			const patch = change === undefined ? {} : {state: change};
			change = undefined;
			return patch;
		},
	};
}

/** A state without the guess. */
export function withoutGuess({[guessKey]: _, ...state}: JsonObject): JsonObject {
	return state;
}

function leadsToList(path: string, body: JsonValue): boolean {
	return findRows(compileSelector(path), body) === 'list';
}

function hasItems(path: string, body: JsonValue): boolean {
	return path !== '$' && compileSelector(path).select(body).received > 0;
}

function moved(known: string, path: string): string {
	return (
		`the rows are read from "${path}"; until now they came from "${known}", where this answer has no list. ` +
		`If "${path}" is right, set data_selector: ${yamlPath(path)}`
	);
}

function emptied(known: string, guess: string): string {
	return (
		`the list at "${known}", where the rows came from until now, is empty, and "${guess}" has items. ` +
		`They were not read. To read them, set data_selector: ${yamlPath(guess)}; to keep to "${known}", ` +
		`set data_selector: ${yamlPath(known)}`
	);
}
