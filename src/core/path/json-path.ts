/**
 * JSONPath (RFC 9535) by json-p3, with filters that compare numbers by all their digits: the library supports
 * doubles only, and does not treat a long integer as a number.
 */
import {createRequire} from 'node:module';
import type {JSONPathEnvironment, JSONPathQuery, jsonpath} from 'json-p3';
import {canonical} from '../json/canonical.ts';
import {Decimal, exactNumber, type JsonValue} from '../json/json.ts';
import {compareNumbers, isNumeric} from '../json/numbers.ts';
import {type Find, limitedRegex} from '../regex.ts';

type Expression = jsonpath.expressions.FilterExpression;
type Comparison = jsonpath.expressions.InfixExpression;
type Context = Parameters<Expression['evaluate']>[0];

let environment: JSONPathEnvironment | undefined;

/** Parses a query. Throws the errors of the library. */
export function compile(text: string): JSONPathQuery {
	environment ??= exactEnvironment();
	return environment.compile(withoutLeadingZeros(text));
}

// Few configs need the library, and it takes as long to load as all of core.
function exactEnvironment(): JSONPathEnvironment {
	const {JSONPathEnvironment, JSONPathNodeList, jsonpath}: typeof import('json-p3') = createRequire(
		import.meta.url,
	)('json-p3');
	const {NumberLiteral, StringLiteral} = jsonpath.expressions;

	class ExactEnvironment extends JSONPathEnvironment {
		// Only JavaScript treats a long decimal as an object.
		override entries(value: Parameters<JSONPathEnvironment['entries']>[0]) {
			return value instanceof Decimal ? [] : super.entries(value);
		}

		// At run time such a pattern matches nothing, as RFC 9535 requires.
		override checkWellTypedness(...[token, args]: Parameters<JSONPathEnvironment['checkWellTypedness']>) {
			const checked = super.checkWellTypedness(token, args);
			const [, pattern] = args;
			const isPattern = token.value === 'match' || token.value === 'search';
			if (isPattern && pattern instanceof StringLiteral) checkPattern(token.value, pattern.value);
			return checked;
		}
	}

	// The operand of a comparison. Its value is undefined where the query finds nothing, or a function has no
	// result.
	function operand(expression: Expression): (context: Context) => JsonValue | undefined {
		if (expression instanceof NumberLiteral) {
			const number = exactNumber(expression.token.value);
			return () => number;
		}
		return context => {
			const found = expression.evaluate(context);
			const value = found instanceof JSONPathNodeList ? found.nodes[0]?.value : found;
			return value === jsonpath.Nothing ? undefined : (value as JsonValue | undefined);
		};
	}

	const isInteroperable = interoperable(new jsonpath.functions.Match({throwErrors: true}));
	const checkPattern = (name: string, pattern: string): void => {
		if (!isInteroperable(pattern)) throw new SyntaxError(noPattern(name, pattern));
	};
	const made = new ExactEnvironment();
	for (const name of ['match', 'search'] as const) made.functionRegister.set(name, matcher(jsonpath, name));
	// Every comparison of a filter is made here.
	const {parser} = made as unknown as {parser: {parseInfixExpression(...rest: unknown[]): Comparison}};
	const parse = parser.parseInfixExpression.bind(parser);
	parser.parseInfixExpression = (...rest) => {
		const comparison = parse(...rest);
		if (comparison.logical) return comparison;
		const [left, right] = [operand(comparison.left), operand(comparison.right)];
		comparison.evaluate = context => compared(left(context), comparison.operator, right(context));
		return comparison;
	};
	return made;
}

type Functions = typeof jsonpath;
const MOST_PATTERNS = 100;

// The functions of the library have no time limit, and treat every error as "no match".
function matcher(
	{functions: {Match}, FunctionExpressionType: types}: Functions,
	name: 'match' | 'search',
): jsonpath.functions.FilterFunction {
	const isInteroperable = interoperable(new Match({throwErrors: true}));
	const found = new Map<string, Find | undefined>();

	function compiled(pattern: string): Find | undefined {
		if (found.has(pattern)) return found.get(pattern);
		// Patterns may come from the data.
		if (found.size >= MOST_PATTERNS) found.clear();
		const find = isInteroperable(pattern) ? limitedRegex(translated(pattern, name), pattern) : undefined;
		found.set(pattern, find);
		return find;
	}

	return {
		argTypes: [types.ValueType, types.ValueType],
		returnType: types.LogicalType,
		call(text: unknown, pattern: unknown) {
			if (typeof text !== 'string' || typeof pattern !== 'string') return false;
			const find = compiled(pattern);
			return find !== undefined && find(text) !== null;
		},
	};
}

// Whether the library accepts a pattern as I-Regexp (RFC 9485). It checks each pattern once, and no pattern
// is slow on an empty text.
function interoperable(strict: {call(text: string, pattern: string): unknown}): (pattern: string) => boolean {
	return pattern => {
		try {
			strict.call('', pattern);
			return true;
		} catch {
			return false;
		}
	};
}

// Translates a pattern as in RFC 9485, except that a pattern of `match()` with an anchor gets no others.
function translated(pattern: string, name: 'match' | 'search'): RegExp {
	const source = pattern.replace(/\\.|\[(?:\\.|[^\]\\])*\]|\./gs, part =>
		part === '.' ? '[^\\n\\r]' : part,
	);
	const isAnchored = name === 'search' || pattern.startsWith('^') || pattern.endsWith('$');
	return new RegExp(isAnchored ? source : `^(?:${source})$`, 'u');
}

function noPattern(name: string, pattern: string): string {
	const [, letter = ''] = /\\([dDwWsSbB])/.exec(pattern) ?? [];
	const plain = {
		d: '[0-9]',
		D: '[^0-9]',
		w: '[0-9A-Za-z_]',
		W: '[^0-9A-Za-z_]',
		s: '[ \\t\\n\\r]',
		S: '[^ \\t\\n\\r]',
	}[letter];
	const advice = plain === undefined ? '' : `; write ${plain} for \\${letter}`;
	return (
		`${name}() cannot read the pattern ${JSON.stringify(pattern)} as a regular expression of RFC ` +
		`9485${advice}`
	);
}

function compared(left: JsonValue | undefined, operator: string, right: JsonValue | undefined): boolean {
	switch (operator) {
		case '==':
			return isSame(left, right);
		case '!=':
			return !isSame(left, right);
		case '<':
			return isLess(left, right);
		case '>':
			return isLess(right, left);
		case '<=':
			return isLess(left, right) || isSame(left, right);
		default:
			return isLess(right, left) || isSame(left, right);
	}
}

function isSame(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
	if (isNumeric(left) && isNumeric(right)) return compareNumbers(left, right) === 0;
	if (typeof left !== 'object' || typeof right !== 'object') return left === right;
	return canonical(left) === canonical(right);
}

// Only numbers and texts are ordered.
function isLess(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
	if (isNumeric(left) && isNumeric(right)) return compareNumbers(left, right) < 0;
	return typeof left === 'string' && typeof right === 'string' && left < right;
}

const fraction = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|(?<![\w.-])0\.(\d+)(?:e([+-]?\d+))?/gi;

// json-p3 2.3.1 refuses `0.5` as a number with a leading zero; `5e-1` is the same number.
function withoutLeadingZeros(text: string): string {
	return text.replace(fraction, (token, digits: string | undefined, exponent = '0') => {
		if (digits === undefined) return token;
		const whole = BigInt(digits);
		return whole === 0n ? '0' : `${whole}e${Number(exponent) - digits.length}`;
	});
}
