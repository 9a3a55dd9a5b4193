/** The schema of `client`: the API, and the options for all requests to it. */
import * as z from 'zod';
import type {authSchema} from '../auth/fields.ts';
import type {paginatorSchema} from '../endpoint/paginator-fields.ts';
import {responseActions} from '../endpoint/response-actions.ts';
import {count, httpUrl, moreThanNoTime, object, seconds, text, whenNeeded} from '../schema/object.ts';
import {proxyUrl} from './proxy-fields.ts';
import {rateLimit} from './rate-limit.ts';
import {tls} from './tls-fields.ts';

/** The schemas that depend on the plugins of a config. */
interface ClientPlugins {
	readonly paginator: ReturnType<typeof paginatorSchema>;
	readonly auth: ReturnType<typeof authSchema>;
}

export const clientShape = ({auth, paginator}: ClientPlugins) => ({
	base_url: httpUrl({base: true}).describe('Start of every URL; "" when all paths are absolute.'),
	headers: z.record(text(), z.string()).nullish().describe('Sent with every request.'),
	auth: auth.nullish().describe('How requests prove who they are.'),
	paginator: paginator.nullish().describe('For endpoints that name none. Default: auto.'),
	retry: whenNeeded(() =>
		object({
			max_retries: count().optional().describe('Attempts after the first one.'),
			factor: z.number().min(1).optional().describe('By which the delay grows with every retry.'),
			delay: seconds().optional().describe('Seconds before the first retry.'),
			max_delay: seconds().optional().describe('Most seconds between two attempts.'),
			status_codes: z
				.array(z.int().min(100).max(599))
				.optional()
				.describe('HTTP statuses worth another attempt.'),
			jitter: z
				.boolean()
				.optional()
				.describe('Whether delays vary at random, so that many clients do not come back at once.'),
			max_retry_after: seconds()
				.optional()
				.describe('Most seconds that a Retry-After of the server is waited for.'),
		}),
	)
		.nullish()
		.describe('What happens after a failed request.'),
	response_actions: responseActions
		.nullish()
		.describe('What to do about certain answers of any endpoint; the first rule that fits decides.'),
	rate_limit: rateLimit
		.nullish()
		.describe('Spreads the requests of all resources over time. Default: no limit but those of the server.'),
	max_requests: z
		.int()
		.positive()
		.nullish()
		.describe('Most requests of one run, retries included; one more fails.'),
	timeouts: whenNeeded(() =>
		object({
			connect: moreThanNoTime().optional().describe('Seconds until the connection stands.'),
			headers: moreThanNoTime().optional().describe('Seconds until the headers of the response.'),
			body_idle: moreThanNoTime().optional().describe('Seconds without a byte of the body.'),
			total: moreThanNoTime().optional().describe('Seconds for one attempt as a whole.'),
		}),
	)
		.nullish()
		.describe('How long to wait for what.'),
	concurrency: z
		.int()
		.positive()
		.optional()
		.describe(
			'Requests under way at once: pages ahead, partitions and resources. Fewer while the server is ' +
				'slower. 1: one after the other. Default: found out, from 2 to at most 6.',
		),
	max_buffer: z
		.int()
		.positive()
		.optional()
		.describe('Bytes of answers that wait for their turn at most. Default: 67108864.'),
	max_body_bytes: z
		.int()
		.positive()
		.optional()
		.describe('Most bytes of one answer that are held in memory; a larger one fails. Default: 268435456.'),
	trusted_origins: z
		.array(httpUrl({}))
		.nullish()
		.describe(
			'Origins that get credentials and headers as that of base_url does: https://files.example.com. ' +
				'Default: none.',
		),
	rewrite_links: z
		.enum(['base_url'])
		.nullish()
		.describe(
			'base_url: next links to another origin are followed at that of base_url. Default: as they are.',
		),
	cookies: z
		.boolean()
		.nullish()
		.describe('true: cookies that the API sets are kept during a run, and sent back to it. Default: false.'),
	tls: tls
		.nullish()
		.describe(
			'Whom to trust over TLS, and who we are. Default: the authorities of Node and NODE_EXTRA_CA_CERTS.',
		),
	proxy: proxyUrl()
		.nullish()
		.describe(
			'Proxy for all requests: http://user:password@proxy.example:3128, or socks5://…. null: none. ' +
				'Default: HTTP_PROXY, HTTPS_PROXY or ALL_PROXY, but for hosts in NO_PROXY.',
		),
});
