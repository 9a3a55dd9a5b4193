import {checkedMap, type RecordPlace} from '../../../transforms/map.ts';
import {mapExpression} from '../../../transforms/steps/expression.ts';
import type {JsonRecord} from '../../core/page.ts';
import {either, func, text} from '../fields.ts';
import {problemOf} from '../problem-of.ts';
import {defineStep} from '../step.ts';

const change = func<(record: JsonRecord, place: RecordPlace) => JsonRecord>()({doc: 'Makes another record.'});

export const map = defineStep({
	type: 'map',
	summary: 'Another record in its place: an expression in {{ }}, or a function.',
	value: either([text({check: problemOf(mapExpression), doc: 'An expression for the record.'}), change], {
		expected: 'an expression in {{ }}, or a function, which only a .js config can hold',
		doc: 'An expression whose value is an object; null drops the record. Or a function.',
	}),
	make: given => (typeof given === 'string' ? mapExpression(given) : checkedMap(given)),
});
