import {ConfigError, SelectorError} from '../../src/core/errors.ts';
import {Decimal, type JsonValue} from '../../src/core/json.ts';
import type {JsonRecord} from '../../src/core/page.ts';
import {parsePath} from '../../src/core/path.ts';

/** An RFC 9535 filter expression as a test of one record, which is its `@`. Throws `ConfigError` on a text that is none. */
export function condition(text: string): (record: JsonRecord) => boolean {
	try {
		const path = parsePath(`$[?${text}]`);
		return record => path.first([inDoubles(record)]) !== undefined;
	} catch (error) {
		if (!(error instanceof SelectorError) || !(error.cause instanceof Error)) throw error;
		// The parser counts from the start of the path that was made of the text, which nobody wrote.
		const problem = error.cause.message.replace(/ \('.*'(?::\d+)?\)$/s, '');
		throw new ConfigError(
			`${JSON.stringify(text)} is no condition: ${problem}. One is, for example, @.status == 'open' && @.n > 1`,
		);
	}
}

// JSONPath compares doubles: exact numbers, which it does not know, are given as the nearest ones.
function inDoubles(value: JsonValue): JsonValue {
	if (typeof value === 'bigint') return Number(value);
	if (value === null || typeof value !== 'object') return value;
	if (value instanceof Decimal) return Number(value.text);
	if (Array.isArray(value)) return value.some(isChanged) ? value.map(inDoubles) : value;
	if (!Object.values(value).some(isChanged)) return value;
	return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inDoubles(item)]));
}

function isChanged(value: JsonValue): boolean {
	return inDoubles(value) !== value;
}
