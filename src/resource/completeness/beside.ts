/** The words, flags and numbers around the rows of an answer. They never come from inside a row. */
import type {JsonObject, JsonValue} from '../../core/json/json.ts';
import {isObject} from '../../core/path/path.ts';
import {pathStep} from '../paging/known-places.ts';

/** A word, a flag, a number or a null beside the rows. */
export interface BesideField {
	/** `meta.status` */
	readonly path: string;
	readonly key: string;
	readonly value: string | number | boolean | null;
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
	for (const key of [...keys, undefined]) {
		if (!isObject(owner)) break;
		collect(found, owner as JsonObject, prefix, key);
		if (key === undefined || !Object.hasOwn(owner, key)) break;
		prefix += pathStep(key, prefix === '');
		owner = (owner as JsonObject)[key];
	}
	return found;
}

function collect(found: BesideField[], owner: JsonObject, prefix: string, rows: string | undefined): void {
	for (const [key, value] of Object.entries(owner)) {
		if (found.length >= MOST) return;
		if (key === rows || Array.isArray(value)) continue;
		const path = prefix + pathStep(key, prefix === '');
		if (!isObject(value)) {
			found.push({path, key, value: value as BesideField['value']});
			continue;
		}
		for (const [inner, part] of Object.entries(value))
			if (!isObject(part) && !Array.isArray(part))
				found.push({
					path: path + pathStep(inner, false),
					key: inner,
					value: part as BesideField['value'],
				});
	}
}
