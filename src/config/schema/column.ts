/** The schema of `columns`: types and hints, as an object by name or as a list. */
import * as z from 'zod';
import {timeUnitProblem} from '../../core/schema/definition.ts';
import {
	type DataType,
	databaseHints,
	scalarTypes,
	type TimeUnit,
	timeUnits,
} from '../../core/schema/schema.ts';
import {asObject, withoutUndefined} from '../tree.ts';
import {always, count, object, text} from './object.ts';

const dataTypes = [...scalarTypes, 'decimal', 'list', 'struct'] as const satisfies readonly DataType[];

/** The hints for one column in the config. Missing ones are inferred. */
export interface ColumnHints {
	readonly name: string;
	readonly data_type?: DataType;
	readonly nullable?: boolean;
	readonly precision?: number;
	readonly scale?: number;
	/** The unit of a number that is a timestamp or a date since 1970. */
	readonly time_unit?: TimeUnit;
	/** The items of a `list`. */
	readonly items?: ItemHints;
	/** The fields of a `struct`. */
	readonly fields?: readonly ColumnHints[];
	/** A merge removes rows with true, or any value but a bool, in this column. */
	readonly hard_delete?: boolean;
	/** Of several rows with one key, a merge keeps the one with the greatest value. */
	readonly dedup_sort?: 'desc';
	/** Whether the column is one of the resource's `merge_key`. */
	readonly merge_key?: boolean;
}

/** The items of a list need no name. */
export type ItemHints = Omit<ColumnHints, 'name'> & {readonly name?: string};

/** One column before validation: a type, or hints. */
export type ColumnInput =
	| DataType
	| {
			name?: string | undefined;
			data_type?: DataType | undefined;
			/** The same as `data_type`. */
			type?: DataType | undefined;
			nullable?: boolean | undefined;
			precision?: number | undefined;
			scale?: number | undefined;
			time_unit?: TimeUnit | undefined;
			items?: ColumnInput | undefined;
			fields?: ColumnsInput | undefined;
			hard_delete?: boolean | undefined;
			dedup_sort?: 'desc' | undefined;
			merge_key?: boolean | undefined;
			description?: string | undefined;
	  };

/** Columns by name, or as a list of hints with names. */
export type ColumnsInput = {[name: string]: ColumnInput} | Exclude<ColumnInput, DataType>[];

const dataType = () => z.enum(dataTypes);

// A column without its name: that is a key of the object around it, or is checked by the list around it.
const column: z.ZodType<ItemHints, ColumnInput> = z
	.lazy(() => z.union([dataType().transform(data_type => ({data_type})), hints]))
	.meta({id: 'column', description: 'A type, or hints about the column.'});

const hints = z
	.lazy(() =>
		object(
			{
				name: text().optional().describe('Name of the column; needed in a list.'),
				data_type: dataType().optional().describe('Type of its values.'),
				type: dataType().optional().describe('The same as data_type.'),
				nullable: z.boolean().optional().describe('Whether a value may be missing. Default: true.'),
				precision: z.int().positive().optional().describe('Digits of a decimal.'),
				scale: count().optional().describe('Digits of a decimal after the point.'),
				time_unit: z
					.enum(timeUnits)
					.optional()
					.describe('Of a timestamp or date: what numbers and texts of digits count since 1970. Default: s.'),
				items: column.optional().describe('What a list holds.'),
				fields: z
					.lazy(() => columns)
					.optional()
					.describe('The columns of a struct.'),
				hard_delete: z
					.boolean()
					.optional()
					.describe(
						'write_disposition: merge deletes the row that has true in this column, or any value if it ' +
							'is no bool.',
					),
				dedup_sort: z
					.enum(['desc'])
					.optional()
					.describe(
						'Of the rows with one key in a run, write_disposition: merge keeps the one with the ' +
							'greatest value here.',
					),
				merge_key: z
					.boolean()
					.optional()
					.describe(
						'The same as to name the column in merge_key of the resource; several columns go together.',
					),
				description: z.string().optional().describe('For readers; has no effect.'),
			},
			{later: ['primary_key', ...databaseHints]},
		)
			.superRefine((given, context) => {
				const report = (key: string, message: string) =>
					context.addIssue({code: 'custom', message, path: [key]});
				const kind = given.data_type ?? given.type;
				if (given.data_type !== undefined && given.type !== undefined)
					report('type', 'the same as data_type: give one of them');
				if (kind === 'list' && given.items === undefined)
					report('items', 'required key is missing: what the list holds');
				if (kind === 'struct' && given.fields === undefined)
					report('fields', 'required key is missing: the columns of the struct');
				if (kind !== 'list' && given.items !== undefined)
					report('items', 'only a column of type list has items');
				if (kind !== 'struct' && given.fields !== undefined)
					report('fields', 'only a column of type struct has fields');
				const unitProblem =
					given.time_unit === undefined ? undefined : timeUnitProblem(kind, given.time_unit);
				if (unitProblem !== undefined) report('time_unit', unitProblem);
				if (
					typeof given.precision === 'number' &&
					typeof given.scale === 'number' &&
					given.scale > given.precision
				)
					report('scale', `must not be over precision, which is ${given.precision}`);
			}, always)
			.transform(({description, type, data_type, ...rest}) => {
				const kind = data_type ?? type;
				return {...withoutUndefined(rest), ...(kind && {data_type: kind})};
			}),
	)
	.meta({id: 'column_hints'});

const byName = z.record(z.string(), column).superRefine((given, context) => {
	for (const [key, item] of Object.entries(given)) {
		const {name = key} = asObject(item);
		if (name === key) continue;
		context.addIssue({
			code: 'custom',
			message: `differs from its key ${JSON.stringify(key)}: leave it out`,
			path: [key, 'name'],
		});
	}
}, always);

const asList = z.array(hints).superRefine((given, context) => {
	if (!Array.isArray(given)) return;
	const seen = new Set<unknown>();
	for (const [index, item] of given.entries()) {
		const {name} = asObject(item);
		if (name === undefined)
			context.addIssue({code: 'custom', message: 'required key is missing', path: [index, 'name']});
		else if (seen.has(name))
			context.addIssue({
				code: 'custom',
				message: `a second column ${JSON.stringify(name)}`,
				path: [index, 'name'],
			});
		seen.add(name);
	}
}, always);

export const columns: z.ZodType<ColumnHints[], ColumnsInput> = z
	.lazy(() =>
		z.union([
			asList.transform(list => list.map(given => ({...given, name: given.name ?? ''}))),
			byName.transform(given => Object.entries(given).map(([name, rest]) => ({...rest, name}))),
		]),
	)
	.meta({id: 'columns', description: 'Columns by name, or a list of hints with names.'});
