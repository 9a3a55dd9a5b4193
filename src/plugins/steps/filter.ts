import {checkedFilter, type RecordPlace} from '../../../transforms/map.ts';
import {recordExpression} from '../../../transforms/steps/expression.ts';
import {hasExpression, isTruth} from '../../core/expression.ts';
import type {JsonRecord} from '../../core/page.ts';
import {condition} from '../../core/path/condition.ts';
import {either, func, text} from '../fields.ts';
import {problemOf} from '../problem-of.ts';
import {defineStep} from '../step.ts';

const test = func<(record: JsonRecord, place: RecordPlace) => boolean>()({
	doc: 'Says true for those to keep.',
});

type Test = (record: JsonRecord, place: RecordPlace) => boolean;

/** The test of a condition of RFC 9535, or of an expression. */
function testOf(text: string): Test {
	if (!hasExpression(text)) return condition(text, 'filter');
	const holds = recordExpression(text, 'filter');
	return (record, place) => isTruth(holds(record, place));
}

export const filter = defineStep({
	type: 'filter',
	summary:
		"Keeps the records for which it holds: @.status == 'open' && @.n > 1 (RFC 9535), or an expression " +
		'in {{ }}.',
	example: '@.id > 0',
	value: either([text({check: problemOf(testOf), doc: 'A condition, or an expression.'}), test], {
		expected: "a condition such as @.status == 'open', or a function, which only a .js config can hold",
		doc: 'A condition, or a function.',
	}),
	make(given) {
		const holds = typeof given === 'string' ? testOf(given) : checkedFilter(given);
		return (record, place) => (holds(record, place) ? record : undefined);
	},
});
