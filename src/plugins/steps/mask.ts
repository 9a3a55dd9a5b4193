import {mask as change} from '../../../transforms/steps/conceal.ts';
import {count, either, object, record} from '../fields.ts';
import {problemOf} from '../problem-of.ts';
import {defineStep} from '../step.ts';
import {fieldNames} from './field-names.ts';

const rule = object(
	{keep: count({optional: true, doc: 'Characters at the end that stay.'})},
	{doc: 'How much of the value stays.'},
);

export const mask = defineStep({
	type: 'mask',
	summary: '*** in place of the values.',
	example: ['card'],
	value: either([fieldNames, record(rule, {doc: 'Rules by the names of fields.'})], {
		check: problemOf(change),
		doc: 'Fields to mask.',
	}),
	make: change,
});
