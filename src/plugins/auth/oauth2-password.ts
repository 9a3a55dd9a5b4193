import {oauth2Password as authenticator} from '../../http/auth/oauth/oauth2-password.ts';
import {defineAuth} from '../auth.ts';
import {text} from '../fields.ts';
import {checkPublicClient, publicClient, publicGrantOptions, tokenRequest} from './oauth2/token-request.ts';

export const oauth2Password = defineAuth({
	type: 'oauth2_password',
	summary: 'A token fetched with the name and password of a user.',
	example: {accessTokenUrl: 'https://api.example.com/token', username: 'me', password: 'my-password'},
	fields: {
		username: text({doc: 'Name of the user.'}),
		password: text({doc: 'Password of the user.'}),
		...publicClient,
		...tokenRequest,
	},
	check: checkPublicClient,
	make: auth =>
		authenticator({...publicGrantOptions(auth), username: auth.username, password: auth.password}),
});
