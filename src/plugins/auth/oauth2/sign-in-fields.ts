/** The fields for a sign-in, beside a refresh token. */
import {redirectProblem} from '../../../http/auth/sign-in/redirect.ts';
import {count, either, list, type Options, type Report, record, scalar, text, url} from '../../fields.ts';

export const signInFields = {
	authorizationUrl: url({
		optional: true,
		doc: 'The page where people sign in. With it, "sluice auth login" gets the refresh token.',
	}),
	deviceAuthorizationUrl: url({
		optional: true,
		doc: 'Where "sluice auth login --device" gets a code that people type in on another device.',
	}),
	revocationUrl: url({
		optional: true,
		doc: 'Where "sluice auth logout" ends the refresh token. Default: it is only removed here.',
	}),
	scopes: either([text({doc: 'As it is.'}), list(text({doc: 'A scope.'}), {doc: 'Several.'})], {
		optional: true,
		doc: 'What to ask for: a list, or one text as it is.',
	}),
	authorizationParams: record(scalar({doc: 'A value.'}), {
		optional: true,
		doc: 'Further parameters of the sign-in, such as access_type, prompt or audience.',
	}),
	redirectPort: count({
		min: 1,
		max: 65_535,
		optional: true,
		doc:
			'Port on 127.0.0.1 that the browser comes back to, where the provider wants to know it before. ' +
			'Default: a free one.',
	}),
	redirectUri: text({
		optional: true,
		check: redirectProblem,
		doc:
			'In place of redirect_port: the whole address that is registered with the provider, on localhost, ' +
			'127.0.0.1 or [::1]. Default: http://127.0.0.1:<redirect_port>/callback.',
	}),
};

export type SignInOptions = Options<typeof signInFields>;

export function canSignIn({authorizationUrl, deviceAuthorizationUrl}: Partial<SignInOptions>): boolean {
	return authorizationUrl !== undefined || deviceAuthorizationUrl !== undefined;
}

// Parameters that Sluice sets anew for each sign-in.
const ours = [
	'response_type',
	'client_id',
	'redirect_uri',
	'state',
	'code_challenge',
	'code_challenge_method',
];

export function checkSignIn(auth: Partial<SignInOptions>, report: Report): void {
	const {authorizationUrl, redirectPort, redirectUri, authorizationParams: params, scopes} = auth;
	for (const field of ['revocationUrl', 'scopes', 'authorizationParams'] as const)
		if (!canSignIn(auth) && auth[field] !== undefined)
			report(field, 'needs {authorizationUrl} or {deviceAuthorizationUrl}');
	for (const field of ['redirectPort', 'redirectUri'] as const)
		if (authorizationUrl === undefined && auth[field] !== undefined)
			report(field, 'needs {authorizationUrl}');
	if (redirectPort !== undefined && redirectUri !== undefined)
		report('redirectUri', 'in place of {redirectPort}: give one of them');
	if (typeof params !== 'object' || params === null) return;
	for (const name of ours.filter(each => Object.hasOwn(params, each)))
		report(
			['authorizationParams', name],
			name === 'redirect_uri' || name === 'client_id'
				? `give it beside {authorizationParams}, as ${name}`
				: 'each sign-in has its own',
		);
	if (Object.hasOwn(params, 'scope') && scopes !== undefined)
		report(['authorizationParams', 'scope'], 'the same as {scopes}: give one of them');
}
