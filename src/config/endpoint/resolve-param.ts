import * as z from 'zod';
import {object, responsePath, text} from '../schema/object.ts';

/** dlt's older form for a placeholder of the path that is a value of the parent's row. */
export const resolveParam = object({
	type: z.literal('resolve').describe('A value of a row of another resource.'),
	resource: text().describe('The parent.'),
	field: responsePath().describe('Path into its row.'),
});
