/** The schema of `auth`: how requests prove who they are. */
import * as z from 'zod';
import {messageOf} from '../../core/stage.ts';
import type {Authenticator} from '../../http/auth/authenticator.ts';
import {isShared, type JwtAlgorithm, jwtAlgorithms, readPrivateKey} from '../../http/auth/jwt.ts';
import type {AuthConfigOf} from '../../plugins/auth.ts';
import type {BuiltInAuth as AuthPluginOfOurs, Registry} from '../../plugins/registry.ts';
import {
	always,
	httpUrl,
	kind,
	moreThanNoTime,
	object,
	responsePath,
	seconds,
	text,
	whenNeeded,
} from './object.ts';
import {type PluginConfig, pluginObject} from './plugin.ts';
import {checkSignIn, signInKeys} from './sign-in.ts';

const bearer = whenNeeded(() =>
	object(
		{
			type: z.literal('bearer').optional().describe('May be left out: {token} alone is a bearer token.'),
			token: text().describe('Sent as "Authorization: Bearer <token>".'),
		},
		{note: auth => ('type' in auth ? '' : '; without "type" this is a bearer token')},
	).transform(({token}) => ({type: 'bearer' as const, token})),
);

const scalar = z.union([z.string(), z.number(), z.boolean()]);

const audience = () => z.union([text(), z.array(text()).min(1)]).optional();
const claims = () => z.record(z.string(), z.json()).optional();

const signingKey = () => ({
	private_key: text().optional().describe('PEM text of the key, for all but HS256, HS384 and HS512.'),
	private_key_passphrase: text().optional().describe('Passphrase of the private key.'),
	secret: text().optional().describe('Shared secret, for HS256, HS384 and HS512.'),
	key_id: text().optional().describe('Header kid: name of the key.'),
	algorithm: z.enum(jwtAlgorithms).default('RS256').describe('How the assertion is signed.'),
});

interface SigningKey {
	readonly algorithm: JwtAlgorithm;
	readonly private_key?: string | undefined;
	readonly private_key_passphrase?: string | undefined;
	readonly secret?: string | undefined;
}

function checkSigningKey(
	{algorithm, private_key: key, private_key_passphrase: passphrase, secret}: SigningKey,
	context: z.core.$RefinementCtx,
) {
	const report = (name: string, message: string) => context.addIssue({code: 'custom', message, path: [name]});
	if (!jwtAlgorithms.includes(algorithm)) return;
	if (isShared(algorithm)) {
		if (secret === undefined) report('secret', 'required key is missing');
	} else if (key === undefined) report('private_key', 'required key is missing');
	else if (typeof key === 'string') {
		try {
			readPrivateKey(key, passphrase, algorithm);
		} catch (error) {
			report('private_key', messageOf(error));
		}
	}
}

const clientAssertion = whenNeeded(() =>
	object({
		...signingKey(),
		audience: audience().describe('Claim aud: a text or a list. Default: access_token_url.'),
		claims: claims().describe('Further claims; they go over the others.'),
		header: claims().describe('Further fields of its header, such as x5t.'),
		lifetime: moreThanNoTime().default(300).describe('Seconds until it expires.'),
	}).superRefine(checkSigningKey, always),
);

const tokenRequest = () => ({
	access_token_url: httpUrl().optional().describe('Where the token comes from.'),
	token_url: httpUrl().optional().describe('The same as access_token_url.'),
	access_token: text()
		.optional()
		.describe('A token that is there already: used until it expires, or until a 401.'),
	access_token_request_data: z
		.record(z.string(), scalar)
		.default({})
		.describe('Further fields of the token request, such as scope or audience.'),
	access_token_request_headers: z
		.record(text(), z.string())
		.optional()
		.describe('Further headers of the token request.'),
	client_assertion: clientAssertion
		.optional()
		.describe('A signed assertion that says who the client is, in place of client_secret (private_key_jwt).'),
	default_token_expiration: seconds()
		.default(3600)
		.describe('Life of a token, in seconds, when the answer has no expires_in.'),
	client_auth: z
		.enum(['body', 'basic'])
		.default('body')
		.describe('Where id and secret go in the token request: its form body, or HTTP Basic.'),
});

const publicClient = () => ({
	client_id: text().optional().describe('Id of the client.'),
	client_secret: text().optional().describe('Secret of the client, if it has one.'),
});

interface TokenUrls {
	readonly access_token_url?: string | undefined;
	readonly token_url?: string | undefined;
}

interface ClientKeys {
	readonly client_id?: string | undefined;
	readonly client_secret?: string | undefined;
	readonly client_assertion?: unknown;
}

