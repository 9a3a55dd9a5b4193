import {add as change} from '../../../transforms/steps/add.ts';
import {anything, record} from '../fields.ts';
import {problemOf} from '../problem-of.ts';
import {defineStep} from '../step.ts';

export const add = defineStep({
	type: 'add',
	summary: 'Fields to set: a value, a text with {field} in it, {path: FIELD}, or {expression: "{{ … }}"}.',
	example: {source: 'crm', name: '{first} {last}'},
	value: record(anything({doc: 'The value.'}), {doc: 'Values by the names of fields.'}),
	check(fields, report) {
		for (const [name, value] of Object.entries(fields)) {
			const problem = problemOf(change)({[name]: value});
			if (problem !== undefined) report(name, problem);
		}
	},
	make: (fields, {warn}) =>
		change(fields, (field, records, found) => {
			const are =
				records === 1 ? 'the record has no such field' : `none of the ${records} records so far has one`;
			warn(
				`add reads the field ${JSON.stringify(field)}, and ${are}; fields: ${found.join(', ')}. A text ` +
					'gets nothing in its place',
				'field-not-found',
			);
		}),
});
