/** The schema of `auth`: how requests prove who they are. */
import {z} from 'zod';
import {always, httpUrl, object, seconds, text} from './object.ts';

const bearer = object(
	{
		type: z.literal('bearer').optional().describe('May be left out: {token} alone is a bearer token.'),
		token: text().describe('Sent as "Authorization: Bearer <token>".'),
	},
	{note: auth => ('type' in auth ? '' : '; without "type" this is a bearer token')},
).transform(({token}) => ({type: 'bearer' as const, token}));

const apiKey = object({
	type: z.literal('api_key').describe('A key in a header, the query or a cookie.'),
	name: text().default('Authorization').describe('Name of the header, query parameter or cookie.'),
	api_key: text().describe('The key itself; in a header it is sent as it is, without "Bearer".'),
	location: z
		.enum(['header', 'query', 'param', 'cookie'])
		.default('header')
		.describe('Where the key goes; "param" means "query".'),
}).transform(auth => ({...auth, location: auth.location === 'param' ? ('query' as const) : auth.location}));

const httpBasic = object({
	type: z.literal('http_basic').describe('User name and password, on every request.'),
	username: z.string().describe('May be empty.'),
	password: z.string().describe('May be empty: some APIs take a key as the user name.'),
});

const clientCredentials = object(
	{
		type: z
			.literal(['oauth2_client_credentials', 'oauth2'])
			.describe('A token fetched with a client id and secret, and fetched again before it expires. "oauth2" means the same.'),
		access_token_url: httpUrl().optional().describe('Where the token comes from.'),
		token_url: httpUrl().optional().describe('The same as access_token_url.'),
		client_id: text().describe('Id of the client.'),
		client_secret: text().describe('Secret of the client.'),
		access_token_request_data: z
			.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
			.default({})
			.describe('Further fields of the token request, such as scope or audience.'),
		default_token_expiration: seconds().default(3600).describe('Life of a token, in seconds, when the answer has no expires_in.'),
		client_auth: z
			.enum(['body', 'basic'])
			.default('body')
			.describe('Where id and secret go in the token request: its form body, or HTTP Basic.'),
	},
	{later: ['access_token', 'session']},
)
	.superRefine((auth, context) => {
		const given = [auth.access_token_url, auth.token_url].filter(url => url !== undefined);
		if (given.length === 0) context.addIssue({code: 'custom', message: 'required key is missing', path: ['access_token_url']});
		if (given.length > 1)
			context.addIssue({code: 'custom', message: 'the same as access_token_url: give one of them', path: ['token_url']});
	}, always)
	.transform(({token_url, access_token_url, ...auth}) => ({
		...auth,
		type: 'oauth2_client_credentials' as const,
		access_token_url: access_token_url ?? token_url ?? '',
	}));

export const auth = z
	.discriminatedUnion('type', [bearer, apiKey, httpBasic, clientCredentials], {
		error: ({input}) =>
			typeof input === 'string' ? `expected an object, such as {type: bearer, token: "\${secrets.token}"}` : '',
	})
	.meta({id: 'auth'});
export type Auth = z.infer<typeof auth>;
