/** Errors among lines of JSON: a line without rows, or the only line, may be an error message. */
import type {JsonObject, JsonValue} from '../../../core/json/json.ts';
import {isObject, type Path} from '../../../core/path/path.ts';
import type {Selector} from '../../../core/path/selector.ts';
import type {BodyPart} from '../../../http/send-options.ts';
import {errorSign, isBareError, isIdentified, isTruthy, quoteValue} from '../../completeness/error-signs.ts';
import {lineSelector, takesWholeLines} from './line-rows.ts';

interface Signs {
	/** Path of errors, by the author. */
	readonly error: Path | undefined;
	/** The author turned the check for errors off. */
	readonly isOff: boolean;
	/** The author gave the selector. */
	readonly isDeclared: boolean;
}

/** The message of the API, in a line that is an error. */
export function errorLine(
	{lines, rows = [], last}: BodyPart,
	selector: Selector | undefined,
	signs: Signs,
): string | undefined {
	if (lines === undefined || signs.isOff) return undefined;
	const isOnly = last && lines === 1;
	const isInside = selector !== undefined && !takesWholeLines(selector);
	if (!signs.error && !isInside && (!isOnly || signs.isDeclared)) return undefined;
	const rowsIn = isInside ? lineSelector(selector) : undefined;
	for (const line of rows) {
		if (!isObject(line)) continue;
		const said = signs.error ? declared(line, signs.error) : signIn(line as JsonObject, rowsIn);
		if (said !== undefined) return said;
	}
	return undefined;
}

function declared(line: JsonValue, error: Path): string | undefined {
	const found = error.first(line);
	return found !== undefined && isTruthy(found) ? quoteValue(found) : undefined;
}

// A line that may be a row counts as an error only if it looks like nothing else.
function signIn(line: JsonObject, rowsIn: ReturnType<typeof lineSelector> | undefined): string | undefined {
	const sign = errorSign(line, undefined);
	if (!sign?.isSure) return undefined;
	const isRow = rowsIn ? rowsIn(line) !== undefined : isIdentified(line) || !isBareError(line);
	return isRow ? undefined : sign.text;
}
