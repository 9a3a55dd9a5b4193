import {remove as change} from '../../../transforms/steps/fields.ts';
import {defineStep} from '../step.ts';
import {fieldNames} from './field-names.ts';

export const remove = defineStep({
	type: 'remove',
	summary: 'Fields to drop.',
	example: ['password'],
	value: fieldNames,
	make: change,
});
