import {checkedFilter, type RecordPlace} from '../../../transforms/map.ts';
import type {JsonRecord} from '../../core/page.ts';
import {condition} from '../../core/path/condition.ts';
import {either, func, text} from '../fields.ts';
import {problemOf} from '../problem-of.ts';
import {defineStep} from '../step.ts';

const test = func<(record: JsonRecord, place: RecordPlace) => boolean>()({
	doc: 'Says true for those to keep.',
});

export const filter = defineStep({
	type: 'filter',
	summary: "Keeps the records for which it holds: @.status == 'open' && @.n > 1 (RFC 9535).",
	example: '@.id > 0',
	value: either([text({check: problemOf(condition), doc: 'A condition.'}), test], {
		expected: "a condition such as @.status == 'open', or a function, which only a .js config can hold",
		doc: 'A condition, or a function.',
	}),
	make(given) {
		const holds = typeof given === 'string' ? condition(given, 'filter') : checkedFilter(given);
		return (record, place) => (holds(record, place) ? record : undefined);
	},
});
