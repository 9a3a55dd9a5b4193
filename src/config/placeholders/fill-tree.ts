/** Fills placeholders in a tree of values. */
import {type JsonValue, textOf} from '../../core/json/json.ts';
import {isPlainObject} from '../tree.ts';
import {doubled, fillSome, placeholders} from './braces.ts';

/** The value of a placeholder, which may be missing; `undefined` for the placeholder of another owner. */
export type Lookup = (placeholder: string) => {readonly value: JsonValue | undefined} | undefined;

/**
 * The tree with the placeholders of one owner filled in, and literal braces doubled. A text whose value is
 * missing is left out. A text that is one placeholder becomes its value.
 */
export function fillTree(tree: unknown, lookup: Lookup): unknown {
	if (Array.isArray(tree)) return tree.map(item => fillTree(item, lookup)).filter(item => item !== undefined);
	if (isPlainObject(tree)) {
		const entries = Object.entries(tree).map(([key, item]) => [key, fillTree(item, lookup)] as const);
		return Object.fromEntries(entries.filter(([, item]) => item !== undefined));
	}
	return typeof tree === 'string' ? filledText(tree, lookup) : tree;
}

function filledText(text: string, lookup: Lookup): unknown {
	const used = placeholders(text).flatMap(name => {
		const found = lookup(name);
		return found ? [{name, value: found.value}] : [];
	});
	const [only] = used;
	if (!only) return text;
	if (used.some(({value}) => value === undefined)) return undefined;
	if (text === `{${only.name}}`) return typeof only.value === 'string' ? doubled(only.value) : only.value;
	const values = new Map(used.map(({name, value}) => [name, textOf(value ?? '')]));
	return fillSome(text, name => {
		const value = values.get(name);
		return value === undefined ? undefined : doubled(value);
	});
}
