/** Loads the evaluator of expressions, for a config that has one. */
import {hasExpression, useExpressions} from '../../core/expression.ts';
import {eachText} from '../tree.ts';

export async function loadExpressions(tree: unknown): Promise<void> {
	let isNeeded = false;
	eachText(tree, text => {
		isNeeded ||= hasExpression(text);
	});
	if (!isNeeded) return;
	const {Template} = await import('../../template/template.ts');
	useExpressions(text => Template.parse(text));
}
