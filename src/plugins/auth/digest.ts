import {digest as authenticator} from '../../http/auth/digest.ts';
import {defineAuth} from '../auth.ts';
import {text} from '../fields.ts';

export const digest = defineAuth({
	type: 'digest',
	summary: 'User name and password, hashed as the server asks for it (RFC 7616).',
	fields: {
		username: text({doc: 'Name of the user.'}),
		password: text({doc: 'Password of the user. It is not sent.'}),
	},
	make: authenticator,
});
