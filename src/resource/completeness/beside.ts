/** The words, flags and numbers around the rows of an answer. They never come from inside a row. */
import type {JsonObject, JsonValue} from '../../core/json/json.ts';
import {isObject} from '../../core/path/path.ts';
import {pathStep} from '../paging/known-places.ts';

export type Scalar = string | number | boolean | null;

export interface BesideField {
	/** `meta.status` */
	readonly path: string;
	readonly key: string;
	readonly value: JsonValue;
	readonly owner: JsonObject;
	/** The key of the owner; empty at the root. */
	readonly ownerKey: string;
}

/** A bound for bodies that are maps of thousands of keys. */
const MOST = 300;

/**
 * The fields of the objects that lead down to the rows, and of the objects beside the rows. `keys` lead down
 * to the rows.
 */
export function besideFields(body: JsonValue, keys: readonly string[] = []): BesideField[] {
	const found: BesideField[] = [];
	let owner: JsonValue | undefined = body;
	let prefix = '';
	let ownerKey = '';
	for (const key of [...keys, undefined]) {
		if (!isObject(owner)) break;
		collect(found, owner as JsonObject, ownerKey, prefix, key);
		if (key === undefined || !Object.hasOwn(owner, key)) break;
		prefix += pathStep(key, prefix === '');
		ownerKey = key;
		owner = (owner as JsonObject)[key];
	}
	return found;
}

function collect(
	found: BesideField[],
	owner: JsonObject,
	ownerKey: string,
	prefix: string,
	rows?: string,
	isInner = false,
): void {
	for (const [key, value] of Object.entries(owner)) {
		if (found.length >= MOST) return;
		if (key === rows) continue;
		const path = prefix + pathStep(key, prefix === '');
		found.push({path, key, value, owner, ownerKey});
		if (!isInner && isObject(value)) collect(found, value as JsonObject, key, path, undefined, true);
	}
}

export function isScalar(value: JsonValue): value is Scalar {
	return value === null || typeof value !== 'object';
}
