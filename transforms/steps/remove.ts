/** Removes fields, at places or at any depth, always or under a condition. */
import {isTruth} from '../../src/core/expression.ts';
import {anyPlace} from './anywhere.ts';
import {recordExpression} from './expression.ts';
import type {Edit} from './place.ts';
import type {Change} from './step.ts';

export interface RemoveOptions {
	/** Names and paths; `**.name` is a field at any depth, `**` every value that is no object or list. */
	readonly fields: readonly string[];
	/** An expression about `value`, the value of the field, and `record`. @default all are removed */
	readonly when?: string | undefined;
}

export function remove(given: readonly string[] | RemoveOptions): Change {
	const {fields, when} = isList(given) ? {fields: given, when: undefined} : given;
	const places = fields.map(anyPlace);
	if (when === undefined)
		return record => places.reduce((result, edit) => edit(result, () => undefined), record);
	const holds = recordExpression(when, 'remove.when', ['value']);
	return (record, place) => {
		const edit: Edit = value => (isTruth(holds(record, place, {value})) ? undefined : value);
		return places.reduce((result, editAll) => editAll(result, edit), record);
	};
}

function isList<T>(value: readonly string[] | T): value is readonly string[] {
	return Array.isArray(value);
}
