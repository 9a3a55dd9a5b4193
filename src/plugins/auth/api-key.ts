import {apiKey as authenticator} from '../../http/auth/api-key.ts';
import {defineAuth} from '../auth.ts';
import {choice, text} from '../fields.ts';

export const apiKey = defineAuth({
	type: 'api_key',
	summary: 'A key in a header, the query or a cookie.',
	fields: {
		name: text({default: 'Authorization', doc: 'Name of the header, query parameter or cookie.'}),
		apiKey: text({doc: 'The key itself; in a header it is sent as it is, without "Bearer".'}),
		location: choice(['header', 'query', 'cookie'], {
			default: 'header',
			means: {param: 'query'},
			doc: 'Where the key goes; "param" means "query".',
		}),
	},
	make: ({name, apiKey, location}) => authenticator({name, value: apiKey, in: location}),
});
