import {projector} from '../../../transforms/select.ts';
import {either, record} from '../fields.ts';
import {problemOf} from '../problem-of.ts';
import {defineStep} from '../step.ts';
import {fieldName, fieldNames} from './field-names.ts';

export const select = defineStep({
	type: 'select',
	summary: 'Fields to keep, in order; {name: path} gives them other names.',
	example: ['id', 'address.city'],
	value: either([fieldNames, record(fieldName, {doc: 'Paths by the names in the result.'})], {
		check: problemOf(projector),
		doc: 'Fields to keep.',
	}),
	make: projector,
});
