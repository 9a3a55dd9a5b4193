import {messageOf} from '../../core/stage.ts';
import {readPrivateKey} from '../../http/auth/jwt.ts';
import {oauth1 as authenticator, type OAuth1Method, oauth1Methods} from '../../http/auth/oauth/oauth1.ts';
import {defineAuth} from '../auth.ts';
import {boolean, choice, text} from '../fields.ts';

function isRsa(method: OAuth1Method): method is Extract<OAuth1Method, `RSA-${string}`> {
	return method.startsWith('RSA');
}

export const oauth1 = defineAuth({
	type: 'oauth1',
	summary: 'A signature over each request by OAuth 1.0 (RFC 5849).',
	fields: {
		consumerKey: text({doc: 'Names the client to the server.'}),
		consumerSecret: text({optional: true, doc: 'Secret of the client, for all methods but RSA.'}),
		token: text({optional: true, doc: 'Token of the user who let the client in. Default: none.'}),
		tokenSecret: text({optional: true, doc: 'Secret of the token.'}),
		signatureMethod: choice(oauth1Methods, {
			default: 'HMAC-SHA1',
			doc: 'How it is signed. PLAINTEXT sends the secrets themselves.',
		}),
		privateKey: text({optional: true, doc: 'PEM text of an RSA key, for the methods that begin with RSA.'}),
		privateKeyPassphrase: text({optional: true, doc: 'Passphrase of the private key.'}),
		realm: text({optional: true, doc: 'Stands in the header, and is not signed.'}),
		location: choice(['header', 'query'], {
			default: 'header',
			means: {param: 'query'},
			doc: 'Where the parameters go; "param" means "query".',
		}),
		bodyHash: boolean({
			default: false,
			doc: 'Signs a hash of bodies that are no form, too (oauth_body_hash).',
		}),
	},
	check(
		{signatureMethod: method, consumerSecret, token, tokenSecret, privateKey, privateKeyPassphrase},
		report,
	) {
		if (tokenSecret !== undefined && token === undefined)
			report('token', 'required key is missing beside {tokenSecret}');
		if (method === undefined || !oauth1Methods.includes(method)) return;
		if (!isRsa(method)) {
			if (consumerSecret === undefined) report('consumerSecret', 'required key is missing');
		} else if (privateKey === undefined) report('privateKey', 'required key is missing');
		else if (typeof privateKey === 'string') {
			try {
				readPrivateKey(privateKey, privateKeyPassphrase, method);
			} catch (error) {
				report('privateKey', messageOf(error));
			}
		}
	},
	make: ({location, privateKeyPassphrase: passphrase, ...options}) =>
		authenticator({...options, in: location, ...(passphrase !== undefined && {passphrase})}),
});
