/** What comes out of an evaluation, as JSON. */
import {Decimal, type JsonValue} from '../../core/json/json.ts';
import {keysOf, rememberOrder} from '../../core/json/key-order.ts';
import {fromLiteral} from './literal.ts';
import {textOf} from './python-text.ts';
import {isoText} from './time-text.ts';
import {type Dict, Float, isDict, Moment, Namespace, put, type Value} from './values.ts';

const inQuotes = /^"""([\s\S]*)"""$/;

/** The value as it is, without the quotes that `| string` makes for those who read literals. */
export function asOwn(value: Value): JsonValue {
	return typeof value === 'string' ? (inQuotes.exec(value)?.[1] ?? value) : asJson(value);
}

/** The value in JSON; times are texts in ISO 8601. */
export function asJson(value: Value): JsonValue {
	if (value === undefined || value === null) return null;
	if (typeof value !== 'object' || value instanceof Decimal) return value;
	if (value instanceof Float) return value.value;
	if (Array.isArray(value)) return Array.from(value, asJson);
	if (value instanceof Moment) return isoText(value);
	if (value instanceof Namespace) return asJson(value.fields);
	if (!isDict(value)) return textOf(value);
	const keys = keysOf(value);
	const json: Dict = {};
	for (const key of keys) put(json, key, asJson(value[key]));
	rememberOrder(json, keys);
	return json as {[key: string]: JsonValue};
}

/** The value that its text means in Python. */
export function asLiteral(value: Value): JsonValue {
	if (typeof value === 'string') return value === '' ? null : asJson(fromLiteral(value));
	return isLiteral(value) ? asJson(value) : asLiteral(textOf(value));
}

/** Whether the text of this value is a literal that means the same. */
function isLiteral(value: Value): boolean {
	if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return true;
	if (typeof value === 'number') return Number.isFinite(value);
	if (typeof value === 'string') return true;
	if (Array.isArray(value)) return value.every(isLiteral);
	if (value instanceof Float) return Number.isFinite(value.value);
	if (value instanceof Decimal) return true;
	return isDict(value) && Object.values(value).every(isLiteral);
}
