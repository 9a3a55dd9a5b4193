/** The limits of a config for all clients of a process. */
import {clock} from '../../http/policy/clock.ts';
import {type Limits, limitsOf} from '../../http/policy/limits.ts';
import {sharedOut} from '../../http/policy/rate-share.ts';
import type {Config} from '../schema/config.ts';
import {rateLimitOptions} from './options.ts';

/** `share` is that of this process in the limit of the config. The caller closes them. */
export function limitsFor({client: {rate_limit, base_url}}: Config, share: number | undefined): Limits {
	const whole = rate_limit ? rateLimitOptions(rate_limit) : undefined;
	const origin = URL.canParse(base_url) ? new URL(base_url).origin : undefined;
	return limitsOf(share === undefined ? whole : sharedOut(whole, share), clock(), origin);
}
