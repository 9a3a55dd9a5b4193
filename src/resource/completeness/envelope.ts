/** The fields of an answer that are about its list: those around the rows, never those of a row. */
import type {JsonObject, JsonValue} from '../../core/json.ts';
import {isObject} from '../../core/path.ts';
import {envelopeName, pathStep, plainName} from '../known-places.ts';

export interface Field {
	/** `meta.pagination.total` */
	readonly path: string;
	readonly key: string;
	/** The key as the table of known places has it. */
	readonly name: string;
	readonly value: JsonValue;
	readonly owner: JsonObject;
	/** The owner has an id: it may be a record, and a word such as `total` one of its own fields. */
	readonly isOfRecord: boolean;
}

const DEEPEST = 2;
const identity = /^(_?id|uuid|guid)$/i;

/**
 * Those nearest to the rows first. `keys` lead down to the list; without them only the root and what is below
 * it is looked at.
 */
export function envelopeFields(body: JsonValue, keys: readonly string[] = []): Field[] {
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
	return owners.flatMap(({owner, prefix}) => fieldsOf(owner, prefix, below, 0));
}

function fieldsOf(owner: JsonObject, prefix: string, rows: JsonValue | undefined, depth: number): Field[] {
	const isOfRecord =
		depth === 0 && !('jsonrpc' in owner) && Object.keys(owner).some(key => identity.test(key));
	const own: Field[] = [];
	const inner: Field[] = [];
	for (const [key, value] of Object.entries(owner)) {
		if (value === rows && typeof value === 'object') continue;
		const name = plainName(key);
		const path = prefix + pathStep(key, prefix === '');
		own.push({path, key, name, value, owner, isOfRecord});
		if (depth < DEEPEST && isObject(value) && envelopeName.test(name))
			inner.push(...fieldsOf(value, path, rows, depth + 1));
	}
	return [...own, ...inner];
}
