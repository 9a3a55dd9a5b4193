import {csvFormat} from '../../../sinks/formats/csv/format.ts';
import {boolean} from '../fields.ts';
import {defineFormat} from '../format.ts';

export const csv = defineFormat({
	type: 'csv',
	summary: 'CSV as RFC 4180 has it, with a header.',
	fields: {
		escapeFormulas: boolean({
			optional: true,
			null: 'absent',
			doc:
				"true: texts that a spreadsheet would run (=1+1) get an apostrophe in front: '=1+1. Default: " +
				'false.',
		}),
	},
	make: ({escapeFormulas = false}) => csvFormat({escapeFormulas}),
});
