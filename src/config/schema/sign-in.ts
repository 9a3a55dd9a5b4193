/** The schema of what `sluice auth login` needs to know, which stands beside a refresh token. */
import * as z from 'zod';
import {redirectProblem} from '../../http/auth/sign-in/redirect.ts';
import {httpUrl, text} from './object.ts';

const scalar = z.union([z.string(), z.number(), z.boolean()]);

export const signInKeys = () => ({
	authorization_url: httpUrl()
		.optional()
		.describe('The page where people sign in. With it, "sluice auth login" gets the refresh token.'),
	device_authorization_url: httpUrl()
		.optional()
		.describe('Where "sluice auth login --device" gets a code that people type in on another device.'),
	revocation_url: httpUrl()
		.optional()
		.describe('Where "sluice auth logout" ends the refresh token. Default: it is only removed here.'),
	scopes: z
		.union([text(), z.array(text())])
		.optional()
		.describe('What to ask for: a list, or one text as it is.'),
	authorization_params: z
		.record(text(), scalar)
		.optional()
		.describe('Further parameters of the sign-in, such as access_type, prompt or audience.'),
	redirect_port: z
		.int()
		.min(1)
		.max(65_535)
		.optional()
		.describe(
			'Port on 127.0.0.1 that the browser comes back to, where the provider wants to know it before. Default: a free one.',
		),
	redirect_uri: text()
		.optional()
		.describe(
			'In place of redirect_port: the whole address that is registered with the provider, on localhost, 127.0.0.1 or [::1]. Default: http://127.0.0.1:<redirect_port>/callback.',
		),
});

interface SignIn {
	readonly refresh_token?: string | undefined;
	readonly refresh_token_file?: string | undefined;
	readonly authorization_url?: string | undefined;
	readonly device_authorization_url?: string | undefined;
	readonly revocation_url?: string | undefined;
	readonly scopes?: unknown;
	readonly authorization_params?: Readonly<Record<string, unknown>> | undefined;
	readonly redirect_port?: number | undefined;
	readonly redirect_uri?: string | undefined;
}

// Each sign-in has its own.
const ours = [
	'response_type',
	'client_id',
	'redirect_uri',
	'state',
	'code_challenge',
	'code_challenge_method',
];

export function checkSignIn(auth: SignIn, context: z.core.$RefinementCtx): void {
	const report = (message: string, ...path: string[]) => context.addIssue({code: 'custom', message, path});
	const browser = auth.authorization_url !== undefined;
	const canSignIn = browser || auth.device_authorization_url !== undefined;
	if (!canSignIn && auth.refresh_token === undefined)
		report('required key is missing, or authorization_url, or device_authorization_url', 'refresh_token');
	if (canSignIn && auth.refresh_token_file === undefined)
		report('required key is missing: the file that keeps what a sign-in brings', 'refresh_token_file');
	for (const key of ['revocation_url', 'scopes', 'authorization_params'] as const)
		if (!canSignIn && auth[key] !== undefined)
			report('needs authorization_url or device_authorization_url', key);
	for (const key of ['redirect_port', 'redirect_uri'] as const)
		if (!browser && auth[key] !== undefined) report('needs authorization_url', key);
	if (auth.redirect_port !== undefined && auth.redirect_uri !== undefined)
		report('in place of redirect_port: give one of them', 'redirect_uri');
	const problem = typeof auth.redirect_uri === 'string' ? redirectProblem(auth.redirect_uri) : undefined;
	if (problem) report(problem, 'redirect_uri');
	const params = auth.authorization_params;
	if (typeof params !== 'object' || params === null) return;
	for (const name of ours)
		if (Object.hasOwn(params, name))
			report(
				name === 'redirect_uri' || name === 'client_id'
					? `give it beside authorization_params, as ${name}`
					: 'each sign-in has its own',
				'authorization_params',
				name,
			);
	if (Object.hasOwn(params, 'scope') && auth.scopes !== undefined)
		report('the same as scopes: give one of them', 'authorization_params', 'scope');
}
