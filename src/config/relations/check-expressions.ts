/** Checks what expressions read of the request, in `processing_steps` and in the request itself. */
import {type Expression, expression, hasExpression} from '../../core/expression.ts';
import {expressionNames, requestNames} from '../endpoint/expressions.ts';
import type {Finding} from '../finding.ts';
import type {Inherited} from '../inherit.ts';
import {placeholders, template} from '../placeholders/braces.ts';
import {pageNames, parts} from '../placeholders/cursor-in-path.ts';
import {expressionName, isExpressionName} from '../placeholders/expression-name.ts';
import {rangeNameProblem} from '../placeholders/range.ts';
import {alternatives} from '../placeholders/reference.ts';
import {didYouMean} from '../suggest.ts';
import {asObject, eachText} from '../tree.ts';
import type {Ancestry} from './ancestors.ts';
import type {Use} from './check.ts';

/** Keys of steps that take an expression, at any depth. */
const keys: ReadonlySet<PropertyKey | undefined> = new Set(['expression', 'filter', 'map', 'when']);

export function checkStepExpressions(
	{keys: given, endpoint, placeOf}: Inherited,
	parents: readonly string[],
	ancestry: Ancestry,
): Finding[] {
	const found: Finding[] = [];
	const lists = Object.keys(asObject(given.partitions));
	const known = parents.flatMap(parent => [...ancestry.withAncestors(parent)]);
	eachText(given.processing_steps, (text, path) => {
		if (!hasExpression(text) || !keys.has(path.at(-1))) return;
		for (const message of problemsOf(text)) found.push({path: placeOf('processing_steps', ...path), message});
	});
	return found;

	function problemsOf(text: string): string[] {
		// The schema reports expressions that cannot be read.
		const reads = readsOf(text, ['record', 'value', ...requestNames]);
		return reads.flatMap(([root, name]) => {
			if (root !== 'resources' && root !== 'partitions' && root !== 'incremental') return [];
			if (typeof name !== 'string') return `write the name after ${root}, as in ${root}.name`;
			if (root === 'incremental')
				return endpoint.incremental == null
					? `${root}.${name} needs incremental in the endpoint`
					: (rangeNameProblem(`incremental.${name}`) ?? []);
			if (given.batch != null) return `with batch, a request has several values of ${root}.${name}`;
			if (root === 'partitions')
				return lists.includes(name)
					? []
					: `no list ${JSON.stringify(name)} in partitions${didYouMean(name, lists)}`;
			const isThere = known.includes(name) || alternatives(name).every(one => known.includes(one));
			return isThere ? [] : `the request names no {resources.${name}.…}, so it has no row of ${name}`;
		});
	}
}

/** What the expressions of a request read of other resources and of lists. Reports their faults. */
export function usesInExpressions(
	{name: resource, endpoint, keys: given, path, placeOf}: Inherited,
	found: Finding[],
): Use[] {
	const expressions = asObject(endpoint.expressions);
	const names = Object.keys(expressions);
	const used = new Set<string>();
	eachText([path?.text ?? resource, ...parts.map(part => endpoint[part])], text => {
		for (const placeholder of placeholders(template(text)).filter(isExpressionName))
			used.add(expressionName(placeholder) ?? placeholder);
	});
	for (const name of used)
		if (!names.includes(name))
			found.push({
				path: placeOf('endpoint', 'expressions'),
				message:
					`no expression ${JSON.stringify(name)}${didYouMean(name, names)}, and the request has a ` +
					'placeholder for it',
			});
	return names.flatMap(name => {
		const at = placeOf('endpoint', 'expressions', name);
		const report = (message: string): Use[] => {
			found.push({path: at, message});
			return [];
		};
		if (!used.has(name)) return report(`not used; put {expressions.${name}} into the request`);
		const text = expressions[name];
		return readsOf(typeof text === 'string' ? text : '', expressionNames).flatMap(([root, one, ...keys]) => {
			// checkPageValues() reports a value that the paginator does not have.
			if (pageNames.includes(root)) return [];
			if (typeof one !== 'string') return report(`write the name after ${root}, as in ${root}.name`);
			if (root === 'incremental')
				return endpoint.incremental == null ? report(`${root}.${one} needs incremental in the endpoint`) : [];
			if (given.batch != null) return report(`with batch, a request has several values of ${root}.${one}`);
			if (root === 'partitions') return [{at, partition: one}];
			return keys.length === 0
				? report(`name a field of ${one}, as in resources.${one}.id`)
				: [{at, resource: one}];
		});
	});
}

function readsOf(text: string, names: readonly string[]): Expression['reads'] {
	try {
		return expression(text, names).reads;
	} catch {
		return [];
	}
}
