import {basic} from '../../http/auth/basic.ts';
import {defineAuth} from '../auth.ts';
import {text} from '../fields.ts';

export const httpBasic = defineAuth({
	type: 'http_basic',
	summary: 'User name and password, on every request.',
	fields: {
		username: text({allowEmpty: true, doc: 'May be empty.'}),
		password: text({allowEmpty: true, doc: 'May be empty: some APIs take a key as the user name.'}),
	},
	check({username, password}, report) {
		if (username === '' && password === '')
			report('username', '{username} and {password} are both empty; give one of them');
	},
	make: basic,
});
