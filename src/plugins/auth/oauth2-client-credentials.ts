import {oauth2ClientCredentials as authenticator} from '../../http/auth/oauth/oauth2-client-credentials.ts';
import {defineAuth} from '../auth.ts';
import {text} from '../fields.ts';
import {checkTokenRequest, grantOptions, knownClient, tokenRequest} from './oauth2/token-request.ts';

export const oauth2ClientCredentials = defineAuth({
	type: 'oauth2_client_credentials',
	aliases: ['oauth2'],
	summary:
		'A token fetched with a client id and secret, and fetched again before it expires. "oauth2" means ' +
		'the same.',
	example: {accessTokenUrl: 'https://api.example.com/token', clientId: 'me', clientSecret: 'my-secret'},
	fields: {
		...knownClient,
		clientSecret: text({
			optional: true,
			doc: 'Secret of the client. Not needed with client_assertion.',
		}),
		...tokenRequest,
	},
	elsewhere: {session: 'not supported yet'},
	check(auth, report) {
		checkTokenRequest(auth, report);
		if (auth.clientSecret === undefined && auth.clientAssertion === undefined)
			report('clientSecret', 'required key is missing');
	},
	make: auth => authenticator(grantOptions(auth)),
});
