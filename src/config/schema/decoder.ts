/** The schemas of `format` and `encoding`: what the body of a response is. */
import * as z from 'zod';
import {problemOf} from '../../core/csv.ts';
import {object, text, whenNeeded} from './object.ts';

const csv = whenNeeded(() =>
	object({
		type: z.literal('csv').describe('CSV with options.'),
		delimiter: z
			.string()
			.regex(/^([^"\r\n]|auto)$/, 'expected one character, or auto')
			.default(',')
			.describe('One character between fields; auto: a comma, a tab or a semicolon, as in the first line.'),
		header: z
			.union([
				z.boolean(),
				z.array(text()).superRefine((names, context) => {
					const problem = problemOf(names);
					if (problem) context.addIssue({code: 'custom', message: problem});
				}),
			])
			.default(true)
			.describe('Whether the first row has the names; or the names. false: column_1, column_2 …'),
		skip_rows: z.int().min(0).optional().describe('Lines before the header. Default: 0.'),
		skip_footer: z
			.int()
			.min(0)
			.optional()
			.describe('Rows at the end to leave out, such as totals. Default: 0.'),
		ragged: z
			.enum(['refuse', 'pad'])
			.optional()
			.describe('pad: rows that are too short get nulls. Default: refuse.'),
		quotes: z
			.enum(['strict', 'lenient', 'none'])
			.optional()
			.describe(
				'lenient: a quote in a quoted field is a part of it, unless the field ends there. none: quotes are characters like any other. Default: strict.',
			),
		names: z
			.enum(['strict', 'lenient'])
			.optional()
			.describe('lenient: a second column id is id_2, a third one without a name column_3. Default: strict.'),
	}),
);

const xml = whenNeeded(() =>
	object({
		type: z.literal('xml').describe('XML with options.'),
		attribute_prefix: text().default('@').describe('Before the names of attributes.'),
		lists: z
			.array(text())
			.default([])
			.describe('Names of elements that are a list also where there is one of them.'),
	}),
);

const formatObject = z.discriminatedUnion('type', [csv, xml]);

export const bodyFormat = z
	.union([
		z.enum(['json', 'jsonl', 'auto']).transform(type => ({type})),
		z.enum(['csv', 'xml']).transform(type => formatObject.parse({type})),
		formatObject,
	])
	.meta({id: 'body_format'});
export type BodyFormat = z.infer<typeof bodyFormat>;

export const encoding = whenNeeded(() =>
	text().refine(isEncoding, 'expected a charset, such as windows-1252, utf-16le or shift_jis'),
);

/** How the records are written, where they are no list of objects. */
export const rowsFrom = whenNeeded(() =>
	z.discriminatedUnion('from', [
		object({from: z.literal('columns').describe('An object of lists of one length, one for each column.')}),
		object({
			from: z.literal('arrays').describe('A list of lists.'),
			header: text()
				.optional()
				.describe('Path in the response to the names. Default: the first list has them.'),
		}),
		object({
			from: z.literal('object').describe('An object of rows.'),
			key: text().describe('Column that gets the key of each row.'),
		}),
		object({
			from: z.literal('record').describe('One object, which is one row, whatever its values look like.'),
		}),
	]),
);
export type RowsFromConfig = z.infer<typeof rowsFrom>;

function isEncoding(label: string): boolean {
	try {
		new TextDecoder(label);
		return true;
	} catch {
		return false;
	}
}
