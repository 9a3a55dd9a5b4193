/**
 * Expressions in double braces, for layers below the one that evaluates them. The loader of a config sets the
 * evaluator if the config has an expression. Without one, no start pays for the evaluator.
 */
import type {JsonValue} from './json/json.ts';

/** A parsed expression. */
export interface Expression {
	readonly source: string;
	/** The names that it reads from outside. */
	readonly names: ReadonlySet<string>;
	/** The same with the keys after them, as far as they are constant: `['record', 'id']`. */
	readonly reads: readonly (readonly [name: string, ...keys: (string | number)[]])[];
	/** Its value as JSON; `null` if it has none. Throws if a value has the wrong type. */
	value(scope: {readonly [name: string]: unknown}): JsonValue;
}

type Parse = (text: string) => Expression;

let parse: Parse | undefined;

/** Sets the evaluator for all expressions of this process. */
export function useExpressions(given: Parse): void {
	parse = given;
}

/** Whether a text has an expression in it. */
export function hasExpression(text: string): boolean {
	return /\{\{|\{%/.test(text);
}

/**
 * Parses an expression that may read these names alone. Throws an error with the place of a fault, or with the
 * name that is not known here.
 */
export function expression(text: string, known: readonly string[]): Expression {
	if (!hasExpression(text))
		throw new Error(`an expression stands in double braces: ${JSON.stringify(`{{ ${text} }}`)}`);
	if (!parse) throw new Error('expressions are for configs; a program has functions for that');
	const parsed = parse(text);
	const unknown = [...parsed.names].find(name => !known.includes(name));
	if (unknown === undefined) return parsed;
	throw new Error(`no ${unknown} here; an expression at this place reads ${known.join(', ')}`);
}

/** Whether the value of an expression counts as true: in Airbyte some texts do not, such as `False`. */
export function isTruth(value: JsonValue): boolean {
	if (Array.isArray(value)) return value.length > 0;
	if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
	return Boolean(value) && !falseTexts.has(String(value));
}

const falseTexts: ReadonlySet<string> = new Set([
	'False',
	'false',
	'0',
	'0.0',
	'{}',
	'[]',
	'()',
	'None',
	'none',
]);
