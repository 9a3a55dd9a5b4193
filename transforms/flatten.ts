/**
 * Nested objects become fields of the record: `{address: {city}}` → `{address__city}`. Lists stay as they
 * are.
 */
import type {Transform} from 'node:stream';
import {ConfigError} from '../src/core/errors.ts';
import type {JsonObject, JsonValue} from '../src/core/json/json.ts';
import {keysOf, rememberOrder} from '../src/core/json/key-order.ts';
import type {JsonRecord} from '../src/core/page.ts';
import {isObject} from '../src/core/path/path.ts';
import {type PageTransform, transform} from '../src/core/stage.ts';
import {setProperty} from './assign.ts';
import {reshape} from './reshape.ts';

export interface FlattenOptions {
	/** The text between the names of a path. @default '__' */
	readonly separator?: string;
	/** How many levels are flattened; deeper objects stay as they are. @default 1000 */
	readonly maxDepth?: number;
}

/**
 * Flattens every record separately, without a schema (`normalize` does it with one). Where two paths make the
 * same name, the shorter path gets it, and the other a number, `a__b__2`, in whatever order the keys of a
 * record come. An empty object stays.
 * @example await pipeline(contacts, flatten({separator: '.'}), csv('contacts.csv'));
 */
export function flatten(options?: FlattenOptions): Transform {
	return transform('flatten', flattenPages(options));
}

/** `flatten()` as a function of pages. */
export function flattenPages(options?: FlattenOptions): PageTransform {
	const flat = flattener(options);
	return {page: page => reshape(page, page.records.map(flat))};
}

/** `flatten()` as a function of one record. */
export function flattener({
	separator = '__',
	maxDepth = 1000,
}: FlattenOptions = {}): (record: JsonRecord) => JsonRecord {
	if (!(Number.isInteger(maxDepth) && maxDepth >= 0)) {
		throw new ConfigError(
			[{path: 'maxDepth', message: `expected a whole number from 0, got ${maxDepth}`}],
			'flatten',
		);
	}

	function collect(to: Leaf[], object: JsonObject, path: readonly string[]): void {
		for (const key of keysOf(object)) {
			const value = object[key];
			const here = [...path, key];
			if (path.length < maxDepth && isObject(value) && Object.keys(value).length > 0)
				collect(to, value, here);
			else if (value !== undefined) to.push({name: here.join(separator), path: here, value});
		}
	}

	return record => {
		if (!Object.values(record).some(isObject)) return record;
		const leaves: Leaf[] = [];
		collect(leaves, record, []);
		const names = namesOf(leaves, separator);
		const result: JsonRecord = {};
		for (const [i, {value}] of leaves.entries()) setProperty(result, names[i] as string, value);
		rememberOrder(result, names);
		return result;
	};
}

interface Leaf {
	readonly name: string;
	readonly path: readonly string[];
	readonly value: JsonValue;
}

// A name that the API uses itself takes precedence over one that is made.
function namesOf(leaves: readonly Leaf[], separator: string): string[] {
	const names = leaves.map(({name}) => name);
	const taken = new Set(names);
	if (taken.size === names.length) return names;
	const rank = ({path}: Leaf): string => `${String(path.length).padStart(4, '0')} ${JSON.stringify(path)}`;
	const seen = new Set<string>();
	const byRank = leaves.map((leaf, i) => ({i, rank: rank(leaf), name: leaf.name}));
	byRank.sort((one, other) => (one.rank < other.rank ? -1 : 1));
	for (const {i, name} of byRank) {
		let own = name;
		for (let number = 2; seen.has(own) || (own !== name && taken.has(own)); number++)
			own = `${name}${separator}${number}`;
		seen.add(own);
		names[i] = own;
	}
	return names;
}
