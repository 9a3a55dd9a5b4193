/** What makes two JSON values the same, wherever rows are told apart: a text. */
import {Decimal, type JsonValue} from './json.ts';
import {canonicalNumber} from './numbers.ts';

/**
 * JSON with sorted keys: equal for values with the same content, in whatever order their keys come, and however their numbers are written or
 * held. Numbers that no double holds are not JSON in it.
 */
export function canonical(value: JsonValue): string {
	if (typeof value === 'string') return JSON.stringify(value);
	if (typeof value === 'number') return `${value}`;
	if (typeof value === 'bigint' || value instanceof Decimal) return `${canonicalNumber(value)}`;
	if (value === null || typeof value !== 'object') return `${value}`;
	if (Array.isArray(value)) {
		let text = '[';
		for (let index = 0; index < value.length; index++) text += (index === 0 ? '' : ',') + canonical(value[index] ?? null);
		return `${text}]`;
	}
	// A function of the user's may make what is no JSON value: a Date, or a field without a value, which is then no field.
	const {toJSON} = value as {toJSON?: unknown};
	if (typeof toJSON === 'function') return canonical(toJSON.call(value));
	let text = '';
	for (const key of Object.keys(value).sort()) {
		const item = value[key];
		if (item !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonical(item)}`;
	}
	return `{${text}}`;
}
