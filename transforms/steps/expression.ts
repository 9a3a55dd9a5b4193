/** Expressions about a record, in double braces. */
import {expression} from '../../src/core/expression.ts';
import type {JsonValue} from '../../src/core/json/json.ts';
import type {JsonRecord} from '../../src/core/page.ts';
import {isObject} from '../../src/core/path/path.ts';
import {messageOf} from '../../src/core/stage.ts';
import type {RecordPlace} from '../map.ts';

/** The names in an expression of a step. All but the record belong to the request of its page. */
const names = ['record', 'resources', 'partitions', 'incremental'];
const nothing = {resources: {}, partitions: {}, incremental: {}};

/** Evaluates an expression for a record. `more` are values by further names. */
export type RecordExpression = (
	record: JsonRecord,
	place: RecordPlace,
	more?: {readonly [name: string]: JsonValue},
) => JsonValue;

/** `key` is the place of the expression, for messages. `more` are further names that it may read. */
export function recordExpression(text: string, key: string, more: readonly string[] = []): RecordExpression {
	const parsed = expression(text, [...names, ...more]);
	return (record, {request = nothing}, values) => {
		try {
			return parsed.value({record, ...request, ...values});
		} catch (error) {
			throw new Error(`${key}: ${messageOf(error)}`, {cause: error});
		}
	};
}

/** The record that an expression makes of a record; `undefined` if it makes none. */
export function mapExpression(
	text: string,
): (record: JsonRecord, place: RecordPlace) => JsonRecord | undefined {
	const made = recordExpression(text, 'map');
	return (record, place) => {
		const value = made(record, place);
		if (value === null) return undefined;
		if (isObject(value)) return value;
		throw new Error(`map: the expression makes ${JSON.stringify(value).slice(0, 60)}, which is no record`);
	};
}
