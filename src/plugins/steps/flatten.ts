import {flattener} from '../../../transforms/flatten.ts';
import {count, text} from '../fields.ts';
import {defineStep} from '../step.ts';

export const flatten = defineStep({
	type: 'flatten',
	summary: 'Nested objects become fields parent__child.',
	fields: {
		separator: text({optional: true, doc: 'Between names. Default: __.'}),
		maxDepth: count({optional: true, doc: 'Levels that are taken apart.'}),
	},
	make: flattener,
});
