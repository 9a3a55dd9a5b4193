/**
 * The fields of an answer that may describe its list, by their names. They are around the rows, never inside
 * one.
 */
import type {JsonObject, JsonValue} from '../../core/json/json.ts';
import {isObject} from '../../core/path/path.ts';
import {countText} from './count-text.ts';
import {nameTraits, pathStep} from './known-places.ts';

export interface EnvelopeField {
	/** `meta.pagination.total` */
	readonly path: string;
	readonly key: string;
	/** The key in the form of the table of known places. */
	readonly name: string;
	readonly value: JsonValue;
	readonly owner: JsonObject;
	/** The owner has an id: it may be a record, and a word such as `total` one of its fields. */
	readonly isOfRecord: boolean;
}

const DEEPEST = 3;
const identity = /^(_?id|uuid|guid)$/i;

/**
 * The fields nearest to the rows come first. `keys` lead down to the list; without them, only the root and
 * its fields are searched.
 */
export function envelopeFields(body: JsonValue, keys: readonly string[] = []): EnvelopeField[] {
	const owners: {owner: JsonObject; prefix: string}[] = [];
	let owner: JsonValue | undefined = body;
	let prefix = '';
	for (const key of [...keys, undefined]) {
		if (!isObject(owner)) break;
		owners.unshift({owner, prefix});
		if (key === undefined || !Object.hasOwn(owner, key)) break;
		prefix += pathStep(key, prefix === '');
		owner = owner[key];
	}
	const below = keys.length === 0 ? undefined : owner;
	const fields: EnvelopeField[] = [];
	for (const {owner, prefix} of owners) collect(fields, owner, prefix, below, 0);
	return fields;
}

function collect(
	fields: EnvelopeField[],
	owner: JsonObject,
	prefix: string,
	rows: JsonValue | undefined,
	depth: number,
): void {
	let isOfRecord: boolean | undefined;
	const envelopes: [owner: JsonObject, prefix: string][] = [];
	for (const key of Object.keys(owner)) {
		const value = owner[key] as JsonValue;
		if (value === rows && typeof value === 'object') continue;
		const {name, isTelling, isEnvelope} = nameTraits(key);
		const isOpen = isEnvelope && depth < DEEPEST && isObject(value);
		const isNamed = isTelling || countText(key, value) !== undefined;
		if (!isNamed && !isOpen) continue;
		const path = prefix + pathStep(key, prefix === '');
		if (isOpen) envelopes.push([value, path]);
		if (!isNamed) continue;
		isOfRecord ??= depth === 0 && isRecord(owner);
		fields.push({path, key, name, value, owner, isOfRecord});
	}
	for (const [inner, path] of envelopes) collect(fields, inner, path, rows, depth + 1);
}

function isRecord(owner: JsonObject): boolean {
	return !('jsonrpc' in owner) && Object.keys(owner).some(key => identity.test(key));
}
