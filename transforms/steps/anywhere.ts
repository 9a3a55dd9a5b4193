/** The values that `remove` and `change` are about: at a name, a path, or at any depth. */
import type {JsonValue} from '../../src/core/json/json.ts';
import {inOrderOf} from '../../src/core/json/key-order.ts';
import type {JsonRecord} from '../../src/core/page.ts';
import {isObject} from '../../src/core/path/path.ts';
import {setProperty} from '../assign.ts';
import {type Edit, fieldPlace} from './place.ts';

/** Returns the record with all values of a place edited; the same object when nothing changes. */
export type EditAll = (record: JsonRecord, edit: Edit) => JsonRecord;

/** A name, a path, `**.name` for a field at any depth, or `**` for every value that is no object or list. */
export function anyPlace(name: string): EditAll {
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

// Items of lists stay: only fields are edited. A new value is not looked into.
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
		const inner = edited === item ? everywhere(item, edit, isMeant) : edited;
		if (inner === item) continue;
		copy ??= inOrderOf<JsonRecord>(value, {...value});
		if (inner === undefined) delete copy[key];
		else setProperty(copy, key, inner);
	}
	return copy ?? value;
}
