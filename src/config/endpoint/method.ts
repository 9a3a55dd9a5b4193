/** The schema of a request's method. */
import * as z from 'zod';

export const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const;

/** A method in any case. */
export const method = () =>
	z.string().transform((given, context) => {
		const found = methods.find(known => known === given.toUpperCase());
		if (!found) context.addIssue({code: 'invalid_value', values: [...methods], input: given});
		return found ?? z.NEVER;
	});