function checkTokenUrl({access_token_url, token_url}: TokenUrls, context: z.core.$RefinementCtx): void {
	const given = [access_token_url, token_url].filter(url => url !== undefined);
	if (given.length === 0)
		context.addIssue({code: 'custom', message: 'required key is missing', path: ['access_token_url']});
	if (given.length > 1)
		context.addIssue({
			code: 'custom',
			message: 'the same as access_token_url: give one of them',
			path: ['token_url'],
		});
}

function proofsOf(auth: ClientKeys) {
	return (['client_secret', 'client_assertion'] as const).filter(key => auth[key] !== undefined);
}

function checkClient(auth: TokenUrls & ClientKeys, context: z.core.$RefinementCtx): void {
	checkTokenUrl(auth, context);
	if (proofsOf(auth).length > 1)
		context.addIssue({
			code: 'custom',
			message: 'in place of client_secret: give one of them',
			path: ['client_assertion'],
		});
}

function checkPublicClient(auth: TokenUrls & ClientKeys, context: z.core.$RefinementCtx): void {
	checkClient(auth, context);
	const [proof] = proofsOf(auth);
	if (proof && auth.client_id === undefined)
		context.addIssue({
			code: 'custom',
			message: `required key is missing beside ${proof}`,
			path: ['client_id'],
		});
}

function withTokenUrl<T extends TokenUrls>({token_url, access_token_url, ...auth}: T) {
	return {...auth, access_token_url: access_token_url ?? token_url ?? ''};
}

const clientCredentials = kind(
	['oauth2_client_credentials', 'oauth2'],
	'A token fetched with a client id and secret, and fetched again before it expires. "oauth2" means the same.',
	type =>
		object(
			{
				type,
				client_id: text().describe('Id of the client.'),
				client_secret: text().optional().describe('Secret of the client. Not needed with client_assertion.'),
				...tokenRequest(),
			},
			{later: ['session']},
		)
			.superRefine((auth, context) => {
				checkClient(auth, context);
				if (auth.client_secret === undefined && auth.client_assertion === undefined)
					context.addIssue({code: 'custom', message: 'required key is missing', path: ['client_secret']});
			}, always)
			.transform(auth => ({...withTokenUrl(auth), type: 'oauth2_client_credentials' as const})),
);

const refreshToken = kind(
	['oauth2_refresh_token'],
	'A token fetched with a refresh token that somebody got by signing in.',
	type =>
		object({
			type,
			client_id: text().describe('Id of the client.'),
			client_secret: publicClient().client_secret,
			refresh_token: text()
				.optional()
				.describe(
					'The first refresh token; the server may answer with others, which are used from then on. Not needed with authorization_url or device_authorization_url.',
				),
			refresh_token_file: text()
				.optional()
				.describe(
					'File that keeps the newest refresh token for the next run, until refresh_token changes; a relative path starts beside the config. Default: none.',
				),
			...signInKeys(),
			...tokenRequest(),
		})
			.superRefine(checkClient, always)
			.superRefine(checkSignIn, always)
			.transform(withTokenUrl),
);

const password = kind(['oauth2_password'], 'A token fetched with the name and password of a user.', type =>
	object({
		type,
		username: text().describe('Name of the user.'),
		password: text().describe('Password of the user.'),
		...publicClient(),
		...tokenRequest(),
	})
		.superRefine(checkPublicClient, always)
		.transform(withTokenUrl),
);

const jwt = kind(
	['oauth2_jwt'],
	'A token fetched with a signed assertion (RFC 7523), as service accounts do.',
	type =>
		object({
			type,
			issuer: text().optional().describe('Claim iss. Default: client_id.'),
			subject: text().optional().describe('Claim sub. Default: the issuer.'),
			audience: audience().describe('Claim aud: a text or a list. Default: access_token_url.'),
			scopes: z
				.union([text().transform(scope => [scope]), z.array(text())])
				.optional()
				.describe('Claim scope.'),
			claims: claims().describe('Further claims; they go over the others.'),
			...signingKey(),
			lifetime: moreThanNoTime().default(1200).describe('Seconds until the assertion expires.'),
			...publicClient(),
			...tokenRequest(),
		})
			.superRefine((auth, context) => {
				const report = (key: string, message: string) =>
					context.addIssue({code: 'custom', message, path: [key]});
				checkPublicClient(auth, context);
				if (auth.issuer === undefined && auth.client_id === undefined)
					report('issuer', 'required key is missing, or client_id');
				checkSigningKey(auth, context);
			}, always)
			.transform(withTokenUrl),
);

