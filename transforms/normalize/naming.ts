/** Makes names of columns from keys of the API. */
import type {Naming} from '../../src/core/schema/schema.ts';

/** The separator of a nested path, and of the names of variants. */
export const SEPARATOR = '__';
// The name for a key without a usable character; snake_case writes every character that it loses at the end
// like this.
const NOTHING = 'x';

const rules: Record<Naming, (part: string) => string> = {
	direct: part => part,
	snake_case: snakeCase,
	sql_cs_v1: sqlName,
	sql_ci_v1: part => sqlName(part).toLowerCase(),
};

/** The column name for one key. Under every rule but `direct`, `__` inside a key separates a path. */
export function columnName(key: string, naming: Naming): string {
	if (naming === 'direct') return key === '' ? NOTHING : key;
	const parts = key.split(SEPARATOR).filter(part => part.trim() !== '');
	return parts.map(rules[naming]).join(SEPARATOR) || NOTHING;
}

/** The column name for a declared name: a number that `#freeName` added stays as it is. */
export function declaredName(name: string, naming: Naming): string {
	const [, base, suffix = ''] = /^(.+?)(__\d+)?$/s.exec(name) ?? [];
	return columnName(base ?? name, naming) + suffix;
}

const symbols: Record<string, string> = {'+': 'x', '*': 'x', '-': '_', '@': 'a', '|': 'l'};

function snakeCase(part: string): string {
	const words = part
		.trim()
		.replace(/[+*\-@|]/g, symbol => symbols[symbol] ?? '_')
		.replace(/[^a-zA-Z\d_]+/g, '_')
		.replace(/([^_])([A-Z][a-z]+)/g, '$1_$2')
		.replace(/([a-z\d])([A-Z])/g, '$1_$2')
		.toLowerCase();
	const lost = /_+$/.exec(words)?.[0].length ?? 0;
	const name = words.slice(0, words.length - lost) + NOTHING.repeat(lost);
	return (/^\d/.test(name) ? `_${name}` : name).replace(/_+/g, '_');
}

function sqlName(part: string): string {
	const name = part
		.trim()
		.replace(/[^a-zA-Z\d_]+/g, '_')
		.replace(/_+/g, '_')
		.replace(/_$/, '');
	if (name === '') return NOTHING;
	return /^\d/.test(name) ? `_${name}` : name;
}
