/** The schema of `auth` of the type `oauth1`. */
import * as z from 'zod';
import {messageOf} from '../../core/stage.ts';
import {readPrivateKey} from '../../http/auth/jwt.ts';
import {type OAuth1Method, oauth1Methods} from '../../http/auth/oauth1.ts';
import {always, kind, object, text} from './object.ts';

export const oauth1 = kind(['oauth1'], 'A signature over each request by OAuth 1.0 (RFC 5849).', type =>
	object({
		type,
		consumer_key: text().describe('Names the client to the server.'),
		consumer_secret: text().optional().describe('Secret of the client, for all methods but RSA.'),
		token: text().optional().describe('Token of the user who let the client in. Default: none.'),
		token_secret: text().optional().describe('Secret of the token.'),
		signature_method: z
			.enum(oauth1Methods)
			.default('HMAC-SHA1')
			.describe('How it is signed. PLAINTEXT sends the secrets themselves.'),
		private_key: text().optional().describe('PEM text of an RSA key, for the methods that begin with RSA.'),
		private_key_passphrase: text().optional().describe('Passphrase of the private key.'),
		realm: text().optional().describe('Stands in the header, and is not signed.'),
		location: z
			.enum(['header', 'query', 'param'])
			.default('header')
			.describe('Where the parameters go; "param" means "query".'),
		body_hash: z
			.boolean()
			.default(false)
			.describe('Signs a hash of bodies that are no form, too (oauth_body_hash).'),
	})
		.superRefine(checkOAuth1, always)
		.transform(auth => ({
			...auth,
			location: auth.location === 'param' ? ('query' as const) : auth.location,
		})),
);

interface OAuth1Keys {
	readonly signature_method: OAuth1Method;
	readonly consumer_secret?: string | undefined;
	readonly token?: string | undefined;
	readonly token_secret?: string | undefined;
	readonly private_key?: string | undefined;
	readonly private_key_passphrase?: string | undefined;
}

function checkOAuth1(
	{signature_method: method, consumer_secret: secret, private_key: key, ...auth}: OAuth1Keys,
	context: z.core.$RefinementCtx,
): void {
	const report = (name: string, message: string) => context.addIssue({code: 'custom', message, path: [name]});
	if (auth.token_secret !== undefined && auth.token === undefined)
		report('token', 'required key is missing beside token_secret');
	if (!oauth1Methods.includes(method)) return;
	if (!method.startsWith('RSA')) {
		if (secret === undefined) report('consumer_secret', 'required key is missing');
	} else if (key === undefined) report('private_key', 'required key is missing');
	else if (typeof key === 'string') {
		try {
			readPrivateKey(key, auth.private_key_passphrase, method as `RSA-${string}`);
		} catch (error) {
			report('private_key', messageOf(error));
		}
	}
}
