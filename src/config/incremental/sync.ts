/** The schema of `sync`: a token or link kept across runs. */
import * as z from 'zod';
import type {SyncOptions} from '../../resource/walk/sync.ts';
import {always, object, responsePath, text, whenNeeded} from '../schema/object.ts';
import {withoutUndefined} from '../tree.ts';

const status = z.int().min(100).max(599);

const shape = () => ({
	token_path: responsePath()
		.optional()
		.describe('Path to the token in the last answer of a run: nextSyncToken.'),
	token_param: text().optional().describe('Query parameter in which the next run sends it.'),
	token_body_path: text().optional().describe('Dotted key of it in the JSON body, instead of token_param.'),
	token_header: text().optional().describe('Request header it is sent in, instead of token_param.'),
	link_path: responsePath()
		.optional()
		.describe('Path to a link that the next run begins with, instead of a token: @odata.deltaLink.'),
	expired_when: z
		.array(
			object({
				status_code: z
					.union([status, z.array(status)])
					.optional()
					.describe('Its status.'),
				content: text().optional().describe('Text that is somewhere in its body.'),
				json_path: responsePath()
					.optional()
					.describe('Path to a value in its body that is there and not null.'),
				json_value: z.union([z.string(), z.number(), z.boolean()]).optional().describe('What that value is.'),
			}).superRefine((given, context) => {
				if (Object.values(given).every(value => value === undefined))
					context.addIssue({code: 'custom', message: 'needs a condition, such as status_code: 400'});
			}, always),
		)
		.optional()
		.describe(
			'Answers that say the token is no longer taken; one of them must fit. Default: status_code: 410.',
		),
	on_expired: z
		.enum(['fail', 'full_resync'])
		.optional()
		.describe('What happens then: a failure, or everything is read again. Default: fail.'),
});

const whole = () => object(shape());

export type SyncConfig = z.output<ReturnType<typeof whole>>;

const places = ['token_param', 'token_body_path', 'token_header'] as const;

export const syncConfig = whenNeeded(() =>
	whole()
		.superRefine((given, context) => {
			const report = (key: string, message: string) =>
				context.addIssue({code: 'custom', message, path: [key]});
			const sent = places.filter(key => given[key] !== undefined);
			if (given.token_path !== undefined && given.link_path !== undefined)
				report('link_path', 'excludes token_path: the next run begins with a link or with a token');
			else if (given.link_path !== undefined && sent[0] !== undefined)
				report(sent[0], 'a link is followed as it is; leave it out');
			else if (given.link_path === undefined && given.token_path === undefined)
				report('token_path', 'required key is missing: where the last answer holds the token; or link_path');
			else if (given.link_path === undefined && sent.length === 0)
				report('token_param', 'required key is missing: where the next run sends the token');
			if (sent[1] !== undefined) report(sent[1], `excludes ${sent[0]}: the token is sent in one place`);
		}, always)
		.meta({id: 'sync'}),
);

/** The options of the library. */
export function syncOptions(config: SyncConfig): SyncOptions {
	const rules = config.expired_when?.map(({status_code, content, json_path, json_value}) =>
		withoutUndefined({status: status_code, content, jsonPath: json_path, jsonValue: json_value}),
	);
	return withoutUndefined({
		tokenPath: config.token_path,
		tokenParam: config.token_param,
		tokenBodyPath: config.token_body_path,
		tokenHeader: config.token_header,
		linkPath: config.link_path,
		expiredWhen: rules,
		onExpired: config.on_expired,
	}) as SyncOptions;
}
