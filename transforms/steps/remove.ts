/** Removes fields, at places or at any depth, always or under a condition. */
import {isTruth} from '../../src/core/expression.ts';
import type {JsonValue} from '../../src/core/json/json.ts';
import {inOrderOf} from '../../src/core/json/key-order.ts';
import type {JsonRecord} from '../../src/core/page.ts';
import {isObject} from '../../src/core/path/path.ts';
import {setProperty} from '../assign.ts';
import {recordExpression} from './expression.ts';
import {type Edit, fieldPlace} from './place.ts';
import type {Change} from './step.ts';

export interface RemoveOptions {
	/** Names and paths; `**.name` is a field at any depth, `**` every value that is no object or list. */
	readonly fields: readonly string[];
	/** An expression about `value`, the value of the field, and `record`. @default all are removed */
	readonly when?: string | undefined;
}

type EditAll = (record: JsonRecord, edit: Edit) => JsonRecord;

export function remove(given: readonly string[] | RemoveOptions): Change {
	const {fields, when} = isList(given) ? {fields: given, when: undefined} : given;
	const places = fields.map(removedPlace);
	if (when === undefined)
		return record => places.reduce((result, edit) => edit(result, () => undefined), record);
	const holds = recordExpression(when, 'remove.when', ['value']);
	return (record, place) => {
		const edit: Edit = value => (isTruth(holds(record, place, {value})) ? undefined : value);
		return places.reduce((result, editAll) => editAll(result, edit), record);
	};
}

/** Edits the values of a name, a path or a pattern. */
export function removedPlace(name: string): EditAll {
	const [, key] = /^\*\*(?:\.(.+))?$/s.exec(name) ?? [];
	if (name === '**')
		return (record, edit) => everywhere(record, edit, (_, value) => isSingle(value)) as JsonRecord;
	if (key !== undefined)
		return (record, edit) => everywhere(record, edit, found => found === key) as JsonRecord;
	const place = fieldPlace(name);
	return (record, edit) => place.edit(record, edit);
}

function isSingle(value: JsonValue): boolean {
	return !isObject(value) && !Array.isArray(value);
}

// Items of lists stay: only fields are removed.
function everywhere(
	value: JsonValue,
	edit: Edit,
	isMeant: (key: string, value: JsonValue) => boolean,
): JsonValue {
	if (Array.isArray(value)) {
		const items = value.map(item => everywhere(item, edit, isMeant));
		return items.every((item, at) => item === value[at]) ? value : items;
	}
	if (!isObject(value)) return value;
	let copy: JsonRecord | undefined;
	for (const [key, item] of Object.entries(value)) {
		const edited = isMeant(key, item) ? edit(item) : item;
		const inner = edited === undefined ? undefined : everywhere(edited, edit, isMeant);
		if (inner === item) continue;
		copy ??= inOrderOf<JsonRecord>(value, {...value});
		if (inner === undefined) delete copy[key];
		else setProperty(copy, key, inner);
	}
	return copy ?? value;
}

function isList<T>(value: readonly string[] | T): value is readonly string[] {
	return Array.isArray(value);
}
