/** The schema of the keys that make a resource depend on others, or on a list. */
import * as z from 'zod';
import {parseIncluded} from '../placeholders/reference.ts';
import {object, text} from '../schema/object.ts';

const included = text().superRefine((path, context) => {
	const reference = parseIncluded(path);
	if ('problem' in reference) context.addIssue({code: 'custom', message: reference.problem});
});

const values = z.array(z.union([z.string(), z.number(), z.boolean()])).min(1);

export const relationShape = {
	include_from_parent: z
		.array(included)
		.nullish()
		.describe(
			"Paths into the parent's row: id of users becomes _users_id in each row of the child. With " +
				'several parents as {resources.users.id}.',
		),
	partitions: z
		.record(z.string().regex(/^\w+$/, 'a name of letters, digits and _'), values)
		.nullish()
		.describe(
			'Lists of values: the resource is read once for each combination. {partitions.x} is the value of ' +
				'list x.',
		),
	batch: object({
		size: z.int().positive().describe('Most rows of the parent, or partitions, in one request.'),
		separator: z
			.string()
			.default(',')
			.describe('Between the values, in a path, a parameter or a header. In JSON they are a list.'),
	})
		.nullish()
		.describe('Several in one request.'),
	distinct: z
		.boolean()
		.nullish()
		.describe('true: parents with the same values are asked for once. Default: false.'),
	incremental_dependency: z
		.boolean()
		.nullish()
		.describe(
			'true: asked for new and changed rows of its parent only, as the incremental of the parent tells ' +
				'them. Default: for all of them, in each run.',
		),
	on_missing: z
		.enum(['fail', 'skip'])
		.nullish()
		.describe('What to do with a parent that lacks a value. Default: fail.'),
};
