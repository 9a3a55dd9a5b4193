/** `sluice/auth`: how `client()` proves who it is. */
export {type ApiKeyOptions, apiKey} from '../http/auth/api-key.ts';
export type {
	AuthContext,
	Authenticator,
	Credential,
	OutgoingRequest,
	PlainResponse,
} from '../http/auth/authenticator.ts';
export {type AwsSigV4Options, awsSigV4} from '../http/auth/aws-sigv4.ts';
export {type BasicOptions, basic} from '../http/auth/basic.ts';
export {bearer} from '../http/auth/bearer.ts';
export {type DigestOptions, digest} from '../http/auth/digest.ts';
export {type HmacOptions, hmac, type TimestampFormat} from '../http/auth/hmac.ts';
export type {JwtAlgorithm} from '../http/auth/jwt.ts';
export type {ClientAssertionOptions} from '../http/auth/oauth/client-assertion.ts';
export {type OAuth1Method, type OAuth1Options, oauth1} from '../http/auth/oauth/oauth1.ts';
export type {OAuth2Options, PublicOAuth2Options} from '../http/auth/oauth/oauth2.ts';
export {oauth2ClientCredentials} from '../http/auth/oauth/oauth2-client-credentials.ts';
export {type OAuth2JwtOptions, oauth2Jwt} from '../http/auth/oauth/oauth2-jwt.ts';
export {type OAuth2PasswordOptions, oauth2Password} from '../http/auth/oauth/oauth2-password.ts';
export {
	type OAuth2RefreshTokenOptions,
	oauth2RefreshToken,
	type RefreshTokenStore,
} from '../http/auth/oauth/oauth2-refresh-token.ts';
export {type LoginRequest, type SendToken, type SessionOptions, session} from '../http/auth/session.ts';
export {several} from '../http/auth/several.ts';
export {type RefreshTokenFileOptions, refreshTokenFile} from '../plugins/auth/oauth2/refresh-token-file.ts';
