import {bearer as authenticator} from '../../http/auth/bearer.ts';
import {defineAuth} from '../auth.ts';
import {text} from '../fields.ts';

export const bearer = defineAuth({
	type: 'bearer',
	summary: 'A token that is there already.',
	example: {token: 'the-token'},
	fields: {token: text({doc: 'Sent as "Authorization: Bearer <token>".'})},
	make: ({token}) => authenticator(token),
});
