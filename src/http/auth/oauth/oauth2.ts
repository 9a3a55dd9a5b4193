/**
 * The common part of all OAuth 2.0 grants: every request carries one token, which the grant's own request
 * gets.
 */
import {Secret} from '../../../core/secret.ts';
import type {Authenticator} from '../authenticator.ts';
import {toSecret} from '../secret.ts';
import {type FetchedToken, sharedToken} from '../token.ts';
import {oauth2Client, type PublicOAuth2Options} from './oauth2-client.ts';
import {readToken, type TokenAnswer} from './token-answer.ts';

export type {OAuth2Options, PublicOAuth2Options} from './oauth2-client.ts';
export type {TokenAnswer} from './token-answer.ts';

/** Sends a token request with the fields of a grant. Resolves with a response that holds a token. */
export type AskForToken = (grantType: string, fields?: Record<string, string>) => Promise<TokenAnswer>;

export interface Grant {
	/** The name of the factory, for messages. */
	readonly name: string;
	/** What to check when the server refuses: a list of words. */
	readonly check: string;
	/** What to do about this `error` of the server instead. @default check the items of `check` */
	advice?(refusal: string | undefined): string | undefined;
	/** Gets one token. The signal ends when no request waits for it any more. */
	request(ask: AskForToken, signal: AbortSignal): Promise<TokenAnswer>;
}

/** Sends `Authorization: Bearer …` with a token that the grant gets from `tokenUrl`. */
export function oauth2(grant: Grant, options: PublicOAuth2Options): Authenticator {
	const {tokenUrl, defaultExpiresInSeconds = 3600} = options;
	const client = oauth2Client(grant.name, options);
	const advice = (refusal: string | undefined) => grant.advice?.(refusal) ?? `Check ${grant.check}`;
	const present =
		options.accessToken === undefined
			? undefined
			: {
					value: toSecret(options.accessToken, `${grant.name}() needs an accessToken`),
					lifeMs: defaultExpiresInSeconds * 1000,
				};

	return sharedToken({
		url: tokenUrl,
		first: present,
		async fetch(context, signal) {
			const answer = await grant.request(async (grantType, fields = {}) => {
				const response = await client.token(grantType, fields, {fetch: context.fetch, signal});
				return readToken(response, tokenUrl, advice);
			}, signal);
			return toToken(answer, defaultExpiresInSeconds);
		},
	});
}

function toToken(
	{access_token: token, expires_in: expiresIn}: TokenAnswer,
	defaultSeconds: number,
): FetchedToken {
	const answered = Number(expiresIn);
	// Some servers send 0 for a token without end. A 401 renews that one too.
	return {value: new Secret(token), lifeMs: 1000 * (answered > 0 ? answered : defaultSeconds)};
}
