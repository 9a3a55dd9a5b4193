import {cast as change} from '../../../transforms/steps/cast.ts';
import {columns} from '../fields.ts';
import {defineStep} from '../step.ts';

export const cast = defineStep({
	type: 'cast',
	summary: 'Types of fields; what cannot be converted is rejected.',
	value: columns({doc: 'Fields with their types.'}),
	make: change,
});
