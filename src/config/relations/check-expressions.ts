/** Checks what expressions in `processing_steps` read of the request. */
import {type Expression, expression, hasExpression} from '../../core/expression.ts';
import type {Finding} from '../finding.ts';
import type {Inherited} from '../inherit.ts';
import {rangeNameProblem} from '../placeholders/range.ts';
import {alternatives} from '../placeholders/reference.ts';
import {didYouMean} from '../suggest.ts';
import {asObject, eachText} from '../tree.ts';
import type {Ancestry} from './ancestors.ts';

/** Keys of steps that take an expression, at any depth. */
const keys: ReadonlySet<PropertyKey | undefined> = new Set(['expression', 'filter', 'when']);

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
		const reads = readsOf(text);
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

function readsOf(text: string): Expression['reads'] {
	try {
		return expression(text, ['record', 'value', 'resources', 'partitions', 'incremental']).reads;
	} catch {
		return [];
	}
}
