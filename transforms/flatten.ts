/**
 * Nested objects become fields of the record: `{address: {city}}` → `{address__city}`. Lists stay as they
 * are.
 */
import type {Transform} from 'node:stream';
import {ConfigError} from '../src/core/errors.ts';
import type {JsonObject} from '../src/core/json.ts';
import {keysOf, rememberOrder} from '../src/core/key-order.ts';
import type {JsonRecord} from '../src/core/page.ts';
import {isObject} from '../src/core/path.ts';
import {type PageTransform, transform} from '../src/core/stage.ts';
import {assign} from './assign.ts';
import {reshape} from './reshape.ts';

export interface FlattenOptions {
	/** Between the names of a path. @default '__' */
	readonly separator?: string;
	/** How many levels are taken apart; what lies deeper stays an object. @default 1000 */
	readonly maxDepth?: number;
}

/**
 * Flattens every record on its own, without a schema (`normalize` does it with one). Where two paths make one
 * name, the second gets a number: `a__b__2`. An empty object stays.
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

	function add(to: JsonRecord, order: string[], object: JsonObject, prefix: string, depth: number): void {
		for (const key of keysOf(object)) {
			const value = object[key];
			const name = prefix + key;
			if (depth < maxDepth && isObject(value) && Object.keys(value).length > 0)
				add(to, order, value, name + separator, depth + 1);
			else if (value !== undefined) {
				const free = freeName(to, name);
				order.push(free);
				assign(to, free, value);
			}
		}
	}

	function freeName(record: JsonRecord, name: string): string {
		if (!Object.hasOwn(record, name)) return name;
		let number = 2;
		while (Object.hasOwn(record, `${name}${separator}${number}`)) number++;
		return `${name}${separator}${number}`;
	}

	return record => {
		if (!Object.values(record).some(isObject)) return record;
		const result: JsonRecord = {};
		const order: string[] = [];
		add(result, order, record, '', 0);
		rememberOrder(result, order);
		return result;
	};
}
