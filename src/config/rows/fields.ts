/** The schema of the keys for the rows of a resource: keys, columns, steps, and the output. */
import * as z from 'zod';
import {contractModes, namings} from '../../core/schema/schema.ts';
import {columns} from '../schema/column.ts';
import {count, object, text} from '../schema/object.ts';
import type {processingStepsSchema} from './steps.ts';

const writeDisposition = z.union([
	z.enum(['append', 'replace', 'merge']),
	object({
		disposition: z.enum(['append', 'replace', 'merge']).describe('append, replace or merge.'),
		strategy: z
			.enum(['delete-insert', 'upsert'])
			.optional()
			.describe('How merge works; both words mean that a row replaces the one with its primary key.'),
	}).transform(({disposition}) => disposition),
]);

const contractMode = z.enum(contractModes);

/** A key of a resource, and of the whole config. */
export const naming = () => z.enum(namings).nullish().describe('How keys become column names.');

/** `processingSteps` depend on the plugins of a config. */
export const rowsShape = (processingSteps: ReturnType<typeof processingStepsSchema>) => ({
	table_name: text().nullish().describe('Name of the output. Default: the name of the resource.'),
	primary_key: z
		.union([text().transform(key => [key]), z.array(text())])
		.nullish()
		.describe('Column or columns that tell records apart.'),
	merge_key: z
		.union([text().transform(key => [key]), z.array(text())])
		.nullish()
		.describe(
			'With merge: column or columns of what is restated as a whole, such as a day. All rows with ' +
				'values that come again go, whatever their primary_key.',
		),
	write_disposition: writeDisposition
		.nullish()
		.describe('append adds, replace starts anew, merge updates by primary_key, merge_key or both.'),
	allow_empty: z
		.boolean()
		.nullish()
		.describe(
			'true: a replace without rows empties the table. Default: it fails, and the rows of the last run stay.',
		),
	columns: columns.nullish().describe('Types and hints of columns; what is left out is inferred.'),
	schema_contract: z
		.union([
			contractMode.transform(mode => ({tables: mode, columns: mode, data_type: mode})),
			object({
				tables: contractMode.optional().describe('For new tables.'),
				columns: contractMode.optional().describe('For new columns.'),
				data_type: contractMode.optional().describe('For values that do not fit the type of their column.'),
			}),
		])
		.nullish()
		.describe('What happens to data that the schema does not foresee. Default: evolve.'),
	max_table_nesting: count().nullish().describe('Levels of nested objects and lists that are taken apart.'),
	selected: z.boolean().nullish().describe('false: only read when asked for by name. Default: true.'),
	nested: z
		.enum(['json', 'flatten', 'tables'])
		.nullish()
		.describe(
			'Nested objects as JSON columns, or as columns named parent__child; with tables lists are tables ' +
				'parent__child.',
		),
	naming: naming(),
	keep: z
		.enum(['first', 'last', 'combined'])
		.nullish()
		.describe(
			'Which of the records with the same primary_key stays; combined: the fields of all, for records ' +
				'in pieces.',
		),
	partition_by: z
		.union([
			text().transform(
				(
					column,
				): {column: string; unit?: 'year' | 'month' | 'day' | undefined; folder?: string | undefined} => ({
					column,
				}),
			),
			object({
				column: text().describe('Whose values name the folders.'),
				unit: z
					.enum(['year', 'month', 'day'])
					.optional()
					.describe('A folder for each year, month or day of a timestamp or date.'),
				folder: text()
					.regex(/^[A-Za-z0-9]\w*$/, 'letters, digits and _, and no _ at the front')
					.optional()
					.describe('What stands before the = in names of folders. Default: by_COLUMN, or COLUMN_UNIT.'),
			}),
		])
		.nullish()
		.describe('A folder for each value of this column: by_country=DE; load_date: for each day of loading.'),
	processing_steps: processingSteps
		.nullish()
		.describe('What is done to each record, in order, before anything else.'),
	parallelized: z
		.boolean()
		.nullish()
		.describe('true: up to 5 requests under way at once. Default: client.concurrency.'),
});
