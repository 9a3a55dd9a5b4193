import {checkedYieldMap, type RecordPlace} from '../../../transforms/map.ts';
import type {JsonRecord} from '../../core/page.ts';
import {func} from '../fields.ts';
import {defineStep} from '../step.ts';

export const yieldMap = defineStep({
	type: 'yield_map',
	summary: 'A function: record to a list or a generator of records.',
	value: func<(record: JsonRecord, place: RecordPlace) => Iterable<unknown>>()({
		doc: 'Makes several records.',
	}),
	make: checkedYieldMap,
});
