import {Secret} from '../../core/secret.ts';
import type {Authenticator, Credential} from './authenticator.ts';
import {type AskForToken, oauth2, type PublicOAuth2Options, type TokenAnswer} from './oauth2.ts';
import {toSecret} from './secret.ts';

/** Where refresh tokens are kept from one run to the next. */
export interface RefreshTokenStore {
	/**
	 * Does the work, from `load()` over the token request to `save()`, while nobody else does any with the same
	 * tokens: many servers take two uses of one refresh token for theft, and revoke all that came of it. Waits
	 * for its turn, until the signal ends.
	 * @default nobody else uses these tokens
	 */
	alone?<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
	/** The token to use, or `undefined` when none was saved. Asked before every token request. */
	load(): Promise<Secret | undefined>;
	/** Resolves once the token would survive a crash. */
	save(token: Secret): Promise<void>;
}

export interface OAuth2RefreshTokenOptions extends PublicOAuth2Options {
	/** The first one; servers may answer with another, which is used from then on. */
	readonly refreshToken: Credential;
	/** Keeps the tokens that the server answers with. @default only this object remembers them */
	readonly store?: RefreshTokenStore;
}

/**
 * OAuth 2.0 with a refresh token that somebody got by signing in. Tokens are shared and renewed as by
 * `oauth2ClientCredentials()`. A new refresh token is in the store before the access token that came with it
 * is used.
 */
export function oauth2RefreshToken({
	refreshToken,
	store,
	...options
}: OAuth2RefreshTokenOptions): Authenticator {
	const name = 'oauth2RefreshToken';
	let latest = toSecret(refreshToken, `${name}() needs a refreshToken`);
	// What the store could not take is newer than what it has.
	let unsaved = false;

	async function exchange(ask: AskForToken): Promise<TokenAnswer> {
		if (store && !unsaved) latest = (await store.load()) ?? latest;
		const answer = await ask('refresh_token', {refresh_token: latest.reveal()});
		const next = answer.refresh_token;
		if (typeof next === 'string' && next !== '' && next !== latest.reveal()) {
			latest = new Secret(next);
			unsaved = true;
		}
		if (unsaved) await store?.save(latest);
		unsaved = false;
		return answer;
	}

	return oauth2(
		{
			name,
			check:
				'client_id and refresh_token: it may have been used or revoked, then somebody has to sign in again',
			request: (ask, signal) => (store?.alone ? store.alone(() => exchange(ask), signal) : exchange(ask)),
		},
		options,
	);
}
