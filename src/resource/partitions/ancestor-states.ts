/**
 * Where incremental ancestors of a resource stand: a resource that is read for new and changed parents only
 * keeps, in its own state, how far each ancestor had been read for it. So a parent whose children were not
 * committed is asked for again.
 */
import type {JsonObject} from '../../core/json/json.ts';
import {ownValue} from '../../core/own.ts';
import {isObject} from '../../core/path/path.ts';
import {applyPatch} from '../../core/state-patch.ts';

/** A patch of the state of the resource: each ancestor under a key of its own. */
export type StatesPatch = {readonly [key: string]: JsonObject};

export interface AncestorStates {
	/** What the pages of an ancestor so far add up to, those of earlier runs too. */
	of(name: string): JsonObject;
	/** Takes in what a page of an ancestor changes. */
	add(name: string, change: JsonObject | undefined): void;
	/** All that has changed in this run. The next change makes a new object. */
	current(): StatesPatch;
}

/** `stored` is the state of the resource whose ancestors they are. */
export function ancestorStates(stored: JsonObject): AncestorStates {
	let changed: StatesPatch = {};
	const of = (name: string): JsonObject => changed[keyOf(name)] ?? ancestorState(stored, name);
	return {
		of,
		add(name, change) {
			if (change) changed = {...changed, [keyOf(name)]: applyPatch(of(name), change)};
		},
		current: () => changed,
	};
}

/** What the state of a resource holds of one of its ancestors. */
function ancestorState(state: JsonObject, name: string): JsonObject {
	const value = ownValue(state, keyOf(name)) ?? {};
	return isObject(value) ? value : {};
}

// No path to a cursor begins with a brace.
function keyOf(name: string): string {
	return `{resources.${name}}`;
}
