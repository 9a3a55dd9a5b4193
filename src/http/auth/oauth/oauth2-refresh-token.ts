/** The grant of a refresh token, which a person obtained by signing in. The server may replace it. */
import {ConfigError} from '../../../core/errors.ts';
import type {Secret} from '../../../core/secret.ts';
import type {Authenticator, Credential} from '../authenticator.ts';
import {toSecret} from '../secret.ts';
import {type AskForToken, oauth2, type PublicOAuth2Options, type TokenAnswer} from './oauth2.ts';
import {authError} from './oauth2-client.ts';
import {refreshTokenEnd, refreshTokenOf} from './token-answer.ts';

/** Keeps refresh tokens from one run to the next. */
export interface RefreshTokenStore {
	/**
	 * Runs `work`, from `load()` over the token request to `save()`, while no other process does so with the
	 * same tokens. Many servers take two uses of one refresh token for theft, and revoke all tokens issued for
	 * it. Waits for its turn, until the signal ends.
	 * @default no other process uses these tokens
	 */
	alone?<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
	/** The token to use, or `undefined` if none was saved. It is called before every token request. */
	load(): Promise<Secret | undefined>;
	/** Resolves once the token would survive a crash. `expiresAt` is set if the server reports it. */
	save(token: Secret, expiresAt?: Date): Promise<void>;
}

export interface OAuth2RefreshTokenOptions extends PublicOAuth2Options {
	/**
	 * The first refresh token. If the server sends another, that one is used from then on. @default the one in
	 * the store
	 */
	readonly refreshToken?: Credential;
	/** Keeps the tokens that the server sends. @default only this object remembers them */
	readonly store?: RefreshTokenStore;
	/** How a user gets a new refresh token, for messages. @default 'somebody has to sign in again' */
	readonly signIn?: string;
}

const SOMEBODY = 'somebody has to sign in again';

/**
 * OAuth 2.0 with a refresh token that a person obtained by signing in. Tokens are shared and renewed as by
 * `oauth2ClientCredentials()`. A new refresh token is stored before the access token that came with it is
 * used.
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
	// A token that could not be stored is newer than the stored one.
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
