/** Converts fields to another type, by the rules of `normalize()`. */

import {ConfigError} from '../../src/core/errors.ts';
import {stringify} from '../../src/core/json/json.ts';
import {declaredColumns, describeType} from '../../src/core/schema/definition.ts';
import type {Column, ColumnDefinitions} from '../../src/core/schema/schema.ts';
import {coerce} from '../normalize/coerce.ts';
import {type FieldPlace, fieldPlace} from './place.ts';
import {type Change, RefusedRecord} from './step.ts';

const LONGEST = 60;

/**
 * Refuses a record with a value that would lose information in its new type. An absent field stays absent.
 */
export function cast(types: ColumnDefinitions): Change {
	const casts = declaredColumns({columns: types}).map((column): [FieldPlace, Column] => {
		if (column.type === undefined)
			throw new ConfigError(`cast: ${column.name} needs a type, for example bigint`);
		return [fieldPlace(column.name), column];
	});
	return record => {
		let result = record;
		let refused: RefusedRecord | undefined;
		for (const [place, column] of casts) {
			result = place.edit(result, value => {
				const coerced = coerce(column, value);
				if (coerced !== undefined) return coerced;
				const text = stringify(value);
				const got = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
				refused ??= new RefusedRecord(place.text, `cannot cast ${got} to ${describeType(column)}`);
				return value;
			});
			if (refused) return refused;
		}
		return result;
	};
}
