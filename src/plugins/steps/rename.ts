import {rename as change} from '../../../transforms/steps/rename.ts';
import {record, text} from '../fields.ts';
import {problemOf} from '../problem-of.ts';
import {defineStep} from '../step.ts';

export const rename = defineStep({
	type: 'rename',
	summary: '{old: new}',
	example: {old: 'new'},
	value: record(text({doc: 'The new name.'}), {check: problemOf(change), doc: 'New names by the old ones.'}),
	make: change,
});
