/**
 * How far incremental ancestors of a resource are read. A resource that is read only for new and changed
 * parents keeps in its own state how far each ancestor had been read for it. So a parent whose children were
 * not committed is asked for again.
 */
import type {JsonObject} from '../../core/json/json.ts';
import {ownValue} from '../../core/own.ts';
import {isObject} from '../../core/path/path.ts';
import {applyPatch} from '../../core/state-patch.ts';

/** A change of the state of the resource, with each ancestor under its own key. */
export type StatesPatch = {readonly [key: string]: JsonObject};

export interface AncestorStates {
	/** The sum of what the pages of an ancestor changed, including those of earlier runs. */
	of(name: string): JsonObject;
	/** Adds what a page of an ancestor changes. */
	add(name: string, change: JsonObject | undefined): void;
	/** Everything that has changed in this run. The next change makes a new object. */
	current(): StatesPatch;
}

/** `stored` is the state of the resource that the ancestors are read for. */
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

/** The state of one ancestor in the state of a resource. */
function ancestorState(state: JsonObject, name: string): JsonObject {
	const value = ownValue(state, keyOf(name)) ?? {};
	return isObject(value) ? value : {};
}

// The key of an ancestor. No path to a cursor begins with a brace.
function keyOf(name: string): string {
	return `{resources.${name}}`;
}