const session = kind(
	['session'],
	'A login whose answer holds a token for all other requests; again after a 401.',
	type =>
		object({
			type,
			login: object({
				path: text().optional().describe('Joined to base_url.'),
				url: httpUrl().optional().describe('In place of path: a whole URL.'),
				method: z
					.enum(['GET', 'POST', 'PUT', 'PATCH'])
					.default('POST')
					.describe('Method of the login request.'),
				params: z.record(z.string(), scalar).optional().describe('Query parameters of the login request.'),
				headers: z.record(text(), z.string()).optional().describe('Headers of the login request.'),
				json: z.record(z.string(), z.json()).optional().describe('JSON body of the login request.'),
				data: z
					.union([z.string(), z.record(z.string(), scalar)])
					.optional()
					.describe('Form body of the login request, or a raw body as text.'),
			})
				.superRefine(({path, url, json, data}, context) => {
					const report = (key: string, message: string) =>
						context.addIssue({code: 'custom', message, path: [key]});
					if (path === undefined && url === undefined) report('path', 'required key is missing, or url');
					if (path !== undefined && url !== undefined) report('url', 'in place of path: give one of them');
					if (json !== undefined && data !== undefined)
						report('data', 'a request has one body: json or data');
				}, always)
				.describe('The request that logs in.'),
			token_path: responsePath().optional().describe('Path to the token in the JSON of the answer.'),
			token_header: text().optional().describe('Header of the answer that holds the token.'),
			token_cookie: text().optional().describe('Cookie set by the answer that holds the token.'),
			send: object({
				in: z.enum(['header', 'query', 'cookie']).optional().describe('Where the token goes.'),
				name: text().optional().describe('Name of the header, query parameter or cookie.'),
				prefix: z.string().optional().describe('Stands before the token.'),
			})
				.optional()
				.describe(
					'How the token is sent. Default: as Authorization: Bearer, or as the cookie that it came as.',
				),
			expires_in: moreThanNoTime()
				.optional()
				.describe('Seconds that a token is good for. Default: until a 401.'),
		}).superRefine((auth, context) => {
			const given = (['token_path', 'token_header', 'token_cookie'] as const).filter(
				key => auth[key] !== undefined,
			);
			const [, second] = given;
			if (given.length === 0)
				context.addIssue({
					code: 'custom',
					message: 'required key is missing, or token_header, or token_cookie',
					path: ['token_path'],
				});
			if (second)
				context.addIssue({
					code: 'custom',
					message: `in place of ${given[0]}: give one of them`,
					path: [second],
				});
		}, always),
);

const wanted = `expected an object, such as {type: bearer, token: "\${secrets.token}"}`;

const oauth = [clientCredentials, refreshToken, password, jwt, session] as const;
type BuiltIn = typeof bearer | (typeof oauth)[number];

/** Kinds that are no plugins. */
export type BuiltInAuth = z.output<BuiltIn>;

const builtInTypes: readonly BuiltInAuth['type'][] = [
	'bearer',
	'oauth2_client_credentials',
	'oauth2_refresh_token',
	'oauth2_password',
	'oauth2_jwt',
	'session',
];

export function isBuiltIn(auth: BuiltInAuth | PluginConfig): auth is BuiltInAuth {
	return builtInTypes.some(type => type === auth.type);
}

/**
 * What a JavaScript config may hold in place of an object: the `apply()` of an authenticator, or the whole of
 * it.
 */
const custom = z.custom<Authenticator | Authenticator['apply']>(
	value => typeof value === 'function' || isAuthenticator(value),
	{error: () => wanted},
);

export function isAuthenticator(value: unknown): value is Authenticator {
	return typeof value === 'object' && value !== null && 'apply' in value && typeof value.apply === 'function';
}

/** An auth of a config as it was understood. */
export type OneAuth = BuiltInAuth | PluginConfig | Authenticator | Authenticator['apply'];
export type Auth = OneAuth | OneAuth[];

type OneInput = z.input<BuiltIn> | AuthConfigOf<AuthPluginOfOurs> | Authenticator | Authenticator['apply'];

/** An auth as it is written. */
export type AuthInput = OneInput | OneInput[];

export function authSchema({auths}: Registry): z.ZodType<Auth, AuthInput> {
	const plugins = auths.map(plugin => pluginObject(plugin));
	const one = z.discriminatedUnion('type', [bearer, ...plugins, ...oauth]).meta({id: 'auth'});
	const several = z
		.array(z.union([one, custom]))
		.min(1, {error: 'an empty list; write null for no credentials'});
	// The list first: it is what tells a list from everything else when messages are made.
	const schema = z.union([several, one, custom]);
	// The types of what is written come from the fields, which the list of schemas does not carry.
	return schema as z.ZodType<Auth, AuthInput>;
}
