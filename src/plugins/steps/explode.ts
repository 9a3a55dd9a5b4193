import {explode as change} from '../../../transforms/steps/explode.ts';
import {either, list} from '../fields.ts';
import {defineStep} from '../step.ts';
import {fieldName} from './field-names.ts';

export const explode = defineStep({
	type: 'explode',
	summary:
		'A list: one record for each of its items, which takes its place. Several lists are taken apart ' +
		'together.',
	example: 'tags',
	value: either([fieldName, list(fieldName, {min: 1, doc: 'Several lists.'})], {doc: 'The list.'}),
	make: (paths, {warn}) =>
		change(paths, (path, sibling) =>
			warn(
				`explode takes ${path} apart, and ${sibling}, which has as many items in each record, stays ` +
					`whole in every row. If their items belong together, write explode: [${path}, ${sibling}]`,
				'lists-side-by-side',
			),
		),
});
