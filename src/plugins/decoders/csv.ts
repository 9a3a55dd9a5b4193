import {problemOf} from '../../core/csv.ts';
import {csvDecoder} from '../../http/decode/csv.ts';
import {defineDecoder} from '../decoder.ts';
import {boolean, choice, count, either, list, text} from '../fields.ts';

export const csv = defineDecoder({
	type: 'csv',
	summary: 'CSV with options.',
	fields: {
		delimiter: text({
			default: ',',
			allowEmpty: true,
			check: delimiter =>
				/^([^"\r\n]|auto)$/.test(delimiter) ? undefined : 'expected one character, or auto',
			doc: 'One character between fields; auto: a comma, a tab or a semicolon, as in the first line.',
		}),
		header: either(
			[
				boolean({doc: 'Whether the first row has the names.'}),
				list(text({doc: 'A name.'}), {check: problemOf, doc: 'The names.'}),
			],
			{
				default: true,
				doc: 'Whether the first row has the names; or the names. false: column_1, column_2 …',
			},
		),
		skipRows: count({optional: true, doc: 'Lines before the header. Default: 0.'}),
		skipFooter: count({
			optional: true,
			doc: 'Rows at the end to leave out, such as totals. Default: 0.',
		}),
		ragged: choice(['refuse', 'pad'], {
			optional: true,
			doc: 'pad: rows that are too short get nulls. Default: refuse.',
		}),
		quotes: choice(['strict', 'lenient', 'none'], {
			optional: true,
			doc:
				'lenient: a quote in a quoted field is a part of it, unless the field ends there. none: quotes ' +
				'are characters like any other. Default: strict.',
		}),
		names: choice(['strict', 'lenient'], {
			optional: true,
			doc: 'lenient: a second column id is id_2, a third one without a name column_3. Default: strict.',
		}),
	},
	make: csvDecoder,
});
