import {Decimal} from '../../core/json/json.ts';
import {keysOf} from '../../core/json/key-order.ts';
import {fail, isMissing} from '../errors.ts';
import {floatText} from './python-text.ts';
import {Float, isDict, typeName, type Value} from './values.ts';

/** JSON as Python writes it, with a space after each comma; `forHtml` as Jinja's `tojson` does. */
export function jsonText(value: Value, forHtml = false): string {
	if (typeof value === 'string')
		return forHtml ? htmlSafe(ascii(JSON.stringify(value))) : ascii(JSON.stringify(value));
	if (value === null) return 'null';
	if (value === undefined) return isMissing();
	if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
	if (typeof value === 'number') return Number.isInteger(value) ? String(BigInt(value)) : floatText(value);
	if (value instanceof Float) return floatText(value.value);
	if (value instanceof Decimal) return value.text;
	if (Array.isArray(value)) return `[${value.map(item => jsonText(item, forHtml)).join(', ')}]`;
	if (!isDict(value))
		return fail(`JSON knows no ${typeName(value)}; format it first, as with .strftime('%Y-%m-%d')`);
	const keys = forHtml ? [...keysOf(value)].sort() : keysOf(value);
	return `{${keys.map(key => `${jsonText(key, forHtml)}: ${jsonText(value[key], forHtml)}`).join(', ')}}`;
}

function ascii(text: string): string {
	return text.replace(
		/[\u007f-\uffff]/g,
		character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
	);
}

function htmlSafe(text: string): string {
	return text.replace(/[<>&']/g, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
