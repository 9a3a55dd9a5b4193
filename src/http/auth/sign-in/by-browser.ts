/** Sign-in by a browser on this machine: the authorization code flow with PKCE (RFC 7636, RFC 8252). */

import {scrub} from '../../../core/secret.ts';
import {messageOf} from '../../../core/stage.ts';
import {type Loopback, loopback, type Returned} from './loopback.ts';
import type {Redirect} from './redirect.ts';
import {notSignedIn, readSignIn, type SignInContext, type SignInOptions, signInError} from './sign-in.ts';

export interface BrowserSignIn extends SignInOptions {
	readonly authorizationUrl: string;
	readonly redirect: Redirect;
}

export interface BrowserContext extends SignInContext {
	/** Opens or shows this address to the person who signs in. */
	show(sign: {readonly url: string; readonly redirectUri: string}): void | Promise<void>;
}

/** Resolves once the refresh token is stored. */
export async function signInByBrowser(options: BrowserSignIn, context: BrowserContext): Promise<void> {
	const library = await import('oauth4webapi');
	const verifier = library.generateRandomCodeVerifier();
	const state = library.generateRandomState();
	const challenge = await library.calculatePKCECodeChallenge(verifier);
	await using listener: Loopback = await loopback(options.redirect);
	const {uri} = listener;
	await context.show({url: addressOf(options, {state, challenge, uri}), redirectUri: uri});
	const returned = await listener.returned(context.signal);
	try {
		const code = codeOf(returned.params, state, options);
		const fields = {code, redirect_uri: uri, code_verifier: verifier};
		const response = await options.client.token('authorization_code', fields, context);
		await context.keep(readSignIn(response, options.tokenUrl));
	} catch (error) {
		const text = `${scrub(messageOf(error))}. The terminal says more.`;
		await returned.reply({title: 'Not signed in', text, failed: true});
		throw error;
	}
	await returned.reply({title: 'Signed in', text: 'You can close this page, and go on in the terminal.'});
}

function addressOf(
	{authorizationUrl, clientId, scope, params}: BrowserSignIn,
	{state, challenge, uri}: {readonly state: string; readonly challenge: string; readonly uri: string},
): string {
	const url = new URL(authorizationUrl);
	const all = {
		response_type: 'code',
		client_id: clientId,
		redirect_uri: uri,
		...(scope !== undefined && {scope}),
		...params,
		state,
		code_challenge: challenge,
		code_challenge_method: 'S256',
	};
	for (const [name, value] of Object.entries(all)) url.searchParams.set(name, value);
	return url.href;
}

function codeOf(params: Returned['params'], state: string, {authorizationUrl: url}: BrowserSignIn): string {
	// This check comes first: a request without our state may come from any page.
	if (params.get('state') !== state)
		throw notSignedIn(
			url,
			'the browser came back with another state than it was sent with, so the answer may be to another ' +
				'sign-in. Run the command again, and use the new link',
		);
	const error = params.get('error');
	if (error) throw signInError(url, error, params.get('error_description') ?? undefined);
	const code = params.get('code');
	if (code) return code;
	throw notSignedIn(url, 'the browser came back without a code and without an error');
}
