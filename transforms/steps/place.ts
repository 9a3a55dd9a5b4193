/** A field of a record by name or path, to be read, changed or removed. */
import {ConfigError} from '../../src/core/errors.ts';
import type {JsonObject, JsonValue} from '../../src/core/json/json.ts';
import {inOrderOf} from '../../src/core/json/key-order.ts';
import type {JsonRecord} from '../../src/core/page.ts';
import {isObject, type PathStep, parsePath} from '../../src/core/path/path.ts';
import {setProperty} from '../assign.ts';

/** Returns the new value; `undefined` removes the field. */
export type Edit = (value: JsonValue) => JsonValue | undefined;

export interface FieldPlace {
	readonly text: string;
	/** The first value at the place. */
	read(record: JsonRecord): JsonValue | undefined;
	/** The record with every value at the place edited; the same object when nothing changes. */
	edit(record: JsonRecord, edit: Edit): JsonRecord;
}

/**
 * `email`, `address.city`, `people[*].name`. A field of the record with exactly this name takes precedence
 * over the path.
 */
export function fieldPlace(text: string): FieldPlace {
	const path = /[.[]/.test(text) ? parsePath(text) : undefined;
	const nested = path ? path.steps : [];
	if (!nested)
		throw new ConfigError(
			`${JSON.stringify(text)} is no plain path: here keys, indices and [*] lead to fields`,
		);
	const own: readonly PathStep[] = [{key: text}];
	return {
		text,
		read: record => (Object.hasOwn(record, text) ? record[text] : path?.first(record)),
		edit: (record, edit) => editAt(record, Object.hasOwn(record, text) ? own : nested, 0, edit) as JsonRecord,
	};
}

function editAt(
	value: JsonValue,
	steps: readonly PathStep[],
	depth: number,
	edit: Edit,
): JsonValue | undefined {
	const step = steps[depth];
	// The record itself is not a field.
	if (step === undefined) return depth === 0 ? value : edit(value);
	if (Array.isArray(value)) return editItems(value, steps, depth, edit);
	if (!isObject(value) || (step !== '*' && 'index' in step)) return value;
	return editFields(value, step === '*' ? Object.keys(value) : [step.key], steps, depth, edit);
}

function editItems(list: JsonValue[], steps: readonly PathStep[], depth: number, edit: Edit): JsonValue {
	const step = steps[depth];
	if (step === undefined || (step !== '*' && 'key' in step)) return list;
	const wanted = step === '*' ? undefined : step.index < 0 ? list.length + step.index : step.index;
	const edited = list.map((item, index) =>
		wanted === undefined || wanted === index ? editAt(item, steps, depth + 1, edit) : item,
	);
	return edited.every((item, index) => item === list[index])
		? list
		: edited.filter(item => item !== undefined);
}

function editFields(
	object: JsonObject,
	keys: readonly string[],
	steps: readonly PathStep[],
	depth: number,
	edit: Edit,
): JsonObject {
	let copy: JsonObject | undefined;
	for (const key of keys) {
		if (!Object.hasOwn(object, key)) continue;
		const value = object[key] as JsonValue;
		const edited = editAt(value, steps, depth + 1, edit);
		if (edited === value) continue;
		copy ??= inOrderOf(object, {...object});
		if (edited === undefined) delete copy[key];
		else setProperty(copy, key, edited);
	}
	return copy ?? object;
}
