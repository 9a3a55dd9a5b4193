import {anyPlace} from '../../../transforms/steps/anywhere.ts';
import {recordExpression} from '../../../transforms/steps/expression.ts';
import {remove as change} from '../../../transforms/steps/remove.ts';
import {either, list, object, text} from '../fields.ts';
import {problemOf} from '../problem-of.ts';
import {defineStep} from '../step.ts';

const names = list(text({check: problemOf(anyPlace), doc: 'Name or path of a field.'}), {
	doc: 'Names or paths of fields; **.name is a field at any depth, and ** is every single value.',
});

const condition = text({
	optional: true,
	check: problemOf((given: string) => recordExpression(given, 'when', ['value'])),
	doc: 'Only fields for whose value it holds: an expression in {{ }} that reads value and record.',
});

export const remove = defineStep({
	type: 'remove',
	summary: 'Fields to drop: a list, or {fields: […], when: "{{ value == \'\' }}"}.',
	example: ['password'],
	value: either([names, object({fields: names, when: condition}, {doc: 'Fields, and a condition.'})], {
		expected: 'a list of fields, or {fields, when}',
		doc: 'Fields, or fields with a condition.',
	}),
	make: change,
});
