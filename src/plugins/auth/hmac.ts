import {hmac as authenticator, hmacProblem} from '../../http/auth/hmac.ts';
import {defineAuth} from '../auth.ts';
import {choice, text} from '../fields.ts';

export const hmac = defineAuth({
	type: 'hmac',
	summary: 'A signature over parts of each request.',
	fields: {
		key: text({optional: true, doc: 'Names the secret to the server.'}),
		secret: text({doc: 'What the signature is made with.'}),
		algorithm: text({default: 'sha256', doc: 'A hash that Node knows: sha256, sha512, sha1 …'}),
		encoding: choice(['hex', 'base64'], {default: 'hex', doc: 'Of the signature.'}),
		header: text({doc: 'Gets the signature.'}),
		template: text({
			optional: true,
			doc:
				'What is signed: {method}, {host}, {path}, {query}, {url}, {timestamp}, {key}, {body}, ' +
				'{body_hash}. Default: method, path, query, timestamp and body_hash, a line each.',
		}),
		timestampHeader: text({optional: true, doc: 'Gets the timestamp.'}),
		timestampFormat: choice(['seconds', 'milliseconds', 'iso'], {
			default: 'seconds',
			doc: 'Of the timestamp.',
		}),
		keyHeader: text({optional: true, doc: 'Gets the key.'}),
	},
	check({template = '', algorithm}, report) {
		if (typeof template !== 'string' || typeof algorithm !== 'string') return;
		const problem = hmacProblem(template, algorithm);
		if (problem) report(problem.startsWith('{') ? 'template' : 'algorithm', problem);
	},
	make: authenticator,
});
