/** Renames fields. */
import {ConfigError} from '../../src/core/errors.ts';
import type {JsonValue} from '../../src/core/json/json.ts';
import {keysOf, rememberOrder} from '../../src/core/json/key-order.ts';
import type {JsonRecord} from '../../src/core/page.ts';
import {setProperty} from '../assign.ts';
import {type Change, RefusedRecord} from './step.ts';

/** Fields keep their places in the record. Two names may be swapped. */
export function rename(names: {readonly [name: string]: string}): Change {
	const renamed = new Map(Object.entries(names));
	if (new Set(renamed.values()).size < renamed.size) throw new ConfigError('two fields cannot have one name');
	return record => {
		const result: JsonRecord = {};
		const order: string[] = [];
		for (const key of keysOf(record)) {
			const name = renamed.get(key) ?? key;
			if (Object.hasOwn(result, name))
				return new RefusedRecord(name, `a second field ${JSON.stringify(name)}, once it is renamed`);
			setProperty(result, name, record[key] as JsonValue);
			order.push(name);
		}
		rememberOrder(result, order);
		return result;
	};
}
