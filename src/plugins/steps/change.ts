import {anyPlace} from '../../../transforms/steps/anywhere.ts';
import {change as edit} from '../../../transforms/steps/change.ts';
import {recordExpression} from '../../../transforms/steps/expression.ts';
import {list, object, text} from '../fields.ts';
import {problemOf} from '../problem-of.ts';
import {defineStep} from '../step.ts';

const expressionAt = (key: string) => problemOf((given: string) => recordExpression(given, key, ['value']));

export const change = defineStep({
	type: 'change',
	summary: 'Another value in the place of fields: {fields: […], to: "{{ value | trim }}", when: "{{ … }}"}.',
	example: {fields: ['name'], to: '{{ value | trim }}'},
	value: object(
		{
			fields: list(text({check: problemOf(anyPlace), doc: 'Name or path of a field.'}), {
				doc: 'Names or paths of fields; **.name is a field at any depth, and ** is every single value.',
			}),
			to: text({
				check: expressionAt('to'),
				doc: 'The new value: an expression in {{ }} that reads value and record.',
			}),
			when: text({
				optional: true,
				check: expressionAt('when'),
				doc: 'Only fields for whose value it holds: an expression in {{ }} that reads the same.',
			}),
		},
		{doc: 'Fields, their new value, and a condition.'},
	),
	make: edit,
});
