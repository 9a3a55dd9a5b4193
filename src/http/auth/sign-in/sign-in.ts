/** The common part of both ways to sign in. */
import type {RequestError} from '../../../core/errors.ts';
import {redactUrl} from '../../secrets/redact.ts';
import type {PlainResponse} from '../authenticator.ts';
import {authError, type OAuth2Client, type Sender} from '../oauth/oauth2-client.ts';
import {excerptOf, readToken, refusalOf, type TokenAnswer} from '../oauth/token-answer.ts';

export interface SignInOptions {
	readonly client: OAuth2Client;
	readonly clientId: string;
	readonly tokenUrl: string;
	/** The scopes to ask for. `undefined`: the server decides. */
	readonly scope?: string;
	/** Further parameters, such as `access_type`, `prompt` or `audience`. */
	readonly params: Readonly<Record<string, string>>;
}

export interface SignInContext extends Sender {
	/** Stores the tokens of the response. The person sees the success only afterwards. */
	keep(answer: TokenAnswer): Promise<void>;
}

/** The tokens of a response, with a refresh token. Throws the reason if there is none. */
export function readSignIn(response: PlainResponse, tokenUrl: string): TokenAnswer {
	const answer = readToken(response, tokenUrl, refusal =>
		refusal === 'invalid_grant'
			? 'Sign in again; if that does not help, check client_id and the redirect address'
			: 'Check client_id, client_secret and access_token_url',
	);
	if (typeof answer.refresh_token === 'string' && answer.refresh_token !== '') return answer;
	throw notSignedIn(
		tokenUrl,
		'the server gave an access token and no refresh token. Many give one for a scope such as ' +
			'offline_access (scopes), or for access_type: offline and prompt: consent (authorization_params)',
	);
}

/** The error for an `error` code that the server returns for a sign-in. */
export function signInError(url: string, error: string, description: string | undefined): RequestError {
	const why = error === 'access_denied' ? 'was declined' : 'was refused';
	const advice =
		error === 'invalid_scope'
			? '. Check scopes'
			: error === 'unauthorized_client' || error === 'unsupported_response_type'
				? '. Check what the provider allows this client'
				: '';
	return notSignedIn(
		url,
		`the sign-in ${why}: ${excerptOf([error, description].filter(Boolean).join(': '))}${advice}`,
	);
}

export function notSignedIn(url: string, message: string): RequestError {
	return authError(url, `${message}. Nothing was changed`);
}

/** The error for a refusal of an endpoint other than the token endpoint. */
export function endpointRefused(response: PlainResponse, url: string, advice: string): RequestError {
	const {status, text} = response;
	const code = refusalOf(response);
	const check = status < 500 || code !== undefined ? `. ${advice}` : '';
	return authError(url, `POST ${redactUrl(url)} answered ${status} ${excerptOf(text)}${check}`, {status});
}
