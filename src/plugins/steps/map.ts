import {checkedMap, type RecordPlace} from '../../../transforms/map.ts';
import type {JsonRecord} from '../../core/page.ts';
import {func} from '../fields.ts';
import {defineStep} from '../step.ts';

export const map = defineStep({
	type: 'map',
	summary: 'A function: record to record.',
	value: func<(record: JsonRecord, place: RecordPlace) => JsonRecord>()({doc: 'Makes another record.'}),
	make: checkedMap,
});
