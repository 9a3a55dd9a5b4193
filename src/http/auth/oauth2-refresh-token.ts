/** The grant of a refresh token, which somebody got by signing in, and which servers may replace. */
import {ConfigError} from '../../core/errors.ts';
import type {Secret} from '../../core/secret.ts';
import type {Authenticator, Credential} from './authenticator.ts';
import {type AskForToken, oauth2, type PublicOAuth2Options, type TokenAnswer} from './oauth2.ts';
import {authError} from './oauth2-client.ts';
import {toSecret} from './secret.ts';
import {refreshTokenEnd, refreshTokenOf} from './token-answer.ts';

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
	/** Resolves once the token would survive a crash. `expiresAt` is there where the server says so. */
	save(token: Secret, expiresAt?: Date): Promise<void>;
}

export interface OAuth2RefreshTokenOptions extends PublicOAuth2Options {
	/**
	 * The first one; servers may answer with another, which is used from then on. @default the one in the store
	 */
	readonly refreshToken?: Credential;
	/** Keeps the tokens that the server answers with. @default only this object remembers them */
	readonly store?: RefreshTokenStore;
	/** What gets a new refresh token, for messages. @default somebody has to sign in again */
	readonly signIn?: string;
}

const SOMEBODY = 'somebody has to sign in again';

/**
 * OAuth 2.0 with a refresh token that somebody got by signing in. Tokens are shared and renewed as by
 * `oauth2ClientCredentials()`. A new refresh token is in the store before the access token that came with it
 * is used.
 * @example oauth2RefreshToken({tokenUrl, clientId, store: refreshTokenFile('token.json')})
 */
export function oauth2RefreshToken({
	refreshToken,
	store,
	signIn = SOMEBODY,
	...options
}: OAuth2RefreshTokenOptions): Authenticator {
	const name = 'oauth2RefreshToken';
	const needed = `${name}() needs a refreshToken`;
	if (refreshToken === undefined && !store) throw new ConfigError(`${needed}, or a store that has one`);
	let latest = refreshToken === undefined ? undefined : toSecret(refreshToken, needed);
	// What the store could not take is newer than what it has.
	let unsaved = false;

	async function exchange(ask: AskForToken): Promise<TokenAnswer> {
		if (store && !unsaved) latest = (await store.load()) ?? (refreshToken === undefined ? undefined : latest);
		if (!latest)
			throw authError(options.tokenUrl, `there is no refresh token: nobody has signed in; ${signIn}`);
		const answer = await ask('refresh_token', {refresh_token: latest.reveal()});
		const next = refreshTokenOf(answer)?.token;
		if (next && next.reveal() !== latest.reveal()) {
			latest = next;
			unsaved = true;
		}
		const expiresAt = refreshTokenEnd(answer);
		if (unsaved || expiresAt) await store?.save(latest, expiresAt);
		unsaved = false;
		return answer;
	}

	return oauth2(
		{
			name,
			check: `client_id and refresh_token: it may have been used or revoked, then ${SOMEBODY}`,
			advice: refusal =>
				signIn !== SOMEBODY && refusal === 'invalid_grant'
					? `The refresh token has ended, or was used or revoked; ${signIn}`
					: undefined,
			request: (ask, signal) => (store?.alone ? store.alone(() => exchange(ask), signal) : exchange(ask)),
		},
		options,
	);
}
