/** A condition on a record, in the language that `stop_when` and `filter` share. */
import {ConfigError, SelectorError} from '../errors.ts';
import type {JsonRecord} from '../page.ts';
import {SlowPattern} from '../regex.ts';
import {parsePath} from './path.ts';

/**
 * A filter expression of RFC 9535 as a test of one record, which is its `@`. Throws `ConfigError` for a text
 * that is none.
 */
export function condition(text: string, key = 'condition'): (record: JsonRecord) => boolean {
	try {
		// Inside parentheses, the text can only be one expression.
		const path = parsePath(`$[?(${text})]`);
		return record => {
			try {
				return path.first([record]) !== undefined;
			} catch (error) {
				if (!(error instanceof SelectorError) || !(error.cause instanceof SlowPattern)) throw error;
				throw new SelectorError(`${key} ${JSON.stringify(text)}: ${error.cause.message}`, {
					cause: error.cause,
				});
			}
		};
	} catch (error) {
		if (!(error instanceof SelectorError) || !(error.cause instanceof Error)) throw error;
		// The parser counts positions in the path made here, which the user did not write.
		const problem = error.cause.message.replace(/ \('.*'(?::\d+)?\)$/s, '');
		throw new ConfigError(
			`${JSON.stringify(text)} is no condition: ${problem}. One is, for example, @.status == 'open' && ` +
				'@.n > 1',
		);
	}
}
