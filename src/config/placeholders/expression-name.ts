/** `{expressions.name}`: the value of an expression of the endpoint. */

/** Whether the name in braces is meant as an expression, even if there is none of that name. */
export function isExpressionName(placeholder: string): boolean {
	return /^expressions(\.|$)/.test(placeholder);
}

/** The name of the expression. */
export function expressionName(placeholder: string): string | undefined {
	return /^expressions\.(\w+)$/.exec(placeholder)?.[1];
}
