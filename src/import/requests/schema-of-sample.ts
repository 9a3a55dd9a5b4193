/** The JSON Schema of a value: what names alone cannot say about fields is in their types. */
import type {PlainObject} from '../../config/tree.ts';
import type {JsonValue} from '../../core/json/json.ts';
import {isObject} from '../../core/path/path.ts';
import {isUrlText} from '../../resource/paging/known-places.ts';

const MOST_ROWS = 50;
const DEEPEST = 6;

export function schemaOfSample(value: JsonValue, depth = 0): PlainObject {
	if (Array.isArray(value)) {
		const rows = value.slice(0, MOST_ROWS).filter(isObject);
		if (rows.length === 0 || depth >= DEEPEST) return {type: 'array', items: {}};
		// A field may be null, or be missing, in some rows.
		const merged: {[key: string]: JsonValue} = {};
		for (const row of rows)
			for (const [key, item] of Object.entries(row)) if (merged[key] == null) merged[key] = item;
		return {type: 'array', items: schemaOfSample(merged, depth + 1)};
	}
	if (isObject(value)) {
		if (depth >= DEEPEST) return {type: 'object'};
		const properties = Object.entries(value).map(([key, item]) => [key, schemaOfSample(item, depth + 1)]);
		return {type: 'object', properties: Object.fromEntries(properties) as PlainObject};
	}
	if (typeof value === 'string') return {type: 'string', ...(isUrlText(value) && {format: 'uri'})};
	if (typeof value === 'boolean') return {type: 'boolean'};
	if (value === null) return {};
	return {type: Number.isInteger(Number(value)) ? 'integer' : 'number'};
}
