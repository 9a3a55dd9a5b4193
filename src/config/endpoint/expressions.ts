/** The schema of `expressions` of an endpoint. */
import * as z from 'zod';
import {expression} from '../../core/expression.ts';
import {messageOf} from '../../core/stage.ts';
import {text} from '../schema/object.ts';

/** The names that an expression of a request reads. */
export const requestNames = ['resources', 'partitions', 'incremental'];

export const expressions = z.record(
	z.string().regex(/^\w+$/, 'a name of letters, digits and _'),
	text().superRefine((given, context) => {
		try {
			expression(given, requestNames);
		} catch (error) {
			context.addIssue({code: 'custom', message: messageOf(error)});
		}
	}),
);
