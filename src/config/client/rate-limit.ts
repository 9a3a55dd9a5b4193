/** The schema of `rate_limit`: a number of requests in a time. */
import * as z from 'zod';
import {sharedProblem} from '../../http/policy/shared/open-clock.ts';
import {object, text, whenNeeded} from '../schema/object.ts';

const units: Readonly<Record<string, number>> = {s: 1, m: 60, h: 3600, d: 86_400};

const period = z.union([
	z.number().positive(),
	z.string().transform((given, context) => {
		const [, count = '', unit = ''] = /^(\d+(?:\.\d+)?)([smhd])$/.exec(given) ?? [];
		const seconds = Number(count) * (units[unit] ?? 0);
		if (seconds > 0) return seconds;
		context.addIssue({
			code: 'custom',
			message: `expected seconds, or a text such as 1s, 1m or 1h, got ${JSON.stringify(given)}`,
		});
		return z.NEVER;
	}),
]);

export const rateLimit = whenNeeded(() =>
	object({
		requests: z.number().positive().describe('So many requests, of all resources together …'),
		per: period.default(1).describe('… in so many seconds; or 1s, 1m, 1h, 1d.'),
		burst: z.int().positive().default(1).describe('Requests that may go out at once after a rest.'),
		shared: text()
			.superRefine((url, context) => {
				const message = sharedProblem(url);
				if (message !== undefined) context.addIssue({code: 'custom', message});
			})
			.nullish()
			.describe(
				'Store in which all processes keep this limit together: redis://host or ' +
					'postgres://user@host/db. Default: each process has its own.',
			),
		key: text()
			.nullish()
			.describe('Processes with the same key share the limit. Default: the origin of base_url.'),
	}),
);
